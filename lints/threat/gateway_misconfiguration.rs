//! `threat/gateway-misconfiguration`

use apiward_model::predicate::Address;
use apiward_model::words::{KONG_PROTECTION_PLUGINS, KONG_PROTECTION_PLUGINS_AUTH};
use apiward_model::{Api, FileId, KeyLocation, Member, Node, Operation, OperationId, Place, Scheme};
use foldhash::{HashMap, HashMapExt};

use crate::framework::crowd::gathered;
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::lists::PerList;
use crate::framework::text::{operation_title, quoted};

declare_lint! {
    id: "threat/gateway-misconfiguration",
    title: "Gateway extension switches protection off",
    levels: Levels::raised(Level::Warning, Level::Error),
    confidence: High,
    formats: OPENAPI,
    owasp: ["API8:2023", "API2:2023"],
    cwe: ["CWE-306", "CWE-319"],
    practices: [Threats, Authentication],
    references: [
        "Amazon API Gateway x-amazon-apigateway-auth object" => "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-auth.html",
        "Amazon API Gateway x-amazon-apigateway-request-validator property" => "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-request-validator.html",
        "Google Cloud Endpoints OpenAPI extensions" => "https://cloud.google.com/endpoints/docs/openapi/openapi-extensions",
        "NIST SP 800-228" => "https://csrc.nist.gov/pubs/sp/800/228/final",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("gateway_misconfiguration.md"),
    check: GatewayMisconfiguration,
}

#[derive(Default)]
struct GatewayMisconfiguration;

const AWS_AUTH: &str = "x-amazon-apigateway-auth";
const AWS_INTEGRATION: &str = "x-amazon-apigateway-integration";
const AWS_VALIDATOR: &str = "x-amazon-apigateway-request-validator";
const AWS_VALIDATORS: &str = "x-amazon-apigateway-request-validators";
const GOOGLE_ALLOW: &str = "x-google-allow";
const GOOGLE_BACKEND: &str = "x-google-backend";
const KONG: &str = "x-kong-plugin-";
const TYK: &str = "x-tyk-api-gateway";

impl<'a> Check<'a> for GatewayMisconfiguration {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let found = extensions(cx.api);
        if found.is_empty() {
            return;
        }
        let mut holders = None;
        for node in found {
            match node.key().unwrap_or_default() {
                AWS_INTEGRATION => integration(cx, node),
                GOOGLE_BACKEND => backend(cx, node),
                GOOGLE_ALLOW => allow(cx, node),
                AWS_VALIDATORS => validators(cx, node),
                TYK => tyk(cx, node),
                key if key.starts_with(KONG) => kong(cx, node, key, holders.get_or_insert_with(|| by_holder(cx.api))),
                _ => {}
            }
        }
        let by_key = PerList::default();
        for operation in &cx.api.operations {
            amazon_auth(cx, operation, &by_key);
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        gathered(cx, findings)
    }
}

/// The extensions that this lint knows, in file and document order. Most documents have none of their names.
fn extensions<'a>(api: &Api<'a>) -> Vec<Node<'a>> {
    let known = |key: &str| {
        let names = [AWS_AUTH, AWS_INTEGRATION, AWS_VALIDATORS, GOOGLE_ALLOW, GOOGLE_BACKEND, TYK];
        names.contains(&key) || key.starts_with(KONG)
    };
    let mut found = Vec::new();
    for (id, file) in api.files.iter() {
        let symbols: Vec<_> = file.tree.symbols().filter(|(_, text)| known(text)).map(|(symbol, _)| symbol).collect();
        if symbols.is_empty() {
            continue;
        }
        let root = (id == FileId::ROOT).then(|| api.root.raw());
        let nodes = file.tree.nodes().filter(|node| {
            node.key_symbol().is_some_and(|symbol| symbols.contains(&symbol))
                && root.is_none_or(|root| root.contains(node.id()))
                && is_extension(file, node.id())
        });
        found.extend(nodes.map(|node| api.node(Place { file: id, node: node.id() })));
    }
    found
}

/// A key of an object of the specification, not part of an example or of another extension.
fn is_extension(file: &apiward_model::File, node: apiward_syntax::NodeId) -> bool {
    let parent = file.tree.node(node).parent();
    parent.is_some_and(|parent| !file.contexts().is_data(parent.id()))
}

fn is_at_root(api: &Api<'_>, node: Node<'_>) -> bool {
    node.parent() == Some(api.root)
}

/// (a): the gateway asks for no credential where the contract does.
fn amazon_auth<'a>(cx: &mut Cx<'_, 'a>, operation: &Operation<'a>, by_key: &PerList<bool>) {
    let Some(kind) = operation.node.get(AWS_AUTH).and_then(|auth| auth.get("type")) else { return };
    let none = kind.as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("NONE"));
    if !none || operation.security.is_anonymous() || operation.method.is("OPTIONS") {
        return;
    }
    let signs = cx.signs(operation.id);
    let is_key = |member: &Member<'_>| member.scheme.is_some_and(|id| is_amazon_key(cx.api.scheme(id)));
    let asks_for_key =
        by_key.of(&operation.security.alternatives, |list| list.iter().all(|one| one.members.iter().any(is_key)));
    if !signs.public.is_empty() || asks_for_key {
        return;
    }
    let message = format!(
        "{} asks for a credential in the contract, and the gateway is told to ask for none",
        operation_title(operation)
    );
    let help = "name the authorizer in `x-amazon-apigateway-auth`, or write `security: []` if the operation is meant to be \
                open";
    let finding = cx.finding(kind, message).help(help).operation(operation.id);
    cx.report(finding.declared_public(signs.declared.clone()));
}

/// The key that Amazon's gateway checks on its own.
fn is_amazon_key(scheme: &Scheme<'_>) -> bool {
    scheme.location == Some(KeyLocation::Header)
        && scheme.target.get_str("name").is_some_and(|name| name.eq_ignore_ascii_case("x-api-key"))
}

/// (b): the way from the gateway to the backend is in the clear.
fn integration<'a>(cx: &mut Cx<'_, 'a>, node: Node<'a>) {
    let kind = node.get_str("type").unwrap_or_default();
    let http = ["http", "http_proxy"].iter().any(|name| kind.eq_ignore_ascii_case(name));
    let Some(uri) = node.get("uri").filter(|_| http) else { return };
    if let Some(message) = clear(uri.as_str().unwrap_or_default(), "integration") {
        let private = node.get_str("connectionType") == Some("VPC_LINK");
        let finding = cx.finding(uri, message).help("use https between the gateway and the backend");
        let finding = finding.operations(cx.reaching(node));
        cx.report(finding.lowered_if(private, Level::Info));
    }
}

fn clear(url: &str, what: &str) -> Option<String> {
    (scheme_of(url) == "http" && is_remote(url))
        .then(|| format!("the gateway calls its {what} {} in the clear", quoted(url)))
}

fn scheme_of(url: &str) -> String {
    url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase()).unwrap_or_default()
}

/// The host is known, and not on this machine or in a private network.
fn is_remote(url: &str) -> bool {
    let authority = url.split_once("://").map_or("", |(_, rest)| rest).split('/').next().unwrap_or_default();
    !authority.contains("${")
        && !authority.contains('{')
        && Address::of_url(url).host.is_some_and(|host| !host.is_local())
}

/// (e) and (f): the backend of Google's gateway.
fn backend<'a>(cx: &mut Cx<'_, 'a>, node: Node<'a>) {
    let Some(address) = node.get("address") else { return };
    let url = address.as_str().unwrap_or_default();
    let open = node.get("disable_auth").filter(|mark| mark.as_bool() == Some(true));
    if let Some(message) = clear(url, "backend") {
        let help = "use https between the gateway and the backend";
        cx.report(cx.finding(address, message).help(help).operations(cx.reaching(node)));
    } else if let Some(mark) = open.filter(|_| scheme_of(url) == "https" && is_remote(url)) {
        let message = format!("the gateway does not prove to its backend {} who it is", quoted(url));
        let help = "leave `disable_auth` out, so that the backend can refuse whom the gateway did not let in";
        let finding = cx.finding(mark, message).help(help).operations(cx.reaching(node));
        cx.report(finding.lowered_to(Level::Info));
    }
}

/// (d): calls that the description does not know pass to the backend.
fn allow<'a>(cx: &mut Cx<'_, 'a>, node: Node<'a>) {
    if is_at_root(cx.api, node) && node.as_str() == Some("all") {
        let help = "leave `x-google-allow` out, and describe every operation that may be called";
        let message = "the gateway lets calls pass that no operation describes, without looking at them";
        cx.report(cx.finding(node, message).help(help));
    }
}

/// (c): validators are declared, and none is used where it counts.
fn validators<'a>(cx: &mut Cx<'_, 'a>, node: Node<'a>) {
    if !is_at_root(cx.api, node) || cx.api.root.get(AWS_VALIDATOR).is_some() {
        return;
    }
    let mut writes = cx.api.operations.iter().filter(|operation| cx.signs(operation.id).writes).peekable();
    if writes.peek().is_none() || writes.any(|operation| operation.node.get(AWS_VALIDATOR).is_some()) {
        return;
    }
    let help = "name one of them in `x-amazon-apigateway-request-validator` at the root";
    let message = "request validators are declared, and no operation that writes uses one";
    cx.report(cx.finding(node, message).at_key(node).help(help));
}

/// (h): Tyk asks for no credential where the contract does.
fn tyk<'a>(cx: &mut Cx<'_, 'a>, node: Node<'a>) {
    let enabled = node.get("server").and_then(|server| server.get("authentication")?.get("enabled"));
    let Some(off) = enabled.filter(|mark| mark.as_bool() == Some(false)) else { return };
    let guarded: Vec<_> = cx.api.operations.iter().filter(|operation| !operation.security.is_anonymous()).collect();
    if !guarded.is_empty() {
        let message = match guarded.as_slice() {
            [one] => {
                format!("{} asks for a credential in the contract, and the gateway for none", operation_title(one))
            }
            all => format!("{} operations ask for a credential in the contract, and the gateway for none", all.len()),
        };
        let operations: Vec<_> = guarded.iter().map(|operation| operation.id).collect();
        let help = "switch `server.authentication` on in `x-tyk-api-gateway`";
        cx.report(cx.finding(off, message).help(help).operations(operations));
    }
}

/// (g): a plugin that protects is there, and switched off.
fn kong<'a>(cx: &mut Cx<'_, 'a>, node: Node<'a>, key: &str, holders: &HashMap<Place, Vec<OperationId>>) {
    let plugin = key.strip_prefix(KONG).unwrap_or_default();
    let Some(off) = node.get("enabled").filter(|mark| mark.as_bool() == Some(false)) else { return };
    if !KONG_PROTECTION_PLUGINS.matches_value(plugin) {
        return;
    }
    let at_root = is_at_root(cx.api, node);
    let all = || cx.api.operations.iter().map(|operation| operation.id).collect();
    let of_holder = || node.parent().and_then(|holder| holders.get(&holder.place())).cloned().unwrap_or_default();
    let mut scope: Vec<OperationId> = if at_root { all() } else { of_holder() };
    let mut contract = "";
    if KONG_PROTECTION_PLUGINS_AUTH.matches_value(plugin) {
        scope.retain(|id| !cx.api.operation(*id).security.is_anonymous() && !cx.signs(*id).is_public());
        if scope.is_empty() {
            return;
        }
        contract = ", although the contract asks for a credential";
    }
    let message = format!("plugin {} is switched off{contract}", quoted(plugin));
    let help = "switch it on, or take it out of the description";
    cx.report(cx.finding(off, message).help(help).operations(scope));
}

/// The operations by their own place and by that of their path item: what an extension there speaks of.
fn by_holder(api: &Api<'_>) -> HashMap<Place, Vec<OperationId>> {
    let mut found: HashMap<Place, Vec<OperationId>> = HashMap::new();
    for operation in &api.operations {
        let item = operation.path_item.target_or_none().unwrap_or(operation.path_item);
        for holder in [operation.node, item] {
            found.entry(holder.place()).or_default().push(operation.id);
        }
    }
    found
}
