//! Every output format of a report: it is well-formed, and nothing of a file acts where it is shown.

use apiward::check::Checked;
use apiward::render::{Format, Style, render};

const STYLE: Style = Style { color: false, unicode: true, width: 80, summary: true };

const FORMATS: [Format; 11] = [
    Format::Pretty,
    Format::Concise,
    Format::Json,
    Format::Sarif,
    Format::Github,
    Format::Gitlab,
    Format::Junit,
    Format::Checkstyle,
    Format::Rdjson,
    Format::Markdown,
    Format::Html,
];

/// Panics when an output is broken, or lets a text of a file act.
pub(crate) fn hold(checked: &Checked) {
    for format in FORMATS {
        let mut out = Vec::new();
        let written = render(format, checked, STYLE, &mut out);
        assert!(written.is_ok(), "{format:?}: {written:?}");
        let text = String::from_utf8(out).unwrap_or_else(|error| panic!("{format:?}: {error}"));
        hold_inert(format, &text);
        match format {
            Format::Json | Format::Sarif | Format::Gitlab | Format::Rdjson => {
                let value = serde_json::from_str::<serde_json::Value>(&text);
                assert!(value.is_ok(), "{format:?}: {value:?}");
            }
            Format::Junit | Format::Checkstyle => {
                let document = roxmltree::Document::parse(&text);
                assert!(document.is_ok(), "{format:?}: {document:?} in {text}");
            }
            Format::Github => {
                let begins =
                    |line: &str| ["::error ", "::warning ", "::notice "].iter().any(|own| line.starts_with(own));
                assert!(text.lines().all(begins), "{text}");
            }
            Format::Concise => {
                let counting = checked.report.findings.iter().filter(|finding| finding.suppressed.is_none());
                assert!(text.lines().count() >= counting.count(), "{text}");
            }
            Format::Html => crate::html::hold(&text),
            Format::Pretty | Format::Markdown => {}
        }
    }
}

/// No control character but line breaks, no mark that turns the direction of writing, no command of a CI log.
pub(crate) fn hold_inert(what: impl std::fmt::Debug, text: &str) {
    let acts =
        |c: char| c != '\n' && (c.is_control() || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}'));
    let found = text.char_indices().find(|&(_, c)| acts(c));
    assert!(found.is_none(), "{what:?}: {found:?} in {text}");
    assert!(!text.contains("##[") && !text.contains("##vso["), "{what:?}: {text}");
}
