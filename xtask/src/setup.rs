//! Installs the system packages that are missing, where it may, and says the command where it may not.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use tandem_stage::process::on_path;
use tandem_stage::workspace;

use crate::packages::{self, Purpose};

/// Makes the machine ready for `purpose`. Does nothing, and asks nobody, when nothing is missing.
pub fn run(root: &Path, purpose: Purpose) -> Result<()> {
    if !on_path("node") || !on_path("npm") {
        bail!("Node.js 20 or newer with npm is needed: https://nodejs.org");
    }
    if !cfg!(target_os = "linux") || !on_path("apt-get") || !on_path("dpkg-query") {
        println!("{}", packages::advice(purpose));
        return Ok(());
    }
    let missing = missing(&packages::for_purpose(purpose))?;
    if missing.is_empty() {
        println!("Every system package is there.");
        return Ok(());
    }
    println!("Missing system packages: {}", missing.join(" "));
    install(root, &missing)
}

/// Those of `names` that dpkg does not hold as installed.
fn missing(names: &[&'static str]) -> Result<Vec<&'static str>> {
    // It fails when it does not know one of them, which is an answer here and not an error.
    let told = Command::new("dpkg-query")
        .args(["--show", "--showformat", "${Package} ${db:Status-Status}\n"])
        .args(names)
        .stdin(Stdio::null())
        .output()
        .context("dpkg-query does not start")?;
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    Ok(not_installed(&told, names))
}

fn not_installed(told: &str, names: &[&'static str]) -> Vec<&'static str> {
    let installed: Vec<&str> = told
        .lines()
        .filter_map(|line| line.strip_suffix(" installed"))
        .collect();
    names
        .iter()
        .filter(|name| !installed.contains(name))
        .copied()
        .collect()
}

fn install(root: &Path, missing: &[&str]) -> Result<()> {
    let by_hand = format!(
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
        missing.join(" ")
    );
    let Some(before) = rights() else {
        bail!("Installing needs root, and `sudo -n` does not work here. Run:\n  {by_hand}");
    };
    // Two runs at once break each other: images of Debian delete the archives of the other one.
    let folder = workspace::target(root).join("xtask");
    std::fs::create_dir_all(&folder)?;
    let turn = File::create(folder.join("apt.lock"))?;
    turn.lock().context("the turn for apt-get can't be taken")?;
    for arguments in [
        &["update"][..],
        &[&["install", "-y", "--no-install-recommends"], missing].concat()[..],
    ] {
        // sudo drops the environment: `env` sets it on the other side.
        let call = [
            "env",
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "-q",
            "-o",
            "DPkg::Lock::Timeout=600",
        ];
        let whole = [before, &call[..], arguments].concat();
        let status = Command::new(whole[0])
            .args(&whole[1..])
            .stdin(Stdio::null())
            .status()
            .context("apt-get does not start")?;
        if !status.success() {
            bail!(
                "apt-get {} failed ({status}). By hand:\n  {by_hand}",
                arguments[0]
            );
        }
    }
    keep_services_quiet(before, missing)
}

/// Ends the services that came with packages which were not there before, and keeps them from starting with the
/// machine. Those that somebody had are theirs.
fn keep_services_quiet(before: &[&str], installed: &[&str]) -> Result<()> {
    let services: Vec<&str> = installed
        .iter()
        .filter(|name| packages::SERVICES.contains(name))
        .copied()
        .collect();
    // Where it is there, systemd runs this machine.
    if services.is_empty() || !Path::new("/run/systemd/system").is_dir() {
        return Ok(());
    }
    let call = [before, &["systemctl", "disable", "--now"], &services].concat();
    let status = Command::new(call[0])
        .args(&call[1..])
        .stdin(Stdio::null())
        .status()
        .context("systemctl does not start")?;
    if !status.success() {
        println!(
            "These services came with the packages and may run now: {}",
            services.join(", ")
        );
    }
    Ok(())
}

/// What has to stand before a command that needs root: nothing new for root itself, else a sudo that asks nothing.
fn rights() -> Option<&'static [&'static str]> {
    let said = |program: &str, arguments: &[&str]| {
        let output = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    if said("id", &["-u"]).as_deref() == Some("0") {
        Some(&[])
    } else if said("sudo", &["-n", "true"]).is_some() {
        Some(&["sudo", "-n"])
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removed_package_with_its_settings_left_is_missing() {
        let told = "sox installed\ndunst config-files\n";
        assert_eq!(
            not_installed(told, &["sox", "dunst", "xvfb"]),
            ["dunst", "xvfb"]
        );
    }
}
