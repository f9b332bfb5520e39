//! What the names of properties say, found out once for each different name.

use apiward_model::lexicon::Tokens;
use apiward_model::{Api, Node, Place, Schema};
use foldhash::{HashMap, HashMapExt, HashSet};

/// Bytes of a name that is worth a look.
const LONGEST: usize = 80;

/// The names of a document that say something.
pub(super) struct Names<'a, T> {
    plain: HashMap<&'a str, T>,
    /// What they say as names of headers, without a leading `x`.
    of_headers: HashMap<&'a str, T>,
    /// The schemas of AsyncAPI message headers.
    header_schemas: HashSet<Place>,
}

impl<'a, T: Copy> Names<'a, T> {
    pub(super) fn new(api: &Api<'a>, read: impl Fn(&Tokens<'_>) -> Option<T>) -> Self {
        let headers = api.messages.iter().filter_map(|message| message.headers?.target_or_none());
        let mut names = Self {
            plain: HashMap::new(),
            of_headers: HashMap::new(),
            header_schemas: headers.map(Node::place).collect(),
        };
        for name in api.schemas.property_names() {
            if name.len() > LONGEST {
                continue;
            }
            if let Some(meaning) = read(&Tokens::new(name)) {
                names.plain.insert(name, meaning);
            }
            if !names.header_schemas.is_empty()
                && let Some(meaning) = read(&Tokens::header(name))
            {
                names.of_headers.insert(name, meaning);
            }
        }
        names
    }

    pub(super) fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.of_headers.is_empty()
    }

    /// What the name of a property says.
    pub(super) fn of(&self, schema: &Schema<'a>) -> Option<T> {
        let name = schema.property_name()?;
        let holder = || schema.siblings().and_then(Node::parent).map(Node::place);
        if !self.header_schemas.is_empty() && holder().is_some_and(|holder| self.header_schemas.contains(&holder)) {
            return self.of_headers.get(name).copied();
        }
        self.plain.get(name).copied()
    }
}
