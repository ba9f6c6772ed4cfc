//! How the reseller of an account presents itself: shown at sign-in and to its clients and users.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pbx_api::{BrandImage, BrandKind, Branding, Code, Problem, Rule};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::events::Tag;
use crate::server::Server;
use crate::{Desktop, Nothing};

/// What the brand is kept by for when the server can't be reached.
const KEPT: &str = "branding";
/// Over the largest image that a server takes.
const IMAGE_MOST_BYTES: usize = 1024 * 1024;
/// What an image may be; another type is not shown.
const TYPES: [&str; 3] = ["image/png", "image/svg+xml", "image/x-icon"];

/// Whose brand. Nothing given: that of the account that is open.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct BrandOf {
    pub server: Option<String>,
    pub realm: Option<String>,
}

/// A brand with its images, ready to be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Brand {
    pub name: String,
    /// A `data:` address.
    pub logo: Option<String>,
    /// A `data:` address.
    pub favicon: Option<String>,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SetImage {
    pub kind: BrandKind,
    /// The file's bytes in Base64.
    pub content: String,
}

#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OneImage {
    pub kind: BrandKind,
}

const fn word(kind: BrandKind) -> &'static str {
    match kind {
        BrandKind::Logo => "logo",
        BrandKind::Favicon => "favicon",
    }
}

/// The brand of a realm. A server that is out of reach or has no such realm gives an empty one at
/// sign-in: there is nothing to be done about it there.
///
/// # Errors
/// When nobody is signed in and no realm is given.
pub async fn show(desktop: Arc<Desktop>, of: BrandOf) -> Result<Brand, Problem> {
    if let (Some(server), Some(realm)) = (of.server, of.realm) {
        let brand = match Server::new(&server) {
            Ok(server) => read(&server, &realm).await,
            Err(problem) => Err(problem),
        };
        return Ok(brand.unwrap_or_default());
    }
    let active = desktop.active()?;
    let brand = read(active.session.server(), &active.account().realm).await;
    let cache = Arc::clone(&active.cache);
    crate::blocking(move || {
        match brand {
            Ok(brand) => {
                let text = serde_json::to_vec(&brand).unwrap_or_default();
                if let Err(fault) = cache.set_value(KEPT, &text) {
                    tracing::warn!(%fault, "the brand was not kept");
                }
                Ok(brand)
            }
            // The brand as it was last seen; without one, the program's own stands there.
            Err(_) => {
                let kept = cache.value(KEPT).map_err(crate::calls::problem)?;
                Ok(kept
                    .and_then(|text| serde_json::from_slice(&text).ok())
                    .unwrap_or_default())
            }
        }
    })
    .await
}

async fn read(server: &Server, realm: &str) -> Result<Brand, Problem> {
    let query = [("realm", realm)];
    let known: Branding = server.get("/v1/branding", &query).await?;
    let mut images = [None, None];
    for (shown, (kind, image)) in images.iter_mut().zip([
        (BrandKind::Logo, known.logo),
        (BrandKind::Favicon, known.favicon),
    ]) {
        if let Some(image) = image {
            *shown = Some(address(server, &query, kind, &image).await?);
        }
    }
    let [logo, favicon] = images;
    Ok(Brand {
        name: known.name,
        logo,
        favicon,
    })
}

/// An image as a `data:` address: a page loads nothing from elsewhere.
async fn address(
    server: &Server,
    query: &[(&str, &str)],
    kind: BrandKind,
    image: &BrandImage,
) -> Result<String, Problem> {
    let content_type = TYPES
        .into_iter()
        .find(|known| *known == image.content_type)
        .ok_or_else(|| Problem::new(Code::UnknownFormat))?;
    let path = format!("/v1/branding/{}", word(kind));
    let bytes = server.bytes(&path, query, IMAGE_MOST_BYTES).await?;
    Ok(format!(
        "data:{content_type};base64,{}",
        STANDARD.encode(bytes)
    ))
}

/// Sets an image. The server looks at what it is.
///
/// # Errors
/// `Invalid` on `logo` or `favicon`, what else the server says, or `Offline`.
pub async fn change(desktop: Arc<Desktop>, input: SetImage) -> Result<Nothing, Problem> {
    let active = desktop.active()?;
    let kind = word(input.kind);
    let bytes = STANDARD
        .decode(&input.content)
        .map_err(|_| Problem::broken(kind, Rule::NotAnImage))?;
    let path = format!("/v1/branding/{kind}");
    active.session.send_bytes(Method::PUT, &path, bytes).await?;
    desktop.events.changed(&[Tag::Branding, Tag::Audit]);
    Ok(Nothing {})
}

/// Takes an image away.
///
/// # Errors
/// What the server says, or `Offline`.
pub async fn remove(desktop: Arc<Desktop>, input: OneImage) -> Result<Nothing, Problem> {
    let active = desktop.active()?;
    let path = format!("/v1/branding/{}", word(input.kind));
    active.session.order(Method::DELETE, &path, &()).await?;
    desktop.events.changed(&[Tag::Branding, Tag::Audit]);
    Ok(Nothing {})
}
