//! Bounds on rate, size and number.

use crate::lexicon::{Lexicon, Match};

/// Query parameters that set the number of items of a page.
pub static PAGE_SIZE_NAMES: Lexicon = Lexicon::new(
    "page_size_names",
    Match::Name,
    &[
        "limit",
        "page_size",
        "per_page",
        "page_limit",
        "max_results",
        "results_per_page",
        "items_per_page",
        "max_items",
        "page_size_limit",
    ],
);

/// Names that set the size of a page on list operations only.
pub static PAGE_SIZE_NAMES_NARROW: Lexicon = Lexicon::new(
    "page_size_names.narrow",
    Match::Name,
    &["size", "count", "top", "first", "last", "take", "max", "n", "rows", "num"],
);

/// Query parameters and headers that divide a list into pages.
pub static PAGING_NAMES: Lexicon = Lexicon::new(
    "paging_names",
    Match::Name,
    &[
        "limit",
        "offset",
        "page",
        "page_number",
        "page_index",
        "page_size",
        "per_page",
        "cursor",
        "after",
        "before",
        "next",
        "page_token",
        "next_token",
        "continuation_token",
        "next_page_token",
        "start_cursor",
        "end_cursor",
        "marker",
        "next_marker",
        "position",
        "skip",
        "top",
        "first",
        "last",
        "take",
        "starting_after",
        "ending_before",
        "since_id",
        "max_id",
        "start",
        "start_index",
        "size",
        "count",
        "max_results",
        "max_items",
        "rows",
        "continue",
    ],
);

/// Members of an answer that lead to the next page.
pub static PAGING_RESPONSE_NAMES: Lexicon = Lexicon::new(
    "paging_response_names",
    Match::Name,
    &[
        "next",
        "next_page",
        "next_cursor",
        "next_token",
        "next_page_token",
        "next_marker",
        "has_more",
        "has_next",
        "total_pages",
        "total_count",
        "cursor",
        "paging",
        "pagination",
        "links",
        "page_info",
        "continue",
    ],
);

/// Collections that are small by nature.
pub static FIXED_SET_SEGMENTS: Lexicon = Lexicon::new(
    "fixed_set_segments",
    Match::Segment,
    &[
        "countries",
        "currencies",
        "locales",
        "languages",
        "timezones",
        "time_zones",
        "enums",
        "features",
        "regions",
        "states",
        "categories",
        "units",
        "types",
        "statuses",
        "scopes",
        "permissions",
        "roles",
        "plans",
        "capabilities",
        "versions",
    ],
);

/// Operations that invite guessing, or cost much.
pub static SENSITIVE_FLOW_WORDS: Lexicon = Lexicon::new(
    "sensitive_flow_words",
    Match::LastSegment,
    &[
        "login",
        "signin",
        "token",
        "otp",
        "mfa",
        "verify_code",
        "send_code",
        "password_reset",
        "forgot_password",
        "reset_password",
        "signup",
        "register",
        "invite",
        "send_sms",
        "send_email",
        "send_message",
        "purchase",
        "checkout",
        "reserve",
        "redeem",
        "vote",
        "bulk",
        "batch",
        "export",
        "completion",
        "generate",
    ],
);

/// Words that count as the last segment only.
pub static SENSITIVE_FLOW_WORDS_SEGMENT_ONLY: Lexicon = Lexicon::new(
    "sensitive_flow_words.segment_only",
    Match::LastSegment,
    &[
        "token",
        "mfa",
        "register",
        "invite",
        "send_email",
        "send_message",
        "purchase",
        "reserve",
        "vote",
        "bulk",
        "batch",
        "export",
        "completion",
        "generate",
    ],
);

/// Operations on which money or people depend.
pub static HIGH_VALUE_WORDS: Lexicon = Lexicon::new(
    "high_value_words",
    Match::Word,
    &[
        "payment",
        "payout",
        "transfer",
        "refund",
        "withdrawal",
        "password",
        "credential",
        "role",
        "permission",
        "admin",
        "bank_account",
    ],
)
.with_plurals();

/// Parameters that carry a proof of humanity.
pub static CAPTCHA_NAMES: Lexicon = Lexicon::new(
    "captcha_names",
    Match::Name,
    &[
        "captcha",
        "captcha_token",
        "captcha_response",
        "recaptcha",
        "recaptcha_token",
        "g_recaptcha_response",
        "hcaptcha",
        "hcaptcha_token",
        "h_captcha_response",
        "turnstile",
        "turnstile_token",
        "cf_turnstile_response",
        "proof_of_work",
    ],
);

/// Text that speaks of throttling.
pub static RATE_LIMIT_TEXT: Lexicon = Lexicon::new(
    "rate_limit_text",
    Match::Regex,
    &[r"\brate[- ]?limit(?:s|ed|er|ers|ing)?\b", r"\bthrottl(?:e|es|ed|ing)\b", r"\btoo many requests\b"],
);

/// Text that speaks of a quota.
pub static QUOTA_TEXT: Lexicon = Lexicon::new("quota_text", Match::Regex, &[r"\bquotas?\b"]);

/// Text that bounds the size of a body.
pub static SIZE_TEXT: Lexicon = Lexicon::new(
    "size_text",
    Match::Regex,
    &[r"\b[0-9]+(?:[.,][0-9]+)?\s?(?:[kmg]i?b|bytes|(?:kilo|mega|giga)bytes?)\b"],
);

/// Text that bounds a number.
pub static NUMERIC_CAP_TEXT: Lexicon = Lexicon::new(
    "numeric_cap_text",
    Match::Regex,
    &[
        r"\b(?:max(?:imum)?|at most|up to|no more than|not exceed|limited to)\b[^\n0-9]{0,20}[0-9]{1,6}\b",
        r"\bbetween\s+[0-9]+\s+and\s+[0-9]+\b",
        r"\b[0-9]+\s?(?:-|\.\.)\s?[0-9]+\b",
        r"\b(?:cannot|can't|never)\s+exceed\b[^\n0-9]{0,20}[0-9]{1,6}\b",
        r"\b[0-9]{1,6}`?\s+(?:is\s+(?:also\s+)?the\s+)?max(?:imum)?\b",
        r"\b(?:above|over|(?:greater|higher|larger|more)\s+than)\s+`?[0-9]{1,6}`?\s+(?:[a-z]+\s+)?(?:(?:is|are|will\s+be)\s+(?:refused|rejected|invalid|cut|capped|clamped|reduced|truncated)|(?:returns?|gives?|causes?|answers?)(?:\s+[a-z]+){0,3}\s+(?:4[0-9]{2}|errors?)|fails?)\b",
    ],
);

/// Media types of archives.
pub static ARCHIVE_MEDIA_TYPES: Lexicon = Lexicon::new(
    "archive_media_types",
    Match::Value,
    &[
        "application/zip",
        "application/x-tar",
        "application/gzip",
        "application/x-gzip",
        "application/x-7z-compressed",
        "application/vnd.rar",
        "application/x-bzip2",
    ],
);
