//! A description: its format, and what all formats have in common.

use arbitrary::{Arbitrary, Unstructured};

use super::pick::{FORMATS, PATTERNS, PROPERTIES, Pick, SCOPES};
use super::value::{Manner, Members, Value, json, one, yaml};
use super::{asynchronous, synchronous};

/// Named schemas of a description.
pub(super) const SCHEMAS: [&str; 5] = ["Parcel", "User", "Error", "Page", "a/b~c"];
/// Named security schemes of a description; the last one is never there.
pub(super) const SCHEMES: [&str; 6] = ["key", "basic", "login", "oidc", "mtls", "gone"];
/// Levels of a schema that is written in one piece.
const DEEPEST: usize = 3;

/// A format and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Version {
    Swagger20,
    OpenApi30,
    OpenApi31,
    OpenApi32,
    AsyncApi2,
    AsyncApi3,
}

impl Version {
    const ALL: [Self; 6] =
        [Self::Swagger20, Self::OpenApi30, Self::OpenApi31, Self::OpenApi32, Self::AsyncApi2, Self::AsyncApi3];

    /// What references to named schemas begin with.
    pub(super) fn schemas(self) -> &'static str {
        if self == Self::Swagger20 { "#/definitions/" } else { "#/components/schemas/" }
    }

    fn is_dialect(self) -> bool {
        self >= Self::OpenApi31
    }
}

/// A description that could be real, and how it is written.
#[derive(Debug)]
pub(super) struct Description {
    value: Value,
    manner: Manner,
    wide: bool,
}

impl Description {
    pub(super) fn yaml(&self) -> String {
        yaml(&self.value, self.manner)
    }

    pub(super) fn json(&self) -> String {
        json(&self.value, self.wide)
    }
}

impl<'b> Arbitrary<'b> for Description {
    fn arbitrary(given: &mut Unstructured<'b>) -> arbitrary::Result<Self> {
        let mut pick = Pick(given);
        let manner = Manner {
            indent: 2 + 2 * usize::from(pick.once_in(4)),
            shifted: pick.once_in(2),
            single: pick.once_in(2),
            plain: pick.mostly(),
            flow: [8, 2, 5, usize::MAX, 1][pick.below(5)],
        };
        let wide = pick.once_in(2);
        let version = Version::ALL[pick.below(Version::ALL.len())];
        let value = match version {
            Version::AsyncApi2 | Version::AsyncApi3 => asynchronous::description(&mut pick, version),
            _ => synchronous::description(&mut pick, version),
        };
        Ok(Self { value, manner, wide })
    }
}

/// A reference to a named schema, which may hold it, or may not be there.
pub(super) fn schema_reference(pick: &mut Pick<'_, '_>, version: Version) -> Value {
    if pick.once_in(30) {
        let astray =
            pick.word(&["#/gone", "other.yaml#/Parcel", "#", "https://example.com/a.json", "../a.yaml", "#/%zz"]);
        return one("$ref", astray);
    }
    let name = SCHEMAS[pick.below(SCHEMAS.len())].replace('~', "~0").replace('/', "~1");
    one("$ref", format!("{}{name}", version.schemas()))
}

/// A schema of at most `depth` further levels.
pub(super) fn schema(pick: &mut Pick<'_, '_>, version: Version, depth: usize) -> Value {
    let mut out = Members::default();
    match pick.below(if depth == 0 { 5 } else { 9 }) {
        0 => string(pick, &mut out),
        1 => out.put("type", "integer").set("maximum", 100_i64),
        2 => return schema_reference(pick, version),
        3 => out.set("type", pick.word(&["number", "boolean", "string", "file", "null"])),
        4 => out.set("description", pick.prose()),
        5 | 6 => object(pick, version, depth, &mut out),
        7 => {
            out.put("type", "array").put("items", schema(pick, version, depth - 1));
            if pick.once_in(2) {
                out.put("maxItems", 100_i64);
            }
        }
        _ => {
            let branches: Vec<Value> = (0..=pick.below(3)).map(|_| schema(pick, version, depth - 1)).collect();
            out.put(pick.word(&["allOf", "oneOf", "anyOf"]), branches);
        }
    }
    details(pick, version, &mut out);
    out.into()
}

fn string(pick: &mut Pick<'_, '_>, out: &mut Members) {
    out.put("type", "string");
    if pick.once_in(2) {
        out.put("format", pick.word(FORMATS));
    }
    if pick.once_in(4) {
        out.put("pattern", pick.word(PATTERNS));
    }
    if pick.once_in(3) {
        out.put("maxLength", 64_i64);
    }
}

fn object(pick: &mut Pick<'_, '_>, version: Version, depth: usize, out: &mut Members) {
    let mut properties = Members::default();
    for _ in 0..pick.below(6) {
        properties.put(pick.word(PROPERTIES), schema(pick, version, depth - 1));
    }
    out.put("type", "object").put("properties", properties);
    if pick.once_in(3) {
        let open = if pick.once_in(2) { schema(pick, version, depth - 1) } else { pick.once_in(2).into() };
        out.put("additionalProperties", open);
    }
    if pick.once_in(3) {
        out.put("required", vec![pick.word(PROPERTIES).into(), pick.word(PROPERTIES).into()]);
    }
}

fn details(pick: &mut Pick<'_, '_>, version: Version, out: &mut Members) {
    match pick.below(12) {
        1 => out.set("readOnly", true),
        2 => out.set("writeOnly", true),
        3 if version.is_dialect() => out.set("type", vec!["string".into(), "null".into()]),
        3 => out.set("nullable", true),
        4 => out.set("example", pick.prose()),
        5 => out.set("default", pick.word(&["admin", "secret", "0", "", "changeme"])),
        6 => out.set("enum", vec!["a".into(), Value::Null, 1_i64.into()]),
        7 if version.is_dialect() => out.set("examples", vec![pick.prose().into()]),
        8 => out.set("deprecated", true),
        9 => {
            out.set(
                "x-apiward-ignore",
                one(pick.word(&["exposure", "input/*", "gone/lint", "custom/x"]), pick.prose()),
            );
        }
        _ => {}
    }
}

/// The named schemas; some of them hold themselves.
pub(super) fn schemas(pick: &mut Pick<'_, '_>, version: Version) -> Value {
    let mut out = Members::default();
    for name in SCHEMAS.iter().take(1 + pick.below(SCHEMAS.len())) {
        out.put(*name, schema(pick, version, DEEPEST));
    }
    out.into()
}

/// Scopes of a flow, with what they are for.
pub(super) fn scopes(pick: &mut Pick<'_, '_>) -> Value {
    let mut out = Members::default();
    for _ in 0..pick.below(4) {
        out.put(pick.word(SCOPES), pick.prose());
    }
    out.into()
}

/// Names of scopes that something asks for.
pub(super) fn scope_names(pick: &mut Pick<'_, '_>) -> Value {
    (0..pick.below(3)).map(|_| Value::from(pick.word(SCOPES))).collect::<Vec<_>>().into()
}

/// A list of requirements: any of them, each of some schemes.
pub(super) fn requirements(pick: &mut Pick<'_, '_>) -> Value {
    let requirement = |pick: &mut Pick<'_, '_>| {
        let mut out = Members::default();
        for _ in 0..pick.below(3) {
            let name = pick.word(&SCHEMES);
            out.put(name, scope_names(pick));
        }
        Value::from(out)
    };
    (0..pick.below(4)).map(|_| requirement(pick)).collect::<Vec<_>>().into()
}

/// Members that any object may have beside its own.
pub(super) fn extras(pick: &mut Pick<'_, '_>, out: &mut Members) {
    match pick.below(14) {
        1 => out.set("deprecated", true),
        2 => out.set("x-apiward-public", pick.prose()),
        3 => drop(
            out.put("x-apiward-ignore", one(pick.word(&["auth", "transport/*", "auth/anonymous-write"]), "for now")),
        ),
        4 => out.set("x-sunset", "2025-12-31"),
        5 => out.set("x-internal", true),
        6 => out.set("x-rate-limit", 10_i64),
        7 => out.set("description", pick.prose()),
        8 => out.set("summary", pick.prose()),
        9 => out.set("tags", vec!["admin".into()]),
        _ => {}
    }
}
