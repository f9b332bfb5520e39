//! Path templates and channel addresses taken apart for comparison with word lists.

use std::cell::OnceCell;
use std::sync::LazyLock;

use regex::Regex;
use smallvec::SmallVec;

use crate::lexicon::{Lexicon, Tokens};

/// One segment of a path or address.
#[derive(Clone, Debug)]
pub struct Segment<'a> {
    /// The segment as written, without slashes.
    pub text: &'a str,
    /// The name of the parameter, when the segment is nothing but `{name}`.
    pub parameter: Option<&'a str>,
    /// Taken apart when a lint asks: few ask for the words of parameters.
    tokens: OnceCell<Tokens<'a>>,
}

impl<'a> Segment<'a> {
    fn new(text: &'a str) -> Self {
        let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let parameter = inner.filter(|name| !name.bytes().any(|byte| matches!(byte, b'{' | b'}')));
        Self { text, parameter, tokens: OnceCell::new() }
    }

    /// Writes a segment with the names of its parameters left out.
    pub fn blank_parameters(segment: &str, into: &mut String) {
        let mut rest = segment;
        while let Some((before, behind)) = rest.split_once('{') {
            let Some((_, after)) = behind.split_once('}') else { break };
            into.push_str(before);
            into.push_str("{}");
            rest = after;
        }
        into.push_str(rest);
    }

    /// The words of the segment; for a parameter those of its name.
    pub fn tokens(&self) -> &Tokens<'a> {
        self.tokens.get_or_init(|| Tokens::new(self.text))
    }

    /// True when the segment is no parameter and all of it is an entry of the list (match kind `segment`).
    pub fn is(&self, list: &Lexicon) -> bool {
        self.parameter.is_none() && list.matches_name(self.tokens())
    }
}

/// The segments of a path, less leading ones that only name the API, and versions.
#[derive(Clone, Debug, Default)]
pub struct PathShape<'a> {
    segments: SmallVec<[Segment<'a>; 4]>,
}

impl<'a> PathShape<'a> {
    /// Splits a path template: leading `api` and `rest` are dropped and versions wherever they stand (many APIs write
    /// `/users/v1/register`), a custom method (`:search`) becomes the last segment, a query string is not read.
    pub fn of_path(path: &'a str) -> Self {
        let mut segments: SmallVec<[Segment<'a>; 4]> = telling_parts(path).map(Segment::new).collect();
        if let Some(last) = segments.last().filter(|last| last.text.bytes().any(|byte| byte == b':'))
            && let Some((head, method)) = custom_method(last.text)
        {
            segments.pop();
            segments.extend([head, method].into_iter().filter(|text| !text.is_empty()).map(Segment::new));
        }
        Self { segments }
    }

    /// Splits a channel address at `/` and `.`; nothing is dropped.
    pub fn of_address(address: &'a str) -> Self {
        let segments = address.split(['/', '.']).filter(|text| !text.is_empty()).map(Segment::new).collect();
        Self { segments }
    }

    /// The segments in order.
    pub fn segments(&self) -> &[Segment<'a>] {
        &self.segments
    }

    /// The last segment, when it is no parameter.
    pub fn last(&self) -> Option<&Segment<'a>> {
        self.segments.last().filter(|segment| segment.parameter.is_none())
    }

    /// The last segment that is no parameter.
    pub fn last_literal(&self) -> Option<&Segment<'a>> {
        self.segments.iter().rev().find(|segment| segment.parameter.is_none())
    }

    /// True when the last segment is an entry of the list and no parameter follows it (match kind `last_segment`).
    pub fn ends_with(&self, list: &Lexicon) -> bool {
        self.last().is_some_and(|segment| segment.is(list))
    }

    /// True when a segment is an entry of the list.
    pub fn holds(&self, list: &Lexicon) -> bool {
        self.segments.iter().any(|segment| segment.is(list))
    }

    /// True when a parameter stands before the last segment.
    pub fn has_parameter_before_last(&self) -> bool {
        let (_, before) = self.segments.split_last().unzip();
        before.unwrap_or_default().iter().any(|segment: &Segment<'_>| segment.parameter.is_some())
    }

    /// The parameters in order, by segment index.
    pub fn parameters(&self) -> impl Iterator<Item = (usize, &Segment<'a>)> {
        self.segments.iter().enumerate().filter(|(_, segment)| segment.parameter.is_some())
    }
}

/// [`PathShape::last`] of a path of which nothing else is asked.
pub fn last_segment(path: &str) -> Option<Segment<'_>> {
    let last = telling_parts(path).last()?;
    let last = match custom_method(last) {
        Some(("", "")) => return PathShape::of_path(path).last().cloned(),
        Some((head, "")) => head,
        Some((_, method)) => method,
        None => last,
    };
    Some(Segment::new(last)).filter(|segment| segment.parameter.is_none())
}

/// The parts of a path, less versions and leading ones that only name the API.
fn telling_parts(path: &str) -> impl Iterator<Item = &str> {
    let is_named = |text: &&str| !is_version_token(text);
    parts(path).filter(is_named).skip_while(|text| is_prefix(text))
}

/// What stands between the slashes of a path, less a query string. Byte by byte: most parts are shorter than what a
/// search for a character takes to begin.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    let path = without_query(path);
    let mut from = 0;
    std::iter::from_fn(move || {
        from += path.as_bytes()[from..].iter().take_while(|byte| **byte == b'/').count();
        let rest = &path[from..];
        let length = rest.bytes().take_while(|byte| *byte != b'/').count();
        from += length;
        (length > 0).then(|| &rest[..length])
    })
}

/// What stands of a path or reference before a query string and a fragment.
pub fn without_query(path: &str) -> &str {
    let end = path.bytes().position(|byte| matches!(byte, b'?' | b'#'));
    end.map_or(path, |end| &path[..end])
}

fn is_prefix(segment: &str) -> bool {
    ["api", "rest"].iter().any(|word| segment.eq_ignore_ascii_case(word))
}

/// `items:search` and `{id}:lock`: what stands before the colon, and the method behind it.
pub fn custom_method(segment: &str) -> Option<(&str, &str)> {
    let from = segment.rfind('}').map_or(0, |at| at + 1);
    let at = from + segment[from..].find(':')?;
    Some((&segment[..at], &segment[at + 1..]))
}

/// `resource(path)`: the key that paths of one resource share. Names of parameters are blanked, a trailing slash and
/// one last segment that is only a parameter are dropped: `/users` and `/users/{id}` are one resource,
/// `/users/{id}/photos` is another, and so is `/users/{id}:lock`, whose custom method counts as a segment.
pub fn resource_key(path: &str) -> String {
    let mut key = String::with_capacity(path.len() + 1);
    for text in parts(path) {
        let (head, method) = custom_method(text).unwrap_or((text, ""));
        for part in [head, method].into_iter().filter(|part| !part.is_empty()) {
            key.push('/');
            Segment::blank_parameters(part, &mut key);
        }
    }
    if key.ends_with("/{}") {
        key.truncate(key.len() - "/{}".len());
    }
    key
}

/// `version_token(t)`: `v1`, `v2.1`, `2.0`, `v1beta2`, `2024-01-31`.
pub fn is_version_token(text: &str) -> bool {
    static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"^(?i-u:v[0-9]{1,3}(\.[0-9]{1,3}){0,2}",
            r"|v?[0-9]{1,3}(\.[0-9]{1,3}){1,2}",
            r"|v[0-9]{1,3}(p[0-9]{1,3})?[-_.]?(alpha|beta|rc|preview)[-_.]?[0-9]*",
            r"|v?(19|20)[0-9]{2}-(0[1-9]|1[0-2])(-[0-3][0-9])?([-_.](alpha|beta|rc|preview)[-_.]?[0-9]*)?)$"
        ))
        .ok()
    });
    // Nearly all segments are words, and nearly all versions `v` and a digit: they are not worth a search.
    let may_be = match text.as_bytes() {
        [b'v' | b'V', digit] if digit.is_ascii_digit() => return true,
        [b'v' | b'V', digit, ..] => digit.is_ascii_digit(),
        [digit, rest @ ..] => digit.is_ascii_digit() && rest.iter().any(|byte| matches!(byte, b'.' | b'-')),
        [] => false,
    };
    may_be && PATTERN.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(path: &str) -> Vec<String> {
        let texts = |segment: &Segment<'_>| match segment.parameter {
            Some(name) => format!("<{name}>"),
            None => segment.text.to_owned(),
        };
        PathShape::of_path(path).segments().iter().map(texts).collect()
    }

    #[test]
    fn paths_lose_what_names_only_the_api() {
        assert_eq!(shape("/api/v1/users/{id}"), ["users", "<id>"]);
        assert_eq!(shape("/API/rest/2024-01-31/users"), ["users"]);
        assert_eq!(shape("/users/v1/{id}/"), ["users", "<id>"]);
        assert_eq!(shape("/users/api"), ["users", "api"]);
        assert_eq!(shape("/v1"), Vec::<String>::new());
        assert_eq!(shape("/files/{path}.json?x=1"), ["files", "{path}.json"]);
    }

    #[test]
    fn custom_methods_are_segments() {
        assert_eq!(shape("/items:search"), ["items", "search"]);
        assert_eq!(shape("/items/{id}:lock"), ["items", "<id>", "lock"]);
        assert_eq!(shape("/items/{id:[0-9]+}"), ["items", "<id:[0-9]+>"]);
        assert_eq!(shape("/a:b/c"), ["a:b", "c"]);
    }

    #[test]
    fn the_last_segment_alone_is_that_of_the_whole() {
        for path in [
            "/api/v1/users/{id}",
            "/API/rest",
            "/users/v2",
            "/items:search",
            "/items/{id}:lock",
            "/a:",
            "/:a",
            "/a/:",
            "/:",
            "/a:b/c",
            "",
            "/",
            "/api",
            "/users//",
            "/files/{path}.json?x=/1",
        ] {
            let whole = PathShape::of_path(path);
            let alone = last_segment(path).map(|segment| segment.text);
            assert_eq!(alone, whole.last().map(|segment| segment.text), "{path}");
        }
    }

    #[test]
    fn version_tokens_have_four_forms() {
        for text in ["v1", "V2.1", "2.0", "v1beta2", "v1p1beta1", "2024-01-31", "v2024-01", "1.2.3"] {
            assert!(is_version_token(text), "{text}");
        }
        for text in ["1", "v", "version", "v1x", "2024", "users", "v1234", "2024-13"] {
            assert!(!is_version_token(text), "{text}");
        }
    }

    #[test]
    fn the_last_segment_is_none_behind_a_parameter() {
        let path = PathShape::of_path("/users/login/{id}");
        assert!(path.last().is_none());
        assert_eq!(path.last_literal().map(|segment| segment.text), Some("login"));
        assert!(PathShape::of_path("/{tenant}/login").has_parameter_before_last());
        assert!(!PathShape::of_path("/login").has_parameter_before_last());
        assert!(!PathShape::of_path("").has_parameter_before_last());
    }

    #[test]
    fn paths_of_one_resource_share_a_key() {
        assert_eq!(resource_key("/users"), "/users");
        assert_eq!(resource_key("/users/"), "/users");
        assert_eq!(resource_key("/users/{id}"), "/users");
        assert_eq!(resource_key("/users/{userId}/photos/{id}"), "/users/{}/photos");
        assert_eq!(resource_key("/users/{id}:lock"), "/users/{}/lock");
        assert_eq!(resource_key("/files/{name}.{ext}"), "/files/{}.{}");
        assert_eq!(resource_key("/{id}"), "");
    }
}
