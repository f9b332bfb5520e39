//! `auth/scheme-name-uri-ambiguity`

use std::collections::BTreeMap;

use apiward_model::{FileId, Format, Member, Node, Place, RequirementList, Scheme, SchemeId, is_scheme_uri};
use foldhash::{HashMap, HashSet};

use crate::auth::essence::essence;
use crate::auth::undefined_scheme::own_schemes;
use crate::framework::declare::declare_lint;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::operations::Operations;
use crate::framework::text::{quoted, scheme_title};

declare_lint! {
    id: "auth/scheme-name-uri-ambiguity",
    title: "Scheme name looks like a URI, or resolves differently in two documents",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: &[Format::OpenApi30, Format::OpenApi31, Format::OpenApi32],
    owasp: ["API8:2023"],
    cwe: ["CWE-706"],
    practices: [Authentication, Consistency],
    references: [
        "OpenAPI 3.2.0 Security Considerations, Security Schemes" => "https://spec.openapis.org/oas/v3.2.0.html#security-considerations",
        "OpenAPI 3.2.0 Security Requirement Object" => "https://spec.openapis.org/oas/v3.2.0.html#security-requirement-object",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Scheme, Requirement],
    docs: include_str!("scheme_name_uri_ambiguity.md"),
    check: SchemeNameUriAmbiguity<'a>,
}

#[derive(Default)]
struct SchemeNameUriAmbiguity<'a> {
    /// The schemes that requirements name; worked out for the first odd name.
    required: Option<HashSet<SchemeId>>,
    /// The other definition of a name in a file that the description refers to; nothing when there is none.
    others: HashMap<(FileId, &'a str), Option<Other<'a>>>,
    /// The members of requirements whose name has two meanings, in document order.
    members: BTreeMap<Place, (Member<'a>, Other<'a>)>,
}

/// Two definitions of one name.
#[derive(Clone, Copy)]
struct Other<'a> {
    /// In the entry document.
    entry: Node<'a>,
    /// In the file of the requirement.
    own: Node<'a>,
}

impl<'a> Check<'a> for SchemeNameUriAmbiguity<'a> {
    fn scheme(&mut self, cx: &mut Cx<'_, 'a>, scheme: &Scheme<'a>) {
        // Requirements can name schemes by URI from OpenAPI 3.2 on.
        if cx.api.spec.format != Format::OpenApi32 || is_plain(scheme.name) {
            return;
        }
        if !self.required.get_or_insert_with(|| required(cx)).contains(&scheme.id) {
            return;
        }
        let what = if is_scheme_uri(scheme.name) || has_file_ending(scheme.name) {
            "has a name that can be read as a URI"
        } else {
            "has a name with characters that no component name may have"
        };
        let message = format!("{} {what}: which scheme a requirement means is left to the tool", scheme_title(scheme));
        let help = "rename it, with letters, digits, `_` and `-` only: a component of that name wins over the scheme at that \
                    URI";
        let finding = cx.finding(scheme.node, message).at_key(scheme.node).help(help);
        cx.report(finding.operations(cx.accepting(scheme.id)));
    }

    fn requirement(&mut self, cx: &mut Cx<'_, 'a>, list: &RequirementList<'a>) {
        for member in list.alternatives.iter().flat_map(|alternative| &alternative.members) {
            let file = member.node.file_id();
            if file == cx.api.root.file_id() {
                continue;
            }
            let find = || other(cx.api.scheme_map?, member);
            if let Some(other) = *self.others.entry((file, member.name)).or_insert_with(find) {
                self.members.insert(member.node.place(), (member.clone(), other));
            }
        }
    }

    fn end(&mut self, cx: &mut Cx<'_, 'a>) {
        let mut names: BTreeMap<&str, Vec<(Member<'a>, Other<'a>)>> = BTreeMap::new();
        for (member, other) in std::mem::take(&mut self.members).into_values() {
            names.entry(member.name).or_default().push((member, other));
        }
        for (name, found) in names {
            let Some(((first, other), further)) = found.split_first() else { continue };
            let message = format!(
                "scheme {} means another scheme in this file than in the entry document: which one is required is left to \
                 the tool",
                quoted(name)
            );
            let help = "rename one of the two, or let one be a `$ref` to the other";
            let mut finding = cx.finding(first.node, message).at_key(first.node).help(help);
            finding = finding.about(cx.api.version_node(), name);
            finding = finding.related_key(other.entry, "its definition in the entry document");
            finding = finding.related_key(other.own, "its definition in this file");
            for (member, _) in further {
                finding = finding.related_key(member.node, "it is required here too");
            }
            let mut operations = Operations::default();
            for scheme in found.iter().filter_map(|(member, _)| member.scheme).collect::<HashSet<_>>() {
                operations.unite(&cx.accepting(scheme));
            }
            cx.report(finding.operations(operations));
        }
    }
}

/// True for a component name that nobody takes for a URI.
fn is_plain(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    name.bytes().all(allowed) && !has_file_ending(name)
}

fn has_file_ending(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["json", "yaml", "yml"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

fn required(cx: &Cx<'_, '_>) -> HashSet<SchemeId> {
    let alternatives = cx.api.requirements.iter().flat_map(|list| list.alternatives.iter());
    alternatives.flat_map(|alternative| &alternative.members).filter_map(|member| member.scheme).collect()
}

/// The two definitions of a member's name, when there are two that differ.
fn other<'a>(entry: Node<'a>, member: &Member<'a>) -> Option<Other<'a>> {
    let other = Other { entry: entry.get(member.name)?, own: own_schemes(member.node)?.get(member.name)? };
    (essence(other.entry)? != essence(other.own)?).then_some(other)
}
