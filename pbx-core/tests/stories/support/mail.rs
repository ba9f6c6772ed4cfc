//! A mail server that keeps what it is given.

use pbx_core::config::{Encryption, Smtp};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, mpsc};

pub struct Mails {
    pub smtp: Smtp,
    came: Mutex<mpsc::UnboundedReceiver<String>>,
}

impl Mails {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (comes, came) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((peer, _)) = listener.accept().await {
                tokio::spawn(take(peer, comes.clone()));
            }
        });
        Self {
            smtp: Smtp {
                host: "127.0.0.1".into(),
                port: Some(port),
                encryption: Encryption::None,
                user: String::new(),
                password: String::new(),
                from: "Tandem <no-reply@example.com>".into(),
            },
            came: Mutex::new(came),
        }
    }

    /// The next mail, headers and all, waited for.
    pub async fn next(&self) -> String {
        let mail = self
            .came
            .lock()
            .await
            .recv()
            .await
            .expect("the server lives");
        // Quoted-printable breaks long lines.
        mail.replace("=\r\n", "")
    }

    /// Whether no mail came that was not read.
    pub async fn is_empty(&self) -> bool {
        self.came.lock().await.try_recv().is_err()
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

async fn take(peer: TcpStream, comes: mpsc::UnboundedSender<String>) {
    let (reads, mut writes) = peer.into_split();
    let mut lines = BufReader::new(reads).lines();
    let mut mail: Option<String> = None;
    let mut answer = "220 here";
    loop {
        if !answer.is_empty() {
            let sent = writes.write_all(format!("{answer}\r\n").as_bytes()).await;
            if sent.is_err() {
                return;
            }
        }
        let Ok(Some(line)) = lines.next_line().await else {
            return;
        };
        answer = match &mut mail {
            Some(text) if line == "." => {
                let _kept = comes.send(std::mem::take(text));
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
