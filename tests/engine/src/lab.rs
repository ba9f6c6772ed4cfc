//! The server and the engine, as an operator would start them.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tandem_stage::process::{Running, need, output_of};
use tandem_stage::server::{self, Server};
use tandem_stage::{wait, workspace};

use crate::PATIENCE;
use crate::office::Office;
use crate::phone::{Phone, message::Message};
use crate::place::Place;

/// What the server and the engine know each other by.
pub const SECRET: &str = "the-engine-of-the-laboratory";
const SIP_PORT: u16 = 5060;

/// Everything that carries a call. What runs ends with it.
pub struct Lab {
    pub office: Office,
    pub core: Server,
    kamailio: Running,
    rtpengine: Running,
    place: Place,
    folder: tempfile::TempDir,
}

impl Lab {
    pub fn start() -> Result<Self> {
        need(&["kamailio", "rtpengine"])?;
        let place = Place::take()?;
        let folder = tempfile::tempdir()?;
        let program = workspace::program(&workspace::root()?, "debug", "pbx-core")?;
        let data = folder.path().join("data");
        std::fs::create_dir(&data)?;
        // Cheap passwords: real ones would prove nothing more here.
        std::fs::write(
            data.join(server::CONFIG),
            format!(
                "[engine]\nsecret = '{SECRET}'\nrecordings_dir = '{}'\n[passwords]\nmemory_kib = 8\npasses = 1\n",
                captures_folder(folder.path()).display()
            ),
        )?;
        Office::found(&program, &data)?;
        let core = Server::start(&program, &data, 0)?;
        let office = Office::open(core.url())?;
        write_config(&program, folder.path(), core.url(), &place)?;
        let rtpengine = start_rtpengine(folder.path(), place.engine)?;
        let kamailio = start_kamailio(folder.path(), place.engine)?;
        Ok(Self {
            office,
            core,
            kamailio,
            rtpengine,
            place,
            folder,
        })
    }

    /// Where phones send what they have to say.
    pub fn engine(&self) -> SocketAddr {
        (self.place.engine, SIP_PORT).into()
    }

    /// A phone with the settings of a user.
    pub fn phone(&self, extension: &str) -> Result<Phone> {
        let line = self.office.line(extension)?;
        Phone::new(self.engine(), (self.place.engine, 0).into(), line)
    }

    /// The other side of every trunk.
    pub fn trunk(&self) -> Result<Phone> {
        let line = crate::phone::Line {
            user: "carrier".into(),
            realm: self.place.trunk.to_string(),
            secret: String::new(),
        };
        Phone::new(self.engine(), (self.place.trunk, SIP_PORT).into(), line)
    }

    /// Waits until the engine has a call that talks on its disk.
    pub fn keeps(&self, sip_call_id: &str) -> Result<()> {
        let path = config_folder(self.folder.path()).join("engine.sqlite");
        let kept = rusqlite::Connection::open(path)?;
        let counted = "select count(*) from dialog d join dialog_vars v
             on v.hash_entry = d.hash_entry and v.hash_id = d.hash_id
             where v.dialog_key = 'answered' and d.state = 4 and d.callid = ?1";
        wait::until("the engine keeps the call", PATIENCE, || {
            let found: u32 = kept.query_row(counted, [sip_call_id], |row| row.get(0))?;
            Ok((found > 0).then_some(()))
        })
    }

    /// How many captures of calls there are.
    pub fn captures(&self) -> Result<usize> {
        let folder = captures_folder(self.folder.path());
        let mut count = 0;
        for kind in ["pcaps", "metadata", "made", "unreadable"] {
            match std::fs::read_dir(folder.join(kind)) {
                Ok(files) => count += files.count(),
                Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {}
                Err(fault) => return Err(fault.into()),
            }
        }
        Ok(count)
    }

    /// Waits until no capture is left.
    pub fn is_tidy(&self) -> Result<()> {
        wait::until("every capture is taken care of", PATIENCE, || {
            Ok((self.captures()? == 0).then_some(()))
        })
    }

    /// Starts Kamailio anew, as an operator would; `gently`: it may tidy up before.
    pub fn restart_engine(&mut self, gently: bool) -> Result<()> {
        if gently {
            self.kamailio.stop_leader();
        } else {
            self.kamailio.kill();
        }
        self.kamailio = start_kamailio(self.folder.path(), self.place.engine)?;
        Ok(())
    }

    /// Asks the engine for its calls as an operator does; the HTTP status.
    pub fn control(&self, secret: Option<&str>) -> Result<u16> {
        let http = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .build()
            .new_agent();
        let mut request = http.post(format!("http://{}:8471/RPC", self.place.engine));
        if let Some(secret) = secret {
            request = request.header("authorization", format!("Bearer {secret}"));
        }
        let asked = serde_json::json!({ "jsonrpc": "2.0", "id": 1, "method": "dlg.list" });
        Ok(request.send_json(asked)?.status().as_u16())
    }

    /// What the engine wrote; for a story that failed.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("kamailio.log")).unwrap_or_default()
    }

    /// Fails when something ended that should run.
    pub fn still_runs(&mut self) -> Result<()> {
        self.kamailio.still_runs()?;
        self.rtpengine.still_runs()
    }
}

impl Drop for Lab {
    /// What the engine said is shown with a story that failed, and with no other.
    fn drop(&mut self) {
        let log = self.log();
        // Said twice a second while the server is away.
        let told = |line: &&str| !line.contains("/engine/v1/event") && !line.contains(" INFO: ");
        let lines: Vec<_> = log.lines().filter(told).rev().take(60).collect();
        for line in lines.iter().rev() {
            eprintln!("{line}");
        }
    }
}

fn write_config(program: &Path, folder: &Path, brain: &str, place: &Place) -> Result<()> {
    let secret = folder.join("secret");
    std::fs::write(&secret, SECRET)?;
    let engine = place.engine;
    let mut command = server::command(program, folder);
    command
        .args(["engine", "write-config"])
        .arg(config_folder(folder))
        .args(["--sip-address", &engine.to_string()])
        .args(["--brain", brain])
        .arg("--secret-file")
        .arg(&secret)
        .args(["--control", &format!("{engine}:8471")])
        .args(["--rtp-control", &format!("{engine}:2223")])
        // Every phone of a story has the same address.
        .args(["--requests-per-second", "1000"])
        .args(["--keepalive-seconds", "0"])
        .args(["--trunk", &format!("default={}", place.trunk)])
        .args(["--trunk", &format!("emergency={}", place.trunk)]);
    output_of("pbx-core engine write-config", &mut command).map(drop)
}

fn config_folder(folder: &Path) -> PathBuf {
    folder.join("engine")
}

fn captures_folder(folder: &Path) -> PathBuf {
    config_folder(folder).join("recordings")
}

fn start_rtpengine(folder: &Path, address: IpAddr) -> Result<Running> {
    let mut command = Command::new("rtpengine");
    command
        .arg(format!(
            "--config-file={}",
            config_folder(folder).join("rtpengine.conf").display()
        ))
        .arg("--foreground")
        .arg(format!(
            "--pidfile={}",
            folder.join("rtpengine.pid").display()
        ));
    let mut running = logged("rtpengine", command, &folder.join("rtpengine.log"))?;
    let socket = UdpSocket::bind((address, 0))?;
    socket.set_read_timeout(Some(Duration::from_millis(200)))?;
    wait::until("rtpengine answers", PATIENCE, || {
        running.still_runs()?;
        socket.send_to(b"1 d7:command4:pinge", (address, 2223))?;
        Ok(heard(&socket)
            .filter(|text| text.contains("pong"))
            .map(drop))
    })?;
    Ok(running)
}

fn start_kamailio(folder: &Path, address: IpAddr) -> Result<Running> {
    let config = config_folder(folder);
    let mut command = Command::new("kamailio");
    command
        .args(["-DD", "-E", "-m", "64", "-M", "16", "-Y"])
        .arg(&config)
        .arg("-w")
        .arg(&config)
        .arg("-f")
        .arg(config.join("kamailio.cfg"));
    let log = folder.join("kamailio.log");
    let mut running = logged("kamailio", command, &log)?;
    let socket = UdpSocket::bind((address, 0))?;
    socket.set_read_timeout(Some(Duration::from_millis(200)))?;
    let here = socket.local_addr()?;
    let ask = Message::options(here, (address, SIP_PORT).into()).text();
    wait::until("kamailio answers", PATIENCE, || {
        if running.ended()?.is_some() {
            bail!(
                "kamailio ended by itself: {}",
                std::fs::read_to_string(&log).context("its log")?
            );
        }
        socket.send_to(ask.as_bytes(), (address, SIP_PORT))?;
        Ok(heard(&socket)
            .filter(|text| text.starts_with("SIP/2.0 200"))
            .map(drop))
    })?;
    Ok(running)
}

fn heard(socket: &UdpSocket) -> Option<String> {
    let mut buffer = [0; 65_536];
    let length = socket.recv(&mut buffer).ok()?;
    Some(String::from_utf8_lossy(&buffer[..length]).into_owned())
}

fn logged(name: &str, mut command: Command, log: &Path) -> Result<Running> {
    let log = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(log)?;
    command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    Running::start(name, &mut command)
}
