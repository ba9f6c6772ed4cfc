//! Child processes that never outlive the value that holds them.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::wait;

/// How long a process may take to end after it was asked to, before it is made to.
const GRACE: Duration = Duration::from_secs(5);

/// Nothing that is run for its output takes longer, not even a sample of ten million calls in a debug build.
const RUN_LIMIT: Duration = Duration::from_secs(3600);

/// A process of ours, in a process group of its own. Dropping it ends the whole group, and only that.
#[derive(Debug)]
pub struct Running {
    name: String,
    child: Child,
    status: Option<ExitStatus>,
}

impl Running {
    /// Starts `command` in a group of its own, so that whatever it starts ends with it too.
    pub fn start(name: &str, command: &mut Command) -> Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let child = command
            .spawn()
            .with_context(|| format!("{name} does not start ({:?})", command.get_program()))?;
        Ok(Self {
            name: name.to_owned(),
            child,
            status: None,
        })
    }

    /// The lines of its standard output as they come. Asks for `stdout(Stdio::piped())`.
    /// The pipe is read to its end by a thread, so that a talkative process never blocks on it.
    pub fn lines(&mut self) -> Result<Receiver<String>> {
        let output = self
            .child
            .stdout
            .take()
            .with_context(|| format!("{} has no captured output", self.name))?;
        Ok(lines_of(output))
    }

    /// Its standard error as lines. Asks for `stderr(Stdio::piped())`.
    pub fn error_lines(&mut self) -> Result<Receiver<String>> {
        let output = self
            .child
            .stderr
            .take()
            .with_context(|| format!("{} has no captured errors", self.name))?;
        Ok(lines_of(output))
    }

    /// Writes `text` to its standard input and closes it. Asks for `stdin(Stdio::piped())`.
    pub fn tell(&mut self, text: &str) -> Result<()> {
        use std::io::Write;
        let mut input = self
            .child
            .stdin
            .take()
            .with_context(|| format!("{} has no input", self.name))?;
        input
            .write_all(text.as_bytes())
            .with_context(|| format!("{} does not read its input", self.name))
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its exit status if it has ended. What it left running in its group ends then, too.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        if self.status.is_none() {
            self.status = self
                .child
                .try_wait()
                .with_context(|| format!("{} can't be waited for", self.name))?;
            if self.status.is_some() {
                // Now or never: later the number may belong to somebody else's group.
                signal_group(&self.child, Kind::Kill);
            }
        }
        Ok(self.status)
    }

    /// Fails if it has ended, which nobody asked it to.
    pub fn still_runs(&mut self) -> Result<()> {
        match self.ended()? {
            Some(status) => bail!("{} ended by itself ({status})", self.name),
            None => Ok(()),
        }
    }

    /// Ends it without a chance to tidy up, as a power cut would.
    pub fn kill(&mut self) {
        if matches!(self.ended(), Ok(None)) {
            signal_group(&self.child, Kind::Kill);
            self.status = self.child.wait().ok();
        }
    }

    /// Asks it to end, and makes it after [`GRACE`].
    pub fn stop(&mut self) {
        self.stop_by(signal_group);
    }

    /// The same, but asks it alone: for a server whose processes are its own to end, in its order.
    pub fn stop_leader(&mut self) {
        self.stop_by(signal_leader);
    }

    fn stop_by(&mut self, signal: impl Fn(&Child, Kind)) {
        if matches!(self.ended(), Ok(Some(_))) {
            return;
        }
        signal(&self.child, Kind::Ask);
        let asked = Instant::now();
        // Not `wait::until`, which ends at once when a person presses Ctrl-C: just then the grace matters.
        while asked.elapsed() < GRACE && matches!(self.ended(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(10));
        }
        self.kill();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

enum Kind {
    Ask,
    Kill,
}

#[cfg(unix)]
impl Kind {
    const fn signal(&self) -> nix::sys::signal::Signal {
        match self {
            Self::Ask => nix::sys::signal::Signal::SIGTERM,
            Self::Kill => nix::sys::signal::Signal::SIGKILL,
        }
    }
}

#[cfg(unix)]
fn signal_group(child: &Child, kind: Kind) {
    use nix::unistd::Pid;
    if let Ok(id) = i32::try_from(child.id()) {
        // The group is named by its leader's id. It is gone already: nothing to do.
        let _ = nix::sys::signal::killpg(Pid::from_raw(id), kind.signal());
    }
}

#[cfg(unix)]
fn signal_leader(child: &Child, kind: Kind) {
    use nix::unistd::Pid;
    if let Ok(id) = i32::try_from(child.id()) {
        let _ = nix::sys::signal::kill(Pid::from_raw(id), kind.signal());
    }
}

#[cfg(not(unix))]
fn signal_leader(child: &Child, kind: Kind) {
    signal_group(child, kind);
}

#[cfg(not(unix))]
fn signal_group(child: &Child, _: Kind) {
    // Windows has no groups: its own tool ends a process with everything that it started.
    let _ = Command::new("taskkill")
        .args(["/T", "/F", "/PID", &child.id().to_string()])
        .output();
}

fn lines_of(output: impl Read + Send + 'static) -> Receiver<String> {
    let (send, lines) = channel();
    std::thread::spawn(move || {
        let mut reader = BufReader::new(output);
        let mut line = Vec::new();
        // Bytes, not `lines()`: a tool that prints something other than UTF-8 must not end the reading.
        while matches!(reader.read_until(b'\n', &mut line), Ok(read) if read > 0) {
            let text = String::from_utf8_lossy(&line)
                .trim_end_matches(['\n', '\r'])
                .to_owned();
            line.clear();
            // Nobody listens any more: go on reading, or the process would block on a full pipe.
            let _ = send.send(text);
        }
    });
    lines
}

/// Runs `command` to its end and gives its standard output, or an error with what it said.
pub fn output_of(name: &str, command: &mut Command) -> Result<String> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = Running::start(name, command)?;
    let (output, errors) = (running.lines()?, running.error_lines()?);
    let status = wait::until(name, RUN_LIMIT, || running.ended())?;
    let text = |lines: Receiver<String>| lines.into_iter().collect::<Vec<_>>().join("\n");
    if !status.success() {
        bail!("{name} failed ({status}): {}", text(errors).trim());
    }
    Ok(text(output))
}

/// True when a program of this name is on the PATH.
pub fn on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| {
            folder.join(program).is_file() || folder.join(format!("{program}.exe")).is_file()
        })
    })
}

/// Fails when one of the programs is missing, and says how to get them.
pub fn need(programs: &[&str]) -> Result<()> {
    let missing: Vec<_> = programs
        .iter()
        .filter(|program| !on_path(program))
        .copied()
        .collect();
    if !missing.is_empty() {
        bail!(
            "not on this machine: {}. `cargo xtask setup` installs what is missing",
            missing.join(", ")
        );
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn ends_with_everything_it_started() {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", "sleep 600 & echo $!; wait"])
            .stdout(Stdio::piped());
        let mut shell = Running::start("shell", &mut shell).expect("a shell starts");
        let grandchild = shell
            .lines()
            .expect("captured")
            .recv()
            .expect("prints the id");
        let there = std::path::PathBuf::from(format!("/proc/{grandchild}"));
        assert!(there.exists(), "the grandchild runs");
        drop(shell);
        wait::until("the grandchild is gone", Duration::from_secs(5), || {
            Ok((!there.exists()).then_some(()))
        })
        .expect("gone");
    }

    #[test]
    fn says_what_is_missing() {
        let error = need(&["sh", "no-such-program-here"]).expect_err("one is missing");
        assert!(error.to_string().contains("no-such-program-here"));
        assert!(!error.to_string().contains("sh,"));
    }
}
