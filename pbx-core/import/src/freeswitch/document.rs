//! What of a JSON or XML record is read, and the undoing of its URL encoding.

use std::borrow::Cow;

use super::record::{FIRST_DESTINATION, PROFILE, RECORD_SESSION};
use crate::{
    fields::Pairs,
    text::{clean, percent_decode},
};

/// The parts of a document, as found.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub variables: Vec<(String, String)>,
    /// The caller profiles, newest first (a transfer makes a new one).
    pub profiles: Vec<Vec<(String, String)>>,
    /// The times of the newest profile.
    pub times: Vec<(String, String)>,
    /// Applications of the dialplan with their arguments.
    pub applications: Vec<(String, String)>,
    pub channel_direction: String,
}

/// Channel variables that the record's reader asks for.
fn is_wanted(name: &str) -> bool {
    matches!(
        name,
        "uuid"
            | "call_uuid"
            | "originating_leg_uuid"
            | "originator"
            | "ent_originate_aleg_uuid"
            | "bridge_uuid"
            | "signal_bond"
            | "last_bridge_to"
            | "bleg_uuid"
            | "originated_legs"
            | "direction"
            | "call_direction"
            | "sip_gateway_name"
            | "accountcode"
            | "domain_name"
            | "sip_auth_realm"
            | "dialed_domain"
            | "sip_from_host"
            | "user_context"
            | "context"
            | "channel_name"
            | "bridge_channel"
            | "last_app"
            | "last_arg"
            | "caller_id"
            | "caller_id_name"
            | "caller_id_number"
            | "ani"
            | "destination_number"
            | "sip_from_user"
            | "sip_req_user"
            | "sip_to_user"
            | "start_stamp"
            | "start_epoch"
            | "start_uepoch"
            | "answer_stamp"
            | "answer_epoch"
            | "answer_uepoch"
            | "end_stamp"
            | "end_epoch"
            | "end_uepoch"
            | "duration"
            | "billsec"
            | "hangup_cause"
            | "hangup_cause_q850"
            | "sip_term_status"
            | "proto_specific_hangup_cause"
            | "sip_invite_failure_status"
            | "last_bridge_proto_specific_hangup_cause"
            | "sip_hangup_disposition"
            | "voicemail_action"
            | "voicemail_message"
            | "record_name"
            | "record_path"
            | "recording_file"
            | "record_file"
            | "cc_record_filename"
            | "sofia_record_file"
            | "userfield"
    )
}

fn value(variables: &[(String, String)], name: &str) -> Option<String> {
    let (_, value) = variables.iter().find(|(known, _)| known == name)?;
    (!value.is_empty()).then(|| value.clone())
}

impl Document {
    /// The named values that a record is made of.
    pub(crate) fn into_fields(self) -> Pairs {
        // A time stamp always has a blank and colons: it shows whether values are encoded.
        let stamp = ["start_stamp", "end_stamp", "profile_start_stamp"]
            .iter()
            .find_map(|name| value(&self.variables, name));
        let encoded = stamp.is_none_or(|stamp| stamp.contains('%'));
        let mut fields: Vec<(Cow<'static, str>, String)> = Vec::with_capacity(48);
        for (name, value) in self
            .variables
            .into_iter()
            .filter(|(name, _)| is_wanted(name))
        {
            let plain = if encoded {
                percent_decode(&value)
            } else {
                Cow::Borrowed(&*value)
            };
            let plain = clean(plain).into_owned();
            fields.push((Cow::Owned(name), plain));
        }
        if let Some(oldest) = self.profiles.last()
            && let Some(number) = value(oldest, "destination_number")
        {
            fields.push((Cow::Borrowed(FIRST_DESTINATION), number));
        }
        for (name, value) in self.profiles.into_iter().next().unwrap_or_default() {
            let value = if encoded {
                percent_decode(&value)
            } else {
                Cow::Borrowed(&*value)
            };
            let value = clean(value).into_owned();
            fields.push((Cow::Owned(format!("{PROFILE}{name}")), value));
        }
        for (name, value) in self.times {
            fields.push((Cow::Owned(format!("times.{name}")), value));
        }
        let recorded = self
            .applications
            .iter()
            .find(|(name, _)| name == "record_session");
        if let Some((_, path)) = recorded {
            let path = percent_decode(path);
            // Channel variables may stand in brackets before the path.
            let path = path.rsplit_once('}').map_or(&*path, |(_, path)| path);
            fields.push((
                Cow::Borrowed(RECORD_SESSION),
                clean(Cow::Borrowed(path)).into_owned(),
            ));
        }
        if !fields.iter().any(|(name, _)| name == "direction") {
            fields.push((Cow::Borrowed("direction"), self.channel_direction));
        }
        Pairs(fields)
    }
}
