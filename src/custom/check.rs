//! Checks an expression against the views before it runs: names, fields, functions and types, each with its place.

use cel::common::ast::{CallExpr, ComprehensionExpr, Expr, IdedExpr, LiteralValue, SelectExpr, operators};

use apiward_model::nearest::nearest;

use super::bounds::{self, Scalars, literal_text};
use super::expression::{Fault, Places, pattern};
use super::shape::{Kind, Of, View};

/// Names that have a meaning in an expression.
#[derive(Clone, Debug)]
pub(super) struct Names(pub(super) Vec<(&'static str, &'static View)>);

/// The type of an expression, and which of its parts are no collections.
pub(super) fn kind_of(tree: &IdedExpr, places: &Places, names: &Names) -> Result<(Kind, Scalars), Fault> {
    let mut checker = Checker { places, names, locals: Vec::new(), scalars: Scalars::default() };
    let kind = checker.kind(tree)?;
    Ok((kind, checker.scalars))
}

/// Functions, whether they are called on a value, and the type of their result.
const FUNCTIONS: [(&str, Kind); 14] = [
    ("size", Kind::INT),
    ("contains", Kind::BOOL),
    ("startsWith", Kind::BOOL),
    ("endsWith", Kind::BOOL),
    ("matches", Kind::BOOL),
    ("lowerAscii", Kind::TEXT),
    ("string", Kind::TEXT),
    ("int", Kind::INT),
    ("uint", Kind::ANY),
    ("double", Kind::One(Of::Double)),
    ("bool", Kind::BOOL),
    ("dyn", Kind::ANY),
    ("type", Kind::ANY),
    ("has", Kind::BOOL),
];
/// Loops, and what else is no function by itself.
const MACROS: [&str; 7] = ["all", "exists", "exists_one", "existsOne", "map", "filter", "has"];
/// Functions that are called on a text.
const OF_TEXT: [&str; 5] = ["contains", "startsWith", "endsWith", "matches", "lowerAscii"];
/// The names of types.
const TYPES: [&str; 10] = ["bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type"];

struct Checker<'c> {
    places: &'c Places,
    names: &'c Names,
    /// Variables of loops, the innermost last.
    locals: Vec<(&'c str, Kind)>,
    scalars: Scalars,
}

impl<'c> Checker<'c> {
    fn fault(&self, at: &IdedExpr, message: impl Into<String>) -> Fault {
        Fault::new(self.places.of(at), message)
    }

    fn kind(&mut self, expression: &'c IdedExpr) -> Result<Kind, Fault> {
        let kind = match &expression.expr {
            Expr::Unspecified => return Err(self.fault(expression, "the expression is not complete")),
            Expr::Literal(literal) => of_literal(literal),
            Expr::Ident(name) => self.name(expression, name)?,
            Expr::Select(select) => self.select(expression, select)?,
            Expr::Call(call) => self.call(expression, call)?,
            Expr::Comprehension(own) => self.comprehension(own)?,
            Expr::List(list) => {
                let kinds = self.all(&list.elements)?;
                Kind::List(kinds.into_iter().map(of_item).reduce(either).unwrap_or(Of::Any))
            }
            Expr::Map(_) => {
                self.all(bounds::parts(expression))?;
                Kind::Map(Of::Any)
            }
            Expr::Struct(own) => {
                return Err(self.fault(expression, format!("there is no type `{}`", own.type_name)));
            }
        };
        match kind {
            Kind::One(Of::View(_)) => self.scalars.views.insert(expression.id),
            Kind::One(Of::Bool | Of::Int | Of::Double | Of::Text) => self.scalars.plain.insert(expression.id),
            _ => false,
        };
        Ok(kind)
    }

    fn all(&mut self, parts: impl IntoIterator<Item = &'c IdedExpr>) -> Result<Vec<Kind>, Fault> {
        parts.into_iter().map(|part| self.kind(part)).collect()
    }

    fn name(&self, at: &IdedExpr, name: &str) -> Result<Kind, Fault> {
        if let Some((_, kind)) = self.locals.iter().rev().find(|(local, _)| *local == name) {
            return Ok(*kind);
        }
        if let Some((_, view)) = self.names.0.iter().find(|(known, _)| *known == name) {
            return Ok(Kind::One(Of::View(view)));
        }
        if TYPES.contains(&name) {
            return Ok(Kind::ANY);
        }
        let locals = self.locals.iter().map(|(local, _)| *local).filter(|local| !local.starts_with('@'));
        let known: Vec<&str> = self.names.0.iter().map(|(known, _)| *known).chain(locals).collect();
        let help = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", known.join(", ")),
        };
        Err(self.fault(at, format!("nothing is named `{name}` here")).help(help))
    }

    fn select(&mut self, at: &'c IdedExpr, select: &'c SelectExpr) -> Result<Kind, Fault> {
        let operand = self.kind(&select.operand)?;
        let kind = self.field(at, operand, &select.field, select.test)?;
        Ok(if select.test { Kind::BOOL } else { kind })
    }

    fn field(&self, at: &IdedExpr, operand: Kind, name: &str, test: bool) -> Result<Kind, Fault> {
        match operand {
            Kind::One(Of::Any) => Ok(Kind::ANY),
            Kind::Map(of) => Ok(Kind::One(of)),
            Kind::One(Of::View(view)) => {
                let Some(field) = view.field(name) else {
                    let names: Vec<&str> = view.fields.iter().map(|field| field.name).collect();
                    let help = match nearest(name, names.iter().copied()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("there are {}", names.join(", ")),
                    };
                    let message = format!("a view `{}` has no field `{name}`", view.name);
                    return Err(self.fault(at, message).help(help));
                };
                if test && !field.optional {
                    let message = format!("`has()` is always true of `{name}`, which is there in every {}", view.name);
                    return Err(self.fault(at, message).help(absence(field.kind, name)));
                }
                Ok(field.kind)
            }
            other => {
                let help = match other {
                    Kind::List(_) => "go through its items: `list.exists(item, ...)`, `list.all(item, ...)`",
                    _ => "fields are those of views and maps",
                };
                let message = format!("{} has no field `{name}`", other.one());
                Err(self.fault(at, message).help(help))
            }
        }
    }

    fn call(&mut self, at: &'c IdedExpr, call: &'c CallExpr) -> Result<Kind, Fault> {
        let name = call.func_name.as_str();
        match name {
            operators::LOGICAL_AND | operators::LOGICAL_OR | operators::LOGICAL_NOT => {
                for part in &call.args {
                    self.condition(part)?;
                }
                Ok(Kind::BOOL)
            }
            operators::NOT_STRICTLY_FALSE => self.all(&call.args).map(|_| Kind::BOOL),
            operators::CONDITIONAL => {
                if let Some(condition) = call.args.first() {
                    self.condition(condition)?;
                }
                let branches = self.all(call.args.iter().skip(1))?;
                Ok(branches.into_iter().reduce(either_kind).unwrap_or(Kind::ANY))
            }
            operators::INDEX => self.index(at, call),
            operators::IN => self.within(at, call),
            operators::EQUALS | operators::NOT_EQUALS => self.equality(at, call),
            operators::LESS | operators::LESS_EQUALS | operators::GREATER | operators::GREATER_EQUALS => {
                self.comparison(at, call)
            }
            _ if name.contains('_') && name != "exists_one" => self.arithmetic(at, call),
            _ => self.function(at, call),
        }
    }

    fn arithmetic(&mut self, at: &'c IdedExpr, call: &'c CallExpr) -> Result<Kind, Fault> {
        let kinds = self.all(&call.args)?;
        if let [one, other] = kinds.as_slice()
            && class(*one) != 0
            && class(*other) != 0
        {
            let same = class(*one) == class(*other);
            let numbers = matches!(
                (one, other),
                (Kind::One(Of::Int), Kind::One(Of::Double)) | (Kind::One(Of::Double), Kind::One(Of::Int))
            );
            if !same || numbers {
                let operator = bounds::call_title(&call.func_name);
                let message = format!("{operator} is not for {} and {}", one.one(), other.one());
                return Err(self.fault(at, message).help("`string()`, `int()` and `double()` convert"));
            }
        }
        Ok(kinds.into_iter().reduce(either_kind).unwrap_or(Kind::ANY))
    }

    /// A part that has to be a bool.
    fn condition(&mut self, part: &'c IdedExpr) -> Result<(), Fault> {
        match self.kind(part)? {
            Kind::One(Of::Bool | Of::Any) => Ok(()),
            other => Err(self.fault(part, format!("a bool was expected, and this is {}", other.one()))),
        }
    }

    fn index(&mut self, at: &'c IdedExpr, call: &'c CallExpr) -> Result<Kind, Fault> {
        let [operand, key] = call.args.as_slice() else { return Ok(Kind::ANY) };
        let (kind, key_kind) = (self.kind(operand)?, self.kind(key)?);
        match (kind, literal_text(key)) {
            (Kind::List(of), _) if matches!(key_kind, Kind::One(Of::Int | Of::Any)) => Ok(Kind::One(of)),
            (Kind::List(_), _) => Err(self.fault(key, format!("an int was expected, and this is {}", key_kind.one()))),
            (Kind::Map(of), _) => Ok(Kind::One(of)),
            (Kind::One(Of::View(_)), Some(field)) => self.field(at, kind, field, false),
            (Kind::One(Of::View(view)), None) => {
                let message = format!("fields of a view `{}` are named in the expression itself", view.name);
                Err(self.fault(key, message).help("write `view.field`"))
            }
            (Kind::One(Of::Any), _) => Ok(Kind::ANY),
            (other, _) => Err(self.fault(at, format!("{} has no items", other.one()))),
        }
    }

    fn within(&mut self, at: &'c IdedExpr, call: &'c CallExpr) -> Result<Kind, Fault> {
        let kinds = self.all(&call.args)?;
        match kinds.as_slice() {
            [item, Kind::List(of)] => self.comparable(at, *item, Kind::One(*of)),
            [item, Kind::Map(_)] => self.comparable(at, *item, Kind::TEXT),
            [_, Kind::One(Of::Any)] => Ok(Kind::BOOL),
            [_, Kind::One(Of::Text)] => {
                let message = "`in` looks into lists and maps, and this is a string";
                Err(self.fault(at, message).help("write `text.contains(\"part\")`"))
            }
            [_, other] => Err(self.fault(at, format!("`in` looks into lists and maps, and this is {}", other.one()))),
            _ => Ok(Kind::BOOL),
        }
    }

    fn equality(&mut self, at: &'c IdedExpr, call: &'c CallExpr) -> Result<Kind, Fault> {
        let kinds = self.all(&call.args)?;
        let null = call.args.iter().any(|part| matches!(part.expr, Expr::Literal(LiteralValue::Null)));
        if null && kinds.iter().any(|kind| *kind != Kind::ANY) {
            let help = "what is missing is empty, or asked for with `has(view.field)`";
            return Err(self.fault(at, "it is never null").help(help));
        }
        match kinds.as_slice() {
            [Kind::One(Of::View(_)) | Kind::Map(_), _] | [_, Kind::One(Of::View(_)) | Kind::Map(_)] => {
                let message = "views and maps cannot be compared as a whole";
                Err(self.fault(at, message).help("compare a field of them; ask with `has()` whether one is there"))
            }
            [one, other] => self.comparable(at, *one, *other),
            _ => Ok(Kind::BOOL),
        }
    }

    /// Refuses what can never be equal.
    fn comparable(&self, at: &IdedExpr, one: Kind, other: Kind) -> Result<Kind, Fault> {
        let (left, right) = (class(one), class(other));
        if left == 0 || right == 0 || left == right {
            return Ok(Kind::BOOL);
        }
        let message = format!("{} never equals {}", one.one(), other.one());
        let help = match (one, other) {
            (Kind::List(_), _) => {
                "ask whether it is in the list: `item in list`, or go through it: `list.exists(item, ...)`"
            }
            _ => "compare values of one type; `string()` and `int()` convert",
        };
        Err(self.fault(at, message).help(help))
    }

    fn comparison(&mut self, at: &'c IdedExpr, call: &'c CallExpr) -> Result<Kind, Fault> {
        let kinds = self.all(&call.args)?;
        for (part, kind) in call.args.iter().zip(&kinds) {
            if !matches!(kind, Kind::One(Of::Any | Of::Int | Of::Double | Of::Text)) {
                let message = format!("{} has no order", kind.one());
                let fault = self.fault(part, message);
                let list = matches!(kind, Kind::List(_) | Kind::Map(_));
                return Err(if list { fault.help("compare its `size()`") } else { fault });
            }
        }
        match kinds.as_slice() {
            [one, other] => self.comparable(at, *one, *other),
            _ => Ok(Kind::BOOL),
        }
    }

    fn function(&mut self, at: &'c IdedExpr, call: &'c CallExpr) -> Result<Kind, Fault> {
        let name = call.func_name.as_str();
        if MACROS.contains(&name) {
            let help = match name {
                "has" => "write `has(view.field)`",
                _ => "write `list.all(item, condition)`, with a plain name for the item",
            };
            return Err(self.fault(at, format!("`{name}` is not called like this")).help(help));
        }
        let Some((_, result)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
            let known = FUNCTIONS.iter().map(|(known, _)| *known).chain(MACROS);
            let help = match nearest(name, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "docs/custom-lints.md lists the functions".to_owned(),
            };
            return Err(self.fault(at, format!("there is no function `{name}`")).help(help));
        };
        let target = call.target.as_deref().map(|target| self.kind(target)).transpose()?;
        let arguments = self.all(&call.args)?;
        let of_text = OF_TEXT.contains(&name);
        let wanted = match name {
            "lowerAscii" => 0,
            "size" => usize::from(target.is_none()),
            _ => 1,
        };
        if arguments.len() != wanted || of_text != target.is_some() && name != "size" {
            let help = if of_text { format!("write `text.{name}(...)`") } else { format!("write `{name}(value)`") };
            return Err(self.fault(at, format!("`{name}` is not called like this")).help(help));
        }
        let texts = target.into_iter().chain(arguments).filter(|_| of_text);
        if let Some(other) = texts.into_iter().find(|kind| !matches!(kind, Kind::One(Of::Any | Of::Text))) {
            return Err(self.fault(at, format!("`{name}` is about strings, and this is {}", other.one())));
        }
        if name == "matches" {
            self.literal_pattern(call)?;
        }
        Ok(*result)
    }

    /// Patterns are literals: they are compiled once, and none comes from a description.
    fn literal_pattern(&self, call: &CallExpr) -> Result<(), Fault> {
        let Some(argument) = call.args.first() else { return Ok(()) };
        let Some(text) = literal_text(argument) else {
            return Err(self.fault(argument, "the pattern of `matches` is written out, as a literal"));
        };
        pattern(text).map(|_| ()).map_err(|why| self.fault(argument, format!("`{text}` is no pattern: {why}")))
    }

    fn comprehension(&mut self, own: &'c ComprehensionExpr) -> Result<Kind, Fault> {
        let item = match self.kind(&own.iter_range)? {
            Kind::List(of) => Kind::One(of),
            Kind::Map(_) => Kind::TEXT,
            Kind::One(Of::Any) => Kind::ANY,
            other @ Kind::One(_) => {
                let message = format!("a list or map was expected to go through, and this is {}", other.one());
                return Err(self.fault(&own.iter_range, message));
            }
        };
        let result = self.kind(&own.accu_init)?;
        let depth = self.locals.len();
        self.locals.push((&own.iter_var, item));
        self.locals.push((&own.accu_var, result));
        self.kind(&own.loop_cond)?;
        let step = self.kind(&own.loop_step)?;
        let whole = self.kind(&own.result)?;
        self.locals.truncate(depth);
        // `map` and `filter` begin with an empty list; what its items are is known from the step.
        Ok(if matches!(result, Kind::List(_)) { step } else { whole })
    }
}

/// Types of one class can be compared with one another; nothing is known of class 0.
const fn class(kind: Kind) -> u8 {
    match kind {
        Kind::One(Of::Any) => 0,
        Kind::One(Of::Bool) => 1,
        Kind::One(Of::Int | Of::Double) => 2,
        Kind::One(Of::Text) => 3,
        Kind::One(Of::View(_)) => 4,
        Kind::List(_) => 5,
        Kind::Map(_) => 6,
    }
}

/// How to ask for what a description does not say.
fn absence(kind: Kind, name: &str) -> String {
    match kind {
        Kind::One(Of::Text) => format!("ask whether it is empty: `{name} != \"\"`"),
        Kind::List(_) | Kind::Map(_) => format!("ask whether it is empty: `{name}.size() > 0`"),
        Kind::One(_) => format!("take `{name}` itself"),
    }
}

fn of_literal(literal: &LiteralValue) -> Kind {
    match literal {
        LiteralValue::Boolean(_) => Kind::BOOL,
        LiteralValue::Int(_) => Kind::INT,
        LiteralValue::Double(_) => Kind::One(Of::Double),
        LiteralValue::String(_) => Kind::TEXT,
        LiteralValue::Bytes(_) | LiteralValue::Null | LiteralValue::UInt(_) => Kind::ANY,
    }
}

fn of_item(kind: Kind) -> Of {
    match kind {
        Kind::One(of) => of,
        Kind::List(_) | Kind::Map(_) => Of::Any,
    }
}

fn either(one: Of, other: Of) -> Of {
    if one == other { one } else { Of::Any }
}

/// The type of what is one or the other. Lists that the macros begin with hold nothing yet.
fn either_kind(one: Kind, other: Kind) -> Kind {
    match (one, other) {
        (Kind::List(Of::Any), Kind::List(of)) | (Kind::List(of), Kind::List(Of::Any)) => Kind::List(of),
        (Kind::List(one), Kind::List(other)) => Kind::List(either(one, other)),
        _ if one == other => one,
        _ => Kind::ANY,
    }
}
