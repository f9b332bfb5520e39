//! `segregation/read-scope-on-write`

use apiward_model::lexicon::{Lexicon, Match, Tokens};
use apiward_model::predicate::{Exemption, ScopeWords, Signs, is_identity_scope};
use apiward_model::{Alternative, Api, Declared, Member, Operation};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{OPENAPI, Silences, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::PerList;
use crate::framework::text::{operation_title, quoted};

declare_lint! {
    id: "segregation/read-scope-on-write",
    title: "A read-only scope is enough to change state",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API5:2023"],
    cwe: ["CWE-863"],
    practices: [SegregationOfDuties, Roles],
    references: [
        "OWASP API5:2023 Broken Function Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/",
        "RFC 9700 section 2.3" => "https://www.rfc-editor.org/rfc/rfc9700#section-2.3",
    ],
    fix: None,
    since: "0.1.0",
    silences: [Silences::Operations("segregation/same-scope-read-write")],
    targets: [Operation],
    docs: include_str!("read_scope_on_write.md"),
    check: ReadScopeOnWrite,
    options: Options,
}

/// Options of `segregation/read-scope-on-write`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Further words of scope names that say reading.
    read_words_extra: Vec<String>,
    /// Further words of scope names that say writing, or both.
    write_words_extra: Vec<String>,
}

/// Writes that a reader may well do: marking something as read, preparing a download.
static READERS_DO_IT: Lexicon = Lexicon::new(
    "writes of readers",
    Match::Word,
    &["read", "mark", "acknowledge", "ack", "seen", "export", "download", "report", "subscribe"],
)
.with_plurals();

/// Verbs of what is tried out and changes nothing. Elsewhere in a name they are things: a check, a test.
static TRY_OUT: Lexicon =
    Lexicon::new("verbs of trying out", Match::First, &["simulate", "check", "evaluate", "test", "verify"]);

struct ReadScopeOnWrite {
    words: ScopeWords,
    /// The alternative that is at fault.
    found: PerList<Option<usize>>,
}

impl From<Options> for ReadScopeOnWrite {
    fn from(options: Options) -> Self {
        Self {
            words: ScopeWords::with(&options.read_words_extra, &options.write_words_extra),
            found: PerList::default(),
        }
    }
}

impl<'a> Check<'a> for ReadScopeOnWrite {
    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let signs = cx.signs(operation.id);
        let exemption = signs.exemption();
        if !signs.writes || exemption == Exemption::ByNature {
            return;
        }
        let inherited = operation.security.declared == Declared::Inherited;
        let alternatives = &operation.security.alternatives;
        let found = self.found.of(alternatives, |list| self.first_at_fault(cx.api, list));
        let Some(alternative) = found.and_then(|at| alternatives.get(at)) else { return };
        let place = match carriers(cx.api, alternative).next() {
            Some(member) if !inherited => member.node,
            _ => operation.node,
        };
        let for_readers = is_for_readers(signs);
        let scopes = granting_scopes(cx.api, alternative);
        let message = format!("{} changes state and accepts {}", operation_title(operation), listed(&scopes));
        let help = "ask for a scope that says writing, so that a client that was only allowed to read cannot change \
                    anything";
        let finding = cx.finding(place, message).at_key(place).help(help).operation(operation.id);
        let declared = match exemption {
            Exemption::Declared(declared) => Some(declared),
            _ => None,
        };
        cx.report(finding.lowered_if(for_readers, Level::Info).declared_public(declared));
    }
}

impl ReadScopeOnWrite {
    /// The first alternative whose scopes all say reading.
    fn first_at_fault(&self, api: &Api<'_>, alternatives: &[Alternative<'_>]) -> Option<usize> {
        alternatives.iter().position(|alternative| {
            let scopes = granting_scopes(api, alternative);
            !lists_roles(api, alternative)
                && !scopes.is_empty()
                && scopes.iter().all(|scope| self.words.is_read_only(scope))
        })
    }
}

/// The members that carry scopes.
fn carriers<'r, 'a>(api: &'r Api<'a>, alternative: &'r Alternative<'a>) -> impl Iterator<Item = &'r Member<'a>> {
    alternative.members.iter().filter(|member| carries_scopes(api, member))
}

fn carries_scopes(api: &Api<'_>, member: &Member<'_>) -> bool {
    member.scheme.is_some_and(|id| api.scheme(id).carries_scopes())
}

/// The scopes that grant something on the API.
fn granting_scopes<'a>(api: &Api<'a>, alternative: &Alternative<'a>) -> Vec<&'a str> {
    let scopes = carriers(api, alternative).flat_map(Member::scope_names);
    scopes.filter(|scope| !is_identity_scope(scope)).collect()
}

/// True when a member that carries no scopes lists names: roles, and a role named reader may well write.
fn lists_roles(api: &Api<'_>, alternative: &Alternative<'_>) -> bool {
    alternative.members.iter().any(|member| !carries_scopes(api, member) && !member.scopes.is_empty())
}

fn is_for_readers(signs: &Signs<'_>) -> bool {
    let says = |name: &Tokens<'_>| READERS_DO_IT.matches_word(name) || TRY_OUT.matches_first(name);
    signs.last_segment().is_some_and(|last| says(last.tokens())) || says(&signs.operation_id())
}

/// Scopes that a message names.
const NAMED: usize = 2;

fn listed(scopes: &[&str]) -> String {
    let names: Vec<String> = scopes.iter().take(NAMED).map(|scope| quoted(scope)).collect();
    let names = names.join(" with ");
    match scopes.len() {
        1 => format!("the read-only scope {names}"),
        count if count > NAMED => format!("the read-only scopes {names} and {} more", count - NAMED),
        _ => format!("the read-only scopes {names}"),
    }
}
