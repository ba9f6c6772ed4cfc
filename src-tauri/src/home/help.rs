//! Calls for help of the last day: those of the log, those that go on and those that were told of,
//! each of them once.

use std::collections::HashMap;

use pbx_api::{
    CallId, Client, ClientId, Direction, EmergencyCallerId, InstantMs, LiveAlert, LiveCall,
    Problem, Role,
};
use pbx_numbers::is_emergency;
use tandem_cache::Dialled;

use super::now::HomeProblem;
use crate::active::Active;
use crate::clock::now_ms;
use crate::live::{ALERT_MS, ALERTS_MAX, Heard, Picture};

/// What the three places say.
struct Known<'a> {
    logged: Vec<Dialled>,
    going_on: Vec<LiveCall>,
    heard: Vec<Heard>,
    /// As they were last read. The log holds no location.
    callers: &'a [EmergencyCallerId],
    /// The server's clock minus this computer's.
    ahead_ms: i64,
}

/// The calls for help of the last day, the newest first. A user is told of none: it knows.
///
/// # Errors
/// When the cache can't be read.
pub(super) fn calls(
    active: &Active,
    clients: &[Client],
    callers: &[EmergencyCallerId],
) -> Result<Vec<HomeProblem>, Problem> {
    if active.account().role == Role::User {
        return Ok(Vec::new());
    }
    let ahead_ms = active.live.status().clock_ahead_ms;
    let since_ms = now_ms() + ahead_ms - ALERT_MS;
    let countries: HashMap<ClientId, &str> = clients
        .iter()
        .map(|client| (client.id, client.country.as_str()))
        .collect();
    let is_help = |number: &str, client: ClientId| {
        let country = countries.get(&client);
        country.is_some_and(|country| is_emergency(number, country))
    };
    let going_on = |picture: &Picture| -> Vec<LiveCall> {
        let calls = picture.calls.values().filter(|call| {
            call.direction == Direction::Outbound
                && call.started_at_ms >= since_ms
                && is_help(&call.to_number, call.client)
        });
        calls.cloned().collect()
    };
    let known = Known {
        // What goes on is asked for first: a call that ends meanwhile is in the log, or in both.
        going_on: active.live.read(going_on).unwrap_or_default(),
        logged: active
            .cache
            .dialled(since_ms, ALERTS_MAX, is_help)
            .map_err(crate::calls::problem)?,
        heard: active.live.alerts(),
        callers,
        ahead_ms,
    };
    Ok(known.together())
}

impl Known<'_> {
    fn together(self) -> Vec<HomeProblem> {
        let mut all: HashMap<CallId, (InstantMs, HomeProblem)> = HashMap::new();
        let logged = self.logged.iter().map(|call| Dialled {
            started_at_ms: call.started_at_ms - self.ahead_ms,
            ..call.clone()
        });
        let going_on = self.going_on.iter().map(|call| Dialled {
            call: call.id,
            client: call.client,
            user: call.user,
            number: call.to_number.clone(),
            started_at_ms: call.started_at_ms - self.ahead_ms,
        });
        for call in logged.chain(going_on) {
            let problem = HomeProblem::EmergencyCall {
                call: call.call,
                client: call.client,
                user: call.user,
                location: location(self.callers, &call),
                dialled: call.number,
                at_ms: call.started_at_ms,
            };
            all.entry(call.call)
                .or_insert((call.started_at_ms, problem));
        }
        for Heard { at_ms, alert } in self.heard {
            let LiveAlert::EmergencyCall {
                call,
                client,
                user,
                dialled,
                location,
            } = alert
            else {
                // What is going on now says these better than what was once told.
                continue;
            };
            // It began when the log says so; where help was to come is what was told.
            let at_ms = all.get(&call).map_or(at_ms, |(at_ms, _)| *at_ms);
            let problem = HomeProblem::EmergencyCall {
                call,
                client,
                user,
                dialled,
                location,
                at_ms,
            };
            all.insert(call, (at_ms, problem));
        }
        let mut all: Vec<_> = all.into_iter().collect();
        all.sort_unstable_by_key(|(call, (at_ms, _))| std::cmp::Reverse((*at_ms, *call)));
        all.truncate(ALERTS_MAX);
        all.into_iter().map(|(_, (_, problem))| problem).collect()
    }
}

/// Where help comes to for a call: what is set for its user, else its client, else the reseller.
fn location(callers: &[EmergencyCallerId], call: &Dialled) -> String {
    let applies = callers.iter().filter(|row| {
        row.dialled == call.number
            && row.client.is_none_or(|client| client == call.client)
            && row.user.is_none_or(|user| Some(user) == call.user)
    });
    applies
        .max_by_key(|row| (row.user.is_some(), row.client.is_some()))
        .map(|row| row.location.clone())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use pbx_api::{EmergencyId, UserId};
    use uuid::Uuid;

    use super::*;
    use crate::live::tests::call;

    const CLIENT: ClientId = ClientId(Uuid::from_u128(1));
    const USER: UserId = UserId(Uuid::from_u128(2));

    fn dialled(n: u128, started_at_ms: InstantMs) -> Dialled {
        Dialled {
            call: CallId(Uuid::from_u128(n)),
            client: CLIENT,
            user: Some(USER),
            number: "911".to_owned(),
            started_at_ms,
        }
    }

    fn heard(n: u128, at_ms: InstantMs, location: &str) -> Heard {
        let alert = LiveAlert::EmergencyCall {
            call: CallId(Uuid::from_u128(n)),
            client: CLIENT,
            user: Some(USER),
            dialled: "911".to_owned(),
            location: location.to_owned(),
        };
        Heard { at_ms, alert }
    }

    fn caller(client: Option<ClientId>, user: Option<UserId>, location: &str) -> EmergencyCallerId {
        EmergencyCallerId {
            id: EmergencyId(Uuid::from_u128(9)),
            client,
            user,
            dialled: "911".to_owned(),
            caller_number: "+12025550100".to_owned(),
            valid: true,
            location: location.to_owned(),
            notify_emails: Vec::new(),
            notify_desktop: true,
            last_test_at_ms: None,
        }
    }

    fn shown(problems: &[HomeProblem]) -> Vec<(u128, InstantMs, &str)> {
        let one = |problem| match problem {
            &HomeProblem::EmergencyCall {
                call,
                at_ms,
                ref location,
                ..
            } => (call.0.as_u128(), at_ms, location.as_str()),
            other => panic!("{other:?}"),
        };
        problems.iter().map(one).collect()
    }

    #[test]
    fn a_call_that_is_known_in_several_ways_is_listed_once() {
        let going_on = LiveCall {
            id: CallId(Uuid::from_u128(3)),
            client: CLIENT,
            user: Some(USER),
            to_number: "911".to_owned(),
            started_at_ms: 3_500,
            ..call(3)
        };
        let limit = LiveAlert::LimitReached {
            client: CLIENT,
            international: false,
            limit: 1,
        };
        let known = Known {
            logged: vec![dialled(2, 2_500), dialled(1, 1_500)],
            going_on: vec![going_on],
            heard: vec![
                heard(4, 4_000, "4 Told St"),
                heard(3, 3_100, "3 Told St"),
                heard(2, 2_100, "2 Told St"),
                Heard {
                    at_ms: 5_000,
                    alert: limit,
                },
            ],
            callers: &[caller(Some(CLIENT), None, "1 Set St")],
            ahead_ms: 500,
        };
        let problems = known.together();
        let expected = [
            (4, 4_000, "4 Told St"),
            (3, 3_000, "3 Told St"),
            (2, 2_000, "2 Told St"),
            (1, 1_000, "1 Set St"),
        ];
        assert_eq!(shown(&problems), expected);
    }

    #[test]
    fn the_location_is_that_of_the_user_before_the_clients_and_the_resellers() {
        let call = dialled(1, 0);
        let other = ClientId(Uuid::from_u128(7));
        let mut rows = vec![caller(Some(other), None, "elsewhere")];
        assert_eq!(location(&rows, &call), "");
        for (client, user, place) in [
            (None, None, "reseller"),
            (Some(CLIENT), None, "client"),
            (Some(CLIENT), Some(USER), "user"),
        ] {
            rows.insert(0, caller(client, user, place));
            assert_eq!(location(&rows, &call), place);
        }
    }
}
