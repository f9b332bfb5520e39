//! Which inputs an operation fetches, by its name, by theirs and by where they stand.

use apiward_model::lexicon::{Lexicon, Match, Tokens};
use apiward_model::predicate::{Fetching, fetching};
use apiward_model::{Api, Merged, Node, Operation, OperationId, Place};
use foldhash::{HashMap, HashMapExt};

use crate::framework::budget::Budget;
use crate::threat::ssrf_url_input::Input;

/// Words of which the name of a webhook's address consists; a hook has other URLs, such as that of its picture.
static OWN_ADDRESS: Lexicon = Lexicon::new(
    "words of the address of a webhook",
    Match::Word,
    &[
        "url",
        "uri",
        "endpoint",
        "target",
        "destination",
        "dest",
        "host",
        "address",
        "webhook",
        "hook",
        "callback",
        "notification",
    ],
);
/// Words in names of what is fetched, wherever it stands.
static OF_FETCHING: Lexicon =
    Lexicon::new("words of what is fetched", Match::Word, &["fetch", "source", "import", "remote"]);

/// Levels of properties that are looked at: `config.url` of a webhook is on the second.
const DEEPEST: usize = 2;

/// The operations that fetch something, with the levels at which properties stand in what they are sent.
pub(super) struct Fetched {
    by_operation: HashMap<OperationId, (Fetching, HashMap<Place, usize>)>,
}

impl Fetched {
    pub(super) fn by_operations(api: &Api<'_>) -> Self {
        let mut budget = Budget::of(api);
        let mut by_operation = HashMap::new();
        for operation in &api.operations {
            let Some(fetching) = fetching(api, operation) else { continue };
            let levels = if fetching == Fetching::Any { HashMap::new() } else { levels(api, operation, &mut budget) };
            by_operation.insert(operation.id, (fetching, levels));
        }
        Self { by_operation }
    }

    /// Whether the operation fetches what an input names. The name of a host alone is not what a webhook is called by.
    pub(super) fn by(&self, operation: OperationId, input: &Input<'_>, is_host_name: bool) -> bool {
        let Some((fetching, levels)) = self.by_operation.get(&operation) else { return false };
        let level = || if input.kind == "parameter" { Some(1) } else { levels.get(&input.place.place()).copied() };
        let name = Tokens::new(input.name);
        match fetching {
            Fetching::Any => true,
            Fetching::Top => level() == Some(1) || OF_FETCHING.matches_word(&name),
            Fetching::Hook => {
                !is_host_name
                    && level().is_some()
                    && name.iter().all(|word| OWN_ADDRESS.matches_word(&Tokens::new(word)))
            }
        }
    }
}

/// The properties of what an operation is sent, down to [`DEEPEST`], with their levels.
fn levels<'a>(api: &Api<'a>, operation: &Operation<'a>, budget: &mut Budget) -> HashMap<Place, usize> {
    let bodies = operation.body.iter().flat_map(|id| api.body(*id).media.iter().filter_map(|media| media.schema));
    let payloads = operation.messages().iter().filter_map(|id| api.message(*id).payload);
    let mut levels = HashMap::new();
    let mut waiting: Vec<(Node<'a>, usize)> = bodies.chain(payloads).map(|schema| (schema, 0)).collect();
    while let Some((schema, level)) = waiting.pop() {
        let merged = Merged::of(api, schema);
        let properties: Vec<Node<'a>> =
            merged.all("properties").flat_map(Node::entries).map(|(_, node)| node).collect();
        if !budget.spend(properties.len() + 1) {
            break;
        }
        waiting.extend(merged.branches().chain(merged.get("items")).map(|part| (part, level)));
        for property in properties {
            let known = levels.entry(property.place()).or_insert(usize::MAX);
            if level + 1 < *known {
                *known = level + 1;
                waiting.extend((level + 1 < DEEPEST).then_some((property, level + 1)));
            }
        }
    }
    levels
}
