//! When incidents look alike: other words for the same trouble, and how much a word tells.

/// What operations people say for the same thing. Words are compared without their
/// endings; Japanese wherever it stands in a text.
const SAME: &[&[&str]] = &[
    &[
        "sign in",
        "signin",
        "sign on",
        "log in",
        "login",
        "logon",
        "log on",
        "authentication",
        "authenticate",
        "auth",
        "401",
        "password",
        "sso",
        "session",
        "ログイン",
        "サインイン",
        "認証",
    ],
    &[
        "slow",
        "slowly",
        "sluggish",
        "latency",
        "delay",
        "late",
        "lag",
        "wait",
        "hang",
        "takes long",
        "takes forever",
        "timeout",
        "time out",
        "遅延",
        "遅い",
        "待ち",
    ],
    &[
        "down",
        "outage",
        "unavailable",
        "unreachable",
        "offline",
        "not responding",
        "does not respond",
        "dead",
        "502",
        "503",
        "does not load",
        "停止",
        "落ちた",
        "ダウン",
    ],
    &["error", "fail", "failure", "broken", "exception", "500", "refuse", "reject", "does not work", "失敗", "エラー"],
    &["crash", "restart", "die", "kill", "reboot", "oom", "out of memory", "memory", "再起動"],
    &["full", "disk", "storage", "volume", "no space", "out of space", "容量"],
    &["duplicate", "twice", "double", "repeat", "again", "重複", "二重"],
    &["missing", "lost", "lose", "vanish", "disappear", "gone", "empty", "blank", "drop", "消え"],
    &["stale", "old", "outdated", "out of date", "yesterday", "cache", "not updated", "fresh"],
    &["certificate", "cert", "tls", "ssl", "https", "expire", "handshake", "証明書"],
    &["email", "e mail", "mail", "smtp", "inbox", "メール"],
    &["payment", "pay", "billing", "bill", "invoice", "charge", "card", "checkout", "請求", "支払い"],
    &["queue", "backlog", "pile up", "pile", "stuck", "pending", "キュー"],
    &["build", "job", "run", "pipeline", "ビルド", "ジョブ"],
    &["schedule", "scheduler", "cron", "nightly", "timer", "スケジューラー"],
    &["deploy", "release", "rollout", "ship", "デプロイ", "リリース"],
    &["rollback", "roll back", "revert"],
    &["database", "db", "postgres", "mysql", "sql", "query", "データベース"],
    &["webhook", "hook", "callback"],
    &[
        "customer",
        "tenant",
        "user",
        "account",
        "organisation",
        "organization",
        "client",
        "顧客",
        "テナント",
        "ユーザー",
    ],
    &["page", "screen", "dashboard", "ui", "site", "website", "web", "frontend", "画面"],
    &["dns", "domain", "hostname", "resolve", "lookup"],
    &["upload", "attachment", "attach", "file", "image", "アップロード"],
    &["search", "find", "result", "検索"],
    &["wrong", "incorrect", "invalid", "bad", "mistaken", "garbled"],
    &["start", "begin", "launch", "開始"],
    &["cancel", "abort", "stop", "terminate"],
    &["network", "connection", "connectivity", "packet", "ネットワーク"],
    &["notification", "notify", "push", "alert", "通知"],
    &["limit", "quota", "throttle", "429", "too many requests"],
    &["permission", "access", "forbidden", "403", "denied", "権限"],
];

/// Other words for what a text says: of each thing that it names, the names that it does
/// not use. They find less surely than its own words.
pub fn also(text: &str) -> Vec<&'static str> {
    let text = text.to_lowercase();
    let words = stems(&text);
    let says = |phrase: &str| {
        if phrase.is_ascii() {
            let phrase = stems(phrase);
            words.windows(phrase.len()).any(|window| window == phrase.as_slice())
        } else {
            text.contains(phrase)
        }
    };
    let named = SAME.iter().filter(|group| group.iter().any(|phrase| says(phrase)));
    named.flat_map(|group| group.iter().copied()).filter(|phrase| !says(phrase)).collect()
}

fn stems(text: &str) -> Vec<String> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).map(stem).collect()
}

/// A word without its ending, as far as that is needed to compare it with another.
fn stem(word: &str) -> String {
    let without = |ending: &str, least: usize| word.strip_suffix(ending).filter(|rest| rest.len() >= least);
    let verb = without("ing", 3).or_else(|| without("ed", 3));
    let rest = match verb {
        Some(rest) => {
            let mut letters = rest.chars();
            match (letters.next_back(), letters.clone().next_back()) {
                (Some(last), Some(before)) if last == before && !"aeiouls".contains(last) => letters.as_str(),
                _ => rest,
            }
        }
        None if word.ends_with("ss") => word,
        None => without("s", 3).unwrap_or(word),
    };
    rest.strip_suffix('e').filter(|rest| rest.len() >= 3).unwrap_or(rest).to_owned()
}

/// A term that is searched for.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The term, as it is stored.
    pub term: String,
    /// How surely it is meant: 1 said so, less for another word for it.
    pub meant: f64,
    /// In how many incidents it stands, counted up to [`COMMON`].
    pub stands_in: i64,
}

/// What stands in that many incidents tells nothing about any of them.
pub const COMMON: i64 = 3000;
/// The most places that one search looks at: what is rare is looked at first.
const MOST_PLACES: i64 = 6000;

/// How much each term tells, of `incidents` in all, rarest first, as far as one search
/// goes; and what an incident would weigh that has every word that was said in its title.
pub fn weigh(mut asked: Vec<Asked>, incidents: i64) -> (Vec<(String, f64)>, f64) {
    asked.retain(|asked| asked.stands_in < COMMON);
    asked.sort_by(|a, b| {
        a.stands_in.cmp(&b.stands_in).then(b.meant.total_cmp(&a.meant)).then_with(|| a.term.cmp(&b.term))
    });
    let total = asked.iter().filter(|asked| asked.meant >= 1.0).map(|asked| tells(asked.stands_in, incidents)).sum();
    let mut places = 0;
    let weighed = asked
        .into_iter()
        .take_while(|asked| {
            places += asked.stands_in;
            places <= MOST_PLACES
        })
        .map(|asked| {
            let weight = asked.meant * tells(asked.stands_in, incidents);
            (asked.term, weight)
        })
        .collect();
    (weighed, total)
}

/// Among fewer incidents nobody can say which words are rare.
const FEW: i64 = 50;

/// The rarer, the more: as the logarithm of how many incidents are without it.
fn tells(stands_in: i64, incidents: i64) -> f64 {
    let (stands_in, incidents) = (stands_in.max(0) as f64, incidents.max(stands_in).max(FEW) as f64);
    (1.0 + (incidents - stands_in + 0.5) / (stands_in + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_call_the_same_thing() {
        assert!(also("Cannot log in").contains(&"sign in"));
        assert!(also("Sign-in fails for some").contains(&"login"));
        assert!(also("sign-ins failed").contains(&"error"));
        assert!(also("Webhooks delayed").contains(&"slow"));
        assert!(also("ログインできない").contains(&"login"));
        assert!(also("Login broken").contains(&"ログイン"));
        assert!(!also("Cannot log in").contains(&"log in"), "its own words are searched for anyway");
        assert_eq!(also("The cat is in a tree"), Vec::<&str>::new());
    }

    #[test]
    fn a_word_is_not_found_inside_another() {
        assert!(!also("Downloads").contains(&"outage"));
        assert!(!also("Blogging").contains(&"login"));
    }

    #[test]
    fn endings_make_no_difference() {
        for (one, other) in [
            ("queues", "queue"),
            ("crashes", "crash"),
            ("running", "run"),
            ("failing", "failed"),
            ("delays", "delayed"),
        ] {
            assert_eq!(stem(one), stem(other), "{one}");
        }
        for (one, other) in [("pass", "pas"), ("use", "us")] {
            assert_ne!(stem(one), stem(other), "{one}");
        }
    }

    #[test]
    fn each_word_belongs_to_one_thing() {
        let mut all: Vec<&str> = SAME.iter().flat_map(|group| group.iter().copied()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(SAME.iter().flat_map(|group| group.iter()).all(|phrase| !stems(phrase).is_empty()));
    }

    fn asked(term: &str, meant: f64, stands_in: i64) -> Asked {
        Asked { term: term.into(), meant, stands_in }
    }

    #[test]
    fn what_is_rare_tells_more_and_what_is_everywhere_nothing() {
        let (weighed, total) =
            weigh(vec![asked("build", 1.0, 900), asked("comma", 1.0, 2), asked("wait", 1.0, COMMON)], 5000);
        assert_eq!(weighed.iter().map(|(term, _)| term.as_str()).collect::<Vec<_>>(), ["comma", "build"]);
        assert!(weighed[0].1 > 3.0 * weighed[1].1, "{weighed:?}");
        assert!((total - weighed.iter().map(|(_, weight)| weight).sum::<f64>()).abs() < 1e-9);
    }

    #[test]
    fn a_search_looks_at_so_many_places_and_no_more() {
        let many = (0..20).map(|n| asked(&format!("t{n:02}"), 1.0, 2900)).collect();
        assert_eq!(weigh(many, 20_000).0.len(), 2);
        let (weighed, total) = weigh(vec![asked("nowhere", 1.0, 0), asked("here", 0.5, 3)], 10);
        assert_eq!(weighed.len(), 2, "it may stand in a private incident, which is not counted");
        assert!((total - weighed[0].1).abs() < 1e-9, "what nobody else wrote was said all the same");
    }
}
