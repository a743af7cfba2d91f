//! The command line: `sensible serve`, `migrate`, `import`, `check-config`, `demo reset`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use server::config::{AROUND, Config, ConfigError, Need, SETTINGS, Sources};
use server::import::{self, ImportOptions};
use server::run::{self, Database};
use server::{demo, telemetry};

/// Incident management for software startups.
#[derive(Debug, Parser)]
#[command(name = "sensible", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the product (the default).
    Serve,
    /// Bring the database to this program's level, and end.
    Migrate,
    /// Take over incidents from another tool.
    #[command(subcommand)]
    Import(Import),
    /// Say whether the settings are good, and what they are.
    CheckConfig {
        /// List every setting and what it means.
        #[arg(long)]
        list: bool,
    },
    /// The demo story.
    #[command(subcommand)]
    Demo(Demo),
}

#[derive(Debug, Subcommand)]
enum Import {
    /// Files of Statuspage's API (JSON) and of cState (Markdown with front matter).
    Statuspage {
        /// Files, or folders with such files.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Read and report, but store nothing.
        #[arg(long)]
        dry_run: bool,
        /// A TOML file that says which impact becomes which severity.
        #[arg(long, value_name = "FILE")]
        mapping: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
enum Demo {
    /// Start the demo story again, from nothing. Only where the demo lives.
    Reset,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("Sensible cannot start: the system gives no threads ({error}).");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(obey(cli.command.unwrap_or(Command::Serve))) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            // 2 says that somebody has to change a setting before trying again.
            if error.is::<ConfigError>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

type Outcome = Result<ExitCode, Box<dyn std::error::Error>>;

async fn obey(command: Command) -> Outcome {
    match command {
        Command::Serve => {
            let config = Config::read(&Sources::of_process()?, Need::Serving)?;
            telemetry::install(config.log);
            run::serve(config).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Migrate => {
            let database = database().await?;
            database.store.migrate().await?;
            println!("The database is at this program's level.");
            database.close().await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Import(Import::Statuspage { paths, dry_run, mapping }) => {
            let options = ImportOptions { paths, mapping };
            if dry_run {
                return Ok(import::dry_run(&options)?.exit_code());
            }
            let database = database().await?;
            database.store.migrate().await?;
            let outcome = import::run(&database.store, &options).await;
            database.close().await?;
            Ok(outcome?.exit_code())
        }
        Command::CheckConfig { list } => check_config(list),
        Command::Demo(Demo::Reset) => {
            let database = database().await?;
            database.store.migrate().await?;
            let outcome = demo::reset(&database.store).await;
            database.close().await?;
            outcome?;
            println!("The demo story starts again.");
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The database of the commands that serve nobody; another Sensible may be serving it.
async fn database() -> Result<Database, Box<dyn std::error::Error>> {
    let config = Config::read(&Sources::of_process()?, Need::DatabaseOnly)?;
    telemetry::install(config.log);
    Ok(Database::open_beside(&config).await?)
}

fn check_config(list: bool) -> Outcome {
    if list {
        for setting in SETTINGS.iter().chain(AROUND) {
            println!("{:<26} {}", setting.name, setting.meaning);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let sources = Sources::of_process()?;
    let config = Config::read(&sources, Need::Serving)?;
    println!("The settings are good. People reach Sensible at {}", config.origin());
    for setting in SETTINGS {
        let value = match sources.get(setting.name) {
            Some(_) if setting.secret => "(set, not shown)".to_owned(),
            Some(value) => value,
            None => "(not set)".to_owned(),
        };
        println!("  {:<26} {value}", setting.name);
    }
    Ok(ExitCode::SUCCESS)
}
