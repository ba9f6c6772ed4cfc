//! Sample data, marked as such: a reseller whose calls are replays of real switch output, spread
//! over four months of business hours.
//!
//! The shapes of the calls (who rang, how many legs, what became of each) are rows that Asterisk
//! wrote in a lab and that the repository carries; people, numbers and times are made up, from a
//! fixed seed, in the ranges kept for fiction. Every leg passes the importer's own
//! [`crate::import::place`].

mod audio;
mod calendar;
pub(crate) mod dice;
pub(crate) mod names;
mod people;
mod replay;
mod shapes;

use std::path::PathBuf;

use anyhow::Context as _;
use pbx_api::{AccountId, Features, Profile, ProfileId, Reseller, ResellerId, Role};

use crate::auth::store::{NewAccount, add_account};
use crate::cdrs::store::{INSERT_AT_ONCE, NewLeg, insert};
use crate::db::{Scope, Tenant};
use crate::http::App;
use crate::{clients, numbers, profiles, resellers, users};
use audio::Candidates;
use dice::Dice;
use people::Cast;

pub const REALM: &str = "northvoice.example";
pub const OWNER: &str = "owner@northvoice.example";
const NAME: &str = "North Voice (sample)";
/// The same calls in every run.
const SEED: u64 = 20_261_122;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub calls: usize,
    pub recordings: usize,
    /// Folder of audio files; without one, tones are made.
    pub audio: Option<PathBuf>,
    /// Of the owner, and of one client's and one user's login.
    pub password: String,
}

/// What was made.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    pub calls: usize,
    pub legs: usize,
    pub recordings: usize,
}

/// Fills the database with the sample reseller.
///
/// # Errors
/// When it is there already, or the database or the recordings fail.
pub async fn fill(app: &App, wanted: &Wanted) -> anyhow::Result<Made> {
    let mut dice = Dice::new(SEED);
    let cast = Cast::new(&app.world, &mut dice);
    let tenant = write_people(app, &cast, &wanted.password).await?;
    let shapes = shapes::load().context("the carried call records")?;
    let starts = calendar::starts(&cast, wanted.calls, app.world.now_ms(), &mut dice)?;

    let mut replay = replay::Replay::new(&cast, tenant.reseller, &app.world);
    let mut candidates = Candidates::new(app.world.now_ms());
    let mut batch: Vec<NewLeg> = Vec::with_capacity(INSERT_AT_ONCE);
    let mut legs = 0;
    for start in &starts {
        let shape = shapes.pick(&mut dice);
        replay.call(shape, start, &mut dice, &mut batch);
        // A call's legs stay in one transaction.
        if batch.len() + shapes::MOST_LEGS > INSERT_AT_ONCE {
            legs += write_legs(app, tenant, &mut batch, &mut candidates).await?;
        }
    }
    legs += write_legs(app, tenant, &mut batch, &mut candidates).await?;
    let recordings = audio::attach_all(app, tenant, wanted, &candidates, &mut dice).await?;
    Ok(Made {
        calls: starts.len(),
        legs,
        recordings,
    })
}

async fn write_legs(
    app: &App,
    tenant: Tenant,
    batch: &mut Vec<NewLeg>,
    candidates: &mut Candidates,
) -> anyhow::Result<usize> {
    let mut tx = app.db.begin(tenant).await?;
    insert(&mut tx, batch).await?;
    tx.commit().await?;
    let count = batch.len();
    for new in batch.drain(..) {
        candidates.consider(&new.leg);
    }
    Ok(count)
}

async fn write_people(app: &App, cast: &Cast, password: &str) -> anyhow::Result<Tenant> {
    let now_ms = app.world.now_ms();
    let hash = app.passwords.hash(password).await?;
    let reseller = Reseller {
        id: ResellerId(app.world.id()),
        name: NAME.into(),
        realm: REALM.into(),
        offline_days: 30,
        support_email: String::new(),
    };
    let tenant = Tenant::reseller(reseller.id);
    let profile = Profile {
        is_default: true,
        features: Features {
            call_recording: true,
            ..Features::default()
        },
        ..Profile::new(ProfileId(app.world.id()), "Default User Profile")
    };

    let mut root = app.db.begin_root().await?;
    resellers::store::add(&mut root, &reseller, true, now_ms)
        .await
        .context("the sample reseller, which may be there already")?;
    let mut tx = root.of(tenant);
    profiles::store::add(&mut tx, &profile, now_ms).await?;
    for company in &cast.companies {
        let client = pbx_api::Client {
            profiles: vec![profile.id],
            default_profile: Some(profile.id),
            ..company.known.client.clone()
        };
        clients::store::add(&mut tx, &client, now_ms).await?;
        for user in &company.users {
            let user = pbx_api::User {
                profile: Some(profile.id),
                ..user.clone()
            };
            users::store::add(&mut tx, &user, now_ms).await?;
        }
        for number in &company.numbers {
            numbers::store::add(&mut tx, number, now_ms).await?;
        }
    }
    tx.commit().await?;

    let first = &cast.companies[0];
    let (client, user) = (first.known.client.id, &first.users[0]);
    let of_client = Tenant {
        scope: Scope::Client(client),
        ..tenant
    };
    let of_user = Tenant {
        scope: Scope::User(client, user.id),
        ..tenant
    };
    let mut root = app.db.begin_root().await?;
    for (tenant, role, email, first_name, last_name) in [
        (tenant, Role::Reseller, OWNER, "Nora", "North"),
        (
            of_client,
            Role::Client,
            "office@northvoice.example",
            "Otis",
            "Office",
        ),
        (
            of_user,
            Role::User,
            "user@northvoice.example",
            &user.first_name,
            &user.last_name,
        ),
    ] {
        let account = NewAccount {
            id: AccountId(app.world.id()),
            tenant,
            role,
            email,
            first_name,
            last_name,
            password_hash: &hash,
            may_delete_recordings: role == Role::Reseller,
        };
        add_account(&mut root, account, now_ms).await?;
    }
    root.commit().await?;
    Ok(tenant)
}
