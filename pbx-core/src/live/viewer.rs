//! Who sees what of what is going on: one rule for the stream, the lists and hanging up.

mod store;

use std::collections::HashSet;

use pbx_api::{ClientId, ClientPage, LiveAlert, LiveCall, Registration, UserId};

use super::call::Ongoing;
use crate::auth::Caller;
use crate::db::{Scope, Tenant, Tx};
use crate::error::Result;

/// What a caller sees. A transaction of the same tenant has left out already what is another
/// client's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    tenant: Tenant,
    /// The users whose calls and phones these are; none: everybody's.
    users: Option<HashSet<UserId>>,
    /// Whether it has a page with calls.
    pub calls: bool,
    /// Whether it has a page with phones.
    pub phones: bool,
    /// Whose state its call panel shows.
    pub colleagues: HashSet<UserId>,
}

impl Viewer {
    /// What a caller may see now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(tx: &mut Tx, caller: &Caller) -> Result<Self> {
        let tenant = caller.tenant;
        let mut viewer = Self {
            tenant,
            users: None,
            calls: true,
            phones: true,
            colleagues: HashSet::new(),
        };
        if let Some(limits) = &caller.limits {
            viewer.calls = limits.shows(ClientPage::ActiveCalls);
            viewer.phones = limits.shows(ClientPage::Phones);
        }
        if tenant.departments_of.is_some() {
            viewer.users = Some(store::of_departments(tx).await?);
        }
        if let Some(user) = tenant.user() {
            let features = caller.me.features.unwrap_or_default();
            viewer.users = Some(HashSet::from([user]));
            viewer.calls = features.active_calls_page || features.call_panel_page;
            if features.call_panel_page {
                let all = crate::users::store::colleagues(tx).await?;
                let ids = all.into_iter().map(|colleague| colleague.id);
                viewer.colleagues = ids.filter(|id| *id != user).collect();
            }
        }
        Ok(viewer)
    }

    fn sees(&self, user: UserId) -> bool {
        self.users
            .as_ref()
            .is_none_or(|users| users.contains(&user))
    }

    /// A call as the viewer sees it: its own user's where one of them takes part.
    #[must_use]
    pub fn call(&self, ongoing: &Ongoing) -> Option<LiveCall> {
        if !self.calls {
            return None;
        }
        let Some(users) = &self.users else {
            return Some(ongoing.call.clone());
        };
        let own = ongoing.call.user.filter(|user| users.contains(user));
        let user = own.or_else(|| {
            let mut parties = ongoing.parties().into_iter();
            parties.find(|user| users.contains(user))
        })?;
        Some(LiveCall {
            user: Some(user),
            ..ongoing.call.clone()
        })
    }

    /// Whether it sees a phone.
    #[must_use]
    pub fn phone(&self, phone: &Registration) -> bool {
        self.phones && self.sees(phone.user)
    }

    /// Whether it is told of what a client should know. A user is told nothing: it knows.
    #[must_use]
    pub fn alert(&self, alert: &LiveAlert) -> bool {
        let (client, of_all) = match alert {
            LiveAlert::PhonesDropped { client, .. } => (*client, self.phones),
            LiveAlert::LimitReached { client, .. } => (*client, self.calls),
            LiveAlert::EmergencyCall { client, user, .. } => {
                let own = user.is_some_and(|user| self.sees(user));
                return self.reaches(*client) && (own || self.users.is_none());
            }
        };
        self.reaches(client) && of_all && self.users.is_none()
    }

    fn reaches(&self, client: ClientId) -> bool {
        match self.tenant.scope {
            Scope::Reseller => true,
            Scope::Client(own) => own == client,
            Scope::User(..) => false,
        }
    }
}
