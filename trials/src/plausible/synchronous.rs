//! OpenAPI 2.0, 3.0, 3.1 and 3.2.

use super::document::{SCHEMAS, SCHEMES, Version, extras, requirements, schema, schema_reference, schemas, scopes};
use super::pick::{MEDIA, NAMES, PATHS, Pick, URLS};
use super::value::{Members, Value, one};

const METHODS: [&str; 8] = ["get", "post", "delete", "put", "patch", "head", "options", "trace"];
const CODES: [&str; 10] = ["200", "201", "204", "400", "401", "403", "404", "429", "default", "5XX"];

pub(super) fn description(pick: &mut Pick<'_, '_>, version: Version) -> Value {
    let mut out = Members::default();
    match version {
        Version::Swagger20 => out.put("swagger", "2.0"),
        Version::OpenApi30 => out.put("openapi", pick.word(&["3.0.3", "3.0.0"])),
        Version::OpenApi31 => out.put("openapi", "3.1.0"),
        _ => out.put("openapi", "3.2.0"),
    };
    let mut info = Members::default();
    info.put("title", "Parcels").put("version", pick.word(&["1.4", "v1", "", "2024-01-01"]));
    extras(pick, &mut info);
    out.put("info", info);
    if pick.mostly() {
        servers(pick, version, &mut out);
    }
    if pick.once_in(2) {
        out.put("security", requirements(pick));
    }
    let mut paths = Members::default();
    for _ in 0..=pick.below(6) {
        let path = pick.word(PATHS);
        paths.put(path, path_item(pick, version, 1));
    }
    out.put("paths", paths);
    if version >= Version::OpenApi31 && pick.once_in(3) {
        out.put("webhooks", one("parcelMoved", path_item(pick, version, 0)));
    }
    components(pick, version, &mut out);
    out.into()
}

fn servers(pick: &mut Pick<'_, '_>, version: Version, out: &mut Members) {
    if version == Version::Swagger20 {
        out.put("host", pick.word(&["api.parcels.io", "localhost", "{host}", "10.1.1.1:80"]));
        out.put("schemes", vec![pick.word(&["https", "http", "wss", "ws"]).into()]);
        return;
    }
    let server = |pick: &mut Pick<'_, '_>| {
        let mut out = Members::default();
        out.put("url", pick.word(URLS));
        if pick.once_in(2) {
            let mut scheme = Members::default();
            scheme.put("default", "https").put("enum", vec!["https".into(), "http".into()]);
            let mut all = Members::default();
            all.put("scheme", scheme).put("region", one("default", pick.word(&["eu", "http://x", ""])));
            out.put("variables", all);
        }
        extras(pick, &mut out);
        Value::from(out)
    };
    let list: Vec<Value> = (0..=pick.below(3)).map(|_| server(pick)).collect();
    out.put("servers", list);
}

fn path_item(pick: &mut Pick<'_, '_>, version: Version, depth: usize) -> Value {
    let mut out = Members::default();
    if pick.once_in(12) {
        return one(
            "$ref",
            pick.word(&["#/paths/~1parcels", "#/components/pathItems/shared", "#/gone", "#/paths/~1me"]),
        );
    }
    if pick.once_in(3) {
        out.put("parameters", vec![parameter(pick, version)]);
    }
    for _ in 0..=pick.below(3) {
        let method = if version == Version::OpenApi32 && pick.once_in(6) { "query" } else { pick.word(&METHODS) };
        out.put(method, operation(pick, version, depth));
    }
    if version == Version::OpenApi32 && pick.once_in(6) {
        out.put("additionalOperations", one("COPY", operation(pick, version, 0)));
    }
    extras(pick, &mut out);
    out.into()
}

fn operation(pick: &mut Pick<'_, '_>, version: Version, depth: usize) -> Value {
    let mut out = Members::default();
    if pick.once_in(2) {
        out.put("operationId", pick.word(&["listParcels", "deleteUser", "login", "getMe", "debugDump", "refund"]));
    }
    if pick.once_in(3) {
        out.put("security", requirements(pick));
    }
    if pick.once_in(8) {
        servers(pick, version, &mut out);
    }
    let parameters: Vec<Value> = (0..pick.below(4)).map(|_| parameter(pick, version)).collect();
    out.put("parameters", parameters);
    if version != Version::Swagger20 && pick.once_in(2) {
        out.put("requestBody", with_content(pick, version));
    }
    let mut responses = Members::default();
    for _ in 0..pick.below(5) {
        let code = pick.word(&CODES);
        responses.put(code, response(pick, version));
    }
    out.put("responses", responses);
    if depth > 0 && version != Version::Swagger20 && pick.once_in(8) {
        let expression =
            pick.word(&["{$request.body#/callbackUrl}", "{$request.query.url}", "https://fixed.example/hook"]);
        out.put("callbacks", one("moved", one(expression, path_item(pick, version, depth - 1))));
    }
    extras(pick, &mut out);
    extras(pick, &mut out);
    out.into()
}

fn parameter(pick: &mut Pick<'_, '_>, version: Version) -> Value {
    let swagger = version == Version::Swagger20;
    if pick.once_in(6) {
        return one("$ref", if swagger { "#/parameters/Shared" } else { "#/components/parameters/Shared" });
    }
    let mut out = Members::default();
    out.put("name", pick.word(NAMES));
    let places: &[&str] =
        if swagger { &["path", "query", "header", "formData", "body"] } else { &["path", "query", "header", "cookie"] };
    let place = pick.word(places);
    out.put("in", place).put("required", place == "path" || pick.once_in(2));
    match (swagger, place) {
        (true, "body") => out.set("schema", schema(pick, version, 2)),
        (true, _) => out.set("type", pick.word(&["string", "integer", "array", "file"])),
        (false, _) => out.set("schema", schema(pick, version, 1)),
    }
    extras(pick, &mut out);
    out.into()
}

fn with_content(pick: &mut Pick<'_, '_>, version: Version) -> Value {
    let mut content = Members::default();
    for _ in 0..=pick.below(2) {
        let mut media = Members::default();
        media.put("schema", if pick.once_in(2) { schema_reference(pick, version) } else { schema(pick, version, 3) });
        if pick.once_in(5) {
            media.put("example", one("password", pick.prose()));
        }
        content.put(pick.word(MEDIA), media);
    }
    one("content", content)
}

fn response(pick: &mut Pick<'_, '_>, version: Version) -> Value {
    let swagger = version == Version::Swagger20;
    if pick.once_in(8) {
        return one("$ref", if swagger { "#/responses/Failed" } else { "#/components/responses/Failed" });
    }
    let mut out = Members::default();
    out.put("description", pick.prose());
    let header = |pick: &mut Pick<'_, '_>| {
        let name =
            pick.word(&["Retry-After", "X-RateLimit-Limit", "Access-Control-Allow-Origin", "Set-Cookie", "Sunset"]);
        let own = if swagger { one("type", "string") } else { one("schema", one("type", "string")) };
        one(name, own)
    };
    if pick.once_in(3) {
        out.put("headers", header(pick));
    }
    if pick.mostly() && swagger {
        out.put("schema", schema(pick, version, 3));
    } else if pick.mostly()
        && let Value::Map(members) = with_content(pick, version)
    {
        for (key, value) in members {
            out.put(key, value);
        }
    }
    out.into()
}

fn components(pick: &mut Pick<'_, '_>, version: Version, out: &mut Members) {
    let mut schemes = Members::default();
    for name in SCHEMES.iter().take(pick.below(SCHEMES.len())) {
        schemes.put(*name, scheme(pick, version, name));
    }
    let shared = parameter(pick, version);
    let failed = one("description", pick.prose());
    if version == Version::Swagger20 {
        out.put("securityDefinitions", schemes).put("definitions", schemas(pick, version));
        out.put("parameters", one("Shared", shared)).put("responses", one("Failed", failed));
        return;
    }
    let mut all = Members::default();
    if !schemes.is_empty() || pick.once_in(4) {
        all.put("securitySchemes", schemes);
    }
    all.put("schemas", schemas(pick, version));
    all.put("parameters", one("Shared", shared)).put("responses", one("Failed", failed));
    if version >= Version::OpenApi31 {
        all.put("pathItems", one("shared", path_item(pick, version, 0)));
    }
    out.put("components", all);
}

fn scheme(pick: &mut Pick<'_, '_>, version: Version, name: &str) -> Value {
    let mut out = Members::default();
    match name {
        "key" => {
            out.put("type", "apiKey")
                .put("in", pick.word(&["header", "query", "cookie"]))
                .put("name", pick.word(NAMES));
        }
        "basic" if version == Version::Swagger20 => out.set("type", "basic"),
        "basic" => out.put("type", "http").set("scheme", pick.word(&["basic", "bearer", "Digest", "hoba", ""])),
        "login" => oauth(pick, version, &mut out),
        "oidc" => out.put("type", "openIdConnect").set("openIdConnectUrl", pick.word(URLS)),
        _ => out.set("type", pick.word(&["mutualTLS", "oauth", "APIKEY"])),
    }
    extras(pick, &mut out);
    if pick.once_in(10) {
        out.put("$ref", format!("#/components/securitySchemes/{}", SCHEMES[pick.below(SCHEMES.len())]));
    }
    if pick.once_in(20) {
        out.put("x-schema", SCHEMAS[0]);
    }
    out.into()
}

fn oauth(pick: &mut Pick<'_, '_>, version: Version, out: &mut Members) {
    out.put("type", "oauth2");
    if version == Version::Swagger20 {
        out.put("flow", pick.word(&["implicit", "password", "application", "accessCode"]));
        out.put("authorizationUrl", pick.word(URLS)).put("tokenUrl", pick.word(URLS)).put("scopes", scopes(pick));
        return;
    }
    let mut flows = Members::default();
    for _ in 0..=pick.below(2) {
        let mut flow = Members::default();
        flow.put("authorizationUrl", pick.word(URLS)).put("tokenUrl", pick.word(URLS)).put("scopes", scopes(pick));
        let name =
            pick.word(&["authorizationCode", "implicit", "password", "clientCredentials", "deviceAuthorization"]);
        flows.put(name, flow);
    }
    out.put("flows", flows);
}
