//! `docs/description-contradicts-security`

use std::sync::{Arc, LazyLock};

use apiward_model::lexicon::{Lexicon, Match};
use apiward_model::predicate::PublicSigns;
use apiward_model::words::{ADMIN_ONLY_PHRASES, AUTH_REQUIRED_PHRASES, NO_AUTH_PHRASES};
use apiward_model::{Api, Node, Operation, OperationId, phrase};
use apiward_syntax::Known;
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;
use smallvec::SmallVec;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::fix::{Fix, USUAL};
use crate::framework::level::{Level, Levels, Profile};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::PerList;
use crate::framework::pattern::pattern;
use crate::framework::text::{operation_title, quoted};

declare_lint! {
    id: "docs/description-contradicts-security",
    title: "Text promises protection the contract does not require",
    levels: Levels::raised(Level::Warning, Level::Error),
    confidence: Medium,
    formats: ALL_FORMATS,
    owasp: ["API9:2023", "API2:2023"],
    cwe: ["CWE-1059", "CWE-306"],
    practices: [Documentation, Authentication, Consistency],
    references: [
        "OWASP API9:2023 Improper Inventory Management" => "https://owasp.org/API-Security/editions/2023/en/0xa9-improper-inventory-management/",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Document, Operation],
    docs: include_str!("description_contradicts_security.md"),
    check: DescriptionContradictsSecurity<'a>,
    options: Options,
}

/// Options of `docs/description-contradicts-security`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Further phrases that say that a call needs a credential.
    phrases_extra: Vec<String>,
}

struct DescriptionContradictsSecurity<'a> {
    further: Vec<String>,
    /// Scopes that schemes declare, and scopes and roles that requirements ask for.
    rights: HashSet<&'a str>,
    paths: HashSet<&'a str>,
    /// In `strict`: the operations that anybody may call, by tag.
    open_by_tag: HashMap<&'a str, Vec<OperationId>>,
    /// The scopes and roles that a list asks for.
    asked: PerList<Arc<HashSet<&'a str>>>,
}

impl From<Options> for DescriptionContradictsSecurity<'_> {
    fn from(options: Options) -> Self {
        Self {
            further: options.phrases_extra,
            rights: HashSet::new(),
            paths: HashSet::new(),
            open_by_tag: HashMap::new(),
            asked: PerList::default(),
        }
    }
}

const REQUIRE: &str = "require a scheme that fits the text, or correct the text: readers and auditors believe it";

impl<'a> Check<'a> for DescriptionContradictsSecurity<'a> {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        self.rights = rights(cx.api);
        self.paths = cx.api.operations.iter().map(|operation| operation.path).collect();
        if cx.profile != Profile::Strict {
            return;
        }
        for operation in &cx.api.operations {
            if operation.security.is_anonymous() && !is_open_by_nature(cx, operation) {
                for tag in operation.tags() {
                    self.open_by_tag.entry(tag).or_default().push(operation.id);
                }
            }
        }
        let places = [cx.api.root.get("tags"), cx.api.root.get("info").and_then(|info| info.get("tags"))];
        for tag in places.into_iter().flatten().flat_map(Node::items) {
            self.tag(cx, tag);
        }
    }

    fn operation(&mut self, cx: &mut Cx<'_, 'a>, operation: &Operation<'a>) {
        let texts: SmallVec<[Node<'a>; 2]> = [Known::Summary, Known::Description]
            .into_iter()
            .filter_map(|key| operation.node.get(key))
            .filter(|text| text.is_string())
            .collect();
        if texts.is_empty() {
            return;
        }
        let title = || operation_title(operation);
        let anonymous = operation.security.is_anonymous();
        if anonymous && !is_open_by_nature(cx, operation) {
            let found = texts.iter().find_map(|text| Some((text, self.demand(text.text(), operation.path)?)));
            if let Some((text, phrase)) = found {
                let message = format!("{} says {} and accepts anonymous calls", title(), quoted(&phrase));
                let usual = cx.usual_requirement();
                let fix = usual.map(|usual| Fix::new(USUAL).put(operation.node, "security", usual.clone()));
                let finding = cx.finding(*text, message).at_key(*text).help(REQUIRE).operation(operation.id);
                cx.report(finding.fixed_by(fix));
                return;
            }
        }
        let found = texts.iter().find_map(|text| Some((text, self.missing_right(text.text(), operation)?)));
        if let Some((text, right)) = found {
            let message = format!("{} speaks of the right {} and does not ask for it", title(), quoted(right));
            let help = "ask for it in `security`, or correct the text";
            let finding = cx.finding(*text, message).at_key(*text).help(help).operation(operation.id);
            cx.report(finding.lowered_to(Level::Warning));
            return;
        }
        let known = operation.security.alternatives.are_known();
        if !anonymous && known {
            let found = texts.iter().find_map(|text| Some((text, self.openness(text.text(), operation.path)?)));
            if let Some((text, phrase)) = found {
                let message = format!("{} says {} and requires a credential", title(), quoted(&phrase));
                let help = "correct the text, or, if it is meant to be open, the requirement";
                let finding = cx.finding(*text, message).at_key(*text).help(help).operation(operation.id);
                cx.report(finding.lowered_to(Level::Info));
            }
        }
    }
}

impl<'a> DescriptionContradictsSecurity<'a> {
    fn tag(&self, cx: &mut Cx<'_, 'a>, tag: Node<'a>) {
        let Some(operations) = tag.get_str("name").and_then(|name| self.open_by_tag.get(name)) else { return };
        let Some(text) = tag.get("description").filter(|text| text.is_string()) else { return };
        if let Some(phrase) = self.demand(text.text(), "") {
            let name = quoted(tag.get_str("name").unwrap_or_default());
            let message = format!("tag {name} says {} and has operations that accept anonymous calls", quoted(&phrase));
            cx.report(cx.finding(text, message).at_key(text).help(REQUIRE).operations(operations.clone()));
        }
    }

    /// The words by which a text demands a credential.
    fn demand(&self, text: &str, path: &str) -> Option<String> {
        let listed = phrase::find_phrases(text, &[&AUTH_REQUIRED_PHRASES, &ADMIN_ONLY_PHRASES])
            .into_iter()
            .find(|found| !found.negated && !self.is_skipped(&text[found.sentence.clone()], path));
        let further = || {
            let lower = text.to_ascii_lowercase();
            self.further.iter().find_map(|entry| {
                let at = lower.find(&entry.to_ascii_lowercase()).filter(|_| !entry.is_empty())?;
                let around = phrase::surroundings(text, &(at..at + entry.len()));
                let counts = !around.negated && !self.is_skipped(&text[around.sentence], path);
                counts.then(|| entry.clone())
            })
        };
        listed.map(|found| found.phrase.to_owned()).or_else(further)
    }

    /// The words by which a text says that anybody may call.
    fn openness(&self, text: &str, path: &str) -> Option<String> {
        let mut found = phrase::find_phrase(text, &NO_AUTH_PHRASES).into_iter();
        let counts = |found: &phrase::PhraseMatch| {
            let sentence = &text[found.sentence.clone()];
            !found.negated && !self.is_skipped(sentence, path) && !tells_of_refusal(sentence)
        };
        found.find(counts).map(|found| found.phrase.to_owned())
    }

    /// A scope or role that a text demands and no alternative asks for.
    fn missing_right(&self, text: &'a str, operation: &Operation<'a>) -> Option<&'a str> {
        if !text.contains('`') {
            return None;
        }
        let asked = self.asked.of(&operation.security.alternatives, |list| {
            let members = list.iter().flat_map(|alternative| &alternative.members);
            members.flat_map(apiward_model::Member::scope_names).collect::<HashSet<_>>().into()
        });
        RIGHT.captures_iter(text).find_map(|captures| {
            let right = captures.get(1).or_else(|| captures.get(2))?;
            let name = right.as_str();
            if !self.rights.contains(name) || asked.contains(name) {
                return None;
            }
            let around = phrase::surroundings(text, &captures.get(0)?.range());
            let sentence = &text[around.sentence];
            let counts = !around.negated && demands_right(sentence) && !self.is_skipped(sentence, operation.path);
            counts.then_some(name)
        })
    }

    /// Sentences that say when something holds, or speak of something else.
    fn is_skipped(&self, sentence: &str, path: &str) -> bool {
        let other = |word: &str| word != path && self.paths.contains(word);
        let mut words =
            sentence.split(|c: char| c.is_whitespace() || matches!(c, '`' | '(' | ')' | '[' | ']' | ',' | '"'));
        CONDITION.words().matches_word(&apiward_model::lexicon::Tokens::new(sentence))
            || ANCHOR.is_match(sentence)
            || words.any(|word| other(word) || other(word.trim_end_matches(['.', ':', ';', '!', '?'])))
    }
}

/// Words that make a sentence speak of one case among several.
static CONDITION: Lexicon =
    Lexicon::new("condition", Match::Word, &["if", "when", "unless", "optional", "optionally", "depending"]);

/// A link to a part of a page: what it says is said there.
static ANCHOR: LazyLock<Regex> = LazyLock::new(|| pattern(r"\]\([^)]*#"));

/// A scope or role in a code span.
static RIGHT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b(?:scopes?|roles?)\s+`([^`\s]+)`|`([^`\s]+)`\s+(?:scope|role)\b"));

/// Whether a sentence asks for the right that it names: others give examples, or say what a right brings with it.
fn demands_right(sentence: &str) -> bool {
    static DEMAND: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(?:requir(?:e|es|ed|ing)|must|needs?|needed|only\b.*\b(?:with|for|by|to)|(?:with|for|by|to)\b.*\bonly)\b",
        )
    });
    static MENTION: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(?:for example|for instance|e\.\s?g\b|grant(?:s|ed|ing)?|impl(?:y|ies)|includ(?:e|es|ed|ing)|to see)\b",
        )
    });
    DEMAND.is_match(sentence) && !MENTION.is_match(sentence)
}

/// A sentence on what is refused says nothing of what is allowed.
fn tells_of_refusal(sentence: &str) -> bool {
    let starts = ["reject", "forbid", "denie", "deny", "fail", "unauthori"];
    let sentence = sentence.to_ascii_lowercase();
    let mut words = sentence.split(|c: char| !c.is_ascii_alphanumeric());
    sentence.contains("not allowed")
        || words.any(|word| {
            matches!(word, "401" | "403" | "error" | "cannot") || starts.iter().any(|start| word.starts_with(start))
        })
}

/// Where the credential is in the body, or the service tells about itself.
fn is_open_by_nature(cx: &Cx<'_, '_>, operation: &Operation<'_>) -> bool {
    let nature = [
        PublicSigns::ENTRY,
        PublicSigns::SELF_DESCRIPTION,
        PublicSigns::OAUTH,
        PublicSigns::ACCOUNT_STEP,
        PublicSigns::REGISTRATION,
        PublicSigns::WORDING,
    ];
    cx.signs(operation.id).public.intersects(nature.into_iter().fold(PublicSigns::default(), PublicSigns::union))
}

fn rights<'a>(api: &Api<'a>) -> HashSet<&'a str> {
    let declared = api.schemes.iter().flat_map(apiward_model::Scheme::declared_scopes);
    let members = api.requirements.iter().flat_map(|list| list.alternatives.iter()).flat_map(|one| &one.members);
    declared.chain(members.flat_map(apiward_model::Member::scope_names)).collect()
}
