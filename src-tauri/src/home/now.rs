//! Home's figures of this moment, and what somebody should look at, from what is in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use pbx_api::{
    CallId, Client, ClientId, Direction, InstantMs, LiveCall, LiveState, NumberClass, Problem,
    Registration, UserId,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::help;
use crate::live::{LiveStatus, Picture};
use crate::{Desktop, Nothing, lists};

/// A client is near its limit with this share of it in use, in percent.
const NEAR_PERCENT: u64 = 80;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NowFigures {
    pub calls: u32,
    /// Those of `calls` that nobody answered yet.
    pub ringing: u32,
    pub phones_online: u32,
    pub phones_offline: u32,
}

/// Something that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HomeProblem {
    EmergencyCall {
        call: CallId,
        client: ClientId,
        user: Option<UserId>,
        dialled: String,
        /// Empty where it is not known.
        location: String,
        #[ts(type = "number")]
        at_ms: InstantMs,
    },
    NearLimit {
        client: ClientId,
        international: bool,
        calls: u32,
        limit: u32,
    },
    PhonesDropped {
        client: ClientId,
        phones: u32,
        /// When the last of them dropped.
        #[ts(type = "number")]
        last_ms: InstantMs,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HomeNow {
    pub status: LiveStatus,
    /// None until the server said what is going on.
    pub figures: Option<NowFigures>,
    /// What is most urgent first.
    pub problems: Vec<HomeProblem>,
}

pub async fn now(desktop: Arc<Desktop>, _: Nothing) -> Result<HomeNow, Problem> {
    let active = desktop.active()?;
    let callers = lists::last(&active, "emergency").await.unwrap_or_default();
    crate::blocking(move || {
        let clients = active.cache.clients();
        let read = |picture: &Picture| (figures(picture), problems(picture, &clients));
        let (figures, known) = active.live.read(read).unzip();
        let mut problems = help::calls(&active, &clients, &callers)?;
        problems.extend(known.into_iter().flatten());
        Ok(HomeNow {
            status: active.live.status(),
            figures,
            problems,
        })
    })
    .await
}

fn count<T>(of: impl Iterator<Item = T>) -> u32 {
    u32::try_from(of.count()).unwrap_or(u32::MAX)
}

fn figures(now: &Picture) -> NowFigures {
    let is_online = |phone: &&Registration| phone.offline_since_ms.is_none();
    let phones = now.registrations.values();
    let phones_online = count(phones.clone().filter(is_online));
    let ringing = |call: &&LiveCall| call.state == LiveState::Ringing;
    NowFigures {
        calls: count(now.calls.values()),
        ringing: count(now.calls.values().filter(ringing)),
        phones_online,
        phones_offline: count(phones) - phones_online,
    }
}

fn problems(now: &Picture, clients: &[Client]) -> Vec<HomeProblem> {
    let mut dropped: BTreeMap<ClientId, (u32, InstantMs)> = BTreeMap::new();
    for phone in now.registrations.values() {
        if let Some(since_ms) = phone.offline_since_ms {
            let (phones, last_ms) = dropped.entry(phone.client).or_insert((0, since_ms));
            *phones += 1;
            *last_ms = since_ms.max(*last_ms);
        }
    }
    let mut dropped: Vec<HomeProblem> = dropped
        .into_iter()
        .map(|(client, (phones, last_ms))| HomeProblem::PhonesDropped {
            client,
            phones,
            last_ms,
        })
        .collect();
    dropped.sort_by_key(|problem| match problem {
        HomeProblem::PhonesDropped { phones, .. } => std::cmp::Reverse(*phones),
        _ => std::cmp::Reverse(u32::MAX),
    });
    let mut problems = near_limits(now, clients);
    problems.extend(dropped);
    problems
}

/// Clients with nearly as many calls at once as they may have.
fn near_limits(now: &Picture, clients: &[Client]) -> Vec<HomeProblem> {
    let mut outbound: HashMap<ClientId, Vec<&LiveCall>> = HashMap::new();
    for call in now.calls.values() {
        if call.direction == Direction::Outbound {
            outbound.entry(call.client).or_default().push(call);
        }
    }
    let mut near = Vec::new();
    for client in clients {
        let Some(calls) = outbound.get(&client.id) else {
            continue;
        };
        let class = |call: &LiveCall| {
            let dialled = pbx_numbers::classify(&call.to_number, &client.country, |_| false);
            dialled.map(|dialled| dialled.class)
        };
        let abroad = count(calls.iter().filter(|call| {
            let class = class(call);
            matches!(
                class,
                Some(NumberClass::International | NumberClass::OtherNanp)
            )
        }));
        // A call for help is under no limit.
        let all = calls
            .iter()
            .filter(|call| class(call) != Some(NumberClass::Emergency));
        let used = [
            (false, client.max_outbound_calls, count(all)),
            (true, client.max_international_calls, abroad),
        ];
        for (international, limit, calls) in used {
            let Some(limit) = limit.filter(|limit| *limit > 0) else {
                continue;
            };
            if u64::from(calls) * 100 >= u64::from(limit) * NEAR_PERCENT {
                near.push(HomeProblem::NearLimit {
                    client: client.id,
                    international,
                    calls,
                    limit,
                });
            }
        }
    }
    near
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::live::tests::{call, phone};

    fn picture(numbers: &[&str]) -> Picture {
        let calls = (1..).zip(numbers).map(|(n, to)| LiveCall {
            id: CallId(Uuid::from_u128(n)),
            to_number: (*to).to_owned(),
            ..call(n)
        });
        Picture {
            calls: calls.map(|call| (call.id, call)).collect(),
            ..Picture::default()
        }
    }

    fn client(most: Option<u32>, most_abroad: Option<u32>) -> Client {
        Client {
            max_outbound_calls: most,
            max_international_calls: most_abroad,
            ..Client::new(call(1).client, "Acme", "acme", "America/Toronto", "CA")
        }
    }

    #[test]
    fn a_client_is_near_a_limit_from_four_fifths_of_it_on() {
        let now = picture(&[
            "+15195550142",
            "+15195550143",
            "+15195550144",
            "+442079460018",
            "911",
        ]);
        let near = |most, abroad| near_limits(&now, &[client(most, abroad)]);
        assert_eq!(near(None, None), []);
        assert_eq!(
            near(Some(6), Some(2)),
            [],
            "the call for help is not counted"
        );
        assert_eq!(
            near(Some(0), None),
            [],
            "no call at all is no limit to be near to"
        );
        let NearLimit { calls, limit, .. } = one(near(Some(5), None));
        assert_eq!((calls, limit), (4, 5));
        let NearLimit {
            calls,
            international,
            ..
        } = one(near(None, Some(1)));
        assert_eq!((calls, international), (1, true));
    }

    struct NearLimit {
        international: bool,
        calls: u32,
        limit: u32,
    }

    fn one(problems: Vec<HomeProblem>) -> NearLimit {
        match problems.as_slice() {
            [
                HomeProblem::NearLimit {
                    international,
                    calls,
                    limit,
                    ..
                },
            ] => NearLimit {
                international: *international,
                calls: *calls,
                limit: *limit,
            },
            other => panic!("one limit, not {other:?}"),
        }
    }

    #[test]
    fn phones_that_dropped_are_one_problem_a_client() {
        let mut now = Picture::default();
        for (n, offline_since_ms) in [(1, Some(10)), (2, Some(30)), (3, None)] {
            let phone = Registration {
                offline_since_ms,
                ..phone(n)
            };
            now.registrations.insert(phone.id, phone);
        }
        let expected = HomeProblem::PhonesDropped {
            client: phone(1).client,
            phones: 2,
            last_ms: 30,
        };
        assert_eq!(problems(&now, &[]), [expected]);
        let figures = figures(&now);
        assert_eq!((figures.phones_online, figures.phones_offline), (1, 2));
    }
}
