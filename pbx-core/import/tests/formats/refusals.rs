//! Everything that is no call record to import.

use pbx_import::Format;

use crate::read_as;

#[test]
fn other_kinds_are_called_by_their_name() {
    let kinds: [(&[u8], &str); 16] = [
        (b"", "an empty file"),
        (b"\n\n  \n", "blank lines"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"%PDF-1.4\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"hello\nworld\n", "plain text"),
        (b"a,b,c\n1,2,3\n", "its columns: a, b, c"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"{\"jsonrpc\":\"2.0\",\"result\":[]}", "JSON-RPC"),
        (b"Asterisk Call Manager/5.0.1\r\nEvent: FullyBooted\r\n", "AMI"),
        (b"[2026-11-22 23:40:39] VERBOSE[123][C-00000001] pbx.c: Executing\n", "an Asterisk log"),
        (b" eventtype  | eventtime | cid_name\n-----+-----+----\n CHAN_START | 2013 | Bob\n", "CEL"),
        (b"Call 8,00000148,00:00:12,2023/05/11 09:00:01,,2023/05/11 09:00:13,Ext.100,\n", "3CX"),
        (b"INVITE sip:bob@example.org SIP/2.0\r\nVia: SIP/2.0/UDP x\r\n", "SIP trace"),
        (b"CREATE TABLE `cdr` (\n  `calldate` datetime\n);\nINSERT INTO `cdr` VALUES ('2012');\n", "SQL dump"),
        ("\u{feff}a\tb\tc\td\n".as_bytes(), "tabs"),
    ];
    for (bytes, word) in kinds {
        let refused = read_as(bytes, None).expect_err(word);
        assert!(refused.contains(word), "{word}: {refused}");
    }
    // What the caller names is believed, but not against the bytes.
    assert!(read_as("\x1f\x08", Some(Format::AsteriskSqlite)).is_err());
    assert!(read_as(&b"\x1f\x8b\x08\0"[..], Some(Format::AsteriskCsv)).is_err());
    let (_, rows) =
        read_as("odd\nlines\n", Some(Format::AsteriskCsv)).unwrap_or_else(|e| panic!("{e}"));
    assert!(rows.len() == 2 && rows.iter().all(Result::is_err));
}
