//! The schemes of a description, and what its operations ask of them, freed from its tree: what the views by scope and
//! by scheme are made of.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use apiward_model::predicate::scheme_strength;
use apiward_model::{Alternative, Api, FLOW_URLS, FlowKind, Format, KeyLocation, Member, Scheme, SchemeType};

/// The schemes of one document, in its order.
#[derive(Clone, Debug)]
pub(crate) struct DocumentSchemes {
    pub(crate) file: String,
    pub(crate) document: usize,
    pub(super) schemes: Vec<DeclaredScheme>,
    /// The scheme that stands for each: that of its object, and of equal ones that lists hold inline the first.
    stands_for: Vec<usize>,
}

/// A scheme.
#[derive(Clone, Debug)]
pub(super) struct DeclaredScheme {
    pub(super) name: String,
    pub(super) kind: Option<String>,
    pub(super) location: Option<String>,
    pub(super) flows: Vec<String>,
    /// `http bearer`, `apiKey X-Key in header`.
    pub(super) what: String,
    /// From 0 to 5, whatever scopes are asked for.
    pub(super) strength: Option<u8>,
    pub(super) scopes: Vec<String>,
    /// False for a second name of another one, and for one that is written inline in a list.
    pub(super) own: bool,
}

/// A list of alternatives, which operations share.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Ways {
    pub(super) all: Vec<Way>,
    /// Equal where the same is asked for, in whatever order and by whatever name.
    pub(super) essence: String,
}

/// One alternative.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// What is asked of each scheme, by its place among those of the document.
    pub(super) needs: BTreeMap<usize, BTreeSet<String>>,
    /// Names of schemes that are not defined.
    pub(super) undefined: BTreeSet<String>,
}

impl DocumentSchemes {
    pub(super) fn of(api: &Api<'_>, file: &str, document: usize) -> Self {
        let mut schemes: Vec<DeclaredScheme> = api.schemes.iter().map(declared).collect();
        let mut inline: HashMap<(String, String), usize> = HashMap::new();
        let mut stands_for = Vec::with_capacity(schemes.len());
        for (at, scheme) in api.schemes.iter().enumerate() {
            let key = || (format!("{} {}", schemes[at].name, schemes[at].what), urls(scheme));
            let first = if scheme.inline { *inline.entry(key()).or_insert(at) } else { scheme.definition.index() };
            if scheme.inline && first != at {
                let scopes = std::mem::take(&mut schemes[at].scopes);
                schemes[first].scopes.extend(scopes);
            }
            stands_for.push(first);
        }
        Self { file: file.to_owned(), document, schemes, stands_for }
    }
}

/// Where its tokens come from.
fn urls(scheme: &Scheme<'_>) -> String {
    let own = scheme.target.get_str("openIdConnectUrl");
    let of_flows = scheme.flows.iter().flat_map(|flow| FLOW_URLS.iter().filter_map(|field| flow.fields.get_str(field)));
    own.into_iter().chain(of_flows).collect::<Vec<_>>().join(" ")
}

fn declared(scheme: &Scheme<'_>) -> DeclaredScheme {
    let location = scheme.location.map(|location| {
        match location {
            KeyLocation::Query => "query",
            KeyLocation::Header => "header",
            KeyLocation::Cookie => "cookie",
        }
        .to_owned()
    });
    let mut flows: Vec<String> = scheme.flows.iter().map(|flow| flow_name(flow.kind).to_owned()).collect();
    flows.sort_unstable();
    flows.dedup();
    DeclaredScheme {
        name: scheme.name.to_owned(),
        kind: scheme.target.get_str("type").map(str::to_owned),
        what: what(scheme, location.as_deref(), &flows),
        location,
        flows,
        strength: scheme_strength(scheme, false),
        scopes: scheme.declared_scopes().into_iter().map(str::to_owned).collect(),
        own: scheme.is_definition() && !scheme.inline,
    }
}

const fn flow_name(kind: FlowKind) -> &'static str {
    match kind {
        FlowKind::Implicit => "implicit",
        FlowKind::Password => "password",
        FlowKind::ClientCredentials => "clientCredentials",
        FlowKind::AuthorizationCode => "authorizationCode",
        FlowKind::DeviceAuthorization => "deviceAuthorization",
    }
}

fn what(scheme: &Scheme<'_>, location: Option<&str>, flows: &[String]) -> String {
    // `basic` of OpenAPI 2 is what later versions call `http` with `basic`.
    let kind = if scheme.kind == SchemeType::Http { Some("http") } else { scheme.target.get_str("type") };
    let kind = kind.unwrap_or("no type");
    match (&scheme.http_scheme, location) {
        (Some(http), _) if scheme.kind == SchemeType::Http => format!("{kind} {http}"),
        (_, Some(location)) => {
            let name = scheme.target.get_str("name").unwrap_or_default();
            // Names of headers are the same in capitals and small letters.
            let name = if location == "header" { name.to_ascii_lowercase() } else { name.to_owned() };
            format!("{kind} {name} in {location}")
        }
        _ if flows.is_empty() => kind.to_owned(),
        _ => format!("{kind} {}", flows.join(", ")),
    }
}

impl Ways {
    pub(super) fn of(api: &Api<'_>, alternatives: &[Alternative<'_>], declared: &DocumentSchemes) -> Self {
        let all: Vec<Way> = alternatives.iter().map(|one| way(api, one, declared)).collect();
        let essences: BTreeSet<String> =
            all.iter().zip(alternatives).map(|(way, one)| essence(way, one.malformed, declared)).collect();
        Self { essence: essences.into_iter().collect::<Vec<_>>().join("\n"), all }
    }
}

fn way(api: &Api<'_>, alternative: &Alternative<'_>, declared: &DocumentSchemes) -> Way {
    let mut way = Way { needs: BTreeMap::new(), undefined: BTreeSet::new() };
    for member in &alternative.members {
        match member.scheme.map(|id| api.scheme(id)) {
            Some(scheme) => {
                let at = declared.stands_for[scheme.id.index()];
                way.needs.entry(at).or_default().extend(asked(api, scheme, member));
            }
            None => {
                way.undefined.insert(member.name.to_owned());
            }
        }
    }
    way
}

/// Before OpenAPI 3.1 what stands in the list of a key or password means nothing.
fn asked(api: &Api<'_>, scheme: &Scheme<'_>, member: &Member<'_>) -> Vec<String> {
    let mean = scheme.carries_scopes() || api.spec.format >= Format::OpenApi31;
    member.scope_names().filter(|_| mean).map(str::to_owned).collect()
}

fn essence(way: &Way, malformed: bool, declared: &DocumentSchemes) -> String {
    let known = way.needs.iter().map(|(scheme, scopes)| {
        let what = declared.schemes.get(*scheme).map_or("", |scheme| &scheme.what);
        format!("{what} {scopes:?}")
    });
    let undefined = way.undefined.iter().map(|name| format!("? {name:?}"));
    let mut parts: Vec<String> = known.chain(undefined).chain(malformed.then(|| "?".to_owned())).collect();
    parts.sort_unstable();
    parts.join(" + ")
}
