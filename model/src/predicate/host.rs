//! Hosts and ports of URLs, and which hosts nobody outside can reach (`local_host`) or nobody has (`placeholder_host`).
//!
//! Server URLs are templates and AsyncAPI writes `host:port` without a scheme, so this is no URL parser: it takes apart
//! what real descriptions hold and never refuses a text.

use std::net::Ipv6Addr;

use crate::words::{LOCAL_HOSTS, PLACEHOLDER_HOSTS, TWO_LEVEL_SUFFIXES};

/// Hosts of a comma-separated list of brokers that are read.
const BROKERS: usize = 64;

/// A host without user info, port, brackets and trailing dot, lower-cased; an IPv6 address in its shortest form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Host(String);

impl Host {
    /// Normalises a bare host; nothing when it is empty.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_suffix('.').unwrap_or(text);
        let text = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        let host = match text.parse::<Ipv6Addr>() {
            Ok(address) => address.to_canonical().to_string(),
            Err(_) => text.to_ascii_lowercase(),
        };
        (!host.is_empty()).then_some(Self(host))
    }

    /// The host as it is compared.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `local_host(h)`: loopback, private, link-local and internal names, single labels.
    pub fn is_local(&self) -> bool {
        LOCAL_HOSTS.matches_pattern(&self.0)
    }

    /// `placeholder_host(h)`: a host that the reader has to replace. A local host is none.
    pub fn is_placeholder(&self) -> bool {
        !self.is_local() && PLACEHOLDER_HOSTS.matches_pattern(&self.0)
    }
}

/// Where a URL, or the address of a broker, leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The URL's scheme, lower-cased; none without `://`.
    pub scheme: Option<String>,
    /// The host; none when it is relative or empty.
    pub host: Option<Host>,
    /// The port as written, which may be a variable.
    pub port: Option<String>,
}

impl Address {
    /// Reads a URL. Without a scheme it is relative, `//host` included: nothing is known of it.
    pub fn of_url(url: &str) -> Self {
        split_scheme(url).map_or_else(Self::default, |(scheme, rest)| Self::of_authority(scheme, after_userinfo(rest)))
    }

    /// Reads the address of a broker: a URL, or host and port without a scheme. A list with commas, as Kafka clients
    /// take it, gives one address per host; the result is never empty.
    pub fn of_broker(text: &str) -> Vec<Self> {
        let (scheme, rest) = split_scheme(text).unwrap_or(("", text));
        let authorities = after_userinfo(rest).split(',').take(BROKERS);
        authorities.map(|authority| Self::of_authority(scheme, authority)).collect()
    }

    fn of_authority(scheme: &str, authority: &str) -> Self {
        let (host, port) = split_port(authority.trim());
        Self {
            scheme: (!scheme.is_empty()).then(|| scheme.to_ascii_lowercase()),
            host: Host::new(host),
            port: port.filter(|port| !port.is_empty()).map(str::to_owned),
        }
    }
}

/// `registrable_domain(host)`: the part of a host that somebody registered, `example.co.uk`. None for addresses, single
/// labels, suffixes below which others register, and where a variable stands in it.
pub fn registrable_domain(host: &Host) -> Option<String> {
    let name = host.as_str();
    let labels: Vec<&str> = name.split('.').collect();
    let is_address = name.contains(':') || labels.iter().all(|label| label.bytes().all(|byte| byte.is_ascii_digit()));
    let last = |count: usize| labels.len().checked_sub(count).map(|from| labels[from..].join("."));
    let two = last(2).filter(|_| !is_address)?;
    let domain = if TWO_LEVEL_SUFFIXES.matches_value(&two) { last(3)? } else { two };
    (!domain.contains(['{', '}']) && domain.split('.').all(|label| !label.is_empty())).then_some(domain)
}

/// The scheme of a URL and what stands behind `://`; nothing when the text has no scheme. A variable is no scheme.
pub fn split_scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.trim_start().split_once("://")?;
    let valid = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    valid.then_some((scheme, rest))
}

/// Host and port of a URL behind its scheme. Slashes inside a variable do not end it.
fn after_userinfo(rest: &str) -> &str {
    let mut in_variable = false;
    let end = rest.bytes().position(|byte| {
        match byte {
            b'{' => in_variable = true,
            b'}' => in_variable = false,
            _ => {}
        }
        !in_variable && matches!(byte, b'/' | b'?' | b'#' | b'\\')
    });
    let authority = &rest[..end.unwrap_or(rest.len())];
    authority.rsplit_once('@').map_or(authority, |(_, behind)| behind)
}

fn split_port(authority: &str) -> (&str, Option<&str>) {
    if authority.starts_with('[')
        && let Some(end) = authority.find(']')
    {
        return (&authority[..=end], authority[end + 1..].strip_prefix(':'));
    }
    // Some write an IPv6 address without its brackets.
    if authority.parse::<Ipv6Addr>().is_ok() {
        return (authority, None);
    }
    authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, Some(port)))
}

/// What the hosts of a server say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostVerdict {
    /// All are local.
    Local,
    /// Those that are not local are all placeholders.
    Placeholder,
    /// One may be a real host, or is not known.
    Real,
}

/// Judges a server by those of its hosts that are not local. A host that is not known is neither local nor a
/// placeholder; so is no host at all.
pub fn judge_hosts<'h>(hosts: impl IntoIterator<Item = Option<&'h Host>>) -> HostVerdict {
    let mut verdict = None;
    for host in hosts {
        verdict = match host {
            Some(host) if host.is_local() => verdict.or(Some(HostVerdict::Local)),
            Some(host) if host.is_placeholder() => Some(HostVerdict::Placeholder),
            _ => return HostVerdict::Real,
        };
    }
    verdict.unwrap_or(HostVerdict::Real)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn parts(address: &Address) -> (Option<&str>, Option<&str>, Option<&str>) {
        (address.scheme.as_deref(), address.host.as_ref().map(Host::as_str), address.port.as_deref())
    }

    #[test]
    fn urls_are_taken_apart() {
        for (url, expected) in [
            ("https://api.parcels.io", (Some("https"), Some("api.parcels.io"), None)),
            ("HTTP://API.Parcels.IO:8080/v1", (Some("http"), Some("api.parcels.io"), Some("8080"))),
            ("  http://a.io", (Some("http"), Some("a.io"), None)),
            ("http://a.io.:80", (Some("http"), Some("a.io"), Some("80"))),
            ("http://a.io..", (Some("http"), Some("a.io."), None)),
            ("http://me:p@ss@a.io:1/x@y", (Some("http"), Some("a.io"), Some("1"))),
            ("http://a.io?x=@b.io", (Some("http"), Some("a.io"), None)),
            ("http://a.io#x:9", (Some("http"), Some("a.io"), None)),
            (r"http://a.io\b.io", (Some("http"), Some("a.io"), None)),
            ("http://a.io:", (Some("http"), Some("a.io"), None)),
            ("http://[::1]:8080/x", (Some("http"), Some("::1"), Some("8080"))),
            ("http://[::1]", (Some("http"), Some("::1"), None)),
            ("http://me@[0:0:0:0:0:0:0:1]", (Some("http"), Some("::1"), None)),
            ("http://[FE80::1%25eth0]/", (Some("http"), Some("fe80::1%25eth0"), None)),
            ("http://[::ffff:10.0.0.1]", (Some("http"), Some("10.0.0.1"), None)),
            ("http://fd00::1/", (Some("http"), Some("fd00::1"), None)),
            ("http://{host}:{port}/v1", (Some("http"), Some("{host}"), Some("{port}"))),
            ("http://{a/b}.io/v1", (Some("http"), Some("{a/b}.io"), None)),
            ("http://{a", (Some("http"), Some("{a"), None)),
            ("http://<your-host>/v1", (Some("http"), Some("<your-host>"), None)),
            ("http:///v1", (Some("http"), None, None)),
            ("http://", (Some("http"), None, None)),
            ("http://[", (Some("http"), Some("["), None)),
            ("kafka+ssl://b.io:9093", (Some("kafka+ssl"), Some("b.io"), Some("9093"))),
            ("//api.parcels.io/v1", (None, None, None)),
            ("/v1", (None, None, None)),
            ("api.parcels.io", (None, None, None)),
            ("/proxy?to=http://a.io", (None, None, None)),
            ("{scheme}://a.io", (None, None, None)),
            ("://a.io", (None, None, None)),
            ("1http://a.io", (None, None, None)),
            ("", (None, None, None)),
        ] {
            assert_eq!(parts(&Address::of_url(url)), expected, "{url}");
        }
    }

    #[test]
    fn addresses_of_brokers_need_no_scheme() {
        let expected: [(&str, &[_]); 8] = [
            ("broker.io:1883", &[(None, Some("broker.io"), Some("1883"))]),
            ("broker.io/path:1", &[(None, Some("broker.io"), None)]),
            ("user:pass@broker.io:1883", &[(None, Some("broker.io"), Some("1883"))]),
            ("mqtt://broker.io", &[(Some("mqtt"), Some("broker.io"), None)]),
            ("[::1]:1883", &[(None, Some("::1"), Some("1883"))]),
            ("a.io:9092, b.io:9093", &[(None, Some("a.io"), Some("9092")), (None, Some("b.io"), Some("9093"))]),
            ("/path", &[(None, None, None)]),
            ("", &[(None, None, None)]),
        ];
        for (text, addresses) in expected {
            assert_eq!(Address::of_broker(text).iter().map(parts).collect::<Vec<_>>(), addresses, "{text}");
        }
        assert_eq!(Address::of_broker(&"a.io,".repeat(10_000)).len(), BROKERS);
    }

    #[test]
    fn hosts_are_local_placeholders_or_neither() {
        use HostVerdict::{Local, Placeholder, Real};
        for (host, verdict) in [
            ("localhost", Local),
            ("LOCALHOST.", Local),
            ("api.localhost", Local),
            ("127.0.0.1", Local),
            ("127.1.2.3", Local),
            ("::1", Local),
            ("[::1]", Local),
            ("0.0.0.0", Local),
            ("10.1.2.3", Local),
            ("192.168.0.1", Local),
            ("172.16.0.1", Local),
            ("172.31.0.1", Local),
            ("172.15.0.1", Real),
            ("172.32.0.1", Real),
            ("169.254.169.254", Local),
            ("fd12:3456::1", Local),
            ("fe80::1", Local),
            ("2001:db8::1", Real),
            ("printer.local", Local),
            ("api.corp", Local),
            ("orders.shop.svc", Local),
            ("orders.shop.svc.cluster.local", Local),
            ("broker.parcels.test", Local),
            ("host.docker.internal", Local),
            ("kafka", Local),
            ("orders_api-2", Local),
            ("host", Local),
            ("local.parcels.io", Real),
            ("100.10.1.1", Real),
            ("example.com", Placeholder),
            ("api.example.org", Placeholder),
            ("notexample.com", Real),
            ("example.com.evil.io", Real),
            ("api.example", Placeholder),
            ("api.invalid", Placeholder),
            ("your-domain.com", Placeholder),
            ("mycompany.io", Placeholder),
            ("your-instance.parcels.io", Placeholder),
            ("your_shop.io", Placeholder),
            ("yourself.io", Real),
            ("ship-your-parcel.io", Real),
            ("myapp.io", Real),
            ("api.yourdomain.com", Placeholder),
            ("acme.com", Placeholder),
            ("acme.de", Real),
            ("<your host>", Placeholder),
            ("{host}", Placeholder),
            ("{tenant}.parcels.io", Real),
            ("api.parcels.io", Real),
        ] {
            let host = Host::new(host).unwrap();
            assert_eq!(judge_hosts([Some(&host)]), verdict, "{host:?}");
        }
        assert_eq!(Host::new(" . "), None);
    }

    #[test]
    fn several_hosts_are_judged_by_those_that_are_not_local() {
        let [local, placeholder, real] = ["localhost", "api.example.com", "api.parcels.io"].map(Host::new);
        let judge = |hosts: &[&Option<Host>]| judge_hosts(hosts.iter().map(|host| host.as_ref()));
        assert_eq!(judge(&[&local, &local]), HostVerdict::Local);
        assert_eq!(judge(&[&local, &placeholder]), HostVerdict::Placeholder);
        assert_eq!(judge(&[&placeholder, &local]), HostVerdict::Placeholder);
        assert_eq!(judge(&[&placeholder, &real]), HostVerdict::Real);
        assert_eq!(judge(&[&local, &real]), HostVerdict::Real);
        assert_eq!(judge(&[&local, &None]), HostVerdict::Real);
        assert_eq!(judge(&[]), HostVerdict::Real);
    }

    #[test]
    fn domains_are_what_somebody_registered() {
        let domain = |host: &str| registrable_domain(&Host::new(host).unwrap());
        for (host, expected) in [
            ("api.parcels.io", Some("parcels.io")),
            ("parcels.io", Some("parcels.io")),
            ("API.Parcels.co.uk.", Some("parcels.co.uk")),
            ("{tenant}.parcels.io", Some("parcels.io")),
            ("co.uk", None),
            ("{tenant}.io", None),
            ("10.0.0.1", None),
            ("::1", None),
            ("broker", None),
            ("a..io", None),
        ] {
            assert_eq!(domain(host).as_deref(), expected, "{host}");
        }
    }
}
