//! A desktop session of our own: a message bus, a keychain that is unlocked, a notification daemon.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::display::Display;
use crate::process::{Running, need};
use crate::wait;

const START_LIMIT: Duration = Duration::from_secs(30);

/// What a desktop gives to a program. Everything in it is private and ends with it.
#[derive(Debug)]
pub struct Session {
    bus: String,
    // Fields drop in this order: the services before the bus they hang on.
    _notifications: Option<Running>,
    _keychain: Option<Running>,
    _bus: Running,
}

impl Session {
    /// A bus, an unlocked keychain whose files lie in `folder`, and notifications on `display`.
    pub fn start(folder: &Path, display: &Display) -> Result<Self> {
        need(&["dbus-daemon", "gnome-keyring-daemon", "dunst"])?;
        std::fs::create_dir_all(folder)?;
        let mut session = Self::bus_only(folder)?;

        let mut keychain = Command::new("gnome-keyring-daemon");
        keychain
            .args(["--foreground", "--unlock", "--components=secrets"])
            .env("HOME", folder)
            .env("XDG_DATA_HOME", folder.join("data"))
            .env("XDG_RUNTIME_DIR", folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        session.use_for(&mut keychain);
        display.use_for(&mut keychain);
        let mut keychain = Running::start("gnome-keyring-daemon", &mut keychain)?;
        keychain.tell("a password of this test's keychain\n")?;
        session.wait_for_name("org.freedesktop.secrets", &mut keychain)?;
        session._keychain = Some(keychain);

        let mut dunst = Command::new("dunst");
        dunst
            .env("HOME", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        session.use_for(&mut dunst);
        display.use_for(&mut dunst);
        let mut dunst = Running::start("dunst", &mut dunst)?;
        session.wait_for_name("org.freedesktop.Notifications", &mut dunst)?;
        session._notifications = Some(dunst);
        Ok(session)
    }

    /// A bus and nothing on it: no keychain, no notifications. Programs have to cope.
    pub fn bus_only(folder: &Path) -> Result<Self> {
        need(&["dbus-daemon", "dbus-send"])?;
        std::fs::create_dir_all(folder)?;
        // A configuration of our own: the system's would start services by name, such as the person's real keychain.
        let config = folder.join("bus.conf");
        std::fs::write(&config, bus_config(folder))?;
        let mut command = Command::new("dbus-daemon");
        command
            .args(["--nofork", "--nopidfile", "--print-address=1"])
            .arg(format!("--config-file={}", config.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut bus = Running::start("dbus-daemon", &mut command)?;
        let address = bus
            .lines()?
            .recv_timeout(START_LIMIT)
            .context("dbus-daemon did not name its address")?;
        Ok(Self {
            bus: address,
            _notifications: None,
            _keychain: None,
            _bus: bus,
        })
    }

    /// Puts a program into this session.
    pub fn use_for(&self, command: &mut Command) {
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.bus);
    }

    fn wait_for_name(&self, name: &str, service: &mut Running) -> Result<()> {
        wait::until(name, START_LIMIT, || {
            service.still_runs()?;
            let mut ask = Command::new("dbus-send");
            ask.args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.DBus",
                "/org/freedesktop/DBus",
                "org.freedesktop.DBus.NameHasOwner",
            ])
            .arg(format!("string:{name}"))
            .stdin(Stdio::null());
            self.use_for(&mut ask);
            let answer = ask.output().context("dbus-send does not start")?;
            Ok(String::from_utf8_lossy(&answer.stdout)
                .contains("boolean true")
                .then_some(()))
        })
    }
}

fn bus_config(folder: &Path) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        folder.display()
    )
}
