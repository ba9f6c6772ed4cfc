//! Mail, by SMTP where it is configured.

pub mod words;

use std::time::Duration;

use anyhow::Context as _;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use crate::config::{Encryption, Smtp};
use crate::error::Result;

/// A mail server that takes longer is one that does not answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail to be sent.
#[derive(Debug, Clone)]
pub struct Mail {
    pub to: String,
    /// Where an answer goes, when not to the sender.
    pub reply_to: Option<String>,
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// Sends mail through one server.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// # Errors
    /// When the settings name no server or no sender.
    pub fn new(smtp: &Smtp) -> anyhow::Result<Self> {
        type Transport = AsyncSmtpTransport<Tokio1Executor>;
        let from = smtp
            .from
            .parse()
            .with_context(|| format!("smtp.from: {} is not a mail address", smtp.from))?;
        let builder = match smtp.encryption {
            Encryption::Tls => Transport::relay(&smtp.host),
            Encryption::StartTls => Transport::starttls_relay(&smtp.host),
            Encryption::None => Ok(Transport::builder_dangerous(&smtp.host)),
        };
        let mut builder = builder
            .with_context(|| format!("smtp.host: {}", smtp.host))?
            .timeout(Some(PATIENCE));
        if let Some(port) = smtp.port {
            builder = builder.port(port);
        }
        if !smtp.user.is_empty() {
            builder =
                builder.credentials(Credentials::new(smtp.user.clone(), smtp.password.clone()));
        }
        Ok(Self {
            transport: builder.build(),
            from,
        })
    }

    /// Hands a mail to the server.
    ///
    /// # Errors
    /// A fault of ours: the server does not take it. The log gets the server's words.
    pub async fn send(&self, mail: Mail) -> Result<()> {
        let to: Address = mail.to.parse().context("the receiver's address")?;
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject)
            .header(ContentType::TEXT_PLAIN);
        if let Some(reply_to) = mail.reply_to {
            let address: Address = reply_to.parse().context("the address of answers")?;
            message = message.reply_to(Mailbox::new(None, address));
        }
        let message = message.body(mail.text).context("putting a mail together")?;
        self.transport
            .send(message)
            .await
            .context("the mail server did not take a mail")?;
        Ok(())
    }
}

/// Sends a mail where this server sends any, and says whether it went. One that fails is logged
/// and told as one that was not sent: what it is about is done.
pub async fn deliver(mailer: Option<&Mailer>, to: &str, subject: String, text: String) -> bool {
    let Some(mailer) = mailer else {
        return false;
    };
    let mail = Mail {
        to: to.to_owned(),
        reply_to: None,
        subject,
        text,
    };
    let sent = mailer.send(mail).await;
    if let Err(fault) = &sent {
        tracing::error!(%fault, "a mail was not sent");
    }
    sent.is_ok()
}
