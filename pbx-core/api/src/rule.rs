//! The rules that a field of an input can break. The list is closed, so that whoever shows one can
//! say it in the person's language; the words here continue the field's name, in English.

use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

/// A rule that a value broke, with what the rule says. An entry is one of several values in a field.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema, thiserror::Error,
)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Rule {
    // What is there at all.
    #[error("is needed")]
    Needed,
    #[error("is needed, because it signs in")]
    NeededToSignIn,
    #[error("is needed: the client has no default profile")]
    NeededWithoutDefault,
    #[error("has nothing to set")]
    NothingToSet,
    #[error("can't be changed")]
    Fixed,
    #[error("is changed by who manages the users")]
    ChangedByOthers,
    #[error("is not allowed by your profile")]
    NotInYourProfile,
    #[error("is not found")]
    NotFound,

    // How long a text is, and of what.
    #[error("has at most {most} characters")]
    CharactersAtMost { most: u32 },
    #[error("has {least} to {most} characters")]
    Characters { least: u32, most: u32 },
    #[error("has at least {least} characters")]
    CharactersAtLeast { least: u32 },
    #[error("has {least} to {most} digits")]
    Digits { least: u32, most: u32 },
    #[error("has at most {most} digits")]
    DigitsAtMost { most: u32 },
    #[error("has at most {most} bytes")]
    BytesAtMost { most: u32 },
    #[error("is too long")]
    TooLong,
    #[error("is too long together with the reseller's")]
    TooLongWithRealm,
    #[error("has a control character")]
    ControlCharacter,
    #[error("has a NUL character")]
    NulCharacter,
    #[error("has a space")]
    Space,

    // How much a number or a list is.
    #[error("is {least} to {most}")]
    Between { least: u32, most: u32 },
    #[error("is at most {most}")]
    AtMost { most: u32 },
    #[error("has {least} to {most} entries")]
    Entries { least: u32, most: u32 },
    #[error("has at most {most} entries")]
    EntriesAtMost { most: u32 },
    #[error("is one too many: there are {most} at most")]
    OneTooMany { most: u32 },
    #[error("has too many rows: there are {most} blocks at most in all")]
    TooManyBlocks { most: u32 },
    #[error("is not a number")]
    NotANumber,
    #[error("is yes or no")]
    NotYesOrNo,

    // What a text means.
    #[error("is not an email address")]
    NotAnEmail,
    #[error("is en, fr, es or de")]
    NotALanguage,
    #[error("is not a time zone's IANA name")]
    NotATimeZone,
    #[error("is not a country's two letters")]
    NotACountry,
    #[error("has an empty address")]
    EmptyAddress,
    #[error("has letters, digits and hyphens, with dots between")]
    NotARealm,
    #[error("is an address that begins with https://")]
    NotHttps,
    #[error("is not one of the pictures")]
    NotAnIcon,
    #[error("has a day that is no date, such as {example}")]
    NotADate { example: String },
    #[error("has {mac}, which is not a MAC address")]
    NotAMac { mac: String },

    // Whether it is free.
    #[error("is in use")]
    InUse,
    #[error("has {mac}, which is in use")]
    MacInUse { mac: String },
    #[error("is blocked already")]
    BlockedAlready,
    #[error("is blocked already, or stands in the file twice")]
    BlockedOrTwice,
    #[error("has an emergency caller ID here")]
    HasCallerId,
    #[error("still gets calls from {from}; give them another destination first")]
    StillGetsCalls { from: String },

    // Passwords, codes and logins.
    #[error("is the email")]
    SameAsEmail,
    #[error("is the old one")]
    SamePassword,
    #[error("is not the password of this login")]
    WrongPassword,
    #[error("is wrong, or was used already")]
    WrongFactor,
    #[error("is wrong, was used already or is too old")]
    WrongCode,
    #[error("is that of the last owner, and one must stay")]
    LastOwner,

    // Numbers and where calls go.
    #[error("is a star code")]
    StarCode,
    #[error("is an emergency number")]
    EmergencyNumber,
    #[error("is not an emergency number there")]
    NotAnEmergencyNumber,
    #[error("is not a phone number")]
    NotAPhoneNumber,
    #[error("is not a public number")]
    NotAPublicNumber,
    #[error("can't be read: write it like {example}")]
    UnreadableNumber { example: String },
    #[error("is not the beginning of a number, such as {example}")]
    NotAPrefix { example: String },
    #[error("is not a number of the client")]
    NotTheClientsNumber,
    #[error("is not validated for emergency calls")]
    NotValidated,
    #[error("is not a validated number of this client")]
    NotValidatedHere,
    #[error("is not a validated number of any client")]
    NotValidatedAnywhere,
    #[error("is voicemail, which needs a media server")]
    NeedsMediaServer,
    #[error("is the user itself")]
    Itself,
    #[error("is not a user of the client")]
    NotTheClientsUser,
    #[error("has somebody who is not a user of the client")]
    OthersUser,
    #[error("has a user twice")]
    UserTwice,
    #[error("rings {least} to {most} seconds a step")]
    SecondsAStep { least: u32, most: u32 },
    #[error("is hours within hours")]
    HoursWithinHours,
    #[error("has a time that ends before it begins or is of no weekday")]
    NotATime,

    // Clients, profiles, departments and pages.
    #[error("is not one of your departments")]
    NotYourDepartment,
    #[error("is not assigned to the client")]
    NotAssigned,
    #[error("is not among the profiles")]
    NotAmongProfiles,
    #[error("is not another profile")]
    NotAnotherProfile,
    #[error("is not the name of a profile of the client")]
    NotAProfileName,
    #[error("has one that does not exist")]
    Unknown,
    #[error("has one less, which users have: name another one for those {users}")]
    TakenFromUsers { users: u32 },
    #[error("leaves no page")]
    NoPageLeft,
    #[error("or a user: one of them")]
    ClientOrUser,
    #[error("names each link once")]
    EachOnce,

    // Images.
    #[error("is empty")]
    Empty,
    #[error("is larger than {most_kb} KB")]
    LargerThan { most_kb: u32 },
    #[error("has no size")]
    NoSize,
    #[error("has more than {most} pixels on a side")]
    PixelsAtMost { most: u32 },
    #[error("is a damaged {format}")]
    Damaged { format: String },
    #[error("is no PNG, SVG or ICO")]
    NotAnImage,
    #[error("is too intricate")]
    TooIntricate,
    #[error("has a DOCTYPE, which could name other files")]
    Doctype,
    #[error("has an entity that SVG does not know")]
    UnknownEntity,
    #[error("draws nothing")]
    DrawsNothing,

    // Files of a table.
    #[error("is in line {line} already")]
    InLineAlready { line: u32 },
    #[error("is not UTF-8; save the file as CSV UTF-8")]
    NotUtf8,
    #[error("has NUL characters, as a file that is no CSV has")]
    NotCsv,
    #[error("is followed by what can't be read")]
    Unreadable,
    #[error("has more than {most} cells")]
    CellsAtMost { most: u32 },
    #[error("has more cells than the header")]
    MoreCellsThanHeader,
    #[error("has a cell that is too long, or a quote that is not closed")]
    CellTooLong,
    #[error("has a quote that is not closed, or one that is not doubled")]
    OpenQuote,
    #[error("is past the {most} rows that a file may have")]
    RowsAtMost { most: u32 },
    #[error("has no header")]
    NoHeader,
    #[error("is not a column that this list has")]
    UnknownColumn,
    #[error("is there twice")]
    ColumnTwice,
    #[error("is missing")]
    ColumnMissing,
    #[error("has nothing below it")]
    NoRows,
    #[error("is not the realm of a client")]
    NotAClientsRealm,

    // The address of a server; only the desktop says these.
    #[error("This is not an address")]
    NotAnAddress,
    #[error("Only https is safe outside this computer")]
    UnsafeHttp,
    #[error("The address holds only a host, a port and a path")]
    AddressHasMore,
    #[error("There is a server, but it is not a pbx-core")]
    NotAServer,
    #[error("The server ({version}) is newer than this Tandem: update Tandem")]
    NewerServer { version: String },
}

/// Reads a rule of a newer server as none: its words in English are still there.
pub(crate) fn known<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Rule>, D::Error> {
    let told = serde_json::Value::deserialize(from)?;
    Ok(serde_json::from_value(told).ok())
}
