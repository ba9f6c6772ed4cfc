//! What an image is, told from its bytes: its name and its header's type are not believed.

use pbx_api::Rule;

use super::svg;

/// A picture that may be shown to people.
pub struct Image {
    pub content_type: &'static str,
    pub bytes: Vec<u8>,
}

/// Limits of a kind of image.
pub struct Limits {
    pub bytes_kb: u32,
    /// Longest side, in pixels.
    pub side: u32,
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const ICO: &[u8] = &[0, 0, 1, 0];
/// More pictures than this are no favicon.
const ICO_PICTURES: usize = 20;

/// # Errors
/// The rule that the image breaks.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Image, Rule> {
    if bytes.is_empty() {
        return Err(Rule::Empty);
    }
    if bytes.len() > limits.bytes_kb as usize * 1024 {
        return Err(Rule::LargerThan {
            most_kb: limits.bytes_kb,
        });
    }
    let (content_type, sizes, bytes) = if bytes.starts_with(PNG) {
        ("image/png", vec![png_size(bytes)?], bytes.to_vec())
    } else if bytes.starts_with(ICO) {
        ("image/x-icon", ico_sizes(bytes)?, bytes.to_vec())
    } else {
        let (clean, size) = svg::clean(bytes)?;
        ("image/svg+xml", size.into_iter().collect(), clean)
    };
    if sizes
        .iter()
        .any(|(width, height)| *width == 0 || *height == 0)
    {
        return Err(Rule::NoSize);
    }
    let side = limits.side;
    if sizes
        .iter()
        .any(|(width, height)| *width > side || *height > side)
    {
        return Err(Rule::PixelsAtMost { most: side });
    }
    Ok(Image {
        content_type,
        bytes,
    })
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

/// Walks the chunks to the last one, so that a cut or lengthened file is refused.
fn png_size(bytes: &[u8]) -> Result<(u32, u32), Rule> {
    let broken = || Rule::Damaged {
        format: "PNG".into(),
    };
    let mut at = PNG.len();
    let mut size = None;
    loop {
        let length = number(bytes, at).ok_or_else(broken)? as usize;
        let kind = bytes.get(at + 4..at + 8).ok_or_else(broken)?;
        let next = at.checked_add(12 + length).ok_or_else(broken)?;
        if next > bytes.len() || (size.is_none() && kind != b"IHDR") {
            return Err(broken());
        }
        match kind {
            b"IHDR" if length == 13 => {
                let side = |at| number(bytes, at).ok_or_else(broken);
                size = Some((side(at + 8)?, side(at + 12)?));
            }
            b"IHDR" => return Err(broken()),
            b"IEND" if next == bytes.len() => return size.ok_or_else(broken),
            b"IEND" => return Err(broken()),
            _ => {}
        }
        at = next;
    }
}

fn ico_sizes(bytes: &[u8]) -> Result<Vec<(u32, u32)>, Rule> {
    let broken = || Rule::Damaged {
        format: "ICO".into(),
    };
    let little = |at: usize, length: usize| -> Option<usize> {
        let part = bytes.get(at..at + length)?;
        Some(
            part.iter()
                .rev()
                .fold(0, |sum, byte| (sum << 8) | usize::from(*byte)),
        )
    };
    let count = little(4, 2).ok_or_else(broken)?;
    if !(1..=ICO_PICTURES).contains(&count) {
        return Err(broken());
    }
    let mut sizes = Vec::new();
    for entry in (0..count).map(|place| 6 + 16 * place) {
        let (length, start) = (little(entry + 8, 4), little(entry + 12, 4));
        let end = start
            .zip(length)
            .and_then(|(start, length)| start.checked_add(length));
        if start.is_none_or(|start| start < 6 + 16 * count)
            || end.is_none_or(|end| end > bytes.len())
        {
            return Err(broken());
        }
        // 0 stands for 256.
        let side = |at: usize| match bytes.get(at) {
            Some(0) => Ok(256),
            Some(side) => Ok(u32::from(*side)),
            None => Err(broken()),
        };
        sizes.push((side(entry)?, side(entry + 1)?));
    }
    Ok(sizes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        bytes_kb: 64,
        side: 512,
    };

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = PNG.to_vec();
        let mut chunk = |kind: &[u8], data: &[u8]| {
            bytes.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
            bytes.extend(kind);
            bytes.extend(data);
            bytes.extend([0; 4]);
        };
        let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
        header.extend([8, 6, 0, 0, 0]);
        chunk(b"IHDR", &header);
        chunk(b"IDAT", &[0; 10]);
        chunk(b"IEND", &[]);
        bytes
    }

    fn words(bytes: &[u8]) -> String {
        read(bytes, &LIMITS)
            .err()
            .map(|rule| rule.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn a_png_is_known_by_its_bytes_and_measured() {
        assert_eq!(
            read(&png(512, 10), &LIMITS).unwrap().content_type,
            "image/png"
        );
        assert_eq!(words(&png(513, 10)), "has more than 512 pixels on a side");
        assert_eq!(words(&png(0, 10)), "has no size");
        let whole = png(20, 20);
        for cut in [9, 20, 40, whole.len() - 1] {
            assert_eq!(words(&whole[..cut]), "is a damaged PNG", "{cut}");
        }
        assert_eq!(words(&[whole, vec![1]].concat()), "is a damaged PNG");
        assert_eq!(words(&vec![b'x'; 64 * 1024 + 1]), "is larger than 64 KB");
    }

    #[test]
    fn an_icons_pictures_lie_inside_it() {
        let mut ico = vec![
            0, 0, 1, 0, 1, 0, 32, 0, 0, 0, 1, 0, 32, 0, 4, 0, 0, 0, 22, 0, 0, 0,
        ];
        ico.extend([1, 2, 3, 4]);
        assert_eq!(read(&ico, &LIMITS).unwrap().content_type, "image/x-icon");
        ico[14] = 5;
        assert_eq!(words(&ico), "is a damaged ICO");
        assert_eq!(words(&ico[..10]), "is a damaged ICO");
    }

    #[test]
    fn what_is_none_of_the_three_is_refused() {
        for other in [
            &b"GIF89a"[..],
            b"<html></html>",
            b"\xff\xd8\xff\xe0",
            b"plain",
        ] {
            assert!(!words(other).is_empty());
        }
    }
}
