//! A client's message to its reseller's support.

use std::fmt::Write as _;
use std::sync::Arc;

use pbx_api::{Code, Problem, Rule, SupportMessage};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Desktop;

/// How a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SupportSent {
    /// By the server. False: it waits in the person's mail program.
    pub by_server: bool,
}

pub async fn send(desktop: Arc<Desktop>, input: SupportMessage) -> Result<SupportSent, Problem> {
    let active = desktop.active()?;
    if active.session.server().info().await?.sends_mail {
        active
            .session
            .order(Method::POST, "/v1/support", &input)
            .await?;
        return Ok(SupportSent { by_server: true });
    }
    let to = active.account().support_email;
    if to.is_empty() {
        return Err(Problem::new(Code::NotFound).because(Rule::NoSupport));
    }
    let shell = Arc::clone(&desktop.shell);
    crate::blocking(move || shell.open_link(&mailto(&to, &input))).await?;
    Ok(SupportSent { by_server: false })
}

/// A mail to be written on, as a link. Everything in it is escaped, so that it stays one.
fn mailto(to: &str, message: &SupportMessage) -> String {
    let body = message.text.replace("\r\n", "\n").replace('\n', "\r\n");
    format!(
        "mailto:{}?subject={}&body={}",
        escaped(to, "@"),
        escaped(&message.subject, ""),
        escaped(&body, "")
    )
}

fn escaped(text: &str, kept: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if plain || kept.as_bytes().contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_place_in_the_link() {
        let message = SupportMessage {
            subject: "No sound & more?bcc=x@y".to_owned(),
            text: "Zoë\n100%".to_owned(),
        };
        assert_eq!(
            mailto("help@north.example", &message),
            "mailto:help@north.example?subject=No%20sound%20%26%20more%3Fbcc%3Dx%40y&body=Zo%C3%AB%0D%0A100%25"
        );
    }
}
