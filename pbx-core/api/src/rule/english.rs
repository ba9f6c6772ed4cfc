//! What each rule says in English, for programs, for logs and for whoever has no catalogue. A
//! sentence ends without its full stop, which who writes it down adds.

use std::fmt::{Display, Formatter, Result};

use super::Rule;

impl Display for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            // What is there at all.
            Self::Needed => "is needed",
            Self::NeededToSignIn => "is needed, because it signs in",
            Self::NeededWithoutDefault => "is needed: the client has no default profile",
            Self::NothingToSet => "has nothing to set",
            Self::Fixed => "can't be changed",
            Self::ChangedByOthers => "is changed by who manages the users",
            Self::NotInYourProfile => "is not allowed by your profile",
            Self::NotFound => "is not found",

            // How long a text is, and of what.
            Self::CharactersAtMost { most } => return write!(f, "has at most {most} characters"),
            Self::Characters { least, most } => {
                return write!(f, "has {least} to {most} characters");
            }
            Self::CharactersAtLeast { least } => {
                return write!(f, "has at least {least} characters");
            }
            Self::Digits { least, most } => return write!(f, "has {least} to {most} digits"),
            Self::DigitsAtLeast { least } => return write!(f, "has at least {least} digits"),
            Self::DigitsAtMost { most } => return write!(f, "has at most {most} digits"),
            Self::BytesAtMost { most } => return write!(f, "has at most {most} bytes"),
            Self::TooLong => "is too long",
            Self::TooLongWithRealm => "is too long together with the reseller's",
            Self::ControlCharacter => "has a control character",
            Self::NulCharacter => "has a NUL character",
            Self::Space => "has a space",

            // How much a number or a list is.
            Self::Between { least, most } => return write!(f, "is {least} to {most}"),
            Self::AtMost { most } => return write!(f, "is at most {most}"),
            Self::Entries { least, most } => return write!(f, "has {least} to {most} entries"),
            Self::EntriesAtMost { most } => return write!(f, "has at most {most} entries"),
            Self::OneTooMany { most } => {
                return write!(f, "is one too many: there are {most} at most");
            }
            Self::TooManyBlocks { most } => {
                return write!(
                    f,
                    "has too many rows: there are {most} blocks at most in all"
                );
            }
            Self::NotANumber => "is not a number",
            Self::NotYesOrNo => "is yes or no",

            // What a text means.
            Self::NotAnEmail => "is not an email address",
            Self::NotALanguage => "is en, fr, es or de",
            Self::NotATimeZone => "is not a time zone's IANA name",
            Self::NotACountry => "is not a country's two letters",
            Self::EmptyAddress => "has an empty address",
            Self::NotARealm => "has letters, digits and hyphens, with dots between",
            Self::NotHttps => "is an address that begins with https://",
            Self::NotAnIcon => "is not one of the pictures",
            Self::NotADate { example } => {
                return write!(f, "has a day that is no date, such as {example}");
            }
            Self::NotAMac { mac } => return write!(f, "has {mac}, which is not a MAC address"),

            // Whether it is free.
            Self::InUse => "is in use",
            Self::MacInUse { mac } => return write!(f, "has {mac}, which is in use"),
            Self::BlockedAlready => "is blocked already",
            Self::BlockedOrTwice => "is blocked already, or stands in the file twice",
            Self::HasCallerId => "has an emergency caller ID here",
            Self::StillGetsCalls { from } => {
                return write!(
                    f,
                    "still gets calls from {from}; give them another \
                destination first"
                );
            }

            // Passwords, codes and logins.
            Self::SameAsEmail => "is the email",
            Self::SamePassword => "is the old one",
            Self::WrongPassword => "is not the password of this login",
            Self::WrongFactor => "is wrong, or was used already",
            Self::WrongCode => "is wrong, was used already or is too old",
            Self::LastOwner => "is that of the last owner, and one must stay",

            // Numbers and where calls go.
            Self::StarCode => "is a star code",
            Self::EmergencyNumber => "is an emergency number",
            Self::NotAnEmergencyNumber => "is not an emergency number there",
            Self::NotAPhoneNumber => "is not a phone number",
            Self::NotAPublicNumber => "is not a public number",
            Self::UnreadableNumber { example } => {
                return write!(f, "can't be read: write it like {example}");
            }
            Self::NotAPrefix { example } => {
                return write!(f, "is not the beginning of a number, such as {example}");
            }
            Self::NotTheClientsNumber => "is not a number of the client",
            Self::NotValidated => "is not validated for emergency calls",
            Self::NotValidatedHere => "is not a validated number of this client",
            Self::NotValidatedAnywhere => "is not a validated number of any client",
            Self::NeedsMediaServer => "is voicemail, which needs a media server",
            Self::Itself => "is the user itself",
            Self::NotTheClientsUser => "is not a user of the client",
            Self::OthersUser => "has somebody who is not a user of the client",
            Self::UserTwice => "has a user twice",
            Self::SecondsAStep { least, most } => {
                return write!(f, "rings {least} to {most} seconds a step");
            }
            Self::HoursWithinHours => "is hours within hours",
            Self::NotATime => "has a time that ends before it begins or is of no weekday",

            // Clients, profiles, departments and pages.
            Self::NotYourDepartment => "is not one of your departments",
            Self::NotAssigned => "is not assigned to the client",
            Self::NotAmongProfiles => "is not among the profiles",
            Self::NotAnotherProfile => "is not another profile",
            Self::NotAProfileName => "is not the name of a profile of the client",
            Self::Unknown => "has one that does not exist",
            Self::TakenFromUsers { users } => {
                return write!(
                    f,
                    "has one less, which users have: name another one for \
                those {users}"
                );
            }
            Self::NoPageLeft => "leaves no page",
            Self::ClientOrUser => "or a user: one of them",
            Self::EachOnce => "names each link once",

            // Images.
            Self::Empty => "is empty",
            Self::LargerThan { most_kb } => return write!(f, "is larger than {most_kb} KB"),
            Self::NoSize => "has no size",
            Self::PixelsAtMost { most } => {
                return write!(f, "has more than {most} pixels on a side");
            }
            Self::Damaged { format } => return write!(f, "is a damaged {format}"),
            Self::NotAnImage => "is no PNG, SVG or ICO",
            Self::TooIntricate => "is too intricate",
            Self::Doctype => "has a DOCTYPE, which could name other files",
            Self::UnknownEntity => "has an entity that SVG does not know",
            Self::DrawsNothing => "draws nothing",

            // Files of a table.
            Self::InLineAlready { line } => return write!(f, "is in line {line} already"),
            Self::NotUtf8 => "is not UTF-8; save the file as CSV UTF-8",
            Self::NotCsv => "has NUL characters, as a file that is no CSV has",
            Self::Unreadable => "is followed by what can't be read",
            Self::CellsAtMost { most } => return write!(f, "has more than {most} cells"),
            Self::MoreCellsThanHeader => "has more cells than the header",
            Self::CellTooLong => "has a cell that is too long, or a quote that is not closed",
            Self::OpenQuote => "has a quote that is not closed, or one that is not doubled",
            Self::RowsAtMost { most } => {
                return write!(f, "is past the {most} rows that a file may have");
            }
            Self::NoHeader => "has no header",
            Self::UnknownColumn => "is not a column that this list has",
            Self::ColumnTwice => "is there twice",
            Self::ColumnMissing => "is missing",
            Self::NoRows => "has nothing below it",
            Self::NotAClientsRealm => "is not the realm of a client",

            // What the server was asked to do, and why it did not. These are sentences.
            Self::WaitSeconds { seconds } => {
                return write!(f, "Wait {seconds} s before the next try");
            }
            Self::TooBusy => "The server was too busy to answer in time. Try again",
            Self::TicketOver => "It took too long, or too many codes were wrong: sign in again",
            Self::FactorOn => "The second factor is on already: turn it off first",
            Self::ClientSuspended => "The client is suspended",
            Self::DefaultStays => "The default profile can be changed and not removed",
            Self::ProfileUsed { users, clients } => return had(f, *users, *clients),
            Self::ImportMegabytesAtMost { most } => {
                return write!(
                    f,
                    "At most {most} MiB at once; larger files go by pbx-core \
                import"
                );
            }

            // What was to be undone.
            Self::KindStays => "An entry of this kind can't be undone",
            Self::NotTakenBack => "This can't be taken back",
            Self::UndoneAlready => "It was undone already",
            Self::Gone => "It is gone",
            Self::ThereAgain => "It is there again",
            Self::DifferentSince { fields } => {
                return write!(f, "Different since: {}", fields.join(", "));
            }

            // The address of a server; only the desktop says these.
            Self::NotAnAddress => "This is not an address",
            Self::UnsafeHttp => "Only https is safe outside this computer",
            Self::AddressHasMore => "The address holds only a host, a port and a path",
            Self::NotAServer => "There is a server, but it is not a pbx-core",
            Self::NewerServer { version } => {
                return write!(
                    f,
                    "The server ({version}) is newer than this Tandem: update \
                Tandem"
                );
            }

            // The line to the server. From here on they are sentences, and all but a few only the desktop's.
            Self::NoConnection => "There is no connection to it",
            Self::ConnectionCut => "The connection was cut",
            Self::NoAnswerInTime => "It did not answer in time",
            Self::AnswerStatus { status } => {
                return write!(f, "The server answered with HTTP status {status}");
            }
            Self::AnswerTooLarge => "The server's answer is too large",
            Self::UnknownAnswer => "The server answered something that this version does not know",
            Self::LineLost => {
                "The line to the server is lost, and what is shown may be \
                over: nothing was ended"
            }

            // What was begun here.
            Self::BrokeOff => {
                "It broke off in the middle, and what was there before is \
                safe: try it again"
            }
            Self::Cancelled => "It was cancelled",

            // A recording.
            Self::CallGone => "The call is not in the local copy any more",
            Self::MayNotPlay => "This login may not play recordings",
            Self::MayNotPlayThis => "This login may not play this recording",
            Self::MayNotDelete => "This login may not delete recordings",
            Self::NotStored => "It is not stored yet",
            Self::WasDeleted => "It was deleted",
            Self::RetentionEnded => "Its retention ended",
            Self::NotRecorded => "The call was not recorded",
            Self::LegNotRecorded => "This leg was not recorded",
            Self::NothingToDelete => "It is not there to be deleted",
            Self::AudioMissing => "Its audio is missing on the server",
            Self::ArrivedShort => "The recording came short",
            Self::ArrivedDamaged => "The recording arrived damaged: its hash is another one",
            Self::RecordingMegabytesAtMost { most } => {
                return write!(f, "The recording is larger than {most} MB");
            }
            Self::SoundMegabytesAtMost { most } => {
                return write!(
                    f,
                    "This recording is too long to play here: its sound takes \
                more than {most} MB"
                );
            }
            Self::NoBytes => "This recording is empty: it has no bytes at all",
            Self::NoSamples => "This recording ends before its first sample",
            Self::NotSound => "This is not a sound file of a kind that Tandem knows",
            Self::SoundNotPlayed => "This recording is in a form that Tandem can't play",
            Self::SoundDamaged => "This recording is damaged",
            Self::SoundUnread { why } => return write!(f, "This recording can't be read: {why}"),

            // What is heard with.
            Self::NoOutput => "No sound output was found on this computer",
            Self::OutputNotThere => "The chosen sound output is not there: choose another one",
            Self::OutputGone => "The sound output was disconnected",
            Self::OutputSilent => "The sound output did not answer in time",
            Self::OutputFailed { why } => {
                return write!(f, "The sound output can't be used: {why}");
            }

            // The copy on this computer and the key to it.
            Self::OtherWindow => "Another Tandem window has this account open",
            Self::CopyUnwritten { why } => {
                return write!(
                    f,
                    "The local copy can't be written ({why}); what was synced \
                before is safe"
                );
            }
            Self::CopyKey => "The local copy was made with another key",
            Self::CopyDamaged { why } => return write!(f, "The local copy is damaged ({why})"),
            Self::CopyUnread { why } => return write!(f, "The local copy can't be read ({why})"),
            Self::CopyRebuilt => {
                "The local copy was rebuilt meanwhile: try again when it \
                is complete"
            }
            Self::KeychainUnread { why } => {
                return write!(
                    f,
                    "The system's keychain can't be read ({why}): unlock it \
                and try again; what is on this computer is safe"
                );
            }
            Self::KeychainSilent => {
                "The system's keychain does not answer: unlock it and try \
                again; what is on this computer is safe"
            }
            Self::NotAKey => "What the keychain keeps is no key",
            Self::SilentTooLong => {
                "The server was not reached for too long: sign in again to \
                open what is here"
            }
            Self::NothingKept => "Nothing is kept of the last session: sign in again",
            Self::SessionOver => "The session ended: sign in again to open what is here",
            Self::NothingKeptConnected => {
                "Connected as somebody else, nothing is kept on this computer"
            }
            Self::KeptByOtherVersion => {
                "The rules for kept recordings were written by another \
                version of Tandem; the files stay as they are"
            }
            Self::KeepBetween => "The limit lies between 1 MB and 1 TB",

            // Files, programs and the clock of this computer.
            Self::DiskFull { name } => return write!(f, "{name}: the disk is full"),
            Self::NotAllowedThere { name } => {
                return write!(f, "{name}: writing there is not allowed");
            }
            Self::FolderGone { name } => return write!(f, "{name}: the folder is not there"),
            Self::FileThere { name } => {
                return write!(f, "{name} is already there: choose another name");
            }
            Self::ReadOnlyDisk { name } => return write!(f, "{name}: the disk is read-only"),
            Self::NotWritten { name, why } => return write!(f, "{name}: {why}"),
            Self::TableRowsAtMost { most } => {
                return write!(
                    f,
                    "One file holds at most {most} rows: narrow the list first"
                );
            }
            Self::NoBrowser { why } => return write!(f, "No program opens it: {why}"),
            Self::NoDataFolder { why } => {
                return write!(
                    f,
                    "This computer names no folder for the data of programs: \
                {why}"
                );
            }
            Self::NoSupport => "The reseller offers no support",
            Self::ClockUnset => "This computer's clock is not set",
            Self::DatesTooFar => "The dates are too far away",
        })
    }
}

/// "2 users have it, and it is the default of 1 client".
fn had(f: &mut Formatter<'_>, users: u32, clients: u32) -> Result {
    match users {
        0 => {}
        1 => f.write_str("1 user has it")?,
        _ => write!(f, "{users} users have it")?,
    }
    if users > 0 && clients > 0 {
        f.write_str(", and ")?;
    }
    match clients {
        0 => {}
        1 => f.write_str("it is the default of 1 client")?,
        _ => write!(f, "it is the default of {clients} clients")?,
    }
    f.write_str(". Name another profile for them")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_a_profile_is_counted() {
        for (users, clients, said) in [
            (1, 0, "1 user has it"),
            (0, 1, "it is the default of 1 client"),
            (2, 3, "2 users have it, and it is the default of 3 clients"),
        ] {
            let told = Rule::ProfileUsed { users, clients }.to_string();
            assert_eq!(told, format!("{said}. Name another profile for them"));
        }
    }
}
