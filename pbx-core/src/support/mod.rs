//! Messages of a reseller's clients to its support.

use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use pbx_api::{Code, Problem, Rule, SupportMessage};
use std::net::SocketAddr;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::audit::{self, Entry};
use crate::auth::Caller;
use crate::check::{Check, NAME_CHARS};
use crate::db::Scope;
use crate::error::{Error, Result};
use crate::http::App;
use crate::http::extract::Input;
use crate::mail::Mail;

const TEXT_CHARS: u32 = 10_000;
/// What the limits count these under.
const LIMITED_AS: &str = "messages to the support of";

/// Routes of this feature.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(send))
}

/// Sends a message of a client's login to its reseller's support, by mail. An answer goes to the
/// person's own address. Where `GET /v1/server` says that this server sends no mail, the person's
/// mail program is the way.
#[utoipa::path(
    post,
    path = "/v1/support",
    request_body = SupportMessage,
    security(("token" = [])),
    responses(
        (status = 204),
        (status = 401, body = Problem),
        (status = 403, body = Problem, description = "For a client's logins alone"),
        (status = 404, body = Problem, description = "The reseller offers no support, or the server no mail"),
        (status = 422, body = Problem),
        (status = 429, body = Problem),
    ),
)]
async fn send(
    State(app): State<App>,
    caller: Caller,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Input(mut message): Input<SupportMessage>,
) -> Result<StatusCode> {
    let Scope::Client(client) = caller.tenant.scope else {
        return Err(Error::code(Code::Forbidden));
    };
    let mut check = Check::default();
    check.text("subject", &mut message.subject, 1, NAME_CHARS);
    check.rule("text", !message.text.trim().is_empty(), Rule::Needed);
    check.lines("text", &message.text, TEXT_CHARS);
    check.done()?;
    let me = &caller.me;
    let mailer = app
        .mailer
        .as_ref()
        .filter(|_| !me.reseller.support_email.is_empty());
    let mailer = mailer.ok_or_else(Error::not_found)?;
    // Not forgiven: what is limited is how many are sent.
    app.sign_in_limits.count(
        app.world.now_ms(),
        LIMITED_AS,
        &me.account.to_string(),
        peer.ip(),
    )?;
    let mut tx = app.db.begin(caller.tenant).await?;
    let place = crate::logins::store::place(&mut tx, Some(client)).await?;
    let entry = Entry {
        action: "support.send",
        client: Some(client),
        subject: ("account", me.account.0),
        before: None,
        after: Some(serde_json::json!({ "subject": message.subject }).to_string()),
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    mailer
        .send(Mail {
            to: me.reseller.support_email.clone(),
            reply_to: Some(me.email.clone()),
            subject: format!("{place}: {}", message.subject),
            text: format!(
                "{}\n\n-- \n{} {} <{}>, {place}\n",
                message.text.trim_end(),
                me.first_name,
                me.last_name,
                me.email
            ),
        })
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
