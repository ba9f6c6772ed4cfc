//! The code by which a user sets its first password, or another one.

use axum::Json;
use axum::extract::State;
use pbx_api::{InvitedUser, Problem, Rule, UserId};

use super::{logins, store};
use crate::audit::{self, Entry};
use crate::auth::codes::{self, Purpose};
use crate::auth::{Allowed, EditClient};
use crate::error::Result;
use crate::http::App;
use crate::http::extract::Id;
use crate::mail;

/// Mails a one-time code by which the user sets its password. The code before works no longer.
#[utoipa::path(
    post,
    path = "/v1/users/{user}/invitation",
    params(("user" = UserId, Path)),
    security(("token" = [])),
    responses(
        (status = 200, body = InvitedUser),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 422, body = Problem, description = "A user without an email does not sign in"),
    ),
)]
pub(super) async fn invite(
    State(app): State<App>,
    by: Allowed<EditClient>,
    Id(id): Id<UserId>,
) -> Result<Json<InvitedUser>> {
    let caller = by.caller;
    let mut tx = app.db.begin(caller.tenant).await?;
    let user = store::show(&mut tx, id).await?;
    let account = logins::store::account(&mut tx, &user).await?;
    let account = account.ok_or_else(|| Problem::broken("email", Rule::NeededToSignIn))?;
    let place = crate::logins::store::place(&mut tx, Some(user.client)).await?;
    let entry = Entry {
        action: "user.invite",
        client: Some(user.client),
        subject: ("user", id.0),
        before: None,
        after: Some(serde_json::json!({ "email": user.email }).to_string()),
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    let mut root = tx.into_root();
    let purpose = Purpose::Invitation;
    let (code, _) = codes::make(&app.world, &mut root, account, purpose).await?;
    root.commit().await?;
    let realm = &caller.me.reseller.realm;
    let (subject, text) = mail::words::invitation(&user.language, realm, &place, &code);
    let email = user.email;
    let mailed = mail::deliver(app.mailer.as_ref(), &email, subject, text).await;
    Ok(Json(InvitedUser { email, mailed }))
}
