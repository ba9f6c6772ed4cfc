//! Made-up calls for measuring: the same every time, with the corners that the filters ask for.

use pbx_api::{
    CallId, CallResult, Change, Client, ClientId, Direction, Leg, LegId, RecordingState, User,
    UserId,
};
use uuid::Uuid;

/// Clients; a client's share of the calls falls with its number, the last has `RARE_CALLS`.
pub const CLIENTS: u64 = 200;
/// Where all of them are.
pub const COUNTRY: &str = "CA";
const USERS_PER_CLIENT: u64 = 20;
const RARE_CALLS: u64 = 12;
/// One internal call in this many is blocked: far under 0.01 %.
const BLOCKED_ONE_IN: u64 = 50_000;
/// Its middle digits stand in no other number: exchanges of the others end at 799.
pub const RARE_NUMBER: &str = "+12129998877";
const RARE_NUMBER_CALLS: [u64; 3] = [1_000, 250_000, 777_777];
/// 2026-11-01T00:00:00Z, the newest call.
pub const NEWEST_MS: i64 = 1_793_491_200_000;
const YEARS_3_MS: i64 = 3 * 365 * 86_400_000;

const FIRST: [&str; 20] = [
    "Ana", "Ben", "Chloé", "Dmitri", "Eva", "Farid", "Grace", "Hiro", "Inès", "Jack", "Karin",
    "Luis", "Mei", "Noor", "Olga", "Pavel", "Quinn", "Rosa", "Sam", "Tove",
];
const LAST: [&str; 25] = [
    "Diaz", "Okafor", "Müller", "Tremblay", "Smith", "Nguyen", "Rossi", "Kowalski", "Haddad",
    "Svensson", "Tanaka", "Brown", "García", "Ivanova", "Singh", "Martin", "Dubois", "Weber",
    "Costa", "Novak", "Yilmaz", "Lee", "Cohen", "Silva", "O'Brien",
];

/// A small, fast and repeatable source of numbers (the finaliser of SplitMix64, Steele et al. 2014).
fn mix(n: u64) -> u64 {
    let mut z = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn id(kind: u64, n: u64) -> Uuid {
    // Ascending first half, as the server's ids are in time; the rest as good as random.
    Uuid::from_u64_pair((kind << 56) | n, mix(n ^ (kind << 32)))
}

#[must_use]
pub fn client_id(n: u64) -> ClientId {
    ClientId(id(3, n))
}

fn user_id(n: u64) -> UserId {
    UserId(id(4, n))
}

/// Clients and users as the feed brings them.
#[must_use]
pub fn directory() -> Vec<Change> {
    let clients = (0..CLIENTS).map(|n| {
        let name = format!("{} {} Ltd", LAST[(n % 25) as usize], n);
        let realm = format!("client{n}");
        Change::Client(Client::new(
            client_id(n),
            &name,
            &realm,
            "America/Toronto",
            COUNTRY,
        ))
    });
    let users = (0..CLIENTS * USERS_PER_CLIENT).map(|n| {
        Change::User(User::new(
            user_id(n),
            client_id(n / USERS_PER_CLIENT),
            FIRST[(mix(n) % 20) as usize],
            LAST[(mix(n + 7) % 25) as usize],
            &(1000 + n % USERS_PER_CLIENT).to_string(),
        ))
    });
    clients.chain(users).collect()
}

fn client_of(call: u64, calls: u64) -> u64 {
    let step = calls / RARE_CALLS;
    if call.is_multiple_of(step.max(1)) {
        return CLIENTS - 1;
    }
    // The square of an even number falls off towards the end: client 0 has about 7 %.
    let even = (mix(call ^ 0xc11e) >> 11) as f64 / (1_u64 << 53) as f64;
    ((even * even * (CLIENTS - 1) as f64) as u64).min(CLIENTS - 2)
}

/// The legs of one call of `calls`, the oldest first.
#[must_use]
pub fn legs(call: u64, calls: u64) -> Vec<Leg> {
    let random = mix(call);
    let count = match random % 100 {
        0..70 => 1,
        70..92 => 2,
        _ => 3,
    };
    let client = client_of(call, calls);
    let started_at_ms = NEWEST_MS - YEARS_3_MS
        + (YEARS_3_MS as f64 * call as f64 / calls as f64) as i64
        + (random >> 40) as i64 % 60_000;
    let direction = match random >> 8 & 0xff {
        0..120 => Direction::Inbound,
        120..215 => Direction::Outbound,
        _ => Direction::Internal,
    };
    let far = if RARE_NUMBER_CALLS.contains(&call) {
        RARE_NUMBER.to_owned()
    } else {
        // People call again: an eighth as many numbers as calls.
        let who = mix(mix(call ^ 0xfa5) % (calls / 8).max(1));
        format!(
            "+1{}{}{:04}",
            201 + who % 588,
            300 + (who >> 12) % 500,
            (who >> 24) % 10_000
        )
    };
    let extension = (1000 + (random >> 16) % USERS_PER_CLIENT).to_string();
    let near = user_id(client * USERS_PER_CLIENT + (random >> 16) % USERS_PER_CLIENT);
    (0..count)
        .map(|n| {
            let result = match mix(random + n) % 1000 {
                _ if direction == Direction::Internal && call.is_multiple_of(BLOCKED_ONE_IN) => {
                    CallResult::Blocked
                }
                0..620 => CallResult::Answered,
                620..830 => CallResult::NoAnswer,
                830..890 => CallResult::Busy,
                890..920 => CallResult::Failed,
                920..960 => CallResult::Cancelled,
                // The largest client has no voicemail: two common conditions that never meet.
                _ if client == 0 => CallResult::NoAnswer,
                _ => CallResult::Voicemail,
            };
            let talk_seconds = if result == CallResult::Answered {
                (mix(random ^ n) % 900) as u32
            } else {
                0
            };
            let ring_seconds = (mix(random ^ (n << 8)) % 30) as u32;
            let name = mix((mix(call ^ 0xfa5) % (calls / 8).max(1)) ^ 1);
            let (from, to) = if direction == Direction::Inbound {
                (&far, &extension)
            } else {
                (&extension, &far)
            };
            let e164 = |number: &str| number.starts_with('+').then(|| number.to_owned());
            Leg {
                id: LegId(id(1, call * 4 + n)),
                call: CallId(id(2, call)),
                client: client_id(client),
                user: (direction != Direction::Inbound || n == 0).then_some(near),
                direction,
                result,
                started_at_ms: started_at_ms + n as i64 * 1_000,
                answered_at_ms: (talk_seconds > 0)
                    .then(|| started_at_ms + i64::from(ring_seconds) * 1000),
                ended_at_ms: started_at_ms + i64::from(ring_seconds + talk_seconds) * 1000,
                end_estimated: false,
                ring_seconds,
                talk_seconds,
                from_number: from.clone(),
                from_e164: e164(from),
                from_name: format!(
                    "{} {}",
                    FIRST[(name % 20) as usize],
                    LAST[(name >> 8) as usize % 25]
                ),
                to_number: to.clone(),
                to_e164: e164(to),
                cause: Some(if result == CallResult::Busy { 17 } else { 16 }),
                sip_code: None,
                recording: if talk_seconds > 600 {
                    RecordingState::Available
                } else {
                    RecordingState::None
                },
                recording_info: None,
                recording_fault: None,
                source_id: format!("pbx7-{}.{n}", 1_600_000_000 + call),
            }
        })
        .collect()
}
