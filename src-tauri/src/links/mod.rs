//! Custom links: what a reseller shows its clients under their own pages.

use std::sync::Arc;

use pbx_api::{Code, CustomLink, LinkId, LinkInput, LinkOrder, Problem};
use reqwest::{Method, Url};
use serde::Deserialize;
use ts_rs::TS;

use crate::active::Active;
use crate::events::Tag;
use crate::lists::{self, Listed};
use crate::{Desktop, Nothing};

const PATH: &str = "/v1/links";

#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OneLink {
    pub link: LinkId,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ChangeLink {
    pub link: LinkId,
    pub input: LinkInput,
}

fn path(link: LinkId) -> String {
    format!("{PATH}/{link}")
}

fn changed(desktop: &Desktop) {
    desktop.events.changed(&[Tag::Links, Tag::Audit]);
}

async fn read(active: &Active) -> Result<Listed<CustomLink>, Problem> {
    lists::read(active, "links", PATH).await
}

/// The links in their order.
///
/// # Errors
/// What the server says; `Offline` where nothing was seen before.
pub async fn list(desktop: Arc<Desktop>, _: Nothing) -> Result<Listed<CustomLink>, Problem> {
    read(&*desktop.active()?).await
}

/// # Errors
/// What the server says, or `Offline`.
pub async fn create(desktop: Arc<Desktop>, input: LinkInput) -> Result<CustomLink, Problem> {
    let made = desktop
        .active()?
        .session
        .tell(Method::POST, PATH, &input)
        .await?;
    changed(&desktop);
    Ok(made)
}

/// # Errors
/// What the server says, or `Offline`.
pub async fn change(desktop: Arc<Desktop>, input: ChangeLink) -> Result<CustomLink, Problem> {
    let path = path(input.link);
    let made = desktop
        .active()?
        .session
        .tell(Method::PUT, &path, &input.input)
        .await?;
    changed(&desktop);
    Ok(made)
}

/// # Errors
/// What the server says, or `Offline`.
pub async fn remove(desktop: Arc<Desktop>, input: OneLink) -> Result<Nothing, Problem> {
    let path = path(input.link);
    desktop
        .active()?
        .session
        .order(Method::DELETE, &path, &())
        .await?;
    changed(&desktop);
    Ok(Nothing {})
}

/// Puts the links into another order.
///
/// # Errors
/// What the server says, or `Offline`.
pub async fn order(desktop: Arc<Desktop>, input: LinkOrder) -> Result<Nothing, Problem> {
    let path = format!("{PATH}/order");
    desktop
        .active()?
        .session
        .order(Method::PUT, &path, &input)
        .await?;
    changed(&desktop);
    Ok(Nothing {})
}

/// Opens a link in the browser of this computer. The page names the link and not an address: it can
/// open nothing that the reseller did not put there.
///
/// # Errors
/// `NotFound` when there is no such link.
pub async fn open(desktop: Arc<Desktop>, input: OneLink) -> Result<Nothing, Problem> {
    let links = read(&*desktop.active()?).await?.rows;
    let address = links
        .into_iter()
        .find(|known| known.id == input.link)
        .and_then(|link| Url::parse(&link.url).ok())
        .filter(|url| url.scheme() == "https")
        .ok_or_else(|| Problem::new(Code::NotFound))?;
    let shell = Arc::clone(&desktop.shell);
    crate::blocking(move || shell.open_link(address.as_str())).await?;
    Ok(Nothing {})
}
