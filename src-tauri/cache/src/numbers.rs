//! The two forms of a number in one entry of the dictionary: E.164 and as the switch gave it.

use crate::filter::number_search_text;

/// Between the E.164 form and the form as given in an entry of the number dictionary.
const FORMS: char = '\u{1f}';
/// Between the two forms in the text that is searched.
const SEARCH_FORMS: &str = "\u{1e}";

/// A control character in a text shows as a replacement mark: inside, some of them have a meaning.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

/// The text of a number's dictionary entry: the form to show, then the form as given.
pub(crate) fn number_text(given: &str, e164: Option<&str>) -> String {
    let given = printable(given);
    match e164 {
        Some(e164) if e164 == given => format!("{e164}{FORMS}"),
        Some(e164) => format!("{e164}{FORMS}{given}"),
        None => given,
    }
}

/// The two forms of an entry: as given, and E.164 where it is a public number.
pub(crate) fn number_forms(text: &str) -> (&str, Option<&str>) {
    match text.split_once(FORMS) {
        Some((e164, "")) => (e164, Some(e164)),
        Some((e164, given)) => (given, Some(e164)),
        None => (text, None),
    }
}

/// The form of a number that is shown.
pub(crate) fn number_shown(text: &str) -> &str {
    text.split_once(FORMS).map_or(text, |(e164, _)| e164)
}

pub(crate) fn number_fold(text: &str) -> String {
    match text.split_once(FORMS) {
        Some((e164, given)) => {
            let (e164, given) = (number_search_text(e164), number_search_text(given));
            if e164.contains(&given) {
                e164
            } else {
                e164 + SEARCH_FORMS + &given
            }
        }
        None => number_search_text(text),
    }
}
