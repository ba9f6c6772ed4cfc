//! SQL of a reseller's images.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pbx_api::{BrandImage, BrandKind, InstantMs};

use super::image::Image;
use crate::db::{Root, Tx};
use crate::error::Result;
use crate::run;

const fn text(kind: BrandKind) -> &'static str {
    match kind {
        BrandKind::Logo => "logo",
        BrandKind::Favicon => "favicon",
    }
}

/// # Errors
/// When the database fails.
pub async fn set(
    tx: &mut Tx,
    kind: BrandKind,
    image: &Image,
    sha256: &str,
    now_ms: InstantMs,
) -> Result<()> {
    let reseller = tx.reseller();
    run!(tx, c => sqlx::query(
        "insert into branding (reseller_id, kind, content_type, sha256, content, changed_at_ms)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (reseller_id, kind) do update
         set content_type = $3, sha256 = $4, content = $5, changed_at_ms = $6",
    )
    .bind(&reseller)
    .bind(text(kind))
    .bind(image.content_type)
    .bind(sha256)
    .bind(STANDARD.encode(&image.bytes))
    .bind(now_ms)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// False where there was none.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, kind: BrandKind) -> Result<bool> {
    let reseller = tx.reseller();
    Ok(
        run!(tx, c => sqlx::query("delete from branding where reseller_id = $1 and kind = $2")
        .bind(&reseller)
        .bind(text(kind))
        .execute(c)
        .await
        .map(|done| done.rows_affected() > 0))?,
    )
}

/// What is stored of an image of the reseller.
///
/// # Errors
/// When the database fails.
pub async fn known(tx: &mut Tx, kind: BrandKind) -> Result<Option<BrandImage>> {
    let reseller = tx.reseller();
    let row: Option<(String, String)> = run!(tx, c => sqlx::query_as(
        "select content_type, sha256 from branding where reseller_id = $1 and kind = $2",
    )
    .bind(&reseller)
    .bind(text(kind))
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|(content_type, sha256)| BrandImage {
        content_type,
        sha256,
    }))
}

/// The name of the reseller with a realm, and what is stored of its images.
///
/// # Errors
/// When the database fails.
pub async fn of_realm(
    root: &mut Root,
    realm: &str,
) -> Result<Option<(String, Vec<(String, BrandImage)>)>> {
    let reseller: Option<(String, String)> = run!(root, c => sqlx::query_as(
        "select id, name from reseller where realm = $1",
    )
    .bind(realm)
    .fetch_optional(c)
    .await)?;
    let Some((id, name)) = reseller else {
        return Ok(None);
    };
    let rows: Vec<(String, String, String)> = run!(root, c => sqlx::query_as(
        "select kind, content_type, sha256 from branding where reseller_id = $1",
    )
    .bind(&id)
    .fetch_all(c)
    .await)?;
    let images = rows.into_iter().map(|(kind, content_type, sha256)| {
        let image = BrandImage {
            content_type,
            sha256,
        };
        (kind, image)
    });
    Ok(Some((name, images.collect())))
}

/// An image's type, hash and bytes, by the reseller's realm.
///
/// # Errors
/// When the database fails.
pub async fn content(
    root: &mut Root,
    realm: &str,
    kind: BrandKind,
) -> Result<Option<(BrandImage, Vec<u8>)>> {
    let row: Option<(String, String, String)> = run!(root, c => sqlx::query_as(
        "select b.content_type, b.sha256, b.content from branding b
         join reseller r on r.id = b.reseller_id where r.realm = $1 and b.kind = $2",
    )
    .bind(realm)
    .bind(text(kind))
    .fetch_optional(c)
    .await)?;
    row.map(|(content_type, sha256, content)| {
        let bytes = STANDARD.decode(content).map_err(anyhow::Error::new)?;
        let image = BrandImage {
            content_type,
            sha256,
        };
        Ok((image, bytes))
    })
    .transpose()
}
