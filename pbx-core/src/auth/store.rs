//! Accounts, sessions and tokens in the database. All of it stands outside the tenants: it is
//! what finds out whose tenant a request belongs to.

use pbx_api::{AccountId, InstantMs, Role, Rule, SessionId};

use crate::db::{self, OnConflict as _, Root, Tenant};
use crate::error::Result;
use crate::run;

pub const ACCESS: &str = "access";
pub const REFRESH: &str = "refresh";

/// An account that an email may mean.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Candidate {
    pub id: String,
    pub role: String,
    pub password_hash: String,
    /// The name of what it belongs to.
    pub label: String,
    pub language: String,
    /// A code is asked for after the password.
    pub second_factor: bool,
}

impl Candidate {
    /// # Errors
    /// When the table holds another role: a fault of ours.
    pub fn role(&self) -> Result<Role> {
        role(&self.role)
    }
}

pub(super) fn role(text: &str) -> Result<Role> {
    Ok(serde_json::from_value(text.into())?)
}

/// The text of a role in the table.
#[must_use]
pub const fn role_text(role: Role) -> &'static str {
    match role {
        Role::Reseller => "reseller",
        Role::Client => "client",
        Role::User => "user",
    }
}

/// The accounts of an email under a reseller's realm. Logins of an archived client are gone, those
/// of a suspended one are kept out.
pub async fn accounts(root: &mut Root, realm: &str, email: &str) -> Result<Vec<Candidate>> {
    Ok(run!(root, c => sqlx::query_as(
        "select a.id, a.role, a.password_hash,
            case a.role
                when 'reseller' then r.name
                when 'client' then coalesce(cl.name, '')
                else coalesce(u.first_name || ' ' || u.last_name, '')
            end as label,
            a.language, a.totp_secret is not null as second_factor
         from account a
         join reseller r on r.id = a.reseller_id
         left join client cl on cl.id = a.client_id
         left join client_user u on u.id = a.user_id
         where r.realm = $1 and a.email = $2 and not a.disabled and cl.archived_at_ms is null
           and not coalesce(cl.suspended, false)
         order by a.id",
    )
    .bind(realm)
    .bind(email)
    .fetch_all(c)
    .await)?)
}

pub async fn open_session(
    root: &mut Root,
    session: SessionId,
    account: &str,
    device: &str,
    address: &str,
    now_ms: InstantMs,
) -> Result<()> {
    run!(root, c => sqlx::query(
        "insert into session (id, account_id, device, address, created_at_ms, last_seen_at_ms)
         values ($1, $2, $3, $4, $5, $5)",
    )
    .bind(session.to_string())
    .bind(account)
    .bind(device)
    .bind(address)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn add_token(
    root: &mut Root,
    hash: &str,
    session: SessionId,
    kind: &str,
    expires_at_ms: InstantMs,
) -> Result<()> {
    run!(root, c => sqlx::query(
        "insert into token (hash, session_id, kind, expires_at_ms) values ($1, $2, $3, $4)",
    )
    .bind(hash)
    .bind(session.to_string())
    .bind(kind)
    .bind(expires_at_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// What a presented refresh token was.
pub enum Refresh {
    /// Good, and spent from now on.
    Fresh(SessionId),
    /// Spent before.
    Reused(SessionId),
    Unknown,
}

/// How long a spent refresh token may come back, in milliseconds: an answer that was lost on the
/// line, or a power cut before the new token was kept, must not throw its owner out.
const LOST_ANSWER_MS: InstantMs = 60_000;

pub async fn spend_refresh(root: &mut Root, hash: &str, now_ms: InstantMs) -> Result<Refresh> {
    // The update decides, not a look before it; the first exchange starts the time of grace.
    let fresh: Option<String> = run!(root, c => sqlx::query_scalar(
        "update token set spent_at_ms = coalesce(spent_at_ms, $2)
         where hash = $1 and kind = 'refresh' and expires_at_ms > $2
           and (spent_at_ms is null or spent_at_ms > $3)
           and exists (select 1 from session s where s.id = token.session_id and s.revoked_at_ms is null)
         returning session_id",
    )
    .bind(hash)
    .bind(now_ms)
    .bind(now_ms - LOST_ANSWER_MS)
    .fetch_optional(c)
    .await)?;
    if let Some(session) = fresh {
        return Ok(Refresh::Fresh(db::id(&session)?));
    }
    let spent: Option<String> = run!(root, c => sqlx::query_scalar(
        "select session_id from token where hash = $1 and kind = 'refresh' and spent_at_ms is not null",
    )
    .bind(hash)
    .fetch_optional(c)
    .await)?;
    spent.map_or(Ok(Refresh::Unknown), |session| {
        Ok(Refresh::Reused(db::id(&session)?))
    })
}

pub async fn seen(root: &mut Root, session: SessionId, now_ms: InstantMs) -> Result<()> {
    run!(root, c => sqlx::query("update session set last_seen_at_ms = $2 where id = $1")
        .bind(session.to_string())
        .bind(now_ms)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Ends a session, with those that act as somebody else through it: three deep, so its
/// children's children are the last.
pub async fn revoke(root: &mut Root, session: SessionId, now_ms: InstantMs) -> Result<()> {
    run!(root, c => sqlx::query(
        "update session set revoked_at_ms = $2
         where revoked_at_ms is null and (id = $1 or parent_id = $1
            or parent_id in (select id from session where parent_id = $1))",
    )
    .bind(session.to_string())
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Ends every session of an account, as a new password does.
pub async fn revoke_all(root: &mut Root, account: AccountId, now_ms: InstantMs) -> Result<()> {
    run!(root, c => sqlx::query(
        "update session set revoked_at_ms = $2 where account_id = $1 and revoked_at_ms is null",
    )
    .bind(account.to_string())
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Ends every session of an account but one, with those that act as somebody else.
pub async fn revoke_others(
    root: &mut Root,
    account: AccountId,
    kept: SessionId,
    now_ms: InstantMs,
) -> Result<()> {
    run!(root, c => sqlx::query(
        "update session set revoked_at_ms = $3
         where account_id = $1 and id <> $2 and revoked_at_ms is null",
    )
    .bind(account.to_string())
    .bind(kept.to_string())
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Drops tokens that ended by themselves. Spent refresh tokens stay as long as they could have
/// been good, to be known again.
pub async fn forget_expired(root: &mut Root, now_ms: InstantMs) -> Result<()> {
    run!(root, c => sqlx::query("delete from token where expires_at_ms < $1")
        .bind(now_ms)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// A login to be made.
pub struct NewAccount<'a> {
    pub id: AccountId,
    pub tenant: Tenant,
    pub role: Role,
    pub email: &'a str,
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub password_hash: &'a str,
    pub may_delete_recordings: bool,
}

/// # Errors
/// [`pbx_api::Code::Taken`] when the tenant has an account of that role with that email.
pub async fn add_account(root: &mut Root, new: NewAccount<'_>, now_ms: InstantMs) -> Result<()> {
    let belongs_to = new.tenant.client().map_or_else(
        || new.tenant.reseller.to_string(),
        |client| client.to_string(),
    );
    run!(root, c => sqlx::query(
        "insert into account (id, reseller_id, client_id, user_id, role, tenant_id, email,
            first_name, last_name, password_hash, may_delete_recordings, created_at_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(new.id.to_string())
    .bind(new.tenant.reseller.to_string())
    .bind(new.tenant.client().map(|id| id.to_string()))
    .bind(new.tenant.user().map(|id| id.to_string()))
    .bind(role_text(new.role))
    .bind(&belongs_to)
    .bind(new.email.trim().to_lowercase())
    .bind(new.first_name)
    .bind(new.last_name)
    .bind(new.password_hash)
    .bind(new.may_delete_recordings)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))
    .on_conflict(|| {
        pbx_api::Problem::new(pbx_api::Code::Taken)
            .breaks("email", Rule::InUse)
            .into()
    })
}

pub async fn set_password(root: &mut Root, account: AccountId, hash: &str) -> Result<()> {
    run!(root, c => sqlx::query("update account set password_hash = $2 where id = $1")
        .bind(account.to_string())
        .bind(hash)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

pub async fn password_hash(root: &mut Root, account: AccountId) -> Result<String> {
    Ok(
        run!(root, c => sqlx::query_scalar("select password_hash from account where id = $1")
        .bind(account.to_string())
        .fetch_one(c)
        .await)?,
    )
}
