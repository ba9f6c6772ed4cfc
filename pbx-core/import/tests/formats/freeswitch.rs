//! FreeSWITCH: `json_cdr`, `xml_cdr` and `cdr_csv`.

use pbx_api::{CallResult, Direction};
use pbx_import::{Format, same_record};

use crate::{PEER, UUID, read, records};

/// A json_cdr: the leg, more variables, the caller's profile.
pub(crate) fn json(uuid: &str, more: &str) -> String {
    format!(
        r#"{{"core-uuid":"c","channel_data":{{"direction":"inbound"}},"variables":{{"uuid":"{uuid}",{more}
"start_stamp":"2018-01-11%2011%3A25%3A44","start_epoch":1515666344,"start_uepoch":"1515666344534355",
"answer_epoch":"1515666347","end_epoch":"1515666415","duration":"71","billsec":"68",
"hangup_cause":"NORMAL_CLEARING","domain_name":"acme.example","record_path":"%2Fvar%2Frec","record_name":"a.wav"}},
"callflow":[{{"caller_profile":{{"caller_id_name":"Jos%C3%A9","caller_id_number":"1001","destination_number":"1003","context":"public"}}}},
{{"caller_profile":{{"destination_number":"1002"}}}}]}}"#
    )
}

#[test]
fn json_in_any_arrangement() {
    let a = json(UUID, r#""call_uuid":"x","#);
    let one_line = a.replace('\n', "");
    let arrangements = [
        format!("{a}{a}"),
        format!("{one_line}\n{one_line}\n"),
        format!("[{a},\n{a}]"),
        format!("{a}\n\n{a}\n"),
    ];
    for text in arrangements {
        let (format, rows) = read(text);
        assert_eq!((format, rows.len()), (Format::FreeSwitchJson, 2));
        let Ok(record) = &rows[1] else {
            panic!("{rows:?}")
        };
        assert_eq!(
            (record.from_name.as_str(), record.from_number.as_str()),
            ("José", "1001")
        );
        assert_eq!(
            (record.to_number.as_str(), record.dialled_number.as_str()),
            ("1003", "1002")
        );
        assert_eq!(record.recording_file.as_deref(), Some("/var/rec/a.wav"));
        assert_eq!(
            (record.domain.as_str(), record.context.as_str()),
            ("acme.example", "public")
        );
        assert_eq!(record.direction, Some(Direction::Inbound));
        assert_eq!(record.started_at_ms, 1_515_666_344_534);
    }
    let form: String = a.bytes().map(|b| format!("%{b:02X}")).collect();
    assert_eq!(records(format!("cdr={form}")).len(), 1);
    let (_, rows) = read(format!("{}\n{a}\nnoise\n{{\"a\":1}}\n{a}", &a[..200]));
    let good: Vec<bool> = rows.iter().map(Result::is_ok).collect();
    assert_eq!(good, [false, true, false, false, true]);
}

#[test]
fn legs_of_a_bridge_share_their_call() {
    let a_leg = json(
        UUID,
        &format!(r#""direction":"inbound","call_uuid":"{UUID}","bridge_uuid":"{PEER}","#),
    );
    // The hangup of the other leg reset this one's call_uuid.
    let b_leg = json(
        PEER,
        &format!(
            r#""direction":"outbound","call_uuid":"{PEER}","originating_leg_uuid":"{UUID}","bridge_uuid":"{UUID}","#
        ),
    );
    let plain = json(
        PEER,
        &format!(r#""direction":"outbound","call_uuid":"{UUID}","#),
    );
    for b_leg in [b_leg, plain] {
        let all = records(format!("{b_leg}\n{a_leg}"));
        assert_eq!(
            (all[0].call_key.as_str(), all[1].call_key.as_str()),
            (UUID, UUID)
        );
    }
}

#[test]
fn results_of_unanswered_legs() {
    let result = |cause: &str, more: &str| {
        let text = json(UUID, more)
            .replace(r#""answer_epoch":"1515666347""#, r#""answer_epoch":"0""#)
            .replace("NORMAL_CLEARING", cause);
        let record = records(text).remove(0);
        assert!(!record.answered && record.billable_seconds == 0);
        (record.result, record.cause)
    };
    assert_eq!(
        result("ORIGINATOR_CANCEL", ""),
        (CallResult::Cancelled, None)
    );
    assert_eq!(result("USER_BUSY", ""), (CallResult::Busy, Some(17)));
    assert_eq!(result("NO_ANSWER", ""), (CallResult::NoAnswer, Some(19)));
    assert_eq!(result("CALL_REJECTED", ""), (CallResult::Failed, Some(21)));
    let cancelled = r#""sip_hangup_disposition":"recv_cancel","#;
    assert_eq!(
        result("NORMAL_CLEARING", cancelled),
        (CallResult::Cancelled, Some(16))
    );
    let voicemail = json(
        UUID,
        r#""last_app":"voicemail","last_arg":"default%20a%201002","#,
    );
    assert_eq!(records(voicemail)[0].result, CallResult::Voicemail);
}

pub(crate) fn xml(uuid: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<cdr core-uuid=\"c\">\n<channel_data><direction>inbound</direction></channel_data>\n\
         <variables><uuid>{uuid}</uuid><start_stamp>2018-01-11%2011%3A25%3A44</start_stamp>\
         <start_epoch>1515666344</start_epoch><answer_epoch>1515666347</answer_epoch>\
         <end_epoch>1515666415</end_epoch><duration>71</duration><billsec>68</billsec>\
         <hangup_cause>NORMAL_CLEARING</hangup_cause><sip_term_status>200</sip_term_status><1odd/></variables>\n\
         <app_log><application app_name=\"record_session\" app_data=\"/rec/b.wav\"/></app_log>\n\
         <callflow profile_index=\"1\"><caller_profile><caller_id_name>R&amp;D</caller_id_name>\
         <caller_id_number>1001</caller_id_number><destination_number>1002</destination_number>\
         <originator><originator_caller_profile><caller_id_number>9</caller_id_number></originator_caller_profile></originator>\
         </caller_profile></callflow>\n</cdr>\n"
    )
}

#[test]
fn xml_documents_one_after_another() {
    let (format, rows) = read(format!("{}{}", xml(UUID), xml(PEER)));
    assert_eq!(format, Format::FreeSwitchXml);
    let [Ok(record), Ok(_)] = &rows[..] else {
        panic!("{rows:?}")
    };
    assert_eq!(
        (record.from_name.as_str(), record.from_number.as_str()),
        ("R&D", "1001")
    );
    assert_eq!(
        (record.sip_code, record.recording_file.as_deref()),
        (Some(200), Some("/rec/b.wav"))
    );
    let whole = xml(UUID);
    let (_, rows) = read(format!("{}{whole}", &whole[..whole.len() / 2]));
    assert!(matches!(&rows[..], [Err(_), Ok(_)]), "{rows:?}");
    assert_eq!(records(format!("<cdrs>{whole}{whole}</cdrs>")).len(), 2);
}

#[test]
fn cdr_csv_of_every_template_is_the_same_leg() {
    let stamps = r#""2018-01-11 05:25:44","2018-01-11 05:25:47","2018-01-11 05:26:55""#;
    let head = format!(
        r#""Bob "Jr"","1001","1002","default",{stamps},"71","68","NORMAL_CLEARING","{UUID}","{PEER}""#
    );
    let templates = [
        format!(r#"{head},"acct","PCMU","PCMU""#),
        format!(r#"{head}, "acct""#),
        format!(r#"INSERT INTO cdr VALUES ({head}, "acct");"#),
        format!(r#"{head}, "acct","PCMU","PCMU","Snom","","","","""#),
        format!(r#"{head},"acct","PCMU","PCMU","Linksys","x""#),
        format!(
            r#""acct","1001","1002","default",""Bob "Jr"" <1001>","sofia/a","sofia/b","bridge","user/1002",{stamps},"71","68","NORMAL_CLEARING","","{UUID}","""#
        ),
        format!(
            r#""acct","1001","1002","default",""Bob "Jr"" <1001>","sofia/a","sofia/b","bridge","user/1002",{stamps},"71","68","NORMAL_CLEARING","3","{UUID}","""#
        ),
        format!(
            r#""{UUID}","{PEER}","inbound","1001","1002","2018-01-11 05:25:47","2018-01-11 05:26:55","68","acct","","10.0.0.1","","""#
        ),
    ];
    let known = records(json(UUID, "")).remove(0);
    for text in templates {
        let (format, rows) = read(format!("{text}\n{text}\n"));
        assert_eq!(format, Format::FreeSwitchCsv, "{text}");
        let [Ok(record), Ok(_)] = &rows[..] else {
            panic!("{text}: {rows:?}")
        };
        assert!(same_record(&record.identity, &known.identity), "{text}");
        assert_eq!(
            (record.from_number.as_str(), record.account.as_str()),
            ("1001", "acct"),
            "{text}"
        );
        assert_eq!(record.billable_seconds, 68, "{text}");
        assert!(
            record.answered && record.started_at_ms / 1000 >= 1_515_666_344,
            "{text}"
        );
        // Nobody doubles a quote here: which of two belongs to the name stays open.
        if text.contains("Bob") {
            assert!(
                record.from_name.starts_with("Bob \"Jr"),
                "{text}: {}",
                record.from_name
            );
        }
    }
    let other = head
        .replace(UUID, "x")
        .replace(PEER, UUID)
        .replace("\"x\"", &format!("\"{PEER}\""));
    let all = records(format!("{head}\n{other}\n"));
    assert_eq!(all[0].call_key, all[1].call_key);
}
