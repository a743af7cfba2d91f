//! Where Slack is: its public address, GovSlack's, or a stand-in's.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;

/// The address that every endpoint of one Slack derives from, without a
/// trailing slash: `https://slack.com`, `https://slack-gov.com`, or a stand-in
/// on this machine. It is also the issuer that an id_token must name exactly.
///
/// Always https, except on a loopback address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    issuer: String,
    loopback: bool,
}

/// Why an address was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// It cannot be read as an address, or has a query, a fragment or a user.
    #[error("this is not a plain web address")]
    NotAnAddress,
    /// It is http, and not on this machine.
    #[error("the address must start with https://, except on a loopback address")]
    NotSecure,
}

impl BaseUrl {
    /// Reads an address; a trailing slash is dropped.
    ///
    /// # Errors
    /// [`BadAddress`], when it is no plain web address or not a secure one.
    pub fn parse(text: &str) -> Result<Self, BadAddress> {
        let url = Url::parse(text.trim().trim_end_matches('/')).map_err(|_| BadAddress::NotAnAddress)?;
        let plain =
            url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        if !plain || !url.has_host() {
            return Err(BadAddress::NotAnAddress);
        }
        if !is_secure(&url) {
            return Err(BadAddress::NotSecure);
        }
        let issuer = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { issuer, loopback: is_loopback(&url) })
    }

    /// The address as an issuer names itself: without a trailing slash.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The address of a path below; `path` starts with a slash.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// Whether Slack is a stand-in on this very machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }
}

impl Default for BaseUrl {
    /// Slack's own address.
    fn default() -> Self {
        Self { issuer: "https://slack.com".to_owned(), loopback: false }
    }
}

impl FromStr for BaseUrl {
    type Err = BadAddress;

    fn from_str(text: &str) -> Result<Self, BadAddress> {
        Self::parse(text)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.issuer())
    }
}

/// https, or http on this machine.
pub(crate) fn is_secure(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slack_itself_and_stand_ins_on_this_machine_are_taken() {
        assert_eq!(BaseUrl::parse("https://slack.com"), Ok(BaseUrl::default()));
        for good in [
            "https://slack.com/",
            "https://slack-gov.com",
            "http://127.0.0.1:3101/",
            "http://localhost:4510",
            "http://[::1]:9",
        ] {
            let base = BaseUrl::parse(good).unwrap();
            assert_eq!(base.issuer(), good.trim_end_matches('/'));
        }
        assert_eq!(BaseUrl::default().at("/api/auth.test"), "https://slack.com/api/auth.test");
    }

    #[test]
    fn http_elsewhere_is_refused() {
        for bad in ["http://slack.com", "http://127.0.0.1.evil.example", "http://localhost.example", "ftp://127.0.0.1"]
        {
            assert_eq!(BaseUrl::parse(bad), Err(BadAddress::NotSecure), "{bad}");
        }
        for bad in
            ["", "slack.com", "https://", "https://me:pw@slack.com", "https://slack.com/?a=b", "https://slack.com/#x"]
        {
            assert_eq!(BaseUrl::parse(bad), Err(BadAddress::NotAnAddress), "{bad}");
        }
    }
}
