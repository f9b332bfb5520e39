//! No credential stands here as a whole, so that scanners of this repository are not misled.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Instant;

use apiward_syntax::{Limits, parse};

use super::*;

const FILLER: &str = "a8Kd03mZq7Rt5Wx1Yc9Vb2Nf6Hg4Jp0Ls3Dw8QeTu5Iy7Oz2Xk6Cv9Bn1Mh4Gl0Fj3Ds8Pa5Ew7Rq2";

fn filler(length: usize) -> &'static str {
    &FILLER[..length]
}

const AWS_ID: &str = concat!("AK", "IAQ7ZJ5MWX3KTB2RNV");
const AWS_KEY: &str = concat!("u7Rk0bQzL5wXfD2mTn8V", "y3Hc6Js9Ga1Pe4Bo+K/d");

fn key_body(lines: usize, end: &str) -> String {
    format!("{}{end}", filler(64)).repeat(lines)
}

/// One credential of each format, and the format's name.
fn credentials() -> Vec<(&'static str, String)> {
    let letters: String = FILLER.chars().filter(char::is_ascii_alphabetic).take(34).collect();
    let hex: String = FILLER.chars().filter(char::is_ascii_hexdigit).cycle().take(64).collect();
    vec![
        ("aws-access-key", AWS_ID.to_owned()),
        ("github-token", format!("gh{}{}", "p_", filler(36))),
        ("github-token", format!("gh{}{}", "s_", filler(60))),
        ("github-fine-grained", format!("github{}{}_{}", "_pat_", filler(22), filler(59))),
        ("gitlab-pat", format!("gl{}{}", "pat-", filler(20))),
        ("slack-token", format!("xo{}48291056371-{}", "xb-", filler(24))),
        ("slack-webhook", format!("https://hooks.{}/services/T8F2K1Q/B9X4M7Z/{}", "slack.com", filler(24))),
        (
            "discord-webhook",
            format!("https://canary.{}/api/webhooks/98172635409182736/{}", "discordapp.com", filler(68)),
        ),
        ("stripe-live", format!("sk{}{}", "_live_", filler(24))),
        ("stripe-test", format!("rk{}{}", "_test_", filler(24))),
        ("google-api-key", format!("AI{}{}", "za", filler(35))),
        ("google-oauth", format!("ya{}{}", "29.", filler(40))),
        ("sendgrid", format!("S{}{}.{}", "G.", filler(22), filler(43))),
        ("node-registry-token", format!("np{}{}", "m_", filler(36))),
        ("digitalocean", format!("dop{}{}", "_v1_", hex.to_lowercase())),
        ("huggingface", format!("h{}{letters}", "f_")),
        ("private-key-block", format!("-----BEGIN RSA {}-----\n{}", "PRIVATE KEY", key_body(4, "\n"))),
        ("url-userinfo", format!("amqps://parcels:{}@broker.parcels.io/v", filler(12))),
        // parcels:qW8zKd03mZ
        ("basic-header", format!("Basic {}", concat!("cGFyY2VsczpxVzh6", "S2QwM21a"))),
    ]
}

pub(super) fn samples() -> Vec<String> {
    credentials().into_iter().map(|(_, text)| text).collect()
}

fn ids(text: &str) -> Vec<&'static str> {
    secret_match(text).iter().filter_map(|secret| secret.format).map(|format| format.id).collect()
}

#[test]
fn every_format_is_found_in_running_text() {
    for (id, credential) in credentials() {
        for text in [credential.clone(), format!("use \"{credential}\" here"), format!("\u{e9} {credential}\n")] {
            assert_eq!(ids(&text), [id], "{text}");
            let hidden = &find(&text)[..];
            assert_eq!(hidden.len(), 1, "{text}");
            assert!(hidden[0].len() >= 10 && !redacted(&text).contains(&text[hidden[0].clone()]), "{text}");
        }
    }
}

#[test]
fn words_do_not_begin_or_end_inside_a_credential() {
    for (id, credential) in credentials() {
        let glued = ids(&format!("x{credential}"));
        let bound = !["slack-webhook", "discord-webhook", "private-key-block", "url-userinfo"].contains(&id);
        assert_eq!(glued.is_empty(), bound, "{id}");
    }
}

#[test]
fn placeholders_masks_and_poor_texts_are_none() {
    for text in [
        format!("gh{}{}", "p_", "x".repeat(36)),
        format!("gh{}{}", "p_", "abcdefg".repeat(6)),
        format!("gh{}EXAMPLE{}", "p_", filler(36)),
        format!("gh{}{}000000", "p_", filler(30)),
        // Nine different characters, but little information.
        format!("gh{}{}12345678", "p_", "a".repeat(40)),
        format!("https://hooks.{}/services/T00000000/B00000000/{}", "slack.com", "X".repeat(24)),
        "https://user:password@api.parcels.io".to_owned(),
        "https://user:<your-password>@api.parcels.io/v1".to_owned(),
        "postgres://parcels:${DATABASE_PASSWORD}@db.parcels.io/parcels".to_owned(),
        "https://{user}:{password-of-user}@api.parcels.io".to_owned(),
        "https://parcels.io:8443/a@b".to_owned(),
        "Basic authentication with user:password".to_owned(),
        "Basic dXNlcjpwYXNzd29yZA==".to_owned(),
        format!("Basic {}", concat!("QWxhZGRpbjpvcGVu", "IHNlc2FtZQ==")),
        // An API key as user name, without a password.
        format!("Basic {}", concat!("cVc4ektkMDNt", "WnE3UnQ1Og==")),
        concat!("AK", "IAIOSFODNN7EXAMPLE").to_owned(),
        format!("-----BEGIN {}-----\nMIIEvQ...\n-----END {0}-----", "PRIVATE KEY"),
        format!("-----BEGIN {}-----\n{}", "PRIVATE KEY", "A".repeat(400)),
    ] {
        assert_eq!(secret_match(&text), [], "{text}");
        assert!(find(&text).is_empty(), "{text}");
    }
}

#[test]
fn markers_around_a_credential_or_in_a_host_exempt_nothing() {
    let token = format!("gh{}{}", "p_", filler(36));
    assert_eq!(ids(&format!("for example: {token} (fake)")), ["github-token"]);
    assert_eq!(ids(&format!("https://parcels:{}@sample.parcels.io", filler(12))), ["url-userinfo"]);
}

#[test]
fn levels() {
    let lesser = |text: &str| secret_match(text)[0].lesser;
    for (id, credential) in credentials() {
        assert_eq!(lesser(&credential), ["aws-access-key", "stripe-test"].contains(&id), "{id}");
    }
    for host in ["localhost:5432/db", "10.0.0.4", "[::1]:80", "db", "api.example.com.", "EXAMPLE.org/x", "a.test)"] {
        assert!(lesser(&format!("https://parcels:{}@{host}", filler(12))), "{host}");
    }
    for host in ["api.parcels.io", "example.com.parcels.io:443", "8.8.8.8", "[2001:db8::1]:80"] {
        assert!(!lesser(&format!("https://parcels:{}@{host}", filler(12))), "{host}");
    }
}

#[test]
fn an_aws_key_id_with_its_secret_is_whole() {
    let text = format!("id {AWS_ID}, secret {AWS_KEY}.");
    let found = secret_match(&text);
    assert!(!found[0].lesser);
    assert_eq!(&text[found[0].partner.clone().unwrap()], AWS_KEY);
    assert_eq!(redacted(&text), format!("id {}***, secret ***.", &AWS_ID[..4]));
    for other in [
        "3f786850e387550fdab836ed7e6dc881de23001b",
        "/usr/share/applications/parcels/current0",
        &format!("{AWS_KEY}a"),
        &format!("{AWS_KEY}="),
        concat!("wJalrXUtnFEMI/K7MDENG/", "bPxRfiCYEXAMPLEKEY"),
    ] {
        assert!(secret_match(&format!("{AWS_ID} {other}"))[0].lesser, "{other}");
    }
    // In a file only what is near belongs together.
    let far = format!("{AWS_ID}{}{AWS_KEY}", " ".repeat(3 * NEAR));
    assert_eq!(find(&far).len(), 1);
}

#[test]
fn the_earlier_format_wins() {
    let token = format!("gh{}{}", "p_", filler(36));
    assert_eq!(ids(&format!("https://ci:{token}@git.parcels.io/x")), ["github-token"]);
    assert_eq!(ids(&format!("gl{}abc-{token}", "pat-")), ["github-token"]);
    // A placeholder is no match and hides none.
    let fake = format!("gh{}example{}", "p_", filler(30));
    assert_eq!(ids(&format!("{fake} sk{}{}", "_live_", filler(24))), ["stripe-live"]);
    assert_eq!(ids(&format!("{token} and {token}")), ["github-token"; 2]);
}

#[test]
fn keys_may_have_header_lines_and_escaped_line_breaks() {
    let begin = format!("-----BEGIN RSA {}-----", "PRIVATE KEY");
    for (text, newline) in [
        (format!("{begin}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,7F\n\n{}", key_body(3, "\n")), "\n"),
        (format!("{begin}\\nProc-Type: 4,ENCRYPTED\\n\\n{}", key_body(3, "\\n")), "\\n"),
        (format!("{begin}\r\n{}", key_body(3, "\r\n")), "\r\n"),
    ] {
        let text = format!("{text}-----END");
        assert_eq!(ids(&text), ["private-key-block"], "{text}");
        assert!(!redacted(&text).contains(filler(10)), "{newline:?}");
    }
}

#[test]
fn values_can_be_let_pass() {
    let token = format!("gh{}{}", "p_", filler(36));
    let basic = format!("Basic {}", concat!("cGFyY2VsczpxVzh6", "S2QwM21a"));
    let allowing = |value: &str| Secrets::new(Vec::new(), vec![value.to_owned()]);
    assert_eq!(allowing(&token).find(&format!("use {token}")), []);
    assert_eq!(allowing(&format!("use {token}")).find(&format!("use {token}")), []);
    assert_eq!(allowing("parcels:qW8zKd03mZ").find(&basic), []);
    assert_eq!(allowing("use").find(&format!("use {token}")).len(), 1);
}

#[test]
fn patterns_can_be_added() {
    let secrets = Secrets::new(vec![SecretPattern::new(r"\bprc_([a-z0-9]{12})\b").unwrap()], Vec::new());
    let found = secrets.find("key prc_k3v9x2m7q5w8, prc_xxxxxxxxxxxx");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].format, found[0].range.clone(), found[0].hidden.clone()), (None, 4..20, 8..20));
    // A known format wins.
    let all = Secrets::new(vec![SecretPattern::new("[a-zA-Z0-9_]{20,}").unwrap()], Vec::new());
    let token = format!("gh{}{}", "p_", filler(36));
    assert_eq!(all.find(&token)[0].format.unwrap().id, "github-token");
    for pattern in ["(", "(?=x)", "(?:x{1000}){1000}"] {
        assert!(!SecretPattern::new(pattern).unwrap_err().contains('\n'), "{pattern}");
    }
}

#[test]
fn demonstration_pairs_are_compared_as_names() {
    assert!(is_demo("Aladdin:open sesame") && is_demo("admin:admin") && is_demo("Demo_Demo"));
    assert!(!is_demo("admin:admin1") && !is_demo(""));
}

#[test]
fn entropy_is_shannons() {
    for (text, bits) in [("", 0.0), ("aaaa", 0.0), ("abab", 1.0), ("abcdefgh", 3.0), ("aabc", 1.5)] {
        assert!((entropy(text) - bits).abs() < 1e-6, "{text}");
    }
}

#[test]
fn sources_with_escapes_are_read() {
    let token = format!("gh{}{}", "p_", filler(36));
    assert_eq!(redacted(&format!(r#""a\n{token}\n""#)), format!(r#""a\ngh{}***\n""#, "p_"));
    let url = format!(r#""https:\/\/parcels:{}@api.parcels.io\/v1\/x", "\/{token}""#, filler(12));
    assert_eq!(redacted(&url), format!(r#""https:\/\/parcels:***@api.parcels.io\/v1\/x", "\/gh{}***""#, "p_"));
}

fn suspects(text: &str) -> Vec<String> {
    let parsed = parse(text.into(), None, &Limits::default());
    let root = parsed.tree.documents().next().unwrap();
    let found = Secrets::default().suspects(root);
    found.into_iter().map(Node::pointer).collect()
}

#[test]
fn only_string_values_are_suspect() {
    let token = format!("gh{}{}", "p_", filler(36));
    let yaml = format!(
        "# {token}\n{token}: 1\na: &a {token}\nb: *a\n$ref: {token}\nc: [x, '{token}', \"\\x20{token}\"]\nd: |\n  x\n  {token}\n"
    );
    assert_eq!(suspects(&yaml), ["/a", "/c/1", "/c/2", "/d"]);
    let json =
        format!(r#"{{"a":"https://u:{0}@h.io","b":"b://v:{0}@h.io","c":["x\n{token}"],"{token}":""}}"#, filler(9));
    assert_eq!(suspects(&json), ["/a", "/b", "/c/0"]);
}

#[test]
fn suspects_are_the_strings_that_match() {
    for (_, credential) in credentials() {
        let strings =
            [credential.clone(), format!("a {credential} b"), format!("{credential}x"), format!("x{credential}")];
        let json = serde_json::to_string(&strings).unwrap();
        let found = suspects(&json);
        for (at, text) in strings.iter().enumerate() {
            let pointer = format!("/{at}");
            assert!(secret_match(text).is_empty() || found.contains(&pointer), "{text}");
        }
    }
}

#[test]
fn spans_are_those_of_the_source() {
    let token = format!("gh{}{}", "p_", filler(36));
    let yaml = format!("a: {token}\nb: \"x\\n{token}\"\nc: \"\\x67{}\"\n", &token[1..]);
    let parsed = parse(yaml.as_str().into(), None, &Limits::default());
    let root = parsed.tree.documents().next().unwrap();
    let shown = |key: &str| {
        let node = root.get(key).unwrap();
        let hidden: Vec<_> = secret_match(node.text()).into_iter().map(|secret| secret.hidden).collect();
        let spans = spans_in_source(node, &hidden);
        assert_eq!(spans.len(), 1);
        yaml[spans[0].start as usize..spans[0].end as usize].to_owned()
    };
    assert_eq!((shown("a"), shown("b")), (filler(36).to_owned(), filler(36).to_owned()));
    // The secret itself stands in the source although its beginning does not.
    assert_eq!(shown("c"), filler(36));
    let beginning = 0..9;
    let whole = spans_in_source(root.get("c").unwrap(), std::slice::from_ref(&beginning));
    assert_eq!(whole, [root.get("c").unwrap().span()]);
}

#[test]
fn hostile_text_costs_linear_time() {
    let started = Instant::now();
    let pieces = [
        "://",
        "a://b:",
        "a://b:ccc@",
        "Basic ",
        "AKIA",
        "ghp_",
        "glpat-",
        "sk_live_",
        "SG.",
        "xoxb-1",
        "-----BEGIN ",
        "PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nA: ",
        "-----BEGIN PRIVATE KEY-----A: ",
        "a",
        "a:",
        "\\/",
        "eyJ.",
        "https://hooks.slack.com/services/T",
        "AKIAQ7ZJ5MWX3KTB2RNV ",
        "a+",
        "\u{e9}",
        "ya29.",
        "dop_v1_a",
    ];
    for piece in pieces {
        let text = piece.repeat(100_000 / piece.len());
        for text in [text.clone(), format!("{text}://"), format!("glpat-{text}"), format!("a://b:{text}@c")] {
            find(&text);
            secret_match(&text);
        }
    }
    // Some seconds, unoptimised; quadratic patterns take minutes each.
    assert!(started.elapsed().as_secs() < 120, "{:?}", started.elapsed());
}
