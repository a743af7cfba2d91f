use super::*;

const SITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/site");
const SLACK: [(&str, &str); 4] = [
    ("SLACK_CLIENT_ID", "1.2"),
    ("SLACK_CLIENT_SECRET", "canary-client-secret"),
    ("SLACK_TEAM_ID", "T0PAPERKITE"),
    ("SLACK_BASE_URL", "http://127.0.0.1:3101"),
];

fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let all =
        [("SENSIBLE_SITE", SITE)].into_iter().chain(SLACK).filter(|(name, _)| !pairs.iter().any(|(n, _)| n == name));
    Config::read(&Sources::of_pairs(all.chain(pairs.iter().copied())), Need::Serving)
}

fn problems(pairs: &[(&str, &str)]) -> Vec<&'static str> {
    match read(pairs) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems.iter().map(|problem| problem.setting).collect(),
    }
}

#[test]
fn defaults_stay_on_this_machine() {
    let config = read(&[]).unwrap();
    assert_eq!(config.address.to_string(), "127.0.0.1:3100");
    assert_eq!(config.origin(), "http://127.0.0.1:3100");
    assert_eq!(
        config.cookies(),
        CookieForm { session: "sensible_session", browser: "sensible_sign_in", secure: false }
    );
    assert!(config.metrics.is_none());
    assert!(matches!(config.database, Database::Private(_)));
}

#[test]
fn https_gets_host_cookies() {
    let config = read(&[
        ("SENSIBLE_ADDRESS", "0.0.0.0:3100"),
        ("SENSIBLE_PUBLIC_URL", "https://incidents.example.com"),
        ("SENSIBLE_TRUSTED_PROXIES", "172.30.10.0/24, ::1"),
        ("SLACK_BASE_URL", ""),
        ("DATABASE_URL", "postgres://u:p@db/x"),
    ])
    .unwrap();
    assert_eq!(config.trusted_proxies.len(), 2);
    assert_eq!(config.cookies().session, "__Host-sensible_session");
    assert!(config.cookies().secure);
    assert_eq!(config.origin(), "https://incidents.example.com");
}

#[test]
fn plain_http_is_refused_anywhere_but_on_loopback() {
    let public = "SENSIBLE_PUBLIC_URL";
    for (address, url) in [
        ("127.0.0.1:3100", "http://incidents.example.com"),
        ("0.0.0.0:3100", ""),
        ("0.0.0.0:3100", "http://127.0.0.1:3100"),
        ("192.168.1.5:3100", ""),
        ("[::]:3100", "http://localhost:3100"),
    ] {
        let found = problems(&[("SENSIBLE_ADDRESS", address), (public, url)]);
        assert!(found.contains(&public), "{address} {url}: {found:?}");
    }
    for url in ["http://localhost:3100", "http://[::1]:3100", "http://127.0.0.1:3100/"] {
        assert_eq!(problems(&[(public, url)]), Vec::<&str>::new(), "{url}");
    }
    assert_eq!(problems(&[(public, "http://127.0.0.1:3100/below")]), [public]);
}

#[test]
fn a_fake_workspace_is_refused_in_public() {
    let found = problems(&[
        ("SENSIBLE_PUBLIC_URL", "https://incidents.example.com"),
        ("SENSIBLE_TRUSTED_PROXIES", "127.0.0.1"),
        ("DATABASE_URL", "postgres://db/x"),
    ]);
    assert_eq!(found, ["SLACK_BASE_URL"]);
    assert_eq!(
        problems(&[("SLACK_BASE_URL", "http://slack.example.com"), ("DATABASE_URL", "postgres://db/x")]),
        ["SLACK_BASE_URL"]
    );
}

#[test]
fn behind_https_the_proxy_is_named_and_is_not_everybody() {
    let proxies = "SENSIBLE_TRUSTED_PROXIES";
    let with = |named: &str| {
        problems(&[
            ("SENSIBLE_PUBLIC_URL", "https://incidents.example.com"),
            (proxies, named),
            ("SLACK_BASE_URL", ""),
            ("DATABASE_URL", "postgres://db/x"),
        ])
    };
    for refused in ["", "0.0.0.0/0", "127.0.0.1, ::/0"] {
        assert_eq!(with(refused), [proxies], "{refused:?}");
    }
    for good in ["none", "127.0.0.1", "172.30.10.0/24"] {
        assert_eq!(with(good), Vec::<&str>::new(), "{good:?}");
    }
}

#[test]
fn some_slack_variables_name_exactly_the_missing_ones() {
    assert_eq!(problems(&[("SLACK_CLIENT_SECRET", "")]), ["SLACK_CLIENT_SECRET"]);
    assert_eq!(problems(&[("SLACK_CLIENT_ID", ""), ("SLACK_TEAM_ID", "")]), ["SLACK_CLIENT_ID", "SLACK_TEAM_ID"]);
    let only_bot = problems(&[
        ("SLACK_CLIENT_ID", ""),
        ("SLACK_CLIENT_SECRET", ""),
        ("SLACK_TEAM_ID", ""),
        ("SLACK_BOT_TOKEN", "xoxb-1"),
    ]);
    assert_eq!(only_bot, ["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_TEAM_ID"]);
}

#[test]
fn a_real_workspace_needs_a_database_that_was_chosen() {
    assert_eq!(problems(&[("SLACK_BASE_URL", "")]), ["DATABASE_URL"]);
    assert_eq!(problems(&[("SLACK_BASE_URL", ""), ("SENSIBLE_DATA", "/var/lib/sensible")]), Vec::<&str>::new());
}

#[test]
fn one_message_names_every_problem_and_no_secret() {
    let error = read(&[
        ("SENSIBLE_ADDRESS", "nowhere"),
        ("SENSIBLE_LOG", "loud"),
        ("DATABASE_URL", "mysql://root:canary-password@db"),
        ("SENSIBLE_METRICS_ADDRESS", "0.0.0.0:9100"),
        ("SENSIBLE_TRUSTED_PROXIES", "10.0.0.0/8, moon"),
        ("SLACK_TEAM_ID", "lowercase"),
        ("SLACK_BOT_TOKEN", "canary-bot-token"),
        ("SENSIBLE_POSTGRES", "/nowhere"),
    ])
    .unwrap_err();
    let text = error.to_string();
    for name in [
        "SENSIBLE_ADDRESS",
        "SENSIBLE_LOG",
        "DATABASE_URL",
        "SENSIBLE_METRICS_ADDRESS",
        "SENSIBLE_TRUSTED_PROXIES",
        "SLACK_TEAM_ID",
        "SLACK_BOT_TOKEN",
    ] {
        assert!(text.contains(name), "{name} in {text}");
    }
    assert!(!text.contains("canary"), "{text}");
}

#[test]
fn a_configuration_prints_no_secret() {
    let config =
        read(&[("DATABASE_URL", "postgres://u:canary-password@db/x"), ("SLACK_BOT_TOKEN", "xoxb-canary")]).unwrap();
    assert!(!format!("{config:?}").contains("canary"));
}

#[test]
fn the_file_fills_in_and_the_environment_wins() {
    let toml = "sensible_log = \"json\"\nSENSIBLE_ADDRESS = \"127.0.0.1:4000\"\nSENSIBLE_DEMO = true\n";
    let sources =
        Sources::of_pairs(SLACK.into_iter().chain([("SENSIBLE_SITE", SITE), ("SENSIBLE_ADDRESS", "127.0.0.1:5000")]))
            .with_toml(toml)
            .unwrap();
    let config = Config::read(&sources, Need::Serving).unwrap();
    assert_eq!(config.log, LogFormat::Json);
    assert_eq!(config.address.port(), 5000);
    assert!(config.demo);

    let unknown = Sources::default().with_toml("SENSIBLE_ADRESS = \"x\"").unwrap();
    let error = Config::read(&unknown, Need::DatabaseOnly).unwrap_err();
    assert!(error.to_string().contains("SENSIBLE_ADRESS"));
    assert_eq!(Sources::default().with_toml("a = \"1\"\nSLACK_CLIENT_SECRET = canary").unwrap_err(), " (line 2)");
}

#[test]
fn the_database_alone_is_enough_for_migrate_and_import() {
    let sources = Sources::of_pairs([("DATABASE_URL", "postgres://db/x")]);
    assert!(Config::read(&sources, Need::DatabaseOnly).unwrap().slack.is_none());
}
