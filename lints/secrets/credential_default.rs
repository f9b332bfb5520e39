//! `secrets/credential-default`

use apiward_model::lexicon::Tokens;
use apiward_model::words::{CREDENTIAL_PARAMETER_NAMES, CREDENTIAL_UNSET_MARKERS};
use apiward_model::{Context, FileId, Location, Node, Parameter, Place, Schema, Server, jwt};
use apiward_syntax::Known;
use foldhash::{HashMap, HashSet};
use smallvec::{SmallVec, smallvec};

use crate::framework::declare::{ALL_FORMATS, Silences, declare_lint};
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;

declare_lint! {
    id: "secrets/credential-default",
    title: "Password or key has a default or single allowed value",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API2:2023", "API8:2023"],
    cwe: ["CWE-1392", "CWE-798"],
    practices: [Authentication],
    references: [
        "OWASP API8:2023 Security Misconfiguration" => "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
        "OWASP Secrets Management Cheat Sheet" => "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [Silences::Place("secrets/high-entropy-credential")],
    targets: [Document, Server, Parameter, Schema],
    docs: include_str!("credential_default.md"),
    check: CredentialDefault<'a>,
}

#[derive(Default)]
struct CredentialDefault<'a> {
    /// The schemas of AsyncAPI message headers: their properties are named like headers.
    header_schemas: HashSet<Place>,
    /// Whether a property's name is that of a credential, by the name and whether it names a header.
    known: HashMap<(&'a str, bool), bool>,
    /// What was reported: a definition may have several uses.
    seen: HashSet<Place>,
}

impl<'a> Check<'a> for CredentialDefault<'a> {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let headers = cx.api.messages.iter().filter_map(|message| message.headers?.target_or_none());
        self.header_schemas = headers.map(Node::place).collect();
        for (name, header) in headers_of(cx) {
            let title = || format!("header {}", quoted(name));
            let schema = header.get(Known::Schema).unwrap_or(header);
            self.judge(cx, names_credential(&Tokens::header(name)), schema, title);
        }
    }

    fn server(&mut self, cx: &mut Cx<'_, 'a>, server: &Server<'a>) {
        if !cx.api.spec.format.is_async() {
            return;
        }
        for (name, variable) in server.variables.into_iter().flat_map(Node::entries) {
            self.judge(cx, names_credential(&Tokens::new(name)), variable, || {
                format!("server variable {}", quoted(name))
            });
        }
    }

    fn parameter(&mut self, cx: &mut Cx<'_, 'a>, parameter: &Parameter<'a>) {
        let Some(schema) = parameter.schema else { return };
        let name = match parameter.location {
            Location::Header => Tokens::header(parameter.name),
            _ => Tokens::new(parameter.name),
        };
        self.judge(cx, names_credential(&name), schema, || format!("parameter {}", quoted(parameter.name)));
    }

    fn schema(&mut self, cx: &mut Cx<'_, 'a>, schema: &Schema<'a>) {
        let Some(name) = schema.property_name() else { return };
        let holder = schema.siblings().and_then(Node::parent);
        let of_header = !self.header_schemas.is_empty()
            && holder.is_some_and(|holder| self.header_schemas.contains(&holder.place()));
        let tokens = || if of_header { Tokens::header(name) } else { Tokens::new(name) };
        let known = self.known.entry((name, of_header));
        let is_named = *known.or_insert_with(|| names_credential(&tokens()));
        self.judge(cx, is_named, schema.node, || format!("property {}", quoted(name)));
    }
}

impl<'a> CredentialDefault<'a> {
    fn judge(&mut self, cx: &mut Cx<'_, 'a>, is_named: bool, schema: Node<'a>, title: impl Fn() -> String) {
        let parts = merged(schema);
        let is_credential = is_named || parts.iter().any(|part| part.get_str(Known::Format) == Some("password"));
        if !is_credential || !parts.iter().all(|part| may_be_string(*part)) {
            return;
        }
        let Some((keyword, value, what)) = preset(&parts) else { return };
        if !self.seen.insert(keyword.place()) {
            return;
        }
        let help = "remove it and have each installation or caller choose its own: whoever reads the description knows \
                    this one";
        let finding = cx.finding(keyword, format!("{} has {what}", title())).at_key(keyword).help(help);
        let preset = keyword.key() == Some("default");
        let finding = finding.fixed_by(preset.then(|| Fix::new("drop the default").remove(keyword)));
        let hidden = parts.iter().flat_map(|part| writings(*part, value));
        cx.report(
            hidden.fold(finding.operations(cx.reaching(keyword)), |finding, text| finding.hides(text, text.span())),
        );
    }
}

fn names_credential(name: &Tokens) -> bool {
    CREDENTIAL_PARAMETER_NAMES.matches_name(name)
}

/// Parts of a schema that are taken in.
const MOST: usize = 64;

/// The schema with all that holds together with it: behind `$ref` and in `allOf`. Nearly every schema stands alone.
fn merged(schema: Node<'_>) -> SmallVec<[Node<'_>; 2]> {
    let mut parts: SmallVec<[Node<'_>; 2]> = smallvec![schema];
    let mut next = 0;
    while let Some(&part) = parts.get(next) {
        next += 1;
        let target = part.reference().and_then(|_| part.target_or_none());
        for other in target.into_iter().chain(part.get(Known::AllOf).into_iter().flat_map(Node::items)) {
            if parts.len() < MOST && !parts.contains(&other) {
                parts.push(other);
            }
        }
    }
    parts
}

/// True when `type` is missing, is `string`, or is a list with `string`.
fn may_be_string(schema: Node<'_>) -> bool {
    let Some(kind) = schema.get(Known::Type) else { return true };
    kind.raw().as_str() == Some("string") || kind.items().any(|kind| kind.raw().as_str() == Some("string"))
}

/// The keyword that sets a credential, the value, and what it is called: `default` before `const` before `enum`.
fn preset<'a>(parts: &[Node<'a>]) -> Option<(Node<'a>, Node<'a>, &'static str)> {
    let keyword = |key: &'static str| parts.iter().filter_map(move |part| part.get(key));
    let single = keyword("enum").filter(|list| list.count() == 1);
    let defaults = keyword("default").map(|node| (node, node, "a default value"));
    let constants = keyword("const").map(|node| (node, node, "a fixed value"));
    let listed = single.filter_map(|list| Some((list, list.items().next()?, "a single allowed value")));
    defaults.chain(constants).chain(listed).find(|(_, value, _)| value.raw().as_str().is_some_and(is_preset))
}

/// Wherever a schema writes the value: an excerpt shows what stands beside the fault.
fn writings<'a>(part: Node<'a>, value: Node<'a>) -> impl Iterator<Item = Node<'a>> {
    let keywords = ["default", "const", "enum", "example", "examples"].into_iter().filter_map(move |key| part.get(key));
    let values = keywords.flat_map(|keyword| std::iter::once(keyword).chain(keyword.items()));
    values.map(Node::resolved).filter(move |text| text.as_str().is_some() && text.as_str() == value.resolved().as_str())
}

fn is_preset(value: &str) -> bool {
    !value.is_empty() && !CREDENTIAL_UNSET_MARKERS.matches_pattern(value) && !jwt::holds_signed_token(value)
}

/// The Header Objects of every `headers` map, after `$ref`, with their names.
fn headers_of<'a>(cx: &Cx<'_, 'a>) -> Vec<(&'a str, Node<'a>)> {
    let mut headers = Vec::new();
    for (file, content) in cx.api.files.iter() {
        let Some(symbol) = content.tree.symbol("headers") else { continue };
        for raw in content.tree.nodes().filter(|node| node.key_symbol() == Some(symbol)) {
            let other_document = file == FileId::ROOT && !cx.api.root.contains(raw.id());
            if !other_document && content.contexts().of(raw.id()) == Context::Names {
                let map = cx.api.node(Place { file, node: raw.id() });
                headers.extend(map.entries().filter_map(|(name, header)| Some((name, header.target_or_none()?))));
            }
        }
    }
    headers
}
