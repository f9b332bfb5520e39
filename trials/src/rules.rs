//! Any text, as the condition of a custom lint over a small description: refused with its place, or run within bounds.

use std::time::{Duration, Instant};

use crate::configuration;

/// What the conditions are about.
const DESCRIPTION: &str = "\
openapi: 3.1.0
info: {title: Parcels, version: '1'}
servers: [{url: 'https://{region}.parcels.io', variables: {region: {default: eu, enum: [eu, us]}}}]
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    login: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://login.parcels.io', scopes: {read: Read, write: Write}}}}
  schemas:
    Parcel: {type: object, required: [id], properties: {id: {type: string, pattern: '^[a-z]+$'}, next: {$ref: '#/components/schemas/Parcel'}}}
paths:
  /parcels/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: read
      tags: [parcels, reading]
      security: [{key: []}, {login: [read]}]
      responses: {'200': {description: A parcel, content: {application/json: {schema: {$ref: '#/components/schemas/Parcel'}}}}, '404': {description: None}}
    delete: {operationId: remove, x-owner: depot, security: [], responses: {'204': {description: Gone}}}
";

const TARGETS: [&str; 6] = ["operation", "scheme", "server", "schema", "parameter", "response"];

/// The longest that a condition may take over the description, on a busy machine.
const LONGEST: Duration = Duration::from_secs(10);

/// The first byte says what the lint is about; then the condition stands, and behind a line break another one, in the
/// message.
pub(crate) fn run(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let (condition, message) = text.split_once('\n').unwrap_or((&text, ""));
    let target = TARGETS[usize::from(*first) % TARGETS.len()];
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let configuration = format!(
        "rules:\n- id: custom/trial\n  target: {target}\n  level: warning\n  assert: {}\n  message: {}\n",
        quoted(condition),
        quoted(&format!("it does not hold {message}")),
    );
    let start = Instant::now();
    configuration::hold(configuration.as_bytes(), DESCRIPTION);
    assert!(start.elapsed() < LONGEST, "it took {:?}", start.elapsed());
}
