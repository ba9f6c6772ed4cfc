//! Files that are not text, by their first bytes.

use super::Look;

const KINDS: [(usize, &[u8], &str); 29] = [
    (0, b"\x1f\x8b", "a gzip-compressed file; unpack it first"),
    (
        0,
        b"PK\x03\x04",
        "a ZIP archive (or an office document); unpack it first",
    ),
    (
        0,
        b"\x28\xb5\x2f\xfd",
        "a zstd-compressed file; unpack it first",
    ),
    (0, b"\xfd7zXZ\0", "an xz-compressed file; unpack it first"),
    (0, b"BZh", "a bzip2-compressed file; unpack it first"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (0, b"Rar!", "a RAR archive; unpack it first"),
    (257, b"ustar", "a tar archive; unpack it first"),
    (0, b"%PDF", "a PDF document"),
    (0, b"\x89PNG", "a PNG image"),
    (0, b"\xff\xd8\xff", "a JPEG image"),
    (0, b"GIF8", "a GIF image"),
    (0, b"II*\0", "a TIFF image"),
    (0, b"MM\0*", "a TIFF image"),
    (8, b"WEBP", "a WebP image"),
    (8, b"WAVE", "a WAV recording"),
    (0, b"OggS", "an Ogg recording"),
    (0, b"fLaC", "a FLAC recording"),
    (0, b"ID3", "an MP3 recording"),
    (0, b".snd", "an AU recording"),
    (4, b"ftyp", "an MP4 recording"),
    (0, b"FORM", "an AIFF recording"),
    (0, b"\xd4\xc3\xb2\xa1", "a network capture (pcap)"),
    (0, b"\xa1\xb2\xc3\xd4", "a network capture (pcap)"),
    (0, b"\x0a\x0d\x0d\x0a", "a network capture (pcapng)"),
    (0, b"\x7fELF", "a program (ELF)"),
    (0, b"MZ\x90", "a Windows program"),
    (0, b"\xd0\xcf\x11\xe0", "an old office document"),
    (0, b"PGDMP", "a PostgreSQL dump in its binary form"),
];

/// What the file is, if it is not text.
pub(super) fn look(head: &[u8]) -> Option<Look> {
    if head.starts_with(b"SQLite format 3\0") {
        return Some(Look::Sqlite);
    }
    let known = KINDS.iter().find(|(at, magic, _)| {
        head.get(*at..at + magic.len())
            .is_some_and(|bytes| bytes == *magic)
    });
    if let Some((.., what)) = known {
        return Some(Look::Other((*what).to_owned()));
    }
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") || is_utf16(head) {
        return Some(Look::Other("text in UTF-16; save it as UTF-8".to_owned()));
    }
    // MPEG audio: eleven set bits, then a version, layer and bit rate that exist.
    if let [0xff, second, third, ..] = head
        && second & 0xe6 == 0xe2
        && !matches!(third >> 4, 0 | 15)
    {
        return Some(Look::Other("an MP3 recording".to_owned()));
    }
    let sample = &head[..head.len().min(4096)];
    let odd = sample
        .iter()
        .filter(|b| matches!(**b, 1..=8 | 11 | 12 | 14..=26 | 28..=31 | 127))
        .count();
    // Text has no control characters; a few damaged bytes do not make it binary.
    (odd * 20 > sample.len()).then(|| Look::Other("a binary file of an unknown kind".to_owned()))
}

/// Every other byte is zero: UTF-16 without its mark.
fn is_utf16(head: &[u8]) -> bool {
    let sample = &head[..head.len().min(64) & !1];
    let zeros = |from: usize| {
        sample
            .iter()
            .skip(from)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let half = sample.len() / 2;
    half >= 8 && ((zeros(0) == half && zeros(1) == 0) || (zeros(1) == half && zeros(0) == 0))
}
