//! Of which class a number is that somebody dials.

use pbx_api::NumberClass;

use crate::given::{digits, normalise};
use crate::plan::PLAN;

/// A number as somebody dialled it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialled {
    pub class: NumberClass,
    /// What to dial on: E.164 of a public number, else the digits.
    pub number: String,
}

/// Reads what somebody of a country dials. Nothing: it is no number.
///
/// The order is a rule: no extension hides an emergency number, and no extension is looked for
/// outside.
pub fn classify(text: &str, country: &str, is_extension: impl Fn(&str) -> bool) -> Option<Dialled> {
    let given = digits(text)?;
    let inside = |class| {
        Some(Dialled {
            class,
            number: given.digits.clone(),
        })
    };
    if crate::is_emergency(text, country) {
        return inside(NumberClass::Emergency);
    }
    if !given.plus && is_extension(&given.digits) {
        return inside(NumberClass::Extension);
    }
    let number = normalise(text, country)?;
    let class = class_of(&number)?;
    Some(Dialled { class, number })
}

/// The class of a number in E.164. Nothing: it is not in that form.
#[must_use]
pub fn class_of(e164: &str) -> Option<NumberClass> {
    let digits = e164.strip_prefix('+')?;
    let Some(area_code) = digits.strip_prefix('1').and_then(|rest| rest.get(..3)) else {
        return PLAN
            .calling_code(digits)
            .map(|_| NumberClass::International);
    };
    Some(if PLAN.is_toll_free(area_code) {
        NumberClass::TollFree
    } else {
        match PLAN.area_code(area_code) {
            Some("CA") => NumberClass::Canada,
            Some("US") => NumberClass::Us,
            // Islands, 900 and what was opened after the list was made: never on the route of the
            // two.
            _ => NumberClass::OtherNanp,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_classes() {
        let own = |text: &str| ["1001", "911", "2025550123", "112"].contains(&text);
        for (text, class) in [
            ("911", NumberClass::Emergency),
            ("933", NumberClass::Emergency),
            ("112", NumberClass::Emergency),
            ("1001", NumberClass::Extension),
            ("2025550123", NumberClass::Extension),
            ("12025550123", NumberClass::Us),
            ("+12025550123", NumberClass::Us),
            ("1 800 555 0123", NumberClass::TollFree),
            ("833-555-0123", NumberClass::TollFree),
            ("4165550123", NumberClass::Canada),
            ("8765550123", NumberClass::OtherNanp),
            ("7875550123", NumberClass::OtherNanp),
            ("6715550123", NumberClass::OtherNanp),
            ("9005550123", NumberClass::OtherNanp),
            ("011442079460018", NumberClass::International),
            ("+442079460018", NumberClass::International),
            ("+80012345678", NumberClass::International),
        ] {
            let read = classify(text, "US", own);
            assert_eq!(read.map(|read| read.class), Some(class), "{text}");
        }
        for text in ["1002", "+1001", "+911", "", "s", "5550123", "*97"] {
            assert_eq!(classify(text, "US", own), None, "{text}");
        }
    }

    #[test]
    fn help_is_called_as_the_country_does() {
        let nobody = |_: &str| false;
        for (text, country) in [
            ("999", "GB"),
            ("112", "GB"),
            ("15", "FR"),
            ("000", "AU"),
            ("911", "XX"),
        ] {
            let read = classify(text, country, nobody).expect(text);
            assert_eq!(
                (read.class, read.number.as_str()),
                (NumberClass::Emergency, text)
            );
        }
        assert_eq!(classify("999", "US", nobody), None);
    }
}
