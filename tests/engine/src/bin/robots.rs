//! Phones for the demo: they register at an engine, and call each other and somebody outside.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use tandem_engine_tests::api::Api;
use tandem_engine_tests::robots::{self, Places};
use tandem_stage::interrupt;

#[derive(Parser)]
struct Arguments {
    /// Address of the server
    #[arg(long)]
    server: String,
    #[arg(long)]
    realm: String,
    #[arg(long)]
    email: String,
    // By the environment: an argument would stand in the list of processes.
    #[arg(env = "TANDEM_ROBOTS_PASSWORD", hide_env_values = true)]
    password: String,
    /// Where the engine hears phones
    #[arg(long)]
    engine: SocketAddr,
    /// The other side of its trunk
    #[arg(long)]
    trunk: SocketAddr,
    /// WAV with a speaker on each side
    #[arg(long)]
    conversation: PathBuf,
}

fn main() -> Result<()> {
    // Whoever ends them wants their calls to end too, and not to be found cut off.
    ctrlc::set_handler(interrupt::ask)?;
    let given = Arguments::parse();
    let conversation = std::fs::read(&given.conversation)
        .with_context(|| format!("reading {}", given.conversation.display()))?;
    let api = Api::sign_in(&given.server, &given.realm, &given.email, &given.password)?;
    let places = Places {
        engine: given.engine,
        trunk: given.trunk,
    };
    robots::run(&api, places, &conversation)
}
