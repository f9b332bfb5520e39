//! `secrets/pii-in-example`

use std::collections::BTreeMap;

use apiward_model::lexicon::{Lexicon, Match, Tokens};
use apiward_model::words::{IBAN_LENGTHS, PII_HIGH, TEST_PAYMENT_NUMBERS};
use apiward_model::{Node, secret::spans_in_source};
use apiward_syntax::Kind;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::framework::declare::{ALL_FORMATS, declare_lint};
use crate::framework::fix::Fix;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::framework::operations::Operations;
use crate::framework::text::quoted;
use crate::secrets::shown::{name_of, values};

declare_lint! {
    id: "secrets/pii-in-example",
    title: "Example shows a payment card, bank account or social security number that looks real",
    levels: Levels::raised(Level::Warning, Level::Warning),
    confidence: Medium,
    formats: ALL_FORMATS,
    owasp: ["API3:2023"],
    cwe: ["CWE-359", "CWE-540"],
    practices: [MinimalExposure, Documentation],
    references: [
        "OWASP API3:2023 Broken Object Property Level Authorization" => "https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/",
    ],
    fix: Unsafe,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("pii_in_example.md"),
    check: PiiInExample,
    options: Options,
}

/// A kind of number that belongs to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Number {
    /// A payment card's primary account number.
    Pan,
    /// An international bank account number (ISO 13616).
    Iban,
    /// A social security number of the United States.
    Ssn,
}

/// Options of `secrets/pii-in-example`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Options {
    /// Values that are let pass.
    allow_values: Vec<String>,
    /// The kinds of numbers that are looked for.
    kinds: Vec<Number>,
}

impl Default for Options {
    fn default() -> Self {
        Self { allow_values: Vec::new(), kinds: vec![Number::Pan, Number::Iban, Number::Ssn] }
    }
}

struct PiiInExample {
    options: Options,
}

impl From<Options> for PiiInExample {
    fn from(options: Options) -> Self {
        Self { options }
    }
}

/// Characters of such numbers at least and, with blanks, at most.
const LENGTHS: std::ops::RangeInclusive<usize> = 11..=48;

impl<'a> Check<'a> for PiiInExample {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let plausible = |node: apiward_syntax::Node<'_>| {
            matches!(node.kind(), Kind::String | Kind::Number)
                && LENGTHS.contains(&node.text_len())
                && node.text().bytes().filter(u8::is_ascii_digit).count() >= 9
        };
        let found = values(cx.api, plausible).filter_map(|node| Some((node, self.number(node)?)));
        let mut places: BTreeMap<(Number, String), Vec<Node<'a>>> = BTreeMap::new();
        for (node, number) in found {
            places.entry((number, digits_and_letters(node.text()))).or_default().push(node);
        }
        for ((number, _), places) in places {
            report(cx, number, &places);
        }
    }
}

/// A number without what sets its groups apart.
fn digits_and_letters(number: &str) -> String {
    number.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase()
}

/// One number, at all its places.
fn report<'a>(cx: &mut Cx<'_, 'a>, number: Number, places: &[Node<'a>]) {
    let Some((first, others)) = places.split_first() else { return };
    let what = match number {
        Number::Pan => "payment card number",
        Number::Iban => "bank account number",
        Number::Ssn => "social security number",
    };
    let name = name_of(*first).map_or_else(|| "an example".to_owned(), quoted);
    let message = format!("{name} shows a {what} that looks real");
    let help = "show one that is published as an example, such as 4111 1111 1111 1111, or a mask: a real one belongs to somebody";
    let operations = Operations::united(places.iter().map(|node| cx.reaching(*node)));
    let mut finding = cx.finding(*first, message).help(help).operations(operations);
    finding = finding.about(cx.api.operations_node(), digits_and_letters(first.text()));
    for other in others {
        finding = finding.related(*other, "the same number");
    }
    for node in places {
        let spans = if node.is_string() {
            spans_in_source(node.raw(), std::slice::from_ref(&(0..node.text().len())))
        } else {
            vec![node.span()]
        };
        finding = spans.into_iter().fold(finding, |finding, span| finding.hides(*node, span));
    }
    let published = match number {
        Number::Pan => Some("4111111111111111"),
        Number::Iban => Some("GB33BUKB20201555555555"),
        Number::Ssn => None,
    };
    let fix = |text| {
        let fix = Fix::new("show a number that is published as an example");
        places.iter().fold(fix, |fix, node| fix.text(*node, text))
    };
    let texts = places.iter().all(|node| node.is_string());
    cx.report(finding.fixed_by(published.filter(|_| texts).map(fix)));
}

/// Names of cards that nobody pays with.
static NO_CARD: Lexicon = Lexicon::new("no_card", Match::Word, &["gift", "loyalty", "sim", "token"]);
static CARD: Lexicon = Lexicon::new("card", Match::Word, &["card", "pan"]);

impl PiiInExample {
    fn number(&self, node: Node<'_>) -> Option<Number> {
        let text = node.text().trim();
        let own = Tokens::new(name_of(node).unwrap_or_default());
        let exempt = own.last() == Some("id")
            || NO_CARD.matches_word(&own)
            || self.options.allow_values.iter().any(|value| value == text);
        if exempt {
            return None;
        }
        let outer = node.parent().and_then(|object| object.key()).map(Tokens::new);
        let of_card = || CARD.matches_word(&own) || outer.as_ref().is_some_and(|name| CARD.matches_word(name));
        self.options.kinds.iter().copied().find(|number| match number {
            Number::Pan => of_card() && is_pan(text),
            Number::Iban => is_iban(text),
            Number::Ssn => PII_HIGH.matches_name(&own) && is_ssn(text),
        })
    }
}

fn is_published(digits: &str) -> bool {
    let same = digits.as_bytes().windows(8).any(|row| row.iter().all(|byte| *byte == row[0]));
    TEST_PAYMENT_NUMBERS.matches_value(digits) || digits.starts_with("400000") || same
}

fn is_pan(text: &str) -> bool {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let number = |length: usize| digits.get(..length).and_then(|start| start.parse::<u32>().ok()).unwrap_or_default();
    let length = digits.len();
    let brand = match number(2) {
        40..=49 => matches!(length, 13 | 16 | 19),
        51..=55 => length == 16,
        34 | 37 => length == 15,
        36 | 38 | 39 => length == 14,
        62 | 65 => (16..=19).contains(&length),
        _ => match number(4) {
            3000..=3059 => length == 14,
            2221..=2720 | 3528..=3589 => length == 16,
            6011 | 6440..=6499 => (16..=19).contains(&length),
            _ => false,
        },
    };
    brand && digits.bytes().all(|byte| byte.is_ascii_digit()) && passes_luhn(&digits) && !is_published(&digits)
}

/// The check digit of ISO/IEC 7812-1.
fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .map(|byte| u32::from(byte - b'0'))
        .enumerate()
        .map(|(at, digit)| match (at % 2 == 1, digit * 2) {
            (true, double) if double > 9 => double - 9,
            (true, double) => double,
            (false, _) => digit,
        })
        .sum();
    sum.is_multiple_of(10)
}

fn is_iban(text: &str) -> bool {
    let compact: String = text.chars().filter(|c| *c != ' ').collect::<String>().to_ascii_uppercase();
    let plain = compact.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let Some(country) = compact.get(..2).filter(|_| plain && compact.len() > 4) else { return false };
    let length = format!("{country}{}", compact.len());
    let account = &compact[4..];
    IBAN_LENGTHS.matches_value(&length)
        && remainder_97(&compact) == 1
        && !TEST_PAYMENT_NUMBERS.matches_value(&compact)
        && !account.contains("000000")
        && !counts_up(account)
}

/// ISO 7064: the first four characters at the end, letters as numbers from 10.
fn remainder_97(iban: &str) -> u32 {
    let moved = iban[4..].bytes().chain(iban[..4].bytes());
    moved.fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    })
}

/// Eight digits each one more than the last, 0 after 9.
fn counts_up(text: &str) -> bool {
    text.as_bytes().windows(8).any(|row| {
        row.iter().all(u8::is_ascii_digit) && row.windows(2).all(|pair| (pair[0] - b'0' + 1) % 10 == pair[1] - b'0')
    })
}

/// `NNN-NN-NNNN` as it is given out.
fn is_ssn(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [area, group, serial] = parts.as_slice() else { return false };
    let shaped = [(area, 3), (group, 2), (serial, 4)]
        .iter()
        .all(|(part, length)| part.len() == *length && part.bytes().all(|byte| byte.is_ascii_digit()));
    let known = ["123-45-6789", "111-11-1111", "078-05-1120", "219-09-9999"].contains(&text);
    shaped && !known && !["000", "666"].contains(area) && !area.starts_with('9') && *group != "00" && *serial != "0000"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_judged_by_their_check_digits() {
        assert!(is_pan("4539 1488 0343 6467") && is_pan("3714-4963-5398-4312") == is_pan("371449635398431"));
        for text in
            ["4539148803436468", "4111111111111111", "4000001234567899", "9999148803436467", "453914880343646a", ""]
        {
            assert!(!is_pan(text), "{text}");
        }
        assert!(
            is_iban("DE75 5121 0800 1245 1261 99")
                && is_iban("fr7630006000011234567890189") == is_iban("FR7630006000011234567890189")
        );
        for text in ["DE75512108001245126198", "XX75512108001245126199", "DE7551210800124512619", "DE75", ""] {
            assert!(!is_iban(text), "{text}");
        }
        assert!(is_ssn("536-22-1987"));
        for text in
            ["123-45-6789", "000-22-1987", "666-22-1987", "936-22-1987", "536-00-1987", "536-22-0000", "536221987"]
        {
            assert!(!is_ssn(text), "{text}");
        }
    }
}
