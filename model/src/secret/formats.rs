//! The formats by which credentials are known, and one fast scan for them.
//!
//! Every match of a format holds one of its *anchors*, short literals that a vectorised search finds at some gigabytes
//! per second. Only where an anchor stands is the format's pattern tried, once, from where the match must begin. A
//! pattern is compiled when it is first needed.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::bytes::{Regex, RegexBuilder};

/// A format of credentials.
#[derive(Debug)]
pub struct SecretFormat {
    /// Its name in the catalogue.
    pub id: &'static str,
    /// What it is, with its article: `a GitHub token`.
    pub noun: &'static str,
    /// The pattern of the catalogue; searched in bytes, so that its classes are those of ASCII.
    pub(super) pattern: &'static str,
    /// True when a match alone is a warning, not an error.
    pub(super) lesser: bool,
    /// One of them stands in every match. Where the pattern has no group, the variable part begins behind it.
    anchors: &'static [&'static str],
    /// What of a match stands before the anchor: one of these.
    leads: &'static [&'static str],
    regex: OnceLock<Regex>,
}

impl PartialEq for SecretFormat {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for SecretFormat {}

const fn format(
    id: &'static str,
    noun: &'static str,
    pattern: &'static str,
    anchors: &'static [&'static str],
) -> SecretFormat {
    SecretFormat { id, noun, pattern, lesser: false, anchors, leads: &[""], regex: OnceLock::new() }
}

impl SecretFormat {
    const fn led_by(mut self, leads: &'static [&'static str]) -> Self {
        self.leads = leads;
        self
    }

    const fn lesser(mut self) -> Self {
        self.lesser = true;
        self
    }

    fn regex(&self) -> &Regex {
        self.regex.get_or_init(|| {
            RegexBuilder::new(&format!(r"\A(?:{})", self.pattern))
                .unicode(false)
                .build()
                .expect("the table is fixed and a test compiles each")
        })
    }
}

/// Position of formats with a reading of their own.
pub(super) const AWS: usize = 0;
pub(super) const PRIVATE_KEY: usize = 15;
pub(super) const USERINFO: usize = 16;
pub(super) const BASIC: usize = 17;

/// Every format, in the order in which they win where matches overlap.
pub(super) static FORMATS: [SecretFormat; 18] = [
    format("aws-access-key", "an AWS access key id", r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b", &["AKIA", "ASIA"]).lesser(),
    format(
        "github-token",
        "a GitHub token",
        r"\bgh[pousr]_[A-Za-z0-9]{36,255}\b",
        &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
    ),
    format(
        "github-fine-grained",
        "a fine-grained GitHub token",
        r"\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b",
        &["_pat_"],
    )
    .led_by(&["github"]),
    format("gitlab-pat", "a GitLab access token", r"\bglpat-[A-Za-z0-9_-]{20,}", &["glpat-"]),
    format(
        "slack-token",
        "a Slack token",
        r"\bxox[abprs]-[0-9]{8,}-[0-9A-Za-z-]{10,}",
        &["xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-"],
    ),
    format(
        "slack-webhook",
        "the URL of a Slack webhook",
        r"https://hooks\.slack\.com/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{20,}",
        &["hooks.slack.com/services/"],
    )
    .led_by(&["https://"]),
    format(
        "discord-webhook",
        "the URL of a Discord webhook",
        r"https://(?:ptb\.|canary\.)?discord(?:app)?\.com/api/webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,}",
        &["discord.com/api/webhooks/", "discordapp.com/api/webhooks/"],
    )
    .led_by(&["https://", "https://ptb.", "https://canary."]),
    format("stripe-live", "a live Stripe key", r"\b(?:sk|rk)_live_[A-Za-z0-9]{16,}\b", &["sk_live_", "rk_live_"]),
    format("stripe-test", "a Stripe test key", r"\b(?:sk|rk)_test_[A-Za-z0-9]{16,}\b", &["sk_test_", "rk_test_"])
        .lesser(),
    format("google-api-key", "a Google API key", r"\bAIza[0-9A-Za-z_-]{35}\b", &["AIza"]),
    format("google-oauth", "a Google OAuth token", r"\bya29\.[0-9A-Za-z_-]{20,}", &["ya29."]),
    format("sendgrid", "a SendGrid key", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b", &["SG."]),
    format("node-registry-token", "a token of the Node package registry", r"\bnpm_[A-Za-z0-9]{36}\b", &["npm_"]),
    format("digitalocean", "a DigitalOcean token", r"\bdop_v1_[a-f0-9]{64}\b", &["dop_v1_"]),
    format("huggingface", "a Hugging Face token", r"\bhf_[A-Za-z]{34}\b", &["hf_"]),
    // Not quite the catalogue's pattern: the header lines that it says are to be removed (RFC 1421) stand between the
    // marker and the key. They are bounded, so that no text is read twice.
    format(
        "private-key-block",
        "a private key",
        concat!(
            r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----",
            r"(?:(?:\s|\\[nr]){0,4}[A-Za-z][A-Za-z-]{0,30}: [ -~]{0,100}?(?:[\r\n]|\\[nr])){0,4}",
            r"([\sA-Za-z0-9+/=\\n]{64,})"
        ),
        &["PRIVATE KEY-----"],
    )
    .led_by(&[
        "-----BEGIN ",
        "-----BEGIN RSA ",
        "-----BEGIN EC ",
        "-----BEGIN DSA ",
        "-----BEGIN OPENSSH ",
        "-----BEGIN ENCRYPTED ",
    ]),
    format(
        "url-userinfo",
        "a URL with a password",
        r"\b[a-z][a-z0-9+.-]*://[^\s/:@]+:([^\s/:@]{3,})@[^\s/]+",
        &["://"],
    ),
    format(
        "basic-header",
        "a Basic credential with user name and password",
        r"\bBasic ([A-Za-z0-9+/]{8,}={0,2})",
        &["Basic "],
    ),
];

/// A match of a format's pattern, nothing excepted yet.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    /// Position in [`FORMATS`].
    pub(super) format: usize,
    /// All of the match.
    pub(super) range: Range<usize>,
    /// Group 1 where the pattern has one, else what follows the fixed prefix.
    pub(super) variable: Range<usize>,
}

/// The matches in a text, in the order of their anchors. In `source`, backslash escapes such as `\n` end words.
pub(super) fn hits(text: &str, source: bool) -> impl Iterator<Item = Hit> {
    let (anchors, formats) = anchors();
    // Where the latest variable part of each format ends: what begins inside it belongs to it.
    let mut done = [0; FORMATS.len()];
    anchors.find_iter(text).filter_map(move |anchor| {
        let format = formats[anchor.pattern().as_usize()];
        let start = start_of(text, source, format, &anchor.range()).filter(|start| *start >= done[format])?;
        let captures = FORMATS[format].regex().captures(&text.as_bytes()[start..])?;
        let end = start + captures.get(0)?.end();
        let group = captures.get(1).map(|group| start + group.start()..start + group.end());
        let variable = group.unwrap_or(anchor.end()..end);
        done[format] = variable.end;
        Some(Hit { format, range: start..end, variable })
    })
}

fn anchors() -> &'static (AhoCorasick, Vec<usize>) {
    static ANCHORS: OnceLock<(AhoCorasick, Vec<usize>)> = OnceLock::new();
    ANCHORS.get_or_init(|| {
        let pairs = FORMATS.iter().enumerate().flat_map(|(at, format)| format.anchors.iter().map(move |a| (*a, at)));
        let (literals, formats): (Vec<&str>, Vec<usize>) = pairs.unzip();
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(literals);
        (automaton.expect("some dozens of short literals fit any automaton"), formats)
    })
}

/// Where the match must begin that holds an anchor.
fn start_of(text: &str, source: bool, at: usize, anchor: &Range<usize>) -> Option<usize> {
    let format = &FORMATS[at];
    if at == USERINFO {
        return userinfo_start(text.as_bytes(), source, anchor);
    }
    let before = &text[..anchor.start];
    let lead = format.leads.iter().find(|lead| before.ends_with(**lead))?;
    let start = anchor.start - lead.len();
    (!format.pattern.starts_with(r"\b") || begins_word(text.as_bytes(), source, start)).then_some(start)
}

/// Where the URL begins whose `://` stands at `anchor`; nothing unless a user name and a colon follow. URLs are many.
fn userinfo_start(bytes: &[u8], source: bool, anchor: &Range<usize>) -> Option<usize> {
    let ends_user = |byte: &u8| matches!(byte, b'/' | b':' | b'@') || byte.is_ascii_whitespace();
    let user = bytes[anchor.end..].iter().position(ends_user)?;
    if user == 0 || bytes[anchor.end + user] != b':' {
        return None;
    }
    let of_scheme = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+.-".contains(byte);
    let length = bytes[..anchor.start].iter().rev().take_while(|byte| of_scheme(byte)).count();
    let mut starts = anchor.start - length..anchor.start;
    starts.find(|&start| bytes[start].is_ascii_lowercase() && begins_word(bytes, source, start))
}

/// Whether no word goes on at `start`, where one begins.
fn begins_word(bytes: &[u8], source: bool, start: usize) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    match bytes[..start] {
        [] => true,
        [.., b'\\', b'n' | b't' | b'r' | b'b' | b'f'] if source => true,
        [.., before] => !is_word(before),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

    use std::path::Path;

    use serde_json::Value;

    use super::*;

    #[test]
    fn the_formats_are_those_of_the_catalogue() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/lexicons.json");
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("skipped: {} is not there", path.display());
            return;
        };
        let catalogue: Value = serde_json::from_str(&text).unwrap();
        let entries = catalogue["secret_formats"]["entries"].as_array().unwrap();
        assert_eq!(entries.len(), FORMATS.len());
        for (at, (entry, format)) in entries.iter().zip(&FORMATS).enumerate() {
            assert_eq!(entry["id"], format.id);
            assert_eq!(entry["level"] == "warning", format.lesser, "{}", format.id);
            if at != PRIVATE_KEY {
                assert_eq!(entry["regex"], format.pattern, "{}", format.id);
            }
        }
    }

    #[test]
    fn positions_are_those_of_the_table() {
        let ids = [AWS, PRIVATE_KEY, USERINFO, BASIC].map(|at| FORMATS[at].id);
        assert_eq!(ids, ["aws-access-key", "private-key-block", "url-userinfo", "basic-header"]);
    }

    /// The fast scan must find what the patterns alone find.
    #[test]
    fn the_scan_agrees_with_the_patterns() {
        let alone: Vec<Regex> =
            FORMATS.iter().map(|format| RegexBuilder::new(format.pattern).unicode(false).build().unwrap()).collect();
        for text in super::super::tests::samples() {
            for around in ["{}", "({})", "a {} b", "x{}", "{}x", "_{}_", "-{}.", "\u{e9}{}\u{e9}", "{} {}", "{}{}"] {
                let text = around.replace("{}", &text);
                for (at, regex) in alone.iter().enumerate() {
                    let expected: Vec<_> = regex.find_iter(text.as_bytes()).map(|found| found.range()).collect();
                    let found: Vec<_> =
                        hits(&text, false).filter(|hit| hit.format == at).map(|hit| hit.range).collect();
                    assert_eq!(found, expected, "{} in {text}", FORMATS[at].id);
                }
            }
        }
    }
}
