//! `threat/webhook-without-authenticity`

use apiward_model::lexicon::{Tokens, WordSet};
use apiward_model::words::{SIGNATURE_HEADER_WORDS, WEBHOOK_DELIVERY_WORDS, WEBHOOK_SIGNATURE_PHRASES};
use apiward_model::{Api, Direction, Format, Location, Merged, Node, Operation, phrase};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::declare_lint;
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::operation_title;

declare_lint! {
    id: "threat/webhook-without-authenticity",
    title: "Receiver of a webhook or callback cannot verify the sender",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: &[Format::OpenApi30, Format::OpenApi31, Format::OpenApi32],
    owasp: ["API10:2023"],
    cwe: ["CWE-345"],
    practices: [Threats, Authentication],
    references: [
        "OWASP API10:2023 Unsafe Consumption of APIs" => "https://owasp.org/API-Security/editions/2023/en/0xaa-unsafe-consumption-of-apis/",
        "RFC 9421" => "https://www.rfc-editor.org/rfc/rfc9421",
        "OpenAPI 3.2.0 Callback Object" => "https://spec.openapis.org/oas/v3.2.0.html#callback-object",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("webhook_without_authenticity.md"),
    check: WebhookWithoutAuthenticity,
    options: Options,
}

/// What users can set.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// Further words in names of headers that carry a signature.
    header_words_extra: Vec<String>,
}

struct WebhookWithoutAuthenticity {
    words: WordSet,
    words_extra: WordSet,
}

/// Words of the list that say nothing of the sender: a digest protects no more than the bytes.
const NO_PROOF: [&str; 3] = ["digest", "content_digest", "request_timestamp"];

impl From<Options> for WebhookWithoutAuthenticity {
    fn from(options: Options) -> Self {
        let proof = SIGNATURE_HEADER_WORDS.entries().iter().filter(|word| !NO_PROOF.contains(word));
        Self { words: WordSet::new(proof, false), words_extra: WordSet::new(&options.header_words_extra, false) }
    }
}

const HELP: &str = "sign what is sent and describe the header that carries the signature, or give the webhook a `security` \
                    of its own";

impl<'a> Check<'a> for WebhookWithoutAuthenticity {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        if api.webhooks.is_empty() && api.callbacks.is_empty() || tells_once(api) {
            return;
        }
        let inbound = api.webhooks.iter().chain(&api.callbacks).filter(|operation| !self.is_authentic(api, operation));
        for operation in inbound.collect::<Vec<_>>() {
            let kind = if operation.direction == Direction::Webhook { "webhook" } else { "callback" };
            let message = format!("receivers of {kind} {} cannot tell who sent it", operation_title(operation));
            cx.report(cx.finding(operation.node, message).at_key(operation.node).help(HELP));
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        cx.listed(findings, |count| format!("receivers of {count} webhooks and callbacks cannot tell who sent them"))
    }
}

impl WebhookWithoutAuthenticity {
    fn is_authentic(&self, api: &Api<'_>, operation: &Operation<'_>) -> bool {
        let own_security = operation.node.get("security").is_some() && !operation.security.is_anonymous();
        let mut headers = operation.parameters.iter().map(|id| api.parameter(*id));
        let body = operation.body.map(|id| api.body(id));
        let mut media = body.iter().flat_map(|body| &body.media);
        let item = operation.path_item.target_or_none().unwrap_or(operation.path_item);
        let texts = [Some(operation.node), Some(item), body.map(|body| body.node)];
        own_security
            || operation.has_unread_request()
            || headers.any(|parameter| parameter.location == Location::Header && self.is_proof(parameter.name))
            || media
                .any(|media| is_signed(media.name) || media.schema.is_some_and(|schema| self.holds_proof(api, schema)))
            || texts.into_iter().flatten().any(tells)
    }

    fn is_proof(&self, header: &str) -> bool {
        let name = Tokens::header(header);
        let credential = matches!(name.last(), Some("token" | "secret" | "authorization"));
        credential || self.words.matches_word(&name) || self.words_extra.matches_word(&name)
    }

    fn holds_proof<'a>(&self, api: &Api<'a>, schema: Node<'a>) -> bool {
        let properties = Merged::of(api, schema).properties();
        properties.into_iter().any(|(name, _)| self.words.matches_word(&Tokens::new(name)))
    }
}

/// Media types that carry a signature or a token.
fn is_signed(media_type: &str) -> bool {
    let name = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let signed = ["application/jose", "application/jose+json", "application/jwt", "multipart/signed"];
    signed.contains(&name.as_str()) || name.ends_with("+jwt")
}

fn tells(node: Node<'_>) -> bool {
    let texts = ["summary", "description"].into_iter().filter_map(|key| node.get_str(key));
    texts.into_iter().any(|text| phrase::says(text, &WEBHOOK_SIGNATURE_PHRASES))
}

/// A sentence about the document or one of its tags says how deliveries are signed.
fn tells_once(api: &Api<'_>) -> bool {
    let tags = api.root.get("tags").into_iter().flat_map(Node::items);
    let mut texts = api.root.get("info").into_iter().chain(tags).filter_map(|node| node.get_str("description"));
    texts.any(|text| {
        phrase::find_phrase(text, &WEBHOOK_SIGNATURE_PHRASES).into_iter().any(|found| {
            let sentence = text.get(found.sentence.clone()).unwrap_or_default();
            !found.negated && phrase::contains(sentence, &WEBHOOK_DELIVERY_WORDS)
        })
    })
}
