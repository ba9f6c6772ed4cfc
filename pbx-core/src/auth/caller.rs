//! Who makes a request, and what that person may do, as types that a handler asks for.

pub mod store;

use std::marker::PhantomData;
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath};
use axum::http::header;
use axum::http::request::Parts;
use pbx_api::{Access, Code, Me, Role};

use super::hash;
use crate::db::{Scope, Tenant};
use crate::error::Error;
use crate::http::App;
use crate::limited::Limits;

/// A signed-in person, with the tenant that every query of the request is bound to.
#[derive(Debug, Clone)]
pub struct Caller {
    pub me: Me,
    pub tenant: Tenant,
    /// What a limited client's login goes without.
    pub limits: Option<Limits>,
    /// Where the request came from, as the audit log writes it.
    pub address: String,
    /// The hash of the token that it came with, for what lasts longer than the request.
    pub(super) access: String,
}

impl Caller {
    /// Whether recordings play for this person. The rule of the client's switch: off, only the
    /// user may play its own, and the reseller.
    #[must_use]
    pub const fn may_play(&self) -> bool {
        self.me.may_play_recordings
    }

    /// The same person as it is now. None: its session ended, or its token did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn again(&self, app: &App) -> crate::error::Result<Option<Self>> {
        let mut root = app.db.look_root().await?;
        let now_ms = app.world.now_ms();
        let found = store::caller_of_access(&mut root, &self.access, now_ms).await?;
        Ok(found.map(|caller| Self {
            address: self.address.clone(),
            access: self.access.clone(),
            ..caller
        }))
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let refused = || Error::code(Code::Unauthenticated);
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .filter(|token| token.len() <= 128)
            .ok_or_else(refused)?;
        let access = hash(token);
        let mut root = app.db.look_root().await?;
        let caller = store::caller_of_access(&mut root, &access, app.world.now_ms())
            .await?
            .ok_or_else(refused)?;
        drop(root);
        // Here and not in the handlers, so that no endpoint can forget it.
        if let Some(limits) = &caller.limits {
            let path = parts.extensions.get::<MatchedPath>();
            limits.open(path.map_or("", MatchedPath::as_str))?;
        }
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self {
            address: peer.map_or_else(String::new, |peer| super::address(peer.0.ip())),
            access,
            ..caller
        })
    }
}

/// Something that not every signed-in person may do.
pub trait Right: Send + Sync + 'static {
    fn holds(caller: &Caller) -> bool;
}

/// A caller who has the right `R`; without it the request is refused before the handler runs.
#[derive(Debug, Clone)]
pub struct Allowed<R> {
    pub caller: Caller,
    right: PhantomData<R>,
}

impl<R: Right> FromRequestParts<App> for Allowed<R> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let caller = Caller::from_request_parts(parts, app).await?;
        if R::holds(&caller) {
            Ok(Self {
                caller,
                right: PhantomData,
            })
        } else {
            Err(Error::code(Code::Forbidden))
        }
    }
}

/// A login that may change what it sees.
fn writes(caller: &Caller) -> bool {
    caller.me.access != Access::ReadOnly
}

/// To read what only the reseller's people see.
#[derive(Debug, Clone)]
pub struct ReadReseller;

impl Right for ReadReseller {
    fn holds(caller: &Caller) -> bool {
        caller.tenant.scope == Scope::Reseller
    }
}

/// To change what is the reseller's own: clients, profiles, branding.
#[derive(Debug, Clone)]
pub struct EditReseller;

impl Right for EditReseller {
    fn holds(caller: &Caller) -> bool {
        writes(caller) && caller.tenant.scope == Scope::Reseller
    }
}

/// To change what is a client's own: its users, blocks, routing. The reseller's people may as well.
#[derive(Debug, Clone)]
pub struct EditClient;

impl Right for EditClient {
    fn holds(caller: &Caller) -> bool {
        writes(caller) && caller.tenant.user().is_none()
    }
}

/// To say where calls to a client's numbers go: the client's own logins. The reseller connects as
/// the client for it.
#[derive(Debug, Clone)]
pub struct EditRouting;

impl Right for EditRouting {
    fn holds(caller: &Caller) -> bool {
        writes(caller) && matches!(caller.tenant.scope, Scope::Client(_))
    }
}

/// To change what is one's own, whoever one is.
#[derive(Debug, Clone)]
pub struct EditOwn;

impl Right for EditOwn {
    fn holds(caller: &Caller) -> bool {
        writes(caller)
    }
}

/// To look at what is a whole client's, such as where a call would go.
#[derive(Debug, Clone)]
pub struct SeeClient;

impl Right for SeeClient {
    fn holds(caller: &Caller) -> bool {
        caller.tenant.user().is_none()
    }
}

/// To secure one's own login: password, second factor, sessions, details. A read-only login may,
/// or it could not be kept safe; one that acts as somebody else may not.
#[derive(Debug, Clone)]
pub struct OwnLogin;

impl Right for OwnLogin {
    fn holds(caller: &Caller) -> bool {
        !caller.me.is_connected()
    }
}

/// To change other people's logins: an owner, of the reseller or of a client, as itself.
#[derive(Debug, Clone)]
pub struct EditLogins;

impl Right for EditLogins {
    fn holds(caller: &Caller) -> bool {
        caller.me.access == Access::Owner
            && caller.tenant.user().is_none()
            && caller.limits.is_none()
            && !caller.me.is_connected()
    }
}

/// To change the reseller itself: its owner.
#[derive(Debug, Clone)]
pub struct RunReseller;

impl Right for RunReseller {
    fn holds(caller: &Caller) -> bool {
        EditLogins::holds(caller) && caller.tenant.scope == Scope::Reseller
    }
}

/// To bring in call records: the reseller's own people.
#[derive(Debug, Clone)]
pub struct ImportCdrs;

impl Right for ImportCdrs {
    fn holds(caller: &Caller) -> bool {
        writes(caller) && caller.me.role == Role::Reseller && caller.tenant.scope == Scope::Reseller
    }
}

/// To delete recordings: accounts that were given it, and never more than may be played.
#[derive(Debug, Clone)]
pub struct DeleteRecordings;

impl Right for DeleteRecordings {
    fn holds(caller: &Caller) -> bool {
        writes(caller) && caller.me.may_delete_recordings
    }
}
