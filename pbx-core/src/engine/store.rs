//! Whom an engine speaks of: users by what their phones sign in with, clients by their numbers.

use pbx_api::{ClientId, InstantMs, ResellerId, UserId};
use sha2::{Digest as _, Sha256};

use super::answer::{LineUser, Lines};
use crate::db::{self, Root, Tx};
use crate::error::Result;
use crate::run;

/// A user's line: whose it is, and what its digest is checked with.
#[derive(Debug, Clone)]
pub struct Line {
    pub reseller: ResellerId,
    pub client: ClientId,
    pub user: UserId,
    pub suspended: bool,
    /// Empty: no phone can register yet.
    pub ha1: String,
    /// How often the client was suspended so far.
    suspensions: i64,
}

impl Line {
    /// What a registration is known by that was made with what the line has now. 22 bits: engines
    /// keep it with the flags of a contact.
    #[must_use]
    pub fn mark(&self) -> u32 {
        let now = format!("{}\n{}\n{}", self.user, self.ha1, self.suspensions);
        let hash = Sha256::digest(now.as_bytes());
        u32::from_be_bytes([0, hash[0] >> 2, hash[1], hash[2]])
    }

    /// Whether a phone that registered with a mark may be registered now. None: it was not said.
    #[must_use]
    pub fn admits(&self, mark: Option<u32>) -> bool {
        !self.suspended && mark.is_none_or(|mark| mark == self.mark())
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    reseller_id: String,
    client_id: String,
    id: String,
    suspended: bool,
    ha1: String,
    suspensions: i64,
}

/// The line of a SIP user in a full realm: a client's realm and its reseller's. Both may hold dots,
/// so each dot is tried.
///
/// # Errors
/// When the database fails.
pub async fn line(root: &mut Root, realm: &str, user: &str) -> Result<Option<Line>> {
    let realm = realm.to_ascii_lowercase();
    for (dot, _) in realm.match_indices('.') {
        let (client, reseller) = (&realm[..dot], &realm[dot + 1..]);
        let row: Option<Row> = run!(root, c => sqlx::query_as(
            "select u.reseller_id, u.client_id, u.id, cl.suspended, u.ha1, cl.suspensions
             from reseller r
             join client cl on cl.reseller_id = r.id and cl.realm = $2
             join client_user u on u.client_id = cl.id and u.sip_user = $3
             where r.realm = $1 and cl.archived_at_ms is null",
        )
        .bind(reseller)
        .bind(client)
        .bind(user)
        .fetch_optional(c)
        .await)?;
        if let Some(row) = row {
            return Ok(Some(Line {
                reseller: db::id(&row.reseller_id)?,
                client: db::id(&row.client_id)?,
                user: db::id(&row.id)?,
                suspended: row.suspended,
                ha1: row.ha1,
                suspensions: row.suspensions,
            }));
        }
    }
    Ok(None)
}

/// Whose a number is.
///
/// # Errors
/// When the database fails.
pub async fn owner(root: &mut Root, e164: &str) -> Result<Option<ResellerId>> {
    let reseller: Option<String> = run!(root, c => sqlx::query_scalar(
        "select n.reseller_id from phone_number n join client cl on cl.id = n.client_id
         where n.e164 = $1 and cl.archived_at_ms is null",
    )
    .bind(e164)
    .fetch_optional(c)
    .await)?;
    reseller.as_deref().map(db::id).transpose()
}

/// The user of a client by the name that its phones sign in with.
///
/// # Errors
/// When the database fails.
pub async fn user(tx: &mut Tx, client: ClientId, sip_user: &str) -> Result<Option<UserId>> {
    let reseller = tx.reseller();
    let user: Option<String> = run!(tx, c => sqlx::query_scalar(
        "select id from client_user
         where client_id = $1 and reseller_id = $2 and sip_user = $3",
    )
    .bind(client.to_string())
    .bind(&reseller)
    .bind(sip_user)
    .fetch_optional(c)
    .await)?;
    user.as_deref().map(db::id).transpose()
}

/// What the phones of a client's users sign in with, and who has one that did.
///
/// # Errors
/// When the database fails.
pub async fn lines(
    tx: &mut Tx,
    client: ClientId,
    users: &[UserId],
    now_ms: InstantMs,
) -> Result<Lines> {
    let mut lines = Lines::default();
    if users.is_empty() {
        return Ok(lines);
    }
    let reseller = tx.reseller();
    let rows: Vec<(String, String, String, String, bool)> = run!(tx, c => {
        let mut ask = sqlx::QueryBuilder::new(
            "select u.id, u.sip_user, u.extension, cl.realm || '.' || r.realm, exists (
                select 1 from registration p where p.user_id = u.id
                    and p.offline_since_ms is null and p.expires_at_ms > ",
        );
        ask.push_bind(now_ms);
        // The joined empty texts keep SQLite off the indexes of the client and the reseller.
        ask.push(
            ") from client_user u join client cl on cl.id = u.client_id
               join reseller r on r.id = u.reseller_id
             where u.client_id || '' = ",
        );
        ask.push_bind(client.to_string());
        ask.push(" and u.reseller_id || '' = ").push_bind(&reseller).push(" and u.id in ");
        db::push_list(&mut ask, users);
        ask.build_query_as().fetch_all(c).await
    })?;
    for (id, sip_user, extension, realm, online) in rows {
        let line = LineUser {
            sip_user,
            extension,
            online,
        };
        lines.realm = realm;
        lines.users.insert(db::id(&id)?, line);
    }
    Ok(lines)
}
