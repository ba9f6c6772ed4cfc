//! What a reseller's clients see of it: name, logo, favicon and links of its own.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::LinkId;

/// A reseller as whoever comes through its realm sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct Branding {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub logo: Option<BrandImage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub favicon: Option<BrandImage>,
}

/// An image that is stored. Its bytes are asked for by its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct BrandImage {
    /// `image/png`, `image/svg+xml` or `image/x-icon`, told from the content.
    pub content_type: String,
    pub sha256: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BrandKind {
    Logo,
    Favicon,
}

/// A link that a reseller's clients see under their own pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
pub struct CustomLink {
    pub id: LinkId,
    pub title: String,
    /// Always `https`.
    pub url: String,
    /// One of [`LINK_ICONS`].
    pub icon: String,
}

/// The pictures that a link can have.
pub const LINK_ICONS: [&str; 10] = [
    "link", "globe", "help", "book", "mail", "phone", "card", "cart", "chat", "file",
];

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkInput {
    pub title: String,
    pub url: String,
    pub icon: String,
}

/// Every link, in the order that it is to have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkOrder {
    pub links: Vec<LinkId>,
}
