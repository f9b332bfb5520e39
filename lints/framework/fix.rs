//! What would mend a finding.

use std::borrow::Cow;
use std::ops::Range;

use apiward_model::lexicon::Tokens;
use apiward_model::{Api, FileId, Format, Node, Operation};
use apiward_syntax::{Change, Fragment, Known};

use crate::framework::finding::Finding;

/// Changes that mend a finding together. Whether they may alter what the contract means is declared with the lint.
#[derive(Clone, Debug)]
pub struct Fix<'a> {
    /// What they do, as an order: lower case, no full stop.
    pub title: Cow<'static, str>,
    /// The changes, with the files that they are in.
    pub changes: Vec<(FileId, Change<'a>)>,
}

impl<'a> Fix<'a> {
    pub(crate) fn new(title: impl Into<Cow<'static, str>>) -> Self {
        Self { title: title.into(), changes: Vec::new() }
    }

    /// A keyword that is set to true.
    pub(crate) fn mark(node: Node<'a>, keyword: &str) -> Self {
        Self::new(format!("mark it `{keyword}`")).put(node, keyword, Fragment::Flag(true))
    }

    /// The changes of all findings; none where one has none, since what they say together would stay.
    pub(crate) fn united(findings: &[Finding<'a>]) -> Option<Self> {
        let mut fixes = findings.iter().map(|finding| finding.fix.as_deref());
        let mut all = fixes.next()??.clone();
        for fix in fixes {
            all.changes.extend(fix?.changes.iter().cloned());
        }
        Some(all)
    }

    fn change(mut self, node: Node<'a>, change: Change<'a>) -> Self {
        self.changes.push((node.file_id(), change));
        self
    }

    /// Another text for a scalar.
    #[must_use]
    pub(crate) fn text(self, node: Node<'a>, text: impl Into<String>) -> Self {
        self.change(node, Change::Text(node.raw(), text.into()))
    }

    /// Another text for a part of a scalar, in bytes of its text.
    #[must_use]
    pub(crate) fn part(self, node: Node<'a>, part: Range<usize>, text: impl Into<String>) -> Self {
        self.change(node, Change::Part(node.raw(), part, text.into()))
    }

    /// Another key for a member.
    #[must_use]
    pub(crate) fn rename(self, node: Node<'a>, key: impl Into<String>) -> Self {
        self.change(node, Change::Key(node.raw(), key.into()))
    }

    /// Another value.
    #[must_use]
    pub(crate) fn set(self, node: Node<'a>, value: Fragment) -> Self {
        self.change(node, Change::Value(node.raw(), value))
    }

    /// One member or item less.
    #[must_use]
    pub(crate) fn remove(self, node: Node<'a>) -> Self {
        self.change(node, Change::Remove(node.raw()))
    }

    /// One member of a mapping more.
    #[must_use]
    pub(crate) fn insert(self, into: Node<'a>, key: &str, value: Fragment) -> Self {
        self.change(into, Change::Insert(into.raw(), key.to_owned(), value))
    }

    /// A member of a mapping with this value, whether or not it has one.
    #[must_use]
    pub(crate) fn put(self, into: Node<'a>, key: &str, value: Fragment) -> Self {
        match into.get(key) {
            Some(member) => self.set(member, value),
            None => self.insert(into, key, value),
        }
    }
}

/// What stands where a credential stood.
pub(crate) const PLACEHOLDER: &str = "YOUR_TOKEN_HERE";

/// What adding [`Cx::usual_requirement`](crate::framework::lint::Cx::usual_requirement) does.
pub(crate) const USUAL: &str = "require what most operations require";

/// A placeholder in the place of each part of a string, in bytes of its text.
pub(crate) fn without(node: Node<'_>, parts: impl Iterator<Item = Range<usize>>) -> Fix<'_> {
    parts.fold(Fix::new("show a placeholder"), |fix, part| fix.part(node, part, PLACEHOLDER))
}

/// Where a shared response stands whose name says one of these, spaces and the like left out.
pub(crate) fn shared_response(api: &Api<'_>, names: &[&str]) -> Option<String> {
    let (map, pointer) = match api.spec.format {
        Format::OpenApi2 => (api.root.get(Known::Responses)?, "#/responses/"),
        _ => (api.root.get("components")?.get(Known::Responses)?, "#/components/responses/"),
    };
    let is_meant = |name: &str| {
        let name = Tokens::new(name);
        let glued = name.glued();
        let glued = ["response", "error"].iter().fold(glued, |glued, end| glued.strip_suffix(end).unwrap_or(glued));
        names.contains(&glued)
    };
    map.entries().find(|(name, _)| is_meant(name)).map(|(name, _)| format!("{pointer}{}", escaped(name)))
}

/// RFC 6901 section 3.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// An operation's answer with a shared response; none where there is no such response, or the operation stands elsewhere.
pub(crate) fn answering<'a>(
    fix: Fix<'a>,
    operation: &Operation<'a>,
    code: &str,
    shared: Option<&str>,
) -> Option<Fix<'a>> {
    let responses =
        operation.node.get(Known::Responses).filter(|map| map.file_id() == FileId::ROOT && map.is_mapping())?;
    Some(fix.insert(responses, code, Fragment::member("$ref", Fragment::text(shared?))))
}

/// A node's value, to be written elsewhere; none of what aliases share, or of what is no list, mapping or plain value.
pub(crate) fn fragment(node: Node<'_>, depth: usize) -> Option<Fragment> {
    let raw = node.raw();
    if depth == 0 || raw.is_alias() {
        return None;
    }
    if raw.is_mapping() {
        let member = |(key, value): (&str, Node<'_>)| Some((key.to_owned(), fragment(value, depth - 1)?));
        return node.entries().map(member).collect::<Option<_>>().map(Fragment::Map);
    }
    if raw.is_sequence() {
        return node.items().map(|item| fragment(item, depth - 1)).collect::<Option<_>>().map(Fragment::List);
    }
    match raw.as_bool() {
        Some(flag) => Some(Fragment::Flag(flag)),
        None => raw.as_str().map(Fragment::text),
    }
}
