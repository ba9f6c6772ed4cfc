//! The rules that a field of an input can break, and what else the server and the desktop say of
//! what they were asked for. The list is closed, so that whoever shows one can say it in the
//! person's language. Their words in English, in `english`, continue the field's name or are a
//! sentence; those in the person's language are the catalogues' of the UI.

mod english;

use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

/// A rule that a value broke, with what the rule says. An entry is one of several values in a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, utoipa::ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Rule {
    // What is there at all.
    Needed,
    NeededToSignIn,
    NeededWithoutDefault,
    NothingToSet,
    Fixed,
    ChangedByOthers,
    NotInYourProfile,
    NotFound,

    // How long a text is, and of what.
    CharactersAtMost { most: u32 },
    Characters { least: u32, most: u32 },
    CharactersAtLeast { least: u32 },
    Digits { least: u32, most: u32 },
    DigitsAtLeast { least: u32 },
    DigitsAtMost { most: u32 },
    BytesAtMost { most: u32 },
    TooLong,
    TooLongWithRealm,
    ControlCharacter,
    NulCharacter,
    Space,

    // How much a number or a list is.
    Between { least: u32, most: u32 },
    AtMost { most: u32 },
    Entries { least: u32, most: u32 },
    EntriesAtMost { most: u32 },
    OneTooMany { most: u32 },
    TooManyBlocks { most: u32 },
    NotANumber,
    NotYesOrNo,

    // What a text means.
    NotAnEmail,
    NotALanguage,
    NotATimeZone,
    NotACountry,
    EmptyAddress,
    NotARealm,
    NotHttps,
    NotAnIcon,
    NotADate { example: String },
    NotAMac { mac: String },

    // Whether it is free.
    InUse,
    MacInUse { mac: String },
    BlockedAlready,
    BlockedOrTwice,
    HasCallerId,
    StillGetsCalls { from: String },

    // Passwords, codes and logins.
    SameAsEmail,
    SamePassword,
    WrongPassword,
    WrongFactor,
    WrongCode,
    LastOwner,

    // Numbers and where calls go.
    StarCode,
    EmergencyNumber,
    NotAnEmergencyNumber,
    NotAPhoneNumber,
    NotAPublicNumber,
    UnreadableNumber { example: String },
    NotAPrefix { example: String },
    NotTheClientsNumber,
    NotValidated,
    NotValidatedHere,
    NotValidatedAnywhere,
    NeedsMediaServer,
    Itself,
    NotTheClientsUser,
    OthersUser,
    UserTwice,
    SecondsAStep { least: u32, most: u32 },
    HoursWithinHours,
    NotATime,

    // Clients, profiles, departments and pages.
    NotYourDepartment,
    NotAssigned,
    NotAmongProfiles,
    NotAnotherProfile,
    NotAProfileName,
    Unknown,
    TakenFromUsers { users: u32 },
    NoPageLeft,
    ClientOrUser,
    EachOnce,

    // Images.
    Empty,
    LargerThan { most_kb: u32 },
    NoSize,
    PixelsAtMost { most: u32 },
    Damaged { format: String },
    NotAnImage,
    TooIntricate,
    Doctype,
    UnknownEntity,
    DrawsNothing,

    // Files of a table.
    InLineAlready { line: u32 },
    NotUtf8,
    NotCsv,
    Unreadable,
    CellsAtMost { most: u32 },
    MoreCellsThanHeader,
    CellTooLong,
    OpenQuote,
    RowsAtMost { most: u32 },
    NoHeader,
    UnknownColumn,
    ColumnTwice,
    ColumnMissing,
    NoRows,
    NotAClientsRealm,

    // What the server was asked to do, and why it did not. These are sentences.
    WaitSeconds { seconds: u32 },
    TooBusy,
    TicketOver,
    FactorOn,
    ClientSuspended,
    DefaultStays,
    ProfileUsed { users: u32, clients: u32 },
    ImportMegabytesAtMost { most: u32 },

    // What was to be undone.
    KindStays,
    NotTakenBack,
    UndoneAlready,
    Gone,
    ThereAgain,
    DifferentSince { fields: Vec<String> },

    // The address of a server; only the desktop says these.
    NotAnAddress,
    UnsafeHttp,
    AddressHasMore,
    NotAServer,
    NewerServer { version: String },

    // The line to the server. From here on they are sentences, and all but a few only the desktop's.
    NoConnection,
    ConnectionCut,
    NoAnswerInTime,
    AnswerStatus { status: u16 },
    AnswerTooLarge,
    UnknownAnswer,
    LineLost,

    // What was begun here.
    BrokeOff,
    Cancelled,

    // A recording.
    CallGone,
    MayNotPlay,
    MayNotPlayThis,
    MayNotDelete,
    NotStored,
    WasDeleted,
    RetentionEnded,
    NotRecorded,
    LegNotRecorded,
    NothingToDelete,
    AudioMissing,
    ArrivedShort,
    ArrivedDamaged,
    RecordingMegabytesAtMost { most: u32 },
    SoundMegabytesAtMost { most: u32 },
    NoBytes,
    NoSamples,
    NotSound,
    SoundNotPlayed,
    SoundDamaged,
    SoundUnread { why: String },

    // What is heard with.
    NoOutput,
    OutputNotThere,
    OutputGone,
    OutputSilent,
    OutputFailed { why: String },

    // The copy on this computer and the key to it.
    OtherWindow,
    CopyUnwritten { why: String },
    CopyKey,
    CopyDamaged { why: String },
    CopyUnread { why: String },
    CopyRebuilt,
    KeychainUnread { why: String },
    KeychainSilent,
    NotAKey,
    SilentTooLong,
    NothingKept,
    SessionOver,
    NothingKeptConnected,
    KeptByOtherVersion,
    KeepBetween,

    // Files, programs and the clock of this computer.
    DiskFull { name: String },
    NotAllowedThere { name: String },
    FolderGone { name: String },
    FileThere { name: String },
    ReadOnlyDisk { name: String },
    NotWritten { name: String, why: String },
    TableRowsAtMost { most: u32 },
    NoBrowser { why: String },
    NoDataFolder { why: String },
    NoSupport,
    ClockUnset,
    DatesTooFar,
}

impl std::error::Error for Rule {}

/// Reads a rule of a newer server as none: its words in English are still there.
pub(crate) fn known<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Rule>, D::Error> {
    let told = serde_json::Value::deserialize(from)?;
    Ok(serde_json::from_value(told).ok())
}
