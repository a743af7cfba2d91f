//! Which addresses a text may point to without naming another site.

/// An attachment that we serve ourselves: the only thing an image may load.
/// Strict, because browsers read `%2e%2e` as two dots.
pub(crate) fn is_our_file(address: &str) -> bool {
    address.strip_prefix("/files/").is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && !rest.contains("..")
            && !rest.contains("//")
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'.' | b'-'))
    })
}

/// A page of ours (`/incidents/INC-6`) or a place on this page (`#timeline`).
/// Browsers drop tabs and line breaks and read `\` as `/`, so that `/\t/evil`
/// leads elsewhere; none of those is let through.
pub(crate) fn is_our_page(address: &str) -> bool {
    let clean = !address.contains('\\') && !address.chars().any(|c| c.is_control() || c.is_whitespace());
    clean && (address.starts_with('#') || (address.starts_with('/') && !address.starts_with("//")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_come_from_our_files_only() {
        assert!(is_our_file("/files/0190-ab/graph.png"));
        for address in [
            "/files/",
            "/files/../auth/sign-out",
            "/files/%2e%2e/x",
            "/files//evil.example/x",
            "/files/a?b",
            "//files/a",
            "https://evil.example/files/a",
            "files/a",
        ] {
            assert!(!is_our_file(address), "{address}");
        }
    }

    #[test]
    fn pages_of_ours_do_not_lead_elsewhere() {
        for address in ["/incidents/INC-6", "/incidents?words=a", "#timeline", "/"] {
            assert!(is_our_page(address), "{address}");
        }
        for address in ["//evil.example", "/\\evil.example", "/\t/evil.example", "\\\\evil", "evil", "", "./x", "/a\nb"]
        {
            assert!(!is_our_page(address), "{address:?}");
        }
    }
}
