//! Hosts, protocols and ports: what is local, what is a placeholder, what is encrypted.

use crate::lexicon::{Lexicon, Match};

/// Hosts that are not reachable from outside. The last entry is a single label: a container or service name.
pub static LOCAL_HOSTS: Lexicon = Lexicon::new(
    "local_hosts",
    Match::Regex,
    &[
        "^localhost$",
        r"\.localhost$",
        r"^127\.",
        r"^\[?::1\]?$",
        r"^0\.0\.0\.0$",
        r"^10\.",
        r"^192\.168\.",
        r"^172\.(1[6-9]|2[0-9]|3[01])\.",
        r"^169\.254\.",
        r"^\[?f[cd][0-9a-f]{2}:",
        r"^\[?fe80:",
        r"\.(local|internal|intranet|lan|corp|home|svc|cluster\.local|test)$",
        r"^host\.docker\.internal$",
        "^[a-z0-9_-]+$",
    ],
);

/// Hosts that stand for a host that the reader has to fill in.
pub static PLACEHOLDER_HOSTS: Lexicon = Lexicon::new(
    "placeholder_hosts",
    Match::Regex,
    &[
        r"(^|\.)example\.(com|org|net|edu)$",
        r"\.example$",
        r"\.invalid$",
        "^(your|my)[-_]?(domain|host|server|api|company|org)",
        r"^(api\.)?(yourdomain|mydomain|domain|acme|foo|bar)\.(com|org|io)$",
        "^<.*>$",
        "^host(:port)?$",
        r"^\{[^{}]*\}$",
        "^your[-_]",
    ],
);

/// Ports on which TLS is the convention.
pub static TLS_PORTS: Lexicon =
    Lexicon::new("tls_ports", Match::Value, &["443", "8443", "8883", "8884", "5671", "9093", "61614", "6651", "6380"]);

/// AsyncAPI protocol names that mean TLS.
pub static SECURE_PROTOCOLS: Lexicon = Lexicon::new(
    "secure_protocols",
    Match::Value,
    &["https", "wss", "mqtts", "secure-mqtt", "kafka-secure", "amqps", "stomps"],
);

/// AsyncAPI protocol names that have a secure twin. Neither [`TWINLESS_PROTOCOLS`] nor any other name counts here.
pub static PLAINTEXT_PROTOCOLS: Lexicon = Lexicon::new(
    "plaintext_protocols",
    Match::Value,
    &["http", "ws", "mqtt", "mqtt5", "amqp", "amqp1", "kafka", "stomp"],
);

/// AsyncAPI protocols that run with or without TLS under one name.
pub static TWINLESS_PROTOCOLS: Lexicon =
    Lexicon::new("twinless_protocols", Match::Value, &["nats", "redis", "jms", "ibmmq", "pulsar", "solace"]);

/// Schemes of an AsyncAPI 2 server `url` that mean TLS.
pub static SECURE_URL_SCHEMES: Lexicon = Lexicon::new(
    "secure_url_schemes",
    Match::Value,
    &[
        "https",
        "wss",
        "mqtts",
        "secure-mqtt",
        "amqps",
        "stomps",
        "ssl",
        "tls",
        "kafka+ssl",
        "kafka-secure",
        "pulsar+ssl",
        "rediss",
    ],
);

/// Words that say TLS is on, unless negated.
pub static TLS_TEXT: Lexicon = Lexicon::new(
    "tls_text",
    Match::Regex,
    &["(?:^|[^A-Za-z0-9])m?(?:TLS|SSL)(?:v?[0-9][0-9.]*)?(?:[^A-Za-z0-9]|$)", r"\bencrypted in transit\b"],
);

/// Keys of a server binding that configure TLS.
pub static TLS_BINDING_KEYS: Lexicon =
    Lexicon::new("tls_evidence(server)", Match::Name, &["tls", "ssl", "cipher_spec"]);
