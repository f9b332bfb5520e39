//! `versioning/info-version-invalid`

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use apiward_model::predicate::{major, url_path};
use apiward_model::{Api, Node};
use apiward_syntax::Kind;
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels, Profile};
use crate::framework::lint::{Check, Cx};
use crate::framework::pattern::{compiled, pattern};
use crate::framework::text::quoted;

declare_lint! {
    id: "versioning/info-version-invalid",
    title: "info.version is missing, a placeholder, or contradicts the URL version",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: ALL_FORMATS,
    owasp: ["API9:2023"],
    cwe: ["CWE-1059"],
    practices: [Versioning, Documentation],
    references: [
        "OpenAPI 3.2.0 Info Object" => "https://spec.openapis.org/oas/v3.2.0.html#info-object",
        "Zalando RESTful API Guidelines rule 116: use semantic versioning" => "https://opensource.zalando.com/restful-api-guidelines/#116",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("info_version_invalid.md"),
    check: InfoVersionInvalid,
    options: Options,
}

/// Options of `versioning/info-version-invalid`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// A regular expression for versions of your own form.
    #[serde(deserialize_with = "crate::framework::pattern::optional_pattern")]
    pattern: Option<String>,
}

struct InfoVersionInvalid {
    own: Option<Arc<Regex>>,
}

impl From<Options> for InfoVersionInvalid {
    fn from(options: Options) -> Self {
        Self { own: options.pattern.and_then(|text| compiled(&text)) }
    }
}

const HELP: &str = "give the version of this description, such as `1.4.0` or `2027-01-31`: by it readers tell apart what they \
                    have from what is served";

impl<'a> Check<'a> for InfoVersionInvalid {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let Some(info) = cx.api.root.get("info").filter(|info| info.is_mapping()) else { return };
        let Some(version) = info.get("version") else {
            let finding = cx.finding(info, "`info` has no `version`").at_key(info);
            return cx.report(finding.help(HELP).of_document());
        };
        if self.own.as_ref().is_some_and(|own| own.is_match(version.text())) {
            return;
        }
        let text = version.text().trim().to_ascii_lowercase();
        let scalar = !matches!(version.kind(), Kind::Mapping | Kind::Sequence | Kind::Null);
        let message = if !scalar || text.is_empty() {
            "`info.version` is empty".to_owned()
        } else if is_placeholder(&text) {
            format!("`info.version` is the placeholder {}", quoted(version.text()))
        } else if !FORMS.iter().any(|form| form.is_match(&text)) {
            format!("`info.version` is {}, which is no version", quoted(version.text()))
        } else if let Some(other) = contradicted(cx, &text) {
            format!("`info.version` is {} and the paths say `v{other}`", quoted(version.text()))
        } else {
            return;
        };
        cx.report(cx.finding(version, message).at_key(version).help(HELP).of_document());
    }
}

/// The usual one first; the others are hardly ever made.
static FORMS: [LazyLock<Regex>; 4] = [
    LazyLock::new(|| pattern(r"^v?[0-9]+(\.[0-9]+){0,3}$")),
    LazyLock::new(|| pattern(r"^v?[0-9]+(\.[0-9]+){1,3}[-+._]?[0-9a-z][0-9a-z._+-]*$")),
    LazyLock::new(|| pattern(r"^v?[0-9]+(p[0-9]+)?[-_.]?(alpha|beta|rc|preview)[-_.]?[0-9]*$")),
    LazyLock::new(|| pattern(r"^[0-9]{4}-(0[1-9]|1[0-2])(-[0-3][0-9])?([-.][0-9a-z.-]+)?$")),
];

fn is_placeholder(text: &str) -> bool {
    let zero = ["0", "0.0", "0.0.0"].contains(&text.strip_prefix('v').unwrap_or(text));
    let word = ["unspecified", "unknown", "todo", "tbd", "string", "version", "latest"].contains(&text);
    zero || word || text.ends_with("-snapshot") || text.ends_with(".snapshot")
}

/// In `strict`: the one major that servers and paths have, where the version has another one.
fn contradicted(cx: &Cx<'_, '_>, version: &str) -> Option<u32> {
    if cx.profile != Profile::Strict || cx.api.spec.format.is_async() {
        return None;
    }
    if !FORMS[..2].iter().any(|form| form.is_match(version)) {
        return None;
    }
    let own = version.strip_prefix('v').unwrap_or(version).split(['.', '-', '+']).next()?.parse::<u32>().ok()?;
    // From 1900 on it is a year.
    if own == 0 || own >= 1900 {
        return None;
    }
    let mut majors = majors(cx.api).into_iter();
    let other = majors.next().filter(|_| majors.next().is_none())?;
    (other != own && other != 0).then_some(other)
}

fn majors(api: &Api<'_>) -> BTreeSet<u32> {
    let in_path = |path: &str| path.split('/').filter_map(major).collect::<Vec<_>>();
    let servers = api.servers.iter().filter(|server| server.used).flat_map(apiward_model::Server::expansions);
    let mut found: BTreeSet<u32> = servers.flat_map(|url| in_path(url_path(&url))).collect();
    let paths: BTreeSet<&str> =
        api.root.get("paths").into_iter().flat_map(Node::entries).map(|(path, _)| path).collect();
    let with: Vec<Vec<u32>> = paths.iter().map(|path| in_path(path)).filter(|majors| !majors.is_empty()).collect();
    if with.len() * 2 >= paths.len() {
        found.extend(with.into_iter().flatten());
    }
    found
}
