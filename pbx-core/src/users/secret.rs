//! What a phone signs in with. The server makes the secret, shows it once and keeps HA1.

use axum::Json;
use axum::extract::State;
use md5::{Digest as _, Md5};
use pbx_api::{PhoneSettings, PhoneTransport, Problem, SipSecret, UserId};

use super::store;
use crate::audit::{self, Entry};
use crate::auth::{Allowed, Caller, EditClient};
use crate::clock::World;
use crate::error::Result;
use crate::http::App;
use crate::http::extract::Id;

/// Letters and digits that nobody confuses when they type them on a phone: 32 of them, 5 bits each.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 100 bits.
const SECRET_CHARS: usize = 20;

/// A secret that nobody has seen yet.
#[must_use]
pub fn make(world: &World) -> String {
    world
        .bytes::<SECRET_CHARS>()
        .map(|byte| char::from(LETTERS[usize::from(byte) % LETTERS.len()]))
        .iter()
        .collect()
}

/// What digest authentication compares (RFC 2617, section 3.2.2.2).
#[must_use]
pub fn ha1(sip_user: &str, full_realm: &str, secret: &str) -> String {
    hex::encode(Md5::digest(
        format!("{sip_user}:{full_realm}:{secret}").as_bytes(),
    ))
}

/// Makes a new secret for the user's phones. The old one works no longer.
#[utoipa::path(
    post,
    path = "/v1/users/{user}/sip-secret",
    params(("user" = UserId, Path)),
    security(("token" = [])),
    responses((status = 200, body = SipSecret), (status = 403, body = Problem), (status = 404, body = Problem)),
)]
pub(super) async fn renew(
    State(app): State<App>,
    by: Allowed<EditClient>,
    Id(id): Id<UserId>,
) -> Result<Json<SipSecret>> {
    let caller = by.caller;
    let mut tx = app.db.begin(caller.tenant).await?;
    let user = store::show(&mut tx, id).await?;
    let phone = store::phone(&mut tx, id).await?;
    let sip_secret = make(&app.world);
    let ha1 = ha1(&phone.sip_user, &phone.full_realm, &sip_secret);
    store::set_secret(&mut tx, id, &ha1, app.world.now_ms()).await?;
    let entry = Entry {
        action: "user.sip_secret",
        client: Some(user.client),
        subject: ("user", id.0),
        before: None,
        after: Some(r#"{"sip_secret":"changed"}"#.to_owned()),
    };
    audit::write(&mut tx, &app.world, &caller, entry).await?;
    tx.commit().await?;
    app.live.changed(caller.tenant.reseller, []);
    Ok(Json(SipSecret {
        sip_user: phone.sip_user,
        sip_secret,
    }))
}

/// What is copied into a phone of the user; never the secret.
#[utoipa::path(
    get,
    path = "/v1/users/{user}/phone",
    params(("user" = UserId, Path)),
    security(("token" = [])),
    responses((status = 200, body = PhoneSettings), (status = 404, body = Problem)),
)]
pub(super) async fn phone(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<UserId>,
) -> Result<Json<PhoneSettings>> {
    let mut tx = app.db.look(caller.tenant).await?;
    let user = store::show(&mut tx, id).await?;
    let phone = store::phone(&mut tx, id).await?;
    let ports = [
        ("udp", app.phones.udp_port),
        ("tcp", app.phones.tcp_port),
        ("tls", app.phones.tls_port),
    ];
    Ok(Json(PhoneSettings {
        server: app
            .phones
            .server
            .clone()
            .unwrap_or_else(|| phone.full_realm.clone()),
        display_name: match user.internal_caller_name.as_str() {
            "" => user.full_name(),
            name => name.to_owned(),
        },
        realm: phone.full_realm,
        sip_user: phone.sip_user,
        transports: ports
            .into_iter()
            .filter(|(_, port)| *port != 0)
            .map(|(transport, port)| PhoneTransport {
                transport: transport.to_owned(),
                port,
            })
            .collect(),
        has_secret: phone.has_secret,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ha1_is_that_of_the_standard() {
        // RFC 2617, section 3.5.
        let ha1 = ha1("Mufasa", "testrealm@host.com", "Circle Of Life");
        assert_eq!(ha1, "939e7578ed9e3c518a452acee763bce9");
        let world = World::fixed(0, 1);
        let (one, two) = (make(&world), make(&world));
        assert!(one != two && one.len() == SECRET_CHARS && one.is_ascii());
    }
}
