//! From bytes to a tree: checks size and encoding, and chooses the notation.

use std::path::Path;

use crate::build::Builder;
use crate::error::{ErrorKind, ParseError};
use crate::limits::Limits;
use crate::source::Source;
use crate::tree::{Notation, Tree};
use crate::{block, json, yaml};

/// What became of a text.
#[derive(Debug)]
pub struct Parsed {
    /// All documents, or with an error those that were complete before it. The tree has the whole source either
    /// way, so that the error's line and column can be had from [`Tree::lines`].
    pub tree: Tree,
    /// Why reading stopped, if it did.
    pub error: Option<ParseError>,
}

const BOM: &str = "\u{FEFF}";

/// Reads a text. It is JSON when its first non-blank character is `{` or `[`, or when it begins with a comment as JSON
/// with comments has it and `name` ends in `.json`, else YAML.
///
/// Where strict JSON fails, the text is read as YAML (a superset, nearly) if `name` ends in `.yaml` or `.yml`, or is
/// no `.json` name, or is not given. When both fail, the YAML error is reported for a `.yaml` or `.yml` name and the
/// JSON error otherwise. A text that holds nothing but blanks and comments has no documents and no error.
pub fn parse(source: Source, name: Option<&Path>, limits: &Limits) -> Parsed {
    if let Err(error) = check_size(source.len(), limits) {
        return failed("".into(), Notation::Yaml, error);
    }
    let start = if source.starts_with(BOM) { BOM.len() } else { 0 };
    let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    let blanks = source.as_bytes()[start..].iter().take_while(blank).count();
    let json = match &source.as_bytes()[start + blanks..] {
        [b'{' | b'[', ..] => true,
        // JSON with comments: read as YAML, what is said of it would have nothing to do with them.
        [b'/', b'/' | b'*', ..] => name.is_some_and(is_json_name),
        _ => false,
    };
    if !json {
        return match block::read(&source, limits) {
            Ok(builder) => Parsed { tree: builder.finish(source, Notation::Yaml), error: None },
            Err(_) => by_events(source, limits),
        };
    }
    match json::read(&source, start, limits) {
        Ok(builder) => Parsed { tree: builder.finish(source, Notation::Json), error: None },
        Err(error) if error.kind == ErrorKind::Limit || name.is_some_and(is_json_name) => {
            failed(source, Notation::Json, error)
        }
        Err(json_error) => {
            let (builder, yaml_error) = yaml::read(&source, limits);
            match yaml_error {
                Some(_) if !name.is_some_and(yaml::is_yaml_name) => failed(source, Notation::Json, json_error),
                error => Parsed { tree: builder.finish(source, Notation::Yaml), error },
            }
        }
    }
}

/// Reads YAML of any kind.
pub(crate) fn by_events(source: Source, limits: &Limits) -> Parsed {
    let (builder, error) = yaml::read(&source, limits);
    Parsed { tree: builder.finish(source, Notation::Yaml), error }
}

/// Reads bytes, which must be UTF-8. See [`parse`].
pub fn parse_bytes(bytes: impl Into<Vec<u8>>, name: Option<&Path>, limits: &Limits) -> Parsed {
    let bytes = bytes.into();
    let source = match check_size(bytes.len(), limits) {
        Ok(()) => decode(bytes),
        Err(error) => Err(("".into(), error)),
    };
    match source {
        Ok(source) => parse(source, name, limits),
        Err((valid, error)) => {
            let notation = if name.is_some_and(is_json_name) { Notation::Json } else { Notation::Yaml };
            failed(valid, notation, error)
        }
    }
}

fn failed(source: Source, notation: Notation, error: ParseError) -> Parsed {
    Parsed { tree: Builder::default().finish(source, notation), error: Some(error) }
}

fn is_json_name(name: &Path) -> bool {
    name.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

fn check_size(len: usize, limits: &Limits) -> Result<(), ParseError> {
    let most = limits.file_bytes.min(u64::from(u32::MAX) - 1);
    if len as u64 <= most {
        return Ok(());
    }
    let error = ParseError::limit(0, format!("the file has {len} bytes, more than {most}"));
    Err(error.help("split the file, or raise the limit `file_bytes`"))
}

/// The text, or its longest valid beginning and the error behind it.
fn decode(bytes: Vec<u8>) -> Result<Source, (Source, ParseError)> {
    String::from_utf8(bytes).map(Source::from).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let valid = String::from_utf8_lossy(&error.as_bytes()[..at]);
        (valid.as_ref().into(), not_utf8(error.as_bytes(), at))
    })
}

fn not_utf8(bytes: &[u8], at: usize) -> ParseError {
    let error = |message: String| ParseError::new(ErrorKind::Encoding, at, message);
    match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
            error("the file is UTF-16 text, not UTF-8".to_owned()).help("save the file as UTF-8")
        }
        _ if bytes.contains(&0) => {
            error(format!("byte {at} is not UTF-8, and the file holds NUL bytes: it is no text"))
                .help("check that this is the right file")
        }
        _ => error(format!("byte {at} (0x{:02X}) is not UTF-8", bytes[at])).help("save the file as UTF-8"),
    }
}
