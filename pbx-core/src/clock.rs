//! Time, randomness and ids: what a program takes from outside itself, passed in as one value.
//!
//! Everything else takes a [`World`]; tests pass [`World::fixed`], whose clock they move and whose
//! ids are the same in every run.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use pbx_api::InstantMs;
use sha2::{Digest, Sha256};
use uuid::Uuid;

#[derive(Clone)]
pub struct World {
    clock: Clock,
    chance: Arc<Mutex<Chance>>,
    last_id: Arc<Mutex<u128>>,
}

#[derive(Clone)]
enum Clock {
    System,
    Fixed(Arc<AtomicI64>),
}

enum Chance {
    System,
    /// SHA-256 of a seed and a counter.
    Seeded {
        seed: u64,
        drawn: u64,
    },
}

/// Random bits of a version 7 id: 122 less the 48 of the time.
const V7_FREE_BITS: u32 = 74;

impl World {
    /// The machine's clock and the kernel's randomness.
    #[must_use]
    pub fn system() -> Self {
        Self::new(Clock::System, Chance::System)
    }

    /// A clock that stands still until it is moved, and randomness that repeats. For tests and
    /// for sample data, never where a secret is made.
    #[must_use]
    pub fn fixed(now_ms: InstantMs, seed: u64) -> Self {
        Self::new(
            Clock::Fixed(Arc::new(AtomicI64::new(now_ms))),
            Chance::Seeded { seed, drawn: 0 },
        )
    }

    fn new(clock: Clock, chance: Chance) -> Self {
        Self {
            clock,
            chance: Arc::new(Mutex::new(chance)),
            last_id: Arc::new(Mutex::new(0)),
        }
    }

    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the clock"
    )]
    pub fn now_ms(&self) -> InstantMs {
        match &self.clock {
            Clock::System => jiff::Timestamp::now().as_millisecond(),
            Clock::Fixed(now) => now.load(Ordering::SeqCst),
        }
    }

    /// Moves a fixed clock; the machine's clock is nobody's to move.
    pub fn advance_ms(&self, by_ms: i64) {
        if let Clock::Fixed(now) = &self.clock {
            now.fetch_add(by_ms, Ordering::SeqCst);
        }
    }

    /// Fills with random bytes.
    ///
    /// # Panics
    /// When the kernel has no randomness: nothing safe can be done without it.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks for randomness"
    )]
    pub fn fill(&self, bytes: &mut [u8]) {
        match &mut *self.chance.lock().unwrap_or_else(PoisonError::into_inner) {
            Chance::System => getrandom::fill(bytes).expect("the kernel gives random bytes"),
            Chance::Seeded { seed, drawn } => {
                for chunk in bytes.chunks_mut(32) {
                    let block = Sha256::new()
                        .chain_update(seed.to_le_bytes())
                        .chain_update(drawn.to_le_bytes())
                        .finalize();
                    *drawn += 1;
                    chunk.copy_from_slice(&block[..chunk.len()]);
                }
            }
        }
    }

    /// Random bytes, `N` of them.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A UUID version 7 that is higher than every one before it in this process, also when the
    /// clock goes back: caches rely on new ids being mostly ascending.
    #[must_use]
    pub fn id(&self) -> Uuid {
        let time = u128::from(self.now_ms().max(0).unsigned_abs() & 0xFFFF_FFFF_FFFF);
        let chance = u128::from_le_bytes(self.bytes());
        let fresh = (time << V7_FREE_BITS) | (chance >> (128 - V7_FREE_BITS));
        let mut last = self.last_id.lock().unwrap_or_else(PoisonError::into_inner);
        // A step of up to 2^32 keeps ids of one millisecond hard to guess.
        let next = if fresh > *last {
            fresh
        } else {
            *last + 1 + (chance & 0xFFFF_FFFF)
        };
        *last = next;
        drop(last);
        v7(next)
    }
}

/// Spreads the 122 free bits around the version and the variant (RFC 9562, section 5.7).
fn v7(bits: u128) -> Uuid {
    let high = bits >> 62;
    let time = high >> 12;
    let after_version = high & 0xFFF;
    let low = bits & ((1 << 62) - 1);
    Uuid::from_u128((time << 80) | (7 << 76) | (after_version << 64) | (0b10 << 62) | low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_ascend_even_when_the_clock_goes_back() {
        let world = World::fixed(1_795_408_839_000, 7);
        let mut last = world.id();
        assert_eq!(last.get_version_num(), 7);
        assert_eq!(last.get_variant(), uuid::Variant::RFC4122);
        let seconds = last
            .get_timestamp()
            .expect("version 7 has a time")
            .to_unix()
            .0;
        assert_eq!(seconds, 1_795_408_839);
        for step in 0..10_000 {
            if step == 5_000 {
                world.advance_ms(-3_600_000);
            }
            let next = world.id();
            assert!(next > last && next.to_string() > last.to_string());
            last = next;
        }
    }

    #[test]
    fn the_machines_chance_does_not_repeat() {
        let world = World::system();
        assert_ne!(world.bytes::<32>(), world.bytes::<32>());
        assert_ne!(world.id(), world.id());
    }
}
