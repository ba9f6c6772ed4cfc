//! What an import asks and learns of legs that are already there.

use std::collections::HashMap;

use pbx_api::{CallId, LegId};
use pbx_import::Identity;

use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::run;

/// The indexed column: the first half of the fingerprint. The whole of it stands in the identity.
#[must_use]
pub fn fingerprint(identity: &Identity) -> i64 {
    let (head, _) = identity.fingerprint.split_at(8);
    i64::from_be_bytes(head.try_into().expect("half of sixteen bytes"))
}

const HEX_CHARS: usize = 32;

/// The text of an identity: the fingerprint, then what the import crate makes of the rest.
#[must_use]
pub fn identity_text(identity: &Identity) -> String {
    identity.fingerprint_hex() + &identity.to_text()
}

fn identity(text: &str) -> Result<Identity> {
    text.split_at_checked(HEX_CHARS)
        .and_then(|(hex, rest)| Identity::from_columns(hex, rest))
        .ok_or_else(|| Error::Internal(anyhow::anyhow!("a stored identity can't be read")))
}

/// A leg and the call that it is stored under.
pub type Key = (LegId, CallId);

/// Legs that are there, by the indexed half of their fingerprint.
pub type Known = HashMap<i64, Vec<(Key, Identity)>>;

/// The reseller's legs with one of the fingerprints.
///
/// # Errors
/// When the database fails.
pub async fn known(tx: &mut Tx, fingerprints: &[i64]) -> Result<Known> {
    let mut known = Known::new();
    if fingerprints.is_empty() {
        return Ok(known);
    }
    let reseller = tx.reseller();
    let rows: Vec<(String, String, i64, String)> = run!(tx, c => {
        // The joined empty text keeps SQLite off the reseller's index.
        let mut ask = sqlx::QueryBuilder::new(
            "select id, call_id, fingerprint, identity from leg where reseller_id || '' = ",
        );
        ask.push_bind(&reseller).push(" and fingerprint in (");
        let mut list = ask.separated(", ");
        for fingerprint in fingerprints {
            list.push_bind(fingerprint);
        }
        ask.push(")");
        ask.build_query_as().fetch_all(c).await
    })?;
    for (leg, call, fingerprint, text) in rows {
        let key = (db::id(&leg)?, db::id(&call)?);
        known
            .entry(fingerprint)
            .or_default()
            .push((key, identity(&text)?));
    }
    Ok(known)
}

/// Writes what a later file told of a leg's identity. Nobody sees it, so it is no change.
///
/// # Errors
/// When the database fails.
pub async fn learn(tx: &mut Tx, leg: LegId, learned: &Identity) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query("update leg set identity = $3 where id = $1 and reseller_id = $2")
        .bind(leg.to_string())
        .bind(&reseller)
        .bind(identity_text(learned))
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}
