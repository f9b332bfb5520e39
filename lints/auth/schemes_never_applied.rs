//! `auth/schemes-never-applied`

use apiward_model::Scheme;
use apiward_model::predicate::{Exemption, has_only_local_servers};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::auth::coverage::gaps;
use crate::framework::declare::{ALL_FORMATS, Silences, declare_lint};
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;
use apiward_syntax::Fragment;

declare_lint! {
    id: "auth/schemes-never-applied",
    title: "Security schemes are declared but no requirement ever uses one",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API2:2023"],
    cwe: ["CWE-306"],
    practices: [Authentication, Consistency],
    references: [
        "OpenAPI 3.2.0 Security Requirement Object" => "https://spec.openapis.org/oas/v3.2.0.html#security-requirement-object",
        "OWASP API2:2023 Broken Authentication" => "https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [Silences::Document("auth/operation-without-security"), Silences::Document("auth/anonymous-write"), Silences::Document("auth/anonymous-read"), Silences::Document("auth/unused-scheme"), Silences::Document("auth/global-security-empty"), Silences::Document("auth/async-server-without-security")],
    targets: [Document],
    docs: include_str!("schemes_never_applied.md"),
    check: SchemesNeverApplied,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Callers are authenticated by something that the description cannot express.
    external_auth: bool,
}

struct SchemesNeverApplied(Options);

impl From<Options> for SchemesNeverApplied {
    fn from(options: Options) -> Self {
        Self(options)
    }
}

/// Names that a message shows.
const SHOWN: usize = 5;

impl<'a> Check<'a> for SchemesNeverApplied {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        let Some(map) = api.scheme_map.filter(|_| !self.0.external_auth && !api.requires_a_scheme()) else { return };
        let schemes: Vec<&Scheme<'a>> = api.schemes.iter().filter(|scheme| !scheme.inline).collect();
        let names: Vec<String> = schemes.iter().map(|scheme| quoted(scheme.name)).collect();
        let declared = match gaps(cx, &[]).exemption {
            _ if names.is_empty() => return,
            Exemption::ByNature => return,
            Exemption::Declared(declared) => Some(declared),
            Exemption::None => None,
        };
        let shown = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
        let message = match names.len() {
            1 => format!("scheme {shown} is declared, but no requirement uses it"),
            2..=SHOWN => format!("schemes {shown} are declared, but no requirement uses them"),
            count => format!("{count} schemes ({shown}, \u{2026}) are declared, but no requirement uses them"),
        };
        let is_async = api.spec.format.is_async();
        let help = if is_async {
            "name it in the `security` of each server, or of each operation that needs it: a declared scheme alone \
             protects nothing"
        } else {
            "add a `security` requirement at the root, or to each operation that needs one: a declared scheme alone \
             protects nothing"
        };
        let mut finding = cx.finding(map, message).at_key(map).help(help).of_document().declared_public(declared);
        if let [only] = schemes.as_slice()
            && !is_async
        {
            let requirement = Fragment::member(only.name, Fragment::List(Vec::new()));
            let fix = Fix::new("require it at the root");
            finding = finding.fixed_by(fix.put(api.root, "security", Fragment::List(vec![requirement])));
        }
        // What runs nowhere yet cannot be called from outside: as for `auth/no-security-schemes`.
        finding = finding.lowered_if(is_async && has_only_local_servers(api), Level::Info);
        for scheme in schemes.iter().skip(SHOWN) {
            finding = finding.related_key(scheme.node, "a further scheme that no requirement uses");
        }
        cx.report(finding);
    }
}
