//! `auth/jwt-alg-none`

use apiward_model::lexicon::{Lexicon, Match, Tokens, WordSet};
use apiward_model::{Api, Context, Node, Place, Schema, is_field, jwt, phrase};
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::composition::composed;
use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::reach::Reach;
use crate::framework::text::quoted;

declare_lint! {
    id: "auth/jwt-alg-none",
    title: "JWT algorithm none or a broken algorithm is accepted or shown",
    levels: Levels::all(Level::Error),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API2:2023"],
    cwe: ["CWE-347", "CWE-327"],
    practices: [Authentication],
    references: [
        "RFC 8725 section 3.1" => "https://www.rfc-editor.org/rfc/rfc8725#section-3.1",
        "RFC 8725 section 3.2" => "https://www.rfc-editor.org/rfc/rfc8725#section-3.2",
        "OWASP API2:2023 Broken Authentication" => "https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Document, Schema],
    docs: include_str!("jwt_alg_none.md"),
    check: JwtAlgNone<'a>,
    options: Options,
}

/// Options of `auth/jwt-alg-none`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Algorithms that a property must not name, in any case.
    forbidden: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { forbidden: vec!["none".to_owned(), "RSA1_5".to_owned()] }
    }
}

struct JwtAlgNone<'a> {
    forbidden: Vec<String>,
    /// Names that always stand for an algorithm of tokens.
    names: WordSet,
    /// Names that do so beside one of `siblings`.
    common_names: WordSet,
    siblings: WordSet,
    /// What a property's name says, by the name: whether it is one of `names`, whether one of `common_names`.
    known: HashMap<&'a str, (bool, bool)>,
    /// First hits that were reported: a definition may have several uses.
    seen: HashSet<Place>,
}

impl From<Options> for JwtAlgNone<'_> {
    fn from(options: Options) -> Self {
        let set = |names: &[&str]| WordSet::new(names, false);
        Self {
            forbidden: options.forbidden,
            names: set(&["id_token_signed_response_alg", "request_object_signing_alg", "userinfo_signed_response_alg"]),
            common_names: set(&["alg", "algorithm"]),
            siblings: set(&["kid", "typ", "kty", "jwk", "enc", "crv"]),
            known: HashMap::new(),
            seen: HashSet::new(),
        }
    }
}

impl<'a> Check<'a> for JwtAlgNone<'a> {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        let mut shown = None;
        for node in cx.tokens().to_vec() {
            if jwt::compact_jws(node.text()).any(|token| token.alg().is_some_and(|alg| is_none(&alg))) {
                token(cx, node, shown.get_or_insert_with(|| Uses::new(api)));
            }
        }
    }

    fn schema(&mut self, cx: &mut Cx<'_, 'a>, schema: &Schema<'a>) {
        let Some(name) = schema.property_name() else { return };
        let (named, common) = *self.known.entry(name).or_insert_with(|| {
            let tokens = Tokens::new(name);
            (self.names.matches_name(&tokens), self.common_names.matches_name(&tokens))
        });
        if !common && !named || common && !self.speaks_of_tokens(schema) {
            return;
        }
        let parts = parts(schema.node);
        let holder = parts.iter().find(|part| values(**part).any(|value| self.is_forbidden(value))).copied();
        let mut hits: Vec<Node<'a>> = parts.into_iter().flat_map(values).collect();
        hits.retain(|value| self.is_forbidden(*value));
        hits.sort_by_key(|value| value.place());
        hits.dedup();
        let Some((first, others)) = hits.split_first() else { return };
        if !self.seen.insert(first.place()) {
            return;
        }
        let message = format!("property {} names the algorithm {}", quoted(name), quoted(first.text()));
        let help = "take it out: `none` leaves a token without any protection, and RSA1_5 can be broken by asking a \
                    server often enough; RFC 8725 has callers and servers agree on algorithms that are safe";
        let finding = cx.finding(*first, message).help(help).operations(cx.reaching(*first));
        let finding = finding.about(holder.unwrap_or(schema.node), "").fixed_by(without(&hits));
        cx.report(others.iter().fold(finding, |finding, other| finding.related(*other, "named here too")));
    }
}

impl JwtAlgNone<'_> {
    /// `alg` means many things; beside members of a JOSE header or of a JSON Web Key it means one.
    fn speaks_of_tokens(&self, schema: &Schema<'_>) -> bool {
        let properties = schema.siblings().into_iter().flat_map(Node::entries);
        properties.into_iter().any(|(name, _)| self.siblings.matches_name(&Tokens::new(name)))
    }

    fn is_forbidden(&self, value: Node<'_>) -> bool {
        let text = value.raw().as_str();
        text.is_some_and(|text| self.forbidden.iter().any(|forbidden| forbidden.eq_ignore_ascii_case(text)))
    }
}

/// Without the values, where each is one of several that a list allows.
fn without<'a>(values: &[Node<'a>]) -> Option<Fix<'a>> {
    let allowed = values.iter().all(|value| {
        let list = value.parent().filter(|list| list.key() == Some("enum"));
        list.is_some_and(|list| list.count() > values.len())
    });
    allowed.then(|| values.iter().copied().fold(Fix::new("take the value out"), Fix::remove))
}

fn is_none(alg: &str) -> bool {
    alg.eq_ignore_ascii_case("none")
}

/// The schemas that a property is composed of, and those of its items.
fn parts(schema: Node<'_>) -> Vec<Node<'_>> {
    let mut parts = composed(schema);
    let items: Vec<_> = parts.iter().filter_map(|part| part.get("items")).flat_map(composed).collect();
    parts.extend(items);
    parts
}

/// The values that a schema sets, allows or shows, lists item by item.
fn values(schema: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let keywords = ["enum", "const", "default", "example", "examples"];
    let members = keywords.into_iter().filter_map(move |key| schema.get(key));
    // An example of a list is itself a list.
    members.flat_map(one_by_one).flat_map(one_by_one)
}

fn one_by_one(node: Node<'_>) -> Vec<Node<'_>> {
    if node.is_sequence() { node.items().collect() } else { vec![node] }
}

/// Reports a string that shows an unsigned token, if it stands where callers learn what to send or expect.
fn token<'a>(cx: &mut Cx<'_, 'a>, node: Node<'a>, uses: &mut Uses) {
    let Some(place) = uses.place(cx.api, node) else { return };
    let harmless = uses.only_in_client_errors(cx.api, node) || uses.is_told_to_be_rejected(node);
    let message = format!("{} shows an unsigned token: its header says `alg` is `none`", quoted(place));
    let help = "show a signed token, or a placeholder: who copies this one forges tokens, and RFC 8725 has servers \
                refuse it; an example of a refused token stands best in a 4xx response";
    let finding = cx.finding(node, message).help(help).operations(cx.reaching(node));
    cx.report(finding.lowered_if(harmless, Level::Info));
}

/// Where schemas, parameters, headers and media types stand, and what responses are for.
struct Uses {
    /// Elements whose descriptions count, schemas aside.
    described: HashSet<Place>,
    /// Responses, request bodies, parameters and messages: true for responses to faults of the caller alone.
    client_error: HashMap<Place, bool>,
    /// What is known of that for definitions.
    reach: Reach<bool>,
    /// Whether an object's own texts tell that something is not accepted.
    told: HashMap<Place, bool>,
}

impl Uses {
    fn new(api: &Api<'_>) -> Self {
        let mut described = HashSet::new();
        let mut client_error = HashMap::new();
        for response in &api.responses {
            described.extend(response.headers.iter().map(|header| header.node.place()));
            described.extend(response.media.iter().map(|media| media.node.place()));
            let all = client_error.entry(response.node.place()).or_insert(true);
            *all &= response.is_client_error();
        }
        for parameter in &api.parameters {
            described.insert(parameter.node.place());
            client_error.insert(parameter.node.place(), false);
        }
        for body in &api.bodies {
            described.extend(body.media.iter().map(|media| media.node.place()));
            client_error.insert(body.node.place(), false);
        }
        client_error.extend(api.messages.iter().map(|message| (message.node.place(), false)));
        Self { described, client_error, reach: Reach::new(api), told: HashMap::new() }
    }

    /// The field in which a string stands, when it is one of those that show callers a value: an example, a default,
    /// or the description of a schema, parameter, header or media type.
    fn place<'a>(&self, api: &Api<'a>, node: Node<'a>) -> Option<&'a str> {
        let contexts = node.file().contexts();
        if !contexts.is_data(node.raw().id()) {
            let owner = node.parent()?.place();
            let counts = self.described.contains(&owner) || api.schemas.find(owner).is_some();
            return node.key().filter(|key| *key == "description" && counts && is_field(node.file(), node.raw().id()));
        }
        let mut top = node;
        while let Some(parent) = top.parent().filter(|parent| contexts.is_data(parent.raw().id())) {
            top = parent;
        }
        let key = top.key().filter(|key| !key.starts_with("x-"))?;
        let of_example = matches!(contexts.of(top.parent()?.raw().id()), Context::Example | Context::Examples);
        (of_example || ["example", "examples", "default"].contains(&key)).then_some(key)
    }

    /// Whether all that leads to a node are responses that tell callers of their own faults.
    fn only_in_client_errors<'a>(&mut self, api: &Api<'a>, node: Node<'a>) -> bool {
        let Self { client_error, reach, .. } = self;
        let only = |places: &[Place]| {
            let mut uses = places.iter().filter_map(|place| client_error.get(place)).peekable();
            uses.peek().is_some() && uses.all(|client_error| *client_error)
        };
        reach.of(api, node, |place| client_error.contains_key(&place), only).unwrap_or(false)
    }

    /// Whether a description or summary of something that holds the string says so.
    fn is_told_to_be_rejected(&mut self, node: Node<'_>) -> bool {
        let mut around = std::iter::successors(Some(node), |node| node.parent());
        around.any(|holder| *self.told.entry(holder.place()).or_insert_with(|| tells_of_rejection(holder)))
    }
}

/// Words by which a text says that a value is not accepted.
static REJECTION: Lexicon =
    Lexicon::new("rejection", Match::Phrase, &["reject", "rejected", "invalid", "forbidden", "refused"]);

fn tells_of_rejection(holder: Node<'_>) -> bool {
    let mut texts = ["description", "summary"].into_iter().filter_map(|key| holder.get_str(key));
    texts.any(|text| phrase::contains(text, &REJECTION))
}
