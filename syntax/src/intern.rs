//! Key texts, each stored once.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::tree::Text;

/// A key text of one tree; equal texts of one tree have equal symbols. Symbols of different trees do not compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(pub(crate) u32);

impl Symbol {
    /// The symbol of nodes that have no key.
    pub(crate) const NONE: Self = Self(u32::MAX);

    /// One of 32 bits: a mapping that lacks the bits of a key lacks the key.
    pub(crate) const fn bit(self) -> u32 {
        1 << (self.0 % u32::BITS)
    }

    /// Position of the symbol among its tree's symbols, from 0.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The keys of one tree. Their text lies in the tree's source or side buffer, which each call is given.
#[derive(Default)]
pub(crate) struct Interner {
    table: HashTable<u32>,
    texts: Vec<Text>,
    beginnings: Beginnings,
    /// Seeded at random, so that a document cannot be written to make keys collide.
    hasher: RandomState,
}

/// For each first byte the lengths of keys, both modulo 32: most keys that are asked for stand nowhere in a tree, and are
/// not worth a hash.
#[derive(Default)]
struct Beginnings([u32; 32]);

impl Beginnings {
    fn place(key: &str) -> (usize, u32) {
        let first = key.as_bytes().first().copied().unwrap_or_default();
        (usize::from(first % 32), 1 << (key.len() % 32))
    }

    fn add(&mut self, key: &str) {
        let (at, length) = Self::place(key);
        self.0[at] |= length;
    }

    fn may_hold(&self, key: &str) -> bool {
        let (at, length) = Self::place(key);
        self.0[at] & length != 0
    }
}

fn read<'a>(text: Text, source: &'a str, cooked: &'a str) -> &'a str {
    let buffer = if text.cooked { cooked } else { source };
    let start = text.start as usize;
    buffer.get(start..start + text.len as usize).unwrap_or_default()
}

/// True when the text is the key. Bytes are compared, since a slice of text would be checked for whole characters.
fn is(text: Text, key: &str, source: &str, cooked: &str) -> bool {
    let buffer = if text.cooked { cooked } else { source };
    let start = text.start as usize;
    text.len as usize == key.len() && buffer.as_bytes().get(start..start + key.len()) == Some(key.as_bytes())
}

impl Interner {
    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(crate) fn text(&self, symbol: Symbol) -> Text {
        self.texts.get(symbol.index()).copied().unwrap_or_default()
    }

    pub(crate) fn find(&self, key: &str, source: &str, cooked: &str) -> Option<Symbol> {
        if !self.beginnings.may_hold(key) {
            return None;
        }
        let hash = self.hasher.hash_one(key);
        let same = |&at: &u32| is(self.texts[at as usize], key, source, cooked);
        self.table.find(hash, same).map(|&at| Symbol(at))
    }

    /// The symbol of a text that lies in `source` or `cooked`.
    pub(crate) fn intern(&mut self, text: Text, source: &str, cooked: &str) -> Symbol {
        let Self { table, texts, beginnings, hasher } = self;
        let key = read(text, source, cooked);
        let hash = hasher.hash_one(key);
        let same = |&at: &u32| is(texts[at as usize], key, source, cooked);
        if let Some(&at) = table.find(hash, same) {
            return Symbol(at);
        }
        let at = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        texts.push(text);
        beginnings.add(key);
        let rehash = |&at: &u32| hasher.hash_one(read(texts[at as usize], source, cooked));
        table.insert_unique(hash, at, rehash);
        Symbol(at)
    }
}
