//! The server and the engine, as an operator would start them.

use std::net::SocketAddr;

use anyhow::Result;
use tandem_stage::engine::{self, Site};
use tandem_stage::place::Place;
use tandem_stage::process::{Running, need};
use tandem_stage::server::{self, Server};
use tandem_stage::{wait, workspace};

use crate::PATIENCE;
use crate::office::Office;
use crate::phone::Phone;

/// What the server and the engine know each other by.
pub const SECRET: &str = "the-engine-of-the-laboratory";
/// Of the trunk's other side.
const SIP_PORT: u16 = 5060;

/// Everything that carries a call. What runs ends with it.
pub struct Lab {
    pub office: Office,
    pub core: Server,
    kamailio: Running,
    rtpengine: Running,
    site: Site,
    place: Place,
    _folder: tempfile::TempDir,
}

impl Lab {
    pub fn start() -> Result<Self> {
        need(&engine::PROGRAMS)?;
        let place = Place::take()?;
        let folder = tempfile::tempdir()?;
        let site = Site::new(folder.path().join("engine"), place.engine);
        let program = workspace::program(&workspace::root()?, "debug", "pbx-core")?;
        let data = folder.path().join("data");
        std::fs::create_dir(&data)?;
        // Cheap passwords: real ones would prove nothing more here.
        std::fs::write(
            data.join(server::CONFIG),
            format!(
                "{}[passwords]\nmemory_kib = 8\npasses = 1\n",
                site.server_settings(SECRET)
            ),
        )?;
        Office::found(&program, &data)?;
        let core = Server::start(&program, &data, 0)?;
        let office = Office::open(core.url())?;
        site.write_config(&program, &data, core.url(), SECRET, &options(&place))?;
        let rtpengine = site.start_rtpengine()?;
        let kamailio = site.start_kamailio()?;
        Ok(Self {
            office,
            core,
            kamailio,
            rtpengine,
            site,
            place,
            _folder: folder,
        })
    }

    /// Where phones send what they have to say.
    pub fn engine(&self) -> SocketAddr {
        self.site.sip()
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
        let kept = rusqlite::Connection::open(self.site.database())?;
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
        let folder = self.site.captures();
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
        self.kamailio = self.site.start_kamailio()?;
        Ok(())
    }

    /// Asks the engine for its calls as an operator does; the HTTP status.
    pub fn control(&self, secret: Option<&str>) -> Result<u16> {
        let http = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .build()
            .new_agent();
        let mut request = http.post(format!("http://{}/RPC", self.site.control()));
        if let Some(secret) = secret {
            request = request.header("authorization", format!("Bearer {secret}"));
        }
        let asked = serde_json::json!({ "jsonrpc": "2.0", "id": 1, "method": "dlg.list" });
        Ok(request.send_json(asked)?.status().as_u16())
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

fn options(place: &Place) -> Vec<String> {
    let trunk = place.trunk;
    // Every phone of a story has the same address.
    [
        "--requests-per-second=1000".to_owned(),
        "--keepalive-seconds=0".to_owned(),
        format!("--trunk=default={trunk}"),
        format!("--trunk=emergency={trunk}"),
    ]
    .into()
}
