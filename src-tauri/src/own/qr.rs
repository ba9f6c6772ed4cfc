//! A QR code, drawn here: a secret goes to nobody else to be drawn.

use std::fmt::Write as _;

use pbx_api::{Code, Problem};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The dark squares as an SVG path, one unit a square, without the quiet zone of 4 around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Qr {
    pub size: u32,
    pub path: String,
}

pub(super) fn draw(text: &str) -> Result<Qr, Problem> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium)
        .map_err(|e| Problem::new(Code::Internal).detail(e.to_string()))?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    }
    Ok(Qr {
        size: code.size().unsigned_abs(),
        path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners() {
        let drawn = draw("otpauth://totp/North:ana@example.com?secret=ABCDEFGH").expect("fits");
        for (x, y) in [(0, 0), (drawn.size - 7, 0), (0, drawn.size - 7)] {
            assert!(
                drawn.path.contains(&format!("M{x} {y}h1")),
                "a corner at {x} {y}"
            );
        }
        assert_eq!(
            drawn,
            draw("otpauth://totp/North:ana@example.com?secret=ABCDEFGH").expect("fits")
        );
    }
}
