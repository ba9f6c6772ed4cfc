//! What a limited login may ask for, in one place for every endpoint.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use pbx_api::ClientPage::{ActiveCalls, Audit, Blocks, Calls, Emergency, Numbers, Phones, Users};
use pbx_api::{AccountId, ClientId, ClientPage, Code};

use super::store;
use crate::db::Tx;
use crate::error::{Error, Result};

/// What a limited client's login goes without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    pub account: AccountId,
    pub client: ClientId,
    pub disabled: Vec<ClientPage>,
    /// Empty: not restricted.
    pub departments: Vec<String>,
}

/// What an endpoint stands for.
enum Gate {
    /// One's own things, and what every page needs.
    Free,
    /// All of these pages.
    Pages(&'static [ClientPage]),
    /// Not for limited logins.
    Closed,
}

/// The endpoints by the beginning of their path, the longer before the shorter. What is not here
/// is closed: an endpoint is thought about before a limited login reaches it.
const GATES: &[(&str, Gate)] = &[
    ("/v1/clients/{client}/extensions", Gate::Pages(&[Users])),
    ("/v1/live/registrations", Gate::Pages(&[Phones])),
    ("/v1/live/calls", Gate::Pages(&[ActiveCalls])),
    ("/v1/live/duplicated-nat", Gate::Pages(&[Phones])),
    ("/v1/emergency", Gate::Pages(&[Emergency])),
    ("/v1/numbers", Gate::Pages(&[Numbers])),
    ("/v1/blocks", Gate::Pages(&[Blocks])),
    ("/v1/audit", Gate::Pages(&[Audit])),
    ("/v1/calls", Gate::Pages(&[Calls])),
    ("/v1/users", Gate::Pages(&[Users])),
    ("/v1/legs", Gate::Pages(&[Calls])),
    ("/v1/limited-clients", Gate::Closed),
    ("/v1/connect", Gate::Closed),
    ("/v1/logins", Gate::Closed),
    ("/v1/branding", Gate::Free),
    ("/v1/profiles", Gate::Free),
    // Limited by themselves.
    ("/v1/changes", Gate::Free),
    ("/v1/live", Gate::Free),
    ("/v1/reseller", Gate::Free),
    ("/v1/support", Gate::Free),
    ("/v1/server", Gate::Free),
    ("/v1/routes", Gate::Free),
    ("/v1/links", Gate::Free),
    ("/v1/auth", Gate::Free),
    ("/v1/me", Gate::Free),
];

/// The kinds of things in the log that a limited login may read of, each with the page it stands
/// on. What is not here is not told: logins, for example, are on no page that such a login has, and
/// of accounts and sessions it reads what is its own.
const LOGGED: &[(&str, ClientPage)] = &[
    ("user", Users),
    ("number", Numbers),
    ("leg", Calls),
    ("call", ActiveCalls),
    ("block", Blocks),
    ("block_import", Blocks),
    ("emergency", Emergency),
];
/// Kinds that every page tells of.
const LOGGED_ALWAYS: &[&str] = &["client"];

fn gate(path: &str) -> &'static Gate {
    // A connected session would have more than the login that opened it, and so would who takes
    // over a user by its code.
    if path.ends_with("/connect") || path.ends_with("/invitation") {
        return &Gate::Closed;
    }
    // The own client is on every page; nothing under it is, unless it is named.
    if path == "/v1/clients" || path == "/v1/clients/{client}" {
        return &Gate::Free;
    }
    GATES
        .iter()
        .find(|(start, _)| {
            path.strip_prefix(start)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
        .map_or(&Gate::Closed, |(_, gate)| gate)
}

impl Limits {
    /// Whether the login has a page.
    #[must_use]
    pub fn shows(&self, page: ClientPage) -> bool {
        let by_department =
            self.departments.is_empty() || ClientPage::BY_DEPARTMENT.contains(&page);
        by_department && !self.disabled.contains(&page)
    }

    /// The login whose departments are all that it sees.
    #[must_use]
    pub fn by_departments(&self) -> Option<AccountId> {
        (!self.departments.is_empty()).then_some(self.account)
    }

    /// Every page that it goes without.
    #[must_use]
    pub fn hidden(&self) -> Vec<ClientPage> {
        ClientPage::ALL
            .into_iter()
            .filter(|page| !self.shows(*page))
            .collect()
    }

    /// The kinds of things of which it reads in the log, beside what is its own.
    #[must_use]
    pub fn logged(&self) -> Vec<&'static str> {
        let shown = LOGGED.iter().filter(|(_, page)| self.shows(*page));
        let kinds = shown.map(|(kind, _)| *kind);
        kinds.chain(LOGGED_ALWAYS.iter().copied()).collect()
    }

    /// Lets a request through to an endpoint, by the path that the router knows it by.
    ///
    /// # Errors
    /// [`Code::Forbidden`] where the login goes without what the endpoint stands for.
    pub fn open(&self, path: &str) -> Result<()> {
        let open = match gate(path) {
            Gate::Free => true,
            Gate::Pages(pages) => pages.iter().all(|page| self.shows(*page)),
            Gate::Closed => false,
        };
        if open {
            Ok(())
        } else {
            Err(Error::code(Code::Forbidden))
        }
    }

    /// The limits and who is behind them as one number, never 0: where it changed, what was synced
    /// before may hold too much.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn print(&self, tx: &mut Tx) -> Result<u64> {
        let mut hasher = DefaultHasher::new();
        self.account.hash(&mut hasher);
        self.hidden().hash(&mut hasher);
        self.departments.hash(&mut hasher);
        if !self.departments.is_empty() {
            store::epoch(tx, self.client).await?.hash(&mut hasher);
        }
        Ok(hasher.finish().max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(disabled: &[ClientPage], departments: &[&str]) -> Limits {
        Limits {
            account: AccountId(uuid::Uuid::nil()),
            client: ClientId(uuid::Uuid::nil()),
            disabled: disabled.to_vec(),
            departments: departments.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    #[test]
    fn a_path_that_nobody_thought_about_is_closed() {
        let all = limits(&[], &[]);
        assert!(all.open("/v1/users/{user}/phone").is_ok());
        assert!(all.open("/v1/me/calls").is_ok() && all.open("/v1/clients").is_ok());
        assert!(all.open("/v1/clients/archived").is_err());
        for path in [
            "",
            "/v1/new-thing",
            "/v1/usersother",
            "/v1/users/{user}/connect",
            "/v1/users/{user}/invitation",
        ] {
            assert!(all.open(path).is_err(), "{path}");
        }
    }

    #[test]
    fn departments_leave_what_can_be_told_apart() {
        let sales = limits(&[], &["Sales"]);
        assert!(sales.open("/v1/users").is_ok() && sales.open("/v1/calls/{call}/legs").is_ok());
        for path in [
            "/v1/numbers",
            "/v1/active-calls",
            "/v1/blocks/{block}",
            "/v1/audit",
        ] {
            assert!(sales.open(path).is_err(), "{path}");
        }
        let no_calls = limits(&[ClientPage::Calls], &["Sales"]);
        assert!(no_calls.open("/v1/legs/{leg}/recording").is_err());
    }
}
