//! An expression of a custom lint: read once, bounded before it runs, and evaluated for each element.
//!
//! The language is CEL (Common Expression Language) with its standard macros and functions, and `lowerAscii`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use cel::common::ast::SourceInfo;
use cel::common::types::{CelBool, CelString, STRING_TYPE};
use cel::common::value::CowVal;
use cel::parser::{ParseError, ParseErrors, Parser};
use cel::{Context, Env, ExecutionError, IdedExpr, Value};
use regex::{Regex, RegexBuilder};

use super::bounds::{self, Scalars};
use super::check::{self, Names};
use super::shape::Kind;
use super::value::Boxed;
use crate::text::brief;

/// Bytes of an expression.
pub(super) const LONGEST: usize = 4_096;
/// Stack of the thread that parses: the parser recurses once for each operator of a long chain, before the depth of the
/// expression is known.
const PARSER_STACK: usize = 64 << 20;
/// Memory of a compiled pattern.
const PATTERN_BYTES: usize = 1 << 20;

/// What is wrong in an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Bytes from the start of the expression.
    pub(super) offset: usize,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Fault {
    pub(super) fn new(offset: usize, message: impl Into<String>) -> Self {
        Self { offset, message: message.into(), help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// An expression that may be evaluated.
#[derive(Debug)]
pub(super) struct Expression {
    tree: IdedExpr,
    places: Places,
    scalars: Scalars,
    pub(super) kind: Kind,
}

/// Where the parts of an expression stand.
#[derive(Debug)]
pub(super) struct Places {
    starts: HashMap<u64, usize>,
}

impl Places {
    fn new(info: &SourceInfo, tree: &IdedExpr, source: &str) -> Self {
        let mut starts = HashMap::new();
        bounds::each(tree, &mut |expression| {
            let start = info.offset_for(expression.id).map_or(0, |(start, _)| start as usize);
            let start = if source.is_char_boundary(start) { start } else { 0 };
            // Of `view.field` the field is meant.
            starts.insert(expression.id, start + usize::from(source[start..].starts_with('.')));
        });
        Self { starts }
    }

    /// Where a part begins, in bytes.
    pub(super) fn of(&self, expression: &IdedExpr) -> usize {
        self.starts.get(&expression.id).copied().unwrap_or_default()
    }
}

impl Expression {
    /// Reads an expression in which `names` have a meaning.
    pub(super) fn new(source: &str, names: &Names) -> Result<Self, Fault> {
        if source.len() > LONGEST {
            return Err(Fault::new(
                0,
                format!("an expression has at most {LONGEST} bytes, and this has {}", source.len()),
            )
            .help("say a part of it in `when`, or make two lints of it"));
        }
        if source.trim().is_empty() {
            return Err(Fault::new(0, "an expression was expected, and nothing stands here"));
        }
        let (tree, places) = parsed(source)?;
        let (kind, scalars) = check::kind_of(&tree, &places, names)?;
        Ok(Self { tree, places, scalars, kind })
    }

    /// What it costs at most, in steps, where the longest list and text that it is given are of these sizes.
    pub(super) fn cost(&self, items: usize, bytes: usize) -> u64 {
        bounds::cost(&self.tree, &self.scalars, items, bytes)
    }

    /// Adds the names of all fields that it asks for.
    pub(super) fn fields(&self, into: &mut std::collections::HashSet<String>) {
        bounds::fields(&self.tree, into);
    }

    /// True when it uses a variable.
    pub(super) fn names(&self, variable: &str) -> bool {
        bounds::names(&self.tree, variable)
    }

    /// Its value.
    pub(super) fn value(&self, variables: &Variables) -> Result<Boxed, Fault> {
        let mut context: Context<'_, 'static> = Context::with_env(Arc::clone(&ENVIRONMENT));
        for (name, value) in &variables.0 {
            context.add_variable_as_val(*name, value.clone());
        }
        let value = Value::resolve_val(&self.tree, &context).map(CowVal::into_owned);
        value.map_err(|error| self.fault(&error))
    }

    /// Whether it holds; it is known to be a condition.
    pub(super) fn holds(&self, variables: &Variables) -> Result<bool, Fault> {
        let value = self.value(variables)?;
        let holds = value.downcast_ref::<CelBool>().map(|holds| *holds.inner());
        holds.ok_or_else(|| {
            let message = format!("a bool was expected, and this is of type {}", value.get_type().name());
            Fault::new(0, message)
        })
    }

    /// What went wrong in an evaluation, in our words.
    fn fault(&self, error: &ExecutionError) -> Fault {
        match error {
            ExecutionError::NoSuchKey(key) => {
                let offset = bounds::find_field(&self.tree, key).map_or(0, |part| self.places.of(part));
                let help = format!("ask first whether it is there: `has(view.{key})`, or `\"{key}\" in map`");
                Fault::new(offset, format!("nothing is there under `{key}`")).help(help)
            }
            ExecutionError::NoSuchOverload(overload) => {
                let (function, types) = (overload.function(), overload.argument_types());
                let offset = bounds::find_call(&self.tree, function).map_or(0, |part| self.places.of(part));
                let message = format!("{} cannot be applied to {}", bounds::call_title(function), types.join(" and "));
                Fault::new(offset, message)
            }
            ExecutionError::IndexOutOfBounds(index) => {
                let help = "ask for the `size()` of the list first";
                Fault::new(0, format!("the list has no item at {}", shown(index))).help(help)
            }
            ExecutionError::UnsupportedBinaryOperator(_, left, right) => {
                let message = format!("{} and {} cannot be combined", shown_type(left), shown_type(right));
                Fault::new(0, message)
            }
            ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => {
                Fault::new(0, "a number is divided by zero")
            }
            ExecutionError::Overflow(..) => Fault::new(0, "a number becomes too large"),
            ExecutionError::UnsupportedKeyType(value) => {
                Fault::new(0, format!("a key is a string, number or bool, and this is of type {}", shown_type(value)))
            }
            ExecutionError::UnexpectedType { got, want } => {
                Fault::new(0, format!("a value of type {want} was expected, and this is of type {got}"))
            }
            other => Fault::new(0, other.to_string()),
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        other => format!("a {}", shown_type(other)),
    }
}

fn shown_type(value: &Value) -> String {
    value.type_of().to_string()
}

/// The variables of an evaluation.
pub(super) struct Variables(pub(super) Vec<(&'static str, Boxed)>);

/// Parses, and refuses what is too deep. All of it on a thread with a stack of its own: expressions that are refused
/// have to be taken apart again, too.
fn parsed(source: &str) -> Result<(IdedExpr, Places), Fault> {
    let failed = |_| Fault::new(0, "the parser broke off; please report it with this expression");
    std::thread::scope(|scope| {
        let parse = || {
            let (tree, info) =
                Parser::new().parse_with_source_info(source).map_err(|errors| syntax_fault(&errors, source))?;
            bounds::limit(&tree)?;
            let places = Places::new(&info, &tree, source);
            Ok((tree, places))
        };
        let thread = std::thread::Builder::new().stack_size(PARSER_STACK).spawn_scoped(scope, parse);
        let thread = thread.map_err(|_| Fault::new(0, "no thread could be started to parse it"))?;
        thread.join().map_err(failed)?
    })
}

/// The first error of the parser. Those on expressions that are not complete follow from others.
fn syntax_fault(errors: &ParseErrors, source: &str) -> Fault {
    let follows = |error: &&ParseError| error.msg.starts_with("Incomplete");
    let first = errors.errors.iter().find(|error| !follows(error)).or_else(|| errors.errors.first());
    let Some(error) = first else { return Fault::new(0, "it is no CEL expression") };
    if error.msg.contains("Recursion limit") {
        return bounds::too_deep();
    }
    let offset = offset_of(source, error.pos);
    let fault = |message: String| Fault::new(offset, message);
    let see = |fault: Fault| fault.help("expressions are written in CEL: see docs/custom-lints.md");
    match unexpected(&error.msg).as_deref() {
        Some(".in") => fault("`in` is an operator and names no field".to_owned())
            .help("write `.location` for where a parameter or key travels"),
        Some("=") => fault("`=` is no operator of CEL".to_owned()).help("write `==` to compare"),
        Some("<EOF>") => see(fault("the expression ends too early".to_owned())),
        Some(token) => see(fault(format!("`{}` was not expected here", brief(token)))),
        None if error.msg.contains("missing ')'") => see(fault("`)` is missing".to_owned())),
        None => {
            let text = error.msg.trim_start_matches("Syntax error: ").trim_end_matches('.');
            see(fault(text.replace('\n', " ")))
        }
    }
}

/// The token at which the parser was at a loss.
fn unexpected(message: &str) -> Option<String> {
    let starts =
        ["mismatched input ", "extraneous input ", "no viable alternative at input ", "recognition error at: "];
    let from = starts.iter().find_map(|start| Some(message.find(start)? + start.len()))?;
    let rest = &message[from..];
    let token = rest.split(" expecting").next().unwrap_or(rest);
    Some(token.trim().trim_matches('\'').trim().to_owned())
}

/// Bytes before a line and column, which count from 1.
fn offset_of(source: &str, (line, column): (isize, isize)) -> usize {
    let (line, column) = (usize::try_from(line - 1).unwrap_or(0), usize::try_from(column - 1).unwrap_or(0));
    let start: usize = source.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = &source[start.min(source.len())..];
    start + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
}

/// The functions of expressions.
static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut environment = Env::default().with_optional_support(false).with_stdlib();
    // The names are none of the standard library's, as its patterns are left out: nothing can fail.
    let _ = environment.add_member_overload("matches", "string_matches", STRING_TYPE, vec![STRING_TYPE], matches);
    let _ = environment.add_member_overload("lowerAscii", "string_lower_ascii", STRING_TYPE, vec![], lower_ascii);
    Arc::new(environment)
});

/// A pattern of `matches`; all of them are literals.
pub(super) fn pattern(text: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new(text).size_limit(PATTERN_BYTES).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
        other => {
            let text = other.to_string();
            text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
        }
    })
}

thread_local! {
    /// The patterns that were met on this thread.
    static PATTERNS: RefCell<HashMap<String, Option<Regex>>> = RefCell::default();
}

fn text<'b>(values: &'b [CowVal<'_, '_>], at: usize) -> &'b str {
    values.get(at).and_then(|value| value.downcast_ref::<CelString<'_>>()).map_or("", |text| text.inner())
}

/// `"text".matches("pattern")`, found anywhere. The standard library would compile the pattern each time.
#[expect(clippy::needless_pass_by_value, reason = "functions of expressions have this form")]
fn matches<'b, 'v>(values: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let (value, wanted) = (text(&values, 0), text(&values, 1));
    let found = PATTERNS.with_borrow_mut(|known| {
        if !known.contains_key(wanted) {
            known.insert(wanted.to_owned(), pattern(wanted).ok());
        }
        known.get(wanted).and_then(Option::as_ref).map(|pattern| pattern.is_match(value))
    });
    match found {
        Some(found) => Ok(CowVal::owned(CelBool::from(found))),
        None => Err(ExecutionError::function_error("matches", "the pattern cannot be read")),
    }
}

#[expect(clippy::needless_pass_by_value, clippy::unnecessary_wraps, reason = "functions of expressions have this form")]
fn lower_ascii<'b, 'v>(values: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    Ok(CowVal::owned(CelString::from(text(&values, 0).to_ascii_lowercase())))
}
