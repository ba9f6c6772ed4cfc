//! Records from rows of cells.

use jiff::tz::TimeZone;

use crate::{
    RAW_LIMIT_BYTES, asterisk,
    clock::Clock,
    csv::{
        layout::Layout,
        rows::{Found, Rows},
    },
    fields::{Fields, NamedCells},
    freeswitch,
    head::Head,
    looks::header_names,
    open::{Reject, Step, Stream, buffered},
    text::bounded,
    value::{When, unique_id_epoch, uuid_epoch, when},
};

/// Whose columns they are.
enum Switch {
    Asterisk(asterisk::Reader),
    FreeSwitch(freeswitch::record::Reader),
}

pub(crate) struct TableRecords {
    rows: Rows<Stream>,
    /// None: the first line names the columns.
    layout: Option<Layout>,
    header: Vec<String>,
    switch: Switch,
}

impl TableRecords {
    pub(crate) fn with_layout(layout: Layout, head: Head, zone: TimeZone) -> Self {
        let mut clock = Clock::new(zone);
        clock.learn(starts(&head.bytes, Some(layout)));
        let freeswitch = matches!(
            layout,
            Layout::FsExample | Layout::FsAsterisk | Layout::FsOpenCdrRate
        );
        let switch = if freeswitch {
            Switch::FreeSwitch(freeswitch::record::Reader::new(clock))
        } else {
            Switch::Asterisk(asterisk::Reader::new(clock))
        };
        let rows = Rows::new(buffered(head.into_reader()), Some(layout));
        Self {
            rows,
            layout: Some(layout),
            header: Vec::new(),
            switch,
        }
    }

    pub(crate) fn with_header(head: Head, zone: TimeZone) -> Self {
        let mut clock = Clock::new(zone);
        clock.learn(starts(&head.bytes, None));
        let rows = Rows::new(buffered(head.into_reader()), None);
        let switch = Switch::Asterisk(asterisk::Reader::new(clock));
        Self {
            rows,
            layout: None,
            header: Vec::new(),
            switch,
        }
    }

    pub(crate) fn next(&mut self) -> Step {
        if self.layout.is_none() && self.header.is_empty() {
            self.rows.next()?;
            self.header = header_names(&self.rows.line.bytes);
        }
        match self.rows.next()? {
            Found::End => Ok(None),
            Found::Broken(reason) => Ok(Some(Err(self.reject(reason)))),
            Found::Row => Ok(Some(self.record())),
        }
    }

    fn reject(&self, reason: String) -> Reject {
        Reject::new(self.rows.line.number, reason, &self.rows.line.bytes)
    }

    fn record(&mut self) -> Result<crate::Record, Reject> {
        let width = self.rows.cells.len();
        let expected = self
            .layout
            .map_or(self.header.len()..=self.header.len(), Layout::width);
        if !expected.contains(&width) {
            let (least, most) = (expected.start(), expected.end());
            let many = if least == most {
                least.to_string()
            } else {
                format!("{least} to {most}")
            };
            return Err(self.reject(format!("the row has {width} columns, not {many}")));
        }
        let cells = &self.rows.cells;
        let read = match self.layout {
            Some(layout) => {
                let row = NamedCells {
                    names: layout.names(cells),
                    cells,
                };
                self.switch.record(&row)
            }
            None => {
                let row = NamedCells {
                    names: [&self.header[..], &[]],
                    cells,
                };
                self.switch.record(&row)
            }
        };
        match read {
            Ok(mut record) => {
                record.line = self.rows.line.number;
                record.raw = bounded(&self.rows.line.bytes, RAW_LIMIT_BYTES);
                Ok(record)
            }
            Err(reason) => Err(self.reject(reason)),
        }
    }
}

impl Switch {
    fn record(&mut self, row: &impl Fields) -> Result<crate::Record, String> {
        match self {
            Self::Asterisk(reader) => reader.record(row),
            Self::FreeSwitch(reader) => reader.record(row),
        }
    }
}

/// (wall start, id epoch) of the rows at the beginning of a file, to learn its clock from.
fn starts(head: &[u8], layout: Option<Layout>) -> Vec<(i64, i64)> {
    const ENOUGH: usize = 400;
    let mut rows = Rows::new(head, layout);
    let mut header = Vec::new();
    let mut found = Vec::new();
    while found.len() < ENOUGH {
        match rows.next() {
            Ok(Found::Row) => {}
            Ok(Found::Broken(_)) => continue,
            _ => break,
        }
        let cells = &rows.cells;
        let start = match layout {
            Some(layout) => start_of(&NamedCells {
                names: layout.names(cells),
                cells,
            }),
            None if header.is_empty() => {
                header = header_names(&rows.line.bytes);
                None
            }
            None => start_of(&NamedCells {
                names: [&header[..], &[]],
                cells,
            }),
        };
        found.extend(start);
    }
    found
}

/// The wall start of a row and the moment in its id, where it has both.
pub(crate) fn start_of(row: &impl Fields) -> Option<(i64, i64)> {
    let epoch = match row.first(&["uniqueid"]) {
        Some(id) => unique_id_epoch(&id)?,
        None => uuid_epoch(&row.first(&["uuid"])?)?,
    };
    let start = row.first(&["start", "calldate", "starttime", "start_stamp"])?;
    match when(&start, "start") {
        Ok(When::Wall { seconds, .. }) => Some((seconds, epoch)),
        _ => None,
    }
}
