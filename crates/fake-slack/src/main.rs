//! `fake-slack`: the fake workspace as a program of its own, for the demo and
//! for working on the product without Slack.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use fake_slack::{BOT_TOKEN, CLIENT_ID, CLIENT_SECRET, FakeOptions, FakeSlack, Workspace};

/// A Slack workspace for tests and the demo. It is not Slack: anybody may sign
/// in as anybody, so let nobody reach it whom you do not trust.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1:3101")]
    listen: SocketAddr,
    /// The address that browsers and the product reach it by, when it is
    /// another one. It is the issuer, and SLACK_BASE_URL must be the same.
    #[arg(long)]
    public_url: Option<String>,
    /// The application's client id.
    #[arg(long, env = "SLACK_CLIENT_ID", default_value = CLIENT_ID)]
    client_id: String,
    /// The application's client secret.
    #[arg(long, env = "SLACK_CLIENT_SECRET", default_value = CLIENT_SECRET, hide_env_values = true)]
    client_secret: String,
    /// The application's bot token.
    #[arg(long, env = "SLACK_BOT_TOKEN", default_value = BOT_TOKEN, hide_env_values = true)]
    bot_token: String,
    /// The workspace's id, in place of Paperkite's own.
    #[arg(long)]
    team: Option<String>,
    /// An address that people may be sent back to; may be given several times.
    /// By default any https address, and http on this machine.
    #[arg(long)]
    redirect_url: Vec<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()))
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    let listen = arguments.listen;
    let slack = match FakeSlack::start(options(arguments)).await {
        Ok(slack) => slack,
        Err(error) => {
            tracing::error!("The fake Slack workspace cannot listen on {listen}: {error}");
            return ExitCode::FAILURE;
        }
    };
    if !slack.addr().ip().is_loopback() {
        tracing::warn!("Other machines can reach this, and anybody may sign in as anybody.");
    }
    tracing::info!("The fake Slack workspace is at {}. It is not Slack.", slack.url());
    wait_for_the_end().await;
    ExitCode::SUCCESS
}

fn options(arguments: Arguments) -> FakeOptions {
    let mut workspace = Workspace::paperkite();
    if let Some(team) = arguments.team {
        workspace.move_to(&team);
    }
    FakeOptions {
        addr: arguments.listen,
        public_url: arguments.public_url,
        workspace,
        client_id: arguments.client_id,
        client_secret: arguments.client_secret,
        bot_token: arguments.bot_token,
        redirect_urls: arguments.redirect_url,
        ..FakeOptions::default()
    }
}

/// Until Ctrl-C, or until somebody asks the program to end.
async fn wait_for_the_end() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    let _ = interrupt.await;
}
