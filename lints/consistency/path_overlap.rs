//! Which path templates can match the same request, in time near linear in their number.

use std::borrow::Cow;

use apiward_model::predicate::{Segment, custom_method, without_query};
use foldhash::HashMap;

/// A segment of a template, as far as matching goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part<'a> {
    /// Text.
    Literal(&'a str),
    /// `{name}` alone.
    Parameter(&'a str),
    /// Text around parameters (`{id}.json`), names blanked, or a custom method (`:lock`): equals only itself.
    Fixed(String),
}

/// The segments of a template, a trailing slash set aside.
pub(super) fn parts(path: &str) -> Vec<Part<'_>> {
    let path = without_query(path);
    let mut parts = Vec::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let (head, method) = custom_method(segment).map_or((segment, None), |(head, method)| (head, Some(method)));
        if !head.is_empty() {
            parts.push(part(head));
        }
        parts.extend(method.map(|method| Part::Fixed(format!(":{method}"))));
    }
    parts
}

fn part(segment: &str) -> Part<'_> {
    let inner = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    match inner.filter(|name| !name.contains(['{', '}'])) {
        Some(name) => Part::Parameter(name),
        None if segment.contains('{') => Part::Fixed(blanked(segment).into_owned()),
        None => Part::Literal(segment),
    }
}

/// A template with the names of its parameters left out.
pub(super) fn blanked(path: &str) -> Cow<'_, str> {
    if !path.contains('{') {
        return Cow::Borrowed(path);
    }
    // A brace that is never closed hides what stands behind it.
    let closed = path.rfind('}').map_or(0, |at| at + 1);
    let end = path[closed..].find('{').map_or(path.len(), |at| closed + at);
    let mut out = String::with_capacity(path.len());
    Segment::blank_parameters(&path[..end], &mut out);
    Cow::Owned(out)
}

/// How two templates of equal length overlap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Overlap {
    /// The later one has a parameter where the earlier one has text.
    pub(super) wider: bool,
    /// The earlier one has a parameter where the later one has text.
    pub(super) narrower: bool,
}

/// Steps of the search that every path may take; a document needs more only when nearly all its segments are
/// parameters.
const STEPS_PER_PATH: usize = 256;

/// Templates met so far, as a tree of their segments.
#[derive(Default)]
pub(super) struct Templates<'a> {
    nodes: Vec<TreeNode<'a>>,
}

#[derive(Default)]
struct TreeNode<'a> {
    literals: HashMap<&'a str, usize>,
    fixed: HashMap<String, usize>,
    parameter: Option<usize>,
    /// The templates that end here.
    ends: Vec<usize>,
}

impl<'a> Templates<'a> {
    /// Adds a template and tells which of the earlier ones it overlaps with, those of the same form left out.
    pub(super) fn add(&mut self, id: usize, parts: &[Part<'a>]) -> Vec<(usize, Overlap)> {
        if self.nodes.is_empty() {
            self.nodes.push(TreeNode::default());
        }
        let found = self.overlapping(parts);
        let mut at = 0;
        for part in parts {
            let next = self.nodes.len();
            let node = &mut self.nodes[at];
            at = match part {
                Part::Literal(text) => *node.literals.entry(text).or_insert(next),
                Part::Fixed(text) => *node.fixed.entry(text.clone()).or_insert(next),
                Part::Parameter(_) => *node.parameter.get_or_insert(next),
            };
            if at == next {
                self.nodes.push(TreeNode::default());
            }
        }
        self.nodes[at].ends.push(id);
        found
    }

    fn overlapping(&self, parts: &[Part<'a>]) -> Vec<(usize, Overlap)> {
        let mut found = Vec::new();
        let mut waiting = vec![(0, 0, Overlap::default())];
        for _ in 0..STEPS_PER_PATH {
            let Some((at, depth, overlap)) = waiting.pop() else { break };
            let node = &self.nodes[at];
            let Some(part) = parts.get(depth) else {
                if overlap != Overlap::default() {
                    found.extend(node.ends.iter().map(|id| (*id, overlap)));
                }
                continue;
            };
            let mut go = |next: Option<&usize>, overlap| waiting.extend(next.map(|next| (*next, depth + 1, overlap)));
            match part {
                Part::Fixed(text) => go(node.fixed.get(text), overlap),
                Part::Literal(text) => {
                    go(node.literals.get(text), overlap);
                    go(node.parameter.as_ref(), Overlap { narrower: true, ..overlap });
                }
                Part::Parameter(_) => {
                    go(node.parameter.as_ref(), overlap);
                    for next in node.literals.values().take(STEPS_PER_PATH) {
                        go(Some(next), Overlap { wider: true, ..overlap });
                    }
                }
            }
        }
        found.sort_by_key(|(id, _)| *id);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_split_for_matching() {
        assert_eq!(parts("/users/{id}/"), [Part::Literal("users"), Part::Parameter("id")]);
        assert_eq!(parts("/{a}.json"), [Part::Fixed("{}.json".to_owned())]);
        let lock = [Part::Literal("users"), Part::Parameter("id"), Part::Fixed(":lock".to_owned())];
        assert_eq!(parts("/users/{id}:lock"), lock);
        assert_eq!(blanked("/users/{id}/{x}.json"), "/users/{}/{}.json");
        assert_eq!(blanked("/users/{i{d}/a}/{open"), "/users/{}/a}/");
    }

    #[test]
    fn overlaps_are_found_with_their_direction() {
        let mut templates = Templates::default();
        let paths = ["/users/{id}", "/{kind}/me", "/users/me", "/users/{name}", "/users/{id}:lock", "/users/{id}/x"];
        let found: Vec<Vec<(usize, bool, bool)>> = paths
            .iter()
            .enumerate()
            .map(|(id, path)| {
                let found = templates.add(id, &parts(path));
                found.into_iter().map(|(id, overlap)| (id, overlap.wider, overlap.narrower)).collect()
            })
            .collect();
        assert_eq!(found[0], []);
        assert_eq!(found[1], [(0, true, true)]);
        assert_eq!(found[2], [(0, false, true), (1, false, true)]);
        assert_eq!(found[3], [(1, true, true), (2, true, false)]);
        assert!(found[4].is_empty() && found[5].is_empty());
    }

    #[test]
    fn parameters_everywhere_cost_a_bounded_number_of_steps() {
        let mut templates = Templates::default();
        let texts: Vec<String> = (0..20_000).map(|at| format!("/a{at}/b/c")).collect();
        for (id, text) in texts.iter().enumerate() {
            templates.add(id, &parts(text));
        }
        for id in 0..2_000 {
            assert!(templates.add(texts.len() + id, &parts("/{a}/{b}/{c}")).len() <= STEPS_PER_PATH);
        }
    }
}
