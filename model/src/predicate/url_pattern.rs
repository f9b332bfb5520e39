//! Patterns that hold a URL to a host, or to a path of one's own.

use regex_syntax::ast::{AssertionKind, Ast, ClassPerlKind, ClassSet, ClassSetItem, Concat, GroupKind, parse::Parser};

/// Branches of a pattern that are looked at; of one with more nothing is said.
const MOST_BRANCHES: usize = 64;
/// The longest pattern that is looked at, in bytes.
const LONGEST: usize = 2_000;

/// One element of a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Atom {
    Start,
    End,
    Literal(char),
    /// Any of several characters.
    Some(Chars),
    /// Anything that is not understood.
    Other,
}

/// What a class can match, and whether it may be left out or repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Chars {
    /// `/` or `\`.
    slash: bool,
    /// `?`, `#` or `@`.
    delimiter: bool,
    shape: Shape,
    may_miss: bool,
}

/// How a class is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// A class, or a repetition.
    Class,
    /// The repetition of one literal.
    Literal(char),
    /// The dot.
    Dot,
}

/// `fixed_host(pattern)`: only URLs of hosts that the pattern names match.
pub fn is_fixed_host(pattern: &str) -> bool {
    every_branch(pattern, |branch| host_of(branch).is_some_and(is_named))
}

/// As [`is_fixed_host`], and only https URLs match.
pub fn is_fixed_https_host(pattern: &str) -> bool {
    let secure = |branch: &[Atom]| branch.get(1..6).is_some_and(|scheme| spells(scheme, "https"));
    is_fixed_host(pattern) && every_branch(pattern, secure)
}

/// Only URLs of one scheme match, which is none that servers fetch from hosts on the network.
pub fn is_scheme_without_host(pattern: &str) -> bool {
    every_branch(pattern, |branch| {
        let Some(rest) = branch.strip_prefix(&[Atom::Start]) else { return false };
        let letters = rest.iter().map_while(|atom| match atom {
            Atom::Literal(character) if character.is_ascii_alphanumeric() => Some(*character),
            _ => None,
        });
        let scheme: String = letters.collect();
        !scheme.is_empty()
            && rest.get(scheme.len()) == Some(&Atom::Literal(':'))
            && !FETCHED.iter().any(|known| scheme.eq_ignore_ascii_case(known))
    })
}

/// `music:track:4iV5`: an identifier with a scheme that is none of a host. A name before a port is no scheme.
pub fn names_no_host(value: &str) -> bool {
    let Some((scheme, rest)) = value.split_once(':') else { return false };
    !scheme.is_empty()
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && rest.starts_with(|first: char| first.is_ascii_alphabetic())
        && !FETCHED.iter().any(|known| scheme.eq_ignore_ascii_case(known))
}

/// Schemes that common clients fetch from, RFC 3986 section 3.1 and the lists of what they support.
const FETCHED: [&str; 16] = [
    "http", "https", "ws", "wss", "ftp", "ftps", "sftp", "file", "gopher", "dict", "ldap", "ldaps", "smb", "tftp",
    "jar", "netdoc",
];

/// `local_path(pattern)`: only paths of the same host match, `//host` does not.
pub fn is_local_path(pattern: &str) -> bool {
    let behind = ["^/", r"^\/"].iter().find_map(|start| pattern.strip_prefix(start)).unwrap_or_default();
    let ahead = ["(?!/)", r"(?!\/)", r"(?![/\\])", r"(?![\/\\])"];
    if ahead.iter().any(|ahead| behind.starts_with(ahead)) {
        return !behind.contains('|');
    }
    every_branch(pattern, |branch| {
        let [Atom::Start, Atom::Literal('/'), rest @ ..] = branch else { return false };
        for atom in rest {
            match atom {
                Atom::Literal(character) => return !matches!(character, '/' | '\\'),
                Atom::Some(chars) if chars.slash => return false,
                Atom::Some(chars) if chars.may_miss => {}
                Atom::End | Atom::Some(_) => return true,
                Atom::Start | Atom::Other => return false,
            }
        }
        false
    })
}

fn every_branch(pattern: &str, holds: impl Fn(&[Atom]) -> bool) -> bool {
    if pattern.len() > LONGEST {
        return false;
    }
    let Ok(ast) = Parser::new().parse(pattern) else { return false };
    branches(&ast).is_some_and(|branches| branches.iter().all(|branch| holds(branch)))
}

fn spells(atoms: &[Atom], text: &str) -> bool {
    atoms.iter().copied().eq(text.chars().map(Atom::Literal))
}

/// What stands between the scheme and the end of the host.
fn host_of(branch: &[Atom]) -> Option<&[Atom]> {
    let rest = branch.strip_prefix(&[Atom::Start])?;
    let rest = rest.get(4..).filter(|_| spells(&rest[..4], "http"))?;
    let is_s = |atom: &Atom| match atom {
        Atom::Literal(character) => *character == 's',
        Atom::Some(chars) => chars.shape == Shape::Literal('s'),
        _ => false,
    };
    let rest = if rest.first().is_some_and(is_s) { &rest[1..] } else { rest };
    let rest = rest.get(3..).filter(|_| spells(&rest[..3], "://"))?;
    let ends = |atom: &Atom| matches!(atom, Atom::End | Atom::Literal('/' | ':' | '?' | '#'));
    Some(&rest[..rest.iter().position(ends)?])
}

/// The host ends in two whole labels, and nothing before them can end it sooner.
fn is_named(host: &[Atom]) -> bool {
    let is_label =
        |atom: &Atom| matches!(atom, Atom::Literal(c) if c.is_ascii_alphanumeric() || *c == '-' || *c == '_');
    let is_dot = |atom: &Atom| *atom == Atom::Literal('.');
    let is_any = |atom: &Atom| matches!(atom, Atom::Some(chars) if chars.shape == Shape::Dot && !chars.may_miss);
    let literal = host.iter().rev().take_while(|atom| is_label(atom) || is_dot(atom) || is_any(atom)).count();
    let (before, labels) = host.split_at(host.len() - literal);
    // Behind a class the first label is not whole, and a dot that matches anything might end the host.
    let labels = if before.is_empty() {
        labels
    } else {
        match labels.iter().position(is_dot) {
            Some(at) if !labels[..at].iter().any(is_any) => &labels[at + 1..],
            _ => return false,
        }
    };
    let parts: Vec<&[Atom]> = labels.split(|atom| is_dot(atom) || is_any(atom)).collect();
    let harmless = |atom: &Atom| match atom {
        Atom::Literal(character) => !matches!(character, '/' | '\\' | '?' | '#' | '@'),
        Atom::Some(chars) => !chars.slash && !chars.delimiter,
        _ => false,
    };
    parts.len() >= 2 && parts.iter().all(|part| !part.is_empty()) && before.iter().all(harmless)
}

/// The branches of a pattern, alternations multiplied out; nothing when they are too many.
fn branches(ast: &Ast) -> Option<Vec<Vec<Atom>>> {
    match ast {
        Ast::Alternation(alternation) => {
            let mut all = Vec::new();
            for branch in &alternation.asts {
                all.extend(branches(branch)?);
            }
            (all.len() <= MOST_BRANCHES).then_some(all)
        }
        Ast::Concat(concat) => product(concat),
        Ast::Group(group) if !matches!(&group.kind, GroupKind::NonCapturing(flags) if !flags.items.is_empty()) => {
            branches(&group.ast)
        }
        Ast::Empty(_) => Some(vec![Vec::new()]),
        other => Some(vec![vec![atom(other)]]),
    }
}

fn product(concat: &Concat) -> Option<Vec<Vec<Atom>>> {
    let mut all = vec![Vec::new()];
    for part in &concat.asts {
        let ends = branches(part)?;
        if ends.len() * all.len() > MOST_BRANCHES {
            return None;
        }
        all = all
            .iter()
            .flat_map(|head: &Vec<Atom>| ends.iter().map(move |end| [head.as_slice(), end].concat()))
            .collect();
    }
    Some(all)
}

fn atom(ast: &Ast) -> Atom {
    match ast {
        Ast::Literal(literal) => Atom::Literal(literal.c),
        Ast::Dot(_) => Atom::Some(Chars { slash: true, delimiter: true, shape: Shape::Dot, may_miss: false }),
        Ast::Assertion(assertion) => match assertion.kind {
            AssertionKind::StartLine | AssertionKind::StartText => Atom::Start,
            AssertionKind::EndLine | AssertionKind::EndText => Atom::End,
            _ => Atom::Other,
        },
        Ast::Repetition(repetition) => {
            let may_miss = match &repetition.op.kind {
                regex_syntax::ast::RepetitionKind::OneOrMore => false,
                regex_syntax::ast::RepetitionKind::Range(range) => {
                    !matches!(range, regex_syntax::ast::RepetitionRange::Exactly(least)
                        | regex_syntax::ast::RepetitionRange::AtLeast(least)
                        | regex_syntax::ast::RepetitionRange::Bounded(least, _) if *least > 0)
                }
                _ => true,
            };
            repeated(&repetition.ast, may_miss)
        }
        other => set(other).map_or(Atom::Other, Atom::Some),
    }
}

/// A repetition matches what its parts match.
fn repeated(ast: &Ast, may_miss: bool) -> Atom {
    let Some(all) = branches(ast) else { return Atom::Other };
    let mut sum = Chars { slash: false, delimiter: false, shape: Shape::Class, may_miss };
    if let [only] = all.as_slice()
        && let [Atom::Literal(character)] = only.as_slice()
    {
        sum.shape = Shape::Literal(*character);
    }
    for atom in all.iter().flatten() {
        match atom {
            Atom::Literal(character) => {
                sum.slash |= matches!(character, '/' | '\\');
                sum.delimiter |= matches!(character, '?' | '#' | '@');
            }
            Atom::Some(chars) => {
                sum.slash |= chars.slash;
                sum.delimiter |= chars.delimiter;
            }
            _ => return Atom::Other,
        }
    }
    Atom::Some(sum)
}

fn set(ast: &Ast) -> Option<Chars> {
    let matches = |character: char| match ast {
        Ast::ClassPerl(perl) => Some(perl_matches(&perl.kind, perl.negated)),
        Ast::ClassBracketed(class) => match &class.kind {
            ClassSet::Item(item) => Some(item_matches(item, character) != class.negated),
            ClassSet::BinaryOp(_) => None,
        },
        _ => None,
    };
    let any = |characters: [char; 3]| characters.into_iter().try_fold(false, |sum, one| Some(sum | matches(one)?));
    let (slash, delimiter) = (any(['/', '\\', '/'])?, any(['?', '#', '@'])?);
    Some(Chars { slash, delimiter, shape: Shape::Class, may_miss: false })
}

/// Whether `\w`, `\d`, `\s` match punctuation: only their opposites do.
const fn perl_matches(_kind: &ClassPerlKind, negated: bool) -> bool {
    negated
}

/// Whether an item of a class matches; one that is not understood matches anything.
fn item_matches(item: &ClassSetItem, character: char) -> bool {
    match item {
        ClassSetItem::Empty(_) => false,
        ClassSetItem::Literal(literal) => literal.c == character,
        ClassSetItem::Range(range) => (range.start.c..=range.end.c).contains(&character),
        ClassSetItem::Perl(perl) => perl_matches(&perl.kind, perl.negated),
        ClassSetItem::Union(union) => union.items.iter().any(|item| item_matches(item, character)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_fixed_by_two_labels() {
        for pattern in [
            r"^https://parcels\.io$",
            r"^https?://www\.parcels\.io/",
            r"^https:\/\/[a-z0-9-]+\.parcels\.io(/|$)",
            r"^https://(a|b)\.parcels\.io/.*$",
            r"^(http://a\.io/|https://b\.io:443/)",
            "^https://www.parcels.io/",
            r"^https://([a-z]+\.)?parcels\.io/",
        ] {
            assert_eq!(is_fixed_host(pattern), !pattern.contains(")?"), "{pattern}");
        }
        for pattern in [
            r"https://parcels\.io/",
            r"^https://parcels\.io",
            r"^https://.*\.parcels\.io/",
            r"^https://[a-z]+parcels\.io/",
            r"^https://[^.]+\.parcels\.io/",
            r"^https://[a-z]+.parcels\.io/",
            "^https://localhost/",
            r"^https?://",
            r"^https://parcels\.io/|^ftp:",
            r"^ftp://parcels\.io/",
            "(?=^https://parcels.io/)",
            "(",
        ] {
            assert!(!is_fixed_host(pattern), "{pattern}");
        }
        assert!(is_fixed_https_host(r"^https://parcels\.io/"));
        assert!(!is_fixed_https_host(r"^https?://parcels\.io/"));
    }

    #[test]
    fn schemes_that_nobody_fetches_are_told_from_others() {
        for pattern in [r"^mxc:\/\/", "^urn:[a-z]+$", "^(urn:a|data:)"] {
            assert!(is_scheme_without_host(pattern), "{pattern}");
        }
        for pattern in [r"^https:\/\/", "^FILE:", "mxc:", "^[a-z]+:", "^(urn:|ftp:)", "^:", "^urn"] {
            assert!(!is_scheme_without_host(pattern), "{pattern}");
        }
    }

    #[test]
    fn identifiers_with_a_scheme_name_no_host() {
        for value in ["music:track:4iV5", "urn:isbn:0451450523", "data:text/plain,a"] {
            assert!(names_no_host(value), "{value}");
        }
        for value in ["https:parcels.io", "FTP:a", "parcels:8080", "s3://parcels/a", "git@parcels.io:a", "a", ":a"] {
            assert!(!names_no_host(value), "{value}");
        }
    }

    #[test]
    fn paths_are_local_without_a_second_slash() {
        for pattern in ["^/$", "^/app", "^/[a-z]+$", r"^\/[^/\\]", "^/(?!/).*", r"^/(?![/\\])", r"^/[a-z]*$", r"^/\w+"]
        {
            assert!(is_local_path(pattern), "{pattern}");
        }
        for pattern in
            ["^/", "/app", "^/.*", "^//a", "^/[^a]", "^/[a-z]*/b", "^/a|^http", "^/(?!/)a|b", "^/(/|a)", r"^/\W"]
        {
            assert!(!is_local_path(pattern), "{pattern}");
        }
    }
}
