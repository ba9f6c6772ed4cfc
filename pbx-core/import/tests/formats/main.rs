//! Every format by rows written here, through the public surface.

mod asterisk;
mod freeswitch;
mod refusals;

use std::io::Cursor;

use freeswitch::{json, xml};
use jiff::tz::TimeZone;
use pbx_api::RejectedRow;
use pbx_import::{Format, Options, Record, open};
use proptest::prelude::*;

type Row = Result<Record, RejectedRow>;

fn read_as(text: impl Into<Vec<u8>>, format: Option<Format>) -> Result<(Format, Vec<Row>), String> {
    let zone = TimeZone::get("America/New_York").expect("a zone that exists");
    let options = Options {
        format,
        time_zone: zone,
    };
    let mut records =
        open(Cursor::new(text.into()), "file", &options).map_err(|e| e.to_string())?;
    let rows: Vec<Row> = records.by_ref().collect();
    assert!(records.take_error().is_none());
    Ok((records.format(), rows))
}

fn read(text: impl Into<Vec<u8>>) -> (Format, Vec<Row>) {
    read_as(text, None).unwrap_or_else(|refused| panic!("{refused}"))
}

/// The records of a file that has no bad row.
fn records(text: impl Into<Vec<u8>>) -> Vec<Record> {
    let good = |row: Row| row.unwrap_or_else(|reject| panic!("{reject:?}"));
    read(text).1.into_iter().map(good).collect()
}

const MASTER: &str = r#""acct","100","200","in","""Bob"" <100>","SIP/a-1","SIP/b-2","Dial","SIP/b","2026-11-22 23:40:39","2026-11-22 23:40:41","2026-11-22 23:40:43",4,2,"ANSWERED","DOCUMENTATION""#;
const UUID: &str = "3da8bf84-c133-4959-9e24-e72875cb33a1";
const PEER: &str = "f52c26f1-b018-4963-bf6d-a3111d1a0320";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for format in std::iter::once(None).chain(Format::all().map(Some)) {
            let _ = read_as(bytes.clone(), format);
        }
    }

    /// Damage anywhere in a file never costs more rows than it touched.
    #[test]
    fn damage_costs_the_rows_it_touches(
        at in 0_usize..100_000, byte in prop::sample::select(&b"\"\\,;x\0\xff 9"[..]), file in 0_usize..4,
    ) {
        let row = format!("{MASTER},\"1795408839.7\",\"\"\n");
        let text = match file {
            0 => row.repeat(9),
            1 => json(UUID, "").replace('\n', "").replace("}]}", "}]}\n").repeat(9),
            2 => xml(UUID).repeat(9),
            _ => format!("\"Bob\",\"1001\",\"1002\",\"default\",\"2018-01-11 05:25:44\",\"\",\"2018-01-11 05:26:55\",\"71\",\"0\",\"NO_ANSWER\",\"{UUID}\",\"\",\"\"\n").repeat(9),
        };
        let mut bytes = text.into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        let (_, rows) = read(bytes);
        let good = rows.iter().filter(|row| row.is_ok()).count();
        prop_assert!(good >= 7, "{good} of 9: {rows:?}");
    }

    #[test]
    fn mangled_rows_never_panic(cut in 0_usize..3000, insert in "[\"\\\\,<>{}0-9a\\n-]{0,6}", file in 0_usize..3) {
        let mut text = [format!("{MASTER}\n{MASTER}\n"), json(UUID, ""), xml(UUID)][file].clone();
        let cut = (0..=cut % text.len()).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.insert_str(cut, &insert);
        let _ = read_as(text.clone(), None);
        text.truncate(cut);
        for format in [Format::AsteriskCsv, Format::FreeSwitchJson, Format::FreeSwitchXml] {
            let _ = read_as(text.clone(), Some(format));
        }
    }
}
