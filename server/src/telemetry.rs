//! Log lines: text for a person, JSON for a collector. Addresses are logged
//! without their query, because queries carry sign-in codes and people's words.

use std::io::IsTerminal;

use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::LogFormat;

/// What is logged when `RUST_LOG` says nothing. tower-sessions logs a line for
/// every stale cookie and sqlx one for every slow statement with its text; both
/// are kept for real trouble.
pub const DEFAULT_FILTER: &str = "info,sqlx=warn,sqlx::query=error,tower_sessions=error,tower_sessions_core=error,postgresql_embedded=warn,postgresql_commands=warn,hyper=warn";

/// A subscriber that writes to `writer`. JSON lines hold one object each, and
/// line breaks inside a value are escaped in both formats.
pub fn subscriber<W>(format: LogFormat, filter: &str, writer: W) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    match format {
        LogFormat::Text => Box::new(builder.with_ansi(std::io::stderr().is_terminal()).with_target(false).finish()),
        LogFormat::Json => {
            Box::new(builder.json().flatten_event(true).with_current_span(true).with_span_list(false).finish())
        }
    }
}

/// Sends this process' log lines to stderr. A second call changes nothing.
pub fn install(format: LogFormat) {
    let filter = std::env::var("RUST_LOG").unwrap_or_else(|_| DEFAULT_FILTER.to_owned());
    let _ = tracing::subscriber::set_global_default(subscriber(format, &filter, std::io::stderr));
}
