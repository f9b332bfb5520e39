//! Reads the suppressions of all files of a description.

use apiward_model::{Date, FileId, Node, Place};
use apiward_syntax::{Span, Tree};

use super::{Item, Suppressions};
use crate::catalogue::{Entry, catalogue_with};
use crate::config::Config;
use crate::custom::FAMILY;
use crate::report::SuppressedBy;
use crate::selection::Pattern;
use crate::text::brief;

/// How comments of ours begin, behind `#` and blanks.
const MARK: &str = "apiward:";
/// The extension.
const EXTENSION: &str = "x-apiward-ignore";
/// How to write it.
const FORM: &str = "write `# apiward: ignore[family/lint] reason`, or `... until YYYY-MM-DD reason`";

/// What one suppression says.
struct Said<'t> {
    name: &'t str,
    reason: Option<String>,
    expires: Option<Date>,
    by: SuppressedBy,
    file: FileId,
    span: Span,
}

/// The lints that suppressions may name.
struct Names {
    entries: Vec<Entry>,
    /// Custom lints are known; else nobody can tell which there are.
    custom: bool,
}

pub(super) fn read(all: &mut Suppressions<'_, '_>, config: Option<&Config>) {
    let api = all.api;
    let mut names: Option<Names> = None;
    let known = || {
        let custom = config.into_iter().flat_map(Config::custom_lints);
        Names { entries: catalogue_with(custom), custom: config.is_some() }
    };
    for (id, file) in api.files.iter() {
        let tree: &Tree = &file.tree;
        for comment in tree.comments() {
            let text = &tree.source()[comment.span.start as usize..comment.span.end as usize];
            let Some(rest) = text.trim_start_matches('#').trim_start().strip_prefix(MARK) else { continue };
            let line = line_meant(tree, comment.span);
            let known = names.get_or_insert_with(known);
            comment_of(all, id, comment.span, rest, line, known);
        }
        let Some(symbol) = tree.symbol(EXTENSION) else { continue };
        for node in tree.nodes().filter(|node| node.key_symbol() == Some(symbol)) {
            let known = names.get_or_insert_with(known);
            extension(all, api.node(Place { file: id, node: node.id() }), known);
        }
    }
}

/// The line that a comment counts for: its own, or that of the next text when it stands alone.
fn line_meant(tree: &Tree, comment: Span) -> u32 {
    let own = tree.lines().position(comment.start).line;
    let text_of = |line: u32| {
        let span = tree.lines().line_span(line)?;
        tree.source().get(span.start as usize..span.end as usize).map(str::trim)
    };
    if text_of(own).is_some_and(|text| !text.starts_with('#')) {
        return own;
    }
    let is_text = |line: &u32| text_of(*line).is_some_and(|text| !text.is_empty() && !text.starts_with('#'));
    (own + 1..=tree.lines().line_count()).find(is_text).unwrap_or(own)
}

fn comment_of(all: &mut Suppressions<'_, '_>, file: FileId, span: Span, rest: &str, line: u32, known: &Names) {
    let inner = rest.trim_start().strip_prefix("ignore").and_then(|rest| rest.trim_start().strip_prefix('['));
    let Some((names, behind)) = inner.and_then(|rest| rest.split_once(']')) else {
        let message = format!("`apiward:{}` is no suppression", brief(rest.trim_end()));
        let fault = all.fault("suppression/unknown-lint", file, span, rest, message, FORM.to_owned());
        all.faults.push(fault);
        return;
    };
    let (expires, reason) = day_and_reason(behind);
    for name in names.split(',').map(str::trim) {
        let by = SuppressedBy::Comment;
        let said = Said { name, reason: reason.clone(), expires, by, file, span };
        if let Some(at) = add(all, said, known) {
            all.lines.entry((file, line)).or_default().push(at);
        }
    }
}

/// `until 2027-01-31 reason`, or the reason alone.
fn day_and_reason(text: &str) -> (Option<Date>, Option<String>) {
    let text = text.trim_start_matches([':', '-']).trim();
    let day = text.strip_prefix("until ").map(str::trim_start).and_then(|rest| {
        let (day, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        Some((day.trim_end_matches([':', ',']).parse::<Date>().ok()?, rest))
    });
    let (day, reason) = day.map_or((None, text), |(day, rest)| (Some(day), rest));
    let reason = reason.trim_start_matches([':', '-']).trim();
    (day, (!reason.is_empty()).then(|| reason.to_owned()))
}

/// `{lint: reason}`, `{lint: {reason, expires}}`, or a list of lints.
fn extension<'a>(all: &mut Suppressions<'_, 'a>, node: Node<'a>, names: &Names) {
    let Some(holder) = node.parent() else { return };
    let file = node.file_id();
    let by = SuppressedBy::Extension;
    let mut said: Vec<Said<'_>> = Vec::new();
    for (name, value) in node.entries() {
        let text = |value: Option<Node<'a>>| value.and_then(|value| value.raw().as_str()).map(str::trim);
        let own = if value.is_mapping() { text(value.get("reason")) } else { text(Some(value)) };
        let expires = text(value.get("expires")).and_then(|day| day.parse().ok());
        let reason = own.filter(|reason| !reason.is_empty()).map(str::to_owned);
        said.push(Said { name, reason, expires, by, file, span: value.key_span().unwrap_or_default() });
    }
    let listed = node.items().chain(node.is_string().then_some(node));
    for (name, item) in listed.filter_map(|item| Some((item.raw().as_str()?, item))) {
        said.push(Said { name, reason: None, expires: None, by, file, span: item.span() });
    }
    for said in said {
        if let Some(at) = add(all, said, names) {
            all.places.entry(holder.place()).or_default().push(at);
        }
    }
}

/// Takes one suppression in, and says what is wrong with it.
fn add(all: &mut Suppressions<'_, '_>, said: Said<'_>, names: &Names) -> Option<usize> {
    let Said { name, reason, expires, by, file, span } = said;
    let blanket = name.is_empty() || name.bytes().all(|byte| matches!(byte, b'*' | b'/'));
    if !names.custom && name.starts_with(FAMILY) {
        return None;
    }
    let read = if blanket { None } else { Some(Pattern::new("", name, &names.entries)) };
    let pattern = match read {
        Some(Ok(pattern)) => pattern,
        refused => {
            let near = refused.and_then(Result::err).and_then(|error| error.help);
            let message = if blanket {
                "a suppression names no lint".to_owned()
            } else {
                format!("a suppression names `{}`, and no lint or family is called so", brief(name))
            };
            let help = near.unwrap_or_else(|| FORM.to_owned());
            let fault = all.fault("suppression/unknown-lint", file, span, name, message, help);
            all.faults.push(fault);
            return None;
        }
    };
    if reason.is_none() {
        let message = format!("the suppression of `{}` gives no reason", brief(name));
        let help = "say why it is right, for those who come later: behind the bracket of a comment, or as the value of the lint";
        let fault = all.fault("suppression/missing-reason", file, span, name, message, help.to_owned());
        all.faults.push(fault);
    }
    all.items.push(Item { by, name: name.to_owned(), pattern, reason, expires, file, span });
    Some(all.items.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::day_and_reason;

    #[test]
    fn days_and_reasons_are_told_apart() {
        let read = |text: &str| {
            let (day, reason) = day_and_reason(text);
            (day.map(|day| day.to_string()), reason)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read(" open by contract"), (None, some("open by contract")));
        assert_eq!(
            read(": until 2027-01-31 until the gateway moves"),
            (some("2027-01-31"), some("until the gateway moves"))
        );
        assert_eq!(read(" until 2027-01-31: moves"), (some("2027-01-31"), some("moves")));
        assert_eq!(read(" until 2027-01-31"), (some("2027-01-31"), None));
        assert_eq!(read(" until the gateway moves"), (None, some("until the gateway moves")));
        assert_eq!(read("  "), (None, None));
    }
}
