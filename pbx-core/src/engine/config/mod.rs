//! `pbx-core engine write-config`: the configuration of Kamailio and rtpengine for a machine.
//!
//! What the engine does stands in `templates`, the same for every machine; what differs is one file
//! of names and values, written from settings that were checked.

mod files;
mod settings;
pub mod store;

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use clap::Subcommand;
use url::Url;

pub use settings::{Secret, Settings, Tls};

/// What is done for an engine.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Writes the configuration of Kamailio and rtpengine for this machine.
    ///
    /// Run it as the user that runs the engine: nobody else can read what it writes.
    WriteConfig(Box<Arguments>),
}

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Folder for the configuration and for what the engine has to remember over a restart.
    folder: PathBuf,
    /// Names the engine among those of its server: lower-case letters, digits and hyphens.
    #[arg(long, default_value = "engine-1")]
    name: String,
    /// Where phones and trunks reach it, over UDP and TCP.
    #[arg(long)]
    sip_address: IpAddr,
    #[arg(long, default_value_t = 5060)]
    sip_port: u16,
    /// The address that phones see, where it is not that of the machine.
    #[arg(long)]
    public_address: Option<IpAddr>,
    /// Where pbx-core answers, such as http://127.0.0.1:8470.
    #[arg(long)]
    brain: Url,
    /// File with the secret that pbx-core has as `engine.secret`.
    #[arg(long)]
    secret_file: PathBuf,
    /// JSON-RPC for the operator; of this machine alone.
    #[arg(long, default_value = "127.0.0.1:8471")]
    control: SocketAddr,
    /// Where sound goes; the same as --sip-address where left out.
    #[arg(long)]
    rtp_address: Option<IpAddr>,
    /// First and last port of sound.
    #[arg(long, num_args = 2, default_values_t = [30_000, 39_999])]
    rtp_ports: Vec<u16>,
    /// Where rtpengine hears Kamailio.
    #[arg(long, default_value = "127.0.0.1:2223")]
    rtp_control: SocketAddr,
    /// Folder for what is recorded; `recordings` in the folder where left out.
    #[arg(long)]
    recordings: Option<PathBuf>,
    /// Certificate chain (PEM) for phones that register over TLS.
    #[arg(long, requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    #[arg(long, requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    #[arg(long, default_value_t = 5061)]
    tls_port: u16,
    /// How often phones are asked whether they are there; 0: never.
    #[arg(long, default_value_t = 30)]
    keepalive_seconds: u32,
    /// How often it is measured how long the way to each phone and back takes; 0: never.
    #[arg(long, default_value_t = 60)]
    round_trip_seconds: u32,
    /// Requests a second that one address may send before it is ignored for five minutes.
    #[arg(long, default_value_t = 50)]
    requests_per_second: u32,
    /// Wrong passwords of one address before it is ignored for five minutes.
    #[arg(long, default_value_t = 20)]
    wrong_passwords: u32,
}

/// Runs a command.
///
/// # Errors
/// With words for the operator.
pub async fn run(command: Command) -> anyhow::Result<()> {
    let Command::WriteConfig(arguments) = command;
    let settings = settings(*arguments)?;
    write(&settings).await?;
    let folder = settings.folder.display();
    // Megabytes: for everybody (-m), and for each process (-M), one of which reads all that is
    // registered at once when it starts. 10,000 phones are too many for 16, and fit into 32.
    writeln!(
        std::io::stdout(),
        "Written to {folder}. Start, and keep running:\n  \
         rtpengine --config-file={folder}/rtpengine.conf --foreground\n  \
         kamailio -DD -E -m 256 -M 64 -Y {folder} -w {folder} -f {folder}/kamailio.cfg"
    )?;
    Ok(())
}

/// Writes every file, each in one step, and makes the databases where there are none.
///
/// # Errors
/// When the disk or a database fails.
pub async fn write(settings: &Settings) -> anyhow::Result<()> {
    make_folder(&settings.recordings)?;
    for (name, text) in files::all(settings) {
        let path = settings.folder.join(name);
        put(&path, &text).with_context(|| format!("writing {}", path.display()))?;
    }
    store::make(&settings.folder).await
}

fn settings(given: Arguments) -> anyhow::Result<Settings> {
    make_folder(&given.folder)?;
    let folder = given.folder.canonicalize()?;
    let secret = std::fs::read_to_string(&given.secret_file)
        .with_context(|| format!("reading {}", given.secret_file.display()))?;
    let tls = given
        .tls_cert
        .zip(given.tls_key)
        .map(|(certificate, key)| Tls {
            certificate,
            key,
            port: given.tls_port,
        });
    let ports = <[u16; 2]>::try_from(given.rtp_ports.as_slice())?;
    let settings = Settings {
        name: given.name,
        sip: SocketAddr::new(given.sip_address, given.sip_port),
        public: given.public_address,
        brain: given.brain,
        secret: Secret::new(secret.trim())?,
        control: given.control,
        rtp: given.rtp_address.unwrap_or(given.sip_address),
        rtp_ports: (ports[0], ports[1]),
        rtp_control: given.rtp_control,
        recordings: given
            .recordings
            .unwrap_or_else(|| folder.join("recordings")),
        tls,
        keepalive_seconds: given.keepalive_seconds,
        round_trip_seconds: given.round_trip_seconds,
        requests_per_second: given.requests_per_second,
        wrong_passwords: given.wrong_passwords,
        folder,
    };
    settings.check()?;
    Ok(settings)
}

/// Nobody but its owner looks into it.
fn make_folder(path: &Path) -> anyhow::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let mut make = std::fs::DirBuilder::new();
    make.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut make, 0o700);
    make.create(path)
        .with_context(|| format!("making {}", path.display()))
}

/// The file is whole or as it was before: an engine may start at any moment. Its owner alone can read it.
fn put(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().context("a file stands in a folder")?;
    // A new temporary file belongs to its owner alone.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    let kept = file.persist(path)?;
    ensure!(
        kept.metadata()?.len() == text.len() as u64,
        "it is not whole"
    );
    Ok(())
}
