//! What a good answer is.

use app::error::AppError;
use app::words;
use http::StatusCode;
use sqlx::{AssertSqlSafe, PgPool};

use super::support::{Answer, TestApp};

/// Words that come from the database, a library or a panic, and from no page of ours.
const NOT_OURS: [&str; 24] = [
    "error returned from database",
    "violates",
    "duplicate key",
    "invalid byte sequence",
    "invalid input syntax",
    "out of range for type",
    "null value in column",
    "syntax error at",
    "SQLSTATE",
    "sqlx",
    "PgDatabaseError",
    "PoolTimedOut",
    "RowNotFound",
    "panicked",
    "unwrap()",
    "missing field",
    "invalid type:",
    "invalid digit",
    "expected ",
    "deseriali",
    "ServerFn",
    "Args(",
    "stack backtrace",
    ".rs:",
];

/// A digest of everything that is stored, in one statement.
pub struct Quick {
    pool: PgPool,
    sql: String,
}

impl Quick {
    pub async fn of(app: &TestApp) -> Self {
        // Sessions change by being used; a plain form that is refused is kept to be shown again.
        let tables: Vec<(String,)> = sqlx::query_as(
            "select tablename::text from pg_tables where schemaname = 'public' and tablename not in ('_sqlx_migrations', 'sessions', 'refused_forms') order by 1",
        )
        .fetch_all(&app.pool)
        .await
        .unwrap();
        assert!(tables.len() > 15, "{tables:?}");
        let parts: Vec<String> =
            tables.iter().map(|(table,)| format!("select '{table}' || coalesce(md5(string_agg(t::text, ';' order by t::text)), '-') as d from {table} t")).collect();
        Self {
            pool: app.pool.clone(),
            sql: format!("select string_agg(d, ' ') from ({}) x", parts.join(" union all ")),
        }
    }

    async fn take(&self) -> String {
        sqlx::query_scalar(AssertSqlSafe(self.sql.clone())).fetch_one(&self.pool).await.unwrap()
    }
}

/// Looks at answers and collects what is wrong with them.
pub struct Judge {
    quick: Quick,
    before: Option<String>,
    faults: Vec<String>,
    refused: usize,
    passed: usize,
}

impl Judge {
    pub fn new(quick: Quick) -> Self {
        Self { quick, before: None, faults: Vec::new(), refused: 0, passed: 0 }
    }

    pub fn fault(&mut self, what: &str, why: String) {
        self.faults.push(format!("{what}: {why}"));
    }

    /// A function's answer to a script: done, or a code with its own status and an
    /// unchanged database.
    pub async fn function(&mut self, what: &str, answer: &Answer, may_pass: bool) {
        self.words(what, answer);
        if answer.status.is_success() {
            self.passed += 1;
            if !may_pass {
                self.fault(what, format!("{} {}", answer.status, shortened(&answer.body)));
            }
            self.accept_change().await;
            return;
        }
        self.refused += 1;
        if !answer.status.is_client_error() {
            self.fault(what, format!("{} {}", answer.status, shortened(&answer.body)));
        }
        if matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS) {
            self.fault(what, format!("{}: not refused for what was sent", answer.status));
        }
        match serde_json::from_str::<AppError>(&answer.body) {
            Ok(error) => {
                let sentence = words::sentence(&error);
                if !sentence.ends_with('.') || sentence.len() < 10 {
                    self.fault(what, format!("no sentence for {error:?}"));
                }
            }
            Err(_) => self.fault(what, format!("no code: {}", shortened(&answer.body))),
        }
        self.nothing_changed(what).await;
    }

    /// A page's answer: a page, a way to one, or a refusal that says so in a sentence.
    pub fn page(&mut self, what: &str, answer: &Answer, may_pass: bool) {
        self.words(what, answer);
        let status = answer.status;
        if status.is_success() || status.is_redirection() {
            self.passed += 1;
            if !may_pass {
                self.fault(what, format!("{status} {}", answer.location()));
            }
        } else {
            self.refused_page(what, answer, false);
        }
    }

    /// A refusal that says so, unless nobody reads it.
    pub fn refused_page(&mut self, what: &str, answer: &Answer, silent: bool) {
        self.words(what, answer);
        self.refused += 1;
        if !answer.status.is_client_error() {
            self.fault(what, format!("{} {}", answer.status, shortened(&answer.body)));
            return;
        }
        let is_sentence =
            answer.body.contains("class=\"sorry\"") && answer.body.contains("<h1>") && answer.body.contains(".</p>");
        if !silent && !is_sentence {
            self.fault(what, format!("{} without a sentence: {}", answer.status, shortened(&answer.body)));
        }
    }

    /// The database is as it was.
    pub async fn nothing_changed(&mut self, what: &str) {
        let now = self.quick.take().await;
        let before = self.before.replace(now.clone());
        if let Some(before) = before.filter(|before| *before != now) {
            let changed: Vec<&str> = now.split(' ').filter(|table| !before.contains(*table)).collect();
            self.fault(what, format!("refused, and changed {changed:?}"));
        }
    }

    /// What was done counts as the state from here on.
    pub async fn accept_change(&mut self) {
        self.before = Some(self.quick.take().await);
    }

    fn words(&mut self, what: &str, answer: &Answer) {
        // A page of ours may say what it expects; headers and refusals may not.
        let mut everything =
            if answer.status.is_success() { format!("{:?}", answer.headers) } else { answer.everything() };
        // Letters by chance can be any word.
        let policy = answer.headers.get("content-security-policy").and_then(|policy| policy.to_str().ok());
        if let Some(nonce) = policy.and_then(|policy| policy.split("'nonce-").nth(1)?.split('\'').next()) {
            everything = everything.replace(nonce, "");
        }
        for word in NOT_OURS.into_iter().filter(|word| everything.contains(word)) {
            self.faults.push(format!("{what}: says {word:?}: {}", shortened(&everything)));
        }
    }

    /// Panics with what was wrong, or when too little was refused to mean anything.
    pub fn verdict(self, least: usize) {
        println!("{} refused, {} passed, {} faults", self.refused, self.passed, self.faults.len());
        assert!(
            self.faults.is_empty(),
            "{} faults\n{}",
            self.faults.len(),
            self.faults[..self.faults.len().min(60)].join("\n")
        );
        assert!(self.refused + self.passed >= least && self.refused > 0, "only {} answers", self.refused + self.passed);
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(240).collect()
}
