//! The rules that a field of an input can break, and what else the desktop says of what it was asked
//! for. The list is closed, so that whoever shows one can say it in the person's language; the words
//! here continue the field's name in English, or are a sentence.

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
    #[error("has at least {least} digits")]
    DigitsAtLeast { least: u32 },
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

    // The line to the server. From here on only the desktop says them, as sentences.
    #[error("There is no connection to it")]
    NoConnection,
    #[error("The connection was cut")]
    ConnectionCut,
    #[error("It did not answer in time")]
    NoAnswerInTime,
    #[error("The server answered with HTTP status {status}")]
    AnswerStatus { status: u16 },
    #[error("The server's answer is too large")]
    AnswerTooLarge,
    #[error("The server answered something that this version does not know")]
    UnknownAnswer,
    #[error("The line to the server is lost, and what is shown may be over: nothing was ended")]
    LineLost,

    // What was begun here.
    #[error("It broke off in the middle, and what was there before is safe: try it again")]
    BrokeOff,
    #[error("It was cancelled")]
    Cancelled,

    // A recording.
    #[error("The call is not in the local copy any more")]
    CallGone,
    #[error("This login may not play recordings")]
    MayNotPlay,
    #[error("This login may not play this recording")]
    MayNotPlayThis,
    #[error("This login may not delete recordings")]
    MayNotDelete,
    #[error("It is not stored yet")]
    NotStored,
    #[error("It was deleted")]
    WasDeleted,
    #[error("Its retention ended")]
    RetentionEnded,
    #[error("The call was not recorded")]
    NotRecorded,
    #[error("The recording came short")]
    ArrivedShort,
    #[error("The recording arrived damaged: its hash is another one")]
    ArrivedDamaged,
    #[error("The recording is larger than {most} MB")]
    RecordingMegabytesAtMost { most: u32 },
    #[error("This recording is too long to play here: its sound takes more than {most} MB")]
    SoundMegabytesAtMost { most: u32 },
    #[error("This recording is empty: it has no bytes at all")]
    NoBytes,
    #[error("This recording ends before its first sample")]
    NoSamples,
    #[error("This is not a sound file of a kind that Tandem knows")]
    NotSound,
    #[error("This recording is in a form that Tandem can't play")]
    SoundNotPlayed,
    #[error("This recording is damaged")]
    SoundDamaged,
    #[error("This recording can't be read: {why}")]
    SoundUnread { why: String },

    // What is heard with.
    #[error("No sound output was found on this computer")]
    NoOutput,
    #[error("The chosen sound output is not there: choose another one")]
    OutputNotThere,
    #[error("The sound output was disconnected")]
    OutputGone,
    #[error("The sound output did not answer in time")]
    OutputSilent,
    #[error("The sound output can't be used: {why}")]
    OutputFailed { why: String },

    // The copy on this computer and the key to it.
    #[error("Another Tandem window has this account open")]
    OtherWindow,
    #[error("The local copy can't be written ({why}); what was synced before is safe")]
    CopyUnwritten { why: String },
    #[error("The local copy was made with another key")]
    CopyKey,
    #[error("The local copy is damaged ({why})")]
    CopyDamaged { why: String },
    #[error("The local copy can't be read ({why})")]
    CopyUnread { why: String },
    #[error("The local copy was rebuilt meanwhile: try again when it is complete")]
    CopyRebuilt,
    #[error(
        "The system's keychain can't be read ({why}): unlock it and try again; what is on this computer is safe"
    )]
    KeychainUnread { why: String },
    #[error(
        "The system's keychain does not answer: unlock it and try again; what is on this computer is safe"
    )]
    KeychainSilent,
    #[error("What the keychain keeps is no key")]
    NotAKey,
    #[error("The server was not reached for too long: sign in again to open what is here")]
    SilentTooLong,
    #[error("Nothing is kept of the last session: sign in again")]
    NothingKept,
    #[error("The session ended: sign in again to open what is here")]
    SessionOver,
    #[error("Connected as somebody else, nothing is kept on this computer")]
    NothingKeptConnected,
    #[error(
        "The rules for kept recordings were written by another version of Tandem; the files stay as they are"
    )]
    KeptByOtherVersion,
    #[error("The limit lies between 1 MB and 1 TB")]
    KeepBetween,

    // Files, programs and the clock of this computer.
    #[error("{name}: the disk is full")]
    DiskFull { name: String },
    #[error("{name}: writing there is not allowed")]
    NotAllowedThere { name: String },
    #[error("{name}: the folder is not there")]
    FolderGone { name: String },
    #[error("{name} is already there: choose another name")]
    FileThere { name: String },
    #[error("{name}: the disk is read-only")]
    ReadOnlyDisk { name: String },
    #[error("{name}: {why}")]
    NotWritten { name: String, why: String },
    #[error("One file holds at most {most} rows: narrow the list first")]
    TableRowsAtMost { most: u32 },
    #[error("No program opens it: {why}")]
    NoBrowser { why: String },
    #[error("This computer names no folder for the data of programs: {why}")]
    NoDataFolder { why: String },
    #[error("The reseller offers no support")]
    NoSupport,
    #[error("This computer's clock is not set")]
    ClockUnset,
    #[error("The dates are too far away")]
    DatesTooFar,
}

/// Reads a rule of a newer server as none: its words in English are still there.
pub(crate) fn known<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Rule>, D::Error> {
    let told = serde_json::Value::deserialize(from)?;
    Ok(serde_json::from_value(told).ok())
}
