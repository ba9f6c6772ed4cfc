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
            .map_or("", |(_, name, _)| name)
    }

    /// What a person calls it.
    #[must_use]
    pub fn title(self) -> &'static str {
        NAMES
            .iter()
            .find(|(format, ..)| *format == self)
            .map_or("", |(.., title)| title)
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
        NAMES
            .iter()
            .find(|(_, name, _)| name.eq_ignore_ascii_case(text.trim()))
            .map(|(format, ..)| *format)
            .ok_or_else(|| {
                let names: Vec<&str> = NAMES.iter().map(|(_, name, _)| *name).collect();
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
            "csv"
                .parse::<Format>()
                .unwrap_err()
                .contains("asterisk-csv")
        );
    }
}
