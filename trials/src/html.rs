//! The page about any text: its markup is the program's own.

use apiward::html::{SCRIPT, STYLE};
use apiward::render::{Format, Style, render};
use apiward_lints::framework::level::Profile;

use crate::memory::{checked, found, settings, two};

/// Elements that pages are made of.
const ELEMENTS: [&str; 58] = [
    "!DOCTYPE", "a", "article", "b", "body", "br", "button", "caption", "code", "dd", "details", "div", "dl", "dt",
    "fieldset", "footer", "h1", "h2", "h3", "h4", "head", "header", "html", "i", "input", "label", "legend", "li",
    "main", "mark", "meta", "nav", "ol", "option", "p", "pre", "script", "section", "select", "small", "span",
    "strong", "style", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "title", "tr",
    "ul", "var", "wbr",
];

/// Writes the page and looks at every tag in it.
pub(crate) fn run(bytes: &[u8]) {
    let (root, other) = two(bytes);
    let mut settings = settings(Profile::Strict);
    settings.inventory = true;
    let checked = checked(&found("api.yaml", root, Some(other)), &settings);
    let style = Style { color: false, unicode: true, width: 80, summary: true };
    let mut out = Vec::new();
    let written = render(Format::Html, &checked, style, &mut out);
    assert!(written.is_ok(), "{written:?}");
    let page = String::from_utf8(out).unwrap_or_else(|error| panic!("{error}"));
    hold(&page);
}

/// Panics when a page has other markup than its own.
pub(crate) fn hold(page: &str) {
    assert_eq!((page.matches(STYLE).count(), page.matches(SCRIPT).count()), (1, 1), "its own style and script");
    let page = page.replace(STYLE, "").replace(SCRIPT, "");
    for tag in page.split('<').skip(1) {
        let Some((tag, text)) = tag.split_once('>') else { panic!("an open tag: {tag}") };
        assert!(!text.contains('>'), "a sign of markup in {text}");
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap_or_default();
        assert!(ELEMENTS.contains(&name), "{tag}");
        // Quotes are in pairs, and between them no value ends early.
        let parts: Vec<&str> = tag.split('"').collect();
        assert!(parts.len() % 2 == 1, "{tag}");
        for names in parts.iter().step_by(2) {
            let of_events = names.split([' ', '=', '\n']).any(|word| word.to_ascii_lowercase().starts_with("on"));
            assert!(!of_events && !names.contains('\''), "{tag}");
        }
    }
}
