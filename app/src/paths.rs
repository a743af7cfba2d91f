//! Every address of the product, in one place.

use std::fmt::Write;

/// The first page: the incident list.
pub const HOME: &str = "/";
/// The incident list, filters in the query.
pub const INCIDENTS: &str = "/incidents";
/// One incident's homepage, as the router writes it.
pub const INCIDENT: &str = "/incidents/:reference";
/// Declares an incident: one field.
pub const DECLARE: &str = "/declare";
/// The command menu as a page. `?q=` says what is looked for.
pub const SEARCH: &str = "/search";
/// Whatever whoever looks owes.
pub const TO_DO: &str = "/to-do";
/// The action items. `?owner=mine` shows those of whoever looks.
pub const ACTIONS: &str = "/actions";
/// One action item, as the router writes it.
pub const ACTION: &str = "/actions/:number";
/// What whoever looks was told.
pub const NOTIFICATIONS: &str = "/notifications";
/// The sign-in page. `?to=` says where to go afterwards, `?refused=` why it did not work.
pub const SIGN_IN: &str = "/sign-in";
/// The three questions of the first start.
pub const WELCOME: &str = "/welcome";
/// The signed-in person's own page.
pub const PROFILE: &str = "/profile";
/// Settings: the company.
pub const SETTINGS: &str = "/settings";
/// Settings: severities with their definitions.
pub const SEVERITIES: &str = "/settings/severities";
/// Settings: components with their links.
pub const COMPONENTS: &str = "/settings/components";
/// Settings: people, admins, who is deactivated.
pub const PEOPLE: &str = "/settings/people";
/// That private incidents exist, for admins.
pub const PRIVATE_INCIDENTS: &str = "/settings/private";
/// Settings: from the demo to the real thing.
pub const SET_UP: &str = "/settings/set-up";

/// Begins a sign-in with Slack. A plain route of the server; `?to=` as above.
pub const SLACK_START: &str = "/auth/slack/start";
/// Ends this session. A plain route of the server, POST only.
pub const SIGN_OUT: &str = "/auth/sign-out";
/// The Slack app manifest of this installation, as JSON. A plain route of the server.
pub const SLACK_MANIFEST: &str = "/slack/manifest.json";
/// What changes, as a stream.
pub const LIVE: &str = "/live";

/// The homepage of an incident, from its reference (`INC-6`).
pub fn incident(reference: impl std::fmt::Display) -> String {
    format!("{INCIDENTS}/{reference}")
}

/// The page of a timeline item: where it is from. `incident` is its incident's address.
pub fn timeline_item(incident: &str, item: impl std::fmt::Display) -> String {
    format!("{incident}/timeline/{item}")
}

/// The activity log of an incident, from its address.
pub fn activity(incident: &str) -> String {
    format!("{incident}/activity")
}

/// An action item, from its reference (`ACT-12`).
pub fn action(reference: impl std::fmt::Display) -> String {
    format!("{ACTIONS}/{reference}")
}

/// An address with a query. Pairs with an empty value are left out, so that an address
/// says only what was chosen.
pub fn with_query<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut address = String::with_capacity(path.len() + 32);
    address.push_str(path);
    let mut mark = '?';
    for (key, value) in pairs {
        if value.is_empty() {
            continue;
        }
        address.push(mark);
        address.push_str(key);
        address.push('=');
        encode(value, &mut address);
        mark = '&';
    }
    address
}

/// Writes a query value so that it stands for itself in an address (RFC 3986, 2.3).
fn encode(value: &str, address: &mut String) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => address.push(byte.into()),
            _ => {
                // Writing into a String does not fail.
                let _ = write!(address, "%{byte:02X}");
            }
        }
    }
}

/// The most bytes of an address to come back to; the server takes no longer ones.
const LONGEST_BACK: u32 = 8 * 1024;

/// Refuses an address to come back to that no page of ours ever has.
pub fn fits(back: &str) -> Result<(), domain::Refusal> {
    let most = LONGEST_BACK;
    if back.len() > most as usize {
        return Err(domain::Refusal::invalid("back", domain::Why::TooLong { most }));
    }
    Ok(())
}

/// Where somebody may be sent back to: an address of our own, or else the list. Never
/// another host (`//host`, `/\host`) and nothing that a header cannot carry.
pub fn own(address: &str) -> &str {
    let mut bytes = address.bytes();
    let ours = bytes.next() == Some(b'/')
        && !matches!(bytes.next(), Some(b'/' | b'\\'))
        && address.len() <= 2000
        && address.bytes().all(|byte| byte.is_ascii_graphic());
    if ours { address } else { INCIDENTS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_says_only_what_was_chosen() {
        assert_eq!(with_query(INCIDENTS, [("q", ""), ("lead", "")]), "/incidents");
        assert_eq!(with_query(INCIDENTS, [("q", "a b&c"), ("lead", "x")]), "/incidents?q=a%20b%26c&lead=x");
        assert_eq!(with_query(INCIDENTS, [("q", "再起動")]), "/incidents?q=%E5%86%8D%E8%B5%B7%E5%8B%95");
    }

    #[test]
    fn nobody_is_sent_to_another_host() {
        assert_eq!(own("/incidents?q=x#t"), "/incidents?q=x#t");
        for elsewhere in ["", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nset-cookie: x", "/ü"]
        {
            assert_eq!(own(elsewhere), INCIDENTS, "{elsewhere:?}");
        }
    }
}
