//! Lines of a stream, each with its number, none larger than the limit in memory.

use std::{collections::VecDeque, io, io::BufRead, mem};

use crate::ROW_LIMIT_BYTES;

/// One line without its end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    /// 1-based.
    pub number: u64,
    pub bytes: Vec<u8>,
    /// The line was longer than the limit: `bytes` holds its beginning.
    pub too_long: bool,
    /// The stream ended in it, without a line end.
    pub unended: bool,
}

pub(crate) struct Lines<R> {
    reader: R,
    number: u64,
    /// Lines that were read ahead and given back.
    pending: VecDeque<Line>,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self {
            reader,
            number: 0,
            pending: VecDeque::new(),
        }
    }

    /// Reads the next line into `line`; false at the end.
    pub(crate) fn next_into(&mut self, line: &mut Line) -> io::Result<bool> {
        if let Some(pending) = self.pending.pop_front() {
            *line = pending;
            return Ok(true);
        }
        let mut bytes = mem::take(&mut line.bytes);
        bytes.clear();
        let (mut too_long, mut ended, mut any) = (false, false, false);
        while !ended {
            let buffer = match self.reader.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if buffer.is_empty() {
                break;
            }
            any = true;
            let end = memchr::memchr(b'\n', buffer);
            let part = &buffer[..end.unwrap_or(buffer.len())];
            let room = ROW_LIMIT_BYTES.saturating_sub(bytes.len());
            too_long |= part.len() > room;
            bytes.extend_from_slice(&part[..part.len().min(room)]);
            let used = end.map_or(buffer.len(), |end| end + 1);
            ended = end.is_some();
            self.reader.consume(used);
        }
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        self.number += u64::from(any);
        *line = Line {
            number: self.number,
            bytes,
            too_long,
            unended: any && !ended,
        };
        Ok(any)
    }

    /// Gives lines back, to be read again in this order.
    pub(crate) fn give_back(&mut self, lines: Vec<Line>) {
        for line in lines.into_iter().rev() {
            self.pending.push_front(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Lines};

    #[test]
    fn lines_keep_their_numbers_when_given_back() {
        let mut lines = Lines::new(&b"a\r\nb\n\nlast"[..]);
        let mut line = Line::default();
        let mut seen = Vec::new();
        while lines.next_into(&mut line).unwrap() {
            if line.number == 2 && seen.len() == 1 {
                seen.push((0, String::new()));
                lines.give_back(vec![line.clone()]);
                continue;
            }
            seen.push((line.number, String::from_utf8(line.bytes.clone()).unwrap()));
        }
        let want = [(1, "a"), (0, ""), (2, "b"), (3, ""), (4, "last")];
        assert_eq!(seen, want.map(|(number, text)| (number, text.to_owned())));
        assert!(!line.unended);
    }

    #[test]
    fn a_line_without_end_does_not_fill_the_memory() {
        let long = vec![b'x'; crate::ROW_LIMIT_BYTES + 10];
        let mut text = long.clone();
        text.extend_from_slice(b"\nnext");
        let mut lines = Lines::new(&text[..]);
        let mut line = Line::default();
        assert!(lines.next_into(&mut line).unwrap());
        assert!(line.too_long && line.bytes.len() == crate::ROW_LIMIT_BYTES);
        assert!(lines.next_into(&mut line).unwrap());
        assert!(!line.too_long && line.bytes == b"next" && line.unended);
    }
}
