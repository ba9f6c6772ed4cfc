//! Trunks in the database. They stand outside every tenant.

use pbx_api::InstantMs;

use super::{Routes, Trunk};
use crate::db::{Conn, Root};
use crate::error::Result;
use crate::run;

#[derive(sqlx::FromRow)]
struct Row {
    name: String,
    transport: String,
    enabled: bool,
    user_name: String,
    password: String,
}

/// Every trunk, by name.
///
/// # Errors
/// When the database fails.
pub async fn list(root: &mut Root) -> Result<Vec<Trunk>> {
    let rows: Vec<Row> = run!(root, c => sqlx::query_as(
        "select name, transport, enabled, user_name, password from trunk order by name",
    )
    .fetch_all(c)
    .await)?;
    let addresses: Vec<(String, String)> = run!(root, c => sqlx::query_as(
        "select trunk, address from trunk_address order by trunk, place",
    )
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|row| {
            let own = addresses.iter().filter(|(trunk, _)| *trunk == row.name);
            let addresses = own.map(|(_, address)| address.parse());
            Ok(Trunk {
                transport: row.transport.parse().map_err(anyhow::Error::new)?,
                addresses: addresses
                    .collect::<Result<_, _>>()
                    .map_err(anyhow::Error::new)?,
                name: row.name,
                enabled: row.enabled,
                user: row.user_name,
                password: row.password,
            })
        })
        .collect()
}

/// The trunk of a name.
///
/// # Errors
/// When the database fails.
pub async fn show(root: &mut Root, name: &str) -> Result<Option<Trunk>> {
    let all = list(root).await?;
    Ok(all.into_iter().find(|trunk| trunk.name == name))
}

/// Whether calls may come from a trunk.
///
/// # Errors
/// When the database fails.
pub async fn is_enabled(root: &mut Root, name: &str) -> Result<bool> {
    let enabled: Option<bool> = run!(root, c => sqlx::query_scalar(
        "select enabled from trunk where name = $1",
    )
    .bind(name)
    .fetch_optional(c)
    .await)?;
    Ok(enabled == Some(true))
}

/// # Errors
/// When there is a trunk of that name, or the database fails.
pub async fn add(root: &mut Root, new: &Trunk, now_ms: InstantMs) -> Result<()> {
    run!(root, c => sqlx::query(
        "insert into trunk (name, transport, enabled, user_name, password, created_at_ms)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&new.name)
    .bind(new.transport.to_string())
    .bind(new.enabled)
    .bind(&new.user)
    .bind(&new.password)
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    set_addresses(root, new).await
}

/// # Errors
/// When the database fails.
pub async fn change(root: &mut Root, trunk: &Trunk) -> Result<()> {
    run!(root, c => sqlx::query(
        "update trunk set transport = $2, enabled = $3, user_name = $4, password = $5
         where name = $1",
    )
    .bind(&trunk.name)
    .bind(trunk.transport.to_string())
    .bind(trunk.enabled)
    .bind(&trunk.user)
    .bind(&trunk.password)
    .execute(c)
    .await
    .map(|_| ()))?;
    drop_addresses(root, &trunk.name).await?;
    set_addresses(root, trunk).await
}

/// # Errors
/// When a route uses it, or the database fails.
pub async fn remove(root: &mut Root, name: &str) -> Result<()> {
    drop_addresses(root, name).await?;
    run!(root, c => sqlx::query("delete from trunk where name = $1")
        .bind(name)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

async fn drop_addresses(root: &mut Root, trunk: &str) -> Result<()> {
    run!(root, c => sqlx::query("delete from trunk_address where trunk = $1")
        .bind(trunk)
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

async fn set_addresses(root: &mut Root, trunk: &Trunk) -> Result<()> {
    for (place, address) in (0_i64..).zip(&trunk.addresses) {
        run!(root, c => sqlx::query(
            "insert into trunk_address (trunk, place, address) values ($1, $2, $3)",
        )
        .bind(&trunk.name)
        .bind(place)
        .bind(address.to_string())
        .execute(c)
        .await
        .map(|_| ()))?;
    }
    Ok(())
}

/// Which routes use which trunks, enabled or not: pairs of a route and a trunk, in their order.
///
/// # Errors
/// When the database fails.
pub async fn used(root: &mut Root) -> Result<Vec<(String, String)>> {
    Ok(run!(root, c => sqlx::query_as(
        "select route, trunk from route_trunk order by route, place",
    )
    .fetch_all(c)
    .await)?)
}

/// Gives a route other trunks.
///
/// # Errors
/// When the database fails.
pub async fn give(root: &mut Root, route: &str, trunks: &[String]) -> Result<()> {
    run!(root, c => sqlx::query("delete from route_trunk where route = $1")
        .bind(route)
        .execute(c)
        .await
        .map(|_| ()))?;
    for (place, trunk) in (0_i64..).zip(trunks) {
        run!(root, c => sqlx::query(
            "insert into route_trunk (route, place, trunk) values ($1, $2, $3)",
        )
        .bind(route)
        .bind(place)
        .bind(trunk)
        .execute(c)
        .await
        .map(|_| ()))?;
    }
    Ok(())
}

/// What carries which route now.
///
/// # Errors
/// When the database fails.
pub async fn routes(open: &mut Conn) -> Result<Routes> {
    let pairs: Vec<(String, String)> = run!(open, c => sqlx::query_as(
        "select r.route, r.trunk from route_trunk r join trunk t on t.name = r.trunk
         where t.enabled order by r.route, r.place",
    )
    .fetch_all(c)
    .await)?;
    Ok(Routes::new(pairs))
}
