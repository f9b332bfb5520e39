//! Servers: where an API is reached, over which transport.

use apiward_syntax::Kind;
use foldhash::{HashSet, HashSetExt};

use crate::api::{ServerId, Text};
use crate::node::Node;
use crate::security::RequirementList;

/// Whose list a server stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerScope {
    /// The root's.
    Root,
    /// A path item's.
    PathItem,
    /// An operation's.
    Operation,
}

/// One server.
#[derive(Debug)]
pub struct Server<'a> {
    /// Its place in [`crate::Api::servers`].
    pub id: ServerId,
    /// The Server Object after `$ref`; OpenAPI 2: the item of `schemes`.
    pub node: Node<'a>,
    /// Whose list it stands in.
    pub scope: ServerScope,
    /// The URL, variables not expanded. OpenAPI 2: scheme, host and base path put together; AsyncAPI 3: host and
    /// path name.
    pub url: Text<'a>,
    /// The node that holds the URL (AsyncAPI 3: the host); none when it is missing, and in OpenAPI 2.
    pub url_node: Option<Node<'a>>,
    /// The protocol and its node (AsyncAPI).
    pub protocol: Option<(&'a str, Node<'a>)>,
    /// The `variables` map.
    pub variables: Option<Node<'a>>,
    /// What clients need to connect (AsyncAPI).
    pub security: Option<RequirementList<'a>>,
    /// True when it is effective for an operation; in a document without operations, for root servers
    /// (`used_server` of the catalogue). AsyncAPI: always.
    pub used: bool,
}

/// Expansions of a URL at most.
const EXPANSIONS: usize = 64;
/// Variables of a URL that are expanded; further ones stay as they are written.
const EXPANDED_VARIABLES: usize = 32;

impl<'a> Server<'a> {
    /// A variable's object by name.
    pub fn variable(&self, name: &str) -> Option<Node<'a>> {
        self.variables.and_then(|map| map.get(name)).and_then(Node::target_or_none)
    }

    /// The values a variable can take: its enumeration, else its default, as text.
    pub fn variable_values(&self, name: &str) -> Vec<&'a str> {
        let Some(variable) = self.variable(name) else { return Vec::new() };
        let listed: Vec<&str> = variable.get("enum").into_iter().flat_map(Node::items).filter_map(scalar).collect();
        if listed.is_empty() { variable.get("default").and_then(scalar).into_iter().collect() } else { listed }
    }

    /// The name of the variable that stands for the URL's scheme: `protocol` in `{protocol}://host`.
    pub fn scheme_variable(&self) -> Option<&str> {
        let (name, rest) = self.url.strip_prefix('{')?.split_once('}')?;
        rest.starts_with("://").then_some(name)
    }

    /// The URL with every combination of its variables' values, 64 at most, in document order. An undeclared
    /// variable stays as it is written.
    pub fn expansions(&self) -> Vec<String> {
        expand(&self.url, |name| self.variable_values(name))
    }
}

fn scalar(node: Node<'_>) -> Option<&str> {
    (!matches!(node.kind(), Kind::Mapping | Kind::Sequence | Kind::Null)).then(|| node.text())
}

fn expand<'a>(template: &str, values: impl Fn(&str) -> Vec<&'a str>) -> Vec<String> {
    let mut urls = vec![String::new()];
    let mut rest = template;
    let mut undeclared = HashSet::new();
    for _ in 0..EXPANDED_VARIABLES {
        let Some(open) = rest.find('{') else { break };
        let Some(close) = rest[open..].find('}').map(|at| open + at) else { break };
        let name = &rest[open + 1..close];
        let choices = if undeclared.contains(name) { Vec::new() } else { values(name) };
        if choices.is_empty() {
            undeclared.insert(name);
        }
        let literal = &rest[..open];
        let written = &rest[open..=close];
        let choices = if choices.is_empty() { vec![written] } else { choices };
        let room = (EXPANSIONS / urls.len()).max(1);
        urls = urls
            .iter()
            .flat_map(|url| choices.iter().take(room).map(move |choice| format!("{url}{literal}{choice}")))
            .collect();
        rest = &rest[close + 1..];
    }
    for url in &mut urls {
        url.push_str(rest);
    }
    urls
}

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn variables_expand_in_document_order() {
        let urls = expand("{p}://{h}/x/{u}", |name| match name {
            "p" => vec!["https", "http"],
            "h" => vec!["a", "b"],
            _ => vec![],
        });
        assert_eq!(urls, ["https://a/x/{u}", "https://b/x/{u}", "http://a/x/{u}", "http://b/x/{u}"]);
    }

    #[test]
    fn expansion_is_bounded() {
        let many: Vec<&str> = std::iter::repeat_n("v", 50).collect();
        assert!(expand("{a}{b}{c}{d}", |_| many.clone()).len() <= 64);
    }
}
