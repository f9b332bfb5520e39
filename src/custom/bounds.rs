//! What an expression may cost: its depth, how deep its loops nest, and, for values of known sizes, its steps. All of it
//! is known before the expression runs.

use std::collections::HashSet;

use cel::common::ast::{ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue, operators};

use super::expression::Fault;

/// Depth of an expression.
pub(super) const DEEPEST: usize = 64;
/// Loops (`all`, `exists`, `exists_one`, `map`, `filter`) inside one another.
pub(super) const NESTED: usize = 2;
/// Bytes of text that cost as much as a step.
const BYTES_PER_STEP: usize = 64;
/// A pattern reads text more slowly than a comparison, by this factor.
const STEPS_OF_PATTERN: u64 = 8;

/// The parts of an expression.
pub(super) fn parts(expression: &IdedExpr) -> Vec<&IdedExpr> {
    match &expression.expr {
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => Vec::new(),
        Expr::Call(call) => call.target.as_deref().into_iter().chain(&call.args).collect(),
        Expr::Comprehension(own) => vec![&own.iter_range, &own.accu_init, &own.loop_cond, &own.loop_step, &own.result],
        Expr::List(list) => list.elements.iter().collect(),
        Expr::Select(select) => vec![&select.operand],
        Expr::Map(map) => map.entries.iter().flat_map(|entry| entry_parts(&entry.expr)).collect(),
        Expr::Struct(own) => own.entries.iter().flat_map(|entry| entry_parts(&entry.expr)).collect(),
    }
}

fn entry_parts(entry: &EntryExpr) -> Vec<&IdedExpr> {
    match entry {
        EntryExpr::StructField(field) => vec![&field.value],
        EntryExpr::MapEntry(entry) => vec![&entry.key, &entry.value],
    }
}

/// Calls `visit` with an expression and all its parts.
pub(super) fn each<'e>(expression: &'e IdedExpr, visit: &mut impl FnMut(&'e IdedExpr)) {
    let mut waiting = vec![expression];
    while let Some(expression) = waiting.pop() {
        visit(expression);
        let mut parts = parts(expression);
        parts.reverse();
        waiting.append(&mut parts);
    }
}

/// Refuses an expression that is too deep.
pub(super) fn limit(tree: &IdedExpr) -> Result<(), Fault> {
    let mut waiting = vec![(tree, 1, 0)];
    while let Some((expression, depth, loops)) = waiting.pop() {
        if depth > DEEPEST {
            return Err(too_deep());
        }
        if loops > NESTED {
            return Err(Fault::new(0, format!("loops nest at most {NESTED} deep, and these nest deeper"))
                .help("`all`, `exists`, `exists_one`, `map` and `filter` are loops"));
        }
        match &expression.expr {
            Expr::Comprehension(own) => {
                waiting.push((&own.iter_range, depth + 1, loops));
                let inner = [&own.accu_init, &own.loop_cond, &own.loop_step, &own.result];
                waiting.extend(inner.map(|part| (part, depth + 1, loops + 1)));
            }
            _ => waiting.extend(parts(expression).into_iter().map(|part| (part, depth + 1, loops))),
        }
    }
    Ok(())
}

pub(super) fn too_deep() -> Fault {
    Fault::new(0, format!("an expression is at most {DEEPEST} levels deep"))
        .help("say a part of it in `when`, or make two lints of it")
}

/// The names of all fields that an expression asks for.
pub(super) fn fields(tree: &IdedExpr, into: &mut HashSet<String>) {
    each(tree, &mut |part| {
        into.extend(field_of(part).map(str::to_owned));
    });
}

/// True when an expression uses a variable.
pub(super) fn names(tree: &IdedExpr, variable: &str) -> bool {
    find(tree, |part| matches!(&part.expr, Expr::Ident(name) if name == variable)).is_some()
}

/// The field that an expression takes of another: `a.field` or `a["field"]`.
fn field_of(expression: &IdedExpr) -> Option<&str> {
    match &expression.expr {
        Expr::Select(select) => Some(&select.field),
        Expr::Call(call) if call.func_name == operators::INDEX => call.args.get(1).and_then(literal_text),
        _ => None,
    }
}

/// The text of a literal.
pub(super) fn literal_text(expression: &IdedExpr) -> Option<&str> {
    match &expression.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}

/// The first part that takes a field.
pub(super) fn find_field<'e>(tree: &'e IdedExpr, field: &str) -> Option<&'e IdedExpr> {
    find(tree, |part| field_of(part) == Some(field) && !matches!(&part.expr, Expr::Select(select) if select.test))
}

/// The first call of a function.
pub(super) fn find_call<'e>(tree: &'e IdedExpr, function: &str) -> Option<&'e IdedExpr> {
    find(tree, |part| matches!(&part.expr, Expr::Call(call) if call.func_name == function))
}

fn find(tree: &IdedExpr, wanted: impl Fn(&IdedExpr) -> bool) -> Option<&IdedExpr> {
    let mut found = None;
    each(tree, &mut |part| {
        if found.is_none() && wanted(part) {
            found = Some(part);
        }
    });
    found
}

/// An operator or function as it is written.
pub(super) fn call_title(function: &str) -> String {
    match function {
        operators::CONDITIONAL => "`? :`".to_owned(),
        operators::INDEX => "`[ ]`".to_owned(),
        operators::IN => "`in`".to_owned(),
        operator if operator.contains('_') && !operator.chars().any(char::is_alphabetic) => {
            format!("`{}`", operator.replace('_', ""))
        }
        function => format!("`{function}()`"),
    }
}

/// Largest sizes of a value: as a collection, and of the collections in it.
#[derive(Clone, Copy)]
struct Size {
    own: u64,
    inner: u64,
}

impl Size {
    const ONE: Self = Self { own: 1, inner: 1 };

    fn or(self, other: Self) -> Self {
        Self { own: self.own.max(other.own), inner: self.inner.max(other.inner) }
    }

    fn within(self) -> Self {
        Self { own: self.inner, inner: self.inner }
    }
}

/// What is known while an expression is gone through.
struct Estimate<'e> {
    scalars: &'e Scalars,
    /// What views hold at most.
    given: Size,
    text: u64,
    /// Variables of loops, the innermost last.
    locals: Vec<(&'e str, Size)>,
}

/// Parts of an expression that are no collection, by their numbers: texts, numbers and bools, and views.
#[derive(Debug, Default)]
pub(super) struct Scalars {
    pub(super) plain: HashSet<u64>,
    pub(super) views: HashSet<u64>,
}

/// The steps of an evaluation at most, where no list of what the expression is given is longer than `items` and no text
/// than `bytes`.
pub(super) fn cost(tree: &IdedExpr, scalars: &Scalars, items: usize, bytes: usize) -> u64 {
    let items = items.max(1) as u64;
    let text = 1 + (bytes / BYTES_PER_STEP) as u64;
    let given = Size { own: items, inner: items };
    Estimate { scalars, given, text, locals: Vec::new() }.of(tree).0
}

impl<'e> Estimate<'e> {
    /// The steps, and the size of the result.
    fn of(&mut self, expression: &'e IdedExpr) -> (u64, Size) {
        let (steps, size) = self.part(expression);
        if self.scalars.plain.contains(&expression.id) {
            return (steps, Size::ONE);
        }
        let view = self.scalars.views.contains(&expression.id);
        (steps, if view { Size { own: 1, ..size } } else { size })
    }

    fn part(&mut self, expression: &'e IdedExpr) -> (u64, Size) {
        match &expression.expr {
            Expr::Unspecified | Expr::Literal(_) => (1, Size::ONE),
            Expr::Ident(name) => {
                let local = self.locals.iter().rev().find(|(local, _)| local == name);
                (1, local.map_or(self.given, |(_, size)| *size))
            }
            Expr::Select(select) => {
                let (steps, size) = self.of(&select.operand);
                (steps.saturating_add(1), size.within())
            }
            Expr::Comprehension(own) => self.of_loop(own),
            Expr::Call(call) => self.of_call(&call.func_name, &parts(expression)),
            Expr::List(_) | Expr::Map(_) | Expr::Struct(_) => {
                let parts = parts(expression);
                let own = parts.len() as u64;
                let all = self.of_all(&parts);
                let held = all.iter().fold(Size::ONE, |held, (_, size)| held.or(*size));
                (sum(&all).saturating_add(own), Size { own, inner: held.own.max(held.inner) })
            }
        }
    }

    fn of_loop(&mut self, own: &'e ComprehensionExpr) -> (u64, Size) {
        let (range_steps, range) = self.of(&own.iter_range);
        let (init_steps, init) = self.of(&own.accu_init);
        self.locals.push((&own.iter_var, range.within()));
        self.locals.push((&own.accu_var, Size { own: range.own, inner: init.inner }));
        let condition = self.of(&own.loop_cond).0;
        let (step, element) = self.of(&own.loop_step);
        let result = self.of(&own.result).0;
        self.locals.truncate(self.locals.len().saturating_sub(2));
        let each = condition.saturating_add(step).saturating_add(2);
        let steps = [range_steps, init_steps, range.own.saturating_mul(each), result];
        (steps.into_iter().fold(0, u64::saturating_add), Size { own: range.own, inner: element.inner })
    }

    fn of_all(&mut self, parts: &[&'e IdedExpr]) -> Vec<(u64, Size)> {
        parts.iter().map(|part| self.of(part)).collect()
    }

    fn of_call(&mut self, function: &str, parts: &[&'e IdedExpr]) -> (u64, Size) {
        let all = self.of_all(parts);
        let steps = sum(&all).saturating_add(1);
        let largest = all.iter().fold(Size::ONE, |largest, (_, size)| largest.or(*size));
        let together = all.iter().fold(0_u64, |together, (_, size)| together.saturating_add(size.own));
        let first = all.first().map_or(Size::ONE, |(_, size)| *size);
        let (more, size) = match function {
            operators::LOGICAL_AND | operators::LOGICAL_OR | operators::LOGICAL_NOT | operators::NOT_STRICTLY_FALSE => {
                (0, Size::ONE)
            }
            operators::CONDITIONAL => (0, largest),
            operators::INDEX => (0, first.within()),
            // Appending to the result of `map` and `filter` is done in place.
            operators::ADD if is_append(parts) => (0, largest),
            operators::ADD => (self.text.saturating_add(together), Size { own: together, inner: largest.inner }),
            operators::EQUALS | operators::NOT_EQUALS => {
                let own = all.iter().map(|(_, size)| size.own).min().unwrap_or(1);
                let inner = all.iter().map(|(_, size)| size.inner).min().unwrap_or(1);
                (self.text.saturating_add(own.saturating_mul(inner)), Size::ONE)
            }
            "matches" => (self.text.saturating_mul(STEPS_OF_PATTERN), Size::ONE),
            _ => (self.text.saturating_add(together), largest),
        };
        (steps.saturating_add(more), size)
    }
}

fn sum(all: &[(u64, Size)]) -> u64 {
    all.iter().fold(0, |sum, (steps, _)| sum.saturating_add(*steps))
}

/// `@result + [...]`, which only the macros write.
fn is_append(parts: &[&IdedExpr]) -> bool {
    matches!(parts, [left, _] if matches!(&left.expr, Expr::Ident(name) if name.starts_with('@')))
}
