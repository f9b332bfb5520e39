//! JSON Pointers (RFC 6901): the name of a node within its document, and the way back.

use std::borrow::Cow;

use crate::tree::{Kind, Node};

impl Node<'_> {
    /// The JSON Pointer from the document's root to the node as it is written: aliases on the way are not followed.
    /// Equal keys of one mapping give equal pointers.
    pub fn pointer(self) -> String {
        let mut path = Vec::new();
        let mut node = self;
        while let Some(parent) = node.parent() {
            path.push(node);
            node = parent;
        }
        let mut pointer = String::new();
        for node in path.into_iter().rev() {
            pointer.push('/');
            match node.key() {
                Some(key) => push_escaped(&mut pointer, key),
                None => pointer.push_str(&node.number().to_string()),
            }
        }
        pointer
    }

    /// The node that a JSON Pointer names, seen from this node; `""` is the node itself. Aliases and merge keys are
    /// followed; of equal keys the last counts.
    pub fn at_pointer(self, pointer: &str) -> Option<Self> {
        if pointer.is_empty() {
            return Some(self);
        }
        pointer.strip_prefix('/')?.split('/').try_fold(self, |node, token| match node.kind() {
            Kind::Mapping => node.get(&*unescape(token)?),
            Kind::Sequence => node.item(array_index(token)?),
            _ => None,
        })
    }
}

fn push_escaped(pointer: &mut String, key: &str) {
    for character in key.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// The key that a token stands for; none when a `~` is not followed by 0 or 1.
fn unescape(token: &str) -> Option<Cow<'_, str>> {
    if !token.contains('~') {
        return Some(Cow::Borrowed(token));
    }
    let mut parts = token.split('~');
    let mut key = parts.next()?.to_owned();
    for part in parts {
        key.push(match part.as_bytes().first()? {
            b'0' => '~',
            b'1' => '/',
            _ => return None,
        });
        key.push_str(&part[1..]);
    }
    Some(Cow::Owned(key))
}

/// A decimal number without leading zeros (RFC 6901 section 4).
fn array_index(token: &str) -> Option<usize> {
    let canonical = token == "0" || token.bytes().next().is_some_and(|first| (b'1'..=b'9').contains(&first));
    if canonical && token.bytes().all(|byte| byte.is_ascii_digit()) { token.parse().ok() } else { None }
}
