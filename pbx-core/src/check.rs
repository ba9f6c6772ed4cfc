//! Rules that input must keep. Every broken one is told at once, each beside its field.

use pbx_api::{Code, FieldError, Problem, Rule};

use crate::error::{Error, Result};

/// Longest name, title or the like, in characters.
pub const NAME_CHARS: u32 = 120;
/// Longest email (RFC 5321, section 4.5.3.1.3).
const EMAIL_BYTES: usize = 254;
const PASSWORD_CHARS: u32 = 10;
/// Hashing longer ones would be somebody else's lever.
const PASSWORD_BYTES: u32 = 1024;
pub const LANGUAGES: [&str; 4] = ["en", "fr", "es", "de"];

/// Gathers what is wrong with an input.
#[derive(Debug)]
pub struct Check(Problem);

impl Default for Check {
    fn default() -> Self {
        Self(Problem::new(Code::Invalid))
    }
}

impl Check {
    /// Notes a broken rule.
    pub fn wrong(&mut self, field: &str, rule: Rule) {
        self.0.errors.push(FieldError::broken(field, rule));
    }

    /// Notes a rule that must hold.
    pub fn rule(&mut self, field: &str, holds: bool, rule: Rule) {
        if !holds {
            self.wrong(field, rule);
        }
    }

    /// A text of a line: trimmed, without control characters, `least` to `most` characters.
    pub fn text(&mut self, field: &str, text: &mut String, least: usize, most: u32) {
        *text = text.trim().to_owned();
        let length = text.chars().count();
        if length < least {
            self.wrong(field, Rule::Needed);
        } else if length > most as usize {
            self.wrong(field, Rule::CharactersAtMost { most });
        } else if text.chars().any(char::is_control) {
            self.wrong(field, Rule::ControlCharacter);
        }
    }

    /// A text of many lines.
    pub fn lines(&mut self, field: &str, text: &str, most: u32) {
        if text.chars().count() > most as usize {
            self.wrong(field, Rule::CharactersAtMost { most });
        } else if text
            .chars()
            .any(|c| c.is_control() && c != '\n' && c != '\t')
        {
            self.wrong(field, Rule::ControlCharacter);
        }
    }

    /// An email address, or nothing; kept in lower case, as sign-in compares it.
    pub fn email(&mut self, field: &str, email: &mut String) {
        *email = email.trim().to_lowercase();
        self.rule(field, email.is_empty() || is_email(email), Rule::NotAnEmail);
    }

    /// A password to be set: 10 characters at least, and not what everybody knows of its login.
    pub fn password(&mut self, field: &str, password: &str, email: &str) {
        if password.chars().count() < PASSWORD_CHARS as usize {
            let least = PASSWORD_CHARS;
            self.wrong(field, Rule::CharactersAtLeast { least });
        } else if password.len() > PASSWORD_BYTES as usize {
            let most = PASSWORD_BYTES;
            self.wrong(field, Rule::BytesAtMost { most });
        } else if password.contains('\0') {
            self.wrong(field, Rule::NulCharacter);
        } else if password.trim().to_lowercase() == email.to_lowercase() {
            self.wrong(field, Rule::SameAsEmail);
        }
    }

    pub fn language(&mut self, field: &str, language: &str) {
        self.rule(field, LANGUAGES.contains(&language), Rule::NotALanguage);
    }

    pub fn time_zone(&mut self, field: &str, zone: &str) {
        let known = zone.len() <= 64 && jiff::tz::TimeZone::get(zone).is_ok();
        self.rule(field, known, Rule::NotATimeZone);
    }

    /// ISO 3166-1 alpha-2, kept in upper case.
    pub fn country(&mut self, field: &str, country: &mut String) {
        *country = country.trim().to_uppercase();
        let letters = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
        self.rule(field, letters, Rule::NotACountry);
    }

    /// Every broken rule, for who puts them together with others.
    #[must_use]
    pub fn told(self) -> Vec<FieldError> {
        self.0.errors
    }

    /// # Errors
    /// [`Code::Invalid`] with every broken rule.
    pub fn done(self) -> Result<()> {
        if self.0.errors.is_empty() {
            Ok(())
        } else {
            Err(Error::Problem(self.0))
        }
    }
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    text.len() <= EMAIL_BYTES
        && !local.is_empty()
        && domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty())
        && !text
            .contains(|c: char| c.is_whitespace() || c.is_control() || "<>(),;:\"[]\\".contains(c))
}

/// A realm in the letters of the DNS, lower case, or nothing.
#[must_use]
pub fn realm(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    (text.len() <= 253 && text.split('.').all(label)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_broken_rule_is_told() {
        let mut check = Check::default();
        let (mut name, mut email) = (" \u{7} ".to_owned(), "a@b".to_owned());
        check.text("name", &mut name, 1, 10);
        check.email("email", &mut email);
        check.time_zone("time_zone", "Mars/Olympus");
        let Err(Error::Problem(problem)) = check.done() else {
            panic!("three rules are broken");
        };
        let fields: Vec<_> = problem.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["name", "email", "time_zone"]);
    }

    #[test]
    fn emails_are_taken_as_people_have_them() {
        for good in [
            "a@b.example",
            "first.last+tag@sub.example.org",
            "o'neil@x.example",
        ] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "@b.example",
            "a@",
            "a@.example",
            "a b@c.example",
            "<a@b.example>",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
