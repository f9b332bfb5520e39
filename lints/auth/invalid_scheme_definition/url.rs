//! What can be wrong with the URL of an identity provider, placeholders aside.

/// Why a URL leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UrlFault {
    /// There is none.
    Empty,
    /// It holds white space.
    WhiteSpace,
    /// It is absolute, and names no host.
    NoHost,
    /// It was to be absolute.
    NoColon,
    /// It carries a user name, perhaps with a password.
    UserInfo,
    /// It carries a fragment.
    Fragment,
}

impl UrlFault {
    /// Completes "a `tokenUrl` that ...".
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "is empty",
            Self::WhiteSpace => "holds white space",
            Self::NoHost => "names no host",
            Self::NoColon => "lacks the colon behind `http` or `https`",
            Self::UserInfo => "carries user information",
            Self::Fragment => "carries a fragment",
        }
    }
}

/// The first fault of a URL. `{...}` and `<...>` stand for something that will be filled in; a relative URL is fine.
pub(super) fn fault(url: &str) -> Option<UrlFault> {
    let url = filled_in(url);
    if url.is_empty() {
        return Some(UrlFault::Empty);
    }
    if url.contains(char::is_whitespace) {
        return Some(UrlFault::WhiteSpace);
    }
    let starts_with = |text: &str| url.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text));
    if ["http//", "https//"].iter().any(|text| starts_with(text)) {
        return Some(UrlFault::NoColon);
    }
    let rest = behind_scheme(&url);
    let authority = rest.unwrap_or(&url).strip_prefix("//").map(until_path);
    let (userinfo, host) = authority.map_or((None, None), |authority| match authority.rsplit_once('@') {
        Some((userinfo, host)) => (Some(userinfo), Some(host)),
        None => (None, Some(authority)),
    });
    if rest.is_some() && host.is_none_or(|host| host.is_empty() || host.starts_with(':')) {
        return Some(UrlFault::NoHost);
    }
    if userinfo.is_some() {
        return Some(UrlFault::UserInfo);
    }
    url.contains('#').then_some(UrlFault::Fragment)
}

/// Where the user information of a URL stands, in bytes.
pub(super) fn userinfo(url: &str) -> Option<std::ops::Range<usize>> {
    let start = url.find("//")? + 2;
    let length = until_path(&url[start..]).rfind('@')?;
    Some(start..start + length)
}

fn until_path(rest: &str) -> &str {
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// What follows the scheme of an absolute URL. One letter is what a placeholder was filled in with (`{host}:8080`),
/// unless `//` comes behind it.
fn behind_scheme(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once(':')?;
    let plain = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    (plain && (scheme.len() > 1 || rest.starts_with("//"))).then_some(rest)
}

/// The text with every `{...}` and `<...>` replaced by `x`.
fn filled_in(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find(['{', '<']) {
        let end = if rest[open..].starts_with('{') { '}' } else { '>' };
        let Some(close) = rest[open..].find(end) else { break };
        out.push_str(&rest[..open]);
        out.push('x');
        rest = &rest[open + close + 1..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_that_lead_somewhere() {
        for url in [
            "https://login.parcels.io/authorize",
            "https://login.parcels.io:8443/a?b=c@d",
            "/oauth/token",
            "token",
            "../token",
            "//login.parcels.io/token",
            "https://{tenant}.parcels.io/<your realm>/token",
            "{scheme}://{host}/token",
            "{base url}",
            "{host}:8080/token",
            "http://[::1]:80/token",
            "/token:refresh",
        ] {
            assert_eq!(fault(url), None, "{url}");
        }
    }

    #[test]
    fn urls_that_lead_nowhere() {
        for (url, expected) in [
            ("", UrlFault::Empty),
            (" ", UrlFault::WhiteSpace),
            ("https://login.parcels.io/token ", UrlFault::WhiteSpace),
            ("{open to come", UrlFault::WhiteSpace),
            ("https:/login.parcels.io", UrlFault::NoHost),
            ("https//login.parcels.io/token", UrlFault::NoColon),
            ("HTTP//login.parcels.io", UrlFault::NoColon),
            ("https:///token", UrlFault::NoHost),
            ("https://:443/token", UrlFault::NoHost),
            ("https://me@/token", UrlFault::NoHost),
            ("localhost:8080/token", UrlFault::NoHost),
            ("https://me:pass@login.parcels.io/token", UrlFault::UserInfo),
            ("//me@login.parcels.io", UrlFault::UserInfo),
            ("https://login.parcels.io/#/token", UrlFault::Fragment),
            ("/token#x", UrlFault::Fragment),
        ] {
            assert_eq!(fault(url), Some(expected), "{url}");
        }
    }

    #[test]
    fn user_information_is_found() {
        assert_eq!(userinfo("https://me:pass@a.io/x@y"), Some(8..15));
        assert_eq!(userinfo("https://a.io/x@y"), None);
    }

    #[test]
    fn open_placeholders_cost_linear_time() {
        assert_eq!(fault(&"{".repeat(1_000_000)), None);
        assert_eq!(fault(&"{}".repeat(500_000)), None);
    }
}
