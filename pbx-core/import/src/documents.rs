//! Records from JSON and XML documents.

use std::io::Read;

use jiff::tz::TimeZone;

use crate::{
    RAW_LIMIT_BYTES,
    clock::Clock,
    freeswitch::{
        json,
        record::{Reader, missing},
        stream::{Documents, Kind, Piece},
        xml,
    },
    open::{Reject, Step},
    text::bounded,
};

pub(crate) struct DocumentRecords {
    kind: Kind,
    documents: Documents<Box<dyn Read + Send>>,
    reader: Reader,
}

impl DocumentRecords {
    pub(crate) fn new(kind: Kind, reader: Box<dyn Read + Send>, zone: TimeZone) -> Self {
        let documents = Documents::new(reader, kind);
        Self {
            kind,
            documents,
            reader: Reader::new(Clock::new(zone)),
        }
    }

    pub(crate) fn next(&mut self) -> Step {
        let (line, bytes) = match self.documents.next()? {
            None => return Ok(None),
            Some(Piece::Broken {
                line,
                bytes,
                reason,
            }) => {
                return Ok(Some(Err(Reject::new(line, reason, &bytes))));
            }
            Some(Piece::Document { line, bytes }) => (line, bytes),
        };
        let parsed = match self.kind {
            Kind::Json => json::parse(&bytes),
            Kind::Xml => xml::parse(&bytes),
        };
        let record = parsed.and_then(|document| {
            let fields = document.into_fields();
            match missing(&fields) {
                Some(reason) => Err(reason),
                None => self.reader.record(&fields),
            }
        });
        Ok(Some(match record {
            Ok(mut record) => {
                record.line = line;
                record.raw = bounded(&bytes, RAW_LIMIT_BYTES);
                Ok(record)
            }
            Err(reason) => Err(Reject::new(line, reason, &bytes)),
        }))
    }
}
