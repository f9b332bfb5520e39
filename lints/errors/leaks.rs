//! What gives a server away in a text: stack frames, errors of databases, file paths, private addresses.

use std::net::Ipv4Addr;

use apiward_model::lexicon::{Lexicon, Match};

/// Frames of Java, Python, Go, PHP and Node.js.
static STACK_FRAMES: Lexicon = Lexicon::new(
    "stack frames",
    Match::Regex,
    &[
        r"\bat [a-z0-9_$.<>]+\([a-z0-9_$]+\.(java|kt|scala|groovy):[0-9]+\)",
        r#"\bFile "[^"\n]+", line [0-9]+"#,
        r"\bgoroutine [0-9]+ \[",
        r"#[0-9]+ /[^ (]+\([0-9]+\)",
        r"\bat Object\.<anonymous> \(",
    ],
);

static DATABASE_ERRORS: Lexicon = Lexicon::new(
    "database errors",
    Match::Regex,
    &[
        r"\b(?-i:ORA-[0-9]{5})\b",
        r"\b(?-i:SQLSTATE\[?[0-9A-Z]{5})",
        r"syntax error at or near",
        r"you have an error in your sql syntax",
    ],
);

static WINDOWS_PATHS: Lexicon = Lexicon::new("windows paths", Match::Regex, &[r"\b[a-z]:\\[a-z0-9_]"]);

/// What a text shows, if anything. `is_path_of_api` tells the paths that the document itself describes.
pub(super) fn leak(text: &str, is_path_of_api: impl Fn(&str) -> bool) -> Option<&'static str> {
    if STACK_FRAMES.matches_pattern(text) {
        Some("a stack frame")
    } else if DATABASE_ERRORS.matches_pattern(text) {
        Some("an error of the database")
    } else if WINDOWS_PATHS.matches_pattern(text) || file_paths(text).any(|path| !is_path_of_api(path)) {
        Some("the path of a file on the server")
    } else {
        holds_private_address(text).then_some("a private IP address")
    }
}

/// Absolute paths below folders that only servers have, each to its end.
fn file_paths(text: &str) -> impl Iterator<Item = &str> {
    let starts = memchr::memchr_iter(b'/', text.as_bytes()).filter(|at| {
        let before = text[..*at].bytes().next_back();
        // Behind a letter it is part of a URL or of a relative path.
        !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"._-~/:}".contains(&byte))
    });
    let ends = |c: char| c.is_whitespace() || "\"'`()<>[],;|".contains(c);
    starts.map(move |at| text[at..].split(ends).next().unwrap_or_default()).filter(|path| is_of_server(path))
}

fn is_of_server(path: &str) -> bool {
    let mut segments = path[1..].split('/');
    let mut next = || segments.next().unwrap_or_default();
    match (next(), next(), next()) {
        ("var", "www", _) => path.len() > "/var/www".len(),
        ("usr", "local" | "lib" | "share" | "bin" | "src", _) => path.matches('/').count() > 2,
        ("home", user, folder) => is_name(user) && is_name(folder),
        _ => false,
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
}

/// An address of 10/8, 172.16/12 or 192.168/16 (RFC 1918) that is no version number.
fn holds_private_address(text: &str) -> bool {
    let in_number = |c: char| c.is_ascii_digit() || c == '.';
    let mut at = 0;
    while let Some(start) = text[at..].find(|c: char| c.is_ascii_digit()).map(|found| found + at) {
        let length = text[start..].find(|c| !in_number(c)).unwrap_or(text.len() - start);
        at = start + length;
        let number = text[start..at].trim_end_matches('.');
        let free = !text[..start].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
            && !text[at..].starts_with(|c: char| c.is_ascii_alphanumeric());
        if free
            && number.parse().is_ok_and(|address: Ipv4Addr| address.is_private())
            && !follows_version(&text[..start])
        {
            return true;
        }
    }
    false
}

/// `version 10.0.0.1`, `release: 10.0.0.1`, `v 10.0.0.1`.
fn follows_version(before: &str) -> bool {
    let before = before.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    ["version", "release", "v"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::leak;

    fn told(text: &str) -> Option<&'static str> {
        leak(text, |path| path.starts_with("/home/parcels/"))
    }

    #[test]
    fn frames_errors_paths_and_addresses_are_told() {
        for (text, what) in [
            ("boom\n\tat com.parcels.Depot.find(Depot.java:12)", "a stack frame"),
            ("File \"depot.py\", line 3, in find", "a stack frame"),
            ("goroutine 1 [running]:", "a stack frame"),
            ("#0 /srv/depot.php(12): find()", "a stack frame"),
            ("    at Object.<anonymous> (/srv/a.js:1:1)", "a stack frame"),
            ("ORA-00933: SQL command not properly ended", "an error of the database"),
            ("SQLSTATE[42S02]: not found", "an error of the database"),
            ("ERROR: syntax error at or near \"from\"", "an error of the database"),
            ("You have an error in your SQL syntax; check", "an error of the database"),
            ("cannot open /var/www/depot/config.php", "the path of a file on the server"),
            ("(/usr/local/lib/depot.so)", "the path of a file on the server"),
            ("/home/ann/depot.rb failed", "the path of a file on the server"),
            ("in C:\\depot\\app.cs", "the path of a file on the server"),
            ("connection to 10.0.0.12:5432 refused", "a private IP address"),
            ("http://192.168.1.9/", "a private IP address"),
            ("host 172.31.0.1.", "a private IP address"),
        ] {
            assert_eq!(told(text), Some(what), "{text}");
        }
    }

    #[test]
    fn harmless_texts_are_not() {
        for text in [
            "look at this (it failed)",
            "ora-00933",
            "sqlstatements",
            "https://parcels.io/home/ann/photos",
            "see /home/parcels/42/label",
            "/home/ann",
            "/usr/depot",
            "a/usr/local/x",
            "ratio a:b",
            "172.32.0.1 and 8.8.8.8",
            "version 10.0.0.1",
            "release: 10.1.2.3",
            "v10.0.0.1",
            "10.0.0.1.5",
            "1.10.0.0.1",
            "10.0.0",
            "",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
