//! What a client must be, and what a change of one takes along.

use pbx_api::{Client, ClientId, ClientInput, Code, Problem, Rule};

use super::{login, store};
use crate::audit;
use crate::auth::Caller;
use crate::check::{self, Check, NAME_CHARS};
use crate::db::Tx;
use crate::error::Result;
use crate::http::App;
use crate::profiles;

/// Longest memo, in characters.
const MEMO_CHARS: u32 = 4000;
const CALLS_MOST: u32 = 100_000;
const PROFILES_MOST: usize = 100;
/// Longest name in the DNS (RFC 1035, section 2.3.4).
const REALM_BYTES: usize = 253;
const PASSWORD_BYTES: std::ops::RangeInclusive<usize> = 8..=1024;

/// The client that an input asks for. Every broken rule is told at once; `before` is the client
/// that is there already.
///
/// # Errors
/// `Invalid` with the fields.
pub async fn check(
    tx: &mut Tx,
    by: &Caller,
    id: ClientId,
    input: &ClientInput,
    before: Option<&Client>,
) -> Result<Client> {
    let mut check = Check::default();
    let mut client = Client {
        id,
        name: input.name.clone(),
        realm: input.realm.trim().to_lowercase(),
        time_zone: input.time_zone.clone(),
        country: input.country.clone(),
        suspended: input.suspended,
        recordings_allowed: input.recordings_allowed,
        first_name: input.first_name.clone(),
        last_name: input.last_name.clone(),
        email: input.email.clone(),
        language: input.language.clone(),
        max_outbound_calls: input.max_outbound_calls,
        max_international_calls: input.max_international_calls,
        production: input.production,
        profiles: input.profiles.clone(),
        default_profile: Some(input.default_profile),
    };
    check.text("name", &mut client.name, 1, NAME_CHARS);
    realm(&mut check, by, &client, before);
    check.text("first_name", &mut client.first_name, 0, NAME_CHARS);
    check.text("last_name", &mut client.last_name, 0, NAME_CHARS);
    check.email("email", &mut client.email);
    check.language("language", &client.language);
    check.time_zone("time_zone", &client.time_zone);
    check.country("country", &mut client.country);
    check.lines("memo", &input.memo, MEMO_CHARS);
    for (field, most) in [
        ("max_outbound_calls", client.max_outbound_calls),
        ("max_international_calls", client.max_international_calls),
    ] {
        let fits = most.is_none_or(|most| most <= CALLS_MOST);
        check.rule(field, fits, Rule::AtMost { most: 100_000 });
    }
    if let Some(password) = &input.password {
        let fits = PASSWORD_BYTES.contains(&password.len()) && !password.contains('\0');
        check.rule(
            "password",
            fits,
            Rule::Characters {
                least: 8,
                most: 1024,
            },
        );
        let nobody = client.email.is_empty();
        check.rule("email", !nobody, Rule::NeededToSignIn);
    }
    profiles_of(tx, &mut check, &mut client, input).await?;
    check.done()?;
    Ok(client)
}

fn realm(check: &mut Check, by: &Caller, client: &Client, before: Option<&Client>) {
    match before {
        Some(before) => {
            check.rule("realm", before.realm == client.realm, Rule::Fixed);
        }
        None if check::realm(&client.realm).is_none() => {
            check.wrong("realm", Rule::NotARealm);
        }
        None => {
            let fits = full_realm(by, client).len() <= REALM_BYTES;
            check.rule("realm", fits, Rule::TooLongWithRealm);
        }
    }
}

/// Where the client's phones register.
pub fn full_realm(by: &Caller, client: &Client) -> String {
    format!("{}.{}", client.realm, by.me.reseller.realm)
}

async fn profiles_of(
    tx: &mut Tx,
    check: &mut Check,
    client: &mut Client,
    input: &ClientInput,
) -> Result<()> {
    client.profiles.sort_unstable();
    client.profiles.dedup();
    if client.profiles.is_empty() {
        check.wrong("profiles", Rule::Needed);
        return Ok(());
    }
    if client.profiles.len() > PROFILES_MOST {
        check.wrong("profiles", Rule::EntriesAtMost { most: 100 });
        return Ok(());
    }
    for profile in &client.profiles {
        if !profiles::store::exists(tx, *profile).await? {
            check.wrong("profiles", Rule::Unknown);
            break;
        }
    }
    let assigned = |profile| client.profiles.contains(profile);
    check.rule(
        "default_profile",
        assigned(&input.default_profile),
        Rule::NotAmongProfiles,
    );
    if let Some(to) = &input.move_users_to {
        check.rule("move_users_to", assigned(to), Rule::NotAmongProfiles);
    }
    Ok(())
}

/// Writes a checked client over the one that is there, with its login and its users' profiles.
/// `password` is a hash from [`login::hash`].
///
/// # Errors
/// `InUse` on `profiles`, `Taken` on `email`.
pub async fn apply(
    app: &App,
    tx: &mut Tx,
    by: &Caller,
    client: &Client,
    input: &ClientInput,
    password: Option<&str>,
) -> Result<()> {
    profiles::assigned::take_from(tx, &app.world, by, client, input.move_users_to).await?;
    store::change(tx, client, app.world.now_ms()).await?;
    login::follow(app, tx, by, client, password, input.password.is_some()).await?;
    note_memo(app, tx, by, client, &input.memo).await
}

/// Writes the memo, and an entry of its own: what the reseller notes is not the client's to read.
///
/// # Errors
/// When the database fails.
pub async fn note_memo(
    app: &App,
    tx: &mut Tx,
    by: &Caller,
    client: &Client,
    memo: &str,
) -> Result<()> {
    let before = store::memo(tx, client.id).await?;
    if before == memo {
        return Ok(());
    }
    store::set_memo(tx, client.id, memo).await?;
    let state = |memo: &str| serde_json::json!({ "name": client.name, "memo": memo }).to_string();
    let entry = audit::Entry {
        action: "client_memo.change",
        client: None,
        subject: ("client_memo", client.id.0),
        before: Some(state(&before)),
        after: Some(state(memo)),
    };
    audit::write(tx, &app.world, by, entry).await
}

/// The input that asks for a client as it is, for what changes a part of it.
///
/// # Errors
/// A client of an earlier version that has no profile can't be asked for.
pub fn input_of(client: &Client, memo: String) -> Result<ClientInput> {
    let default_profile = client
        .default_profile
        .ok_or_else(|| Problem::new(Code::Invalid).breaks("default_profile", Rule::Needed))?;
    Ok(ClientInput {
        name: client.name.clone(),
        realm: client.realm.clone(),
        first_name: client.first_name.clone(),
        last_name: client.last_name.clone(),
        email: client.email.clone(),
        language: client.language.clone(),
        time_zone: client.time_zone.clone(),
        country: client.country.clone(),
        max_outbound_calls: client.max_outbound_calls,
        max_international_calls: client.max_international_calls,
        memo,
        production: client.production,
        suspended: client.suspended,
        recordings_allowed: client.recordings_allowed,
        profiles: client.profiles.clone(),
        default_profile,
        password: None,
        move_users_to: None,
    })
}
