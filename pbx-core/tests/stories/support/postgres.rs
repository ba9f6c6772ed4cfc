//! A throwaway PostgreSQL: one cluster for all tests of a run, a database for each.
//!
//! The cluster's folder is made once and kept in cargo's folder for tests. Each test process holds
//! a shared lock while it uses the server; the last one to let go stops it. Where PostgreSQL is
//! missing the test fails.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A database that goes when this does.
pub struct Database {
    pub url: String,
    name: String,
    cluster: Cluster,
}

struct Cluster {
    folder: PathBuf,
    /// Held alone while the server is started or stopped.
    gate: File,
    /// Held together with others while the server is used.
    users: File,
    port: u16,
}

impl Database {
    #[expect(
        clippy::disallowed_methods,
        reason = "a name that no other test has, in a cluster that several processes share"
    )]
    pub fn create() -> Self {
        let cluster = Cluster::join();
        let name = format!("t{}_{}", std::process::id(), uuid::Uuid::now_v7().simple());
        cluster.sql(&format!("create database {name} template template0"));
        let url = format!("postgres://tests@127.0.0.1:{}/{name}", cluster.port);
        Self { url, name, cluster }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.cluster.sql(&format!(
            "drop database if exists {} with (force)",
            self.name
        ));
    }
}

impl Cluster {
    fn join() -> Self {
        let base = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let lock = |name: &str| {
            OpenOptions::new()
                .create(true)
                .write(true)
                .truncate(false)
                .open(base.join(name))
                .unwrap()
        };
        let gate = lock("postgres.gate");
        let users = lock("postgres.users");
        gate.lock().unwrap();
        users.lock_shared().unwrap();
        let folder = base.join("postgres-15");
        let mut cluster = Self {
            folder,
            gate,
            users,
            port: 0,
        };
        if !cluster.folder.join("PG_VERSION").is_file() {
            cluster.make();
        }
        cluster.port = match cluster.running() {
            Some(port) => port,
            None => cluster.start(),
        };
        cluster.gate.unlock().unwrap();
        cluster
    }

    fn make(&self) {
        if self.folder.exists() {
            std::fs::remove_dir_all(&self.folder).unwrap();
        }
        std::fs::create_dir(&self.folder).unwrap();
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&self.folder));
        }
        run(postgres("initdb")
            .args([
                "--username",
                "tests",
                "--auth",
                "trust",
                "--encoding",
                "UTF8",
                "--locale",
                "C.UTF-8",
                "--no-sync",
                "-D",
            ])
            .arg(&self.folder));
    }

    /// The port of the running server: the fourth line of its pid file.
    fn running(&self) -> Option<u16> {
        let status = postgres("pg_ctl")
            .args(["status", "-D"])
            .arg(&self.folder)
            .status()
            .unwrap();
        if !status.success() {
            return None;
        }
        let pid_file = if is_root() {
            let output = Command::new("cat")
                .arg(self.folder.join("postmaster.pid"))
                .output()
                .unwrap();
            String::from_utf8(output.stdout).unwrap()
        } else {
            std::fs::read_to_string(self.folder.join("postmaster.pid")).unwrap()
        };
        pid_file.lines().nth(3).and_then(|port| port.parse().ok())
    }

    fn start(&self) -> u16 {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off \
             -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
        );
        run(postgres("pg_ctl")
            .args(["start", "-w", "-t", "60", "-o", &options, "-l"])
            .arg(self.folder.join("server.log"))
            .arg("-D")
            .arg(&self.folder));
        port
    }

    fn sql(&self, text: &str) {
        run(Command::new(bin().join("psql"))
            .args(["-h", "127.0.0.1", "-U", "tests", "-p"])
            .arg(self.port.to_string())
            .args(["-d", "postgres", "-q", "-v", "ON_ERROR_STOP=1", "-c", text]));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let last = self.gate.lock().is_ok()
            && self.users.unlock().is_ok()
            && self.users.try_lock().is_ok();
        if last {
            let _ended = postgres("pg_ctl")
                .args(["stop", "-m", "immediate", "-D"])
                .arg(&self.folder)
                .status();
        }
        let _open = self.users.unlock();
        let _open = self.gate.unlock();
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

fn bin() -> PathBuf {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|entries| {
            entries
                .flatten()
                .map(|entry| entry.path().join("bin"))
                .collect()
        })
        .unwrap_or_default();
    versions.retain(|bin| bin.join("initdb").is_file());
    versions.sort();
    versions
        .pop()
        .expect("PostgreSQL is needed for these tests: apt-get install postgresql")
}

/// A program of PostgreSQL's; it refuses to run as root.
fn postgres(name: &str) -> Command {
    let program = bin().join(name);
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    // Nothing of ours may stay open in the server, or the test counts as not ended.
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .current_dir("/");
    command
}

fn run(command: &mut Command) {
    let status = command
        .stdin(Stdio::null())
        .status()
        .unwrap_or_else(|fault| panic!("{command:?}: {fault}"));
    assert!(status.success(), "{command:?} ended with {status}");
}
