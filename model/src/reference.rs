//! What a `$ref` means: which file, and which node in it.
//!
//! RFC 3986 for the URI reference, RFC 6901 for a fragment that is a JSON Pointer, JSON Schema 2020-12 for `$id` and
//! `$anchor`, OpenAPI 3.2 for `$self`.

use std::fmt;

/// Why a reference leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// The file exists, the place in it does not.
    NoSuchPlace {
        /// The fragment that was looked up, decoded.
        fragment: String,
        /// The longest prefix of the pointer that does exist.
        found: String,
    },
    /// The file cannot be opened.
    NoSuchFile {
        /// The path, relative to the root.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// The file was read but does not parse, or is no text.
    Unreadable {
        /// The path, relative to the root.
        path: String,
    },
    /// The file lies outside the root folder and was not opened.
    OutsideRoot {
        /// The path as the reference writes it.
        path: String,
    },
    /// The target is on a remote host; nothing is ever fetched.
    Remote,
    /// The references lead in a circle that holds no object.
    Circular,
    /// One document may load only so many files.
    TooManyFiles {
        /// The limit that was met.
        limit: usize,
    },
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchPlace { fragment, .. } if fragment.is_empty() => write!(f, "the file holds no document"),
            Self::NoSuchPlace { fragment, .. } => write!(f, "nothing stands at `{fragment}`"),
            Self::NoSuchFile { path, reason } => write!(f, "`{path}` cannot be opened ({reason})"),
            Self::Unreadable { path } => write!(f, "`{path}` cannot be read"),
            Self::OutsideRoot { path } => write!(f, "`{path}` lies outside the root folder"),
            Self::Remote => write!(f, "remote descriptions are not fetched"),
            Self::Circular => write!(f, "it leads back to itself"),
            Self::TooManyFiles { limit } => write!(f, "the document refers to more than {limit} files"),
        }
    }
}

/// A reference taken apart, percent-decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// `#...`: the same file.
    Same,
    /// A path relative to the referring file.
    File(String),
    /// An absolute URI.
    Uri(String),
}

/// Splits a `$ref` text into target and fragment (without `#`).
pub(crate) fn split(text: &str) -> (Target, String) {
    let (resource, fragment) = text.split_once('#').unwrap_or((text, ""));
    let target = if resource.is_empty() {
        Target::Same
    } else if is_absolute(resource) {
        Target::Uri(resource.to_owned())
    } else {
        Target::File(decode(resource.split('?').next().unwrap_or_default()))
    };
    (target, decode(fragment))
}

/// True when the text begins with a URI scheme of at least two letters (one letter is a Windows drive) or with `//`.
pub(crate) fn is_absolute(text: &str) -> bool {
    if text.starts_with("//") {
        return true;
    }
    let Some((scheme, _)) = text.split_once(':') else { return false };
    scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-'))
}

/// Resolves a URI reference against a base URI, enough for `$id`: absolute, path-absolute and relative paths.
pub(crate) fn join_uri(base: &str, reference: &str) -> String {
    if is_absolute(reference) || base.is_empty() {
        return reference.to_owned();
    }
    let base = base.split('#').next().unwrap_or_default();
    let authority_end = base.find("://").map_or(0, |at| {
        let after = at + 3;
        base[after..].find('/').map_or(base.len(), |slash| after + slash)
    });
    let (authority, base_path) = base.split_at(authority_end);
    if reference.starts_with('/') {
        return format!("{authority}{}", normalise(reference));
    }
    let folder = base_path.rfind('/').map_or("", |slash| &base_path[..=slash]);
    let folder = if folder.is_empty() && !authority.is_empty() { "/" } else { folder };
    format!("{authority}{}", normalise(&format!("{folder}{reference}")))
}

/// Removes `.` and `..` from a path with forward slashes.
fn normalise(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "." => {}
            ".." if kept.last().is_some_and(|last| !last.is_empty() && *last != "..") => {
                kept.pop();
            }
            _ => kept.push(segment),
        }
    }
    kept.join("/")
}

/// Decodes `%XX`; malformed escapes stay as they are, invalid UTF-8 becomes U+FFFD.
pub(crate) fn decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%')
            .then(|| bytes.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(byte) = escaped {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_taken_apart() {
        assert_eq!(split("#/a/b"), (Target::Same, "/a/b".into()));
        assert_eq!(split("../x%20y.yaml#/a%7E1b"), (Target::File("../x y.yaml".into()), "/a~1b".into()));
        assert_eq!(split("https://a.example/x#y"), (Target::Uri("https://a.example/x".into()), "y".into()));
        assert_eq!(split("C:\\x.yaml").0, Target::File("C:\\x.yaml".into()));
        assert_eq!(split("user.yaml").0, Target::File("user.yaml".into()));
    }

    #[test]
    fn uris_are_joined() {
        assert_eq!(join_uri("https://a.example/s/user", "role"), "https://a.example/s/role");
        assert_eq!(join_uri("https://a.example/s/user", "../role"), "https://a.example/role");
        assert_eq!(join_uri("https://a.example", "role"), "https://a.example/role");
        assert_eq!(join_uri("https://a.example/s/user", "/role"), "https://a.example/role");
        assert_eq!(join_uri("urn:a:b", "#x"), "#x");
    }

    #[test]
    fn broken_escapes_stay() {
        assert_eq!(decode("a%2"), "a%2");
        assert_eq!(decode("%zz%41"), "%zzA");
        assert_eq!(decode("%+1"), "%+1");
    }
}
