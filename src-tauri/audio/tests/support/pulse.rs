//! A private PulseAudio with a null sink, and a capture of what is played into it.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Nothing here takes longer unless it hangs.
const DEADLINE: Duration = Duration::from_secs(30);

const BYTES_A_SAMPLE: u64 = 2;

pub struct Pulse {
    server: Child,
    folder: TempDir,
}

impl Pulse {
    /// Starts a server on a socket in a folder of its own and waits until it answers.
    pub fn start() -> Self {
        for program in ["pulseaudio", "pactl", "parec"] {
            let version = Command::new(program).arg("--version").output();
            version.unwrap_or_else(|e| {
                panic!("{program}: {e}; apt-get install pulseaudio pulseaudio-utils")
            });
        }
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path().display();
        let script = format!(
            "load-module module-native-protocol-unix auth-anonymous=1 socket={at}/native\n\
             load-module module-null-sink sink_name=probe rate=48000 channels=2 sink_properties=device.description=Probe\n\
             set-default-sink probe\n"
        );
        std::fs::write(folder.path().join("probe.pa"), script).expect("a file in the folder");
        let server = urgent("pulseaudio")
            .args(["-n", "-F"])
            .arg(folder.path().join("probe.pa"))
            .args([
                "--exit-idle-time=-1",
                "--daemonize=no",
                "--use-pid-file=no",
                "--system=no",
            ])
            .env("HOME", folder.path())
            .env("XDG_RUNTIME_DIR", folder.path())
            .env("PULSE_RUNTIME_PATH", folder.path().join("run"))
            .env("PULSE_STATE_PATH", folder.path().join("state"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nice");
        let pulse = Self { server, folder };
        poll("the start of pulseaudio", || {
            let sinks = pulse
                .command("pactl")
                .args(["list", "short", "sinks"])
                .output()
                .expect("pactl");
            String::from_utf8_lossy(&sinks.stdout)
                .contains("probe")
                .then_some(())
        });
        pulse
    }

    pub fn server(&self) -> String {
        format!("unix:{}/native", self.folder.path().display())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = urgent(program);
        command
            .env("PULSE_SERVER", self.server())
            .env("HOME", self.folder.path());
        command
    }

    /// Captures everything from now on, as mono of 16 bits. Returns once it runs.
    pub fn capture(&self, rate_hz: u32) -> Capture {
        let file = self.folder.path().join("capture.raw");
        let recorder = self
            .command("parec")
            .args([
                "-d",
                "probe.monitor",
                "--format=s16le",
                "--channels=1",
                "--raw",
                "--latency-msec=50",
            ])
            .arg(format!("--rate={rate_hz}"))
            .stdout(File::create(&file).expect("a file in the folder"))
            .stderr(Stdio::null())
            .spawn()
            .expect("nice");
        let capture = Capture {
            recorder,
            file,
            rate_hz,
        };
        // A monitor of a silent sink gives silence: the file grows once the capture runs.
        capture.wait_for(0);
        capture
    }
}

/// A program that goes before others where one may say so: what is tested is the sound, not
/// how a busy machine shares its processors.
pub fn urgent(program: &str) -> Command {
    let mut command = Command::new("nice");
    command.args(["-n", "-15", program]);
    command
}

impl Drop for Pulse {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

pub struct Capture {
    recorder: Child,
    file: PathBuf,
    rate_hz: u32,
}

impl Capture {
    fn size(&self) -> u64 {
        std::fs::metadata(&self.file).expect("the capture").len()
    }

    fn wait_for(&self, size: u64) {
        poll("the capture", || (self.size() > size).then_some(()));
    }

    fn samples(&self) -> Vec<f32> {
        let bytes = std::fs::read(&self.file).expect("the capture");
        bytes
            .chunks_exact(2)
            .map(|b| f32::from(i16::from_le_bytes([b[0], b[1]])) / 32768.0)
            .collect()
    }

    /// Returns once something was played.
    pub fn wait_for_sound(&self) {
        poll("the first sound", || {
            self.samples().iter().any(|s| s.abs() > 0.01).then_some(())
        });
    }

    /// Everything that was captured, with what was on its way when it was asked.
    pub fn stop(mut self) -> Vec<f32> {
        self.wait_for(self.size() + u64::from(self.rate_hz) * BYTES_A_SAMPLE / 2);
        self.recorder.kill().expect("the recorder");
        self.recorder.wait().expect("the recorder");
        self.samples()
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        let _ = self.recorder.kill();
        let _ = self.recorder.wait();
    }
}

/// Asks again and again until there is an answer; panics when it takes too long.
fn poll<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let since = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(since.elapsed() < DEADLINE, "{what} took too long");
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub fn wait_for_exit(child: &mut Child) -> ExitStatus {
    poll("the end of the process", || {
        child.try_wait().expect("a child")
    })
}
