//! What goes on in the demo: real calls of robots over a real engine where that can be had, else ones
//! that a simulator makes up and that say so.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use tandem_stage::engine::{self, Site};
use tandem_stage::place::Place;
use tandem_stage::process::{Running, need};
use tandem_stage::server::{Server, SignIn};
use tandem_stage::workspace;

use super::folder::new_password;
use crate::packages::Purpose;
use crate::setup;

/// The trunk's name.
const CARRIER: &str = "robots";
/// The port of its other side.
const TRUNK_PORT: u16 = 5060;

/// Where the demo's calls come from.
pub enum Calls {
    Nowhere,
    Simulated,
    Real(Box<Plan>),
}

/// An engine that is not there yet.
pub struct Plan {
    place: Place,
    site: Site,
    secret: String,
}

/// The engine and its phones. Phones end first, so that they can end their calls.
pub struct Traffic {
    robots: Running,
    kamailio: Running,
    rtpengine: Running,
}

impl Calls {
    /// Real ones where the engine's programs are there or can be installed.
    pub fn choose(root: &Path, folder: &Path, wanted: bool) -> Result<Self> {
        if !wanted {
            return Ok(Self::Nowhere);
        }
        let there = setup::run(root, Purpose::Calls).and_then(|()| need(&engine::PROGRAMS));
        if let Err(why) = there {
            println!("There is no SIP engine, so the demo's calls are simulated: {why:#}");
            return Ok(Self::Simulated);
        }
        let place = Place::take()?;
        let site = Site::new(folder.join("engine"), place.engine);
        let secret = new_password()?;
        Ok(Self::Real(Box::new(Plan {
            place,
            site,
            secret,
        })))
    }

    /// What the server is told besides where to listen.
    pub fn options(&self) -> Vec<String> {
        match self {
            Self::Simulated => vec!["--simulate-calls".to_owned()],
            Self::Nowhere | Self::Real(_) => Vec::new(),
        }
    }

    /// The server's settings file; empty where it needs none.
    pub fn server_settings(&self) -> String {
        match self {
            Self::Nowhere | Self::Simulated => String::new(),
            Self::Real(plan) => format!(
                "{}[phones]\nserver = '{}'\n",
                plan.site.server_settings(&plan.secret),
                plan.site.address
            ),
        }
    }

    /// Starts what makes them, and says what one sees.
    pub fn begin(
        &self,
        root: &Path,
        core: &Path,
        data: &Path,
        server: &Server,
        owner: &SignIn,
    ) -> Option<Traffic> {
        match self {
            Self::Nowhere => None,
            Self::Simulated => {
                println!("Its phones and the calls in progress are simulated, and say so.");
                None
            }
            Self::Real(plan) => match plan.begin(root, core, data, server, owner) {
                Ok(traffic) => {
                    println!(
                        "Robots call each other by the engine at {}: calls, phones and new recordings are real.",
                        plan.site.sip()
                    );
                    Some(traffic)
                }
                Err(why) => {
                    println!("The engine does not start, so nobody calls: {why:#}");
                    None
                }
            },
        }
    }
}

impl Plan {
    fn begin(
        &self,
        root: &Path,
        core: &Path,
        data: &Path,
        server: &Server,
        owner: &SignIn,
    ) -> Result<Traffic> {
        let trunk = self.place.trunk;
        engine::add_carrier(core, data, CARRIER, trunk)?;
        self.site
            .write_config(core, data, server.url(), &self.secret, &[])?;
        let rtpengine = self.site.start_rtpengine()?;
        let kamailio = self.site.start_kamailio()?;
        let mut robots = Command::new(workspace::program(root, "debug", "tandem-robots")?);
        robots
            .args(["--server", &owner.server])
            .args(["--realm", &owner.realm])
            .args(["--email", &owner.email])
            .env("TANDEM_ROBOTS_PASSWORD", &owner.password)
            .args(["--engine", &self.site.sip().to_string()])
            .args(["--trunk", &format!("{trunk}:{TRUNK_PORT}")])
            .arg("--conversation")
            .arg(conversation(root))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(self.site.robots_log()).context("the robots' log")?);
        let robots = Running::start("tandem-robots", &mut robots)?;
        Ok(Traffic {
            robots,
            kamailio,
            rtpengine,
        })
    }
}

impl Traffic {
    /// Fails if something ended that should run.
    pub fn still_runs(&mut self) -> Result<()> {
        self.robots.still_runs()?;
        self.kamailio.still_runs()?;
        self.rtpengine.still_runs()
    }
}

/// Two people who talk, one on each side.
fn conversation(root: &Path) -> PathBuf {
    root.join("tests/data/audio/derived/stereo-legs.wav")
}
