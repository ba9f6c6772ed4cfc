//! Who is signed in, and the calls that the server brings.

use pbx_api::{
    AccountId, CallId, CallResult, ClientId, Direction, Leg, LegId, Me, RecordingInfo,
    RecordingState, Reseller, ResellerId, Role, SessionId,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub const AUDIO: &[u8] = b"not really audio, but bytes with a hash";

pub fn leg(n: u128) -> Leg {
    Leg {
        id: LegId(Uuid::from_u128(n + 1)),
        call: CallId(Uuid::from_u128(1 << 100 | n)),
        client: ClientId(Uuid::from_u128(7)),
        user: None,
        direction: Direction::Inbound,
        result: CallResult::Answered,
        started_at_ms: 1_760_000_000_000 + i64::try_from(n).expect("small") * 1000,
        answered_at_ms: None,
        ended_at_ms: 1_760_000_060_000,
        end_estimated: false,
        ring_seconds: 3,
        talk_seconds: 5,
        from_number: "2025550100".to_owned(),
        from_e164: Some("+12025550100".to_owned()),
        from_name: "Ana".to_owned(),
        to_number: "1001".to_owned(),
        to_e164: None,
        cause: None,
        sip_code: None,
        recording: RecordingState::None,
        recording_info: None,
        recording_fault: None,
        source_id: format!("s{n}"),
    }
}

pub fn recorded(n: u128, size_bytes: u64) -> Leg {
    Leg {
        recording: RecordingState::Available,
        recording_info: Some(RecordingInfo {
            size_bytes,
            sha256: hex::encode(Sha256::digest(AUDIO)),
            file_name: "a.wav".to_owned(),
        }),
        ..leg(n)
    }
}

pub fn me(may_play: bool) -> Me {
    Me {
        account: AccountId(Uuid::from_u128(1)),
        session: SessionId(Uuid::from_u128(2)),
        access: pbx_api::Access::Owner,
        role: Role::Reseller,
        email: "ana@example.com".to_owned(),
        first_name: "Ana".to_owned(),
        last_name: "Brook".to_owned(),
        reseller: Reseller {
            id: ResellerId(Uuid::from_u128(3)),
            name: "North".to_owned(),
            realm: "north".to_owned(),
            offline_days: 30,
            support_email: String::new(),
        },
        client: None,
        user: None,
        may_delete_recordings: true,
        may_play_recordings: may_play,
        limited: false,
        disabled_pages: Vec::new(),
        departments: Vec::new(),
        language: "en".to_owned(),
        features: None,
        connected: None,
    }
}
