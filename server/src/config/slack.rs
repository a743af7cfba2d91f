use secrecy::SecretString;
use url::Url;

use super::{Need, Problem, Sources, is_loopback_url};

/// How the product speaks to one Slack workspace.
#[derive(Debug, Clone)]
pub struct SlackConfig {
    /// The app's client id; public.
    pub client_id: String,
    /// The app's client secret.
    pub client_secret: SecretString,
    /// The only workspace that gets in, like `T0123ABC456`.
    pub team_id: String,
    /// The bot's token. Without it the roster is not read and guests are not checked.
    pub bot_token: Option<SecretString>,
    /// `https://slack.com` unless GovSlack, a test or the demo.
    pub base_url: Url,
}

const REQUIRED: [(&str, &str); 3] = [
    ("SLACK_CLIENT_ID", "Copy \"Client ID\" from \"Basic Information\" of your app at https://api.slack.com/apps."),
    (
        "SLACK_CLIENT_SECRET",
        "Copy \"Client Secret\" from \"Basic Information\" of your app at https://api.slack.com/apps.",
    ),
    ("SLACK_TEAM_ID", "Open your workspace in a browser: its id is the part of the address that starts with T."),
];

pub(super) fn read(
    sources: &Sources,
    need: Need,
    public_url: &Url,
    problems: &mut Vec<Problem>,
) -> Option<SlackConfig> {
    let base_url = read_base_url(sources, public_url, problems);
    let bot_token = sources.get("SLACK_BOT_TOKEN");
    if let Some(token) = &bot_token
        && !token.starts_with("xoxb-")
    {
        problems.push(Problem::new(
            "SLACK_BOT_TOKEN",
            "does not start with xoxb-",
            "Copy \"Bot User OAuth Token\" from \"OAuth & Permissions\" of your app.",
        ));
    }

    let missing: Vec<_> = REQUIRED.into_iter().filter(|(name, _)| sources.get(name).is_none()).collect();
    let none_given = missing.len() == REQUIRED.len() && bot_token.is_none();
    if none_given && need == Need::DatabaseOnly {
        return None;
    }
    for (name, way_out) in &missing {
        let what = if none_given {
            "is missing, so that nobody could sign in"
        } else {
            "is missing, while other Slack variables are set"
        };
        let way_out = if none_given {
            format!("{way_out} To try Sensible without Slack, run bin/start.")
        } else {
            (*way_out).to_owned()
        };
        problems.push(Problem::new(name, what, way_out));
    }
    if !missing.is_empty() {
        return None;
    }
    let team_id = sources.get("SLACK_TEAM_ID")?;
    if !(team_id.starts_with('T')
        && team_id.len() >= 3
        && team_id.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()))
    {
        problems.push(Problem::new("SLACK_TEAM_ID", "is no workspace id", REQUIRED[2].1));
    }
    Some(SlackConfig {
        client_id: sources.get("SLACK_CLIENT_ID")?,
        client_secret: SecretString::from(sources.get("SLACK_CLIENT_SECRET")?),
        team_id,
        bot_token: bot_token.map(SecretString::from),
        base_url,
    })
}

fn read_base_url(sources: &Sources, public_url: &Url, problems: &mut Vec<Problem>) -> Url {
    let slack = slack_com();
    let Some(text) = sources.get("SLACK_BASE_URL") else { return slack };
    let way_out = "Leave it out for Slack, write https://slack-gov.com for GovSlack.";
    let url = match Url::parse(&text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.host_str().is_some() => url,
        _ => {
            problems.push(Problem::new("SLACK_BASE_URL", format!("is {text:?}, which is no web address"), way_out));
            return slack;
        }
    };
    if url.scheme() == "http" && !is_loopback_url(&url) {
        problems.push(Problem::new("SLACK_BASE_URL", "is not https", way_out));
    }
    if is_loopback_url(&url) && !is_loopback_url(public_url) {
        // The fake workspace lets anybody be anybody.
        problems.push(Problem::new(
            "SLACK_BASE_URL",
            "points to this machine, where a fake workspace lets anybody sign in as anybody, while SENSIBLE_PUBLIC_URL is open to others",
            way_out,
        ));
    }
    url
}

#[expect(clippy::expect_used, reason = "a constant address")]
fn slack_com() -> Url {
    Url::parse("https://slack.com/").expect("a constant address parses")
}
