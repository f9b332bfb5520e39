//! What is wrong with a Security Scheme Object, in the order of the catalogue.

use apiward_model::nearest::nearest;
use apiward_model::words::IANA_HTTP_SCHEMES;
use apiward_model::{Flow, FlowKind, Format, Node, Scheme, SchemeType};
use apiward_syntax::{Kind, Span};

use super::url::{self, UrlFault};
use crate::framework::finding::Spot;
use crate::framework::level::Level;
use crate::framework::text::quoted;

/// One fault of a scheme.
pub(super) struct Fault<'a> {
    /// The faulty field; where a field is missing, its parent.
    pub(super) spot: Spot<'a>,
    /// Completes "scheme `x` ...".
    pub(super) says: String,
    /// What to do.
    pub(super) help: String,
    /// How bad it is.
    pub(super) level: Level,
    /// Bytes that may be a secret.
    pub(super) secret: Option<Span>,
}

impl<'a> Fault<'a> {
    fn new(spot: Spot<'a>, says: impl Into<String>, help: impl Into<String>) -> Self {
        Self { spot, says: says.into(), help: help.into(), level: Level::Error, secret: None }
    }

    fn missing(owner: Node<'a>, key: &str, help: impl Into<String>) -> Self {
        // A key without a value is a better place than the whole object.
        Self::new(Spot::key(owner.get(key).unwrap_or(owner)), format!("has no `{key}`"), help)
    }
}

/// The faults of a scheme.
pub(super) fn of<'a>(format: Format, scheme: &Scheme<'a>, allowed: &[String]) -> Vec<Fault<'a>> {
    let object = scheme.target;
    match scheme.kind {
        SchemeType::Unknown(name) => vec![wrong_type(format, scheme, name)],
        SchemeType::ApiKey if format == Format::OpenApi2 => key(object, &["query", "header"]),
        SchemeType::ApiKey => key(object, &["query", "header", "cookie"]),
        SchemeType::BrokerKey => location(object, &["user", "password"]).into_iter().collect(),
        SchemeType::Http if object.get_str("type") == Some("http") => http(object, allowed).into_iter().collect(),
        SchemeType::OAuth2 => oauth(format, scheme),
        SchemeType::OpenIdConnect => discovery(object).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The text of a field; nothing for what is missing, null or a collection.
fn field<'a>(object: Node<'a>, key: &str) -> Option<(Node<'a>, &'a str)> {
    let node = object.get(key)?;
    (!matches!(node.kind(), Kind::Mapping | Kind::Sequence | Kind::Null)).then(|| (node, node.text()))
}

const fn version(format: Format) -> &'static str {
    match format {
        Format::OpenApi2 => "OpenAPI 2.0",
        Format::OpenApi30 => "OpenAPI 3.0",
        Format::OpenApi31 => "OpenAPI 3.1",
        Format::OpenApi32 => "OpenAPI 3.2",
        Format::AsyncApi2 => "AsyncAPI 2",
        Format::AsyncApi3 => "AsyncAPI 3",
    }
}

const fn types(format: Format) -> &'static [&'static str] {
    match format {
        Format::OpenApi2 => &["basic", "apiKey", "oauth2"],
        Format::OpenApi30 => &["apiKey", "http", "oauth2", "openIdConnect"],
        Format::OpenApi31 | Format::OpenApi32 => &["apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"],
        Format::AsyncApi2 | Format::AsyncApi3 => &[
            "userPassword",
            "apiKey",
            "X509",
            "symmetricEncryption",
            "asymmetricEncryption",
            "httpApiKey",
            "http",
            "oauth2",
            "openIdConnect",
            "plain",
            "scramSha256",
            "scramSha512",
            "gssapi",
        ],
    }
}

fn flow_names(format: Format) -> &'static [&'static str] {
    match format {
        Format::OpenApi2 => &["implicit", "password", "application", "accessCode"],
        Format::OpenApi32 => &["implicit", "password", "clientCredentials", "authorizationCode", "deviceAuthorization"],
        _ => &["implicit", "password", "clientCredentials", "authorizationCode"],
    }
}

/// The name that was perhaps meant, else all that there are.
fn advice(name: &str, names: &[&str]) -> String {
    match nearest(name, names.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("write one of {}", names.join(", ")),
    }
}

fn wrong_type<'a>(format: Format, scheme: &Scheme<'a>, name: Option<&str>) -> Fault<'a> {
    let object = scheme.target;
    let Some(name) = name else {
        // What AsyncAPI 2 writes, `{name: []}`, looks like this to AsyncAPI 3.
        let help = if scheme.inline {
            "the list holds scheme objects, or `$ref`s to `#/components/securitySchemes`".to_owned()
        } else {
            format!("write one of {}", types(format).join(", "))
        };
        return Fault::missing(object, "type", help);
    };
    let http = ["basic", "bearer"].iter().find(|http| name.eq_ignore_ascii_case(http));
    let help = match http {
        Some(http) if format != Format::OpenApi2 => format!("write `type: http` with `scheme: {http}`"),
        _ => advice(name, types(format)),
    };
    let says = format!("has the type {}, which {} does not know", quoted(name), version(format));
    Fault::new(Spot::value(object.get("type").unwrap_or(object)), says, help)
}

fn key<'a>(object: Node<'a>, locations: &[&str]) -> Vec<Fault<'a>> {
    let help = "name the header, cookie or query parameter that carries the key";
    let name = match field(object, "name") {
        None => Some(Fault::missing(object, "name", help)),
        Some((node, text)) => {
            text.trim().is_empty().then(|| Fault::new(Spot::value(node), "has an empty `name`", help))
        }
    };
    name.into_iter().chain(location(object, locations)).collect()
}

fn location<'a>(object: Node<'a>, locations: &[&str]) -> Option<Fault<'a>> {
    let Some((node, text)) = field(object, "in") else {
        return Some(Fault::missing(object, "in", format!("write one of {}", locations.join(", "))));
    };
    let says = || format!("sends its key in {}, which is none of {}", quoted(text), locations.join(", "));
    (!locations.contains(&text)).then(|| Fault::new(Spot::value(node), says(), advice(text, locations)))
}

/// What follows the name of an HTTP scheme from this length on, in bytes, may be somebody's token.
const TOKEN: usize = 16;

fn http<'a>(object: Node<'a>, allowed: &[String]) -> Option<Fault<'a>> {
    let help = "name the HTTP authentication scheme alone, such as `bearer`";
    let Some((node, text)) = field(object, "scheme") else { return Some(Fault::missing(object, "scheme", help)) };
    let spot = Spot::value(node);
    let mut words = text.split_whitespace();
    let Some(name) = words.next() else { return Some(Fault::new(spot, "has an empty `scheme`", help)) };
    if words.next().is_some() {
        let says = format!("has more than a name in `scheme`, which begins with {}", quoted(name));
        let secret = text.trim().len() - name.len() > TOKEN;
        return Some(Fault { secret: secret.then(|| behind(node, name)), ..Fault::new(spot, says, help) });
    }
    if name != text {
        return Some(Fault::new(spot, format!("has white space around the HTTP scheme {}", quoted(name)), help));
    }
    let known = IANA_HTTP_SCHEMES.matches_value(name)
        // Left to `auth/obsolete-http-scheme`.
        || name.eq_ignore_ascii_case("ntlm")
        || allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
        // Gateways of Amazon take names of their own.
        || object.get("x-amazon-apigateway-authtype").is_some();
    let says = || format!("has the HTTP scheme {}, which is not registered", quoted(name));
    (!known).then(|| Fault { level: Level::Warning, ..Fault::new(spot, says(), unregistered(name)) })
}

fn unregistered(name: &str) -> String {
    match nearest(name, IANA_HTTP_SCHEMES.entries().iter().copied()) {
        Some(meant) => format!("did you mean `{}`?", meant.to_ascii_lowercase()),
        None => "clients know the schemes of the IANA registry; a header of your own is `type: apiKey`, and what your \
                 clients know besides goes into `allow_http_schemes`"
            .to_owned(),
    }
}

/// The bytes of a scalar behind a word that it begins with; all of it where escapes move them.
fn behind(node: Node<'_>, word: &str) -> Span {
    let at = node.text().find(word).unwrap_or_default() + word.len();
    match (node.text_span(), u32::try_from(at)) {
        (Some(span), Ok(at)) => Span::new(span.start + at, span.end),
        _ => node.span(),
    }
}

fn oauth<'a>(format: Format, scheme: &Scheme<'a>) -> Vec<Fault<'a>> {
    if scheme.flows.is_empty() {
        return vec![no_flow(format, scheme.target)];
    }
    let required = || scheme.flows.iter().flat_map(|flow| required_urls(flow.kind).iter().map(move |key| (flow, *key)));
    let missing = required().filter_map(|(flow, key)| missing_url(format, flow, key));
    let broken = required().filter_map(|(flow, key)| {
        let (node, text) = field(flow.fields, key)?;
        let owner = if format == Format::OpenApi2 { "has".to_owned() } else { format!("{} with", has_flow(flow)) };
        broken_url(node, text, &format!("{owner} {}", with_article(key)))
    });
    missing.chain(broken).collect()
}

fn no_flow(format: Format, object: Node<'_>) -> Fault<'_> {
    let names = flow_names(format);
    let offer = format!("offer one of {}", names.join(", "));
    if format == Format::OpenApi2 {
        let Some((node, text)) = field(object, "flow") else { return Fault::missing(object, "flow", offer) };
        let says = format!("has the flow {}, which OpenAPI 2.0 does not know", quoted(text));
        return Fault::new(Spot::value(node), says, advice(text, names));
    }
    let Some(flows) = object.get("flows").filter(|flows| !flows.is_null()) else {
        return Fault::missing(object, "flows", offer);
    };
    let says = format!("offers no flow that {} knows", version(format));
    match flows.entries().find(|(name, _)| !name.starts_with("x-")) {
        Some((name, flow)) => Fault::new(Spot::key(flow), says, advice(name, names)),
        None => Fault::new(Spot::key(flows), says, offer),
    }
}

const fn required_urls(kind: FlowKind) -> &'static [&'static str] {
    match kind {
        FlowKind::Implicit => &["authorizationUrl"],
        FlowKind::Password | FlowKind::ClientCredentials => &["tokenUrl"],
        FlowKind::AuthorizationCode => &["authorizationUrl", "tokenUrl"],
        FlowKind::DeviceAuthorization => &["deviceAuthorizationUrl", "tokenUrl"],
    }
}

fn with_article(key: &str) -> String {
    let article = if key.starts_with(['a', 'o']) { "an" } else { "a" };
    format!("{article} `{key}`")
}

fn has_flow(flow: &Flow<'_>) -> String {
    format!("has the flow `{}`", flow.node.key().unwrap_or_default())
}

fn missing_url<'a>(format: Format, flow: &Flow<'a>, key: &str) -> Option<Fault<'a>> {
    if field(flow.fields, key).is_some() {
        return None;
    }
    let missing = Fault::missing(flow.fields, key, "add the URL: clients cannot ask for a token without it");
    let says = if format == Format::OpenApi2 {
        missing.says
    } else {
        format!("{} without {}", has_flow(flow), with_article(key))
    };
    Some(Fault { says, ..missing })
}

fn discovery(object: Node<'_>) -> Option<Fault<'_>> {
    let key = "openIdConnectUrl";
    let Some((node, text)) = field(object, key) else {
        let help = "add the URL of the provider's discovery document: `.../.well-known/openid-configuration`";
        return Some(Fault::missing(object, key, help));
    };
    broken_url(node, text, &format!("has {}", with_article(key)))
}

fn broken_url<'a>(node: Node<'a>, text: &str, owner: &str) -> Option<Fault<'a>> {
    let fault = url::fault(text)?;
    let help = match fault {
        UrlFault::Empty | UrlFault::WhiteSpace | UrlFault::NoHost | UrlFault::NoColon => {
            "write an absolute URL such as `https://login.parcels.io/token`, or one relative to the API's"
        }
        UrlFault::UserInfo => "take the user name and password out, and change the password if it was a real one",
        UrlFault::Fragment => "take the fragment out: clients never send it",
    };
    let hidden = url::userinfo(text).map(|range| match (node.text_span(), u32::try_from(range.end)) {
        (Some(span), Ok(end)) => Span::new(span.start + u32::try_from(range.start).unwrap_or(0), span.start + end),
        _ => node.span(),
    });
    let says = format!("{owner} that {}", fault.as_str());
    Some(Fault { secret: hidden, ..Fault::new(Spot::value(node), says, help) })
}
