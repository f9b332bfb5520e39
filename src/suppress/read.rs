//! Reads the suppressions of all files of a description.

use apiward_model::{Date, FileId, Node, Place};
use apiward_syntax::{Span, Tree};

use super::{Item, Suppressions};
use crate::catalogue::{Entry, catalogue_with};
use crate::config::Config;
use crate::custom::FAMILY;
use crate::report::{Finding, SuppressedBy};
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
    end: End,
    by: SuppressedBy,
    file: FileId,
    span: Span,
}

/// When a suppression ends.
#[derive(Clone, Debug, PartialEq, Eq)]
enum End {
    Never,
    On(Date),
    /// Somebody meant it to end, and when cannot be read.
    Unclear(String),
}

impl End {
    fn read(day: &str) -> Self {
        day.parse().map_or_else(|_| Self::Unclear(day.to_owned()), Self::On)
    }
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
            let Some(rest) = behind_mark(text) else { continue };
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

/// What stands behind the mark of a comment of ours, which may follow on the comment of another tool.
fn behind_mark(comment: &str) -> Option<&str> {
    // One in quotes is spoken of.
    let begins = |at: &usize| comment[..*at].chars().next_back().is_none_or(|c| c == '#' || c.is_whitespace());
    let marks = comment.match_indices('#').map(|(at, _)| at).filter(begins);
    marks.map(|at| comment[at + 1..].trim_start()).find_map(|part| part.strip_prefix(MARK))
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
    let (end, reason) = end_and_reason(behind);
    for name in names.split(',').map(str::trim) {
        let by = SuppressedBy::Comment;
        let said = Said { name, reason: reason.clone(), end: end.clone(), by, file, span };
        if let Some(at) = add(all, said, known) {
            all.lines.entry((file, line)).or_default().push(at);
        }
    }
}

/// `until 2027-01-31 reason`, or the reason alone.
fn end_and_reason(text: &str) -> (End, Option<String>) {
    let text = text.trim_start_matches([':', '-']).trim();
    let (end, reason) = end_of_text(text).unwrap_or((End::Never, text));
    let reason = reason.trim_start_matches([':', '-']).trim();
    (end, (!reason.is_empty()).then(|| reason.to_owned()))
}

/// The day behind `until` or `expires`, and what follows.
fn end_of_text(text: &str) -> Option<(End, &str)> {
    let word_of = |text: &'_ str| text.find(|c: char| c.is_whitespace() || c == ':').unwrap_or(text.len());
    let (word, rest) = text.split_at(word_of(text));
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ':');
    let (day, rest) = rest.split_at(word_of(rest));
    let day = day.trim_end_matches(',');
    let ends = ["until", "expires"].iter().any(|known| word.eq_ignore_ascii_case(known));
    (ends && is_meant_as_day(day)).then(|| (End::read(day), rest))
}

/// `until 3 services have moved` names no day, and neither does `until 2.0`.
fn is_meant_as_day(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits >= 4 || digits > 0 && text.matches(['-', '/', '.']).count() >= 2
}

/// `{lint: reason}`, `{lint: {reason, expires}}`, or a list of lints.
fn extension<'a>(all: &mut Suppressions<'_, 'a>, node: Node<'a>, names: &Names) {
    let Some(holder) = node.parent() else { return };
    let file = node.file_id();
    let by = SuppressedBy::Extension;
    let mut said: Vec<Said<'_>> = Vec::new();
    for (name, value) in node.entries() {
        let text = |value: Option<Node<'a>>| value.and_then(|value| value.raw().as_str()).map(str::trim);
        let span = value.key_span().unwrap_or_default();
        let (end, reason) = if value.is_mapping() {
            if let Some((key, _)) = value.entries().find(|(key, _)| !["reason", "expires"].contains(key)) {
                let fault = unknown_key(all, file, span, name, key);
                all.faults.push(fault);
                continue;
            }
            let end = value.get("expires").map_or(End::Never, |day| End::read(day.raw().text().trim()));
            (end, text(value.get("reason")).filter(|reason| !reason.is_empty()).map(str::to_owned))
        } else {
            end_and_reason(text(Some(value)).unwrap_or_default())
        };
        said.push(Said { name, reason, end, by, file, span });
    }
    let listed = node.items().chain(node.is_string().then_some(node));
    for (name, item) in listed.filter_map(|item| Some((item.raw().as_str()?, item))) {
        said.push(Said { name, reason: None, end: End::Never, by, file, span: item.span() });
    }
    for said in said {
        if let Some(at) = add(all, said, names) {
            all.places.entry(holder.place()).or_default().push(at);
        }
    }
}

fn unknown_key(all: &Suppressions<'_, '_>, file: FileId, span: Span, name: &str, key: &str) -> Finding {
    let message = format!("the suppression of `{}` has a key `{}`, and it does not count", brief(name), brief(key));
    let help = "it has a `reason` and, where it is to end, `expires: YYYY-MM-DD`";
    all.fault("suppression/unknown-lint", file, span, name, message, help.to_owned())
}

/// Takes one suppression in, and says what is wrong with it.
fn add(all: &mut Suppressions<'_, '_>, said: Said<'_>, names: &Names) -> Option<usize> {
    let Said { name, reason, end, by, file, span } = said;
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
    let expires = match end {
        End::Never => None,
        End::On(day) => Some(day),
        End::Unclear(day) => {
            let message = format!(
                "the suppression of `{}` ends on `{}`, which is no day: it does not count",
                brief(name),
                brief(&day)
            );
            let help = "write the day as YYYY-MM-DD".to_owned();
            let fault = all.fault("suppression/expired", file, span, name, message, help);
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
    use super::{End, behind_mark, end_and_reason};

    #[test]
    fn our_mark_may_stand_behind_that_of_another_tool() {
        let ours = Some(" ignore[a] b");
        for comment in ["# apiward: ignore[a] b", "##apiward: ignore[a] b", "# noqa # apiward: ignore[a] b"] {
            assert_eq!(behind_mark(comment), ours, "{comment}");
        }
        for comment in ["# write `apiward: ignore[a] b`", "# write `# apiward: ignore[a] b`", "# see apiward: ignore"] {
            assert_eq!(behind_mark(comment), None, "{comment}");
        }
    }

    #[test]
    fn days_and_reasons_are_told_apart() {
        let read = |text: &str| {
            let (end, reason) = end_and_reason(text);
            let end = match end {
                End::Never => None,
                End::On(day) => Some(day.to_string()),
                End::Unclear(day) => Some(format!("unclear: {day}")),
            };
            (end, reason)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read(" open by contract"), (None, some("open by contract")));
        assert_eq!(
            read(": until 2027-01-31 until the gateway moves"),
            (some("2027-01-31"), some("until the gateway moves"))
        );
        assert_eq!(read(" until 2027-01-31: moves"), (some("2027-01-31"), some("moves")));
        assert_eq!(read(" Expires: 2027-01-31, moves"), (some("2027-01-31"), some("moves")));
        assert_eq!(read(" until 2027-01-31"), (some("2027-01-31"), None));
        for day in ["2020-1-1", "2020/01/01", "2099-13-01", "1.2.2027", "20270101", "2027", "1-2-27"] {
            assert_eq!(read(&format!("until {day} moves")), (some(&format!("unclear: {day}")), some("moves")));
        }
        for reason in
            ["until the gateway moves", "until 3 services move", "until 2.0 is out", "expires soon", "untilled"]
        {
            assert_eq!(read(reason), (None, some(reason)));
        }
        assert_eq!(read("  "), (None, None));
    }
}
