//! What requests carry and what attackers make of it.

use crate::lexicon::{Lexicon, Match};

/// First words of an operationId or last segment that say that a call changes something.
pub static MUTATING_GET_VERBS: Lexicon = Lexicon::new(
    "mutating_get_verbs",
    Match::First,
    &[
        "create",
        "add",
        "insert",
        "delete",
        "remove",
        "destroy",
        "purge",
        "update",
        "edit",
        "set",
        "reset",
        "revoke",
        "cancel",
        "approve",
        "reject",
        "activate",
        "deactivate",
        "enable",
        "disable",
        "send",
        "resend",
        "transfer",
        "pay",
        "charge",
        "refund",
        "withdraw",
        "logout",
        "signout",
        "unsubscribe",
        "trigger",
        "restart",
        "reboot",
        "shutdown",
        "execute",
        "clear",
        "wipe",
        "log_out",
        "sign_out",
        "regenerate",
    ],
);

/// Changing verbs that are as often nouns.
pub static MUTATING_GET_NOUN_VERBS: Lexicon = Lexicon::new(
    "mutating_get_noun_verbs",
    Match::Value,
    &["add", "set", "reset", "update", "edit", "send", "cancel", "transfer", "pay", "charge", "refund", "trigger"],
);

/// A name with one of these words reads, whatever its verb.
pub static MUTATING_GET_EXCEPTIONS: Lexicon = Lexicon::new(
    "mutating_get_exceptions",
    Match::Word,
    &[
        "get",
        "list",
        "history",
        "status",
        "report",
        "limit",
        "preview",
        "export",
        "download",
        "settings",
        "options",
        "info",
        "form",
        "page",
        "template",
        "log",
        "logs",
        "allowed",
        "preflight",
        "permission",
        "check",
    ],
)
.with_plurals();

/// Segments before a token that can be used once.
pub static ONE_TIME_TOKEN_SEGMENTS: Lexicon = Lexicon::new(
    "one_time_token_segments",
    Match::Segment,
    &[
        "reset",
        "verify",
        "confirm",
        "confirmation",
        "activate",
        "activation",
        "invite",
        "invitation",
        "unsubscribe",
        "share",
        "shared",
        "magic_link",
        "download",
        "reset_password",
        "password_reset",
        "verify_email",
        "email_verification",
        "confirm_email",
        "email_confirmation",
        "verify_account",
        "activate_account",
        "account_activation",
        "accept_invite",
        "accept_invitation",
        "verification",
    ],
)
.with_plurals();

/// Words of operations that fetch something.
pub static SSRF_FETCH_WORDS: Lexicon = Lexicon::new(
    "ssrf_fetch_words",
    Match::Word,
    &[
        "fetch",
        "proxy",
        "preview",
        "import",
        "scrape",
        "crawl",
        "render",
        "unfurl",
        "screenshot",
        "webhook",
        "callback",
        "subscribe",
        "ingest",
        "download_from",
        "from_url",
        "recover",
        "restore",
        "clone",
        "mirror",
    ],
)
.with_plurals();

/// Names that end like a URL that is fetched.
pub static SSRF_PROPERTY_LAST: Lexicon = Lexicon::new(
    "ssrf_property_last",
    Match::Last,
    &[
        "url",
        "uri",
        "webhook",
        "webhook_url",
        "callback_url",
        "callback_uri",
        "endpoint_url",
        "target_url",
        "feed_url",
        "image_url",
        "avatar_url",
        "source_url",
        "import_url",
        "file_url",
        "picture_url",
        "notification_url",
        "clone_addr",
        "clone_address",
    ],
)
.with_plurals();

/// Names that hold a host or URL when the operation fetches something.
pub static SSRF_PROPERTY_FETCH_ONLY: Lexicon = Lexicon::new(
    "ssrf_property_fetch_only",
    Match::Name,
    &[
        "host",
        "hostname",
        "target",
        "destination",
        "dest",
        "proxy",
        "endpoint",
        "address",
        "feed",
        "href",
        "src",
        "source",
    ],
);

/// Of those the ones that need a format that says so.
pub static SSRF_PROPERTY_FETCH_ONLY_NEEDS_FORMAT: Lexicon = Lexicon::new(
    "ssrf_property_fetch_only.needs_format",
    Match::Name,
    &["target", "destination", "dest", "address", "source", "location"],
);

/// URLs that are shown and not fetched.
pub static SSRF_DISPLAY_ONLY: Lexicon = Lexicon::new(
    "ssrf_display_only",
    Match::Word,
    &[
        "homepage",
        "website",
        "web",
        "site",
        "support",
        "privacy",
        "privacy_policy",
        "terms",
        "tos",
        "docs",
        "documentation",
        "logo_link",
        "help",
        "contact",
        "profile",
        "social",
        "blog",
        "custom",
        "link",
        "logo",
        "home",
        "facebook",
        "twitter",
        "linkedin",
        "instagram",
        "tracking",
        "unlock",
        "forgot",
        "client",
        "redirect",
        "return",
        "success",
        "cancel",
        "login",
        "logout",
        "html",
        "report",
        "relative",
    ],
);

/// Parameters that say where a browser goes next.
pub static REDIRECT_NAMES: Lexicon = Lexicon::new(
    "redirect_names",
    Match::Name,
    &[
        "redirect",
        "redirect_url",
        "redirect_uri",
        "redirect_to",
        "return_url",
        "return_uri",
        "return_to",
        "return_path",
        "continue",
        "continue_url",
        "goto",
        "back_url",
        "forward_url",
        "target_url",
        "success_url",
        "cancel_url",
        "next",
        "post_logout_redirect_uri",
    ],
);

/// Text that says that a URL is checked against a list.
pub static ALLOWLIST_PHRASES: Lexicon = Lexicon::new(
    "allowlist_phrases",
    Match::Phrase,
    &[
        "allow-list",
        "allow list",
        "allow-listed",
        "allowlist",
        "allowlisted",
        "whitelist",
        "whitelisted",
        "must be owned",
        "must be registered",
        "pre-registered",
        "preregistered",
        "must match a registered",
        "ownership is verified",
        "domain is verified",
    ],
);

/// Last segments of paths that begin or end a session.
pub static LOGIN_LOGOUT_SEGMENTS: Lexicon = Lexicon::new(
    "login_logout_segments",
    Match::LastSegment,
    &["login", "log_in", "logon", "signin", "sign_in", "sso", "logout", "log_out", "signout", "sign_out"],
);

/// Headers by which a proxy passes on who the caller is, or what he meant to call.
pub static FORGEABLE_IDENTITY_HEADERS: Lexicon = Lexicon::new(
    "forgeable_identity_headers",
    Match::Name,
    &[
        "http_method_override",
        "method_override",
        "http_method",
        "original_url",
        "rewrite_url",
        "forwarded_host",
        "forwarded_user",
        "remote_user",
        "auth_user",
        "authenticated_user",
        "user_id",
        "user_role",
        "user_roles",
        "user_email",
        "is_admin",
        "admin",
        "client_cert",
        "ssl_client_cert",
        "ssl_client_dn",
    ],
);

/// The same as query parameters, compared as written.
pub static FORGEABLE_IDENTITY_HEADERS_QUERY: Lexicon =
    Lexicon::new("forgeable_identity_headers.query", Match::Name, &["_method"]);

/// Headers by which a proxy passes on where a call came from.
pub static FORGEABLE_TRANSPORT_HEADERS: Lexicon = Lexicon::new(
    "forgeable_transport_headers",
    Match::Name,
    &["forwarded_for", "real_ip", "client_ip", "forwarded_proto", "tenant_id", "organization_id", "org_id"],
);

/// Text that says that a proxy sets a header.
pub static GATEWAY_SET_PHRASES: Lexicon = Lexicon::new(
    "gateway_set_phrases",
    Match::Phrase,
    &[
        "set by the gateway",
        "set by our gateway",
        "set by the api gateway",
        "added by the gateway",
        "injected by the gateway",
        "set by the proxy",
        "set by the reverse proxy",
        "set by the load balancer",
        "set by the ingress",
        "must match the token",
        "must match the access token",
        "must match the subject",
        "must equal the subject",
    ],
);

/// Names of tokens against cross-site request forgery.
pub static ANTI_CSRF_WORDS: Lexicon = Lexicon::new(
    "anti_csrf_words",
    Match::Word,
    &["csrf", "xsrf", "csrf_token", "xsrf_token", "requested_with", "authenticity_token", "request_verification_token"],
);

/// Media types that a browser sends to other sites without asking.
pub static SIMPLE_REQUEST_MEDIA_TYPES: Lexicon = Lexicon::new(
    "simple_request_media_types",
    Match::Value,
    &[
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
        "*/*",
        "application/*",
        "multipart/*",
        "text/*",
    ],
);

/// Kong plugins that protect an API.
pub static KONG_PROTECTION_PLUGINS: Lexicon = Lexicon::new(
    "kong_protection_plugins",
    Match::Value,
    &[
        "key-auth",
        "basic-auth",
        "jwt",
        "oauth2",
        "openid-connect",
        "hmac-auth",
        "ldap-auth",
        "mtls-auth",
        "acl",
        "rate-limiting",
        "rate-limiting-advanced",
        "request-validator",
    ],
);

/// Kong plugins that authenticate callers.
pub static KONG_PROTECTION_PLUGINS_AUTH: Lexicon = Lexicon::new(
    "kong_protection_plugins.auth",
    Match::Value,
    &["key-auth", "basic-auth", "jwt", "oauth2", "openid-connect", "hmac-auth", "ldap-auth", "mtls-auth", "acl"],
);

/// Text that says how a receiver knows the sender.
pub static WEBHOOK_SIGNATURE_PHRASES: Lexicon = Lexicon::new(
    "webhook_signature_phrases",
    Match::Phrase,
    &[
        "signature",
        "signatures",
        "signed",
        "signing secret",
        "signing key",
        "hmac",
        "jws",
        "mtls",
        "mutual tls",
        "client certificate",
        "http message signatures",
        "rfc 9421",
        "shared secret",
        "verification token",
    ],
);

/// Text that says that the provider delivers messages.
pub static WEBHOOK_DELIVERY_WORDS: Lexicon = Lexicon::new(
    "webhook_delivery_words",
    Match::Phrase,
    &[
        "webhook",
        "webhooks",
        "callback",
        "callbacks",
        "notification",
        "notifications",
        "event",
        "events",
        "delivery",
        "deliveries",
        "delivered",
    ],
);

/// Parameters that carry a query, command or template as it is.
pub static INJECTION_NAMES_HIGH: Lexicon = Lexicon::new(
    "injection_names_high",
    Match::Name,
    &["sql", "sql_query", "where_clause", "cmd", "exec", "shell", "shell_command", "eval", "xpath", "jndi"],
);

/// Parameters that may carry a query, command, template or path.
pub static INJECTION_NAMES_LOW: Lexicon = Lexicon::new(
    "injection_names_low",
    Match::Name,
    &[
        "where",
        "command",
        "expression",
        "file",
        "filename",
        "file_name",
        "filepath",
        "file_path",
        "path",
        "dir",
        "directory",
        "include",
        "order_by",
        "sort_by",
        "filter",
        "query_string",
    ],
);

/// Media types that are XML.
pub static XML_MEDIA_TYPES: Lexicon =
    Lexicon::new("xml_media_types", Match::Regex, &[r"^(application|text)/xml\b", r"\+xml\b"]);

/// Properties that grant privileges or money.
pub static PRIVILEGED_WRITE_NAMES: Lexicon = Lexicon::new(
    "privileged_write_names",
    Match::Name,
    &[
        "is_admin",
        "admin",
        "is_staff",
        "is_superuser",
        "superuser",
        "role",
        "roles",
        "permissions",
        "privileges",
        "access_level",
        "is_verified",
        "email_verified",
        "phone_verified",
        "verified",
        "balance",
        "account_balance",
        "credit_limit",
        "credits",
        "account_status",
        "kyc_status",
        "subscription_tier",
        "plan_tier",
        "tenant_id",
        "is_active",
    ],
);

/// Privileged properties that are as often harmless.
pub static PRIVILEGED_WRITE_NAMES_WEAK: Lexicon =
    Lexicon::new("privileged_write_names.weak", Match::Name, &["is_active", "verified", "tenant_id", "credits"]);

/// Values of a role that grant privileges.
pub static PRIVILEGED_ROLE_VALUES: Lexicon = Lexicon::new(
    "privileged_role_values",
    Match::Word,
    &[
        "admin",
        "administrator",
        "owner",
        "staff",
        "superuser",
        "superadmin",
        "root",
        "sysadmin",
        "moderator",
        "manager",
        "operator",
        "support",
    ],
)
.with_plurals();

/// Resources whose purpose is to manage privileges.
pub static PRIVILEGE_MANAGER_SEGMENTS: Lexicon = Lexicon::new(
    "privilege_manager_segments",
    Match::Segment,
    &[
        "roles",
        "role",
        "permissions",
        "members",
        "memberships",
        "invitations",
        "invites",
        "collaborations",
        "groups",
        "teams",
        "policies",
        "access",
        "grants",
        "shares",
        "seats",
    ],
);

/// Properties that the server sets.
pub static SERVER_OWNED_NAMES: Lexicon = Lexicon::new(
    "server_owned_names",
    Match::Name,
    &[
        "id",
        "uuid",
        "created_at",
        "created_on",
        "created_by",
        "updated_at",
        "updated_on",
        "updated_by",
        "modified_at",
        "modified_by",
        "deleted_at",
        "deleted_by",
        "href",
        "self",
    ],
);
