//! The trials of what is going on, and of the engine's own endpoints.

use super::bodies::nothing;
use super::foreign::foreign;
use super::{Thing, Trial};
use crate::support::{Person, TestServer};

pub const TRIALS: &[(&str, &str, Trial)] = &[
    ("get", "/v1/live", Trial::Live),
    ("get", "/v1/live/calls", Trial::Reach),
    ("get", "/v1/live/registrations", Trial::Reach),
    ("get", "/v1/live/duplicated-nat", Trial::Reach),
    (
        "post",
        "/v1/live/calls/{call}/hang-up",
        Trial::Thing(nothing),
    ),
    ("post", "/engine/v1/auth", Trial::Engine),
    ("post", "/engine/v1/invite", Trial::Engine),
    ("post", "/engine/v1/event", Trial::Engine),
    ("post", "/engine/v1/trunks", Trial::Engine),
];

/// Everything that a stream says at first is its reader's, and all of that is there.
pub async fn try_one(server: &TestServer, person: &Person, things: &[Thing], context: &str) {
    let view = server.live(person).await.view;
    for id in foreign(server, things, person) {
        let panel = view.colleagues.keys().any(|user| user.0 == id);
        let said = view
            .text
            .lines()
            .filter(|line| line.contains(&id.to_string()));
        let said: Vec<_> = said
            .filter(|line| !(panel && line.contains("colleague")))
            .collect();
        assert!(said.is_empty(), "{context}: {id} in {said:?}");
    }
    let user = person.scope.unwrap().user();
    for company in [&server.north, &server.south]
        .map(|tree| [&tree.acme, &tree.beta])
        .concat()
    {
        let pair = [company.ann.0, company.bob.0];
        let mates = pair
            .iter()
            .filter(|mate| user.is_some_and(|user| pair.contains(&user) && user != **mate));
        let shown = pair
            .iter()
            .filter(|mate| view.colleagues.contains_key(mate));
        assert_eq!(
            shown.collect::<Vec<_>>(),
            mates.collect::<Vec<_>>(),
            "{context}"
        );
    }
    for thing in things.iter().filter(|thing| thing.in_reach(person)) {
        let there = view.calls.keys().any(|call| call.0 == thing.id("{call}"));
        assert!(there, "{context}: its own call is missing");
    }
}
