//! The beginning of a stream, looked at before it is read.

use std::io::{self, Cursor, Read};

/// How much is looked at.
pub(crate) const HEAD_BYTES: u64 = 256 * 1024;

/// A stream whose beginning is known.
pub(crate) struct Head {
    pub bytes: Vec<u8>,
    /// `bytes` is the whole stream.
    pub whole: bool,
    rest: Box<dyn Read + Send>,
}

impl Head {
    pub(crate) fn read(mut reader: Box<dyn Read + Send>) -> io::Result<Self> {
        let mut bytes = Vec::new();
        (&mut reader).take(HEAD_BYTES).read_to_end(&mut bytes)?;
        let whole = (bytes.len() as u64) < HEAD_BYTES;
        Ok(Self {
            bytes,
            whole,
            rest: reader,
        })
    }

    /// The whole stream, from its first byte.
    pub(crate) fn into_reader(self) -> Box<dyn Read + Send> {
        Box::new(Cursor::new(self.bytes).chain(self.rest))
    }
}

/// Undoes the form encoding in which `mod_json_cdr` and `mod_xml_cdr` post: `cdr=…`.
pub(crate) struct FormBody<R> {
    reader: R,
    /// Bytes of a code that was cut by the end of a read.
    held: Vec<u8>,
    ended: bool,
}

impl<R: Read> FormBody<R> {
    /// `reader` stands behind the `cdr=`.
    pub(crate) fn new(reader: R) -> Self {
        Self {
            reader,
            held: Vec::new(),
            ended: false,
        }
    }
}

impl<R: Read> Read for FormBody<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if out.is_empty() || (self.ended && self.held.is_empty()) {
                return Ok(0);
            }
            let mut encoded = std::mem::take(&mut self.held);
            let had = encoded.len();
            encoded.resize(had + out.len().max(3), 0);
            let read = if self.ended {
                0
            } else {
                self.reader.read(&mut encoded[had..])?
            };
            encoded.truncate(had + read);
            if read == 0 {
                self.ended = true;
            }
            if let Some(end) = memchr::memchr(b'&', &encoded) {
                encoded.truncate(end);
                self.ended = true;
            }
            let (mut at, mut written) = (0, 0);
            while at < encoded.len() && written < out.len() {
                let code = &encoded[at..];
                if code[0] == b'%' && code.len() < 3 && !self.ended {
                    break;
                }
                let plain = (code[0] == b'%').then(|| code.get(1..3)).flatten();
                let plain = plain.and_then(crate::text::hex);
                out[written] = plain.unwrap_or(if code[0] == b'+' { b' ' } else { code[0] });
                written += 1;
                at += if plain.is_some() { 3 } else { 1 };
            }
            self.held = encoded.split_off(at);
            if written > 0 {
                return Ok(written);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FormBody;
    use std::io::Read;

    #[test]
    fn form_bodies_are_decoded_at_any_cut() {
        for step in 1..9 {
            let mut body = FormBody::new(&b"%7B%22a%22%3A+1%7d&uuid=x"[..]);
            let mut out = Vec::new();
            let mut part = vec![0; step];
            loop {
                let read = body.read(&mut part).unwrap();
                if read == 0 {
                    break;
                }
                out.extend_from_slice(&part[..read]);
            }
            assert_eq!(out, b"{\"a\": 1}");
        }
    }
}
