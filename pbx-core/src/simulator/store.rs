//! Whom the simulator plays: the users and numbers of sample resellers, and of nobody else.

use crate::db::Root;
use crate::error::Result;
use crate::run;

/// A user's line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub sip_user: String,
    pub extension: String,
    pub realm: String,
    /// Counts the clients.
    pub site: usize,
    /// Counts the users of the client.
    pub place: usize,
}

/// The lines of sample resellers' users, client by client.
///
/// # Errors
/// When the database fails.
pub async fn lines(root: &mut Root) -> Result<Vec<Line>> {
    let rows: Vec<(String, String, String)> = run!(root, c => sqlx::query_as(
        "select u.sip_user, u.extension, cl.realm || '.' || r.realm as realm
         from client_user u
         join client cl on cl.id = u.client_id
         join reseller r on r.id = u.reseller_id
         where r.sample and cl.archived_at_ms is null and not cl.suspended
         order by realm, u.id limit 5000",
    )
    .fetch_all(c)
    .await)?;
    let mut lines: Vec<Line> = Vec::with_capacity(rows.len());
    for (sip_user, extension, realm) in rows {
        let (site, place) = match lines.last() {
            Some(last) if last.realm == realm => (last.site, last.place + 1),
            Some(last) => (last.site + 1, 0),
            None => (0, 0),
        };
        lines.push(Line {
            sip_user,
            extension,
            realm,
            site,
            place,
        });
    }
    Ok(lines)
}

/// The numbers of sample resellers' clients.
///
/// # Errors
/// When the database fails.
pub async fn numbers(root: &mut Root) -> Result<Vec<String>> {
    Ok(run!(root, c => sqlx::query_scalar(
        "select n.e164 from phone_number n join reseller r on r.id = n.reseller_id
         where r.sample order by n.id limit 5000",
    )
    .fetch_all(c)
    .await)?)
}
