#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;

fn read(text: &str) -> Pattern {
    Pattern::parse(text).unwrap_or_else(|why| panic!("{text}: {why:?}"))
}

#[test]
fn what_javascript_compiles_compiles() {
    let fine = [
        "",
        "a{2",
        "]",
        "}",
        r"\-",
        r"\_",
        r"[\w-.]",
        r"\k",
        r"\8",
        r"\u{1F600}",
        r"[\u{1F600}-\u{1F64F}]",
        r"\cA",
        r"[\ud83d\ude00-\ud83d\udeff]",
        r"(?<year>\d{4})-\k<year>",
        r"(?i:a)b",
        "(?=a)*",
        "(?<!a)b",
        r"\p{L}+",
        "[]",
        "[^]",
        r"\x4",
        r"\/",
        "a{,5}",
        r"\p{IsLatin",
        "a??",
        "(|a)",
        r"\01",
        r"[a-\d]",
    ];
    for text in fine {
        read(text);
    }
    let invalid = [
        "(", ")", "a)", "(?i)a", "(?P<n>a)", "*", "a**", "a++", "[b-a]", "[a", "\\", "a{2,1}", "^*", r"\b+", "(?<=a)*",
        "(?<n", "{1}", "(?>a)", "(?#x)", "a{1}{2}",
    ];
    for text in invalid {
        assert!(matches!(Pattern::parse(text), Err(Unreadable::Invalid(_))), "{text}");
    }
    let deep = "(".repeat(101) + &")".repeat(101);
    assert_eq!(Pattern::parse(&deep).unwrap_err(), Unreadable::TooLarge);
}

#[test]
fn every_alternative_is_held_at_both_ends() {
    for text in ["^a$", "^$", "^(a|b)$", "^a$|^b$", "(?:^a$|^b$)", r"^[|)\]]\|$", r"^a\\$", "((^a$))", "(^a|^b)c($)"] {
        assert!(read(text).is_anchored(), "{text}");
    }
    for text in ["", "a", "^a", "a$", "^a|b$", "^a$|b", r"^a\$", "(^a$)(b)", "(?=^a$)", "(^a|b$)", "(^a)?b$"] {
        assert!(!read(text).is_anchored(), "{text}");
    }
}

#[test]
fn finite_patterns_bound_the_length() {
    for text in ["^a{1,5}$", "^(ab|c?)$", "^(?=.*x).{8,64}$", "^$"] {
        assert!(read(text).is_finite(), "{text}");
    }
    for text in ["a{1,5}", "^a*$", "^(a{2,})?$", r"^(a)\1$", "^a$|^b+$", "^a"] {
        assert!(!read(text).is_finite(), "{text}");
    }
}

#[test]
fn patterns_that_match_everything_are_known() {
    for text in
        ["", ".*", "^.*$", "^(.*)$", r"[\s\S]*", r"^(.|\n)*$", r"(?:.|\s)*?", "[^]*", "^", "a*", "^a?", "^a$|.*", "a|"]
    {
        assert!(read(text).matches_everything(), "{text}");
    }
    for text in [".+", "^$", "^a*$", "^(?=a)", "^$|^a$", ".", r"^[\s\d]*$", "^(?!x).*$", "^a.*$", r"\b"] {
        assert!(!read(text).matches_everything(), "{text}");
    }
    assert!(read("^.+$").matches_everything_else() && read(r"([\d\D]+)").matches_everything_else());
    assert!(!read(".{2,}").matches_everything_else() && !read("^a+$").matches_everything_else());
}

#[test]
fn the_loosest_alternative_decides() {
    let cases = [
        ("^a$", Hold::Whole),
        ("^(?=.*a)(?=.*b)", Hold::Whole),
        ("^abc", Hold::Partly),
        (r"\.pdf$", Hold::Partly),
        ("^ab", Hold::Partly),
        ("^ab[0-9]", Hold::Loose),
        ("^abc|^a$", Hold::Partly),
        ("^a$|b", Hold::Loose),
        ("[a-z]+", Hold::Loose),
        ("^https?://", Hold::Partly),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text).hold(), expected, "{text}");
    }
}

#[test]
fn the_shortest_match_takes_the_shortest_alternative_and_the_fewest_repeats() {
    let cases = [
        ("^[0-9]{4}0{2}[A-Z0-9]{12}[0-9]{2}", 20),
        ("[A-Z]{2}|x", 1),
        ("(?:ab|c){3,}d?", 3),
        (r"^(?=.{9})a\b(b)\1$", 2),
        ("", 0),
        ("a*b+", 1),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text).shortest(), expected, "{text}");
    }
}
