//! Writes API descriptions of any size that look like those of people: comments, shared schemas, references, security,
//! examples and prose, in the order in which people write them. Equal arguments give equal texts.

use std::fmt::Write;

use apiward_syntax::{Kind, Limits, Node, parse};

const NOUNS: [&str; 16] = [
    "Order",
    "Invoice",
    "Customer",
    "Shipment",
    "Product",
    "Warehouse",
    "Carrier",
    "Refund",
    "Contract",
    "Supplier",
    "Ticket",
    "Payment",
    "Address",
    "Label",
    "Return",
    "Quote",
];
const QUALIFIERS: [&str; 12] = [
    "Open",
    "Archived",
    "Regional",
    "Draft",
    "Partner",
    "Internal",
    "Bulk",
    "Scheduled",
    "Customs",
    "Seasonal",
    "Express",
    "Digital",
];

const HEAD: &str = "\
# The public contract of the parcel platform. Changes need a review by the platform team.
openapi: 3.0.3
info:
  title: Parcel platform
  version: 4.12.0
  description: |
    Orders, shipments and everything between them.

    All times are in UTC. Lists are paged: follow `links.next` until it is absent.
  contact: {name: Platform team, email: platform@parcels.io}
servers:
  - url: https://api.parcels.io/v4
    description: Production
security:
  - oauth: [parcels.read]
paths:
";

const SHARED: &str = "\
components:
  securitySchemes:
    oauth:
      type: oauth2
      flows:
        authorizationCode:
          authorizationUrl: https://login.parcels.io/authorize
          tokenUrl: https://login.parcels.io/token
          scopes:
            parcels.read: Read parcels and orders
            parcels.write: Change parcels and orders
  parameters:
    Limit:
      name: limit
      in: query
      description: Most items of one page
      schema: {type: integer, minimum: 1, maximum: 100, default: 20}
    Cursor:
      name: cursor
      in: query
      schema: {type: string, maxLength: 200}
  responses:
    NotFound:
      description: There is no such resource, or the caller may not see it
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Problem'}
    Invalid:
      description: The request breaks a rule of the contract
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Problem'}
  schemas:
    # RFC 9457
    Problem:
      type: object
      required: [type, title, status]
      properties:
        type: {type: string, format: uri}
        title: {type: string}
        status: {type: integer, format: int32}
        detail: {type: string}
    Money:
      type: object
      required: [amount, currency]
      properties:
        amount: {type: string, pattern: '^-?[0-9]{1,12}(\\.[0-9]{2})?$', example: '12.50'}
        currency: {type: string, minLength: 3, maxLength: 3, example: EUR}
    Links:
      type: object
      properties:
        self: {type: string, format: uri}
        next: {type: string, format: uri, nullable: true}
";

const PATHS: &str = "
  # --- @Name@ ---
  /@path@:
    parameters:
      - $ref: '#/components/parameters/Limit'
    get:
      operationId: list@Name@s
      summary: List all @words@s that the caller may see
      description: >-
        The newest @words@ comes first. Items that were removed do not appear, and a page may
        hold fewer items than were asked for.
      tags: [@tag@]
      parameters:
        - $ref: '#/components/parameters/Cursor'
        - name: created_after
          in: query
          description: Only what was created after this moment
          schema:
            type: string
            format: date-time
            maxLength: 40
      responses:
        '200':
          description: A page of @words@s
          headers:
            X-Total-Count:
              description: Number of all items
              schema: {type: integer, format: int32}
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/@Name@List'
        '400':
          $ref: '#/components/responses/Invalid'
    post:
      operationId: create@Name@
      summary: Create a @words@
      tags: [@tag@]
      security:
        - oauth: [parcels.write]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              $ref: '#/components/schemas/@Name@Input'
            example:
              reference: \"@tag@-2024/@number@\"
              note: \"Line one\\nLine \\\"two\\\"\"
              quantity: @number@
      responses:
        '201':
          description: The @words@ as it was stored
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/@Name@'
        '400':
          $ref: '#/components/responses/Invalid'
  /@path@/{id}:
    parameters:
      - name: id
        in: path
        required: true
        schema:
          type: string
          format: uuid
    get:
      operationId: get@Name@
      summary: Fetch one @words@
      tags: [@tag@]
      responses:
        '200':
          description: The @words@
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/@Name@'
        '404':
          $ref: '#/components/responses/NotFound'
    delete:
      operationId: remove@Name@
      summary: Remove a @words@  # for good
      tags: [@tag@]
      security:
        - oauth: [parcels.write]
      responses:
        '204':
          description: It is gone
        '404':
          $ref: '#/components/responses/NotFound'
";

const SCHEMAS: &str = "    @Name@Input:
      type: object
      description: What a caller says of a @words@
      required:
        - reference
        - quantity
      properties:
        reference:
          type: string
          description: The caller's own name for it
          minLength: 1
          maxLength: 64
        note:
          type: string
          maxLength: 2000
        quantity:
          type: integer
          format: int32
          minimum: 1
          maximum: 100000
        price:
          $ref: '#/components/schemas/Money'
        priority:
          type: string
          enum:
            - low
            - normal
            - high
          default: normal
    @Name@:
      allOf:
        - $ref: '#/components/schemas/@Name@Input'
        - type: object
          required: [id, created_at]
          properties:
            id:
              type: string
              format: uuid
              readOnly: true
              example: 7f6c1d0e-5a43-4e0b-9f5e-1b2a3c4d5e6f
            created_at:
              type: string
              format: date-time
              readOnly: true
            state:
              type: string
              enum: [pending, active, closed]
    @Name@List:
      type: object
      properties:
        items:
          type: array
          maxItems: 100
          items:
            $ref: '#/components/schemas/@Name@'
        links:
          $ref: '#/components/schemas/Links'
";

/// An OpenAPI 3.0 description in block-style YAML of about so many bytes.
pub(crate) fn yaml(bytes: usize) -> String {
    let each = fill(PATHS, 100).len() + fill(SCHEMAS, 100).len();
    let resources = bytes.saturating_sub(HEAD.len() + SHARED.len()) / each + 1;
    let mut out = String::from(HEAD);
    (0..resources).for_each(|number| out.push_str(&fill(PATHS, number)));
    out.push_str(SHARED);
    (0..resources).for_each(|number| out.push_str(&fill(SCHEMAS, number)));
    out
}

/// The same description as indented JSON of about so many bytes.
pub(crate) fn json(bytes: usize) -> String {
    let sample = yaml(100_000);
    let longer = as_json(&sample).len() * 1000 / sample.len();
    as_json(&yaml(bytes / longer * 1000))
}

/// A description, in YAML, of very many short operations.
pub(crate) fn operations(number: usize) -> String {
    let mut out = String::from(HEAD);
    for at in 0..number {
        let (noun, state) = (NOUNS[at % NOUNS.len()], QUALIFIERS[at % QUALIFIERS.len()]);
        let _ = write!(
            out,
            "  /{}/{at}:\n    get:\n      operationId: read{state}{noun}{at}\n      summary: Read it\n      \
             responses: {{'200': {{description: It}}}}\n",
            noun.to_lowercase()
        );
    }
    out.push_str(SHARED);
    out
}

/// One of many small descriptions.
pub(crate) fn small(number: usize) -> String {
    format!("{HEAD}{}{SHARED}{}", fill(PATHS, number), fill(SCHEMAS, number))
}

/// The same as indented JSON.
pub(crate) fn small_json(number: usize) -> String {
    as_json(&small(number))
}

fn fill(template: &str, number: usize) -> String {
    let noun = NOUNS[number % NOUNS.len()];
    let state = QUALIFIERS[number / NOUNS.len() % QUALIFIERS.len()];
    let (lower_noun, lower_state) = (noun.to_lowercase(), state.to_lowercase());
    template
        .replace("@Name@", &format!("{state}{noun}{number}"))
        .replace("@path@", &format!("{lower_state}-{lower_noun}s/{number}"))
        .replace("@words@", &format!("{lower_state} {lower_noun}"))
        .replace("@tag@", &lower_noun)
        .replace("@number@", &number.to_string())
}

fn as_json(yaml: &str) -> String {
    let parsed = parse(yaml.into(), None, &Limits::default());
    let mut out = String::new();
    if let Some(root) = parsed.tree.documents().next() {
        write_value(root, 0, &mut out);
    }
    out.push('\n');
    out
}

fn write_value(node: Node<'_>, depth: usize, out: &mut String) {
    let (open, close) = match node.kind() {
        Kind::Mapping => ('{', '}'),
        Kind::Sequence => ('[', ']'),
        Kind::String => return out.push_str(&serde_json::Value::from(node.text()).to_string()),
        _ => return out.push_str(node.text()),
    };
    out.push(open);
    for (at, child) in node.children().enumerate() {
        let _ = write!(out, "{}\n{:width$}", if at == 0 { "" } else { "," }, "", width = 2 * depth + 2);
        if let Some(key) = child.key() {
            let _ = write!(out, "{}: ", serde_json::Value::from(key));
        }
        write_value(child, depth + 1, out);
    }
    if node.children().next().is_some() {
        let _ = write!(out, "\n{:width$}", "", width = 2 * depth);
    }
    out.push(close);
}
