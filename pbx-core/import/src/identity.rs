//! What a record is recognised by when it comes again, in this format or another.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The identity of a leg. The fingerprint holds only what every format carries; the rest tells
/// records with the same fingerprint apart, as far as a format carries it: `None` is "not
/// carried", an empty text is "carried and empty".
///
/// A server keeps two text columns a leg: [`Self::fingerprint_hex`] (indexed) and
/// [`Self::to_text`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Identity {
    #[serde(skip)]
    pub fingerprint: [u8; 16],
    #[serde(default, rename = "u", skip_serializing_if = "Option::is_none")]
    pub unique_id: Option<String>,
    #[serde(default, rename = "s", skip_serializing_if = "Option::is_none")]
    pub sequence: Option<i64>,
    #[serde(default, rename = "c", skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    #[serde(default, rename = "d", skip_serializing_if = "Option::is_none")]
    pub dst_channel: Option<String>,
    /// Start in microseconds since the epoch.
    #[serde(default, rename = "t", skip_serializing_if = "Option::is_none")]
    pub started_at_us: Option<i64>,
    /// Duration in microseconds.
    #[serde(default, rename = "l", skip_serializing_if = "Option::is_none")]
    pub duration_us: Option<i64>,
}

impl Identity {
    /// 32 lower-case hex digits, for an indexed column.
    #[must_use]
    pub fn fingerprint_hex(&self) -> String {
        self.fingerprint
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// Everything but the fingerprint, as one text column.
    #[must_use]
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads both columns back. `None` where they are not what this module wrote.
    #[must_use]
    pub fn from_columns(fingerprint_hex: &str, text: &str) -> Option<Self> {
        let hex = fingerprint_hex.as_bytes();
        if hex.len() != 32 {
            return None;
        }
        let mut identity: Self = serde_json::from_str(text).ok()?;
        for (byte, pair) in identity.fingerprint.iter_mut().zip(hex.chunks(2)) {
            *byte = crate::text::hex(pair)?;
        }
        Some(identity)
    }
}

/// Hashes the parts so that no two lists of parts give the same bytes.
pub(crate) fn fingerprint(parts: &[&str]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    let mut first = [0; 16];
    first.copy_from_slice(&hash.finalize()[..16]);
    first
}

/// Can the two be the same record? Symmetric. True also where neither carries enough to tell:
/// then [`crate::Matcher`] keeps rows of one file apart.
#[must_use]
pub fn same_record(a: &Identity, b: &Identity) -> bool {
    if a.fingerprint != b.fingerprint {
        return false;
    }
    if is_certain(a, b) {
        return true;
    }
    fn agree<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> bool {
        !matches!((a, b), (Some(a), Some(b)) if a != b)
    }
    let ids_in_both = a.unique_id.is_some() && b.unique_id.is_some();
    let sequences_in_both = a.sequence.is_some() && b.sequence.is_some();
    agree(a.unique_id.as_ref(), b.unique_id.as_ref())
        && agree(a.sequence.as_ref(), b.sequence.as_ref())
        && agree(a.channel.as_ref(), b.channel.as_ref())
        && agree(a.dst_channel.as_ref(), b.dst_channel.as_ref())
        // Fractions only decide where no number of the switch does.
        && (ids_in_both && sequences_in_both
            || agree(a.started_at_us.as_ref(), b.started_at_us.as_ref())
                && agree(a.duration_us.as_ref(), b.duration_us.as_ref()))
}

/// Both carry the switch's own id and row number, and they are equal. A FreeSWITCH leg has one
/// record a uuid, and its fingerprint is the uuid.
pub(crate) fn is_certain(a: &Identity, b: &Identity) -> bool {
    a.fingerprint == b.fingerprint
        && a.unique_id.is_some()
        && a.unique_id == b.unique_id
        && a.sequence.is_some()
        && a.sequence == b.sequence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_read_back() {
        let identity = Identity {
            fingerprint: fingerprint(&["a", "b"]),
            unique_id: Some("pbx-1.2".to_owned()),
            dst_channel: Some(String::new()),
            duration_us: Some(5),
            ..Identity::default()
        };
        let back = Identity::from_columns(&identity.fingerprint_hex(), &identity.to_text());
        assert_eq!(back, Some(identity));
        assert_eq!(Identity::from_columns("zz", "{}"), None);
        assert_ne!(fingerprint(&["a", "b"]), fingerprint(&["ab", ""]));
    }

    #[test]
    fn different_ids_are_different_records() {
        let a = Identity {
            unique_id: Some("1.1".into()),
            ..Identity::default()
        };
        let b = Identity {
            unique_id: Some("1.2".into()),
            ..Identity::default()
        };
        assert!(!same_record(&a, &b) && same_record(&a, &Identity::default()));
        let c = Identity {
            sequence: Some(1),
            ..a.clone()
        };
        let d = Identity {
            sequence: Some(2),
            ..a.clone()
        };
        assert!(!same_record(&c, &d) && same_record(&a, &c));
    }
}
