//! A CSV file of numbers that the operator gives to clients. Pure: what is in it, and what is
//! wrong with it.

use std::collections::{HashMap, HashSet};

use pbx_api::{Client, ClientId, RowError, Rule};
use pbx_numbers::normalise;

use crate::table::{self, Columns, yes_or_no};

const COLUMNS: [&str; 3] = ["number", "client", "emergency_validated"];

/// A number as a row gives it.
#[derive(Debug, PartialEq, Eq)]
pub struct Given {
    pub line: u32,
    /// In E.164.
    pub number: String,
    pub client: ClientId,
    pub emergency_validated: bool,
}

/// Reads a file: `number`, `client` (its realm) and, where there is one, `emergency_validated`
/// (yes or no). `taken` are the numbers that somebody has.
///
/// # Errors
/// Everything that is wrong, by line and column.
pub fn read(
    bytes: &[u8],
    clients: &[Client],
    taken: &HashSet<String>,
) -> Result<Vec<Given>, Vec<RowError>> {
    let table = table::read(bytes).map_err(|error| vec![error])?;
    let columns = Columns::of(&table, &COLUMNS, &COLUMNS[..2])?;
    let by_realm: HashMap<&str, &Client> = clients
        .iter()
        .map(|client| (client.realm.as_str(), client))
        .collect();
    let (mut given, mut errors) = (Vec::new(), Vec::new());
    let mut lines: HashMap<String, u32> = HashMap::new();
    for (line, row) in &table.rows {
        let mut wrong = |column: &str, rule: Rule| {
            errors.push(RowError::broken(*line, columns.title(column), rule));
        };
        let validated = match columns.cell(row, "emergency_validated") {
            "" => Some(false),
            text => yes_or_no(text),
        };
        if validated.is_none() {
            wrong("emergency_validated", Rule::NotYesOrNo);
        }
        let realm = columns.cell(row, "client").to_lowercase();
        let Some(client) = by_realm.get(realm.as_str()) else {
            wrong("client", Rule::NotAClientsRealm);
            continue;
        };
        let Some(number) = normalise(columns.cell(row, "number"), &client.country) else {
            wrong("number", Rule::NotAPublicNumber);
            continue;
        };
        if taken.contains(&number) {
            wrong("number", Rule::InUse);
        } else if let Some(other) = lines.get(&number) {
            wrong("number", Rule::InLineAlready { line: *other });
        } else {
            lines.insert(number.clone(), *line);
            given.push(Given {
                line: *line,
                number,
                client: client.id,
                emergency_validated: validated.unwrap_or_default(),
            });
        }
    }
    if errors.is_empty() {
        Ok(given)
    } else {
        Err(errors)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn clients() -> Vec<Client> {
        let client = |n, realm: &str, country: &str| {
            Client::new(ClientId(Uuid::from_u128(n)), realm, realm, "UTC", country)
        };
        vec![client(1, "acme", "US"), client(2, "bolt", "GB")]
    }

    #[test]
    fn a_number_is_read_as_its_clients_country_writes_it() {
        let file =
            "Number;Client;Emergency validated\n(202) 555-0123;ACME;yes\n020 7946 0018;bolt;\n";
        let given = read(file.as_bytes(), &clients(), &HashSet::new()).unwrap();
        let told: Vec<_> = given
            .iter()
            .map(|row| {
                (
                    row.line,
                    row.number.as_str(),
                    row.client.0.as_u128(),
                    row.emergency_validated,
                )
            })
            .collect();
        assert_eq!(
            told,
            [(2, "+12025550123", 1, true), (3, "+442079460018", 2, false)]
        );
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let taken = HashSet::from(["+12025550100".to_owned()]);
        let file = "number,client,emergency_validated\n\
            2025550100,acme,\n2025550101,nobody,maybe\n12,acme,\n2025550102,acme,\n+12025550102,acme,no\n";
        let errors = read(file.as_bytes(), &clients(), &taken).unwrap_err();
        let told: Vec<_> = errors
            .iter()
            .map(|error| (error.line, error.column.as_str(), error.message.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (2, "number", "is in use"),
                (3, "emergency_validated", "is yes or no"),
                (3, "client", "is not the realm of a client"),
                (4, "number", "is not a public number"),
                (6, "number", "is in line 5 already"),
            ]
        );
    }
}
