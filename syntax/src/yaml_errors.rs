//! What went wrong in a YAML text, said so that it can be mended.

use granit_parser::{ErrorKind as Cause, ScanError};

use crate::error::ParseError;
use crate::json_errors::line_of;
use crate::limits::Limits;

/// The parser's error in words that help.
pub(crate) fn explain(source: &str, error: &ScanError, limits: &Limits) -> ParseError {
    let at = error.marker().byte_offset().unwrap_or_default().min(source.len());
    match error.kind() {
        Cause::RecursionLimitExceeded => ParseError::too_deep(at, limits.depth),
        Cause::UnknownAnchor => unknown_alias(source, at),
        Cause::InvalidTrailingSingleQuotedScalar | Cause::InvalidTrailingDoubleQuotedScalar => {
            let unclosed = opened_above(source, at).map(|opened| unclosed_quote(source, opened, at));
            unclosed.unwrap_or_else(|| in_words(error.kind(), at))
        }
        cause if is_escape(cause) => in_words(cause, faulty_escape(source, at)),
        cause if is_tab(cause) => in_words(cause, first_tab(source, at)),
        cause => in_words(cause, at),
    }
}

fn in_words(cause: &Cause, at: usize) -> ParseError {
    let (message, help) = words(cause).unwrap_or_else(|| (cause.to_string(), None));
    let error = ParseError::syntax(at, message);
    match help {
        Some(help) => error.help(help),
        None => error,
    }
}

/// A quoted text took what follows for its own, up to the next quote in a line below.
fn unclosed_quote(source: &str, opened: usize, at: usize) -> ParseError {
    let line = line_of(source, at);
    ParseError::syntax(opened, format!("a quoted text that goes on to line {line}, where text follows it"))
        .help("add the closing quote where the text should end")
}

/// The opening quote of the quoted text that ends before a place, if it stands on a line above: then it is this quote
/// that lacks another one, not the text behind the place that is too much.
fn opened_above(source: &str, at: usize) -> Option<usize> {
    let before = source.as_bytes().get(..at)?;
    let end = before.iter().rposition(|byte| matches!(byte, b'"' | b'\''))?;
    let quote = before[end];
    let mut from = end;
    let opening = loop {
        let found = before[..from].iter().rposition(|byte| *byte == quote)?;
        let rest = &before[..found];
        let escapes = rest.iter().rev().take_while(|byte| **byte == b'\\').count();
        if quote == b'\'' && rest.last() == Some(&quote) {
            from = found - 1;
        } else if quote == b'"' && escapes % 2 == 1 {
            from = found;
        } else {
            break found;
        }
    };
    before[opening..end].iter().any(|byte| matches!(byte, b'\n' | b'\r')).then_some(opening)
}

fn is_tab(cause: &Cause) -> bool {
    matches!(
        cause,
        Cause::TabInIndentation
            | Cause::TabInBlockIndentation
            | Cause::TabNotAllowed
            | Cause::TabAtBlockScalarStart
            | Cause::TabInPlainScalar
    )
}

/// The first of the tabs that end at a place or begin there: the parser may stand behind them.
fn first_tab(source: &str, at: usize) -> usize {
    let before = source.as_bytes().get(..at).unwrap_or_default();
    before.iter().rposition(|&byte| byte != b'\t').map_or(0, |last| last + 1)
}

fn is_escape(cause: &Cause) -> bool {
    matches!(
        cause,
        Cause::UnknownQuotedScalarEscape
            | Cause::InvalidQuotedScalarHexEscape
            | Cause::InvalidLowSurrogateHexEscape
            | Cause::InvalidUnicodeEscape
    )
}

/// The first escape at fault in the double-quoted text at `quote`, at which the parser's error stands.
fn faulty_escape(source: &str, quote: usize) -> usize {
    let bytes = source.as_bytes();
    let mut at = quote;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        at += found;
        let digits = match bytes.get(at + 1) {
            Some(b'x') => 2,
            Some(b'u') => 4,
            Some(b'U') => 8,
            Some(escaped) if b"0abt\tnvfre \"/\\N_LP\n\r".contains(escaped) => 0,
            _ => return at,
        };
        let value = source.get(at + 2..at + 2 + digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let surrogate = value.is_some_and(|value| digits == 4 && (0xD800..0xE000).contains(&value));
        if digits > 0 && !surrogate && value.and_then(char::from_u32).is_none() {
            return at;
        }
        at += 2 + digits;
    }
    quote
}

/// The beginning of a name, for messages.
fn short(name: &str) -> &str {
    &name[..name.char_indices().nth(40).map_or(name.len(), |(end, _)| end)]
}

fn unknown_alias(source: &str, at: usize) -> ParseError {
    let rest = source.get(at..).unwrap_or_default();
    let end = rest.find(|character: char| character.is_whitespace() || ",[]{}".contains(character));
    let name = &rest[..end.unwrap_or(rest.len())];
    let name = short(name.strip_prefix('*').unwrap_or(name));
    ParseError::syntax(at, format!("the alias `*{name}` has no anchor `&{name}` before it"))
        .help("anchor the value it stands for, or put the text in quotes if no alias is meant")
}

pub(crate) fn alias_inside_itself(at: u32, name: &str) -> ParseError {
    let name = short(name);
    ParseError::syntax(at as usize, format!("the alias `{name}` stands inside the value that it names"))
        .help("a value cannot hold itself: write out what is meant")
}

pub(crate) fn alias_into_key(at: u32, name: &str) -> ParseError {
    let name = short(name);
    ParseError::syntax(at as usize, format!("the alias `{name}` names a mapping or sequence that is used as a key"))
        .help("anchor the value outside of the key")
}

/// Message and help.
type Words = (String, Option<String>);

fn words(cause: &Cause) -> Option<Words> {
    let (message, help) = match cause {
        cause if is_tab(cause) => ("a tab where YAML allows only spaces", "indent with spaces"),
        Cause::UnclosedQuotedScalar => ("a quoted text that is not closed", "add the closing quote"),
        Cause::DocumentIndicatorInQuotedScalar => {
            ("a document marker inside a quoted text", "close the quote before the `---` or `...`")
        }
        Cause::InvalidTrailingSingleQuotedScalar => (
            "text directly after a quoted text",
            "write a single quote inside single quotes twice (''), or remove what follows the closing quote",
        ),
        Cause::InvalidTrailingDoubleQuotedScalar => (
            "text directly after a quoted text",
            "write a double quote inside double quotes as \\\", or remove what follows the closing quote",
        ),
        Cause::UnknownQuotedScalarEscape => {
            ("an unknown escape in a quoted text", "write a backslash as \\\\, or use single quotes")
        }
        Cause::InvalidQuotedScalarHexEscape
        | Cause::InvalidLowSurrogateHexEscape
        | Cause::InvalidLowSurrogate
        | Cause::MissingLowSurrogate
        | Cause::UnpairedLowSurrogate
        | Cause::InvalidUnicodeEscape => (
            "an escape that names no character",
            "write \\x with two, \\u with four or \\U with eight hexadecimal digits",
        ),
        Cause::InvalidIndentation
        | Cause::InvalidQuotedScalarIndent
        | Cause::InvalidFlowScalarIndent
        | Cause::InvalidBlockScalarIndent => {
            ("indentation that fits no line above", "indent the line as far as its siblings")
        }
        Cause::ExpectedBlockMappingKey => (
            "expected a key of the mapping above",
            "check the indentation, and that the line has the form `key: value`",
        ),
        Cause::ExpectedBlockSequenceEntry => {
            ("expected another `- ` item of the sequence above", "check the indentation of this line")
        }
        Cause::SimpleKeyExpected | Cause::InvalidSimpleKey => {
            ("a key without `:`", "write `key: value`, with a space after the colon")
        }
        Cause::MappingValueNotAllowed => (
            "a second `: ` in one value",
            "put the text in quotes if the colon belongs to it, or move the mapping to a line of its own",
        ),
        Cause::MappingKeyNotAllowed => ("a key in a place that allows none", "move it to a line of its own"),
        Cause::BlockSequenceEntryNotAllowed | Cause::BlockEntryInFlowCollection => {
            ("a `- ` item in a place that allows none", "move the item to a line of its own, below its key")
        }
        other => return rarer_words(other).or_else(|| flow_words(other)),
    };
    Some((message.to_owned(), Some(help.to_owned())))
}

fn rarer_words(cause: &Cause) -> Option<Words> {
    let (message, help) = match cause {
        Cause::ExpectedDocumentStart => (
            "text behind the end of the document",
            "indent the line as far as its siblings, or begin another document with a line `---`",
        ),
        Cause::InvalidDocumentEnd => ("text behind the document end marker", "move it to another line"),
        // Any text that is no value, in spite of the names.
        Cause::ExpectedNodeContent
        | Cause::UnexpectedEofFlowSequence
        | Cause::UnexpectedEofFlowMapping
        | Cause::UnexpectedEofImplicitFlowMapping
        | Cause::UnexpectedEofBlockSequence
        | Cause::UnexpectedEofBlockMapping => {
            ("expected a value", "put a value here, or remove the comma or indicator before it")
        }
        Cause::InvalidColonPlacement => {
            ("a `:` in a place that allows none", "close the bracket opened before it, or put the text in quotes")
        }
        Cause::InvalidMappingValueWhitespace | Cause::FlowMappingValueAdjacentCollection => {
            ("a `:` without a space after it", "write `key: value`, with a space after the colon")
        }
        Cause::InvalidBlockEntryWhitespace | Cause::PlainScalarStartsWithDashFlowIndicator => {
            ("a `-` without a space after it", "put a space after the dash, or put the text in quotes")
        }
        Cause::CommentInterceptedScalar => {
            ("a comment inside a text of several lines", "put the text in quotes, or move the comment")
        }
        Cause::InvalidBlockScalarHeader | Cause::ZeroBlockScalarIndent => (
            "only `+`, `-` and a digit from 1 may follow the `|` or `>` of a block text",
            "begin the text on the next line, or put it in quotes",
        ),
        Cause::MissingAnchorOrAliasName => {
            ("an anchor or alias without a name", "name it, or put the text in quotes if no anchor or alias is meant")
        }
        Cause::InvalidTagTerminator | Cause::MissingTagUri | Cause::UnclosedVerbatimTag | Cause::InvalidTagEscape => {
            ("a tag that is not well formed", "put the text in quotes if no tag is meant")
        }
        _ => return None,
    };
    Some((message.to_owned(), Some(help.to_owned())))
}

fn flow_words(cause: &Cause) -> Option<Words> {
    let closing = |open: char| if open == '{' { '}' } else { ']' };
    Some(match cause {
        Cause::UnclosedFlowCollection { open } => {
            (format!("the `{open}` is not closed"), Some(format!("add the missing `{}`", closing(*open))))
        }
        Cause::MismatchedFlowCollectionEnd { open, close } => {
            (format!("`{open}` is closed by `{close}`"), Some(format!("close it with `{}`", closing(*open))))
        }
        Cause::MisplacedFlowCollectionEnd => (
            "a closing bracket that nothing opened".to_owned(),
            Some("remove it, or put the text in quotes".to_owned()),
        ),
        Cause::ExpectedFlowMappingSeparator => (
            "expected `,` or `}`".to_owned(),
            Some("separate members by commas, and close the mapping with `}`".to_owned()),
        ),
        Cause::ExpectedFlowSequenceSeparator => (
            "expected `,` or `]`".to_owned(),
            Some("separate items by commas, and close the sequence with `]`".to_owned()),
        ),
        Cause::UnexpectedCharacter { character: '%' } => {
            ("`%` begins a directive here".to_owned(), Some("put the text in quotes".to_owned()))
        }
        Cause::UnexpectedCharacter { character } if character.is_control() => (
            format!("the control character U+{:04X}", u32::from(*character)),
            Some("remove it, or write it as an escape in double quotes".to_owned()),
        ),
        Cause::UnexpectedCharacter { character } => {
            (format!("`{character}` cannot begin a value"), Some("put the text in quotes".to_owned()))
        }
        Cause::CommentNotSeparated => {
            ("a comment without a space before its `#`".to_owned(), Some("put a space before the `#`".to_owned()))
        }
        Cause::UndeclaredTagHandle => (
            "a tag whose prefix is not declared".to_owned(),
            Some("declare it by %TAG, or use a local tag such as !name".to_owned()),
        ),
        Cause::BomInsideDocument => (
            "a byte order mark inside the document".to_owned(),
            Some("remove the invisible character U+FEFF".to_owned()),
        ),
        _ => return None,
    })
}
