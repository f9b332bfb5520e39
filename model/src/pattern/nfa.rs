//! The automaton of a pattern: its positions, and in how many ways one can follow another.
//!
//! Glushkov's construction keeps branches and repeats as written, if it counts: in `(a+)+` the `a` follows itself through
//! the inner and through the outer repeat. Iterations that match nothing do not count, as in ECMA-262 (`RepeatMatcher`).

use std::collections::BTreeMap;

use super::class::Class;
use super::{Ast, Pattern};

/// Copies up to which a bounded repeat is written out; of larger ones that many are.
const COPIES: u32 = 16;
/// Steps that building takes at most: empty groups cost time and no positions.
const STEPS: usize = 400_000;

/// Positions, and in how many ways each begins, ends or follows: one or several.
type Ways = BTreeMap<usize, Count>;

/// One, or several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    One,
    Several,
}

impl Count {
    fn times(self, other: Self) -> Self {
        if self == Self::One { other } else { Self::Several }
    }
}

/// The automaton. Position 0 is the start.
pub(super) struct Nfa {
    /// What a position consumes; nothing for the start and for `$`.
    pub classes: Vec<Option<Class>>,
    /// The positions that follow, in order.
    pub follow: Vec<Ways>,
    /// A match may end behind the position, whatever comes.
    pub accepts: Vec<bool>,
    /// A match may end behind the position where the value ends.
    pub ends: Vec<bool>,
    /// The position stands in a loop that may read less than it seems: with a look-around or anchor in it, which are
    /// passed over, or fewer copies than asked for.
    pub rough: Vec<bool>,
}

/// A part of a pattern.
#[derive(Clone, Default)]
struct Part {
    first: Ways,
    last: Ways,
    /// In how many ways it matches nothing.
    empty: Option<Count>,
}

struct Builder {
    nfa: Nfa,
    most: usize,
    steps: usize,
    /// What is being built holds something that the automaton shows only roughly.
    rough: bool,
}

impl Nfa {
    /// The automaton of a pattern, unless it would have more than `most` positions or the pattern holds a backreference.
    pub(super) fn of(pattern: &Pattern, most: usize) -> Option<Self> {
        let branches = pattern.alternatives.iter().map(Vec::as_slice);
        Builder::new(most).finish(branches)
    }

    /// The automaton of what a look-around holds.
    pub(super) fn of_part(ast: &Ast, most: usize) -> Option<Self> {
        Builder::new(most).finish(std::iter::once(std::slice::from_ref(ast)))
    }

    /// The number of positions, the start among them.
    pub(super) const fn len(&self) -> usize {
        self.classes.len()
    }

    /// The positions that follow and consume something.
    pub(super) fn next(&self, position: usize) -> impl Iterator<Item = (usize, Count, &Class)> {
        let consuming = |(next, count): (&usize, &Count)| Some((*next, *count, self.classes[*next].as_ref()?));
        self.follow[position].iter().filter_map(consuming)
    }
}

impl Builder {
    fn new(most: usize) -> Self {
        let nfa = Nfa {
            classes: vec![None],
            follow: vec![Ways::new()],
            accepts: Vec::new(),
            ends: Vec::new(),
            rough: vec![false],
        };
        Self { nfa, most, steps: STEPS, rough: false }
    }

    fn finish<'p>(mut self, branches: impl Iterator<Item = &'p [Ast]>) -> Option<Nfa> {
        let mut whole = Part::default();
        for terms in branches {
            let branch = self.sequence(terms)?;
            whole = self.either(whole, &branch)?;
        }
        let start = Part { first: Ways::new(), last: one(0), empty: None };
        let whole = self.then(&start, &whole)?;
        let mut nfa = self.nfa;
        let is_end = |position: usize, nfa: &Nfa| position > 0 && nfa.classes[position].is_none();
        nfa.accepts = (0..nfa.len()).map(|at| whole.last.contains_key(&at) && !is_end(at, &nfa)).collect();
        let at_end = |at: usize| {
            nfa.follow[at].keys().any(|next| is_end(*next, &nfa) && whole.last.contains_key(next)) || nfa.accepts[at]
        };
        nfa.ends = (0..nfa.len()).map(at_end).collect();
        Some(nfa)
    }

    fn step(&mut self, count: usize) -> Option<()> {
        self.steps = self.steps.checked_sub(count)?;
        Some(())
    }

    fn position(&mut self, class: Option<Class>) -> Option<Part> {
        let at = self.nfa.classes.len();
        if at > self.most {
            return None;
        }
        self.nfa.classes.push(class);
        self.nfa.follow.push(Ways::new());
        self.nfa.rough.push(false);
        Some(Part { first: one(at), last: one(at), empty: None })
    }

    fn part(&mut self, ast: &Ast) -> Option<Part> {
        self.step(1)?;
        match ast {
            Ast::Class(class) => self.position(Some(class.clone())),
            Ast::End => self.position(None),
            Ast::Start | Ast::Boundary | Ast::Look { .. } => {
                self.rough = true;
                Some(nothing())
            }
            Ast::Backreference => None,
            Ast::Group(inner) => self.part(inner),
            Ast::Sequence(terms) => self.sequence(terms),
            Ast::Either(branches) => {
                let mut all = Part::default();
                for branch in branches {
                    let branch = self.part(branch)?;
                    all = self.either(all, &branch)?;
                }
                Some(all)
            }
            Ast::Repeat { inner, min, max } => self.repeat(inner, *min, *max),
        }
    }

    fn sequence(&mut self, terms: &[Ast]) -> Option<Part> {
        let mut all = nothing();
        for term in terms {
            let next = self.part(term)?;
            all = self.then(&all, &next)?;
        }
        Some(all)
    }

    fn repeat(&mut self, inner: &Ast, min: u32, max: Option<u32>) -> Option<Part> {
        // Fewer at most only take ways away, fewer at least make some that are none.
        self.rough |= min > COPIES;
        let (min, max) = (min.min(COPIES), max.map(|max| max.min(COPIES)));
        match (min, max) {
            (_, Some(0)) => Some(nothing()),
            (0, None) => {
                let looped = self.plus(inner)?;
                Some(optional(looped))
            }
            (_, None) => {
                let copies = self.copies(inner, min - 1)?;
                let looped = self.plus(inner)?;
                self.then(&copies, &looped)
            }
            (_, Some(max)) => {
                let copies = self.copies(inner, min)?;
                let mut rest = nothing();
                for _ in min..max {
                    let one = self.part(inner)?;
                    rest = optional(self.then(&one, &rest)?);
                }
                self.then(&copies, &rest)
            }
        }
    }

    fn copies(&mut self, inner: &Ast, count: u32) -> Option<Part> {
        let mut all = nothing();
        for _ in 0..count {
            let next = self.part(inner)?;
            all = self.then(&all, &next)?;
        }
        Some(all)
    }

    fn plus(&mut self, inner: &Ast) -> Option<Part> {
        let from = self.nfa.len();
        let before = std::mem::take(&mut self.rough);
        let part = self.part(inner)?;
        if self.rough {
            self.nfa.rough[from..].fill(true);
        }
        self.rough |= before;
        self.link(&part.last, &part.first)?;
        Some(part)
    }

    fn then(&mut self, before: &Part, after: &Part) -> Option<Part> {
        self.link(&before.last, &after.first)?;
        self.step(before.first.len() + after.last.len())?;
        let mut joined = before.clone();
        if let Some(ways) = before.empty {
            add(&mut joined.first, &after.first, ways);
        }
        joined.last.clone_from(&after.last);
        if let Some(ways) = after.empty {
            add(&mut joined.last, &before.last, ways);
        }
        joined.empty = before.empty.zip(after.empty).map(|(one, two)| one.times(two));
        Some(joined)
    }

    fn either(&mut self, mut one: Part, other: &Part) -> Option<Part> {
        self.step(other.first.len() + other.last.len())?;
        add(&mut one.first, &other.first, Count::One);
        add(&mut one.last, &other.last, Count::One);
        one.empty =
            if one.empty.is_some() && other.empty.is_some() { Some(Count::Several) } else { one.empty.or(other.empty) };
        Some(one)
    }

    fn link(&mut self, from: &Ways, to: &Ways) -> Option<()> {
        self.step(from.len() * to.len())?;
        for (position, ways) in from {
            // Nothing follows the end of the value.
            if *position == 0 || self.nfa.classes[*position].is_some() {
                add(&mut self.nfa.follow[*position], to, *ways);
            }
        }
        Some(())
    }
}

fn one(position: usize) -> Ways {
    Ways::from([(position, Count::One)])
}

fn nothing() -> Part {
    Part { empty: Some(Count::One), ..Part::default() }
}

/// A part that may be left out. An iteration that matches nothing is no other way of leaving it out.
fn optional(part: Part) -> Part {
    Part { empty: Some(Count::One), ..part }
}

fn add(ways: &mut Ways, more: &Ways, times: Count) {
    for (position, count) in more {
        ways.entry(*position).and_modify(|known| *known = Count::Several).or_insert_with(|| count.times(times));
    }
}
