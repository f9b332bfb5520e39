//! `auth/undefined-scheme`

use std::collections::BTreeMap;

use apiward_model::nearest::{distance, nearest};
use apiward_model::{Format, Member, Node, Place, RequirementList, Unresolved, is_scheme_uri};
use foldhash::{HashMap, HashMapExt, HashSet};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, Silences, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;

declare_lint! {
    id: "auth/undefined-scheme",
    title: "A security requirement names a scheme that is not defined",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API2:2023"],
    cwe: ["CWE-306"],
    practices: [Authentication, Consistency],
    references: [
        "OpenAPI 3.2.0 Security Requirement Object" => "https://spec.openapis.org/oas/v3.2.0.html#security-requirement-object",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [Silences::Place("document/unresolved-reference")],
    targets: [Requirement],
    docs: include_str!("undefined_scheme.md"),
    check: UndefinedScheme<'a>,
    options: Options,
}

/// What the lint can be told.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Whether names that lead to another file are judged by what that file holds.
    resolve_external: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { resolve_external: true }
    }
}

struct UndefinedScheme<'a> {
    options: Options,
    /// The members that name no known scheme, in document order.
    members: BTreeMap<Place, Member<'a>>,
}

impl From<Options> for UndefinedScheme<'_> {
    fn from(options: Options) -> Self {
        Self { options, members: BTreeMap::new() }
    }
}

impl<'a> Check<'a> for UndefinedScheme<'a> {
    fn requirement(&mut self, _cx: &mut Cx<'_, 'a>, list: &RequirementList<'a>) {
        self.members.extend(unknown(list).map(|member| (member.node.place(), member.clone())));
    }

    fn end(&mut self, cx: &mut Cx<'_, 'a>) {
        let is_map_of_schemes = |key: &str| matches!(key, "components" | "securitySchemes" | "securityDefinitions");
        if cx.api.mistyped.iter().any(|one| one.node.key().is_some_and(is_map_of_schemes)) {
            // That they are not read is an error of its own.
            return;
        }
        let groups = by_name(std::mem::take(&mut self.members).into_values());
        let names = Names::new(cx, groups.len());
        for group in groups {
            if let Some(finding) = self.finding(cx, &names, &group) {
                cx.report(finding);
            }
        }
    }
}

/// Members that write the same, together.
fn by_name<'a>(members: impl Iterator<Item = Member<'a>>) -> Vec<Vec<Member<'a>>> {
    let mut first_of: HashMap<&str, usize> = HashMap::new();
    let mut groups: Vec<Vec<Member<'a>>> = Vec::new();
    for member in members {
        let at = *first_of.entry(written(&member)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[at].push(member);
    }
    groups
}

fn unknown<'r, 'a>(list: &'r RequirementList<'a>) -> impl Iterator<Item = &'r Member<'a>> {
    let members = list.alternatives.iter().flat_map(|alternative| &alternative.members);
    members.filter(|member| member.scheme.is_none())
}

/// The declared schemes that requirements perhaps mean which name one that is not defined.
pub(super) fn perhaps_meant<'a>(cx: &Cx<'_, 'a>) -> HashSet<&'a str> {
    let groups = by_name(cx.api.requirements.iter().flat_map(unknown).cloned());
    let names = Names::new(cx, groups.len());
    let first = groups.iter().filter_map(|group| group.first());
    first
        // A scheme whose definition leads nowhere is named, and not found.
        .flat_map(|member| [Some(member.name), Lead::of(cx, &names, member).meant_scheme(&names, member)])
        .flatten()
        .collect()
}

impl UndefinedScheme<'_> {
    /// The finding about a name, at the first place where it stands.
    fn finding<'a>(&self, cx: &Cx<'_, 'a>, names: &Names<'a>, group: &[Member<'a>]) -> Option<Finding<'a>> {
        let (first, others) = group.split_first()?;
        let name = quoted(shown(first));
        let lead = Lead::of(cx, names, first);
        let checked = lead.is_checked() && (self.options.resolve_external || !lead.is_external());
        let message = match (checked, &lead.broken) {
            (false, _) => format!("scheme {name} is required, and whether it is defined was not checked"),
            (true, Some(broken)) if lead.by_component => {
                format!("scheme {name} is required, but its definition is a reference: {}", reason(&broken.why))
            }
            (true, _) => format!("scheme {name} is required but not defined"),
        };
        let mut finding = cx.finding(first.node, message).at_key(first.node).help(lead.help(cx, names, first, checked));
        finding = finding.about(cx.api.version_node(), written(first));
        for other in others {
            finding = finding.related_key(other.node, "it is required here too");
        }
        if let Some(meant) = lead.meant_scheme(names, first).filter(|_| !cx.api.spec.format.is_async()) {
            let fix = Fix::new(format!("require {} instead", quoted(meant)));
            finding = finding.fixed_by(group.iter().fold(fix, |fix, member| fix.rename(member.node, meant)));
        }
        let operations = cx.asking_in_vain(group.iter().map(|member| member.node));
        Some(finding.operations(operations).lowered_if(!checked, Level::Info))
    }
}

/// What a requirement writes: the name or URI of a scheme; AsyncAPI 3: the text of the `$ref`.
fn written<'a>(member: &Member<'a>) -> &'a str {
    member.node.get_str("$ref").unwrap_or(member.name)
}

/// What a message shows: of a place in this file the name, of a place elsewhere all of it, since a scheme of that name
/// may well be defined here.
fn shown<'a>(member: &Member<'a>) -> &'a str {
    let written = written(member);
    if written.starts_with('#') { title(member) } else { written }
}

/// The name: of a URI what stands behind the last slash.
fn title<'a>(member: &Member<'a>) -> &'a str {
    let written = written(member);
    written.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(written)
}

/// Where a name leads that is no known scheme.
struct Lead<'a> {
    /// The reference that breaks off; nothing for a name that no component has.
    broken: Option<Broken<'a>>,
    /// True when there is a component of that name, and it is the component's `$ref` that breaks off.
    by_component: bool,
}

struct Broken<'a> {
    /// The text that was looked up.
    text: &'a str,
    /// The node that holds it.
    from: Node<'a>,
    why: Unresolved,
}

impl<'a> Lead<'a> {
    fn of(cx: &Cx<'_, 'a>, names: &Names<'a>, member: &Member<'a>) -> Self {
        let follow = |node: Node<'a>| match node.target() {
            Ok(_) => None,
            Err((reference, why)) => Some(Broken { text: reference.raw().text(), from: reference, why }),
        };
        if member.node.reference().is_some() {
            return Self { broken: follow(member.node), by_component: false };
        }
        if let Some(component) = names.component(member) {
            return Self { broken: follow(component), by_component: true };
        }
        let uri = cx.api.spec.format == Format::OpenApi32 && is_scheme_uri(member.name);
        let why = uri.then(|| cx.api.files.look_up(member.node, member.name).err()).flatten();
        Self { broken: why.map(|why| Broken { text: member.name, from: member.node, why }), by_component: false }
    }

    /// False when the file in which the scheme should be was not read.
    fn is_checked(&self) -> bool {
        !self.broken.as_ref().is_some_and(|broken| {
            matches!(
                broken.why,
                Unresolved::Remote
                    | Unresolved::OutsideRoot { .. }
                    | Unresolved::Unreadable { .. }
                    | Unresolved::TooManyFiles { .. }
            )
        })
    }

    fn is_external(&self) -> bool {
        self.broken.as_ref().is_some_and(|broken| !broken.text.starts_with('#'))
    }

    fn help(&self, cx: &Cx<'_, 'a>, names: &Names<'a>, member: &Member<'a>, checked: bool) -> String {
        match &self.broken {
            Some(_) if !checked && self.is_checked() => return "set `resolve_external` to have it checked".to_owned(),
            Some(broken) if !checked => {
                let why = reason(&broken.why);
                return format!("put a copy of what it names below the root folder to have it checked: {why}");
            }
            _ => {}
        }
        if let Some(meant) = self.suggestion(names, member) {
            return format!("did you mean `{meant}`?");
        }
        let map = if cx.api.spec.format == Format::OpenApi2 { "securityDefinitions" } else { "securitySchemes" };
        match &self.broken {
            Some(broken) if self.by_component => format!("mend {} of the component", quoted(broken.text)),
            Some(broken) => format!("{}: name a scheme of `{map}`", reason(&broken.why)),
            None => format!("define it in `{map}`, or name a scheme that is defined there"),
        }
    }

    /// The one that was perhaps meant, as it must be written.
    fn suggestion(&self, names: &Names<'a>, member: &Member<'a>) -> Option<String> {
        if let Some(name) = self.meant_scheme(names, member) {
            return Some(if self.broken.is_some() { format!("{POINTER}{name}") } else { name.to_owned() });
        }
        // What stands beside the place that was meant, in the other file.
        let broken = self.broken.as_ref().filter(|broken| !self.by_component && !broken.text.starts_with('#'))?;
        let (above, wanted) =
            broken.text.rsplit_once('/').filter(|(above, _)| names.affordable && above.contains('#'))?;
        let beside = member.node.files().look_up(broken.from, above).ok()?.entries().map(|(name, _)| name);
        near(wanted, beside.take(FOREIGN)).map(str::to_owned)
    }

    /// The declared scheme that was perhaps meant: its name differs by case or by one character, or it stands elsewhere.
    fn meant_scheme(&self, names: &Names<'a>, member: &Member<'a>) -> Option<&'a str> {
        let wanted = title(member);
        match &self.broken {
            None => names.near(wanted, member),
            Some(broken) if broken.text.starts_with('#') && !self.by_component => {
                let misplaced = names.holds(wanted) && !broken.text.starts_with(POINTER);
                if misplaced { Some(wanted) } else { names.near(wanted, member) }
            }
            Some(_) => None,
        }
    }
}

/// Where components of AsyncAPI and OpenAPI 3 stand.
const POINTER: &str = "#/components/securitySchemes/";

fn reason(why: &Unresolved) -> &'static str {
    match why {
        Unresolved::NoSuchPlace { .. } => "nothing stands there",
        Unresolved::NoSuchFile { .. } => "the file cannot be opened",
        Unresolved::Unreadable { .. } => "the file cannot be read",
        Unresolved::OutsideRoot { .. } => "the file lies outside the root folder",
        Unresolved::Remote => "remote descriptions are not fetched",
        Unresolved::Circular => "it leads back to itself",
        Unresolved::TooManyFiles { .. } => "the description refers to too many files",
    }
}

/// Comparisons of names that a document is worth: so many typing mistakes are none.
const COMPARISONS: usize = 10_000;
/// Names of another file that are compared with one name.
const FOREIGN: usize = 100;
/// Longest name, in bytes, that is compared.
const LONGEST: usize = 100;

/// The names of the declared schemes.
struct Names<'a> {
    components: HashMap<&'a str, Node<'a>>,
    affordable: bool,
}

impl<'a> Names<'a> {
    /// `wanted` tells how many names will be looked for.
    fn new(cx: &Cx<'_, 'a>, wanted: usize) -> Self {
        let map = cx.api.scheme_map.filter(|_| wanted > 0);
        let components: HashMap<&str, Node<'a>> = map.into_iter().flat_map(Node::entries).collect();
        let affordable = wanted.saturating_mul(components.len()) <= COMPARISONS;
        Self { components, affordable }
    }

    fn holds(&self, name: &str) -> bool {
        self.components.contains_key(name)
    }

    /// The component that a member names: of the document or, for a requirement in another file, of that file.
    fn component(&self, member: &Member<'a>) -> Option<Node<'a>> {
        self.components.get(member.name).copied().or_else(|| own_schemes(member.node)?.get(member.name))
    }

    fn near(&self, name: &str, member: &Member<'a>) -> Option<&'a str> {
        if !self.affordable {
            return None;
        }
        let own = own_schemes(member.node).into_iter().flat_map(Node::entries).map(|(name, _)| name);
        near(name, self.components.keys().copied().chain(own.take(FOREIGN)))
    }
}

/// The scheme map of the file that holds a node.
pub(super) fn own_schemes(node: Node<'_>) -> Option<Node<'_>> {
    let root = std::iter::successors(Some(node), |node| node.parent()).last()?;
    let map = root.get("components").and_then(|components| components.get("securitySchemes"));
    map.or_else(|| root.get("securityDefinitions"))
}

fn near<'n>(name: &str, candidates: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let meant = nearest(name, candidates.filter(|candidate| candidate.len() <= LONGEST))?;
    (meant.to_lowercase() == name.to_lowercase() || distance(name, meant) == 1).then_some(meant)
}
