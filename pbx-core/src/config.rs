//! Settings: flags before environment (`PBX_CORE_…`) before a TOML file before the defaults.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;

/// What every command needs to reach the data.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct StoreArgs {
    /// TOML file with the settings that are not given here.
    #[arg(long, env = "PBX_CORE_CONFIG", global = true)]
    pub config: Option<PathBuf>,
    /// Folder for the embedded database and the recordings.
    #[arg(long, env = "PBX_CORE_DATA_DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// `sqlite:PATH` or `postgres://…`; the default is `pbx-core.sqlite` in the data folder.
    #[arg(long, env = "PBX_CORE_DATABASE", hide_env_values = true, global = true)]
    pub database: Option<String>,
}

/// The file's settings. Every one may be left out; an unknown one is refused.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    pub listen: Option<SocketAddr>,
    pub data_dir: Option<PathBuf>,
    pub database: Option<String>,
    pub recordings: Option<String>,
    pub limits: Limits,
    pub passwords: Passwords,
    pub phones: Phones,
    pub engine: Engine,
    pub smtp: Option<Smtp>,
}

/// The SIP engine that asks this server.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Engine {
    /// What it proves itself with, at least 16 characters. None: this server has no endpoints for
    /// engines.
    pub secret: Option<String>,
    /// Where it puts the captures of calls that are recorded. None: what it records is not fetched.
    pub recordings_dir: Option<PathBuf>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("recordings_dir", &self.recordings_dir)
            .finish_non_exhaustive()
    }
}

/// What people copy into their phones.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Phones {
    /// Where phones register; none: their full realm, which DNS must know then.
    pub server: Option<String>,
    /// 0: not offered, as with the others.
    pub udp_port: u16,
    pub tcp_port: u16,
    pub tls_port: u16,
}

impl Default for Phones {
    fn default() -> Self {
        Self {
            server: None,
            udp_port: 5060,
            tcp_port: 5060,
            tls_port: 0,
        }
    }
}

/// How mail is sent: invitations, forgotten passwords, messages to support.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    pub host: String,
    /// Left out: the one of the encryption (465, 587, 25).
    #[serde(default)]
    pub port: Option<u16>,
    #[serde(default)]
    pub encryption: Encryption,
    /// Empty: the server asks for none.
    #[serde(default)]
    pub user: String,
    /// `PBX_CORE_SMTP_PASSWORD` wins.
    #[serde(default)]
    pub password: String,
    /// Such as `Tandem <no-reply@example.com>`.
    pub from: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encryption {
    /// From the first byte.
    Tls,
    /// After the greeting, and never without.
    #[default]
    StartTls,
    /// For a server on the same machine.
    None,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp")
            .field("host", &self.host)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Body of an ordinary request.
    pub body_bytes: usize,
    /// Body of an import of call records, as sent and as unpacked.
    pub import_bytes: usize,
    /// Until an answer begins. Streams may take as long as they take.
    pub answer_seconds: u64,
    /// Wrong passwords of one account before it has to wait.
    pub sign_in_tries_per_account: u32,
    /// Wrong passwords from one address before it has to wait.
    pub sign_in_tries_per_address: u32,
    /// How long a wrong password counts.
    pub sign_in_window_seconds: u64,
    /// How long streams may go on after a request to stop.
    pub shutdown_seconds: u64,
    /// Longest silence of the stream of what is going on, and how often what time does by itself
    /// is looked at.
    pub live_silence_ms: u64,
    /// How often each engine is asked for all that it has: whatever slipped through heals by then.
    pub tell_all_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1 << 20,
            import_bytes: 256 << 20,
            answer_seconds: 30,
            sign_in_tries_per_account: 10,
            sign_in_tries_per_address: 60,
            sign_in_window_seconds: 15 * 60,
            shutdown_seconds: 10,
            live_silence_ms: pbx_api::LIVE_SILENCE_SECONDS * 1000,
            tell_all_seconds: 5 * 60,
        }
    }
}

/// Cost of argon2id. The defaults are OWASP's first recommendation (19 MiB, two passes).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Passwords {
    pub memory_kib: u32,
    pub passes: u32,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            memory_kib: 19 * 1024,
            passes: 2,
        }
    }
}

/// Settings with nothing left open.
#[derive(Debug, Clone)]
pub struct Config {
    pub listen: SocketAddr,
    /// Folder for what is not in the database.
    pub data_dir: PathBuf,
    pub database: String,
    /// A folder, or `s3://bucket/prefix`.
    pub recordings: String,
    pub limits: Limits,
    pub passwords: Passwords,
    pub phones: Phones,
    pub engine: Engine,
    /// None: no mail is sent.
    pub smtp: Option<Smtp>,
}

impl Config {
    /// Puts the layers together.
    ///
    /// # Errors
    /// When the file can't be read or has a setting that does not exist.
    pub fn load(
        args: &StoreArgs,
        listen: Option<SocketAddr>,
        recordings: Option<String>,
    ) -> anyhow::Result<Self> {
        let file = args
            .config
            .as_deref()
            .map(read)
            .transpose()?
            .unwrap_or_default();
        let data_dir = args
            .data_dir
            .clone()
            .or(file.data_dir)
            .unwrap_or_else(|| PathBuf::from("pbx-core-data"));
        Ok(Self {
            listen: listen
                .or(file.listen)
                .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8470))),
            database: args.database.clone().or(file.database).unwrap_or_else(|| {
                format!("sqlite:{}", data_dir.join("pbx-core.sqlite").display())
            }),
            recordings: recordings
                .or(file.recordings)
                .unwrap_or_else(|| data_dir.join("recordings").display().to_string()),
            data_dir,
            limits: file.limits,
            passwords: file.passwords,
            phones: file.phones,
            engine: file.engine,
            smtp: file.smtp.map(|smtp| Smtp {
                password: std::env::var("PBX_CORE_SMTP_PASSWORD").unwrap_or(smtp.password),
                ..smtp
            }),
        })
    }
}

fn read(path: &Path) -> anyhow::Result<File> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("in {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_win_over_the_file_and_unknown_settings_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pbx-core.toml");
        std::fs::write(
            &path,
            "listen = '127.0.0.1:9000'\n[limits]\nimport_bytes = 5\n",
        )
        .unwrap();
        let args = StoreArgs {
            config: Some(path.clone()),
            ..StoreArgs::default()
        };
        let config = Config::load(&args, None, Some("/srv/rec".into())).unwrap();
        assert_eq!(config.listen.port(), 9000);
        assert_eq!(
            (config.limits.import_bytes, config.limits.body_bytes),
            (5, 1 << 20)
        );
        assert_eq!(config.recordings, "/srv/rec");
        assert_eq!(config.database, "sqlite:pbx-core-data/pbx-core.sqlite");

        std::fs::write(&path, "colour = 'red'").unwrap();
        let fault = format!("{:#}", Config::load(&args, None, None).unwrap_err());
        assert!(fault.contains("colour"), "{fault}");
    }
}
