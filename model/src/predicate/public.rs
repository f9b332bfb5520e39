//! Which operations may be called without credentials: by their nature, by declared intent, behind a gateway.

use apiward_syntax::{Known, another_core_is_free};
use foldhash::{HashMap, HashSet, HashSetExt};
use rayon::prelude::*;

use crate::api::{Api, Location, Method, Operation, ServerId};
use crate::lexicon::{Lexicons, Tokens};
use crate::node::{Node, Place};
use crate::phrase;
use crate::predicate::admin::{Administration, administration};
use crate::predicate::entry::{grants_token, opens_session};
use crate::predicate::path::{PathShape, Segment, last_segment, without_query};
use crate::security::FLOW_URLS;
use crate::server::Server;
use crate::words::{
    ACCOUNT_STEP_WORDS, ACCOUNT_WORDS, EXTERNAL_AUTH_EXTENSIONS, OAUTH_ENDING_SEGMENTS, OAUTH_ENDPOINT_SEGMENTS,
    OAUTH_KEY_SEGMENTS, OAUTH_ROOT_SEGMENTS, ONE_TIME_PARAMETER_NAMES, PUBLIC_ENTRY_AFTER_PARAMETER,
    PUBLIC_ENTRY_SEGMENTS, PUBLIC_OPERATION_PHRASES, PUBLIC_PHRASE_STOPS, PUBLIC_TERMINAL_SEGMENTS,
    PUBLIC_TERMINAL_SOLE, READ_LIKE_POST_VERBS, RECEIVER_SEGMENTS, REGISTRATION_SEGMENTS, SIGNATURE_HEADER_WORDS,
    WELL_KNOWN_SEGMENT,
};

/// The author's word that an operation is meant to be public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredPublic {
    /// The reason that the author gave.
    pub reason: Option<String>,
}

/// Signs that an operation is public by its nature: a set of the cases (a) to (f) and (i) of `public_by_design(op)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PublicSigns(u8);

impl PublicSigns {
    /// (a) An entry point such as a login.
    pub const ENTRY: Self = Self(1);
    /// (b) A probe or a self description, such as a health check.
    pub const SELF_DESCRIPTION: Self = Self(2);
    /// (c) An endpoint of OAuth or OpenID Connect.
    pub const OAUTH: Self = Self(4);
    /// (d) A step with a one-time token, such as a password reset.
    pub const ACCOUNT_STEP: Self = Self(8);
    /// (e) A registration.
    pub const REGISTRATION: Self = Self(16);
    /// (f) Its summary or operationId says so.
    pub const WORDING: Self = Self(32);
    /// (i) OPTIONS, or HEAD beside an exempt GET.
    pub const METHOD: Self = Self(64);

    /// True when there is no sign.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// True when one of the signs of `other` is among these.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn when(self, holds: bool) -> Self {
        if holds { self } else { Self(0) }
    }
}

/// Whether a lint on missing protection leaves an operation alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exemption {
    /// It does not.
    None,
    /// Because of what the operation is.
    ByNature,
    /// Only because its author declared it public: the finding is made, and suppressed.
    Declared(DeclaredPublic),
}

/// What an operation's names and extensions say about it.
#[derive(Clone, Debug)]
pub struct Signs<'a> {
    // Taken apart again where a lint asks: words kept for every operation take more memory than their text.
    path: &'a str,
    is_address: bool,
    operation_id: &'a str,
    /// `writes(op)`: it changes state.
    pub writes: bool,
    /// `public_by_design(op)` (a) to (f) and (i).
    pub public: PublicSigns,
    /// `oauth_endpoint(op)`, whatever its method.
    pub oauth_endpoint: bool,
    /// `admin_strong(op)` or `admin_weak(op)`; nothing when no name says so.
    pub administration: Option<Administration>,
    /// `declared_public(op)`, that of an exempt GET included for its HEAD.
    pub declared: Option<DeclaredPublic>,
}

/// Operations from which on another core takes some of them.
const MANY: usize = 64;

impl<'a> Signs<'a> {
    /// The signs of every operation of an API, in the order of [`Api::operations`].
    pub fn of(api: &Api<'a>) -> Vec<Self> {
        let around = Around { oauth_paths: oauth_paths(api), well_known: well_known(api) };
        // Each thread has word lists of its own.
        let lexicons = Lexicons::in_force();
        let of_one = |operation| Lexicons::with(lexicons, || Self::of_operation(api, operation, &around));
        let mut all: Vec<Self> = if another_core_is_free() {
            api.operations.par_iter().with_min_len(MANY).map(of_one).collect()
        } else {
            api.operations.iter().map(of_one).collect()
        };
        let mut heads = of_method(api, "HEAD").peekable();
        if heads.peek().is_none() {
            return all;
        }
        let gets: HashMap<Place, usize> = of_method(api, "GET").map(|(at, get)| (get.path_item.place(), at)).collect();
        for (at, head) in heads {
            if let Some(&get) = gets.get(&head.path_item.place()) {
                let exempt = !all[get].public.is_empty();
                let declared = all[get].declared.clone();
                all[at].public = all[at].public.union(PublicSigns::METHOD.when(exempt));
                all[at].declared = all[at].declared.take().or(declared);
            }
        }
        all
    }

    fn of_operation(api: &Api<'a>, operation: &Operation<'a>, around: &Around) -> Self {
        let is_async = api.spec.format.is_async();
        let path = shape(operation.path, is_async);
        let name = operation.operation_id.unwrap_or_default();
        let operation_id = Tokens::new(name);
        let view = View { api, around, operation, path: &path, operation_id: &operation_id };
        let public = if is_async { PublicSigns::default() } else { view.public_signs() };
        let oauth_endpoint = !is_async && view.is_oauth_endpoint();
        let writes = view.writes();
        let administration = administration(operation, &path, &operation_id);
        let declared = declared_public(operation);
        let (path, is_address, operation_id) = (operation.path, is_async, name);
        Self { path, is_address, operation_id, writes, public, oauth_endpoint, administration, declared }
    }

    /// The segments of its path or channel address.
    pub fn path(&self) -> PathShape<'a> {
        shape(self.path, self.is_address)
    }

    /// The last segment of its path or channel address, when it is no parameter.
    pub fn last_segment(&self) -> Option<Segment<'a>> {
        if self.is_address { self.path().last().cloned() } else { last_segment(self.path) }
    }

    /// The words of its operationId.
    pub fn operation_id(&self) -> Tokens<'a> {
        Tokens::new(self.operation_id)
    }

    /// Whether lints on missing protection leave the operation alone (`public_by_design(op)`).
    pub fn exemption(&self) -> Exemption {
        match &self.declared {
            _ if !self.public.is_empty() => Exemption::ByNature,
            Some(declared) => Exemption::Declared(declared.clone()),
            None => Exemption::None,
        }
    }

    /// `public_by_design(op)`, declared intent included.
    pub fn is_public(&self) -> bool {
        !self.public.is_empty() || self.declared.is_some()
    }
}

fn shape(path: &str, is_address: bool) -> PathShape<'_> {
    if is_address { PathShape::of_address(path) } else { PathShape::of_path(path) }
}

fn of_method<'r, 'a>(api: &'r Api<'a>, method: &'r str) -> impl Iterator<Item = (usize, &'r Operation<'a>)> {
    api.operations.iter().enumerate().filter(move |(_, operation)| operation.method.is(method))
}

/// Whether an operationId is that of a read: `listParcels`, `parcelsGet`, but not `createList` or `getOrCreateParcel`.
fn is_of_a_read(operation_id: &Tokens<'_>) -> bool {
    let (first, last) = (operation_id.first(), operation_id.last());
    let reads = READ_LIKE_POST_VERBS.matches_first(operation_id)
        || first == Some("list")
        || matches!(last, Some("get" | "retrieve" | "fetch"));
    reads && !operation_id.iter().any(|word| matches!(word, "or" | "and"))
}

/// As [`is_of_a_read`], for a summary: `Get all parcels by their numbers`.
fn tells_of_a_read(summary: &str) -> bool {
    let mut words = summary.split_ascii_whitespace();
    let verb = words.next().is_some_and(|verb| is_of_a_read(&Tokens::new(verb)));
    verb && !words.any(|word| matches!(word, "or" | "and"))
}

/// What the document says that concerns all operations.
struct Around {
    oauth_paths: HashSet<String>,
    /// The addresses of the lists of servers in whose paths `.well-known` stands, in all of them.
    well_known: HashSet<usize>,
}

fn well_known(api: &Api<'_>) -> HashSet<usize> {
    let of_server: Vec<bool> = api.servers.iter().map(is_well_known).collect();
    if !of_server.contains(&true) {
        return HashSet::new();
    }
    let lists: HashMap<usize, &[ServerId]> =
        api.operations.iter().map(|operation| (address(&operation.servers), &*operation.servers)).collect();
    let all = |list: &[ServerId]| !list.is_empty() && list.iter().all(|id| of_server[id.index()]);
    lists.into_iter().filter(|(_, list)| all(list)).map(|(list, _)| list).collect()
}

fn address(list: &[ServerId]) -> usize {
    list.as_ptr().addr()
}

fn is_well_known(server: &Server<'_>) -> bool {
    let is_segment = |segment: &str| segment.eq_ignore_ascii_case(WELL_KNOWN_SEGMENT);
    server.expansions().iter().all(|url| url.split('/').any(is_segment))
}

/// An operation with its names taken apart.
struct View<'v, 'a> {
    api: &'v Api<'a>,
    around: &'v Around,
    operation: &'v Operation<'a>,
    path: &'v PathShape<'a>,
    operation_id: &'v Tokens<'a>,
}

impl View<'_, '_> {
    fn is_one_of(&self, methods: &[&str]) -> bool {
        methods.iter().any(|method| self.operation.method.is(method))
    }

    fn writes(&self) -> bool {
        match self.operation.method {
            Method::Http(_) => !self.is_one_of(&["GET", "HEAD", "OPTIONS", "TRACE", "QUERY"]) && !self.reads_only(),
            method => method.receives(),
        }
    }

    /// `read_like(op)`: a POST that only reads.
    fn reads_only(&self) -> bool {
        let last = self.path.last().map_or("", |segment| segment.text);
        self.operation.method.is("POST")
            && !last.eq_ignore_ascii_case("graphql")
            && (READ_LIKE_POST_VERBS.matches_verb_segment(last)
                || is_of_a_read(self.operation_id)
                || self.operation.node.get_str(Known::Summary).is_some_and(tells_of_a_read))
    }

    fn public_signs(&self) -> PublicSigns {
        [
            PublicSigns::ENTRY.when(self.is_entry()),
            PublicSigns::SELF_DESCRIPTION.when(self.is_self_description()),
            PublicSigns::OAUTH.when(self.is_open_oauth_endpoint()),
            PublicSigns::ACCOUNT_STEP.when(self.is_account_step()),
            PublicSigns::REGISTRATION.when(self.is_registration()),
            PublicSigns::WORDING.when(self.says_so()),
            PublicSigns::METHOD.when(self.operation.method.is("OPTIONS")),
        ]
        .into_iter()
        .fold(PublicSigns::default(), PublicSigns::union)
    }

    fn is_entry(&self) -> bool {
        let by_name = self.is_one_of(&["GET", "POST"])
            && self.path.ends_with(&PUBLIC_ENTRY_SEGMENTS)
            && (!self.path.has_parameter_before_last() || self.path.ends_with(&PUBLIC_ENTRY_AFTER_PARAMETER));
        by_name || opens_session(self.api, self.operation, self.path)
    }

    fn is_self_description(&self) -> bool {
        let probes = ["health", "healthz", "healthcheck", "health-check", "probe", "probes"];
        let alone = match self.path.segments() {
            [_] => true,
            // As `/health/ready` of the probes that containers are given.
            [.., of, _] => probes.iter().any(|probe| of.text.eq_ignore_ascii_case(probe)),
            [] => false,
        };
        let sole = alone && self.path.ends_with(&PUBLIC_TERMINAL_SOLE);
        let terminal = self.path.ends_with(&PUBLIC_TERMINAL_SEGMENTS) || sole;
        self.is_one_of(&["GET", "HEAD"])
            && (terminal && !self.path.has_parameter_before_last() || self.is_below_well_known())
    }

    /// True when `.well-known` stands in the path, or in that of every server.
    fn is_below_well_known(&self) -> bool {
        self.path.segments().iter().any(|segment| segment.text.eq_ignore_ascii_case(WELL_KNOWN_SEGMENT))
            || self.around.well_known.contains(&address(&self.operation.servers))
    }

    fn is_open_oauth_endpoint(&self) -> bool {
        if self.path.ends_with(&OAUTH_KEY_SEGMENTS) && !self.is_one_of(&["GET", "HEAD"]) {
            return false;
        }
        let ends_something = self.path.ends_with(&OAUTH_ENDING_SEGMENTS);
        let method = self.is_one_of(&["GET", "POST"])
            || self.operation.method.is("HEAD") && self.path.ends_with(&OAUTH_KEY_SEGMENTS)
            || self.operation.method.is("DELETE") && ends_something;
        method && self.is_oauth_endpoint()
    }

    /// `oauth_endpoint(op)`.
    fn is_oauth_endpoint(&self) -> bool {
        let segments = self.path.segments();
        let sole_token = segments.len() == 1 && segments[0].text.eq_ignore_ascii_case("token");
        self.is_below_oauth_root()
            || sole_token && self.operation.method.is("POST")
            || grants_token(self.api, self.operation, self.path)
            || self.is_callback_of_oauth()
            || is_scheme_url(self.operation.path, &self.around.oauth_paths)
    }

    /// `/oauth/token`, and `/oauth/{provider}/callback`.
    fn is_below_oauth_root(&self) -> bool {
        let has_root = |segments: &[Segment<'_>]| segments.iter().any(|segment| segment.is(&OAUTH_ROOT_SEGMENTS));
        let segments = self.path.segments();
        let last_parameter = segments.iter().rposition(|segment| segment.parameter.is_some());
        let behind = &segments[last_parameter.map_or(0, |at| at + 1)..];
        let directly = self.path.ends_with(&OAUTH_ENDPOINT_SEGMENTS)
            && behind.split_last().is_some_and(|(_, before)| has_root(before));
        let of_provider = |last: &str| ["authorize", "callback"].iter().any(|own| last.eq_ignore_ascii_case(own));
        directly
            || match segments {
                [before @ .., parameter, last] if parameter.parameter.is_some() && of_provider(last.text) => {
                    has_root(before) && before.iter().all(|segment| segment.parameter.is_none())
                }
                _ => false,
            }
    }

    /// A `/callback` that its summary or a tag calls one of OAuth.
    fn is_callback_of_oauth(&self) -> bool {
        let callback = self.path.last().is_some_and(|last| last.text.eq_ignore_ascii_case("callback"));
        let protocol = |text: &str| {
            let text = text.to_ascii_lowercase();
            ["oauth", "oidc", "openid"].iter().any(|name| text.contains(name))
        };
        callback
            && !self.path.has_parameter_before_last()
            && self.operation.tags().chain(self.operation.summary()).any(protocol)
    }

    fn is_account_step(&self) -> bool {
        let step = self.path.last_literal().is_some_and(|segment| segment.is(&ACCOUNT_STEP_WORDS));
        let about_account = || {
            let in_path =
                |segment: &Segment<'_>| segment.parameter.is_none() && ACCOUNT_WORDS.matches_word(segment.tokens());
            self.path.segments().iter().any(in_path) || ACCOUNT_WORDS.matches_word(self.operation_id)
        };
        !self.operation.method.is("DELETE") && step && about_account() && self.has_no_subject()
    }

    /// `no_subject(path)`.
    fn has_no_subject(&self) -> bool {
        let mut parameters = self.path.parameters().peekable();
        let only_first = self.path.parameters().all(|(at, _)| at == 0);
        only_first || parameters.any(|(_, segment)| ONE_TIME_PARAMETER_NAMES.matches_last(segment.tokens()))
    }

    fn is_registration(&self) -> bool {
        let [before @ .., _] = self.path.segments() else { return false };
        let alone = before.is_empty();
        let of_account = before
            .last()
            .is_some_and(|segment| segment.parameter.is_none() && ACCOUNT_WORDS.matches_word(segment.tokens()));
        self.path.ends_with(&REGISTRATION_SEGMENTS) && (alone || of_account)
    }

    fn says_so(&self) -> bool {
        // The stop words are looked for behind the phrase: `log in` itself holds one.
        let says = |text: &str| {
            phrase::strip_start(text, &PUBLIC_OPERATION_PHRASES)
                .is_some_and(|rest| !PUBLIC_PHRASE_STOPS.matches_word(&Tokens::new(rest)))
        };
        self.is_one_of(&["GET", "POST"])
            && self.has_no_subject()
            && (says(self.operation.summary().unwrap_or_default()) || says(&self.operation_id.spaced()))
    }
}

/// Segments of an OAuth endpoint's path that are compared, from its end.
const ENDPOINT_SEGMENTS: usize = 32;

/// Every way in which the paths of the URLs that schemes name as OAuth endpoints end at a segment boundary, with a
/// leading slash and none behind.
fn oauth_paths(api: &Api<'_>) -> HashSet<String> {
    let mut paths = HashSet::new();
    for flow in api.schemes.iter().flat_map(|scheme| &scheme.flows) {
        for url in FLOW_URLS.iter().filter_map(|key| flow.fields.get_str(key)) {
            let rest = url.split_once("://").map_or(url, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
            let path = without_query(rest).trim_matches('/');
            let path = format!("/{path}");
            let ends = path.rmatch_indices('/').take(ENDPOINT_SEGMENTS).map(|(at, _)| path[at..].to_owned());
            paths.extend(ends.filter(|end| end.len() > 1));
        }
    }
    paths
}

fn is_scheme_url(path: &str, oauth_paths: &HashSet<String>) -> bool {
    !path.contains('{') && oauth_paths.contains(path.trim_end_matches('/'))
}

/// `declared_public(op)`, as far as the description itself declares it.
fn declared_public(operation: &Operation<'_>) -> Option<DeclaredPublic> {
    public_holders(operation).find_map(declared_public_at)
}

/// The objects in which an author may declare an operation public, the closest first.
pub fn public_holders<'a>(operation: &Operation<'a>) -> impl Iterator<Item = Node<'a>> + use<'a> {
    let (own, item) = (operation.node, operation.path_item);
    [Some(own), own.target_or_none(), Some(item), item.target_or_none()].into_iter().flatten()
}

/// The author's word that an object (an operation, a path item, a server) is meant to be public, as it writes it.
pub fn declared_public_at(holder: Node<'_>) -> Option<DeclaredPublic> {
    let reason = holder.get_str("x-apiward-public").filter(|reason| !reason.trim().is_empty());
    match reason {
        Some(reason) => Some(DeclaredPublic { reason: Some(reason.to_owned()) }),
        None => holder.is_true("x-public").then_some(DeclaredPublic { reason: None }),
    }
}

/// `gateway_auth(op)`: a gateway in front of the API authenticates callers, by an extension of its own. `extra` names
/// further extensions.
pub fn gateway_auth(api: &Api<'_>, operation: &Operation<'_>, extra: &[String]) -> bool {
    let holders =
        [Some(api.root), Some(operation.path_item), operation.path_item.target_or_none(), Some(operation.node)];
    holders.into_iter().flatten().any(|holder| {
        holder.entries().any(|(key, value)| {
            key.starts_with("x-")
                && (EXTERNAL_AUTH_EXTENSIONS.matches_value(key) && gateway_is_on(key, value)
                    || extra.iter().any(|name| name.eq_ignore_ascii_case(key)))
        })
    })
}

fn gateway_is_on(key: &str, value: Node<'_>) -> bool {
    let key = key.to_ascii_lowercase();
    if key == "x-tyk-api-gateway" {
        return value
            .at_pointer("/server/authentication/enabled")
            .is_some_and(|enabled| enabled.as_bool() == Some(true));
    }
    let off = key.starts_with("x-kong-plugin-") && value.get("enabled").is_some_and(|on| on.as_bool() == Some(false));
    !off && value.as_bool() != Some(false) && !value.is_null()
}

/// `inbound_receiver(op)`: another party calls it with a signed message.
pub fn inbound_receiver(api: &Api<'_>, operation: &Operation<'_>, signs: &Signs<'_>) -> bool {
    let signature = |id: &crate::ParameterId| {
        let parameter = api.parameter(*id);
        parameter.location == Location::Header && SIGNATURE_HEADER_WORDS.matches_word(&Tokens::header(parameter.name))
    };
    operation.method.is("POST") && signs.path().holds(&RECEIVER_SEGMENTS) && operation.parameters.iter().any(signature)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::path::PathBuf;

    use apiward_syntax::Limits;

    use super::*;
    use crate::files::{Files, Loader};
    use crate::lexicon::Change;
    use crate::words::ADMIN_STRONG_SEGMENTS;

    /// The signs of one operation: a method, a path, and members of the operation in YAML flow style.
    fn signs(method: &str, path: &str, members: &str, judge: impl FnOnce(&Signs<'_>, &Api<'_>)) {
        let document = format!(
            "openapi: 3.2.0\ncomponents: {{securitySchemes: {{o: {{type: oauth2, flows: {{authorizationCode: \
             {{authorizationUrl: 'https://a.test/sso/start/', tokenUrl: /issue, scopes: {{}}}}}}}}}}}}\n\
             paths: {{'{path}': {{{method}: {{{members}}}}}}}\n"
        );
        let name = PathBuf::from("a.yaml");
        let loader = Loader::memory([(name.clone(), document.into())], Limits::default());
        let files = Files::load(loader.load(&name).unwrap(), &loader);
        let api = Api::read(&files, 0).unwrap();
        judge(&Signs::of(&api)[0], &api);
    }

    #[test]
    fn changed_word_lists_hold_on_all_cores() {
        let paths: Vec<String> = (0..9 * MANY).map(|at| format!("  /cockpit/{at}: {{get: {{}}}}")).collect();
        let paths = paths.join("\n");
        let document = format!("openapi: 3.0.3\ninfo: {{title: a, version: '1'}}\npaths:\n{paths}");
        let name = PathBuf::from("a.yaml");
        let loader = Loader::memory([(name.clone(), document.into())], Limits::default());
        let files = Files::load(loader.load(&name).unwrap(), &loader);
        let api = Api::read(&files, 0).unwrap();
        let of_administrators = || Signs::of(&api).iter().filter(|signs| signs.administration.is_some()).count();
        assert_eq!(of_administrators(), 0);
        let list = ADMIN_STRONG_SEGMENTS.name;
        let lexicons = Lexicons::of(&[Change { list, add: vec!["cockpit".to_owned()], remove: Vec::new() }]);
        assert_eq!(Lexicons::with(Some(lexicons), of_administrators), 9 * MANY);
    }

    #[test]
    fn operations_are_public_by_what_they_are() {
        type P = PublicSigns;
        const NONE: PublicSigns = PublicSigns(0);
        let cases = [
            ("post", "/v1/login", "", P::ENTRY),
            ("post", "/{tenant}/login", "", P::ENTRY),
            ("post", "/{tenant}/forgot-password", "", NONE),
            ("put", "/login", "", NONE),
            ("get", "/healthz", "", P::SELF_DESCRIPTION),
            ("get", "/status", "", P::SELF_DESCRIPTION),
            ("get", "/health/ready", "", P::SELF_DESCRIPTION),
            ("get", "/v1/health-check/live", "", P::SELF_DESCRIPTION),
            ("get", "/orders/status", "", NONE),
            ("get", "/{tenant}/health/ready", "", NONE),
            ("get", "/orders/{id}/status", "", NONE),
            ("get", "/orders/status", "", NONE),
            ("get", "/orders/{id}/health", "", NONE),
            ("post", "/healthz", "", NONE),
            ("get", "/.well-known/acme/{x}", "", P::SELF_DESCRIPTION),
            ("post", "/oauth2/token", "", P::OAUTH),
            ("get", "/oauth/{id}/keys", "", NONE),
            ("post", "/oauth/keys", "", NONE),
            ("head", "/oauth/keys", "", P::OAUTH),
            ("head", "/oauth/token", "", NONE),
            ("post", "/token", "", P::OAUTH),
            ("get", "/token", "", NONE),
            ("delete", "/oauth/logout", "", P::OAUTH),
            ("delete", "/oauth/token", "", NONE),
            ("post", "/issue", "", P::OAUTH),
            ("get", "/sso/start", "", P::OAUTH),
            ("get", "/start/", "", P::OAUTH),
            ("get", "/tart", "", NONE),
            ("post", "/user-accounts/{id}/reset", "", NONE),
            ("post", "/password/reset/{uid}/{token}", "", P::ACCOUNT_STEP),
            ("post", "/{tenant}/users/confirm", "", P::ACCOUNT_STEP),
            ("post", "/confirm", "operationId: confirmEmail", P::ACCOUNT_STEP.union(P::WORDING)),
            ("put", "/confirm", "operationId: userConfirms", P::ACCOUNT_STEP),
            ("delete", "/users/confirm", "", NONE),
            ("post", "/orders/confirm", "", NONE),
            ("post", "/accounts/register", "", P::REGISTRATION),
            ("post", "/{account}/register", "", NONE),
            ("post", "/devices/register", "", NONE),
            ("post", "/sessions", "summary: Log in", P::WORDING),
            ("put", "/sessions", "summary: Log in", NONE),
            ("post", "/users/{id}/sessions", "summary: Log in", NONE),
            ("get", "/sessions", "operationId: loginHistory", NONE),
            ("options", "/sessions", "", P::METHOD),
            ("get", "/info", "", P::SELF_DESCRIPTION),
            ("get", "/orders/info", "", NONE),
            ("post", "/sessions", "summary: Authenticate with a password", P::WORDING),
            ("get", "/oauth/{provider}/callback", "", P::OAUTH),
            ("get", "/auth/oidc/{provider}/authorize", "", P::OAUTH),
            ("get", "/{tenant}/oauth/{provider}/callback", "", NONE),
            ("get", "/oauth/{provider}/keys", "", NONE),
            ("get", "/orders/{id}/callback", "", NONE),
            ("post", "/callback", "tags: [oauth-client]", P::OAUTH),
            ("post", "/callback", "summary: Receives the redirect of an OAuth provider", P::OAUTH),
            ("post", "/callback", "tags: [orders]", NONE),
        ];
        for (method, path, members, expected) in cases {
            signs(method, path, members, |signs, _| assert_eq!(signs.public, expected, "{method} {path} {members}"));
        }
    }

    #[test]
    fn entry_points_are_told_by_what_surrounds_and_fills_them() {
        type P = PublicSigns;
        const NONE: PublicSigns = PublicSigns(0);
        let cases = [
            ("post", "/auth/refresh", "", P::ENTRY),
            ("post", "/token/refresh", "", P::ENTRY),
            ("post", "/users/login/renew", "", P::ENTRY),
            ("post", "/token/obtain", "", P::ENTRY),
            ("post", "/tokens/verify", "", P::ENTRY),
            ("post", "/auth/verify-otp", "", P::ENTRY),
            ("post", "/auth", "", P::ENTRY),
            ("get", "/auth/refresh", "", NONE),
            ("post", "/index/refresh", "", NONE),
            ("post", "/auth/{id}/refresh", "", NONE),
            ("post", "/{user}/token/refresh", "", NONE),
            ("post", "/payments/verify-otp", "", NONE),
            ("post", "/renew", "refreshToken: {type: string}", P::ENTRY),
            ("post", "/renew", "refresh: {type: [string, 'null']}", P::ENTRY),
            ("post", "/index/refresh", "refresh: {type: boolean}", NONE),
            ("post", "/users/{id}/renew", "refresh_token: {}", NONE),
            ("post", "/sessions", "email: {}, password: {}", P::ENTRY),
            ("post", "/sessions", "title: {}", NONE),
            ("post", "/orders", "password: {}", NONE),
            ("post", "/partner/token", "client_id: {}, client_secret: {}", P::OAUTH),
            ("post", "/partner/token", "client_id: {}, grant_type: {}", P::OAUTH),
            ("post", "/partner/token", "clientId: {}, externalToken: {}", P::OAUTH),
            ("post", "/partner/token", "client_secret: {}", NONE),
            ("post", "/partner/token", "client_id: {}", NONE),
            ("put", "/partner/token", "client_id: {}, grant_type: {}", NONE),
            ("post", "/partner/keys", "client_id: {}, grant_type: {}", NONE),
        ];
        for (method, path, properties, expected) in cases {
            let members =
                format!("requestBody: {{content: {{application/json: {{schema: {{properties: {{{properties}}}}}}}}}}}");
            signs(method, path, &members, |signs, _| {
                assert_eq!(signs.public, expected, "{method} {path} {properties}");
            });
        }
    }

    #[test]
    fn writes_are_told_from_reads() {
        let cases = [
            ("get", "/a", "", false),
            ("query", "/a", "", false),
            ("post", "/a", "", true),
            ("post", "/a/search", "", false),
            ("post", "/a:batchGet", "", false),
            ("post", "/search-users", "", false),
            ("post", "/checks", "", true),
            ("post", "/a/{search}", "", true),
            ("post", "/a", "operationId: validateAddress", false),
            ("post", "/a/bulk-retrieve", "", false),
            ("post", "/a/get", "", false),
            ("post", "/a/list", "", true),
            ("post", "/a", "operationId: listAreas", false),
            ("post", "/a", "operationId: areasGet", false),
            ("post", "/a", "operationId: createList", true),
            ("post", "/a", "operationId: findOrCreateArea", true),
            ("post", "/a", "summary: Get areas by their numbers", false),
            ("post", "/a", "summary: Get or create an area", true),
            ("post", "/a", "summary: Adds an area", true),
            ("post", "/graphql", "operationId: query", true),
            ("put", "/a/search", "", true),
        ];
        for (method, path, members, expected) in cases {
            signs(method, path, members, |signs, _| assert_eq!(signs.writes, expected, "{method} {path} {members}"));
        }
    }

    #[test]
    fn declarations_need_a_reason_or_the_value_true() {
        let reason = |text: &str| Some(DeclaredPublic { reason: Some(text.to_owned()) });
        let cases = [
            ("x-apiward-public: on posters", reason("on posters")),
            ("x-apiward-public: ' '", None),
            ("x-apiward-public: true", None),
            ("x-public: true", Some(DeclaredPublic { reason: None })),
            ("x-public: 'true'", None),
        ];
        for (members, expected) in cases {
            signs("put", "/a", members, |signs, _| assert_eq!(signs.declared, expected, "{members}"));
        }
    }

    /// Judges the operations of a document of two paths that share one path item.
    fn shared(root: &str, beside: &str, within: &str, judge: impl FnOnce(&Api<'_>, &[Signs<'_>])) {
        let text = format!(
            "openapi: 3.1.0\n{root}\npaths: {{/a: {{$ref: '#/components/pathItems/a'{beside}}}, /b: {{put: {{}}}}}}\n\
             components: {{pathItems: {{a: {{put: {{}}{within}}}}}}}\n"
        );
        let name = PathBuf::from("a.yaml");
        let loader = Loader::memory([(name.clone(), text.into())], Limits::default());
        let files = Files::load(loader.load(&name).unwrap(), &loader);
        let api = Api::read(&files, 0).unwrap();
        judge(&api, &Signs::of(&api));
    }

    #[test]
    fn declarations_of_path_items_hold_for_their_operations() {
        for (beside, within) in [(", x-public: true", ""), ("", ", x-apiward-public: on posters")] {
            shared("", beside, within, |_, signs| {
                let declared: Vec<bool> = signs.iter().map(|signs| signs.declared.is_some()).collect();
                assert_eq!(declared, [true, false], "{beside}{within}");
            });
        }
    }

    #[test]
    fn gateways_stand_at_the_root_and_at_path_items_too() {
        let plugin = "x-kong-plugin-jwt: {}";
        let beside = format!(", {plugin}");
        for (root, beside, within, expected) in [
            (plugin, "", "", [true, true]),
            ("", beside.as_str(), "", [true, false]),
            ("", "", beside.as_str(), [true, false]),
        ] {
            shared(root, beside, within, |api, _| {
                let guarded: Vec<bool> = api.operations.iter().map(|one| gateway_auth(api, one, &[])).collect();
                assert_eq!(guarded, expected, "{root}{beside}{within}");
            });
        }
    }

    #[test]
    fn gateways_count_only_when_they_are_on() {
        let cases = [
            ("x-kong-plugin-jwt: {}", true),
            ("x-kong-plugin-jwt: {enabled: false}", false),
            ("x-kong-plugin-jwt: false", false),
            ("x-kong-plugin-jwt: null", false),
            ("X-Kong-Plugin-Jwt: {}", false),
            ("x-kong-plugin-cors: {}", false),
            ("x-tyk-api-gateway: {server: {authentication: {enabled: true}}}", true),
            ("x-tyk-api-gateway: {server: {}}", false),
            ("x-ours: {}", true),
        ];
        for (members, expected) in cases {
            signs("put", "/a", members, |_, api| {
                assert_eq!(gateway_auth(api, &api.operations[0], &["X-Ours".to_owned()]), expected, "{members}");
            });
        }
    }
}
