//! AsyncAPI 2.x and 3.x.

use super::document::{SCHEMES, Version, extras, requirements, schema, schemas, scope_names, scopes};
use super::pick::{NAMES, Pick, URLS};
use super::value::{Members, Value, one};

const CHANNELS: [&str; 5] = ["parcels", "parcels/{id}", "admin/#", "user.{userId}.events", "tokens"];
const PROTOCOLS: [&str; 9] = ["kafka", "mqtt", "kafka-secure", "amqp", "wss", "ws", "http", "secure-mqtt", "nats"];
const SERVERS: [&str; 3] = ["prod", "staging", "gone"];

pub(super) fn description(pick: &mut Pick<'_, '_>, version: Version) -> Value {
    let mut out = Members::default();
    let three = version == Version::AsyncApi3;
    let number = if three { pick.word(&["3.0.0", "3.1.0"]) } else { pick.word(&["2.6.0", "2.0.0", "2.3.0", "2.4.0"]) };
    out.put("asyncapi", number);
    let mut info = Members::default();
    info.put("title", "Parcels").put("version", "1");
    extras(pick, &mut info);
    out.put("info", info);
    let mut servers = Members::default();
    for name in SERVERS.iter().take(1 + pick.below(2)) {
        servers.put(*name, server(pick, version));
    }
    out.put("servers", servers);
    let mut channels = Members::default();
    for (at, address) in CHANNELS.iter().take(1 + pick.below(CHANNELS.len())).enumerate() {
        let key = if three { format!("c{at}") } else { (*address).to_owned() };
        channels.put(key, channel(pick, version, address));
    }
    out.put("channels", channels);
    if three {
        let mut operations = Members::default();
        for at in 0..=pick.below(4) {
            operations.put(format!("operation{at}"), operation3(pick));
        }
        out.put("operations", operations);
    }
    components(pick, version, &mut out);
    out.into()
}

/// What version 3 asks for: schemes, or references to them.
fn security3(pick: &mut Pick<'_, '_>) -> Value {
    let one_of = |pick: &mut Pick<'_, '_>| {
        if pick.once_in(4) {
            return scheme(pick, Version::AsyncApi3, "login");
        }
        one("$ref", format!("#/components/securitySchemes/{}", SCHEMES[pick.below(SCHEMES.len())]))
    };
    (0..pick.below(3)).map(|_| one_of(pick)).collect::<Vec<_>>().into()
}

fn security(pick: &mut Pick<'_, '_>, version: Version) -> Value {
    if version == Version::AsyncApi3 { security3(pick) } else { requirements(pick) }
}

fn server(pick: &mut Pick<'_, '_>, version: Version) -> Value {
    let mut out = Members::default();
    if version == Version::AsyncApi3 {
        out.put("host", pick.word(&["broker.parcels.io:9092", "localhost", "{region}.parcels.io"]));
        out.put("pathname", "/events");
    } else {
        out.put("url", pick.word(&["broker.parcels.io:9092", "mqtt://broker.parcels.io", "https://hooks.parcels.io"]));
    }
    out.put("protocol", pick.word(&PROTOCOLS));
    if pick.mostly() {
        out.put("security", security(pick, version));
    }
    extras(pick, &mut out);
    out.into()
}

fn channel(pick: &mut Pick<'_, '_>, version: Version, address: &str) -> Value {
    let mut out = Members::default();
    if pick.once_in(3) {
        let name = SERVERS[pick.below(SERVERS.len())];
        let three = version == Version::AsyncApi3;
        let server = if three { one("$ref", format!("#/servers/{name}")) } else { name.into() };
        out.put("servers", vec![server]);
    }
    if pick.once_in(2) {
        out.put("parameters", one("id", one("description", pick.prose())));
    }
    if version == Version::AsyncApi3 {
        out.put("address", address).put("messages", one("moved", message(pick, version)));
    } else {
        for action in ["publish", "subscribe"] {
            if pick.mostly() {
                out.put(action, operation2(pick, version));
            }
        }
    }
    extras(pick, &mut out);
    out.into()
}

fn operation2(pick: &mut Pick<'_, '_>, version: Version) -> Value {
    let mut out = Members::default();
    if pick.once_in(2) {
        out.put("operationId", pick.word(&["moveParcel", "deleteUser", "login"]));
    }
    if pick.once_in(3) {
        out.put("security", requirements(pick));
    }
    let message = message(pick, version);
    out.put("message", if pick.once_in(4) { one("oneOf", vec![message]) } else { message });
    extras(pick, &mut out);
    out.into()
}

fn operation3(pick: &mut Pick<'_, '_>) -> Value {
    let mut out = Members::default();
    out.put("action", pick.word(&["receive", "send"]));
    let channel = pick.below(CHANNELS.len());
    out.put("channel", one("$ref", format!("#/channels/c{channel}")));
    if pick.once_in(2) {
        out.put("messages", vec![one("$ref", format!("#/channels/c{channel}/messages/moved"))]);
    }
    if pick.once_in(3) {
        out.put("security", security3(pick));
    }
    if pick.once_in(5) {
        out.put("reply", one("channel", one("$ref", "#/channels/c0")));
    }
    extras(pick, &mut out);
    out.into()
}

fn message(pick: &mut Pick<'_, '_>, version: Version) -> Value {
    if pick.once_in(5) {
        return one("$ref", "#/components/messages/shared");
    }
    let mut out = Members::default();
    out.put("payload", schema(pick, version, 3));
    if pick.once_in(3) {
        out.put("headers", schema(pick, version, 1));
    }
    if pick.once_in(3) {
        out.put("correlationId", one("location", "$message.header#/correlationId"));
    }
    extras(pick, &mut out);
    out.into()
}

fn components(pick: &mut Pick<'_, '_>, version: Version, out: &mut Members) {
    let mut schemes = Members::default();
    for name in SCHEMES.iter().take(pick.below(SCHEMES.len())) {
        schemes.put(*name, scheme(pick, version, name));
    }
    let mut all = Members::default();
    all.put("securitySchemes", schemes).put("schemas", schemas(pick, version));
    all.put("messages", one("shared", message(pick, version)));
    out.put("components", all);
}

fn scheme(pick: &mut Pick<'_, '_>, version: Version, name: &str) -> Value {
    let mut out = Members::default();
    match name {
        "key" => out.put("type", "httpApiKey").put("in", pick.word(&["header", "query"])).set("name", pick.word(NAMES)),
        "basic" => out.put("type", pick.word(&["userPassword", "http", "plain", "apiKey"])).set("scheme", "basic"),
        "login" => {
            let mut flow = Members::default();
            let field = if version == Version::AsyncApi3 { "availableScopes" } else { "scopes" };
            flow.put("authorizationUrl", pick.word(URLS)).put("tokenUrl", pick.word(URLS)).put(field, scopes(pick));
            let name = pick.word(&["clientCredentials", "implicit", "password"]);
            out.put("type", "oauth2").put("flows", one(name, flow));
            if version == Version::AsyncApi3 {
                out.put("scopes", scope_names(pick));
            }
        }
        "oidc" => out.put("type", "openIdConnect").set("openIdConnectUrl", pick.word(URLS)),
        _ => out.set("type", pick.word(&["X509", "scramSha256", "symmetricEncryption", "gssapi"])),
    }
    extras(pick, &mut out);
    out.into()
}
