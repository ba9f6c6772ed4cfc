//! Asterisk: `cdr_csv` and `cdr_custom`.

use pbx_import::{Format, same_record};

use crate::{MASTER, read, read_as, records};

#[test]
fn master_csv_of_every_width() {
    let tails = [
        ("", "", "", None),
        (r#","1795408839.7""#, "1795408839.7", "1795408839.7", None),
        (r#","note""#, "", "", None),
        (
            r#","1795408839.7","note""#,
            "1795408839.7",
            "1795408839.7",
            None,
        ),
        (r#","peer","1795408830.1",9"#, "", "1795408830.1", Some(9)),
        (
            r#","1795408839.7","peer","1795408830.1",9"#,
            "1795408839.7",
            "1795408830.1",
            Some(9),
        ),
        (
            r#","note","peer","1795408830.1",9"#,
            "",
            "1795408830.1",
            Some(9),
        ),
        (
            r#","1795408839.7","note","peer","1795408830.1",9"#,
            "1795408839.7",
            "1795408830.1",
            Some(9),
        ),
    ];
    for (tail, id, call, sequence) in tails {
        let all = records(format!("{MASTER}{tail}\n"));
        let record = &all[0];
        assert_eq!(
            (record.unique_id.as_str(), record.sequence),
            (id, sequence),
            "{tail}"
        );
        assert_eq!(record.call_key_inferred, call.is_empty(), "{tail}");
        assert!(call.is_empty() || record.call_key == call, "{tail}");
        assert_eq!(record.started_at_ms, 1_795_408_839_000);
        assert_eq!(record.answered_at_ms, Some(1_795_408_841_000));
        assert_eq!(record.ended_at_ms, 1_795_408_843_000);
        assert_eq!((record.ring_seconds, record.billable_seconds), (2, 2));
        assert_eq!(
            (record.from_name.as_str(), record.account.as_str()),
            ("Bob", "acct")
        );
        if sequence.is_some() {
            assert_eq!(record.peer_account, "peer");
        }
    }
}

#[test]
fn bad_rows_are_said_and_kept() {
    let bad = [
        (
            MASTER.replace("23:40:39", "25:40:39"),
            "start \"2026-11-22 25:40:39\" is not a time",
        ),
        (
            MASTER.replace(",4,2,", ",-4,2,"),
            "duration \"-4\" is negative",
        ),
        (
            MASTER.replace(",4,2,", ",4\0,2,"),
            "duration \"4\u{fffd}\" is not a number",
        ),
        (
            MASTER.replace("23:40:43", "23:40:13"),
            "ends before it starts",
        ),
        (
            MASTER.replace("ANSWERED", "PERHAPS"),
            "disposition \"PERHAPS\"",
        ),
        (
            format!("{MASTER},1,2,3,4,5,6,7"),
            "23 columns, not 16 to 21",
        ),
        (MASTER.replace("\"200\"", "\"200"), "columns, not 16 to 21"),
        (
            MASTER.replace("\"DOCUMENTATION\"", "\"DOCUMENTATION"),
            "column 16 is never closed",
        ),
    ];
    for (row, reason) in bad {
        let (format, rows) = read(format!("\u{feff}{MASTER}\r\n{row}\r\n\r\n{MASTER}"));
        assert_eq!(format, Format::AsteriskCsv);
        let [Ok(_), Err(reject), Ok(last)] = &rows[..] else {
            panic!("{row}: {rows:?}")
        };
        assert!(
            reject.reason.contains(reason),
            "{reason}: {}",
            reject.reason
        );
        assert_eq!(
            (reject.line, reject.file.as_str(), last.line),
            (2, "file", 4)
        );
        assert_eq!(reject.row, row.replace('\0', "\u{fffd}"));
    }
    // A file that is nothing but one bad row is still known for what it is.
    let (_, rows) = read(MASTER.replace("23:40:43", "23:40:13"));
    assert!(matches!(&rows[..], [Err(_)]));
}

#[test]
fn latin_1_and_cells_with_line_ends_stay_readable() {
    let mut row = MASTER
        .replace("Bob", "M#ller")
        .replace("SIP/b\",\"2026", "a\nb\",\"2026")
        .into_bytes();
    let at = row.iter().position(|b| *b == b'#').expect("the mark");
    row[at] = 0xfc;
    row.extend_from_slice(b"\n");
    row.extend_from_slice(MASTER.as_bytes());
    let all = records(row);
    assert_eq!((all[0].from_name.as_str(), all[1].line), ("Müller", 3));
}

#[test]
fn custom_freepbx_epoch_and_header_files_are_the_same_records() {
    let custom = r#""""Bob"" <100>","100","200","in","SIP/a-1","SIP/b-2","Dial","SIP/b","2026-11-22 23:40:39","2026-11-22 23:40:41","2026-11-22 23:40:43","4","2","ANSWERED","DOCUMENTATION","acct","1795408839.7","",9"#;
    let freepbx = r#""2026-11-22 23:40:39","""Bob"" <100>","100","200","in","SIP/a-1","SIP/b-2","Dial","SIP/b",4,2,"ANSWERED",3,"acct","1795408839.7","","555","rec-100.wav","100","Bob","","","","1795408839.7","",9"#;
    let short = r#""2026-11-22 23:40:39","""Bob"" <100>","100","200","in","SIP/a-1","SIP/b-2","Dial","SIP/b",4,2,"ANSWERED",3"#;
    let epochs = r#"1795408839.230409,1795408841.0,1795408843.541992,4.311583,2.505106,100,200,ANSWERED,"Bob" <100>"#;
    let header = "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,uniqueid,recordingfile\n\
        2026-11-22 23:40:39,Bob <100>,100,200,in,SIP/a-1,SIP/b-2,Dial,x,4,2,ANSWERED,1795408839.7,rec-100.wav\n";
    let master = records(format!("{MASTER},\"1795408839.7\",\"\"")).remove(0);
    let files = [
        (Format::AsteriskCustom, custom),
        (Format::FreePbxCsv, freepbx),
        (Format::FreePbxCsv, short),
        (Format::AsteriskSimple, epochs),
        (Format::AsteriskHeaderCsv, header),
    ];
    for (format, text) in files {
        let (found, rows) = read(text);
        assert_eq!(found, format, "{text}");
        let [Ok(record)] = &rows[..] else {
            panic!("{rows:?}")
        };
        assert!(same_record(&record.identity, &master.identity), "{text}");
        assert_eq!(record.from_name, "Bob", "{text}");
        assert_eq!(
            record.answered_at_ms.map(|ms| ms / 1000),
            Some(1_795_408_841),
            "{text}"
        );
        let recorded = text
            .contains("rec-100.wav")
            .then(|| "rec-100.wav".to_owned());
        assert_eq!(record.recording_file, recorded, "{text}");
    }
    assert_eq!(records(freepbx)[0].dialled_number, "555");
    assert_eq!(records(freepbx)[0].sequence, Some(9));
    let stock = "\"1795408839\",\"100\",\"200\"\n";
    assert!(read_as(stock, None).unwrap_err().contains("no duration"));
}
