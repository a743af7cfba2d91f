//! Addresses: of people and of pages.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::text;
use crate::{Refusal, Why};

/// An e-mail address in lower case. ASCII only: the database and every provider then agree
/// on what lower case is, and one address is one person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// The most characters (RFC 5321: 64 before the @ and 255 after it).
    pub const MOST: u32 = 320;

    /// Reads an address. Whether anybody reads mail there is for the mail to find out.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let refuse = |why| Err(Refusal::invalid("email", why));
        let text = text.trim();
        if text.is_empty() {
            return refuse(Why::Empty);
        }
        if text.len() > Self::MOST as usize {
            return refuse(Why::TooLong { most: Self::MOST });
        }
        let Some((local, domain)) = text.split_once('@') else {
            return refuse(Why::NotAnEmail);
        };
        if !is_local_part(local) || !is_domain(domain) {
            return refuse(Why::NotAnEmail);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

text!(@stored Email);

/// What may stand before the @ without quotes (RFC 5322 `dot-atom`).
fn is_local_part(local: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    !local.is_empty()
        && local.len() <= 64
        && local.chars().all(allowed)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.len() <= 255 && domain.split('.').all(is_label)
}

/// The address of a web page: http or https, with a host, without a user name or password.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Url(String);

impl Url {
    /// The most characters.
    pub const MOST: u32 = 2000;

    /// Reads an address; the scheme becomes lower case, the rest stays as it is.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let refuse = |why| Err(Refusal::invalid("url", why));
        let text = text.trim();
        if text.is_empty() {
            return refuse(Why::Empty);
        }
        if text.len() > 4 * Self::MOST as usize || text.chars().count() > Self::MOST as usize {
            return refuse(Why::TooLong { most: Self::MOST });
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return refuse(Why::NotAWebAddress);
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return refuse(Why::NotAWebAddress);
        };
        let scheme = scheme.to_ascii_lowercase();
        if scheme != "http" && scheme != "https" {
            return refuse(Why::NotAWebAddress);
        }
        // A browser takes a backslash for a slash: the host ends there.
        let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        if authority.contains('@') {
            return refuse(Why::AddressWithPassword);
        }
        if !is_host_and_port(authority) {
            return refuse(Why::NotAWebAddress);
        }
        Ok(Self(format!("{scheme}://{rest}")))
    }
}

text!(@stored Url);

fn is_host_and_port(authority: &str) -> bool {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, after)) if address.parse::<std::net::Ipv6Addr>().is_ok() => {
                ("ipv6", after.strip_prefix(':').or(after.is_empty().then_some("")))
            }
            _ => return false,
        },
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, Some("")),
        },
    };
    let host_is_plain = host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    let port_is_plain = port.is_some_and(|port| port.is_empty() || port.parse::<u16>().is_ok());
    host.starts_with(|c: char| c.is_alphanumeric()) && host_is_plain && port_is_plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_lower_case() {
        assert_eq!(Email::parse(" Curlew@Paperkite.Example ").unwrap().as_str(), "curlew@paperkite.example");
        for text in ["a@b", "a.b+c@d-e.example", "o'neil@x.example"] {
            assert!(Email::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_email_is_refused() {
        for text in [
            "",
            "curlew",
            "@x.example",
            "a@",
            "a@@b",
            "a@b@c",
            "a b@c.example",
            "a@b c.example",
            "a@.example",
            "a@x..example",
            "a@-x.example",
            ".a@x.example",
            "a..b@x.example",
            "ü@x.example",
            "a@x.example\0",
            "a\n@x.example",
            "\"a\"@x.example",
            "<a@x.example>",
            "İ@x.example",
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
        assert!(Email::parse(&format!("{}@x.example", "a".repeat(65))).is_err());
    }

    #[test]
    fn a_url_is_a_page_on_the_web() {
        assert_eq!(Url::parse("HTTPS://Grafana.Example/d?a=b#c").unwrap().as_str(), "https://Grafana.Example/d?a=b#c");
        for text in [
            "http://localhost:3000",
            "https://x.example/日本",
            "https://[::1]:8080/x",
            "https://x.example/a@b",
            "https://bücher.example/",
            "https://10.0.0.1/logs",
        ] {
            assert!(Url::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_dangerous_or_no_url_is_refused() {
        for text in [
            "",
            "x.example",
            "//x.example",
            "javascript:alert(1)",
            "javascript://x.example/%0aalert(1)",
            "data:text/html,x",
            "ftp://x.example",
            "https://",
            "https:///x",
            "https://x y.example",
            "https://x.example:99999",
            "https://x.example\0",
            "java\nscript://x",
            "https://[zz]/",
            "https://-x/",
            "https://x.example\"onclick=1",
        ] {
            assert!(Url::parse(text).is_err(), "{text:?}");
        }
        for text in ["https://me:secret@x.example", "https://bank.example@evil.example", "https://a@b\\c"] {
            let refusal = Refusal::invalid("url", Why::AddressWithPassword);
            assert_eq!(Url::parse(text), Err(refusal), "{text}");
        }
    }
}
