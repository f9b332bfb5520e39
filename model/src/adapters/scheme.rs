//! Security Scheme Objects of every version.

use std::sync::OnceLock;

use crate::api::SchemeId;
use crate::node::Node;
use crate::security::{Flow, FlowKind, KeyLocation, Scheme, SchemeType};
use crate::spec::Format;

/// Reads a scheme. `target` is the object after `$ref`, nothing when that leads nowhere.
pub(crate) fn read<'a>(format: Format, name: &'a str, node: Node<'a>, target: Option<Node<'a>>) -> Scheme<'a> {
    let object = target.unwrap_or(node);
    let kind = kind(format, object);
    let flows = if kind == SchemeType::OAuth2 { flows(format, object) } else { Vec::new() };
    let names_flow = kind == SchemeType::OAuth2 && format == Format::OpenApi2 && object.get("flow").is_some();
    Scheme {
        id: SchemeId(u32::MAX),
        name,
        node,
        target: object,
        defined: target.is_some(),
        definition: SchemeId(u32::MAX),
        inline: false,
        kind,
        location: if kind == SchemeType::ApiKey { key_location(object) } else { None },
        http_scheme: if kind == SchemeType::Http { http_scheme(object) } else { None },
        unknown_flow: (names_flow && flows.is_empty()).then_some(object),
        flows,
        over_tls: OnceLock::new(),
        in_use: false,
    }
}

fn kind(format: Format, object: Node<'_>) -> SchemeType<'_> {
    let Some(name) = object.get_str("type") else { return SchemeType::Unknown(None) };
    let newer = matches!(format, Format::OpenApi31 | Format::OpenApi32);
    match (format.is_async(), name) {
        (false, "basic") if format == Format::OpenApi2 => SchemeType::Http,
        (false, "apiKey") | (true, "httpApiKey") => SchemeType::ApiKey,
        (true, "apiKey") => SchemeType::BrokerKey,
        (_, "http") if format != Format::OpenApi2 => SchemeType::Http,
        (_, "oauth2") => SchemeType::OAuth2,
        (_, "openIdConnect") if format != Format::OpenApi2 => SchemeType::OpenIdConnect,
        (false, "mutualTLS") if newer => SchemeType::MutualTls,
        (true, "X509") => SchemeType::X509,
        (true, "userPassword") => SchemeType::UserPassword,
        (true, "plain") => SchemeType::Plain,
        (true, "scramSha256" | "scramSha512") => SchemeType::Scram,
        (true, "gssapi") => SchemeType::Gssapi,
        (true, "symmetricEncryption" | "asymmetricEncryption") => SchemeType::Encryption,
        (_, other) => SchemeType::Unknown(Some(other)),
    }
}

fn key_location(object: Node<'_>) -> Option<KeyLocation> {
    match object.get_str("in")? {
        "query" => Some(KeyLocation::Query),
        "header" => Some(KeyLocation::Header),
        "cookie" => Some(KeyLocation::Cookie),
        _ => None,
    }
}

fn http_scheme(object: Node<'_>) -> Option<String> {
    if object.get_str("type") == Some("basic") {
        return Some("basic".to_owned());
    }
    object.get_str("scheme").map(|scheme| scheme.trim().to_ascii_lowercase())
}

fn flows(format: Format, object: Node<'_>) -> Vec<Flow<'_>> {
    if format == Format::OpenApi2 {
        let Some(node) = object.get("flow") else { return Vec::new() };
        let kind = match node.text() {
            "implicit" => FlowKind::Implicit,
            "password" => FlowKind::Password,
            "application" => FlowKind::ClientCredentials,
            "accessCode" => FlowKind::AuthorizationCode,
            _ => return Vec::new(),
        };
        return vec![Flow { kind, node, fields: object }];
    }
    let members = object.get("flows").and_then(Node::target_or_none).into_iter().flat_map(Node::entries);
    let known = members.filter_map(|(name, node)| {
        let kind = match name {
            "implicit" => FlowKind::Implicit,
            "password" => FlowKind::Password,
            "clientCredentials" => FlowKind::ClientCredentials,
            "authorizationCode" => FlowKind::AuthorizationCode,
            "deviceAuthorization" if format == Format::OpenApi32 => FlowKind::DeviceAuthorization,
            _ => return None,
        };
        Some(Flow { kind, node, fields: node.target_or_none().unwrap_or(node) })
    });
    known.collect()
}
