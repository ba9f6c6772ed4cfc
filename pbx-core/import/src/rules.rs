//! Which client a record belongs to, by rules that a person writes.
//!
//! One rule a line; the first that matches wins; `#` begins a comment:
//!
//! ```text
//! account = acct-10??          -> alpha
//! domain  = *.acme.example     -> acme
//! context = from-acme*         -> acme
//! from    = +1202555*          -> beta
//! default                      -> house
//! ```
//!
//! A pattern is compared with the whole value: `*` stands for any text (also none), `?` for one
//! character; letters match in both cases. The fields are `account` (the leg's own account code
//! or, where that is empty, the one of the channel it was bridged to), `peer_account`, `domain`,
//! `context`, `channel`, `dst_channel`, `from`, `to` and `dialled`. What stands behind the arrow
//! names the client. `default` matches every record.

use crate::Record;

/// A field that a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Account,
    PeerAccount,
    Domain,
    Context,
    Channel,
    DstChannel,
    From,
    To,
    Dialled,
}

const FIELDS: [(&str, Field); 9] = [
    ("account", Field::Account),
    ("peer_account", Field::PeerAccount),
    ("domain", Field::Domain),
    ("context", Field::Context),
    ("channel", Field::Channel),
    ("dst_channel", Field::DstChannel),
    ("from", Field::From),
    ("to", Field::To),
    ("dialled", Field::Dialled),
];

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    /// None matches every record.
    pattern: Option<(Field, Vec<char>)>,
    client: String,
}

/// Rules, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules(Vec<Rule>);

/// A line that is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct RuleError {
    /// 1-based.
    pub line: usize,
    pub reason: String,
}

impl Rules {
    /// Reads rules.
    ///
    /// # Errors
    /// The first line that is no rule, and why.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        let mut rules: Vec<Rule> = Vec::new();
        for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.split('#').next().unwrap_or("").trim();
            if line.is_empty() {
                continue;
            }
            let fail = |reason: String| RuleError {
                line: at + 1,
                reason,
            };
            if rules.last().is_some_and(|last| last.pattern.is_none()) {
                return Err(fail("nothing can follow the default rule".to_owned()));
            }
            rules.push(parse_rule(line).map_err(fail)?);
        }
        Ok(Self(rules))
    }

    /// The client that the first matching rule names.
    #[must_use]
    pub fn client(&self, record: &Record) -> Option<&str> {
        let rule = self.0.iter().find(|rule| match &rule.pattern {
            None => true,
            Some((field, pattern)) => matches(pattern, value(record, *field)),
        })?;
        Some(&rule.client)
    }

    /// Every client that a rule names, once, to be checked before an import.
    #[must_use]
    pub fn clients(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for rule in &self.0 {
            if !names.contains(&rule.client.as_str()) {
                names.push(&rule.client);
            }
        }
        names
    }
}

fn parse_rule(line: &str) -> Result<Rule, String> {
    let Some((left, client)) = line.rsplit_once("->") else {
        return Err("a rule is \"field = pattern -> client\" or \"default -> client\"".to_owned());
    };
    let (left, client) = (left.trim(), client.trim().to_owned());
    if client.is_empty() {
        return Err("no client is named behind the arrow".to_owned());
    }
    if left.eq_ignore_ascii_case("default") {
        return Ok(Rule {
            pattern: None,
            client,
        });
    }
    let Some((field, pattern)) = left.split_once('=') else {
        return Err(format!("\"{left}\" has no \"=\" between field and pattern"));
    };
    let name = field.trim().to_ascii_lowercase();
    let Some((_, field)) = FIELDS.iter().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = FIELDS.iter().map(|(known, _)| *known).collect();
        return Err(format!(
            "\"{name}\" is not a field; there are {}",
            known.join(", ")
        ));
    };
    let pattern: Vec<char> = lower(pattern.trim()).collect();
    Ok(Rule {
        pattern: Some((*field, pattern)),
        client,
    })
}

fn lower(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

fn value(record: &Record, field: Field) -> &str {
    match field {
        Field::Account if record.account.is_empty() => &record.peer_account,
        Field::Account => &record.account,
        Field::PeerAccount => &record.peer_account,
        Field::Domain => &record.domain,
        Field::Context => &record.context,
        Field::Channel => &record.channel,
        Field::DstChannel => &record.dst_channel,
        Field::From => &record.from_number,
        Field::To => &record.to_number,
        Field::Dialled if record.dialled_number.is_empty() => &record.to_number,
        Field::Dialled => &record.dialled_number,
    }
}

/// Glob match; a star only ever goes back to the last one, so long patterns stay fast.
fn matches(pattern: &[char], text: &str) -> bool {
    let text: Vec<char> = lower(text).collect();
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, seen)) => {
                    star = Some((at, seen + 1));
                    p = at + 1;
                    t = seen + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::{Rules, matches};

    fn glob(pattern: &str, text: &str) -> bool {
        matches(&pattern.chars().collect::<Vec<_>>(), text)
    }

    #[test]
    fn globs() {
        assert!(
            glob("*.acme.example", "PBX.acme.example") && !glob("*.acme.example", "acme.example")
        );
        assert!(glob("acct-1?", "acct-10") && !glob("acct-1?", "acct-100"));
        assert!(glob("*a*b*", "xxaxxbxx") && glob("", "") && !glob("", "a") && glob("*", ""));
    }

    #[test]
    fn errors_have_their_line() {
        let at = |text: &str| {
            Rules::parse(text)
                .map_err(|error| error.to_string())
                .unwrap_err()
        };
        assert!(at("\naccount=a").starts_with("line 2: a rule is"));
        assert!(at("acount=a -> b").contains("\"acount\" is not a field; there are account"));
        assert!(
            at("default -> a\n# note\naccount=b -> c").starts_with("line 3: nothing can follow")
        );
        assert!(at("account=a ->").contains("no client"));
        let rules = Rules::parse("account = a -> x # note\r\ndomain=b->y\ndefault->x").unwrap();
        assert_eq!(rules.clients(), ["x", "y"]);
    }
}
