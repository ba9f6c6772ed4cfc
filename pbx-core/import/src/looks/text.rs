//! Text files that telephone systems write and that are not call records to import.

use crate::{
    csv::split::{Cells, Dialect},
    text::decode,
};

/// Events of Asterisk's channel event logging.
const CEL: [&str; 24] = [
    "CHAN_START",
    "CHAN_END",
    "HANGUP",
    "ANSWER",
    "APP_START",
    "APP_END",
    "BRIDGE_START",
    "BRIDGE_END",
    "BRIDGE_ENTER",
    "BRIDGE_EXIT",
    "CONF_START",
    "CONF_END",
    "CONF_ENTER",
    "CONF_EXIT",
    "PARK_START",
    "PARK_END",
    "TRANSFER",
    "BLINDTRANSFER",
    "ATTENDEDTRANSFER",
    "HOOKFLASH",
    "LINKEDID_END",
    "PICKUP",
    "FORWARD",
    "USER_DEFINED",
];
const QUEUE: [&str; 20] = [
    "QUEUESTART",
    "ENTERQUEUE",
    "CONNECT",
    "COMPLETEAGENT",
    "COMPLETECALLER",
    "ABANDON",
    "RINGNOANSWER",
    "RINGCANCELED",
    "ADDMEMBER",
    "REMOVEMEMBER",
    "PAUSE",
    "UNPAUSE",
    "PAUSEALL",
    "UNPAUSEALL",
    "EXITWITHTIMEOUT",
    "EXITWITHKEY",
    "EXITEMPTY",
    "DID",
    "CONFIGRELOAD",
    "TRANSFER",
];
const SIP_METHODS: [&str; 8] = [
    "INVITE", "BYE", "ACK", "CANCEL", "REGISTER", "OPTIONS", "UPDATE", "MESSAGE",
];

/// What the lines surely are; none where nothing is sure.
pub(super) fn describe(lines: &[Vec<u8>]) -> Option<String> {
    let lines: Vec<String> = lines
        .iter()
        .take(60)
        .map(|line| decode(line).into_owned())
        .collect();
    let most = |test: &dyn Fn(&str) -> bool| {
        let count = lines.iter().filter(|line| test(line)).count();
        count > 0 && count * 2 >= lines.len()
    };
    let any = |test: &dyn Fn(&str) -> bool| lines.iter().any(|line| test(line));
    let found = if let Some(cucm) = cucm(&lines[0]) {
        cucm
    } else if most(&is_cel) || any(&is_cel_table) {
        "Asterisk channel events (CEL), not call records (CDR)"
    } else if most(&is_queue_log) {
        "an Asterisk queue_log: queue events, not call records"
    } else if most(&is_flatstore) {
        "flat-file accounting of Kamailio or OpenSIPS (acc), whose lines are transactions, not calls"
    } else if any(&|line| line.contains("ACC: ") && line.contains("method=")) {
        "accounting lines of Kamailio or OpenSIPS in a system log (acc), whose lines are transactions, not calls"
    } else if let Some(sql) = sql(&lines) {
        return Some(sql);
    } else if any(&|line| line.starts_with("Event-Name: ")) {
        "FreeSWITCH events as text (event socket), not call records"
    } else if any(&|line| line.starts_with("Asterisk Call Manager/") || line.starts_with("Event: "))
    {
        "messages of Asterisk's manager interface (AMI), not call records"
    } else if most(&is_asterisk_log) {
        "an Asterisk log"
    } else if most(&is_freeswitch_log) {
        "a FreeSWITCH log"
    } else if any(&is_asterisk_cli) {
        "what Asterisk's command line printed"
    } else if any(&is_sip) {
        "a SIP trace"
    } else if most(&is_3cx) {
        "call records of 3CX, which can't be imported"
    } else if lines[0].starts_with("switch,cdr_source_type") {
        "a CDR-Stats import file"
    } else if lines[0].to_ascii_lowercase().contains("cgrid") {
        "CGRateS records (CSV)"
    } else if most(&is_simple_mapping) {
        "the stock \"Simple\" cdr_custom mapping (time, caller, callee), which has no duration and no result"
    } else if most(&is_syslog) {
        "a system log"
    } else if lines[0].starts_with("-----BEGIN ") {
        "a key or certificate (PEM)"
    } else if lines[0].starts_with("#!") {
        "a script"
    } else if lines[0].trim().starts_with('[') && lines[0].trim().ends_with(']') {
        "a configuration file"
    } else {
        return None;
    };
    Some(found.to_owned())
}

fn first_cell(line: &str) -> String {
    let mut cells = Cells::default();
    cells.split(line.as_bytes(), Dialect::Lenient);
    if cells.len() < 10 {
        String::new()
    } else {
        cells.text(0).to_owned()
    }
}

fn is_cel(line: &str) -> bool {
    CEL.contains(&first_cell(line).as_str())
}

/// A table of events as `psql` or a test prints it, or a header that names CEL's columns.
fn is_cel_table(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    let names = lower.contains("eventtype") && lower.contains("eventtime");
    let first = line.split('|').next().unwrap_or("").trim();
    names || (line.matches('|').count() >= 3 && CEL.contains(&first))
}

fn is_epoch(text: &str) -> bool {
    let whole = text.split('.').next().unwrap_or("");
    (9..=10).contains(&whole.len()) && whole.bytes().all(|b| b.is_ascii_digit())
}

fn is_queue_log(line: &str) -> bool {
    let parts: Vec<&str> = line.split('|').collect();
    parts.len() >= 5 && is_epoch(parts[0]) && (QUEUE.contains(&parts[4]) || parts[1] == "NONE")
}

fn is_flatstore(line: &str) -> bool {
    let parts: Vec<&str> = line.split('|').collect();
    parts.len() >= 6 && SIP_METHODS.contains(&parts[0]) && parts[4].len() == 3
}

fn cucm(line: &str) -> Option<&'static str> {
    if !line.contains("globalCallID_callId") && !line.contains("cdrRecordType") {
        return None;
    }
    Some(if line.contains("callingPartyNumber") {
        "call records of Cisco Unified Communications Manager (CUCM CDR), which can't be imported"
    } else {
        "call quality records of Cisco Unified Communications Manager (CUCM CMR), not call records"
    })
}

/// An SQL dump, by the tables that it names. FreeSWITCH's template "sql" is not one.
fn sql(lines: &[String]) -> Option<String> {
    let mut tables: Vec<String> = Vec::new();
    let mut statements = 0;
    for line in lines {
        let lower = line.trim_start().to_ascii_lowercase();
        let after = [
            "create table if not exists ",
            "create table ",
            "insert into ",
            "copy ",
        ]
        .iter()
        .find_map(|verb| lower.strip_prefix(verb));
        let Some(after) = after else { continue };
        statements += 1;
        let name: String = after
            .trim_start_matches(['`', '"', '\'', '['])
            .chars()
            .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
            .collect();
        if !name.is_empty() && !tables.contains(&name) {
            tables.push(name);
        }
    }
    let is_dump = statements > 0
        && lines.iter().any(|line| {
            let lower = line.trim_start().to_ascii_lowercase();
            lower.starts_with("create table")
                || lower.starts_with("insert into `")
                || lower.starts_with("copy ")
                || (lower.starts_with("insert into")
                    && !lower.starts_with("insert into cdr values"))
        });
    if !is_dump {
        return None;
    }
    let kamailio = tables
        .iter()
        .any(|name| matches!(name.as_str(), "acc" | "missed_calls"));
    let names = tables.into_iter().take(4).collect::<Vec<_>>().join(", ");
    Some(if kamailio {
        format!("an SQL dump of Kamailio's or OpenSIPS's accounting tables (acc: {names})")
    } else {
        format!("an SQL dump (tables: {names}); import the switch's own file or a CSV instead")
    })
}

/// `[2026-11-22 23:40:39] VERBOSE[123]` or `[Nov 22 23:40:39] NOTICE[123][C-0]`.
fn is_asterisk_log(line: &str) -> bool {
    const LEVELS: [&str; 8] = [
        "VERBOSE", "NOTICE", "WARNING", "ERROR", "DEBUG", "DTMF", "SECURITY", "FAX",
    ];
    let Some((_, rest)) = line.strip_prefix('[').and_then(|line| line.split_once(']')) else {
        return false;
    };
    LEVELS.iter().any(|level| {
        rest.trim_start()
            .strip_prefix(level)
            .is_some_and(|rest| rest.starts_with('['))
    })
}

fn is_freeswitch_log(line: &str) -> bool {
    const LEVELS: [&str; 7] = [
        "[DEBUG]",
        "[INFO]",
        "[NOTICE]",
        "[WARNING]",
        "[ERR]",
        "[CRIT]",
        "[CONSOLE]",
    ];
    LEVELS.iter().any(|level| line.contains(level)) && line.contains(".c")
}

fn is_asterisk_cli(line: &str) -> bool {
    const SIGNS: [&str; 14] = [
        "No ethernet interface found",
        "Channel              Location",
        "Name/username ",
        "<Endpoint/CID",
        "Endpoint:  <Endpoint",
        "Aor:  <Aor",
        "Contact:  <Aor",
        "active channels",
        "calls processed",
        "sip peers [Monitored",
        "Registered Asterisk Dial",
        "Bridge-ID",
        "strategy (",
        "<Registration/ServerURI",
    ];
    SIGNS.iter().any(|sign| line.contains(sign))
}

fn is_sip(line: &str) -> bool {
    line.ends_with(" SIP/2.0") || line.starts_with("SIP/2.0 ") || line.starts_with("Via: SIP/2.0")
}

/// `Call 123,…` or the columns of 3CX's CDR output.
fn is_3cx(line: &str) -> bool {
    let first = line.split(',').next().unwrap_or("");
    (first.starts_with("Call ") && line.matches(',').count() >= 5)
        || line.contains("Chain: Ext.")
        || line.to_ascii_lowercase().contains("historyid,callid")
}

fn is_simple_mapping(line: &str) -> bool {
    let mut cells = Cells::default();
    cells.split(line.as_bytes(), Dialect::Lenient);
    cells.len() == 3 && is_epoch(cells.text(0))
}

/// `Nov 22 23:40:39 host program[1]: …`.
fn is_syslog(line: &str) -> bool {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let month = line.get(..3).unwrap_or("");
    let named = month.len() == 3 && MONTHS.match_indices(month).any(|(at, _)| at % 3 == 0);
    let clock = line.get(6..15).unwrap_or("");
    named && clock.matches(':').count() == 2
}
