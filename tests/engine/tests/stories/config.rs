//! What `write-config` writes is what Kamailio reads, with everything in it that it knows of.

use std::path::Path;
use std::process::Command;

use anyhow::Result;
use tandem_stage::process::{need, output_of};
use tandem_stage::{server, workspace};

/// An option and its value, each.
const EVERYTHING: &[&str] = &["--brain=https://pbx.example.com", "--name=north-2"];

fn write(folder: &Path, more: &[&str]) -> Result<String> {
    let program = workspace::program(&workspace::root()?, "debug", "pbx-core")?;
    let secret = folder.join("secret");
    std::fs::write(&secret, "0123456789abcdef\n")?;
    let mut command = server::command(&program, folder);
    command
        .args(["engine", "write-config"])
        .arg(folder.join("engine"))
        .arg(format!("--secret-file={}", secret.display()))
        .args(EVERYTHING)
        .args(more);
    output_of("pbx-core engine write-config", &mut command)
}

#[test]
fn kamailio_reads_it() -> Result<()> {
    need(&["kamailio"])?;
    let folder = tempfile::tempdir()?;
    let certificate = format!("--tls-cert={}", folder.path().join("chain.pem").display());
    let key = format!("--tls-key={}", folder.path().join("key.pem").display());
    for more in [
        &["--sip-address=127.0.0.1"][..],
        &["--sip-address=127.0.0.1", "--public-address=203.0.113.7"],
        &["--sip-address=::1"],
        &["--sip-address=127.0.0.1", &certificate, &key],
    ] {
        let said = write(folder.path(), more)?;
        assert!(
            said.contains("kamailio -DD"),
            "it says how to start: {said}"
        );
        let mut check = Command::new("kamailio");
        check
            .args(["-c", "-M", "16", "-f"])
            .arg(folder.path().join("engine/kamailio.cfg"));
        output_of(&format!("kamailio -c with {more:?}"), &mut check)?;
    }
    Ok(())
}

#[test]
fn what_a_configuration_would_read_as_its_own_is_refused() -> Result<()> {
    let folder = tempfile::tempdir()?;
    for wrong in [
        "--name=a\"b",
        "--recordings=/tmp/a!b",
        "--control=0.0.0.0:8471",
        "--brain=http://user@pbx.example.com",
        "--tls-cert=/etc/chain.pem",
    ] {
        let refused = write(folder.path(), &["--sip-address=127.0.0.1", wrong]);
        assert!(refused.is_err(), "{wrong}");
    }
    assert!(write(folder.path(), &["--sip-address=0.0.0.0"]).is_err());
    Ok(())
}
