//! A mail server on 127.0.0.1 that keeps what it is given.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use anyhow::{Context, Result};

/// Takes mail until the program ends; whoever asks first gets a mail.
#[derive(Debug)]
pub struct Mails {
    port: u16,
    came: Mutex<Receiver<String>>,
}

impl Mails {
    /// Listens on a free port.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let (comes, came) = channel();
        thread::spawn(move || {
            while let Ok((peer, _)) = listener.accept() {
                let comes = comes.clone();
                thread::spawn(move || take(peer, &comes));
            }
        });
        Ok(Self {
            port,
            came: Mutex::new(came),
        })
    }

    /// Where it takes mail, without encryption and without asking who sends it.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The next mail, headers and all, waited for.
    pub fn next(&self) -> Result<String> {
        let came = self.came.lock().ok().context("a reader of mail fell")?;
        came.recv().context("the mail server ended")
    }

    /// Whether no mail came that was not read.
    pub fn is_empty(&self) -> bool {
        self.came.lock().is_ok_and(|came| came.try_recv().is_err())
    }
}

/// The one-time codes of a mail.
pub fn codes(mail: &str) -> Vec<String> {
    let is_code = |line: &&str| {
        line.len() == 43
            && line
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    mail.lines().filter(is_code).map(str::to_owned).collect()
}

/// One connection: a peer that goes away in the middle of a mail has sent none.
fn take(peer: TcpStream, comes: &Sender<String>) -> Option<()> {
    let mut writes = peer.try_clone().ok()?;
    let mut lines = BufReader::new(peer).lines();
    let mut mail: Option<String> = None;
    let mut answer = "220 here";
    loop {
        if !answer.is_empty() {
            writes.write_all(format!("{answer}\r\n").as_bytes()).ok()?;
        }
        let line = lines.next()?.ok()?;
        answer = match &mut mail {
            Some(text) if line == "." => {
                // Quoted-printable breaks long lines.
                comes.send(text.replace("=\r\n", "")).ok()?;
                mail = None;
                "250 kept"
            }
            Some(text) => {
                *text += &line;
                *text += "\r\n";
                ""
            }
            None if line.starts_with("DATA") => {
                mail = Some(String::new());
                "354 go on"
            }
            None if line.starts_with("QUIT") => "221 bye",
            None => "250 well",
        };
    }
}
