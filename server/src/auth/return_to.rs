//! Where somebody goes after signing in: a page of ours, or home.

use app::paths;

use crate::http::access::{ACCESS, Kind};

/// The address if it is a page of ours (path, query and fragment), else home. Written
/// so that nothing has to be trusted to look like a path: the path must be one that
/// the access table lists.
pub fn safe(address: &str) -> &str {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    if paths::own(address) == address && ACCESS.iter().any(|entry| entry.kind == Kind::Page && fits(entry.path, path)) {
        address
    } else {
        paths::HOME
    }
}

/// Whether a path fits a pattern such as `/incidents/{reference}`.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(name), Some(part)) if name.starts_with('{') && is_plain(part) => {}
            (Some(name), Some(part)) if name == part => {}
            _ => return false,
        }
    }
}

fn is_plain(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_ours_are_kept() {
        for page in ["/", "/incidents", "/incidents?q=a%20b&before=x", "/incidents/INC-6#t-1", "/settings/people"] {
            assert_eq!(safe(page), page);
        }
    }

    #[test]
    fn everything_else_becomes_home() {
        let long = format!("/incidents?q={}", "a".repeat(5_000));
        for hostile in [
            "",
            "//evil",
            "/\\evil",
            "https://evil",
            "/%09/evil",
            "%2f%2fevil",
            "\t//evil",
            "javascript:alert(1)",
            "/@evil.com",
            "/a\r\nSet-Cookie:x=1",
            "/incidents/..",
            "/incidents/%2e%2e",
            "/incidents//evil",
            "/auth/slack/start",
            "/api/demo/reset",
            "/sign-inx",
            long.as_str(),
        ] {
            assert_eq!(safe(hostile), "/", "{hostile:?}");
        }
    }
}
