//! Regular expressions of JSON Schema's `pattern`: what they hold a value to, told by their syntax tree.
//!
//! They are ECMA-262, which no crate at hand reads: look-around, backreferences and the leniency of Annex B included.

mod ambiguity;
mod class;
mod nfa;
mod parse;

pub use ambiguity::{Ambiguity, Attack};
pub use class::Class;

/// Why a pattern cannot be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It does not compile, and why.
    Invalid(&'static str),
    /// It is too large to be looked at.
    TooLarge,
}

/// The syntax tree, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ast {
    /// One character of a set.
    Class(Class),
    /// `^`
    Start,
    /// `$`
    End,
    /// `\b` or `\B`
    Boundary,
    /// Look-ahead or look-behind.
    Look { ahead: bool, negative: bool, inner: Box<Ast> },
    /// `\1` or `\k<name>`
    Backreference,
    /// What parentheses hold, whether or not they capture.
    Group(Box<Ast>),
    /// A term with a quantifier.
    Repeat { inner: Box<Ast>, min: u32, max: Option<u32> },
    /// One after the other; none matches the empty string.
    Sequence(Vec<Ast>),
    /// What stands between `|`.
    Either(Vec<Ast>),
}

/// How far a pattern, or one of its alternatives, holds a value at its ends. The worst is the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hold {
    /// It may match anywhere, or all but a few characters are free.
    Loose,
    /// One end is held by three literal characters or more, or by nothing but literal characters.
    Partly,
    /// From the first to the last character, or by look-aheads from the first.
    Whole,
}

/// A pattern that compiles.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The top-level alternatives, each a list of terms.
    alternatives: Vec<Vec<Ast>>,
}

/// Literal characters that make up for an anchor.
const LITERALS: usize = 3;

impl Pattern {
    /// Reads a pattern with the `u` flag and, if that fails, without it.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        let mut ast = parse::parse(text)?;
        loop {
            ast = match ast {
                Ast::Group(inner) => *inner,
                Ast::Sequence(mut terms) if matches!(terms.as_slice(), [Ast::Group(_)]) => terms.remove(0),
                other => break ast = other,
            };
        }
        let alternatives = match ast {
            Ast::Either(all) => all.into_iter().map(terms).collect(),
            other => vec![terms(other)],
        };
        Ok(Self { alternatives })
    }

    /// True when every alternative begins with `^` and ends with `$`.
    pub fn is_anchored(&self) -> bool {
        self.is_anchored_at_start() && self.is_anchored_at_end()
    }

    /// True when every alternative begins with `^`.
    pub fn is_anchored_at_start(&self) -> bool {
        self.alternatives.iter().all(|terms| begins(terms))
    }

    /// True when every alternative ends with `$`.
    pub fn is_anchored_at_end(&self) -> bool {
        self.alternatives.iter().all(|terms| ends(terms))
    }

    /// True when no string that it matches is longer than some length.
    pub fn is_finite(&self) -> bool {
        self.is_anchored() && self.alternatives.iter().flatten().all(Ast::is_finite)
    }

    /// True when it matches every string: an alternative is `.*`, or can match nothing at all and is not held at both
    /// ends.
    pub fn matches_everything(&self) -> bool {
        self.alternatives.iter().any(|terms| {
            let held = begins(terms) && ends(terms);
            is_anything(terms, 0) || !held && terms.iter().all(Ast::is_nullable)
        })
    }

    /// True when it matches every string but the empty one, as `.+` does.
    pub fn matches_everything_else(&self) -> bool {
        self.alternatives.iter().any(|terms| is_anything(terms, 1))
    }

    /// The fewest characters that a match has.
    pub fn shortest(&self) -> u64 {
        self.alternatives
            .iter()
            .map(|terms| terms.iter().map(Ast::shortest).fold(0, u64::saturating_add))
            .min()
            .unwrap_or(0)
    }

    /// How far it holds a value at its ends; the loosest alternative decides.
    pub fn hold(&self) -> Hold {
        // `^a|b$` is rarely meant: there the ends are not those of one prefix or suffix.
        let one_end = self.is_anchored_at_start() || self.is_anchored_at_end();
        self.alternatives.iter().map(|terms| hold(terms, one_end)).min().unwrap_or(Hold::Loose)
    }
}

fn terms(ast: Ast) -> Vec<Ast> {
    match ast {
        Ast::Sequence(terms) => terms,
        other => vec![other],
    }
}

/// The alternatives of what a group holds, each a list of terms.
fn branches(inner: &Ast) -> Vec<&[Ast]> {
    match inner {
        Ast::Either(all) => all.iter().map(slice).collect(),
        other => vec![slice(other)],
    }
}

fn slice(ast: &Ast) -> &[Ast] {
    match ast {
        Ast::Sequence(terms) => terms,
        other => std::slice::from_ref(other),
    }
}

fn begins(terms: &[Ast]) -> bool {
    terms.first().is_some_and(|first| match first {
        Ast::Start => true,
        Ast::Group(inner) => branches(inner).into_iter().all(begins),
        _ => false,
    })
}

fn ends(terms: &[Ast]) -> bool {
    terms.last().is_some_and(|last| match last {
        Ast::End => true,
        Ast::Group(inner) => branches(inner).into_iter().all(ends),
        _ => false,
    })
}

/// True for `X*` (with `least` 1: for `X+`) where X is any character, anchors and line breaks aside.
fn is_anything(terms: &[Ast], least: u32) -> bool {
    let terms = terms.strip_prefix(&[Ast::Start]).unwrap_or(terms);
    match terms.strip_suffix(&[Ast::End]).unwrap_or(terms) {
        [Ast::Group(inner)] => branches(inner).into_iter().any(|branch| is_anything(branch, least)),
        [Ast::Repeat { inner, min, max: None }] => {
            *min == least && inner.any_character().is_some_and(|set| set.is_nearly_any())
        }
        _ => false,
    }
}

fn hold(terms: &[Ast], one_end: bool) -> Hold {
    let literals = |inner: &mut dyn Iterator<Item = &Ast>| {
        let count = inner.take_while(|term| matches!(term, Ast::Class(class) if class.is_literal())).count();
        // Nothing but a prefix or a suffix was meant as one.
        count >= LITERALS || one_end && count > 0 && count + 1 == terms.len()
    };
    match (begins(terms), ends(terms)) {
        (true, true) => Hold::Whole,
        (true, false) if matches!(terms, [Ast::Start, Ast::Look { ahead: true, .. }, ..]) => Hold::Whole,
        (true, false) if literals(&mut terms.iter().skip(1)) => Hold::Partly,
        (false, true) if literals(&mut terms.iter().rev().skip(1)) => Hold::Partly,
        _ => Hold::Loose,
    }
}

impl Ast {
    fn is_finite(&self) -> bool {
        match self {
            Self::Class(_) | Self::Start | Self::End | Self::Boundary | Self::Look { .. } => true,
            Self::Backreference => false,
            Self::Group(inner) => inner.is_finite(),
            Self::Repeat { inner, max, .. } => max.is_some() && inner.is_finite(),
            Self::Sequence(all) | Self::Either(all) => all.iter().all(Self::is_finite),
        }
    }

    fn shortest(&self) -> u64 {
        match self {
            Self::Class(_) => 1,
            Self::Start | Self::End | Self::Boundary | Self::Look { .. } | Self::Backreference => 0,
            Self::Group(inner) => inner.shortest(),
            Self::Repeat { inner, min, .. } => inner.shortest().saturating_mul(u64::from(*min)),
            Self::Sequence(all) => all.iter().map(Self::shortest).fold(0, u64::saturating_add),
            Self::Either(all) => all.iter().map(Self::shortest).min().unwrap_or(0),
        }
    }

    /// True when it matches the empty string anywhere.
    fn is_nullable(&self) -> bool {
        match self {
            Self::Start | Self::End => true,
            Self::Class(_) | Self::Boundary | Self::Look { .. } | Self::Backreference => false,
            Self::Group(inner) => inner.is_nullable(),
            Self::Repeat { inner, min, .. } => *min == 0 || inner.is_nullable(),
            Self::Sequence(all) => all.iter().all(Self::is_nullable),
            Self::Either(all) => all.iter().any(Self::is_nullable),
        }
    }

    /// The characters of which it matches exactly one; nothing for what may match anything else.
    fn any_character(&self) -> Option<Class> {
        match self {
            Self::Class(class) => Some(class.clone()),
            Self::Group(inner) => inner.any_character(),
            Self::Sequence(all) => match all.as_slice() {
                [only] => only.any_character(),
                _ => None,
            },
            Self::Either(all) => {
                all.iter().try_fold(Class::default(), |set, one| Some(set.united(&one.any_character()?)))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;
