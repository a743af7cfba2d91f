//! Links that are recognised by their address: where they lead, and what they are called
//! when nobody says it. Nothing is fetched.

use crate::text::{LinkLabel, Url};

codes! {
    /// Whose page it is.
    pub enum Provider of "provider" {
        /// GitHub, in the cloud.
        Github = "github", "GitHub";
        /// GitLab, in the cloud or one's own.
        Gitlab = "gitlab", "GitLab";
        /// Sentry.
        Sentry = "sentry", "Sentry";
        /// Datadog.
        Datadog = "datadog", "Datadog";
        /// Grafana, in the cloud or one's own.
        Grafana = "grafana", "Grafana";
        /// PagerDuty.
        Pagerduty = "pagerduty", "PagerDuty";
        /// Linear.
        Linear = "linear", "Linear";
        /// Jira, in the cloud or one's own.
        Jira = "jira", "Jira";
        /// Google Meet.
        Meet = "meet", "Google Meet";
        /// Zoom.
        Zoom = "zoom", "Zoom";
    }
}

impl Provider {
    /// Whether people meet there: the link is shown as the way into the call.
    pub const fn is_call(self) -> bool {
        matches!(self, Self::Meet | Self::Zoom)
    }
}

/// A link whose address says what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// Whose page it is.
    pub provider: Provider,
    /// What it is called: `getpaperkite/queue#214`.
    pub label: String,
}

/// Recognises an address. Hosts match exactly or as a subdomain; what companies run
/// themselves (GitLab, Grafana, Jira) is told by the shape of its path.
pub fn recognise(url: &Url) -> Option<Recognised> {
    let page = Page::of(url.as_str());
    let path: Vec<&str> = page.path.iter().map(String::as_str).collect();
    let (provider, label) = match page.provider() {
        Some(provider) => (provider, named(provider, &path)),
        None => own(&page.host, &path)?,
    };
    let label = label.unwrap_or_else(|| provider.word().to_owned());
    Some(Recognised { provider, label })
}

/// What a link is called when nobody says it: as it is recognised, or else its host and the
/// beginning of its path.
pub fn label(url: &Url) -> Option<LinkLabel> {
    let recognised = recognise(url).and_then(|link| LinkLabel::parse(&shortened(&link.label)).ok());
    recognised.or_else(|| {
        let (_, rest) = url.as_str().split_once("://")?;
        let plain = rest.split(['?', '#']).next().unwrap_or(rest).trim_end_matches('/');
        LinkLabel::parse(&shortened(plain)).ok()
    })
}

fn shortened(text: &str) -> String {
    const MOST: usize = 80;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(MOST - 1).collect();
    short.push('…');
    short
}

/// The parts of an address that are looked at.
struct Page {
    /// In lower case, without port and final dot.
    host: String,
    /// The path's parts.
    path: Vec<String>,
}

/// The hosts of each provider.
const HOSTS: [(&str, Provider); 16] = [
    ("github.com", Provider::Github),
    ("ghe.com", Provider::Github),
    ("gitlab.com", Provider::Gitlab),
    ("sentry.io", Provider::Sentry),
    ("datadoghq.com", Provider::Datadog),
    ("datadoghq.eu", Provider::Datadog),
    ("ddog-gov.com", Provider::Datadog),
    ("grafana.net", Provider::Grafana),
    ("pagerduty.com", Provider::Pagerduty),
    ("linear.app", Provider::Linear),
    ("atlassian.net", Provider::Jira),
    ("meet.google.com", Provider::Meet),
    ("zoom.us", Provider::Zoom),
    ("zoom.com", Provider::Zoom),
    ("zoomgov.com", Provider::Zoom),
    ("zoom.com.cn", Provider::Zoom),
];

impl Page {
    fn of(url: &str) -> Self {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        // A browser takes a backslash for a slash.
        let rest = rest.split(['?', '#']).next().unwrap_or_default().replace('\\', "/");
        let (authority, path) = rest.split_once('/').unwrap_or((&rest, ""));
        let host = authority.split(':').next().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
        let path = path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        Self { host, path }
    }

    fn provider(&self) -> Option<Provider> {
        HOSTS.into_iter().find(|(host, _)| is_host(&self.host, host)).map(|(_, provider)| provider)
    }
}

/// The host itself or one below it; `notgithub.com` and `github.com.evil.example` are not.
fn is_host(host: &str, of: &str) -> bool {
    host.strip_suffix(of).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

fn named(provider: Provider, path: &[&str]) -> Option<String> {
    match provider {
        Provider::Github => github(path),
        Provider::Gitlab => gitlab(path),
        Provider::Sentry => after(path, "issues").filter(|id| is_number(id)).map(|id| format!("Sentry issue {id}")),
        Provider::Datadog => datadog(path),
        Provider::Grafana => grafana(path),
        Provider::Pagerduty => after(path, "incidents").map(|id| format!("PagerDuty incident {id}")),
        Provider::Linear => after(path, "issue").filter(|key| is_key(key)).map(str::to_owned),
        Provider::Jira => jira(path),
        Provider::Meet | Provider::Zoom => None,
    }
}

/// What a company runs itself.
fn own(host: &str, path: &[&str]) -> Option<(Provider, Option<String>)> {
    if let Some(label) = path.contains(&"-").then(|| gitlab(path)).flatten() {
        return Some((Provider::Gitlab, Some(label)));
    }
    if let Some(label) = jira(path) {
        return Some((Provider::Jira, Some(label)));
    }
    let below = path.strip_prefix(&["grafana"]).unwrap_or(path);
    if let ["d", uid, slug, ..] = below
        && uid.len() >= 6
    {
        return Some((Provider::Grafana, Some(format!("Grafana: {}", words(slug)))));
    }
    let is_grafana = host.starts_with("grafana.") || below.len() < path.len();
    is_grafana.then(|| (Provider::Grafana, grafana(below)))
}

fn github(path: &[&str]) -> Option<String> {
    let [owner, repository, rest @ ..] = path else { return None };
    let name = format!("{owner}/{repository}");
    Some(match rest {
        ["issues" | "pull" | "discussions", number, ..] if is_number(number) => format!("{name}#{number}"),
        ["commit", hash, ..] => format!("{name}@{}", hash.get(..7).unwrap_or(hash)),
        ["actions", "runs", run, ..] if is_number(run) => format!("{name} run {run}"),
        ["releases", "tag", tag, ..] => format!("{name} {tag}"),
        _ => name,
    })
}

fn gitlab(path: &[&str]) -> Option<String> {
    let end = path.iter().position(|part| *part == "-").unwrap_or(path.len());
    let (project, rest) = path.split_at(end);
    if project.len() < 2 {
        return None;
    }
    let name = project.join("/");
    Some(match rest {
        ["-", "issues" | "work_items", number, ..] if is_number(number) => format!("{name}#{number}"),
        ["-", "issues", "incident", number, ..] if is_number(number) => format!("{name}#{number}"),
        ["-", "merge_requests", number, ..] if is_number(number) => format!("{name}!{number}"),
        ["-", "commit", hash, ..] => format!("{name}@{}", hash.get(..7).unwrap_or(hash)),
        ["-", "pipelines", number, ..] if is_number(number) => format!("{name} pipeline {number}"),
        ["-", "jobs", number, ..] if is_number(number) => format!("{name} job {number}"),
        _ => name,
    })
}

fn datadog(path: &[&str]) -> Option<String> {
    Some(match path {
        ["dashboard", _, slug, ..] => format!("Datadog: {}", words(slug)),
        ["dashboard", ..] => "Datadog dashboard".into(),
        ["monitors", id, ..] if is_number(id) => format!("Datadog monitor {id}"),
        ["logs", ..] => "Datadog logs".into(),
        ["apm", ..] => "Datadog traces".into(),
        _ => return None,
    })
}

fn grafana(path: &[&str]) -> Option<String> {
    Some(match path {
        ["d", _, slug, ..] => format!("Grafana: {}", words(slug)),
        ["explore", ..] => "Grafana: explore".into(),
        ["alerting", ..] => "Grafana: alerting".into(),
        _ => return None,
    })
}

fn jira(path: &[&str]) -> Option<String> {
    after(path, "browse").filter(|key| is_key(key)).map(str::to_owned)
}

/// The part of the path that follows `name`.
fn after<'a>(path: &[&'a str], name: &str) -> Option<&'a str> {
    let at = path.iter().position(|part| *part == name)?;
    path.get(at + 1).copied()
}

fn is_number(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `OPS-12`.
fn is_key(text: &str) -> bool {
    let Some((project, number)) = text.split_once('-') else { return false };
    let is_project = (1..=20).contains(&project.len())
        && project.starts_with(|first: char| first.is_ascii_uppercase())
        && project.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    is_project && is_number(number)
}

/// The words of a slug: `webhook-latency` is `webhook latency`.
fn words(slug: &str) -> String {
    slug.split(['-', '_']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recognised(url: &str) -> Option<(Provider, String)> {
        recognise(&Url::parse(url).unwrap()).map(|link| (link.provider, link.label))
    }

    #[test]
    fn each_provider_is_recognised_and_named() {
        use Provider::*;
        for (url, provider, label) in [
            ("https://github.com/getpaperkite/queue/issues/214", Github, "getpaperkite/queue#214"),
            ("https://github.com/getpaperkite/queue/pull/215/files#diff", Github, "getpaperkite/queue#215"),
            ("https://GitHub.com/getpaperkite/queue/discussions/3", Github, "getpaperkite/queue#3"),
            ("https://github.com/a/b/commit/0123456789abcdef", Github, "a/b@0123456"),
            ("https://github.com/a/b/commit/é", Github, "a/b@é"),
            ("https://github.com/a/b/actions/runs/99/job/1", Github, "a/b run 99"),
            ("https://github.com/a/b/releases/tag/v1.2", Github, "a/b v1.2"),
            ("https://github.com/a/b?tab=readme", Github, "a/b"),
            ("https://github.com/", Github, "GitHub"),
            ("https://acme.ghe.com/a/b/issues/1", Github, "a/b#1"),
            ("https://gitlab.com/acme/web/queue/-/issues/7", Gitlab, "acme/web/queue#7"),
            ("https://gitlab.com/acme/queue/-/issues/incident/7", Gitlab, "acme/queue#7"),
            ("https://gitlab.com/acme/queue/-/merge_requests/12/diffs", Gitlab, "acme/queue!12"),
            ("https://git.acme.example/acme/queue/-/pipelines/55", Gitlab, "acme/queue pipeline 55"),
            ("https://git.acme.example:8443/acme/queue/-/jobs/56", Gitlab, "acme/queue job 56"),
            ("https://git.acme.example/acme/queue/-/commit/abcdef0123", Gitlab, "acme/queue@abcdef0"),
            ("https://acme.sentry.io/issues/4501/?project=2", Sentry, "Sentry issue 4501"),
            ("https://sentry.io/organizations/acme/issues/4501/", Sentry, "Sentry issue 4501"),
            ("https://sentry.io/settings", Sentry, "Sentry"),
            (
                "https://app.datadoghq.eu/dashboard/abc-def-ghi/webhook-latency?from=1",
                Datadog,
                "Datadog: webhook latency",
            ),
            ("https://us3.datadoghq.com/monitors/123", Datadog, "Datadog monitor 123"),
            ("https://app.datadoghq.com/logs?query=x", Datadog, "Datadog logs"),
            ("https://acme.grafana.net/d/uid12345/queue-depth?orgId=1", Grafana, "Grafana: queue depth"),
            ("https://acme.grafana.net/explore?left=x", Grafana, "Grafana: explore"),
            ("https://metrics.acme.example/d/uid12345/queue-depth", Grafana, "Grafana: queue depth"),
            ("https://acme.example/grafana/d/uid12345/queue_depth", Grafana, "Grafana: queue depth"),
            ("https://grafana.acme.example/alerting/list", Grafana, "Grafana: alerting"),
            ("https://acme.pagerduty.com/incidents/Q1ABC", Pagerduty, "PagerDuty incident Q1ABC"),
            ("https://linear.app/acme/issue/ENG-123/retries-are-capped", Linear, "ENG-123"),
            ("https://acme.atlassian.net/browse/OPS-12", Jira, "OPS-12"),
            ("https://jira.acme.example/browse/OPS_2-12?focused=1", Jira, "OPS_2-12"),
            ("https://tools.acme.example/jira/browse/OPS-12", Jira, "OPS-12"),
            ("https://meet.google.com/abc-defg-hij", Meet, "Google Meet"),
            ("https://acme.zoom.us/j/123456789?pwd=x", Zoom, "Zoom"),
            ("https://zoom.us./my/acme", Zoom, "Zoom"),
        ] {
            assert_eq!(recognised(url), Some((provider, label.to_owned())), "{url}");
        }
    }

    #[test]
    fn what_only_looks_alike_is_not_recognised() {
        for url in [
            "https://notgithub.com/a/b/issues/1",
            "https://github.com.evil.example/a/b/issues/1",
            "https://evil.example/github.com/a/b/issues/1",
            "https://evil.example/?next=https://github.com/a/b/issues/1",
            "https://evil.example\\github.com/a/b",
            "https://google.com/meet",
            "https://zoom.us.evil.example/j/1",
            "https://acme.example/d/1/x",
            "https://acme.example/browse/all",
            "https://acme.example/a/-/b",
            "https://docs.google.com/document/d/abcdefgh/edit",
            "https://acme.example/issues/1",
        ] {
            assert_eq!(recognised(url), None, "{url}");
        }
    }

    #[test]
    fn a_label_is_there_for_every_address_and_fits() {
        let said = |url: &str| label(&Url::parse(url).unwrap()).unwrap().to_string();
        assert_eq!(said("https://logs.acme.example/search/?q=secret#x"), "logs.acme.example/search");
        assert_eq!(said("https://acme.example"), "acme.example");
        let long = said(&format!("https://acme.example/{}", "a".repeat(500)));
        assert_eq!(long.chars().count(), 80);
        assert!(long.ends_with('…'));
        let long = said(&format!("https://github.com/{}/b/issues/1", "é".repeat(200)));
        assert!(long.chars().count() <= 80);
    }

    #[test]
    fn only_calls_are_joined() {
        assert!(Provider::Meet.is_call() && Provider::Zoom.is_call());
        assert_eq!(Provider::ALL.iter().filter(|provider| provider.is_call()).count(), 2);
    }
}
