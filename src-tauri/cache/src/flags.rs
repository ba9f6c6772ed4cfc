//! The small fields of a leg in one byte.

use pbx_api::{CallResult, Direction, RecordingState};

/// The small fields of a leg in one byte: direction (2 bits), result (3), recording (3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flags(pub(crate) u8);

pub(crate) const DIRECTIONS: [Direction; 3] =
    [Direction::Inbound, Direction::Outbound, Direction::Internal];
pub(crate) const RESULTS: [CallResult; 7] = [
    CallResult::Answered,
    CallResult::NoAnswer,
    CallResult::Busy,
    CallResult::Failed,
    CallResult::Cancelled,
    CallResult::Voicemail,
    CallResult::Blocked,
];
pub(crate) const RECORDINGS: [RecordingState; 5] = [
    RecordingState::None,
    RecordingState::Pending,
    RecordingState::Available,
    RecordingState::Deleted,
    RecordingState::Expired,
];

fn place<T: PartialEq>(of: &[T], value: &T) -> u8 {
    let at = of.iter().position(|known| known == value);
    u8::try_from(at.expect("the list names every variant")).expect("short list")
}

impl Flags {
    /// A leg that was removed: a direction that does not exist.
    pub(crate) const DEAD: Self = Self(0b11);

    pub(crate) fn new(direction: Direction, result: CallResult, recording: RecordingState) -> Self {
        Self(
            place(&DIRECTIONS, &direction)
                | place(&RESULTS, &result) << 2
                | place(&RECORDINGS, &recording) << 5,
        )
    }

    #[inline]
    pub(crate) const fn is_dead(self) -> bool {
        self.0 & 0b11 == 0b11
    }

    /// Never for a dead row.
    pub(crate) fn direction(self) -> Direction {
        DIRECTIONS[usize::from(self.0 & 0b11)]
    }

    pub(crate) fn result(self) -> CallResult {
        RESULTS[usize::from(self.0 >> 2 & 0b111)]
    }

    pub(crate) fn recording(self) -> RecordingState {
        RECORDINGS[usize::from(self.0 >> 5)]
    }

    /// Is it one that the log can hold (a damaged file could say anything).
    pub(crate) const fn is_known(self) -> bool {
        self.is_dead() || (self.0 >> 2 & 0b111) < 7 && (self.0 >> 5) < 5
    }
}
