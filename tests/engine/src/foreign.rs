//! Phones of other people's making: what only ours understand would be no standard.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use pbx_api::SipTransport;
use tandem_stage::process::{Running, need, output_of};
use tandem_stage::workspace;

use crate::lab::Lab;
use crate::phone;

/// Where Debian's package has them.
const MODULES: &str = "/usr/lib/baresip/modules";

/// A baresip with the settings of a user, that says what is in a WAV (8000 samples a second, one
/// channel) to everybody whom it talks with.
pub struct Baresip {
    running: Running,
    _folder: tempfile::TempDir,
}

/// What is typed into one.
#[derive(Clone, Copy)]
pub struct Setup<'a> {
    pub extension: &'a str,
    pub says: &'a Path,
    pub transport: SipTransport,
    pub codec: Codec,
    /// Whom it calls at once. None: it waits for calls, and answers them.
    pub calls: Option<&'a str>,
}

/// The only one that it speaks.
#[derive(Debug, Clone, Copy)]
pub enum Codec {
    Pcmu,
    Opus,
}

impl Codec {
    /// How it is named in an account, and what of the phone has it.
    const fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::Pcmu => ("PCMU/8000/1", "g711.so"),
            Self::Opus => ("opus/48000/2", "opus.so"),
        }
    }
}

impl Baresip {
    pub fn start(lab: &Lab, of: &Setup<'_>) -> Result<Self> {
        need(&["baresip"])?;
        let line = lab.office.line(of.extension)?;
        let folder = tempfile::tempdir()?;
        let engine = lab.engine_over(of.transport);
        let transport = phone::name(of.transport);
        let answers = if of.calls.is_some() { "manual" } else { "auto" };
        let (codec, module) = of.codec.name();
        let (user, realm, secret) = (&line.user, &line.realm, &line.secret);
        std::fs::write(
            folder.path().join("accounts"),
            format!(
                "<sip:{user}@{realm};transport={transport}>;auth_user={user};auth_pass={secret};\
                 outbound=\"sip:{engine};transport={transport}\";regint=600;\
                 audio_codecs={codec};answermode={answers}\n"
            ),
        )?;
        let heard = folder.path().join("heard.wav");
        std::fs::write(
            folder.path().join("config"),
            format!(
                "sip_listen {ip}:0\nnet_interface {ip}\naudio_source aufile,{says}\n\
                 audio_player aufile,{heard}\naudio_alert aufile,{heard}.alert\n\
                 ausrc_srate 8000\nauplay_srate 8000\nausrc_channels 1\nauplay_channels 1\n\
                 module_path {MODULES}\nmodule {module}\nmodule aufile.so\n\
                 opus_bitrate 96000\nopus_stereo no\nopus_sprop_stereo no\n\
                 module_tmp account.so\nmodule_app menu.so\n",
                ip = engine.ip(),
                says = of.says.display(),
                heard = heard.display(),
            ),
        )?;
        let mut command = Command::new("baresip");
        command
            .arg("-f")
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(std::fs::File::create(folder.path().join("said"))?)
            .stderr(Stdio::null());
        if let Some(number) = of.calls {
            command.args(["-e", &format!("/dial sip:{number}@{realm}")]);
        }
        Ok(Self {
            running: Running::start("baresip", &mut command)?,
            _folder: folder,
        })
    }

    /// Ends it as its owner would: its calls end first.
    pub fn quits(&mut self) {
        self.running.stop();
    }
}

/// A call by sipp from a user to a number, answered and ended by it; fails where it went otherwise.
pub fn sipp_calls(lab: &Lab, extension: &str, number: &str) -> Result<()> {
    need(&["sipp"])?;
    let line = lab.office.line(extension)?;
    let folder = tempfile::tempdir()?;
    let scenario = workspace::root()?.join("tests/engine/data/answered-call.xml");
    let ip = lab.engine().ip().to_string();
    let mut command = Command::new("sipp");
    command
        .arg(lab.engine().to_string())
        .arg("-sf")
        .arg(scenario)
        .args(["-i", &ip, "-mi", &ip, "-s", number])
        .args(["-au", &line.user, "-ap", &line.secret])
        .args(["-key", "realm", &line.realm, "-key", "caller", &line.user])
        .args(["-m", "1", "-nostdin", "-timeout", "30", "-timeout_error"])
        .current_dir(folder.path())
        .env("TERM", "dumb");
    output_of("sipp", &mut command)
        .map(drop)
        .context("a call by sipp")
}
