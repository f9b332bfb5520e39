//! What the lints of one run share: worked out once, on first use.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::{Arc, OnceLock};

use apiward_model::predicate::{Signs, newer_versions, resource_key};
use apiward_model::{
    Api, FileId, ListId, Member, Node, Operation, OperationId, ParameterId, Place, SchemeId, ServerId, jwt,
};
use apiward_syntax::Fragment;
use foldhash::{HashMap, HashMapExt};
use smallvec::SmallVec;

use crate::framework::engine::PublicRules;
use crate::framework::fix::fragment;
use crate::framework::lists::{Naming, NamingIndex};
use crate::framework::operations::Operations;
use crate::framework::uses::{Parameters, UseAt, uses};

/// The operations of one resource, seldom more than these.
pub(crate) type Resource = SmallVec<[OperationId; 4]>;

/// Facts about one API that several lints ask for.
pub(crate) struct Shared<'r, 'a> {
    pub(crate) api: &'r Api<'a>,
    public: &'r PublicRules,
    texts: OnceLock<Vec<Place>>,
    signs: OnceLock<Vec<Signs<'a>>>,
    acceptors: OnceLock<OperationIndex<SchemeId>>,
    naming: OnceLock<NamingIndex>,
    in_vain: OnceLock<OperationIndex<Place>>,
    users: OnceLock<OperationIndex<ServerId>>,
    takers: OnceLock<OperationIndex<ParameterId>>,
    bound: OnceLock<[OperationIndex<Place>; 2]>,
    places: OnceLock<HashMap<Place, Vec<OperationId>>>,
    newer_versions: OnceLock<Vec<Option<OperationId>>>,
    resources: OnceLock<Vec<Resource>>,
    usual: OnceLock<Option<Fragment>>,
    tokens: OnceLock<Vec<Node<'a>>>,
    parameters: OnceLock<Parameters<'r, 'a>>,
    uses: OnceLock<Vec<UseAt>>,
}

impl<'r, 'a> Shared<'r, 'a> {
    pub(crate) fn new(api: &'r Api<'a>, public: &'r PublicRules) -> Self {
        Self {
            api,
            public,
            texts: OnceLock::new(),
            signs: OnceLock::new(),
            acceptors: OnceLock::new(),
            naming: OnceLock::new(),
            in_vain: OnceLock::new(),
            users: OnceLock::new(),
            takers: OnceLock::new(),
            bound: OnceLock::new(),
            places: OnceLock::new(),
            newer_versions: OnceLock::new(),
            resources: OnceLock::new(),
            usual: OnceLock::new(),
            tokens: OnceLock::new(),
            parameters: OnceLock::new(),
            uses: OnceLock::new(),
        }
    }

    /// Works everything out that is worked out on first use, so that no lint is charged for what others use as well.
    pub(crate) fn work_out(&self) {
        self.texts();
        self.signs();
        self.acceptors();
        self.naming_index();
        self.in_vain();
        self.users();
        self.takers();
        self.bound();
        self.places();
        self.newer_versions();
        self.resources();
        self.usual_requirement();
        self.tokens();
        self.parameters();
        self.uses();
    }

    /// The operations of each resource, in the order in which the resources begin.
    pub(crate) fn resources(&self) -> &[Resource] {
        self.resources.get_or_init(|| {
            let mut resources: Vec<Resource> = Vec::new();
            let mut known = HashMap::new();
            for operation in &self.api.operations {
                let at = *known.entry(resource_key(operation.path)).or_insert(resources.len());
                if at == resources.len() {
                    resources.push(Resource::new());
                }
                resources[at].push(operation.id);
            }
            resources
        })
    }

    /// The requirement that more than half of the guarded operations share.
    pub(crate) fn usual_requirement(&self) -> Option<&Fragment> {
        let usual = || {
            let mut counts: HashMap<ListId, (usize, &Operation<'a>)> = HashMap::new();
            for operation in self.api.operations.iter().filter(|operation| !operation.security.is_anonymous()) {
                counts.entry(requirement_list(operation)).or_insert((0, operation)).0 += 1;
            }
            let mut by_text: BTreeMap<String, (usize, Fragment)> = BTreeMap::new();
            for (count, operation) in counts.into_values() {
                let list = operation.security.node.and_then(|list| fragment(list, REQUIREMENT_DEPTH));
                let list = list.unwrap_or(Fragment::List(Vec::new()));
                by_text.entry(format!("{list:?}")).or_insert((0, list)).0 += count;
            }
            let all: usize = by_text.values().map(|(count, _)| count).sum();
            let most = by_text.into_values().find(|(count, _)| count * 2 > all)?.1;
            (most != Fragment::List(Vec::new())).then_some(most)
        };
        self.usual.get_or_init(|| usual().filter(|_| !self.api.spec.format.is_async())).as_ref()
    }

    /// For each operation the newest version of it, where that is another one.
    pub(crate) fn newer_versions(&self) -> &[Option<OperationId>] {
        self.newer_versions.get_or_init(|| newer_versions(self.api))
    }

    /// Where the texts of the description stand (`description`, `summary`, `title`), in file and document order.
    pub(crate) fn texts(&self) -> &[Place] {
        self.texts.get_or_init(|| texts(self.api))
    }

    /// The strings that hold JSON Web Tokens, and few others.
    pub(crate) fn tokens(&self) -> &[Node<'a>] {
        self.tokens.get_or_init(|| strings_of(self.api, jwt::suspects).collect())
    }

    /// The parameters by their schemas.
    pub(crate) fn parameters(&self) -> &Parameters<'r, 'a> {
        self.parameters.get_or_init(|| Parameters::new(self.api))
    }

    /// The schemas that callers fill in, at their use.
    pub(crate) fn uses(&self) -> &[UseAt] {
        self.uses.get_or_init(|| uses(self.api))
    }

    pub(crate) fn signs(&self) -> &[Signs<'a>] {
        self.signs.get_or_init(|| {
            let mut signs = Signs::of(self.api);
            if !self.public.is_empty() {
                for (signs, operation) in signs.iter_mut().zip(&self.api.operations) {
                    signs.declared = signs.declared.take().or_else(|| self.public.of(operation));
                }
            }
            signs
        })
    }

    /// The operations at a place: several when path items share it.
    pub(crate) fn operations_at(&self, place: Place) -> &[OperationId] {
        self.places().get(&place).map(Vec::as_slice).unwrap_or_default()
    }

    fn places(&self) -> &HashMap<Place, Vec<OperationId>> {
        self.places.get_or_init(|| {
            let mut places: HashMap<Place, Vec<OperationId>> = HashMap::new();
            for operation in &self.api.operations {
                places.entry(operation.node.place()).or_default().push(operation.id);
            }
            places
        })
    }

    /// Which operations accept which schemes.
    pub(crate) fn acceptors(&self) -> &OperationIndex<SchemeId> {
        self.acceptors.get_or_init(|| {
            OperationIndex::new(self.api, requirement_list, |operation, schemes| {
                // Who names a component that is a `$ref` accepts the scheme that it leads to as well.
                let named = members(operation).filter_map(|member| member.scheme);
                schemes.extend(named.flat_map(|id| [id, self.api.scheme(id).definition]));
            })
        })
    }

    /// The lists that name a scheme, given by its definition, each with its operations.
    pub(crate) fn naming(&self, scheme: SchemeId) -> impl Iterator<Item = Naming<'_, 'a>> {
        self.naming_index().of(self.api, &self.acceptors().groups, scheme)
    }

    fn naming_index(&self) -> &NamingIndex {
        self.naming.get_or_init(|| NamingIndex::new(self.api, &self.acceptors().groups))
    }

    /// Which operations ask for what names no known scheme, by the place of the requirement's member.
    pub(crate) fn in_vain(&self) -> &OperationIndex<Place> {
        self.in_vain.get_or_init(|| {
            OperationIndex::new(self.api, requirement_list, |operation, places| {
                let unknown = members(operation).filter(|member| member.scheme.is_none());
                places.extend(unknown.map(|member| member.node.place()));
            })
        })
    }

    /// Which operations take a parameter; the fields of a form count.
    pub(crate) fn takers(&self) -> &OperationIndex<ParameterId> {
        self.takers.get_or_init(|| {
            let own = |operation: &Operation<'_>| operation.id;
            OperationIndex::new(self.api, own, |operation, parameters| {
                parameters.extend(&operation.parameters);
                parameters.extend(operation.body.iter().flat_map(|id| &self.api.body(*id).fields));
            })
        })
    }

    /// For which operations a written requirement list is in effect, by the place of the list: as their own or the
    /// root's, and as that of a server.
    pub(crate) fn bound(&self) -> &[OperationIndex<Place>; 2] {
        self.bound.get_or_init(|| {
            let written = OperationIndex::new(self.api, requirement_list, |operation, places| {
                places.extend(operation.security.node.map(Node::place));
            });
            let of_servers = OperationIndex::new(self.api, server_list, |operation, places| {
                let servers = operation.servers.iter().map(|id| self.api.server(*id));
                places.extend(servers.filter_map(|server| Some(server.security.as_ref()?.node.place())));
            });
            [written, of_servers]
        })
    }

    /// For which operations a server is effective.
    pub(crate) fn users(&self) -> &OperationIndex<ServerId> {
        self.users.get_or_init(|| {
            OperationIndex::new(self.api, server_list, |operation, servers| servers.extend(&*operation.servers))
        })
    }
}

/// A list of mappings of lists of scopes.
const REQUIREMENT_DEPTH: usize = 4;

fn requirement_list(operation: &Operation<'_>) -> ListId {
    operation.security.alternatives.id()
}

fn server_list(operation: &Operation<'_>) -> *const () {
    Arc::as_ptr(&operation.servers).cast()
}

fn members<'r, 'a>(operation: &'r Operation<'a>) -> impl Iterator<Item = &'r Member<'a>> {
    operation.security.alternatives.iter().flat_map(|alternative| &alternative.members)
}

/// Which operations name an element. Operations that share one list stand together, so that the list is read once.
pub(crate) struct OperationIndex<K> {
    groups: Vec<Arc<[OperationId]>>,
    by_key: HashMap<K, Vec<usize>>,
}

impl<K: Copy + Eq + Hash> OperationIndex<K> {
    /// `list` tells the lists of operations apart, `keys` reads one.
    fn new<'a, L: Eq + Hash>(
        api: &Api<'a>,
        list: impl Fn(&Operation<'a>) -> L,
        keys: impl Fn(&Operation<'a>, &mut Vec<K>),
    ) -> Self {
        let mut groups: Vec<Vec<OperationId>> = Vec::new();
        let mut by_key: HashMap<K, Vec<usize>> = HashMap::new();
        let mut known = HashMap::new();
        let mut named = Vec::new();
        for operation in &api.operations {
            let group = *known.entry(list(operation)).or_insert_with(|| {
                keys(operation, &mut named);
                for key in named.drain(..) {
                    let of_key = by_key.entry(key).or_default();
                    if of_key.last() != Some(&groups.len()) {
                        of_key.push(groups.len());
                    }
                }
                groups.push(Vec::new());
                groups.len() - 1
            });
            groups[group].push(operation.id);
        }
        Self { groups: groups.into_iter().map(Arc::from).collect(), by_key }
    }

    /// One operation of each group.
    pub(crate) fn representatives(&self) -> impl Iterator<Item = OperationId> {
        self.groups.iter().filter_map(|group| group.first().copied())
    }

    /// The operations that name one of the elements.
    pub(crate) fn of(&self, keys: impl IntoIterator<Item = K>) -> Operations {
        let mut groups: Vec<usize> =
            keys.into_iter().filter_map(|key| self.by_key.get(&key)).flatten().copied().collect();
        groups.sort_unstable();
        groups.dedup();
        Operations::shared(groups.into_iter().map(|group| Arc::clone(&self.groups[group])))
    }
}

/// What a search finds in the documents that belong to the description, in file and document order.
pub(crate) fn strings_of<'r, 'a>(
    api: &'r Api<'a>,
    search: impl Fn(apiward_syntax::Node<'a>) -> Vec<apiward_syntax::Node<'a>> + Copy + 'r,
) -> impl Iterator<Item = Node<'a>> + 'r {
    api.files.iter().flat_map(move |(file, content)| {
        let roots: Vec<_> = match file {
            // The root file may hold further documents of its stream.
            FileId::ROOT => vec![api.root.raw()],
            _ => content.tree.documents().collect(),
        };
        let found = roots.into_iter().flat_map(search);
        found.map(move |found| api.node(Place { file, node: found.id() }))
    })
}

/// The description's own texts. The root file is searched below the document, fragments as a whole.
fn texts(api: &Api<'_>) -> Vec<Place> {
    let mut found = Vec::new();
    for (id, file) in api.files.iter() {
        let symbols = ["description", "summary", "title"].map(|key| file.tree.symbol(key));
        let root = (id == FileId::ROOT).then(|| api.root.raw());
        let nodes = file.tree.nodes().filter(|node| {
            node.key_symbol().is_some_and(|symbol| symbols.contains(&Some(symbol)))
                && node.is_string()
                && root.is_none_or(|root| root.contains(node.id()))
        });
        for node in nodes {
            if apiward_model::is_field(file, node.id()) {
                found.push(Place { file: id, node: node.id() });
            }
        }
    }
    found
}
