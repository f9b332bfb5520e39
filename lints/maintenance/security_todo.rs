//! `maintenance/security-todo`

use std::cell::OnceCell;
use std::sync::Arc;

use apiward_model::lexicon::{Lexicon, Match, Tokens, WordSet};
use apiward_model::predicate::PathShape;
use apiward_model::words::{TODO_MARKERS, TODO_SECURITY_WORDS, UNFINISHED_PHRASES};
use apiward_model::{Api, FileId, Node, Place, phrase};
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::pattern::compiled;
use crate::framework::text::quoted;

declare_lint! {
    id: "maintenance/security-todo",
    title: "Description admits an unfinished security measure",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: High,
    formats: ALL_FORMATS,
    owasp: ["API8:2023", "API9:2023"],
    cwe: ["CWE-1059"],
    practices: [Maintenance, Documentation],
    references: [
        "OWASP API8:2023 Security Misconfiguration" => "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
        "OWASP API9:2023 Improper Inventory Management" => "https://owasp.org/API-Security/editions/2023/en/0xa9-improper-inventory-management/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document, Text],
    docs: include_str!("security_todo.md"),
    check: SecurityTodo,
    options: Options,
}

/// Options of `maintenance/security-todo`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Regular expressions for further marks of unfinished work.
    #[serde(deserialize_with = "crate::framework::pattern::patterns")]
    markers_extra: Vec<String>,
    /// Further words of security.
    words_extra: Vec<String>,
}

struct SecurityTodo {
    markers: Vec<Arc<Regex>>,
    words: WordSet,
    /// The API is about lists of things to do: looked up where `TODO` stands.
    about_todos: OnceCell<bool>,
}

impl From<Options> for SecurityTodo {
    fn from(options: Options) -> Self {
        let further = options.markers_extra.iter().map(String::as_str);
        let markers = TODO_MARKERS.entries().iter().copied().chain(further).filter_map(compiled).collect();
        Self { markers, words: WordSet::new(&options.words_extra, true), about_todos: OnceCell::new() }
    }
}

/// Bytes that may stand between a mark and a word of security.
const REACH: usize = 80;

impl<'a> Check<'a> for SecurityTodo {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        for text in comments(cx.api) {
            self.text(cx, text);
        }
    }

    fn text(&mut self, cx: &mut Cx<'_, 'a>, text: Node<'a>) {
        let Some(hit) = self.hit(cx.api, text.text()) else { return };
        let message = format!("the description admits unfinished security: {}", quoted(&hit));
        let help =
            "finish it, or move the remark to where the team tracks its work: readers learn here what is not protected";
        cx.report(cx.finding(text, message).at_key(text).help(help).operations(cx.reaching(text)));
    }
}

impl SecurityTodo {
    /// The rest of the sentence from the mark on, or the phrase.
    fn hit(&self, api: &Api<'_>, text: &str) -> Option<String> {
        let marked = self.markers.iter().any(|marker| marker.is_match(text));
        let by_mark = || phrase::paragraphs(text).iter().find_map(|paragraph| self.marked(api, paragraph));
        let phrases =
            || phrase::find_phrase(text, &UNFINISHED_PHRASES).into_iter().next().map(|found| found.phrase.to_owned());
        if marked { by_mark().or_else(phrases) } else { phrases() }
    }

    fn marked(&self, api: &Api<'_>, paragraph: &str) -> Option<String> {
        for marker in &self.markers {
            for found in marker.find_iter(paragraph) {
                if found.as_str() == "TODO" && *self.about_todos.get_or_init(|| is_about_todos(api)) {
                    continue;
                }
                let near = |part: &str| {
                    TODO_SECURITY_WORDS.matches_word(&Tokens::new(part)) || self.words.matches_word(&Tokens::new(part))
                };
                let behind = cut(&paragraph[found.end()..], REACH);
                let before = cut_start(&paragraph[..found.start()], REACH);
                if near(behind) || near(before) {
                    let end = phrase::surroundings(paragraph, &found.range()).sentence.end;
                    return paragraph.get(found.start()..end).map(|rest| rest.trim().to_owned());
                }
            }
        }
        None
    }
}

/// The first bytes of a text, up to the end of the word that begins among them.
fn cut(text: &str, most: usize) -> &str {
    let end =
        text.char_indices().map(|(at, _)| at).find(|at| *at >= most && !text[*at..].starts_with(char::is_alphanumeric));
    &text[..end.unwrap_or(text.len())]
}

/// The last bytes of a text, from the beginning of a word on. Looks at no more than these, however long the text is.
fn cut_start(text: &str, most: usize) -> &str {
    let mut from = text.len().saturating_sub(most);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let mut starts = text[from..].char_indices().map(|(at, _)| from + at);
    let start = starts.find(|at| !text[..*at].ends_with(char::is_alphanumeric));
    start.map_or("", |start| &text[start..])
}

/// The strings under `x-comment` and `x-todo`.
fn comments<'a>(api: &Api<'a>) -> Vec<Node<'a>> {
    let mut found = Vec::new();
    for (file, content) in api.files.iter() {
        let symbols = ["x-comment", "x-todo"].map(|key| content.tree.symbol(key));
        if symbols == [None, None] {
            continue;
        }
        let named = |node: &apiward_syntax::Node<'_>| {
            node.is_string() && node.key_symbol().is_some_and(|symbol| symbols.contains(&Some(symbol)))
        };
        let own = |node: &apiward_syntax::Node<'_>| file != FileId::ROOT || api.root.contains(node.id());
        let nodes = content
            .tree
            .nodes()
            .filter(named)
            .filter(own)
            .filter(|node| node.parent().is_some_and(|holder| !content.contexts().is_data(holder.id())));
        found.extend(nodes.map(|node| api.node(Place { file, node: node.id() })));
    }
    found
}

/// Whether a tag or path is about things to do.
fn is_about_todos(api: &Api<'_>) -> bool {
    static TODOS: Lexicon = Lexicon::new("todos", Match::Segment, &["todo", "todo_list", "todo_item"]).with_plurals();
    let tags = api.root.get("tags").into_iter().flat_map(Node::items).filter_map(|tag| tag.get_str("name"));
    let by_tag = tags
        .chain(api.operations.iter().flat_map(apiward_model::Operation::tags))
        .any(|tag| TODOS.matches_name(&Tokens::new(tag)));
    by_tag || api.operations.iter().any(|operation| PathShape::of_path(operation.path).holds(&TODOS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surroundings_begin_and_end_with_words() {
        assert_eq!((cut("one two three", 5), cut_start("one two three", 7)), ("one two", "three"));
        assert_eq!((cut("one", 5), cut_start("one", 5)), ("one", "one"));
        assert_eq!((cut("a ééé b", 3), cut_start("a ééé b", 3)), ("a ééé", "b"));
    }
}
