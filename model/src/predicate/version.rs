//! Versions of an API in paths, names and hosts.

use std::rc::Rc;
use std::sync::LazyLock;

use foldhash::{HashMap, HashMapExt};
use regex::Regex;

use crate::api::{Api, Operation, OperationId, ServerId};
use crate::lexicon::Tokens;
use crate::predicate::path::{Segment, is_version_token, without_query};

/// `version_segment(s)`: a segment that is a version, `v{name}`, or, as the first one, a parameter named so.
pub fn is_version_segment(segment: &str, is_first: bool) -> bool {
    let inner = |text: &str| {
        let name = text.strip_prefix('{')?.strip_suffix('}')?;
        Some(Tokens::new(name).glued().to_owned())
    };
    let named = |name: String| ["version", "apiversion", "ver"].contains(&name.as_str());
    is_version_token(segment)
        || segment.strip_prefix(['v', 'V']).is_some_and(|rest| inner(rest).is_some())
        || is_first && inner(segment).is_some_and(named)
}

/// True when a segment of a path is a version; leading `api` and `rest` do not count as the first one.
pub fn has_version_segment(path: &str) -> bool {
    let mut segments = without_query(path).split('/').filter(|text| !text.is_empty());
    let mut is_first = true;
    segments.any(|segment| {
        let found = is_version_segment(segment, is_first);
        is_first &= ["api", "rest"].iter().any(|word| segment.eq_ignore_ascii_case(word));
        found
    })
}

/// `version_in_name(n)`: a piece or word of a name is a version (`v2`, `v1beta1`), or a date stands in it.
pub fn has_version_in_name(name: &str) -> bool {
    #[expect(clippy::expect_used, reason = "a pattern of our own, which the tests compile")]
    static DATE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new("(?:^|[^0-9])(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])(?:-[0-3][0-9])?(?:$|[^0-9])")
            .expect("the pattern is valid")
    });
    let is_version = |word: &str| word.starts_with(['v', 'V']) && is_version_token(word);
    let pieces = || name.split(|c: char| !c.is_ascii_alphanumeric()).any(is_version);
    name.bytes().any(|byte| byte.is_ascii_digit())
        && (pieces() || Tokens::new(name).iter().any(is_version) || DATE.is_match(name))
}

/// The number of a segment `v2`; nothing for any other.
pub fn major(segment: &str) -> Option<u32> {
    let digits = segment.strip_prefix(['v', 'V'])?;
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

/// The path of a URL: what stands behind the host.
pub fn url_path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
    without_query(rest)
}

/// Different paths of an operation's servers that count: no honest description has more, and thousands of operations
/// may share thousands of servers.
const BASES: usize = 64;

/// The full paths of operations. What the servers bring is worked out once for each list of them.
#[derive(Debug, Default)]
pub struct FullPaths(HashMap<*const ServerId, Rc<Bases>>);

/// The paths of a list of servers.
#[derive(Debug)]
struct Bases {
    paths: Vec<String>,
    /// The versions that they hold.
    majors: Vec<u32>,
}

impl FullPaths {
    /// Each effective server's path joined with the operation's own, names of parameters blanked.
    pub fn of(&mut self, api: &Api<'_>, operation: &Operation<'_>) -> Vec<String> {
        let mut paths: Vec<String> =
            self.bases(api, operation).paths.iter().map(|base| joined(base, operation.path)).collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    /// Its full paths that have one version, each rest with its highest number.
    fn versioned(&mut self, api: &Api<'_>, operation: &Operation<'_>) -> Rc<[Versioned]> {
        if self.bases(api, operation).majors.is_empty() && majors(operation.path).next().is_none() {
            return Rc::default();
        }
        let mut found: Vec<(String, u32)> = self
            .of(api, operation)
            .iter()
            .filter_map(|path| split_major(path))
            .map(|(number, rest)| (rest, number))
            .collect();
        found.sort_unstable_by(|(a, first), (b, second)| a.cmp(b).then(second.cmp(first)));
        found.dedup_by(|later, first| later.0 == first.0);
        found.into_iter().map(|(rest, number)| Versioned { number, rest: rest.into() }).collect()
    }

    /// Whether two versions stand in the paths of an API and of its servers; most APIs have one or none.
    fn have_several_majors(&mut self, api: &Api<'_>) -> bool {
        let mut first = None;
        api.operations.iter().any(|operation| {
            let bases = self.bases(api, operation);
            let mut all = bases.majors.iter().copied().chain(majors(operation.path));
            all.any(|number| *first.get_or_insert(number) != number)
        })
    }

    /// The paths of its servers.
    fn bases(&mut self, api: &Api<'_>, operation: &Operation<'_>) -> Rc<Bases> {
        let read = || {
            let urls = operation.servers.iter().flat_map(|id| api.server(*id).expansions());
            let mut paths: Vec<String> = urls.map(|url| joined(url_path(&url), "")).collect();
            paths.sort_unstable();
            paths.dedup();
            paths.truncate(BASES);
            if paths.is_empty() {
                paths.push(String::new());
            }
            let majors = paths.iter().flat_map(|path| majors(path)).collect();
            Rc::new(Bases { paths, majors })
        };
        Rc::clone(self.0.entry(operation.servers.as_ptr()).or_insert_with(read))
    }
}

/// A full path taken apart at its version.
#[derive(Debug)]
struct Versioned {
    number: u32,
    rest: Rc<str>,
}

/// A base path and a template with one slash between segments and blanked parameters.
fn joined(base: &str, path: &str) -> String {
    let mut full = String::new();
    for segment in base.split('/').chain(path.split('/')).filter(|segment| !segment.is_empty()) {
        full.push('/');
        Segment::blank_parameters(segment, &mut full);
    }
    full
}

/// The major of a full path and the path without it; nothing unless exactly one segment is a major.
fn split_major(path: &str) -> Option<(u32, String)> {
    let mut found = None;
    for (at, segment) in path.split('/').enumerate() {
        if let Some(number) = major(segment) {
            if found.is_some() {
                return None;
            }
            found = Some((at, number));
        }
    }
    let (at, number) = found?;
    let rest: Vec<&str> =
        path.split('/').enumerate().map(|(own, text)| if own == at { "\u{0}" } else { text }).collect();
    Some((number, rest.join("/")))
}

/// For each operation the newest one of which it is an older version (`version_pair`), in the order of
/// [`Api::operations`].
pub fn newer_versions(api: &Api<'_>) -> Vec<Option<OperationId>> {
    let mut full_paths = FullPaths::default();
    if !full_paths.have_several_majors(api) {
        return vec![None; api.operations.len()];
    }
    let mut newest: HashMap<(&str, Rc<str>), (u32, OperationId)> = HashMap::new();
    let mut own: Vec<Rc<[Versioned]>> = Vec::with_capacity(api.operations.len());
    let mut before: Option<&Operation<'_>> = None;
    for operation in &api.operations {
        // The operations of a path follow one another, and mostly have the same servers.
        let same = before.is_some_and(|before| {
            before.path == operation.path && std::ptr::eq(before.servers.as_ptr(), operation.servers.as_ptr())
        });
        let versioned = own.last().filter(|_| same).cloned().unwrap_or_else(|| full_paths.versioned(api, operation));
        for Versioned { number, rest } in &*versioned {
            let known = newest.entry((operation.method.as_str(), Rc::clone(rest))).or_insert((*number, operation.id));
            if *number > known.0 {
                *known = (*number, operation.id);
            }
        }
        own.push(versioned);
        before = Some(operation);
    }
    let newer = |(operation, versioned): (&Operation<'_>, Rc<[Versioned]>)| {
        let pairs = versioned.iter().filter_map(|Versioned { number, rest }| {
            let (other, id) = *newest.get(&(operation.method.as_str(), Rc::clone(rest)))?;
            (other > *number && id != operation.id).then_some((other, id))
        });
        pairs.max_by_key(|(number, id)| (*number, std::cmp::Reverse(*id))).map(|(_, id)| id)
    };
    api.operations.iter().zip(own).map(newer).collect()
}

fn majors(path: &str) -> impl Iterator<Item = u32> {
    path.split('/').filter_map(major)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::path::PathBuf;

    use apiward_syntax::Limits;

    use super::*;
    use crate::files::{Files, Loader};

    #[test]
    fn versions_stand_in_paths_and_names() {
        for path in ["/v1/a", "/api/{version}/a", "/a/v{v}", "/rest/api/{apiVersion}", "/a/2024-01-31"] {
            assert!(has_version_segment(path), "{path}");
        }
        for path in ["/a/{version}", "/vx/a", "/versions", "/"] {
            assert!(!has_version_segment(path), "{path}");
        }
        for name in ["orders.v2.created", "OrderV2", "vnd.parcels.v1beta1", "events-2024-01-31", "urn:x:v3"] {
            assert!(has_version_in_name(name), "{name}");
        }
        for name in ["orders", "ipv4x", "order2", "vendor", "20240131"] {
            assert!(!has_version_in_name(name), "{name}");
        }
    }

    fn pairs(text: &str) -> Vec<Option<usize>> {
        let name = PathBuf::from("a.yaml");
        let loader = Loader::memory([(name.clone(), text.into())], Limits::default());
        let files = Files::load(loader.load(&name).unwrap(), &loader);
        let api = Api::read(&files, 0).unwrap();
        newer_versions(&api).into_iter().map(|id| id.map(OperationId::index)).collect()
    }

    #[test]
    fn older_versions_know_the_newest() {
        let text = "openapi: 3.0.3\npaths: {'/v1/a/{id}': {get: {}, put: {}}, '/v2/a/{key}': {get: {}}, '/v3/a/{x}': \
                    {get: {}}, '/v2beta/a/{id}': {get: {}}, /v1/v2/a: {get: {}}, /v2/v2/a: {get: {}}}\n";
        assert_eq!(pairs(text), [Some(3), None, Some(3), None, None, None, None]);
    }

    #[test]
    fn servers_hold_versions_too() {
        let text = "openapi: 3.0.3\nservers: [{url: 'https://a.io/v2'}]\npaths: {/a: {get: {}}, /b: {get: {}, \
                    servers: [{url: 'https://a.io/v1'}]}, /c: {servers: [{url: /v1/b}], get: {}}}\n";
        assert_eq!(pairs(text), [None, None, None]);
        let text = "openapi: 3.0.3\npaths: {/a: {get: {servers: [{url: /v1}]}}, /v2/a: {get: {servers: [{url: /}]}}}\n";
        assert_eq!(pairs(text), [Some(1), None]);
    }
}
