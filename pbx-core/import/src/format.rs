//! The formats that can be imported, and their names on the command line.

/// A format of call records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Asterisk `cdr_csv`: `Master.csv` and the per-account logs, 16 to 21 columns.
    AsteriskCsv,
    /// Asterisk `cdr_custom` with the stock "Master" mapping: caller id first, 18 columns or more.
    AsteriskCustom,
    /// The same with the call date first, in the order of FreePBX's table.
    FreePbxCsv,
    /// Epoch times with fractions, no ids, the caller id last and not quoted.
    AsteriskSimple,
    /// A CSV whose first line names Asterisk's CDR columns, as exports of its tables do.
    AsteriskHeaderCsv,
    /// The SQLite file of `cdr_sqlite3_custom` (`master.db`).
    AsteriskSqlite,
    FreeSwitchJson,
    FreeSwitchXml,
    /// FreeSWITCH `cdr_csv` with one of its stock templates.
    FreeSwitchCsv,
    /// The SQLite file of `mod_cdr_sqlite`.
    FreeSwitchSqlite,
    /// Whichever of the CSV formats the file is recognised as. Only asked for, never found:
    /// a module's name such as `cdr_csv` says no more than this.
    AnyCsv,
}

/// All formats with their command line names and what a person calls them.
const NAMES: [(Format, &str, &str); 10] = [
    (
        Format::AsteriskCsv,
        "asterisk-csv",
        "Asterisk Master.csv (cdr_csv)",
    ),
    (
        Format::AsteriskCustom,
        "asterisk-custom",
        "Asterisk cdr_custom",
    ),
    (
        Format::FreePbxCsv,
        "freepbx-csv",
        "cdr_custom in FreePBX's order",
    ),
    (
        Format::AsteriskSimple,
        "asterisk-simple",
        "cdr_custom with epoch times",
    ),
    (
        Format::AsteriskHeaderCsv,
        "asterisk-header",
        "CSV with Asterisk column names",
    ),
    (
        Format::AsteriskSqlite,
        "asterisk-sqlite",
        "Asterisk master.db (cdr_sqlite3_custom)",
    ),
    (
        Format::FreeSwitchJson,
        "freeswitch-json",
        "FreeSWITCH json_cdr",
    ),
    (
        Format::FreeSwitchXml,
        "freeswitch-xml",
        "FreeSWITCH xml_cdr",
    ),
    (
        Format::FreeSwitchCsv,
        "freeswitch-csv",
        "FreeSWITCH cdr_csv",
    ),
    (
        Format::FreeSwitchSqlite,
        "freeswitch-sqlite",
        "FreeSWITCH cdr_sqlite",
    ),
];

/// The names of the switches' modules and files, for those who know a format by them.
/// `cdr_csv` is a module of both switches, and `cdr_custom` writes what it is told to.
const ALIASES: [(&str, Format); 8] = [
    ("json_cdr", Format::FreeSwitchJson),
    ("xml_cdr", Format::FreeSwitchXml),
    ("cdr_csv", Format::AnyCsv),
    ("cdr_custom", Format::AnyCsv),
    ("cdr_sqlite", Format::FreeSwitchSqlite),
    ("cdr_sqlite3_custom", Format::AsteriskSqlite),
    ("master.csv", Format::AsteriskCsv),
    ("master.db", Format::AsteriskSqlite),
];

/// The names that are not a single format's.
const ANY_CSV: (&str, &str) = ("csv", "call records of a switch as CSV");

impl Format {
    /// Every format, in the order of the documentation.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(format, ..)| *format)
    }

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(format, ..)| *format == self)
            .map_or(ANY_CSV.0, |(_, name, _)| name)
    }

    /// Every name that reads as a format: the formats' own, `csv`, then those of the modules.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES
            .iter()
            .map(|(_, name, _)| *name)
            .chain([ANY_CSV.0])
            .chain(ALIASES.iter().map(|(alias, _)| *alias))
    }

    /// What a person calls it.
    #[must_use]
    pub fn title(self) -> &'static str {
        NAMES
            .iter()
            .find(|(format, ..)| *format == self)
            .map_or(ANY_CSV.1, |(.., title)| title)
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let asked = text.trim();
        let asked = asked.strip_prefix("mod_").unwrap_or(asked);
        NAMES
            .iter()
            .map(|(format, name, _)| (*name, *format))
            .chain([(ANY_CSV.0, Self::AnyCsv)])
            .chain(ALIASES)
            .find(|(name, _)| name.eq_ignore_ascii_case(asked))
            .map(|(_, format)| format)
            .ok_or_else(|| {
                let names: Vec<&str> = Self::names().collect();
                format!("\"{text}\" is not a format; there are {}", names.join(", "))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn every_name_reads_back() {
        for format in Format::all() {
            assert_eq!(format.name().parse(), Ok(format));
        }
        assert!(
            "word"
                .parse::<Format>()
                .unwrap_err()
                .contains("asterisk-csv")
        );
    }

    #[test]
    fn modules_names_are_formats_too() {
        let known = [
            ("json_cdr", Format::FreeSwitchJson),
            ("mod_xml_cdr", Format::FreeSwitchXml),
            ("cdr_csv", Format::AnyCsv),
            ("cdr_sqlite3_custom", Format::AsteriskSqlite),
            ("Master.db", Format::AsteriskSqlite),
        ];
        for (name, format) in known {
            assert_eq!(name.parse(), Ok(format));
        }
        assert!(Format::names().all(|name| name.parse::<Format>().is_ok()));
    }
}
