//! Active content of texts: what would run if the text, which is Markdown, were shown as a page without cleaning it.

use foldhash::{HashSet, HashSetExt};
use memchr::memchr2_iter;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::html::{Active, scan};
use super::target::{Scheme, Written, active_scheme};

/// The active content of one text or URL.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// Each fault once, as messages name it, in the order of the text (links of Markdown first).
    pub(super) names: Vec<String>,
    /// True when there is nothing but frames and forms.
    pub(super) mild: bool,
}

impl Faults {
    fn of<'t>(all: impl IntoIterator<Item = Active<'t>>) -> Option<Self> {
        let mut seen = HashSet::new();
        let mut faults = Self { names: Vec::new(), mild: true };
        for active in all {
            faults.mild &= active.is_mild();
            if seen.insert(active) {
                faults.names.push(match active {
                    Active::Element(name) => format!("<{name}>"),
                    Active::Handler(name) => name.to_owned(),
                    Active::Link(scheme) => scheme.as_str().to_owned(),
                });
            }
        }
        (!faults.names.is_empty()).then_some(faults)
    }
}

/// What is active in a URL field.
pub(super) fn of_url(url: &str) -> Option<Faults> {
    Faults::of(active_scheme(url, Written::Html).map(Active::Link))
}

/// What is active in a text.
pub(super) fn of_text(text: &str) -> Option<Faults> {
    if !may_be_active(text) {
        return None;
    }
    if is_too_deep(text) {
        return of_source(text);
    }
    let (html, links) = rendered(text);
    let mut all: Vec<Active<'_>> = links.into_iter().map(Active::Link).collect();
    scan(&html, |active| all.push(active));
    Faults::of(all)
}

/// A quick test that nearly all texts fail: something like a tag, or a link that begins with an active scheme.
fn may_be_active(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr2_iter(b'<', b']', bytes).any(|at| match (bytes[at], bytes.get(at + 1)) {
        (b'<', next) => next.is_some_and(u8::is_ascii_alphabetic),
        _ => target_behind(text, at).is_some(),
    })
}

/// The active scheme of what may be the target of a link or of a reference definition, whose `]` stands at `at`. The
/// target may stand on the next line, behind the `>` of a quotation.
fn target_behind(text: &str, at: usize) -> Option<Scheme> {
    let rest = text.get(at + 1..)?.strip_prefix(['(', ':'])?;
    let target = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '<' | '>'));
    active_scheme(target, Written::Markdown)
}

/// Lines times levels from which on a text is not parsed. The parser takes time for each level of each line that
/// continues a paragraph, so that a megabyte of `>` and of short lines would take minutes.
const MOST_LEVELS: usize = 20_000_000;

/// True for texts with more nested quotations and lists than anybody writes.
fn is_too_deep(text: &str) -> bool {
    let marker = |byte: &u8| matches!(byte, b' ' | b'\t' | b'>' | b'-' | b'+' | b'*' | b'.' | b')' | b'0'..=b'9');
    let (mut lines, mut longest) = (0, 0);
    for line in text.split(['\n', '\r']) {
        lines += 1;
        longest = longest.max(line.bytes().take_while(|byte| marker(byte)).count());
    }
    // A tab may open two levels.
    lines * longest * 2 > MOST_LEVELS
}

/// What is active if nothing is taken for code.
fn of_source(text: &str) -> Option<Faults> {
    let brackets = memchr::memchr_iter(b']', text.as_bytes());
    let mut all: Vec<Active<'_>> = brackets.filter_map(|at| target_behind(text, at)).map(Active::Link).collect();
    scan(text, |active| all.push(active));
    Faults::of(all)
}

/// The text as HTML, as far as it matters to a scanner of tags: the HTML of the text as it stands, and around it
/// elements without attributes and characters that open and close nothing. Beside it the active links of Markdown.
fn rendered(text: &str) -> (String, Vec<Scheme>) {
    let mut html = String::new();
    let mut links = Vec::new();
    let parser = Parser::new_ext(text, Options::empty());
    let definitions = parser.reference_definitions().iter();
    links.extend(definitions.filter_map(|(_, definition)| active_scheme(&definition.dest, Written::Plain)));
    for event in parser {
        match event {
            Event::Html(part) | Event::InlineHtml(part) => html.push_str(&part),
            Event::Text(part) | Event::Code(part) => {
                let inert = |character| if matches!(character, '<' | '>' | '"' | '&') { ' ' } else { character };
                html.extend(part.chars().map(inert));
            }
            Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => {}
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                links.extend(active_scheme(&dest_url, Written::Plain));
                html.push_str("<a>");
            }
            Event::Start(_) | Event::End(_) => html.push_str("<p>"),
            _ => html.push('\n'),
        }
    }
    (html, links)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(text: &str) -> Vec<String> {
        let parsed = of_text(text).map(|faults| faults.names).unwrap_or_default();
        // The quick test may only spare work.
        let (html, links) = rendered(text);
        let mut all: Vec<Active<'_>> = links.into_iter().map(Active::Link).collect();
        scan(&html, |active| all.push(active));
        assert_eq!(parsed, Faults::of(all).map(|faults| faults.names).unwrap_or_default(), "{text}");
        parsed
    }

    #[test]
    fn links_of_markdown() {
        for text in [
            "[a](javascript:b)",
            "[a]( <java script:b> 'title')",
            "[a](\n  JAVASCRIPT:b)",
            "![a](javascript:b)",
            "![[a](b)](javascript:b)",
            "<javascript:b>",
            "[a]\n\n[a]: javascript:b",
            "[unused]: javascript:b",
            "> [a]:\n> javascript:b",
            "- [a]:\n  <javascript:b>",
            "[a](javascript&colon;b)",
            "[a](javascript\\:b)",
            "[a](j&#97;v&#x61;script:b)",
            "[a](%6Aavascript:b)",
            "[`code`](javascript:b)",
            "# [a](javascript:b)",
        ] {
            assert_eq!(names(text), ["javascript:"], "{text}");
        }
        assert_eq!(names("[a](data:text/html,b) [c](vbscript:d)"), ["data:text/html", "vbscript:"]);
    }

    #[test]
    fn html_of_markdown() {
        assert_eq!(names("a <b onclick=c>d</b>"), ["onclick"]);
        assert_eq!(names("<div>\n<img src=x\n onerror=y>\n</div>"), ["onerror"]);
        assert_eq!(names("<div>\n<svg/onload=x>"), ["onload"], "inside of a block HTML's own rules hold");
        assert_eq!(names("- a\n\n  <script>b</script>"), ["<script>"]);
        assert_eq!(names("> <div\n> onclick=x>"), ["onclick"]);
        assert_eq!(names("<script>a</script> <script>b</script> <embed>"), ["<script>", "<embed>"]);
        assert_eq!(names("a <iframe></iframe>"), ["<iframe>"]);
        assert!(of_text("a <iframe></iframe> <form>").is_some_and(|faults| faults.mild));
        assert!(of_text("a <iframe></iframe> <object>").is_some_and(|faults| !faults.mild));
    }

    #[test]
    fn what_is_no_content_or_does_not_run() {
        for text in [
            "",
            "Use `<script>` and ``<b onclick=\"x\">``",
            "```html\n<script>a</script>\n```",
            "~~~\n<script>\n\n[a](javascript:b)\n~~~",
            "    <script>\n    [a](javascript:b)",
            "> ```\n> <script>\n> ```",
            "\\<script>",
            "&lt;script&gt;",
            "JavaScript: the good parts",
            "Written in javascript: see [docs](https://parcels.io)",
            "[a]\\(javascript:b)",
            "`[a](javascript:b)`",
            "[a](javascript&amp;colon;b)",
            "[a] (javascript:b)",
            "<!-- <script>a</script> -->",
            "<!--\n\n<script>a</script>\n\n-->",
            "<div>\n<!--\n\n<script>a</script>\n\n-->\n</div>",
            "a < b, <id only>, <https://parcels.io/?on=1>",
            "<SecurityDefinitions />",
            "| a | b |\n|---|---|\n| <br> | <img src='a.png'> |",
            "<script/x>",
            "a <script",
        ] {
            assert_eq!(names(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_comment_goes_on_over_blocks_and_a_paragraph_ends_a_tag() {
        assert_eq!(names("<div>\n<!--\n\nx\n\n<p>-->\n\n<script>a</script>"), ["<script>"]);
        assert_eq!(names("<div class=a\n\nb <i onload=c>"), ["onload"]);
    }

    #[test]
    fn url_fields() {
        assert!(of_url("javascript:a").is_some() && of_url(" data&colon;text/html,a").is_some());
        assert!(of_url("https://parcels.io").is_none() && of_url("/javascript:a").is_none());
    }

    #[test]
    fn texts_that_are_too_deep_are_read_as_they_stand() {
        let deep = "> ".repeat(250_000) + "a\n" + &"b\n".repeat(250_000);
        assert!(is_too_deep(&deep));
        assert!(of_text(&(deep.clone() + "`<script>`")).is_some());
        assert!(of_text(&(deep.clone() + "[a](javascript:b)")).is_some());
        assert!(of_text(&(deep + "<i>")).is_none());
        assert!(!is_too_deep(&"- a line with a list\n".repeat(100_000)));
        assert!(!is_too_deep(&("-".repeat(200) + "\n" + &"text\n".repeat(20_000))));
    }

    #[test]
    fn hostile_texts_cost_linear_time() {
        let units = [
            "[", "]", "](", "]:", "[a](", "[a](<", "![[", "*a **a ", "> ", "- ", "- a\n  ", "`` ` ", "&", "<!--",
            "<a ", "<a b='", "<div>\n", "[a]: b\n", "]( ", "](java", "](&#", "](\\", "<<", "[a](%6", "\\", "\t",
            "> > \n",
        ];
        for unit in units {
            of_text(&("<i>\n\n".to_owned() + &unit.repeat(200_000 / unit.len())));
            of_text(&unit.repeat(500_000 / unit.len()));
        }
        let growing: String = (1..1_400).map(|n| "`".repeat(n) + " ").collect();
        of_text(&(growing + "<i>"));
        of_text(&("](".to_owned() + &" ".repeat(500_000) + &"](java ".repeat(70_000)));
    }
    /// Pieces of links and of what stands around them.
    const PIECES: &[&str] = &[
        "[a](",
        "![a](",
        "[a]:",
        "[a]",
        "](",
        ")",
        "<",
        ">",
        "\n",
        "> ",
        "- ",
        "  ",
        "`",
        "\\",
        "    ",
        "\t",
        "\u{a0}",
        "java",
        "script",
        "java&Tab;",
        "scr%69pt",
        "&colon;",
        "\\:",
        ":",
        "javascript:",
        "&#106;avascript:",
        "vbscript:",
        "data:text/html",
        "x",
        "*",
        "<b ",
        "onx=y",
        "<!-- -->",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_quick_test_only_spares_work(parts in prop::collection::vec(prop::sample::select(PIECES), 0..16)) {
            names(&parts.concat());
        }
    }
}
