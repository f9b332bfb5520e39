//! `consistency/ambiguous-paths`

use std::borrow::Cow;
use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

use apiward_model::predicate::authentication_strength;
use apiward_model::{Api, Location, Merged, Node, Operation, OperationId, ServerId};
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use regex::{Regex, RegexBuilder};
use smallvec::SmallVec;

use crate::consistency::path_overlap::{Part, Templates, blanked, parts};
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels, Profile};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;

declare_lint! {
    id: "consistency/ambiguous-paths",
    title: "Two paths can match the same request",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API5:2023", "API8:2023"],
    cwe: ["CWE-436", "CWE-551"],
    practices: [Consistency, Threats],
    references: [
        "OpenAPI 3.2.0 Paths Object" => "https://spec.openapis.org/oas/v3.2.0.html#paths-object",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("ambiguous_paths.md"),
    check: AmbiguousPaths,
}

#[derive(Default)]
struct AmbiguousPaths;

impl<'a> Check<'a> for AmbiguousPaths {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let mut reached = Reached::default();
        let paths = paths(cx.api, &mut reached);
        let mut joined = HashSet::new();
        let mut folded = alike(0..paths.len(), |at| folded(paths[at].text));
        // By name: which of several is reported must not depend on their order in the document.
        for group in &mut folded {
            group.sort_by_key(|at| paths[*at].text);
        }
        let same = folded.iter().flat_map(|group| alike(group.iter().copied(), |at| blanked(paths[at].text))).collect();
        for (at, others) in same_form(cx.api, &paths, &reached, same) {
            joined.extend(others.iter().map(|other| (*other, at)));
            let finding = group(cx, &paths, at, &others, "are one and the same path");
            let finding = finding.help(
                "merge them: OpenAPI says that templates that differ in the names of parameters only MUST NOT exist, and \
                 each router picks another one",
            );
            let raised = differs_from_any(cx.api, &paths, at, &others);
            cx.report(if raised { finding.raised_to(Level::Error) } else { finding });
        }
        for (at, mut others) in same_form(cx.api, &paths, &reached, folded) {
            others.retain(|other| !joined.contains(&(*other, at)));
            if !others.is_empty() {
                let what = "differ in case or a trailing slash only";
                let finding = group(cx, &paths, at, &others, what);
                cx.report(
                    finding.help("name the path one way: many routers take both for the same path, others do not"),
                );
            }
        }
        pairs(cx, &paths, &reached);
    }
}

/// A path with its operations.
struct Path<'a> {
    text: &'a str,
    node: Node<'a>,
    operations: SmallVec<[OperationId; 4]>,
    /// Which of [`Reached::lists`] its operations have; those without a server left out.
    servers: SmallVec<[usize; 2]>,
}

/// The paths in document order.
fn paths<'a>(api: &Api<'a>, reached: &mut Reached) -> Vec<Path<'a>> {
    let mut paths: Vec<Path<'a>> = Vec::new();
    let mut known = HashMap::new();
    for operation in &api.operations {
        let at = *known.entry((operation.path_item.place(), operation.path)).or_insert_with(|| {
            let (text, node) = (operation.path, operation.path_item);
            paths.push(Path { text, node, operations: SmallVec::new(), servers: SmallVec::new() });
            paths.len() - 1
        });
        paths[at].operations.push(operation.id);
        let list = reached.list(api, operation);
        if !operation.servers.is_empty() && !paths[at].servers.contains(&list) {
            paths[at].servers.push(list);
        }
    }
    paths
}

/// Where operations are reached.
#[derive(Default)]
struct Reached {
    numbers: HashMap<*const ServerId, usize>,
    /// The servers of each list that operations share, variables expanded.
    lists: Vec<HashSet<String>>,
    /// Which lists have a server in common.
    common: RefCell<HashMap<(usize, usize), bool>>,
}

impl Reached {
    fn list(&mut self, api: &Api<'_>, operation: &Operation<'_>) -> usize {
        *self.numbers.entry(operation.servers.as_ptr()).or_insert_with(|| {
            self.lists.push(operation.servers.iter().flat_map(|id| api.server(*id).expansions()).collect());
            self.lists.len() - 1
        })
    }

    fn have_common(&self, a: usize, b: usize) -> bool {
        a == b || *self.common.borrow_mut().entry((a, b)).or_insert_with(|| !self.lists[a].is_disjoint(&self.lists[b]))
    }

    /// Whether a request can reach both paths.
    fn together(&self, one: &Path<'_>, other: &Path<'_>) -> bool {
        one.servers.is_empty()
            || other.servers.is_empty()
            || one.servers.iter().any(|a| other.servers.iter().any(|b| self.have_common(*a, *b)))
    }
}

/// The form in which (c) compares paths.
fn folded(path: &str) -> Cow<'_, str> {
    let mut folded = blanked(path);
    if folded.bytes().any(|byte| byte.is_ascii_uppercase()) {
        folded.to_mut().make_ascii_lowercase();
    }
    match folded {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_end_matches('/')),
        Cow::Owned(mut text) => {
            text.truncate(text.trim_end_matches('/').len());
            Cow::Owned(text)
        }
    }
}

/// The paths that share a form with others, in groups.
fn alike<'p>(paths: impl Iterator<Item = usize>, form: impl Fn(usize) -> Cow<'p, str>) -> Vec<Vec<usize>> {
    // Hardly any path has a like: what each form needs is the first path, or the number of its group.
    enum Met {
        Once(usize),
        Group(usize),
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut forms: HashMap<Cow<'p, str>, Met> = HashMap::new();
    for path in paths {
        match forms.entry(form(path)) {
            Entry::Vacant(new) => drop(new.insert(Met::Once(path))),
            Entry::Occupied(mut met) => match met.get() {
                Met::Group(group) => groups[*group].push(path),
                Met::Once(first) => {
                    groups.push(vec![*first, path]);
                    met.insert(Met::Group(groups.len() - 1));
                }
            },
        }
    }
    groups
}

/// Of groups of paths of one form, the last path of each with the earlier ones that a request can reach as well.
fn same_form<'a>(
    api: &Api<'a>,
    paths: &[Path<'a>],
    reached: &Reached,
    groups: Vec<Vec<usize>>,
) -> Vec<(usize, Vec<usize>)> {
    let together = |last: usize, other: usize| {
        reached.together(&paths[last], &paths[other]) && !kept_apart(api, &paths[last], &paths[other])
    };
    let mut found: Vec<(usize, Vec<usize>)> = groups
        .into_iter()
        .filter_map(|mut group| {
            let last = group.pop()?;
            group.retain(|other| together(last, *other));
            (!group.is_empty()).then_some((last, group))
        })
        .collect();
    found.sort_unstable();
    found
}

/// Lies at the path that comes last in the document; known again by the first of the group, which is the same in any
/// order of the document.
fn group<'a>(cx: &Cx<'_, 'a>, paths: &[Path<'a>], at: usize, others: &[usize], what: &str) -> Finding<'a> {
    let mut all: Vec<&Path<'a>> = others.iter().chain([&at]).map(|at| &paths[*at]).collect();
    all.sort_by_key(|path| Reverse(path.node.place()));
    let (path, rest) = (all[0], &all[1..]);
    let own = &paths[at];
    let partner = if path.text == own.text { rest[rest.len() - 1] } else { own };
    let more = match rest.len() {
        1 => String::new(),
        several => format!(" and {} more", several - 1),
    };
    let message = format!("{} and {}{more} {what}", quoted(path.text), quoted(partner.text));
    let operations: Vec<OperationId> = all.iter().flat_map(|path| path.operations.iter().copied()).collect();
    let finding = cx.finding(path.node, message).at_key(path.node).operations(operations);
    let finding = finding.about(cx.api.operations_node(), own.text);
    rest.iter().rev().fold(finding, |finding, other| finding.related_key(other.node, "the other path"))
}

/// (b) and (d): paths in which a parameter meets the text of another one. What one path meets is one finding.
fn pairs<'a>(cx: &mut Cx<'_, 'a>, paths: &[Path<'a>], reached: &Reached) {
    if !paths.iter().any(|path| path.text.contains('{')) {
        return;
    }
    let (crossing, weaker) = overlaps(cx, paths, reached);
    for (at, others) in stars(&crossing) {
        let help = "tell them apart by a segment of text, or by a pattern of the parameter: which of them answers \
                    depends on the router";
        let finding = group(cx, paths, at, &others, "match some of the same requests").help(help);
        let raised = differs_from_any(cx.api, paths, at, &others);
        cx.report(if raised { finding.raised_to(Level::Warning) } else { finding });
    }
    for (at, others) in stars(&weaker) {
        let what = "match some of the same requests, and those with a parameter are guarded more weakly";
        let help = "guard them alike, or keep the text out of the parameter's values: a router that prefers the \
                    parameter lets calls in by the weaker guard";
        cx.report(group(cx, paths, at, &others, what).help(help).lowered_to(Level::Info));
    }
}

/// Two paths that can match the same request, the later one by name first.
type Pair = (usize, usize);

/// The pairs that cross each other, and those in which the wider path is guarded more weakly.
fn overlaps(cx: &Cx<'_, '_>, paths: &[Path<'_>], reached: &Reached) -> (Vec<Pair>, Vec<Pair>) {
    let (mut crossing, mut weaker) = (Vec::new(), Vec::new());
    let mut templates = Templates::default();
    let mut by_name: Vec<usize> = (0..paths.len()).collect();
    by_name.sort_by_key(|at| paths[*at].text);
    for (number, &at) in by_name.iter().enumerate() {
        let path = &paths[at];
        for (other, overlap) in templates.add(number, &parts(path.text)) {
            let other = by_name[other];
            let earlier = &paths[other];
            if !reached.together(path, earlier) {
                continue;
            }
            let (wider, narrower) = if overlap.wider { (path, earlier) } else { (earlier, path) };
            let list = match overlap.wider && overlap.narrower {
                // Requests have a method, too.
                true if share_a_method(cx.api, path, earlier) => &mut crossing,
                false if cx.profile == Profile::Strict && is_weaker(cx.api, wider, narrower) => &mut weaker,
                _ => continue,
            };
            if !kept_apart(cx.api, path, earlier) {
                list.push((at, other));
            }
        }
    }
    (crossing, weaker)
}

/// Pairs by the path that meets more others: it is the one to change.
fn stars(pairs: &[Pair]) -> BTreeMap<usize, Vec<usize>> {
    let mut met: HashMap<usize, usize> = HashMap::new();
    for (later, earlier) in pairs {
        *met.entry(*later).or_default() += 1;
        *met.entry(*earlier).or_default() += 1;
    }
    let mut stars: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &(later, earlier) in pairs {
        let (centre, other) = if met.get(&earlier) > met.get(&later) { (earlier, later) } else { (later, earlier) };
        stars.entry(centre).or_default().push(other);
    }
    stars
}

fn share_a_method(api: &Api<'_>, a: &Path<'_>, b: &Path<'_>) -> bool {
    let mut methods = a.operations.iter().map(|id| api.operation(*id).method.as_str());
    methods.any(|method| b.operations.iter().any(|id| api.operation(*id).method.as_str() == method))
}

/// The strengths of a path by method; unknown ones left out.
fn strengths<'a>(api: &Api<'a>, path: &Path<'a>) -> HashMap<&'a str, u8> {
    let operations = path.operations.iter().map(|id| api.operation(*id));
    operations.filter_map(|one| Some((one.method.as_str(), authentication_strength(api, one)?))).collect()
}

/// Whether a common method is guarded differently.
fn differs(api: &Api<'_>, a: &Path<'_>, b: &Path<'_>) -> bool {
    let b = strengths(api, b);
    strengths(api, a).iter().any(|(method, strength)| b.get(method).is_some_and(|other| other != strength))
}

fn differs_from_any(api: &Api<'_>, paths: &[Path<'_>], at: usize, others: &[usize]) -> bool {
    others.iter().any(|other| differs(api, &paths[at], &paths[*other]))
}

/// Whether a common method is guarded more weakly on the first.
fn is_weaker(api: &Api<'_>, a: &Path<'_>, b: &Path<'_>) -> bool {
    let b = strengths(api, b);
    strengths(api, a).iter().any(|(method, strength)| b.get(method).is_some_and(|other| strength < other))
}

/// True when, at one position, the values of the two paths never meet.
fn kept_apart(api: &Api<'_>, a: &Path<'_>, b: &Path<'_>) -> bool {
    parts(a.text).iter().zip(&parts(b.text)).any(|pair| match pair {
        (Part::Parameter(name), Part::Literal(text)) => !values(api, a, name).iter().any(|values| values.take(text)),
        (Part::Literal(text), Part::Parameter(name)) => !values(api, b, name).iter().any(|values| values.take(text)),
        (Part::Parameter(left), Part::Parameter(right)) => {
            let right = values(api, b, right);
            values(api, a, left).iter().all(|left| right.iter().all(|right| left.share_nothing_with(right)))
        }
        _ => false,
    })
}

/// Compiled size of a pattern that is still asked; a larger one counts as taking anything.
const PATTERN_BYTES: usize = 1 << 16;

/// What a path parameter may hold.
enum Values {
    Anything,
    Listed(Vec<String>),
    Number,
    Boolean,
    Uuid,
    Date,
    DateTime,
    Matching(Regex),
}

/// What a parameter may hold in each operation of a path.
fn values(api: &Api<'_>, path: &Path<'_>, name: &str) -> Vec<Values> {
    path.operations.iter().map(|id| values_in(api, api.operation(*id), name)).collect()
}

fn values_in(api: &Api<'_>, operation: &Operation<'_>, name: &str) -> Values {
    let parameters = operation.parameters.iter().map(|id| api.parameter(*id));
    let mut named = parameters.filter(|one| one.location == Location::Path && one.name == name);
    let Some(schema) = named.next().and_then(|parameter| parameter.schema) else { return Values::Anything };
    let merged = Merged::of(api, schema);
    let listed = merged.get("enum").into_iter().flat_map(Node::items).chain(merged.get("const"));
    let listed: Vec<String> = listed.map(|value| value.text().to_owned()).collect();
    if !listed.is_empty() {
        return Values::Listed(listed);
    }
    let pattern = merged.get("pattern").and_then(|pattern| pattern.as_str());
    if let Some(pattern) = pattern.filter(|pattern| pattern.starts_with('^') && pattern.ends_with('$'))
        && let Ok(pattern) = RegexBuilder::new(pattern).size_limit(PATTERN_BYTES).build()
    {
        return Values::Matching(pattern);
    }
    let types: Vec<&str> = merged.types().filter(|own| *own != "null").collect();
    match (types.as_slice(), merged.get("format").and_then(|format| format.as_str())) {
        (["integer" | "number"] | ["integer", "number"] | ["number", "integer"], _) => Values::Number,
        (["boolean"], _) => Values::Boolean,
        (_, Some("uuid")) => Values::Uuid,
        (_, Some("date")) => Values::Date,
        (_, Some("date-time")) => Values::DateTime,
        _ => Values::Anything,
    }
}

impl Values {
    /// Whether the text may be a value.
    fn take(&self, text: &str) -> bool {
        let shaped = |shape: &str| {
            let fits = |(own, byte): (u8, u8)| match own {
                b'x' => byte.is_ascii_hexdigit(),
                b'0' => byte.is_ascii_digit(),
                other => other.eq_ignore_ascii_case(&byte),
            };
            text.len() >= shape.len() && shape.bytes().zip(text.bytes()).all(fits)
        };
        match self {
            Self::Anything => true,
            Self::Listed(values) => values.iter().any(|value| value == text),
            Self::Number => text.parse::<f64>().is_ok(),
            Self::Boolean => matches!(text, "true" | "false"),
            Self::Uuid => text.len() == 36 && shaped("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"),
            Self::Date => text.len() == 10 && shaped("0000-00-00"),
            Self::DateTime => shaped("0000-00-00T"),
            Self::Matching(pattern) => pattern.is_match(text),
        }
    }

    /// Whether no text is a value of both.
    fn share_nothing_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Listed(values), other) | (other, Self::Listed(values)) => {
                !values.iter().any(|value| other.take(value))
            }
            (Self::Anything | Self::Matching(_), _) | (_, Self::Anything | Self::Matching(_)) => false,
            (a, b) => std::mem::discriminant(a) != std::mem::discriminant(b),
        }
    }
}
