//! Sound without a sound card: a PulseAudio of our own whose only output is a sink that can be listened to.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::process::{Running, need};
use crate::wait;

const START_LIMIT: Duration = Duration::from_secs(30);

/// A private PulseAudio with one null sink at 48 kHz stereo.
#[derive(Debug)]
pub struct Sound {
    server: String,
    _pulseaudio: Running,
}

/// What is being heard, written to a file until it is stopped.
#[derive(Debug)]
pub struct Capture(Running);

impl Sound {
    /// Starts it with its socket and state in `folder`.
    pub fn start(folder: &Path) -> Result<Self> {
        need(&["pulseaudio", "parec"])?;
        std::fs::create_dir_all(folder)?;
        let socket = folder.join("native");
        let script = folder.join("default.pa");
        let text = format!(
            "load-module module-native-protocol-unix auth-anonymous=1 socket={}\n\
             load-module module-null-sink sink_name=probe rate=48000 channels=2 sink_properties=device.description=Probe\n\
             set-default-sink probe\n",
            socket.display()
        );
        std::fs::write(&script, text)?;
        let mut command = Command::new("pulseaudio");
        command
            .args([
                "-n",
                "--daemonize=no",
                "--exit-idle-time=-1",
                "--use-pid-file=no",
                "--disable-shm=yes",
                "-F",
            ])
            .arg(&script)
            .env("PULSE_RUNTIME_PATH", folder)
            .env("PULSE_STATE_PATH", folder)
            .env("HOME", folder)
            // Without a session bus of its own it would talk to the person's.
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut pulseaudio = Running::start("pulseaudio", &mut command)?;
        wait::until("pulseaudio opens its socket", START_LIMIT, || {
            pulseaudio.still_runs()?;
            Ok(socket.exists().then_some(()))
        })?;
        Ok(Self {
            server: format!("unix:{}", socket.display()),
            _pulseaudio: pulseaudio,
        })
    }

    /// Lets a program play into the sink, and nowhere else.
    pub fn use_for(&self, command: &mut Command) {
        command
            .env("PULSE_SERVER", &self.server)
            .env_remove("PULSE_SINK");
    }

    /// Begins to record what is heard to `file`, as WAV, 48 kHz, 16 bit, stereo.
    pub fn capture(&self, file: &Path) -> Result<Capture> {
        let mut command = Command::new("parec");
        command
            .args([
                "-d",
                "probe.monitor",
                "--rate=48000",
                "--channels=2",
                "--format=s16le",
                "--file-format=wav",
            ])
            .arg(file)
            .stdin(Stdio::null());
        self.use_for(&mut command);
        let capture = Running::start("parec", &mut command)?;
        wait::until("parec records", START_LIMIT, || {
            Ok(std::fs::metadata(file)
                .is_ok_and(|data| data.len() > 44)
                .then_some(()))
        })?;
        Ok(Capture(capture))
    }
}

impl Capture {
    /// Ends the recording, so that the file is whole.
    pub fn stop(mut self) {
        self.0.stop();
    }
}

/// The 16 bit samples of a WAV file as [`Capture`] writes it, all channels interleaved.
pub fn samples(file: &PathBuf) -> Result<Vec<i16>> {
    let bytes = std::fs::read(file).with_context(|| format!("{} can't be read", file.display()))?;
    let data = bytes
        .windows(4)
        .position(|name| name == b"data")
        .context("no data chunk")?
        + 8;
    Ok(bytes
        .get(data..)
        .unwrap_or_default()
        .chunks_exact(2)
        .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
        .collect())
}
