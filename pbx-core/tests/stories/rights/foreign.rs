//! What a person must never read.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::Thing;
use crate::support::{Person, TestServer};

/// Ids that a person must never read.
pub fn foreign(server: &TestServer, things: &[Thing], person: &Person) -> BTreeSet<Uuid> {
    let tenant = person.scope.unwrap();
    let mut ids = BTreeSet::new();
    for tree in [&server.north, &server.south] {
        let own_tree = tree.tenant.reseller == tenant.reseller;
        if !own_tree {
            ids.extend([tree.tenant.reseller.0, tree.profile.0]);
            let of_tree = tree.tenant.reseller.to_string();
            let theirs = things.iter().filter(|thing| thing.reseller == of_tree);
            ids.extend(theirs.map(|thing| thing.link));
        }
        for company in [&tree.acme, &tree.beta] {
            let own = own_tree && tenant.client().is_none_or(|client| client == company.id);
            if !own {
                ids.insert(company.id.0);
            }
            if !own || tenant.user().is_some() {
                ids.insert(company.number.0);
            }
            for user in [company.ann.0, company.bob.0] {
                if !own || tenant.user().is_some_and(|me| me != user) {
                    ids.insert(user.0);
                }
            }
        }
    }
    for thing in things.iter().filter(|thing| !thing.in_reach(person)) {
        ids.extend([thing.leg, thing.call, thing.entry]);
        // Whoever acts as a user is somebody of its client, and may know its own session.
        if tenant.client().is_none_or(|client| client != thing.client) {
            ids.insert(thing.session);
        }
    }
    for thing in things
        .iter()
        .filter(|thing| !thing.in_the_client_of(person))
    {
        ids.extend([thing.block, thing.emergency, thing.login]);
    }
    ids
}
