//! How many ways a pattern has to match one text: `ambiguity(pattern)`.
//!
//! An engine that backtracks tries them all before it gives up. Exponentially many there are when a position comes back
//! to itself over one word on two different paths; polynomially many when repeats in a row share words. (Weber and
//! Seidl, "On the degree of ambiguity of finite automata", 1991.)

use std::collections::{HashMap, HashSet, VecDeque};

use super::class::Class;
use super::nfa::{Count, Nfa};
use super::{Ast, Pattern};

/// How the time grows that a backtracking engine takes to give up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ambiguity {
    /// It doubles with every few characters; with a text that shows it, unless a look-around is at fault.
    Exponential(Option<Attack>),
    /// As this power of the length.
    Polynomial(usize),
}

/// A text for which giving up takes long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attack {
    /// How it begins.
    pub prefix: String,
    /// What is repeated.
    pub pump: String,
    /// How it ends.
    pub suffix: String,
}

/// Repeats with which an attack is tried.
const TRIED: usize = 3;

impl Attack {
    /// The text with some more repeats than it was tried with: as many as fit into `length` characters. With 24 the
    /// number stays the same for patterns that count by twos, threes, fours, sixes or eights.
    pub fn text(&self, length: usize) -> String {
        let repeats = TRIED + length / self.pump.chars().count().max(1);
        format!("{}{}{}", self.prefix, self.pump.repeat(repeats), self.suffix)
    }
}

/// Steps that one analysis takes at most; then it is silent.
const STEPS: usize = 2_000_000;
/// Sets of positions that are looked at for a text that is not matched.
const SETS: usize = 500;

impl Pattern {
    /// Whether it has exponentially many ways, or polynomially many of at least `degree` (0: these are not looked for).
    /// Silent for patterns of more than `max_states` positions, with backreferences, or that take too long to judge.
    pub fn ambiguity(&self, max_states: usize, degree: usize) -> Option<Ambiguity> {
        let mut looks = Vec::new();
        self.alternatives.iter().flatten().for_each(|term| collect_looks(term, &mut looks));
        let own = Nfa::of(self, max_states).and_then(|nfa| judge(&nfa, degree));
        if matches!(own, Some(Ambiguity::Exponential(_))) {
            return own;
        }
        let inner = looks.into_iter().filter_map(|look| judge(&Nfa::of_part(look, max_states)?, degree));
        inner
            .chain(own)
            .max_by_key(|ambiguity| match ambiguity {
                Ambiguity::Exponential(_) => usize::MAX,
                Ambiguity::Polynomial(degree) => *degree,
            })
            .map(|worst| match worst {
                Ambiguity::Exponential(_) => Ambiguity::Exponential(None),
                Ambiguity::Polynomial(degree) => Ambiguity::Polynomial(degree),
            })
    }
}

fn collect_looks<'p>(ast: &'p Ast, looks: &mut Vec<&'p Ast>) {
    match ast {
        Ast::Look { inner, .. } => {
            looks.push(inner);
            collect_looks(inner, looks);
        }
        Ast::Group(inner) | Ast::Repeat { inner, .. } => collect_looks(inner, looks),
        Ast::Sequence(all) | Ast::Either(all) => all.iter().for_each(|one| collect_looks(one, looks)),
        _ => {}
    }
}

fn judge(nfa: &Nfa, degree: usize) -> Option<Ambiguity> {
    let mut search = Search { nfa, steps: STEPS };
    let components = components(nfa.len(), |at, out| out.extend(nfa.next(at).map(|(next, ..)| next)));
    let loops = search.loops(&components);
    for members in &loops {
        if let Some(attack) = search.exponential(members)? {
            return Some(Ambiguity::Exponential(Some(attack)));
        }
    }
    let found = if degree > 0 && loops.len() > degree { search.degree(&loops)? } else { 0 };
    let all: Vec<usize> = (1..nfa.len()).collect();
    (found >= degree.max(1) && search.rejected_from(all).is_some()).then_some(Ambiguity::Polynomial(found))
}

struct Search<'n> {
    nfa: &'n Nfa,
    steps: usize,
}

/// Pairs of positions that read one word side by side.
type Pair = (usize, usize);

impl Search<'_> {
    fn step(&mut self, count: usize) -> Option<()> {
        self.steps = self.steps.checked_sub(count)?;
        Some(())
    }

    /// The strongly connected positions, in the order in which a text passes them. What is known only roughly decides
    /// nothing.
    fn loops(&self, components: &[usize]) -> Vec<Vec<usize>> {
        let mut members: HashMap<usize, Vec<usize>> = HashMap::new();
        for (position, component) in components.iter().enumerate() {
            members.entry(*component).or_default().push(position);
        }
        let is_loop = |all: &Vec<usize>| {
            let returns = all.len() > 1 || self.nfa.follow[all[0]].contains_key(&all[0]);
            returns && !all.iter().any(|position| self.nfa.rough[*position])
        };
        let mut loops: Vec<(usize, Vec<usize>)> = members.into_iter().filter(|(_, all)| is_loop(all)).collect();
        // Tarjan's algorithm numbers the last component first.
        loops.sort_unstable_by_key(|(component, _)| std::cmp::Reverse(*component));
        loops.into_iter().map(|(_, all)| all).collect()
    }

    /// A text that shows exponential ambiguity in a loop. Nothing at all when looking takes too long.
    #[expect(clippy::option_option, reason = "told from `not found`")]
    fn exponential(&mut self, members: &[usize]) -> Option<Option<Attack>> {
        let inside: HashSet<usize> = members.iter().copied().collect();
        for &from in members {
            let twice: Vec<(usize, &Class)> = self
                .nfa
                .next(from)
                .filter(|(next, count, _)| *count == Count::Several && inside.contains(next))
                .map(|(next, _, class)| (next, class))
                .collect();
            for (next, class) in twice {
                let back = self.word((next, next), &inside, |pair| pair == (from, from))?;
                if let Some((back, _)) = back {
                    let pump: String = class.sample().into_iter().chain(back).collect();
                    if let Some(attack) = self.attack(from, pump) {
                        return Some(Some(attack));
                    }
                }
            }
        }
        if members.len() == 1 {
            return Some(None);
        }
        for &from in members {
            let Some((there, pair)) = self.word((from, from), &inside, |(one, two)| one != two)? else { continue };
            let Some((back, _)) = self.word(pair, &inside, |pair| pair == (from, from))? else { continue };
            let pump = there.into_iter().chain(back).collect();
            if let Some(attack) = self.attack(from, pump) {
                return Some(Some(attack));
            }
        }
        Some(None)
    }

    /// The shortest word over which a pair of positions comes to one that is asked for (at once, if it is one), and
    /// that pair.
    #[expect(clippy::option_option, reason = "told from `not found`")]
    fn word(
        &mut self,
        from: Pair,
        inside: &HashSet<usize>,
        wanted: impl Fn(Pair) -> bool,
    ) -> Option<Option<(Vec<char>, Pair)>> {
        let mut came: HashMap<Pair, (Pair, char)> = HashMap::new();
        let mut waiting = VecDeque::from([from]);
        let mut seen = HashSet::from([from]);
        while let Some(pair) = waiting.pop_front() {
            if wanted(pair) {
                let mut word = Vec::new();
                let mut at = pair;
                while at != from {
                    let (before, character) = came[&at];
                    word.push(character);
                    at = before;
                }
                word.reverse();
                return Some(Some((word, pair)));
            }
            self.step(1 + self.nfa.follow[pair.0].len() * self.nfa.follow[pair.1].len())?;
            for (one, _, first) in self.nfa.next(pair.0).filter(|(next, ..)| inside.contains(next)) {
                for (two, _, second) in self.nfa.next(pair.1).filter(|(next, ..)| inside.contains(next)) {
                    if let Some(character) = first.common(second).sample()
                        && seen.insert((one, two))
                    {
                        came.insert((one, two), (pair, character));
                        waiting.push_back((one, two));
                    }
                }
            }
        }
        Some(None)
    }

    /// The text that makes an engine try every way from a position, if there is one that is not matched in the end.
    fn attack(&mut self, at: usize, pump: String) -> Option<Attack> {
        let everywhere: HashSet<usize> = (0..self.nfa.len()).collect();
        let (prefix, _) = self.word((0, 0), &everywhere, |pair| pair == (at, at))??;
        let mut set = vec![0];
        let word = prefix.iter().copied().chain(std::iter::repeat_n(pump.chars(), TRIED).flatten());
        for character in word {
            if set.iter().any(|position| self.nfa.accepts[*position]) {
                return None;
            }
            set = self.after(&set, character)?;
        }
        let suffix = self.rejected_from(set)?;
        Some(Attack { prefix: prefix.into_iter().collect(), pump, suffix })
    }

    /// The positions behind a character.
    fn after(&mut self, set: &[usize], character: char) -> Option<Vec<usize>> {
        let mut next = Vec::new();
        for position in set {
            self.step(self.nfa.follow[*position].len())?;
            let read = self.nfa.next(*position).filter(|(.., class)| class.holds(u32::from(character)));
            next.extend(read.map(|(next, ..)| next));
        }
        next.sort_unstable();
        next.dedup();
        Some(next)
    }

    /// The shortest text behind which none of the positions has led to a match.
    fn rejected_from(&mut self, set: Vec<usize>) -> Option<String> {
        let alphabet = self.alphabet();
        let mut waiting = VecDeque::from([(set.clone(), String::new())]);
        let mut seen = HashSet::from([set]);
        while let Some((set, text)) = waiting.pop_front() {
            if set.iter().any(|position| self.nfa.accepts[*position]) {
                continue;
            }
            if !set.iter().any(|position| self.nfa.ends[*position]) {
                return Some(text);
            }
            for &character in &alphabet {
                let next = self.after(&set, character)?;
                if seen.len() < SETS && seen.insert(next.clone()) {
                    waiting.push_back((next, format!("{text}{character}")));
                }
            }
        }
        None
    }

    /// Characters that stand for all that the pattern tells apart, those first that are fit to be shown.
    fn alphabet(&self) -> Vec<char> {
        let shown = ['!', '~', '\n', 'a', '0', 'A', ' '];
        let ends = self.nfa.classes.iter().flatten().flat_map(Class::ranges);
        let edges: HashSet<char> = ends
            .flat_map(|(start, end)| [Some(*start), start.checked_sub(1), Some(*end), end.checked_add(1)])
            .filter_map(|code| char::from_u32(code?))
            .collect();
        let mut edges: Vec<char> = edges.into_iter().filter(|edge| !shown.contains(edge)).collect();
        edges.sort_unstable();
        shown.into_iter().chain(edges).collect()
    }

    /// The degree of polynomial ambiguity.
    fn degree(&mut self, loops: &[Vec<usize>]) -> Option<usize> {
        let reachable: Vec<HashSet<usize>> = loops.iter().map(|members| self.reachable(members)).collect();
        let mut best = vec![0; loops.len()];
        for later in 0..loops.len() {
            for earlier in 0..later {
                if reachable[earlier].contains(&loops[later][0]) {
                    let shares = self.share(&loops[earlier], &loops[later], &reachable[earlier])?;
                    best[later] = best[later].max(best[earlier] + usize::from(shares));
                }
            }
        }
        best.into_iter().max()
    }

    fn reachable(&self, from: &[usize]) -> HashSet<usize> {
        let mut seen: HashSet<usize> = from.iter().copied().collect();
        let mut waiting = from.to_vec();
        while let Some(position) = waiting.pop() {
            waiting.extend(self.nfa.next(position).map(|(next, ..)| next).filter(|next| seen.insert(*next)));
        }
        seen
    }

    /// True when a word leads from a position of one loop to itself, from there to one of the other, and from that to
    /// itself.
    fn share(&mut self, one: &[usize], other: &[usize], between: &HashSet<usize>) -> Option<bool> {
        for &first in one {
            for &last in other {
                if self.is_shared(first, last, between)? {
                    return Some(true);
                }
            }
        }
        Some(false)
    }

    fn is_shared(&mut self, first: usize, last: usize, between: &HashSet<usize>) -> Option<bool> {
        let mut waiting = vec![[first, first, last]];
        let mut seen = HashSet::new();
        while let Some(triple) = waiting.pop() {
            let [from, middle, end] = triple;
            let ways = |position: usize| self.nfa.follow[position].len();
            self.step(ways(from) * ways(middle) * ways(end))?;
            for (a, _, one) in self.nfa.next(from) {
                for (b, _, two) in self.nfa.next(middle).filter(|(next, ..)| between.contains(next)) {
                    let both = one.common(two);
                    for (c, _, three) in self.nfa.next(end) {
                        if both.common(three).is_empty() {
                            continue;
                        }
                        if [a, b, c] == [first, last, last] {
                            return Some(true);
                        }
                        if seen.insert([a, b, c]) {
                            waiting.push([a, b, c]);
                        }
                    }
                }
            }
        }
        Some(false)
    }
}

/// The strongly connected component of each node (Tarjan), numbered from the last that is reached to the first.
fn components(count: usize, edges: impl Fn(usize, &mut Vec<usize>)) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let (mut index, mut low, mut component) = (vec![NONE; count], vec![0; count], vec![NONE; count]);
    let (mut stack, mut next_index, mut next_component) = (Vec::new(), 0, 0);
    for root in 0..count {
        if index[root] != NONE {
            continue;
        }
        let mut work: Vec<(usize, Vec<usize>)> = Vec::new();
        let mut enter = Some(root);
        loop {
            if let Some(node) = enter.take() {
                index[node] = next_index;
                low[node] = next_index;
                next_index += 1;
                stack.push(node);
                let mut targets = Vec::new();
                edges(node, &mut targets);
                work.push((node, targets));
            }
            let Some((node, targets)) = work.last_mut() else { break };
            let node = *node;
            match targets.pop() {
                Some(target) if index[target] == NONE => enter = Some(target),
                Some(target) if component[target] == NONE => low[node] = low[node].min(index[target]),
                Some(_) => {}
                None => {
                    work.pop();
                    if let Some((parent, _)) = work.last() {
                        low[*parent] = low[*parent].min(low[node]);
                    }
                    if low[node] == index[node] {
                        while let Some(member) = stack.pop() {
                            component[member] = next_component;
                            if member == node {
                                break;
                            }
                        }
                        next_component += 1;
                    }
                }
            }
        }
    }
    component
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn judged(text: &str) -> Option<Ambiguity> {
        Pattern::parse(text).unwrap().ambiguity(2000, 1)
    }

    #[test]
    fn two_ways_around_a_loop_are_exponential() {
        for text in [
            "^(a+)+$",
            "^(a*)*$",
            "^(a|a)*$",
            r"^(\w|\d)+$",
            "^(a|aa)+$",
            "^([a-z]+-?)*$",
            "^(a?b?)*$x|^(a+)+b$",
            "(a+)+$",
            r"^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$",
            "^(a{1,64})+$",
            "^(.*)*$",
            "^x(?=(a+)+$)",
            "^((a|b)*|c)+$",
            "^(ab|a|b)*$",
        ] {
            assert!(matches!(judged(text), Some(Ambiguity::Exponential(_))), "{text}: {:?}", judged(text));
        }
    }

    #[test]
    fn the_attack_is_a_text_that_is_not_matched() {
        let Some(Ambiguity::Exponential(Some(attack))) = judged("^x(a+)+y$") else { panic!("exponential") };
        assert_eq!((attack.prefix.as_str(), attack.pump.as_str(), attack.suffix.as_str()), ("xa", "a", ""));
        let Some(Ambiguity::Exponential(Some(attack))) = judged("^(a+)+$") else { panic!("exponential") };
        assert_eq!((attack.prefix.as_str(), attack.pump.as_str(), attack.suffix.as_str()), ("a", "a", "!"));
    }

    #[test]
    fn one_way_or_no_way_to_fail_is_silent() {
        for text in [
            "^a+$",
            "^(ab)+$",
            "^(a|b)*$",
            r"^([a-z]+-)*[a-z]+$",
            "^(a+)+",
            r"(a+)+",
            r"^(a+)+[\s\S]*$",
            r"^(a)\1+(b+)+$",
            "^[a-z0-9]+(?:[._-][a-z0-9]+)*$",
            "^(a+)?$",
            r"^\d{3}-\d{4}$",
            "^((a+)b)+$",
            "^(a+|b+)$",
            "^(a{1,64})$",
        ] {
            assert_eq!(judged(text), None, "{text}");
        }
    }

    #[test]
    fn repeats_in_a_row_that_share_words_are_polynomial() {
        for (text, degree) in [
            ("^a*a*$", 1),
            ("^a*b*a*$", 1),
            ("^a*a*a*$", 2),
            ("^[ab]*a*[ac]*a*$", 3),
            ("^a*a*b*b*$", 2),
            (r"^\s*.*\s*$", 2),
            (r"^\d+\w+$", 1),
        ] {
            assert_eq!(judged(text), Some(Ambiguity::Polynomial(degree)), "{text}");
        }
        for text in ["^a*b*$", "^a*ba*$", "a*a*a*"] {
            assert_eq!(judged(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_known_only_roughly_decides_nothing() {
        for text in [
            // A word that ends at a boundary is read in one way.
            r"^(?:\w+\b\s*)+$",
            r"^(?:(?!\.)[^@]|\.)+@x$",
            // Of the copies 16 are written out.
            "^(?:[A-Z]{20}-|[A-Z]{18}-)*$",
        ] {
            assert_eq!(judged(text), None, "{text}");
        }
        for text in [r"^\b(a+)+$", "^(?=.{8,})(a+)+$", r"^(?:\bx,)*(a+)+$", "^(a+)+b{20}$", "^(b{20})*(a{1,64})+$"] {
            assert!(matches!(judged(text), Some(Ambiguity::Exponential(_))), "{text}");
        }
    }

    #[test]
    fn large_patterns_are_left_alone() {
        let pattern = Pattern::parse("^(a{1,16}b{1,16})+$").unwrap();
        assert!(pattern.ambiguity(8, 1).is_none());
        let nested = format!("^{}{}$", "(".repeat(90), "{1,16}){1,16}".repeat(90));
        let _ = Pattern::parse(&nested).map(|pattern| pattern.ambiguity(2000, 3));
        let wide = format!("^({})+$", (0..400).map(|at| format!("[a-z]{{{at}}}x")).collect::<Vec<_>>().join("|"));
        let _ = Pattern::parse(&wide).map(|pattern| pattern.ambiguity(2000, 3));
    }
}
