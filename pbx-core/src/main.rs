//! `pbx-core`: arguments to `serve`, `import`, `admin` or `engine`.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use pbx_core::clock::World;
use pbx_core::config::{Config, StoreArgs};
use pbx_core::http::{self, App};
use pbx_core::{admin, engine, import};

/// Call records, recordings and settings of a hosted phone system.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(flatten)]
    store: StoreArgs,
    /// Where recordings are kept: a folder, or `s3://bucket/prefix`.
    #[arg(long, env = "PBX_CORE_RECORDINGS", global = true)]
    recordings_store: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answers on HTTP until it is told to stop.
    Serve {
        /// Address and port; port 0 takes a free one.
        #[arg(long, env = "PBX_CORE_LISTEN")]
        listen: Option<SocketAddr>,
        /// The same as --recordings-store.
        #[arg(long)]
        recordings: Option<String>,
        /// Fills an empty database with sample data first, marked as such.
        #[arg(long)]
        sample: bool,
        /// What the SIP engine proves itself with; without one there are no endpoints for engines.
        #[arg(long, env = "PBX_CORE_ENGINE_SECRET", hide_env_values = true)]
        engine_secret: Option<String>,
        /// Folder in which the SIP engine records; without one no call leaves a recording.
        #[arg(long, env = "PBX_CORE_ENGINE_RECORDINGS_DIR")]
        engine_recordings_dir: Option<PathBuf>,
        /// Makes up registrations and calls of sample resellers, marked as such.
        #[cfg(feature = "simulator")]
        #[arg(long)]
        simulate_calls: bool,
    },
    /// Brings call records in from files of other systems.
    Import(import::Arguments),
    /// Makes and lists resellers, clients, users, logins, numbers and trunks.
    #[command(subcommand)]
    Admin(admin::Command),
    /// What the SIP engine of a machine needs.
    #[command(subcommand)]
    Engine(engine::config::Command),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("PBX_CORE_LOG")
                .unwrap_or_else(|_| "info,sqlx=warn".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(fault) => return failed(&anyhow::Error::new(fault)),
    };
    match runtime.block_on(run(arguments)) {
        Ok(code) => code,
        Err(fault) => failed(&fault),
    }
}

fn failed(fault: &anyhow::Error) -> ExitCode {
    let _closed = writeln!(std::io::stderr(), "pbx-core: {fault:#}");
    ExitCode::FAILURE
}

async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let Arguments {
        store,
        recordings_store,
        command,
    } = arguments;
    let world = World::system();
    match command {
        Command::Serve {
            listen,
            recordings,
            sample,
            engine_secret,
            engine_recordings_dir,
            #[cfg(feature = "simulator")]
            simulate_calls,
        } => {
            let mut config = Config::load(&store, listen, recordings.or(recordings_store))?;
            config.engine.secret = engine_secret.or(config.engine.secret);
            config.engine.recordings_dir = engine_recordings_dir.or(config.engine.recordings_dir);
            let app = App::open(&config, world).await?;
            if sample {
                admin::sample_if_empty(&app).await?;
            }
            #[cfg(feature = "simulator")]
            if simulate_calls {
                tokio::spawn(pbx_core::simulator::run(app.clone()));
            }
            let listener = tokio::net::TcpListener::bind(config.listen)
                .await
                .with_context(|| format!("listening on {}", config.listen))?;
            let mut out = std::io::stdout();
            writeln!(out, "listening on http://{}", listener.local_addr()?)?;
            out.flush()?;
            http::serve(app, listener, asked_to_stop()).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Import(asked) => {
            let config = Config::load(&store, None, recordings_store)?;
            import::run(&config, world, asked).await
        }
        Command::Admin(asked) => {
            let config = Config::load(&store, None, recordings_store)?;
            admin::run(&config, world, asked).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Engine(asked) => {
            engine::config::run(asked).await?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Ctrl-C, and what service managers send.
async fn asked_to_stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                () = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    interrupted.await;
}
