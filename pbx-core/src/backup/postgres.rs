//! PostgreSQL's own programs, which know how to save and fill its databases.

use std::path::Path;

use anyhow::{Context as _, ensure};
use tokio::process::Command;
use url::Url;

/// Saves the database as of one moment into a file.
pub async fn dump(url: &str, file: &Path) -> anyhow::Result<()> {
    let mut command = program("pg_dump", url)?;
    command.args(["--format=custom", "--no-owner", "--no-privileges", "--file"]);
    run("pg_dump", command.arg(file)).await
}

/// Fills an empty database, all or nothing.
pub async fn bring_back(url: &str, file: &Path) -> anyhow::Result<()> {
    let mut command = program("pg_restore", url)?;
    command.args([
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
    ]);
    run("pg_restore", command.arg(file)).await
}

/// A program with its database. The password goes by the environment: arguments can be read by
/// everybody on the machine.
fn program(name: &str, url: &str) -> anyhow::Result<Command> {
    let mut address: Url = url.parse().context("the PostgreSQL address")?;
    let mut command = Command::new(name);
    if let Some(password) = address.password() {
        command.env("PGPASSWORD", percent_decoded(password)?);
        address
            .set_password(None)
            .map_err(|()| anyhow::anyhow!("the PostgreSQL address has no host"))?;
    }
    command.arg("--dbname").arg(address.as_str());
    Ok(command)
}

fn percent_decoded(text: &str) -> anyhow::Result<String> {
    // What a form's value is, but for the plus sign, which stands for itself in an address.
    let escaped = format!("p={}", text.replace('+', "%2B"));
    let (_, value) = url::form_urlencoded::parse(escaped.as_bytes())
        .next()
        .context("the password of the PostgreSQL address")?;
    Ok(value.into_owned())
}

async fn run(name: &str, command: &mut Command) -> anyhow::Result<()> {
    let output = command
        .stdin(std::process::Stdio::null())
        .output()
        .await
        .with_context(|| format!("starting {name}, which is in PostgreSQL's client package"))?;
    ensure!(
        output.status.success(),
        "{name} ended with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_not_among_the_arguments() {
        let command = program("pg_dump", "postgres://me:a%2Fb+c@127.0.0.1:5433/core").unwrap();
        let command = command.as_std();
        let arguments: Vec<_> = command.get_args().collect();
        assert_eq!(arguments, ["--dbname", "postgres://me@127.0.0.1:5433/core"]);
        let environment: Vec<_> = command.get_envs().collect();
        assert_eq!(
            environment,
            [("PGPASSWORD".as_ref(), Some("a/b+c".as_ref()))]
        );
    }
}
