//! What the names of properties say, found out once for each different name.

use apiward_model::lexicon::{Lexicon, Match, Tokens};
use apiward_model::words::{NEGATIVE_PREFIXES, SECRET_RESPONSE_NAMES, SECRET_RESPONSE_NAMES_WEAK};
use apiward_model::{Api, Node, Place, Schema};
use foldhash::{HashMap, HashMapExt, HashSet};

/// Names that end so are the secret of something: `ssh_private_key`.
static SECRET_ENDINGS: Lexicon = Lexicon::new("endings of secrets", Match::Last, &["private_key", "client_secret"]);

/// The same, where products as often hand it out for a reason.
static SECRET_ENDINGS_WEAK: Lexicon = Lexicon::new("weak endings of secrets", Match::Last, &["bearer_token"]);

/// Words of longer names that say that the secret itself is not shown.
const HIDDEN: [&str; 8] = ["encrypted", "masked", "hashed", "redacted", "wrapped", "sealed", "obfuscated", "truncated"];

/// How plainly the name of a property is that of a secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tier {
    /// It must not be in any answer, but where it is issued.
    Never,
    /// There are products for which it is right.
    Sometimes,
}

/// What the name of a property says by the word lists, or by what it ends in.
pub(super) fn secret_tier(name: &Tokens<'_>) -> Option<Tier> {
    let ends_in = |list: &Lexicon| {
        let speaks_of_it = || NEGATIVE_PREFIXES.matches(name) || name.iter().any(|word| HIDDEN.contains(&word));
        list.matches(name) && !speaks_of_it()
    };
    // Whether the whole name is one is for the list to say, which users can change.
    let longer = || ends_in(&SECRET_ENDINGS) && !SECRET_ENDINGS.matches_name(name);
    if SECRET_RESPONSE_NAMES.matches(name) || longer() {
        return Some(Tier::Never);
    }
    (SECRET_RESPONSE_NAMES_WEAK.matches(name) || ends_in(&SECRET_ENDINGS_WEAK)).then_some(Tier::Sometimes)
}

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
