//! SQL of custom links.

use pbx_api::{CustomLink, InstantMs, LinkId};

use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::run;

/// Every link of the reseller, in its order.
///
/// # Errors
/// When the database fails.
pub async fn list(tx: &mut Tx) -> Result<Vec<CustomLink>> {
    let reseller = tx.reseller();
    let rows: Vec<(String, String, String, String)> = run!(tx, c => sqlx::query_as(
        "select id, title, url, icon from custom_link where reseller_id = $1 order by place, id",
    )
    .bind(&reseller)
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(id, title, url, icon)| {
            Ok(CustomLink {
                id: db::id(&id)?,
                title,
                url,
                icon,
            })
        })
        .collect()
}

/// # Errors
/// [`Error::not_found`] when the reseller has no such link.
pub async fn show(tx: &mut Tx, link: LinkId) -> Result<CustomLink> {
    let all = list(tx).await?;
    all.into_iter()
        .find(|known| known.id == link)
        .ok_or_else(Error::not_found)
}

/// Adds a link behind the others, or writes over the one with its id.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, link: &CustomLink, now_ms: InstantMs) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "insert into custom_link (id, reseller_id, title, url, icon, created_at_ms, place)
         values ($1, $2, $3, $4, $5, $6,
            (select coalesce(max(place), 0) + 1 from custom_link where reseller_id = $2))
         on conflict (id) do update set title = $3, url = $4, icon = $5
         where custom_link.reseller_id = $2",
    )
    .bind(link.id.to_string())
    .bind(&reseller)
    .bind(&link.title)
    .bind(&link.url)
    .bind(&link.icon)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// # Errors
/// [`Error::not_found`] when the reseller has no such link.
pub async fn remove(tx: &mut Tx, link: LinkId) -> Result<()> {
    let reseller = tx.reseller();
    let gone = run!(tx, c => sqlx::query("delete from custom_link where id = $1 and reseller_id = $2")
        .bind(link.to_string())
        .bind(&reseller)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    if gone == 0 {
        Err(Error::not_found())
    } else {
        Ok(())
    }
}

/// Puts the links into an order.
///
/// # Errors
/// When the database fails.
pub async fn order(tx: &mut Tx, links: &[LinkId]) -> Result<()> {
    let reseller = tx.reseller();
    for (place, link) in (1_i64..).zip(links) {
        run!(tx, c => sqlx::query(
            "update custom_link set place = $3 where id = $1 and reseller_id = $2",
        )
        .bind(link.to_string())
        .bind(&reseller)
        .bind(place)
        .execute(c)
        .await
        .map(|_| ()))?;
    }
    Ok(())
}
