//! The real program, on the data of a story's server.

use std::process::{Command, Stdio};

use super::TestServer;

/// `pbx-core` with the settings that say where the data is. Its output is the caller's to take.
pub fn core(server: &TestServer) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pbx-core"));
    command
        .args(["--database", &server.config.database, "--data-dir"])
        .arg(&server.config.data_dir);
    command.stdin(Stdio::null()).stderr(Stdio::null());
    command
}
