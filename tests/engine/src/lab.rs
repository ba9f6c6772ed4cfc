//! The server and the engine, as an operator would start them.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, anyhow, ensure};
use pbx_api::SipTransport;
use tandem_stage::engine::{self, Site};
use tandem_stage::place::Place;
use tandem_stage::process::{Running, need, output_of};
use tandem_stage::server::{self, Server};
use tandem_stage::workspace;

use crate::office::{Company, NORTH, Office};
use crate::phone::{Line, Phone, Wire};

/// What the server and the engine know each other by.
pub const SECRET: &str = "the-engine-of-the-laboratory";
/// The trunk of every route.
pub const CARRIER: &str = "carrier";
/// Of the trunk's other side.
const SIP_PORT: u16 = 5060;
const TLS_PORT: u16 = 5061;

/// What a story may want otherwise than the others.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many requests the engine takes from one address.
    pub requests_per_second: u32,
    /// Phones may come over TLS.
    pub tls: bool,
    /// How often the engine asks each phone how long the way to it takes; 0: never.
    pub round_trip_seconds: u32,
    /// How often the server asks the engine for all that it has.
    pub tell_all_seconds: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            // Every phone of a story has the same address.
            requests_per_second: 1000,
            tls: false,
            // What comes unasked would be in the way of what a story waits for.
            round_trip_seconds: 0,
            tell_all_seconds: 300,
        }
    }
}

/// Everything that carries a call. What runs ends with it.
pub struct Lab {
    pub office: Office,
    pub core: Server,
    kamailio: Running,
    rtpengine: Running,
    pub(crate) site: Site,
    pub place: Place,
    program: PathBuf,
    folder: tempfile::TempDir,
}

impl Lab {
    pub fn start() -> Result<Self> {
        Self::with(Options::default())
    }

    pub fn with(options: Options) -> Result<Self> {
        need(&engine::PROGRAMS)?;
        let place = Place::take()?;
        let folder = tempfile::tempdir()?;
        let site = Site::new(folder.path().join("engine"), place.engine);
        let program = workspace::program(&workspace::root()?, "debug", "pbx-core")?;
        let data = data_folder(folder.path());
        std::fs::create_dir(&data)?;
        // Cheap passwords: real ones would prove nothing more here.
        std::fs::write(
            data.join(server::CONFIG),
            format!(
                "{}[passwords]\nmemory_kib = 8\npasses = 1\n[limits]\ntell_all_seconds = {}\n",
                site.server_settings(SECRET),
                options.tell_all_seconds
            ),
        )?;
        Office::found(&program, &data, NORTH)?;
        engine::add_carrier(&program, &data, CARRIER, place.trunk)?;
        let core = Server::start(&program, &data, 0)?;
        let office = Office::open(core.url(), NORTH)?;
        let options = options.given(folder.path(), &place)?;
        site.write_config(&program, &data, core.url(), SECRET, &options)?;
        let rtpengine = site.start_rtpengine()?;
        let kamailio = site.start_kamailio()?;
        let lab = Self {
            office,
            core,
            kamailio,
            rtpengine,
            site,
            place,
            program,
            folder,
        };
        lab.knows_trunks()?;
        Ok(lab)
    }

    /// Does what the platform's operator does with `pbx-core admin`, and waits until the engine knows.
    pub fn operator(&self, arguments: &[&str], password: &str) -> Result<()> {
        operate(
            &self.program,
            &self.folder.path().join("data"),
            arguments,
            password,
        )?;
        self.knows_trunks()
    }

    /// The server's folder.
    pub(crate) fn data(&self) -> PathBuf {
        data_folder(self.folder.path())
    }

    /// Another reseller of the same server.
    pub fn neighbour(&self, company: Company) -> Result<Office> {
        Office::found(&self.program, &data_folder(self.folder.path()), company)?;
        Office::open(self.core.url(), company)
    }

    /// Where phones send what they have to say.
    pub fn engine(&self) -> SocketAddr {
        self.site.sip()
    }

    /// The same over another way.
    pub fn engine_over(&self, transport: SipTransport) -> SocketAddr {
        let port = match transport {
            SipTransport::Tls => TLS_PORT,
            _ => SIP_PORT,
        };
        (self.place.engine, port).into()
    }

    /// A phone with the settings of a user.
    pub fn phone(&self, extension: &str) -> Result<Phone> {
        self.phone_of(&self.office, extension)
    }

    /// A phone with the settings of a user of any office.
    pub fn phone_of(&self, office: &Office, extension: &str) -> Result<Phone> {
        let line = office.line(extension)?;
        Phone::new(self.engine(), (self.place.engine, 0).into(), line)
    }

    /// A phone somewhere else than all others.
    pub fn phone_elsewhere(&self, extension: &str) -> Result<Phone> {
        let line = self.office.line(extension)?;
        Phone::new(self.engine(), (self.place.elsewhere, 0).into(), line)
    }

    /// A phone that keeps a connection to the engine.
    pub fn phone_by_tcp(&self, extension: &str) -> Result<Phone> {
        let (wire, line) = (Wire::tcp(self.engine())?, self.office.line(extension)?);
        Phone::over(wire, self.engine(), (self.place.engine, 0).into(), line)
    }

    /// Phones of users that are registered, and that the server knows of.
    pub fn phones<const N: usize>(&self, extensions: [&str; N]) -> Result<[Phone; N]> {
        let mut phones = Vec::new();
        for extension in extensions {
            let mut phone = self.phone(extension)?;
            ensure!(phone.register(600)? == 200, "{extension} registers");
            phones.push(phone);
        }
        self.office
            .sees("the phones", |now| now.phones.len() >= N)?;
        let count = phones.len();
        phones
            .try_into()
            .map_err(|_| anyhow!("{count} phones instead of {N}"))
    }

    /// The other side of the trunk that carries everything.
    pub fn trunk(&self) -> Result<Phone> {
        self.somebody_at(self.place.trunk)
    }

    /// Somebody at an address who is no user.
    pub fn somebody_at(&self, address: IpAddr) -> Result<Phone> {
        let line = Line {
            user: CARRIER.into(),
            realm: address.to_string(),
            secret: String::new(),
        };
        Phone::new(self.engine(), (address, SIP_PORT).into(), line)
    }

    /// The server's clock stands at an instant of UTC (`YYYY-MM-DD hh:mm:ss`) and goes on from there. The
    /// engine's is the true one: what it tells has other times.
    pub fn set_clock(&mut self, utc: &str) -> Result<()> {
        self.core.start_again_at(utc)
    }

    /// Ends Kamailio as a power cut would.
    pub fn kill_engine(&mut self) {
        self.kamailio.kill();
    }

    /// Starts Kamailio anew, as an operator would; `gently`: it may tidy up before.
    pub fn restart_engine(&mut self, gently: bool) -> Result<()> {
        self.stop_engine(gently);
        self.start_engine()
    }

    /// Stops Kamailio; `gently`: it may tidy up before.
    pub fn stop_engine(&mut self, gently: bool) {
        if gently {
            self.kamailio.stop_leader();
        } else {
            self.kill_engine();
        }
    }

    pub fn start_engine(&mut self) -> Result<()> {
        self.kamailio = self.site.start_kamailio()?;
        Ok(())
    }

    /// Asks the engine for its calls as an operator does; the HTTP status.
    pub fn control(&self, secret: Option<&str>) -> Result<u16> {
        Ok(self.rpc(secret, "dlg.list", &[])?.status().as_u16())
    }

    pub(crate) fn rpc(
        &self,
        secret: Option<&str>,
        method: &str,
        arguments: &[&str],
    ) -> Result<ureq::http::Response<ureq::Body>> {
        rpc(&self.site, secret, method, arguments)
    }

    /// What the engine wrote; for a story that failed.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.site.log()).unwrap_or_default()
    }

    /// Fails when something ended that should run.
    pub fn still_runs(&mut self) -> Result<()> {
        self.kamailio.still_runs()?;
        self.rtpengine.still_runs()
    }
}

/// Asks an engine as its operator does.
pub(crate) fn rpc(
    site: &Site,
    secret: Option<&str>,
    method: &str,
    arguments: &[&str],
) -> Result<ureq::http::Response<ureq::Body>> {
    let mut request = http().post(format!("http://{}/RPC", site.control()));
    if let Some(secret) = secret {
        request = request.header("authorization", format!("Bearer {secret}"));
    }
    let asked = serde_json::json!({
        "jsonrpc": "2.0", "id": 1, "method": method, "params": arguments,
    });
    Ok(request.send_json(asked)?)
}

pub(crate) fn http() -> ureq::Agent {
    let config = ureq::Agent::config_builder();
    config
        .http_status_as_error(false)
        .proxy(None)
        .build()
        .new_agent()
}

/// Runs a command of the operator.
fn operate(program: &Path, data: &Path, arguments: &[&str], password: &str) -> Result<()> {
    let mut command = server::command(program, data);
    command
        .arg("admin")
        .args(arguments)
        .env("PBX_CORE_PASSWORD", password);
    output_of("pbx-core admin", &mut command).map(drop)
}

impl Drop for Lab {
    /// What the engine said is shown with a story that failed, and with no other.
    fn drop(&mut self) {
        let log = self.log();
        // Said twice a second while the server is away.
        let again = ["/engine/v1/event", "/engine/v1/invite", " INFO: "];
        let told = |line: &&str| !again.iter().any(|again| line.contains(again));
        let lines: Vec<_> = log.lines().filter(told).rev().take(60).collect();
        for line in lines.iter().rev() {
            eprintln!("{line}");
        }
    }
}

impl Options {
    /// As the command that writes the configuration is given them.
    fn given(self, folder: &Path, place: &Place) -> Result<Vec<String>> {
        let mut given = vec![
            format!("--requests-per-second={}", self.requests_per_second),
            "--keepalive-seconds=0".to_owned(),
            format!("--round-trip-seconds={}", self.round_trip_seconds),
        ];
        if self.tls {
            let (certificate, key) = make_certificate(folder, place.engine)?;
            given.push(format!("--tls-cert={}", certificate.display()));
            given.push(format!("--tls-key={}", key.display()));
        }
        Ok(given)
    }
}

/// A certificate that nobody vouches for, and its key.
fn make_certificate(folder: &Path, of: IpAddr) -> Result<(PathBuf, PathBuf)> {
    need(&["openssl"])?;
    let (certificate, key) = (folder.join("chain.pem"), folder.join("key.pem"));
    let mut command = Command::new("openssl");
    command
        .args([
            "req",
            "-x509",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=engine",
        ])
        .args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
        .args(["-addext", &format!("subjectAltName=IP:{of}")])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate);
    output_of("openssl req", &mut command)?;
    Ok((certificate, key))
}

fn data_folder(folder: &Path) -> PathBuf {
    folder.join("data")
}
