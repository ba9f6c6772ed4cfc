//! Who is behind a token, in the database: the person, and the chain of those that it acts as.

use pbx_api::{
    AccountId, ChainLink, ClientId, Connected, InstantMs, Me, Reseller, Role, SessionId, UserId,
};

use crate::auth::Caller;
use crate::auth::store::role;
use crate::db::{self, Root, Scope, Tenant};
use crate::error::{Error, Result};
use crate::run;

/// A reseller, its client, the client's user.
const DEEP: usize = 3;

#[derive(sqlx::FromRow)]
struct CallerRow {
    account: String,
    session: String,
    parent_id: Option<String>,
    role: String,
    access: String,
    email: String,
    first_name: String,
    last_name: String,
    language: String,
    client_id: Option<String>,
    user_id: Option<String>,
    may_delete_recordings: bool,
    client_name: Option<String>,
    recordings_allowed: Option<bool>,
    reseller: String,
    name: String,
    realm: String,
    offline_days: i64,
    support_email: String,
}

impl CallerRow {
    fn into_caller(self) -> Result<Caller> {
        let role = role(&self.role)?;
        let reseller = db::id(&self.reseller)?;
        let client = self.client_id.as_deref().map(db::id).transpose()?;
        let user = self.user_id.as_deref().map(db::id).transpose()?;
        let scope = match (role, client, user) {
            (Role::Reseller, None, None) => Scope::Reseller,
            (Role::Client, Some(client), None) => Scope::Client(client),
            (Role::User, Some(client), Some(user)) => Scope::User(client, user),
            _ => return Err(Error::Internal(anyhow::anyhow!("an account fits no role"))),
        };
        let may_play = role != Role::Client || self.recordings_allowed.unwrap_or(false);
        let me = Me {
            account: db::id(&self.account)?,
            session: db::id(&self.session)?,
            role,
            access: serde_json::from_value(self.access.into())?,
            email: self.email,
            first_name: self.first_name,
            last_name: self.last_name,
            language: self.language,
            reseller: Reseller {
                id: reseller,
                name: self.name,
                realm: self.realm,
                offline_days: u32::try_from(self.offline_days).unwrap_or(30),
                support_email: self.support_email,
            },
            client,
            user,
            may_delete_recordings: self.may_delete_recordings && may_play,
            may_play_recordings: may_play,
            connected: None,
            limited: false,
            disabled_pages: Vec::new(),
            departments: Vec::new(),
            features: None,
        };
        Ok(Caller {
            me,
            tenant: Tenant::new(reseller, scope),
            limits: None,
            address: String::new(),
            access: String::new(),
        })
    }
}

/// The columns of a [`CallerRow`], of an account and what follows.
macro_rules! callers {
    ($rest:literal) => {
        concat!(
            "select a.id as account, s.id as session, s.parent_id, a.role, a.access, a.email,
                a.first_name, a.last_name, a.language, a.client_id, a.user_id,
                a.may_delete_recordings, cl.name as client_name, cl.recordings_allowed,
                r.id as reseller, r.name, r.realm, r.offline_days, r.support_email
             from account a
             join reseller r on r.id = a.reseller_id
             left join client cl on cl.id = a.client_id ",
            $rest
        )
    };
}

/// The person behind an access token that still works.
pub async fn caller_of_access(
    root: &mut Root,
    hash: &str,
    now_ms: InstantMs,
) -> Result<Option<Caller>> {
    let session: Option<String> = run!(root, c => sqlx::query_scalar(
        "select session_id from token where hash = $1 and kind = 'access' and expires_at_ms > $2",
    )
    .bind(hash)
    .bind(now_ms)
    .fetch_optional(c)
    .await)?;
    match session {
        Some(session) => caller_of_session(root, db::id(&session)?, now_ms).await,
        None => Ok(None),
    }
}

/// The person behind a session that was not ended, and whose whole chain holds. A suspended
/// client's sessions rest, and so do those that act as it.
pub async fn caller_of_session(
    root: &mut Root,
    session: SessionId,
    now_ms: InstantMs,
) -> Result<Option<Caller>> {
    let row: Option<CallerRow> = run!(root, c => sqlx::query_as(callers!(
        "join session s on s.account_id = a.id
         where s.id = $1 and s.revoked_at_ms is null and not a.disabled
           and cl.archived_at_ms is null and not coalesce(cl.suspended, false)"
    ))
    .bind(session.to_string())
    .fetch_optional(c)
    .await)?;
    let Some(row) = row else { return Ok(None) };
    let (connects, own_name) = (row.parent_id.is_some(), row.client_name.clone());
    let mut caller = row.into_caller()?;
    crate::limited::store::narrow(root, &mut caller).await?;
    if connects {
        let Some(links) = chain(root, &caller, session, now_ms).await? else {
            return Ok(None);
        };
        act_as(&mut caller, own_name, links)?;
    }
    if let Some(user) = caller.me.user {
        caller.me.features = Some(crate::profiles::store::features(root, user).await?);
    }
    Ok(Some(caller))
}

/// The person of an account, outside of any session.
pub async fn caller_of_account(root: &mut Root, account: AccountId) -> Result<Option<Caller>> {
    let row: Option<CallerRow> = run!(root, c => sqlx::query_as(callers!(
        "cross join (select cast($2 as text) as id, cast(null as text) as parent_id) s
         where a.id = $1 and not a.disabled and cl.archived_at_ms is null"
    ))
    .bind(account.to_string())
    .bind(uuid::Uuid::nil().to_string())
    .fetch_optional(c)
    .await)?;
    row.map(CallerRow::into_caller).transpose()
}

/// A session that acts as somebody else.
#[derive(sqlx::FromRow)]
struct LinkRow {
    parent_id: Option<String>,
    revoked_at_ms: Option<InstantMs>,
    ends_at_ms: Option<InstantMs>,
    as_client_id: Option<String>,
    as_user_id: Option<String>,
    /// None: the client is gone, suspended, or another reseller's.
    client_name: Option<String>,
    recordings_allowed: Option<bool>,
    /// None: the user is gone, or another client's.
    first_name: Option<String>,
    last_name: Option<String>,
}

/// The links of a session, the person's own end first. None: one of them holds no longer.
async fn chain(
    root: &mut Root,
    person: &Caller,
    session: SessionId,
    now_ms: InstantMs,
) -> Result<Option<Vec<LinkRow>>> {
    let mut links = Vec::new();
    let mut next = Some(session.to_string());
    while let Some(id) = next.take() {
        let row: Option<LinkRow> = run!(root, c => sqlx::query_as(
            "select s.parent_id, s.revoked_at_ms, s.ends_at_ms, s.as_client_id, s.as_user_id,
                cl.name as client_name, cl.recordings_allowed,
                u.first_name, u.last_name
             from session s
             left join client cl on cl.id = s.as_client_id and cl.reseller_id = $3
                and cl.archived_at_ms is null and not cl.suspended
             left join client_user u on u.id = s.as_user_id and u.client_id = s.as_client_id
             where s.id = $1 and s.account_id = $2",
        )
        .bind(&id)
        .bind(person.me.account.to_string())
        .bind(person.tenant.reseller.to_string())
        .fetch_optional(c)
        .await)?;
        let Some(row) = row.filter(|row| row.revoked_at_ms.is_none()) else {
            return Ok(None);
        };
        if row.parent_id.is_none() {
            break;
        }
        next.clone_from(&row.parent_id);
        let there =
            row.client_name.is_some() && (row.as_user_id.is_none() || row.first_name.is_some());
        if !there || row.ends_at_ms.is_none_or(|end| end <= now_ms) || links.len() == DEEP {
            return Ok(None);
        }
        links.push(row);
    }
    links.reverse();
    Ok(Some(links))
}

/// Narrows what a person may to what every link of its chain may.
fn act_as(caller: &mut Caller, own_client: Option<String>, links: Vec<LinkRow>) -> Result<()> {
    let me = &mut caller.me;
    let mut names = vec![ChainLink {
        role: me.role,
        client: me.client,
        user: me.user,
        name: own_client.unwrap_or_else(|| me.reseller.name.clone()),
    }];
    let mut ends_at_ms = InstantMs::MAX;
    // A right to delete is given to a login, and those that it acts as have none.
    me.may_delete_recordings = false;
    for link in links {
        ends_at_ms = ends_at_ms.min(link.ends_at_ms.unwrap_or_default());
        let client: Option<ClientId> = link.as_client_id.as_deref().map(db::id).transpose()?;
        let user: Option<UserId> = link.as_user_id.as_deref().map(db::id).transpose()?;
        let name = if user.is_some() {
            me.role = Role::User;
            let part = |name: Option<String>| name.unwrap_or_default();
            format!("{} {}", part(link.first_name), part(link.last_name))
        } else {
            me.role = Role::Client;
            me.may_play_recordings &= link.recordings_allowed.unwrap_or(false);
            link.client_name.unwrap_or_default()
        };
        (me.client, me.user) = (client, user);
        names.push(ChainLink {
            role: me.role,
            client,
            user,
            name: name.trim().to_owned(),
        });
    }
    caller.tenant.scope = match (me.client, me.user) {
        (Some(client), Some(user)) => Scope::User(client, user),
        (Some(client), None) => Scope::Client(client),
        (None, _) => return Err(Error::Internal(anyhow::anyhow!("a chain without a client"))),
    };
    // The user was in reach when it was connected to; as that user one reaches the user alone.
    caller.tenant.departments_of = None;
    me.connected = Some(Connected {
        chain: names,
        ends_at_ms,
    });
    Ok(())
}
