//! Two judges that know nothing of automata: the `regex` crate for what a pattern matches, and a matcher that tries one
//! way after the other, as JavaScript does, for how long that takes.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::nfa::Nfa;
use super::{Ambiguity, Ast, Pattern};

/// Steps after which the matcher gives up.
const MANY: usize = 300_000;

/// Tries every way from a place in a text, and counts its steps.
struct Tries<'t> {
    text: &'t [char],
    steps: usize,
}

impl Tries<'_> {
    /// Whether the pattern is found in the text; nothing after too many steps.
    fn find(pattern: &Pattern, text: &str) -> (Option<bool>, usize) {
        let text: Vec<char> = text.chars().collect();
        let mut tries = Tries { text: &text, steps: 0 };
        let found = (0..=text.len())
            .any(|from| pattern.alternatives.iter().any(|terms| tries.sequence(terms, from, &mut |_, _| true)));
        ((tries.steps < MANY).then_some(found), tries.steps)
    }

    fn sequence(&mut self, terms: &[Ast], at: usize, then: &mut dyn FnMut(&mut Self, usize) -> bool) -> bool {
        match terms {
            [] => then(self, at),
            [first, rest @ ..] => self.one(first, at, &mut |tries, at| tries.sequence(rest, at, then)),
        }
    }

    fn one(&mut self, ast: &Ast, at: usize, then: &mut dyn FnMut(&mut Self, usize) -> bool) -> bool {
        self.steps += 1;
        // Giving up looks like a match: nothing else is tried.
        if self.steps >= MANY {
            return true;
        }
        match ast {
            Ast::Class(class) => self.text.get(at).is_some_and(|c| class.holds(u32::from(*c))) && then(self, at + 1),
            Ast::Start => at == 0 && then(self, at),
            Ast::End => at == self.text.len() && then(self, at),
            Ast::Group(inner) => self.one(inner, at, then),
            Ast::Sequence(terms) => self.sequence(terms, at, then),
            Ast::Either(all) => all.iter().any(|branch| self.one(branch, at, then)),
            Ast::Repeat { inner, min, max } => self.repeat(inner, (*min, *max), at, then),
            Ast::Boundary | Ast::Look { .. } | Ast::Backreference => unreachable!("none is made here"),
        }
    }

    /// `RepeatMatcher` of ECMA-262: an iteration that matches nothing counts only while one is still required.
    fn repeat(
        &mut self,
        inner: &Ast,
        (min, max): (u32, Option<u32>),
        at: usize,
        then: &mut dyn FnMut(&mut Self, usize) -> bool,
    ) -> bool {
        let less = (min.saturating_sub(1), max.map(|max| max.saturating_sub(1)));
        let more = max != Some(0)
            && self.one(inner, at, &mut |tries, next| (min > 0 || next != at) && tries.repeat(inner, less, next, then));
        more || min == 0 && then(self, at)
    }
}

/// Whether the automaton finds the pattern in a text.
fn accepts(nfa: &Nfa, text: &str, anchored: bool) -> bool {
    let mut set = vec![0];
    let accepted = |set: &[usize]| set.iter().any(|at| nfa.accepts[*at]);
    for character in text.chars() {
        if accepted(&set) {
            return true;
        }
        let read = |at: &usize| {
            nfa.next(*at).filter(|(.., class)| class.holds(character.into())).map(|(next, ..)| next).collect::<Vec<_>>()
        };
        set = set.iter().flat_map(read).collect();
        if !anchored {
            set.push(0);
        }
        set.sort_unstable();
        set.dedup();
    }
    accepted(&set) || set.iter().any(|at| nfa.ends[*at])
}

/// Small patterns, the same ones in each run.
struct Maker(u64);

impl Maker {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn pattern(&mut self, depth: u32) -> String {
        match self.below(if depth == 0 { 3 } else { 9 }) {
            0 => "a".to_owned(),
            1 => "b".to_owned(),
            2 => ["[ab]", "[^a]", "c"][usize::try_from(self.below(3)).unwrap()].to_owned(),
            3 | 4 => format!("{}{}", self.pattern(depth - 1), self.pattern(depth - 1)),
            5 => format!("(?:{}|{})", self.pattern(depth - 1), self.pattern(depth - 1)),
            6 => format!("(?:{})?", self.pattern(depth - 1)),
            7 => format!(
                "(?:{}){}",
                self.pattern(depth - 1),
                ["{2}", "{1,2}", "{2,}"][usize::try_from(self.below(3)).unwrap()]
            ),
            _ => format!("(?:{}){}", self.pattern(depth - 1), if self.below(2) == 0 { "*" } else { "+" }),
        }
    }
}

/// All texts of `a`, `b`, `c` and `!` up to a length.
fn texts(longest: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut from = 0;
    for _ in 0..longest {
        let until = all.len();
        for at in from..until {
            all.extend(['a', 'b', 'c', '!'].map(|letter| format!("{}{letter}", all[at])));
        }
        from = until;
    }
    all
}

#[test]
fn patterns_match_what_they_match_elsewhere() {
    let mut maker = Maker(0x2545_F491_4F6C_DD1D);
    let texts = texts(4);
    for _ in 0..600 {
        let inner = maker.pattern(3);
        for text in [format!("^(?:{inner})$"), format!("^{inner}"), format!("{inner}$"), inner.clone()] {
            let pattern = Pattern::parse(&text).unwrap();
            let judge = regex::Regex::new(&text).unwrap();
            let nfa = Nfa::of(&pattern, 2000).unwrap();
            for value in &texts {
                let expected = judge.is_match(value);
                assert_eq!(accepts(&nfa, value, text.starts_with('^')), expected, "{text} on {value:?}: automaton");
                assert_eq!(Tries::find(&pattern, value).0, Some(expected), "{text} on {value:?}: tries");
            }
            assert!(
                !pattern.matches_everything() || texts.iter().all(|value| judge.is_match(value)),
                "{text} matches all"
            );
            let fits = |value: &String| value.chars().count() < 60 || !judge.is_match(value);
            let long = ["a", "b", "ab", "c", "abc", "!"].map(|unit| unit.repeat(60));
            assert!(!pattern.is_finite() || long.iter().all(fits), "{text} bounds no length");
        }
    }
}

#[test]
fn what_is_called_exponential_takes_exponential_time() {
    let mut maker = Maker(0x9E37_79B9_7F4A_7C15);
    let mut found = 0;
    for _ in 0..3_000 {
        let text = format!("^(?:{})$", maker.pattern(4));
        let pattern = Pattern::parse(&text).unwrap();
        let Some(Ambiguity::Exponential(attack)) = pattern.ambiguity(2000, 1) else { continue };
        let attack = attack.unwrap();
        found += 1;
        let judge = regex::Regex::new(&text).unwrap();
        assert!(!judge.is_match(&attack.text(24)), "{text} matches {}", attack.text(24));
        let (found, _) = Tries::find(&pattern, &attack.text(48 * attack.pump.len()));
        assert!(found.is_none(), "{text} is done soon with {}", attack.text(24));
    }
    assert!(found > 100, "only {found}");
}

#[test]
fn what_is_not_called_exponential_takes_no_exponential_time() {
    let mut maker = Maker(0xD1B5_4A32_D192_ED03);
    let pumps: Vec<String> = texts(4).into_iter().filter(|unit| !unit.is_empty() && !unit.contains('!')).collect();
    let mut judged = 0;
    for _ in 0..1_200 {
        let text = format!("^(?:{})$", maker.pattern(4));
        let pattern = Pattern::parse(&text).unwrap();
        if matches!(pattern.ambiguity(2000, 1), Some(Ambiguity::Exponential(_))) {
            continue;
        }
        judged += 1;
        for pump in &pumps {
            let (_, few) = Tries::find(&pattern, &format!("{}!", pump.repeat(12)));
            let (_, more) = Tries::find(&pattern, &format!("{}!", pump.repeat(24)));
            // Twice the length is 32 times the ways at degree 5; exponentially many are 4,096 times.
            assert!(more < 100 * few.max(50), "{text}: {few} steps for 12 times {pump}, {more} for 24 times");
        }
    }
    assert!(judged > 500, "only {judged}");
}

#[test]
fn polynomial_degrees_are_those_of_the_time() {
    for (text, pump, degree) in
        [("^a*a*$", "a", 1), ("^a*b?a*$", "a", 1), ("^a*a*a*$", "a", 2), ("^[ab]*a*[ac]*a*$", "a", 3)]
    {
        let pattern = Pattern::parse(text).unwrap();
        assert_eq!(pattern.ambiguity(2000, 1), Some(Ambiguity::Polynomial(degree)), "{text}");
        let steps = |times: usize| Tries::find(&pattern, &format!("{}!", pump.repeat(times))).1;
        let growth = steps(40) / steps(20);
        let power = 1 << (degree + 1);
        assert!(growth * 2 > power && growth < power * 2, "{text}: {growth} times the steps for twice the length");
    }
}
