//! A real SIP engine for a server: Kamailio and rtpengine with the configuration that the server writes.

use std::fs::OpenOptions;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::process::{Running, output_of};
use crate::{server, wait};

/// The programs that an engine is.
pub const PROGRAMS: [&str; 2] = ["kamailio", "rtpengine"];
/// What Kamailio gets, as the server says how to start it: megabytes for everybody, and for each process.
pub const MEMORY: [&str; 4] = ["-m", "256", "-M", "64"];
/// Opening its databases and its sockets, on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(60);
const SIP_PORT: u16 = 5060;
const CONTROL_PORT: u16 = 8471;
const MEDIA_CONTROL_PORT: u16 = 2223;

/// Makes somebody at an address the trunk of every route.
///
/// # Errors
/// When the server's program refuses it.
pub fn add_carrier(core: &Path, data: &Path, name: &str, address: IpAddr) -> Result<()> {
    let admin = |arguments: &[&str]| {
        let mut command = server::command(core, data);
        command.arg("admin").args(arguments);
        output_of("pbx-core admin", &mut command)
    };
    let known = admin(&["trunk", "list"])?;
    let is_known = known
        .lines()
        .any(|line| line.split_whitespace().next() == Some(name));
    let verb = if is_known { "change" } else { "add" };
    admin(&["trunk", verb, name, "--address", &address.to_string()])?;
    for route in ["default", "emergency"] {
        admin(&["route", "use", route, name])?;
    }
    Ok(())
}

/// Where an engine keeps what it has, and where it is reached.
#[derive(Debug, Clone)]
pub struct Site {
    folder: PathBuf,
    pub address: IpAddr,
}

impl Site {
    /// `folder` is the engine's own.
    #[must_use]
    pub fn new(folder: PathBuf, address: IpAddr) -> Self {
        Self { folder, address }
    }

    /// Where phones and trunks send what they have to say.
    #[must_use]
    pub fn sip(&self) -> SocketAddr {
        (self.address, SIP_PORT).into()
    }

    /// Where an operator asks it.
    #[must_use]
    pub fn control(&self) -> SocketAddr {
        (self.address, CONTROL_PORT).into()
    }

    /// Where rtpengine hears Kamailio.
    #[must_use]
    pub fn media_control(&self) -> SocketAddr {
        (self.address, MEDIA_CONTROL_PORT).into()
    }

    #[must_use]
    pub fn captures(&self) -> PathBuf {
        self.folder.join("recordings")
    }

    /// One of the databases in which it remembers over a restart: `engine`, `emergency` or `events`.
    #[must_use]
    pub fn database(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.sqlite"))
    }

    /// What Kamailio says.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.folder.join("kamailio.log")
    }

    /// What the phones of a demo say.
    #[must_use]
    pub fn robots_log(&self) -> PathBuf {
        self.folder.join("robots.log")
    }

    /// The part of the server's settings file that lets this engine in.
    #[must_use]
    pub fn server_settings(&self, secret: &str) -> String {
        format!(
            "[engine]\nsecret = '{secret}'\nrecordings_dir = '{}'\n",
            self.captures().display()
        )
    }

    /// Writes its configuration for a server; `options` are further ones of the command.
    ///
    /// # Errors
    /// When the server's program refuses them.
    pub fn write_config(
        &self,
        core: &Path,
        data: &Path,
        brain: &str,
        secret: &str,
        options: &[String],
    ) -> Result<()> {
        make_private(&self.folder)?;
        let secret_file = self.folder.join("secret");
        crate::app::write_private(&secret_file, secret)?;
        let mut command = server::command(core, data);
        command
            .args(["engine", "write-config"])
            .arg(&self.folder)
            .args(["--sip-address", &self.address.to_string()])
            .args(["--brain", brain])
            .arg("--secret-file")
            .arg(&secret_file)
            .args(["--control", &self.control().to_string()])
            .args(["--rtp-control", &self.media_control().to_string()])
            .args(options);
        output_of("pbx-core engine write-config", &mut command).map(drop)
    }

    /// Starts the program that carries sound.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn start_rtpengine(&self) -> Result<Running> {
        let mut command = Command::new("rtpengine");
        command
            .arg(format!(
                "--config-file={}",
                self.folder.join("rtpengine.conf").display()
            ))
            .arg("--foreground")
            .arg(format!(
                "--pidfile={}",
                self.folder.join("rtpengine.pid").display()
            ));
        let log = self.folder.join("rtpengine.log");
        let mut running = logged("rtpengine", command, &log)?;
        let socket = Asking::new(self.address)?;
        wait::until("rtpengine answers", START_LIMIT, || {
            running.still_runs()?;
            let told = socket.ask(b"1 d7:command4:pinge", MEDIA_CONTROL_PORT)?;
            Ok(told.filter(|text| text.contains("pong")).map(drop))
        })
        .with_context(|| said(&log))?;
        Ok(running)
    }

    /// Starts the program that carries calls.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn start_kamailio(&self) -> Result<Running> {
        let mut command = Command::new("kamailio");
        command
            .args(["-DD", "-E"])
            .args(MEMORY)
            .arg("-Y")
            .arg(&self.folder)
            .arg("-w")
            .arg(&self.folder)
            .arg("-f")
            .arg(self.folder.join("kamailio.cfg"));
        let log = self.log();
        let mut running = logged("kamailio", command, &log)?;
        self.wait_for_kamailio(&mut running)
            .with_context(|| said(&log))?;
        Ok(running)
    }

    /// Waits until Kamailio answers, whatever its configuration is.
    ///
    /// # Errors
    /// When it ended or does not answer.
    pub fn wait_for_kamailio(&self, running: &mut Running) -> Result<()> {
        let socket = Asking::new(self.address)?;
        let ask = socket.options(self.sip())?;
        wait::until("kamailio answers", START_LIMIT, || {
            running.still_runs()?;
            let told = socket.ask(ask.as_bytes(), SIP_PORT)?;
            Ok(told
                .filter(|text| text.starts_with("SIP/2.0 200"))
                .map(drop))
        })
    }
}

/// Nobody but its owner looks into it: an engine remembers what phones proved.
fn make_private(folder: &Path) -> Result<()> {
    let mut make = std::fs::DirBuilder::new();
    make.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut make, 0o700);
    Ok(make.create(folder)?)
}

/// What a program wrote before it ended.
fn said(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    format!("it said: {}", text.trim())
}

fn logged(name: &str, mut command: Command, log: &Path) -> Result<Running> {
    let log = OpenOptions::new().create(true).append(true).open(log)?;
    command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    Running::start(name, &mut command)
}

/// Asks whether somebody is there.
struct Asking {
    socket: UdpSocket,
    address: IpAddr,
}

impl Asking {
    fn new(address: IpAddr) -> Result<Self> {
        let socket = UdpSocket::bind((address, 0))?;
        socket.set_read_timeout(Some(Duration::from_millis(200)))?;
        Ok(Self { socket, address })
    }

    /// What comes within a moment; nobody may be there yet.
    fn ask(&self, words: &[u8], port: u16) -> Result<Option<String>> {
        self.socket.send_to(words, (self.address, port))?;
        let mut buffer = [0; 65_536];
        let length = self.socket.recv(&mut buffer).ok();
        Ok(length.map(|length| String::from_utf8_lossy(&buffer[..length]).into_owned()))
    }

    fn options(&self, to: SocketAddr) -> Result<String> {
        let from = self.socket.local_addr()?;
        let port = from.port();
        Ok(format!(
            "OPTIONS sip:{to} SIP/2.0\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bK-{port};rport\r\n\
             Max-Forwards: 70\r\nFrom: <sip:{from}>;tag=1\r\nTo: <sip:{to}>\r\nCall-ID: {from}\r\n\
             CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
        ))
    }
}
