//! The views hold what their tables say.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use apiward_lints::framework::custom::{Custom, Declaration};
use apiward_lints::framework::engine;
use apiward_lints::framework::level::{Level, Profile};
use apiward_lints::framework::lint::{Check, Cx};
use apiward_model::{Api, Files, Loader, ParameterId, ResponseId, SchemeId, ServerId};
use apiward_syntax::Limits;

use super::check::Names;
use super::expression::{Expression, Variables};
use super::shape::{self, Kind, Of, View};
use super::value::Item;
use super::views::{Views, Wanted};

/// A description in which nothing is left out.
const OPENAPI: &str = r"
openapi: 3.1.0
info: {title: Parcels, version: 1.0, x-audience: partners}
x-owner: depot
servers: [{url: 'https://api.parcels.example', description: Main, x-zone: a}]
security: [{login: [read]}]
tags: []
paths:
  /parcels/{id}:
    post:
      operationId: move
      summary: Moves a parcel
      description: Moves a parcel
      tags: [parcels]
      x-owner: depot
      parameters:
        - {name: id, in: path, required: true, description: Its number, x-a: 1, schema: {$ref: '#/components/schemas/Id'}}
      requestBody:
        required: true
        description: Where to
        content: {application/json: {schema: {$ref: '#/components/schemas/Move'}}}
      responses:
        '200':
          description: Done
          x-a: 1
          headers: {X-Rate: {required: true, description: Left, schema: {type: integer}}}
          content: {application/json: {schema: {type: object}}}
components:
  securitySchemes:
    login:
      type: oauth2
      description: Login
      x-a: 1
      flows: {clientCredentials: {tokenUrl: 'https://login.parcels.example', scopes: {read: Reads}}}
  schemas:
    Id:
      type: string
      format: uuid
      title: Id
      description: Id
      pattern: a
      enum: [a, 1]
      x-a: {b: [1, 1.5, null, true, a]}
      minLength: 1
      maxLength: 36
      minItems: 1
      maxItems: 2
      minimum: 1
      maximum: 2
      properties: {id: {properties: {id: {minLength: 1, maxLength: 36, minItems: 1, maxItems: 2, minimum: 1, maximum: 2}}, items: {type: string}, minLength: 1, maxLength: 36, minItems: 1, maxItems: 2, minimum: 1, maximum: 2}}
      items: {type: string}
    Move:
      type: object
      properties: {id: {type: object, properties: {id: {type: integer}}}}
      exclusiveMaximum: 2
";

const ASYNCAPI: &str = r"
asyncapi: 2.6.0
info: {title: Parcels, version: '1'}
servers: {main: {url: broker.parcels.example, protocol: mqtts}}
channels:
  parcels/moved:
    publish: {operationId: moved, message: {name: Moved, payload: {type: object}, headers: {type: object}}}
";

/// Checks one field of a view in a description.
struct Probe<'p> {
    api: &'p str,
    root: &'static View,
}

/// Calls back with the context of a lint.
#[derive(Debug)]
struct Caller(&'static View, String, Arc<std::sync::Mutex<Vec<String>>>);

struct Calling(&'static View, String, Arc<std::sync::Mutex<Vec<String>>>);

impl Custom for Caller {
    fn start<'a>(&self) -> Box<dyn Check<'a> + 'a> {
        Box::new(Calling(self.0, self.1.clone(), Arc::clone(&self.2)))
    }
}

impl<'a> Check<'a> for Calling {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let names = Names(vec![(self.0.name, self.0), ("api", &shape::API)]);
        let said = match Expression::new(&self.1, &names) {
            Err(fault) => format!("{fault:?}"),
            Ok(expression) => {
                let mut fields = HashSet::new();
                expression.fields(&mut fields);
                let mut views = Views::new(cx.api, Arc::new(fields));
                let item = element(cx, &mut views, self.0);
                let variables = Variables(vec![(self.0.name, item.value), ("api", views.api().value)]);
                format!("{:?}", expression.holds(&variables))
            }
        };
        self.2.lock().unwrap().push(said);
    }
}

fn element<'a>(cx: &Cx<'_, 'a>, views: &mut Views<'_, 'a>, view: &'static View) -> Item {
    match view.name {
        "operation" => views.operation(cx, &cx.api.operations[0]),
        "scheme" => views.scheme(SchemeId::at(0)),
        "server" => views.server(ServerId::at(0)),
        "parameter" => views.parameter(ParameterId::at(0)),
        "response" => views.response(ResponseId::at(0)),
        "schema" => views.schema(cx.api.root.at_pointer("/components/schemas/Move").unwrap()),
        _ => views.api(),
    }
}

impl Probe<'_> {
    /// What an expression comes to for the first element.
    fn holds(&self, expression: &str) -> String {
        let name = PathBuf::from("a.yaml");
        let loader = Loader::memory([(name.clone(), self.api.into())], Limits::default());
        let files = Files::load(loader.load(&name).unwrap(), &loader);
        let api = Api::read(&files, 0).unwrap();
        let text = |text: &str| text.to_owned();
        let lint =
            Declaration { id: text("custom/probe"), title: text("a"), level: Level::Error, docs: text("a") }.lint();
        let said = Arc::default();
        let custom: Arc<dyn Custom> = Arc::new(Caller(self.root, expression.to_owned(), Arc::clone(&said)));
        let settings = engine::Settings {
            lints: vec![lint],
            custom: [(lint.id, custom)].into(),
            ..engine::Settings::new(Profile::Strict)
        };
        let outcome = engine::run(&api, &settings);
        assert!(outcome.panicked.is_empty(), "{expression}: {:?}", outcome.panicked);
        let said: Vec<String> = said.lock().unwrap().clone();
        said[0].clone()
    }

    /// Every field of a view, and of all that it holds, has the type that its table says.
    fn fields(&self, view: &'static View, path: &str, seen: &mut HashSet<*const View>) {
        if !seen.insert(std::ptr::from_ref(view)) {
            return;
        }
        for field in view.fields {
            let own = format!("{path}.{}", field.name);
            let kind = match field.kind {
                Kind::List(_) => "list",
                Kind::Map(_) | Kind::One(Of::View(_)) => "map",
                Kind::One(Of::Bool) => "bool",
                Kind::One(Of::Int) => "int",
                Kind::One(Of::Double) => "double",
                Kind::One(Of::Text) => "string",
                Kind::One(Of::Any) => continue,
            };
            if self.api == ASYNCAPI && field.optional && self.holds(&format!("has({own})")) == "Ok(false)" {
                continue;
            }
            assert_eq!(self.holds(&format!("type({own}) == {kind}")), "Ok(true)", "{own}");
            match field.kind {
                Kind::One(Of::View(view)) => self.fields(view, &own, seen),
                Kind::Map(Of::View(view)) => self.fields(view, &format!("{own}[\"id\"]"), seen),
                // Forms are those of OpenAPI 2, and each format has operations of one kind.
                Kind::List(Of::View(view)) if self.holds(&format!("{own}.size() > 0")) == "Ok(true)" => {
                    self.fields(view, &format!("{own}[0]"), seen);
                }
                _ => {}
            }
        }
    }
}

#[test]
fn views_hold_what_their_tables_say() {
    let mut seen = HashSet::new();
    let roots = [
        &shape::OPERATION,
        &shape::SCHEME,
        &shape::SERVER,
        &shape::PARAMETER,
        &shape::RESPONSE,
        &shape::SCHEMA,
        &shape::API,
    ];
    for root in roots {
        Probe { api: OPENAPI, root }.fields(root, root.name, &mut seen);
    }
    Probe { api: ASYNCAPI, root: &shape::OPERATION }.fields(&shape::MESSAGE, "operation.messages[0]", &mut seen);
    let missing: Vec<&str> =
        shape::VIEWS.iter().filter(|view| !seen.contains(&std::ptr::from_ref(**view))).map(|view| view.name).collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn views_say_what_the_description_says() {
    let of = |root: &'static View, expression: &str| Probe { api: OPENAPI, root }.holds(expression);
    let holding = [
        (&shape::OPERATION, "operation.method == 'POST' && operation.path == '/parcels/{id}' && operation.writes"),
        (&shape::OPERATION, "operation.schemes == ['login'] && ['read'] == operation.scopes && !operation.public"),
        (&shape::OPERATION, "operation.security.declared == 'inherited' && !operation.security.anonymous"),
        (
            &shape::OPERATION,
            "operation.security.alternatives[0].schemes[0].scheme.flows[0].kind == 'clientCredentials'",
        ),
        (
            &shape::OPERATION,
            "operation.parameters[0].schema.format == 'uuid' && operation.extensions['x-owner'] == 'depot'",
        ),
        (
            &shape::OPERATION,
            "operation.body.required && operation.body.content[0].schema.properties['id'].properties['id'].types == ['integer']",
        ),
        (&shape::OPERATION, "operation.parameters.map(p, p.name) + ['x'] == ['id', 'x']"),
        (&shape::PARAMETER, "parameter.schema.enum == ['a', 1] && parameter.schema.extensions['x-a'].b[1] == 1.5"),
        (&shape::PARAMETER, "parameter.schema.extensions['x-a'].b == [1, 1.5, null, true, 'a']"),
        (
            &shape::PARAMETER,
            "'x-a' in parameter.extensions && !('b' in parameter.extensions) && parameter.extensions.size() == 1",
        ),
        (
            &shape::SCHEMA,
            "schema.maximum == 2.0 && schema.inRequest && !schema.inResponse && schema.role == 'definition'",
        ),
        (&shape::SCHEMA, "schema.properties.all(name, name == 'id') && schema.properties['id'].name == 'id'"),
        (&shape::SERVER, "server.at == 'root' && server.used && !server.plaintext && !server.local"),
        (&shape::API, "api.version == '1.0' && api.format == 'openapi' && api.info['x-audience'] == 'partners'"),
    ];
    for (root, expression) in holding {
        assert_eq!(of(root, expression), "Ok(true)", "{expression}");
    }
}

#[test]
fn the_cost_is_known_from_the_sizes() {
    let names = Names(vec![("operation", &shape::OPERATION)]);
    let cost =
        |expression: &str, items: usize, bytes: usize| Expression::new(expression, &names).unwrap().cost(items, bytes);
    let flat = "operation.writes && operation.path == '/a'";
    assert_eq!(cost(flat, 1, 0), cost(flat, 1_000, 0), "no list is looked at");
    assert!(cost(flat, 1, 64_000) > 900, "but a text is");
    let one = "operation.tags.exists(t, t == 'a')";
    assert!((8..40).contains(&(cost(one, 1_000, 0) / 1_000)), "{}", cost(one, 1_000, 0));
    let two = "operation.tags.exists(t, operation.tags.exists(u, t == u))";
    assert!((8..60).contains(&(cost(two, 1_000, 0) / 1_000_000)), "{}", cost(two, 1_000, 0));
    let joined = "(operation.tags + operation.tags).exists(t, t == 'a')";
    assert!(cost(joined, 1_000, 0) > 2 * cost(one, 1_000, 0) - 1_000);
    let lists = "operation.tags.map(t, operation.tags).exists(l, l.exists(t, t == 'a'))";
    assert!(cost(lists, 1_000, 0) > 1_000_000);
}

#[test]
fn only_wanted_fields_are_made() {
    let wanted: Wanted = Arc::default();
    let name = PathBuf::from("a.yaml");
    let loader = Loader::memory([(name.clone(), OPENAPI.into())], Limits::default());
    let files = Files::load(loader.load(&name).unwrap(), &loader);
    let api = Api::read(&files, 0).unwrap();
    let made = Views::new(&api, wanted).api();
    assert_eq!((made.extent.items, made.extent.bytes), (0, 0));
}

/// A lint at fault.
#[derive(Debug)]
struct Faulty;

impl Custom for Faulty {
    fn start<'a>(&self) -> Box<dyn Check<'a> + 'a> {
        Box::new(Self)
    }
}

impl Check<'_> for Faulty {
    fn document(&mut self, _: &mut Cx<'_, '_>) {
        panic!("at once");
    }
}

#[test]
fn a_panic_costs_the_findings_of_one_lint() {
    let name = PathBuf::from("a.yaml");
    let loader = Loader::memory([(name.clone(), OPENAPI.into())], Limits::default());
    let files = Files::load(loader.load(&name).unwrap(), &loader);
    let api = Api::read(&files, 0).unwrap();
    let text = |text: &str| text.to_owned();
    let lint = Declaration { id: text("custom/faulty"), title: text("a"), level: Level::Error, docs: text("a") }.lint();
    let custom: Arc<dyn Custom> = Arc::new(Faulty);
    let mut settings = engine::Settings::new(Profile::Strict);
    let others = engine::run(&api, &settings).findings.len();
    settings.lints.push(lint);
    settings.custom.insert(lint.id, custom);
    let outcome = engine::run(&api, &settings);
    assert_eq!((outcome.panicked[0].lint.id, outcome.panicked[0].reason.as_str()), ("custom/faulty", "at once"));
    assert!(others > 0 && outcome.findings.len() == others);
}
