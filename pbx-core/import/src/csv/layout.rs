//! Which column is what, recognised by what stands in it.

use super::split::{Cells, Dialect};
use crate::{Format, freeswitch::cause, value};

/// An arrangement of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Asterisk `cdr_csv`.
    Master,
    /// Asterisk `cdr_custom`, stock mapping.
    Custom,
    /// Asterisk `cdr_custom`, call date first.
    FreePbx,
    /// Asterisk, epochs.
    Epochs,
    /// FreeSWITCH templates "example", "sql", "linksys", "snom" and the built-in one.
    FsExample,
    /// FreeSWITCH template "asterisk".
    FsAsterisk,
    /// FreeSWITCH template "opencdrrate".
    FsOpenCdrRate,
}

type Names = &'static [&'static str];

const MASTER: Names = &[
    "accountcode",
    "src",
    "dst",
    "dcontext",
    "clid",
    "channel",
    "dstchannel",
    "lastapp",
    "lastdata",
    "start",
    "answer",
    "end",
    "duration",
    "billsec",
    "disposition",
    "amaflags",
];
const CUSTOM: Names = &[
    "clid",
    "src",
    "dst",
    "dcontext",
    "channel",
    "dstchannel",
    "lastapp",
    "lastdata",
    "start",
    "answer",
    "end",
    "duration",
    "billsec",
    "disposition",
    "amaflags",
    "accountcode",
    "uniqueid",
    "userfield",
    "sequence",
];
const FREEPBX: Names = &[
    "start",
    "clid",
    "src",
    "dst",
    "dcontext",
    "channel",
    "dstchannel",
    "lastapp",
    "lastdata",
    "duration",
    "billsec",
    "disposition",
    "amaflags",
    "accountcode",
    "uniqueid",
    "userfield",
];
/// What FreePBX's table has behind the user field.
const FREEPBX_TABLE: Names = &[
    "did",
    "recordingfile",
    "cnum",
    "cnam",
    "outbound_cnum",
    "outbound_cnam",
    "dst_cnam",
    "linkedid",
    "peeraccount",
    "sequence",
];
const EPOCHS: Names = &[
    "start",
    "answer",
    "end",
    "duration",
    "billsec",
    "src",
    "dst",
    "disposition",
    "clid",
];
const FS_EXAMPLE: Names = &[
    "caller_id_name",
    "caller_id_number",
    "destination_number",
    "context",
    "start_stamp",
    "answer_stamp",
    "end_stamp",
    "duration",
    "billsec",
    "hangup_cause",
];
const FS_ASTERISK: Names = &[
    "accountcode",
    "caller_id_number",
    "destination_number",
    "context",
    "caller_id",
    "channel_name",
    "bridge_channel",
    "last_app",
    "last_arg",
    "start_stamp",
    "answer_stamp",
    "end_stamp",
    "duration",
    "billsec",
    "hangup_cause",
    "amaflags",
    "uuid",
    "userfield",
];
const FS_OPENCDRRATE: Names = &[
    "uuid",
    "signal_bond",
    "direction",
    "ani",
    "destination_number",
    "answer_stamp",
    "end_stamp",
    "billsec",
    "accountcode",
    "userfield",
    "network_addr",
    "privacy",
    "sip_gateway_name",
];

impl Layout {
    pub(crate) const ALL: [Self; 7] = [
        Self::Master,
        Self::FreePbx,
        Self::Custom,
        Self::Epochs,
        Self::FsExample,
        Self::FsAsterisk,
        Self::FsOpenCdrRate,
    ];

    pub(crate) fn format(self) -> Format {
        match self {
            Self::Master => Format::AsteriskCsv,
            Self::Custom => Format::AsteriskCustom,
            Self::FreePbx => Format::FreePbxCsv,
            Self::Epochs => Format::AsteriskSimple,
            Self::FsExample | Self::FsAsterisk | Self::FsOpenCdrRate => Format::FreeSwitchCsv,
        }
    }

    pub(crate) fn dialect(self) -> Dialect {
        if self == Self::Epochs {
            Dialect::Epochs
        } else {
            Dialect::Lenient
        }
    }

    /// The columns that a row can have.
    pub(crate) fn width(self) -> std::ops::RangeInclusive<usize> {
        match self {
            Self::Master => 16..=21,
            Self::Custom => 14..=60,
            Self::FreePbx => 12..=60,
            Self::Epochs => 8..=9,
            Self::FsExample => 10..=60,
            Self::FsAsterisk => 15..=60,
            Self::FsOpenCdrRate => 9..=60,
        }
    }

    /// The names of the columns of this row, in two parts.
    pub(crate) fn names(self, cells: &Cells) -> [Names; 2] {
        let is_id = |at| value::unique_id_epoch(cells.text(at)).is_some();
        let rest: Names = match self {
            Self::Master => match cells.len() {
                17 if is_id(16) => &["uniqueid"],
                17 => &["userfield"],
                18 => &["uniqueid", "userfield"],
                19 => &["peeraccount", "linkedid", "sequence"],
                20 if is_id(16) => &["uniqueid", "peeraccount", "linkedid", "sequence"],
                20 => &["userfield", "peeraccount", "linkedid", "sequence"],
                21.. => &[
                    "uniqueid",
                    "userfield",
                    "peeraccount",
                    "linkedid",
                    "sequence",
                ],
                _ => &[],
            },
            Self::FreePbx if is_id(16) && value::is_audio_file(cells.text(18)) => {
                &["linkedid", "sequence", "recordingfile"]
            }
            Self::FreePbx if is_id(16) => &["linkedid", "sequence", "peeraccount"],
            Self::FreePbx => FREEPBX_TABLE,
            // cdr_sqlite's template puts the cause's number behind its name.
            Self::FsExample
                if value::is_uuid(cells.text(11)) && !value::is_uuid(cells.text(10)) =>
            {
                &["hangup_cause_q850", "uuid", "bleg_uuid", "accountcode"]
            }
            Self::FsExample => match cells.len() {
                20.. => &[
                    "uuid",
                    "bleg_uuid",
                    "accountcode",
                    "read_codec",
                    "write_codec",
                    "sip_user_agent",
                    "call_clientcode",
                    "sip_rtp_rxstat",
                    "sip_rtp_txstat",
                    "sofia_record_file",
                ],
                _ => &[
                    "uuid",
                    "bleg_uuid",
                    "accountcode",
                    "read_codec",
                    "write_codec",
                ],
            },
            _ => &[],
        };
        let first = match self {
            Self::Master => MASTER,
            Self::Custom => CUSTOM,
            Self::FreePbx => FREEPBX,
            Self::Epochs => EPOCHS,
            Self::FsExample => FS_EXAMPLE,
            Self::FsAsterisk => FS_ASTERISK,
            Self::FsOpenCdrRate => FS_OPENCDRRATE,
        };
        [first, rest]
    }

    /// Does the row look like one of this layout? Enough of the telling columns must hold what
    /// they should; single bad values are for the record's reader to reject.
    pub(crate) fn fits(self, cells: &Cells) -> bool {
        if !self.width().contains(&cells.len()) {
            return false;
        }
        let text = |at| cells.text(at);
        let asterisk = |start: usize, duration: usize| {
            u8::from(is_stamp(text(start)))
                + u8::from(is_number(text(duration)))
                + u8::from(is_number(text(duration + 1)))
                + 2 * u8::from(is_disposition(text(duration + 2)))
                + u8::from(is_ama(text(duration + 3)))
        };
        let is_cause = |at| !is_disposition(text(at)) && cause::looks_like_one(text(at));
        match self {
            // FreeSWITCH's template "asterisk" has a cause; Asterisk's chosen ids can be UUIDs too.
            Self::Master => {
                asterisk(9, 12) >= 4 && (is_disposition(text(14)) || !value::is_uuid(text(16)))
            }
            Self::Custom => asterisk(8, 11) >= 4,
            Self::FreePbx => asterisk(0, 9) >= 4,
            Self::Epochs => {
                let epochs = (0..3).filter(|at| is_epoch(text(*at))).count();
                let spans = (3..5).filter(|at| is_number(text(*at))).count();
                epochs >= 2 && spans >= 1 && is_disposition(text(7))
            }
            Self::FsExample => {
                let id = value::is_uuid(text(10)) || value::is_uuid(text(11));
                u8::from(is_stamp(text(4)))
                    + u8::from(is_number(text(7)) && is_number(text(8)))
                    + u8::from(is_cause(9))
                    + u8::from(id)
                    >= 3
            }
            Self::FsAsterisk => {
                u8::from(is_stamp(text(9)))
                    + u8::from(is_number(text(12)) && is_number(text(13)))
                    + u8::from(is_cause(14))
                    + u8::from(value::is_uuid(text(16)))
                    >= 3
                    && !is_disposition(text(14))
            }
            Self::FsOpenCdrRate => {
                value::is_uuid(text(0))
                    && matches!(text(2), "inbound" | "outbound")
                    && (is_stamp(text(6)) || is_number(text(7)))
            }
        }
    }
}

pub(crate) fn is_disposition(text: &str) -> bool {
    const WORDS: [&str; 7] = [
        "ANSWERED",
        "NO ANSWER",
        "NOANSWER",
        "BUSY",
        "FAILED",
        "CONGESTION",
        "UNKNOWN",
    ];
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

fn is_ama(text: &str) -> bool {
    const WORDS: [&str; 9] = [
        "DOCUMENTATION",
        "BILLING",
        "OMIT",
        "IGNORE",
        "UNKNOWN",
        "0",
        "1",
        "2",
        "3",
    ];
    WORDS.contains(&text)
}

fn is_number(text: &str) -> bool {
    matches!(value::span(text, ""), Ok(Some(_)))
}

fn is_epoch(text: &str) -> bool {
    !text.contains('-') && value::when(text, "").is_ok()
}

fn is_stamp(text: &str) -> bool {
    text.len() >= 10 && matches!(value::when(text, ""), Ok(when) if when != value::When::Never)
}

#[cfg(test)]
mod tests {
    use super::Layout;
    use crate::csv::split::{Cells, Dialect};

    fn fitting(row: &str) -> Vec<Layout> {
        let mut cells = Cells::default();
        let fits = |layout: &Layout| {
            cells.split(row.as_bytes(), layout.dialect());
            layout.fits(&cells)
        };
        Layout::ALL.into_iter().filter(fits).collect()
    }

    #[test]
    fn each_layout_is_recognised_and_no_other() {
        let uuid = "3da8bf84-c133-4959-9e24-e72875cb33a1";
        let rows = [
            (Layout::Master, r#""","100","200","in","<100>","SIP/a-1","","Dial","x","2009-01-14 23:51:15",,"2009-01-14 23:51:20",5,0,"NO ANSWER","DOCUMENTATION""#.to_owned()),
            (Layout::Custom, r#""<100>","100","200","in","SIP/a-1","","Dial","x","2009-01-14 23:51:15","","2009-01-14 23:51:20","5","0","NO ANSWER","3","","1231977075.0","""#.to_owned()),
            (Layout::FreePbx, r#""2009-01-14 23:51:15","<100>","100","200","in","SIP/a-1","","Dial","x",5,0,"NO ANSWER",3,"","1231977075.0","""#.to_owned()),
            (Layout::Epochs, r#"1231977075.5,0.000000,1231977080.0,4.5,0.0,100,200,BUSY,"a, b" <100>"#.to_owned()),
            (Layout::FsExample, format!(r#""Bob","100","200","default","2009-01-14 23:51:15","","2009-01-14 23:51:20","5","0","NO_ANSWER","{uuid}","","","PCMU","PCMU""#)),
            (Layout::FsAsterisk, format!(r#""acme","100","200","default",""Bob" <100>","sofia/a","","bridge","x","2009-01-14 23:51:15","","2009-01-14 23:51:20","5","0","NORMAL_CLEARING","3","{uuid}","""#)),
            (Layout::Master, format!(r#""","100","200","in","<100>","SIP/a-1","","Dial","x","2009-01-14 23:51:15",,"2009-01-14 23:51:20",5,0,"BUSY","3","{uuid}","""#)),
            (Layout::FsOpenCdrRate, format!(r#""{uuid}","","inbound","100","200","","2009-01-14 23:51:20","0","","","10.0.0.1","","""#)),
        ];
        for (layout, row) in rows {
            assert_eq!(fitting(&row), [layout], "{row}");
        }
        assert!(Dialect::Lenient != Layout::Epochs.dialect());
        assert_eq!(
            fitting(
                r#""CHAN_START","1335310195.513823","","","","","","s","default","TinCan/string","","","3","","1335310195.0","1335310195.0","","","","""#
            ),
            []
        );
    }

    #[test]
    fn one_bad_value_does_not_hide_the_format() {
        let row = r#""","100","200","in","<100>","SIP/a-1","","Dial","x","soon","","",5,0,"BUSY","DOCUMENTATION""#;
        assert_eq!(fitting(row), [Layout::Master]);
    }
}
