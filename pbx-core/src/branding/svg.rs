//! SVG that can do nothing but be seen: what is not on the list is left out, and what could make a
//! reader fetch or run something is refused.

use pbx_api::Rule;
use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer, XmlVersion};

fn damaged() -> Rule {
    Rule::Damaged {
        format: "SVG".to_owned(),
    }
}

/// Elements that draw. Whatever else stands in the file goes with all it holds.
const ELEMENTS: [&str; 22] = [
    "svg",
    "g",
    "defs",
    "title",
    "desc",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "mask",
    "symbol",
    "use",
    "pattern",
];
/// Attributes that say where, how large and in which colour.
const ATTRIBUTES: [&str; 66] = [
    "id",
    "class",
    "viewBox",
    "width",
    "height",
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "fx",
    "fy",
    "d",
    "points",
    "transform",
    "fill",
    "fill-rule",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-opacity",
    "opacity",
    "color",
    "clip-path",
    "clip-rule",
    "mask",
    "maskUnits",
    "maskContentUnits",
    "clipPathUnits",
    "offset",
    "stop-color",
    "stop-opacity",
    "gradientUnits",
    "gradientTransform",
    "spreadMethod",
    "patternUnits",
    "patternContentUnits",
    "patternTransform",
    "preserveAspectRatio",
    "font-family",
    "font-size",
    "font-weight",
    "font-style",
    "text-anchor",
    "letter-spacing",
    "dominant-baseline",
    "dx",
    "dy",
    "role",
    "display",
    "visibility",
    "version",
    "vector-effect",
    "shape-rendering",
    "paint-order",
];
/// Width and height in pixels.
pub type Size = (u32, u32);

const NAMESPACE: &str = "http://www.w3.org/2000/svg";
/// Deeper drawings are made to break readers.
const DEPTH: usize = 64;
const PARTS: usize = 20_000;

/// The drawing without what it must not have, and its size where it says one in pixels.
///
/// # Errors
/// The rule that the image breaks.
pub fn clean(bytes: &[u8]) -> Result<(Vec<u8>, Option<Size>), Rule> {
    let unknown = || Rule::NotAnImage;
    let text = std::str::from_utf8(bytes).map_err(|_| unknown())?;
    let text = text.trim_start_matches('\u{feff}');
    if !text.trim_start().starts_with('<') {
        return Err(unknown());
    }
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut writer = Writer::new(Vec::new());
    let (mut depth, mut left_out, mut parts) = (0_usize, 0_usize, 0_usize);
    let mut size = None;
    let mut seen = false;
    loop {
        parts += 1;
        if parts > PARTS || depth > DEPTH {
            return Err(Rule::TooIntricate);
        }
        let event = reader.read_event().map_err(|_| damaged())?;
        match event {
            Event::DocType(_) => return Err(Rule::Doctype),
            Event::GeneralRef(reference) if left_out == 0 => {
                let text = entity(&reference).ok_or(Rule::UnknownEntity)?;
                write(&mut writer, Event::Text(BytesText::new(&text)))?;
            }
            Event::Start(element) => {
                let name = element.name().as_ref().to_owned();
                if depth == 0 && (seen || name != "svg") {
                    return Err(unknown());
                }
                seen = true;
                if left_out > 0 || !ELEMENTS.contains(&name.as_str()) {
                    left_out += 1;
                } else {
                    if depth == 0 {
                        size = size_of(&element);
                    }
                    write(
                        &mut writer,
                        Event::Start(allowed(&name, &element, depth == 0)?),
                    )?;
                }
                depth += 1;
            }
            Event::Empty(element) => {
                let name = element.name().as_ref().to_owned();
                if depth == 0 {
                    return Err(Rule::DrawsNothing);
                }
                if left_out == 0 && ELEMENTS.contains(&name.as_str()) {
                    write(&mut writer, Event::Empty(allowed(&name, &element, false)?))?;
                }
            }
            Event::End(element) => {
                depth = depth.checked_sub(1).ok_or_else(damaged)?;
                if left_out > 0 {
                    left_out -= 1;
                } else {
                    write(&mut writer, Event::End(element))?;
                }
            }
            Event::Text(text) if left_out == 0 && depth > 0 => {
                write(&mut writer, Event::Text(text))?;
            }
            Event::Eof if depth == 0 && seen => return Ok((writer.into_inner(), size)),
            Event::Eof => {
                return Err(if seen { damaged() } else { unknown() });
            }
            // Comments, declarations and instructions draw nothing; text outside is white space.
            _ => {}
        }
    }
}

fn write(writer: &mut Writer<Vec<u8>>, event: Event<'_>) -> Result<(), Rule> {
    writer.write_event(event).map_err(|_| damaged())
}

/// The element with the attributes that it may have.
fn allowed<'a>(name: &str, from: &BytesStart<'_>, is_root: bool) -> Result<BytesStart<'a>, Rule> {
    let mut element = BytesStart::new(name.to_owned());
    if is_root {
        element.push_attribute(("xmlns", NAMESPACE));
    }
    for attribute in from.attributes() {
        let attribute = attribute.map_err(|_| damaged())?;
        let key = attribute.key.as_ref();
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|_| Rule::UnknownEntity)?;
        // A part of the drawing may stand for another part, by either spelling.
        let refers = key == "href" || key == "xlink:href";
        let fits = if refers {
            value.trim().starts_with('#')
        } else {
            ATTRIBUTES.contains(&key) && stays_inside(&value)
        };
        if fits {
            let key = if refers { "href" } else { key };
            element.push_attribute((key, value.as_ref()));
        }
    }
    Ok(element)
}

/// A value that names nothing outside of the drawing: `url(#part)` may, `url(https://…)` may not.
fn stays_inside(value: &str) -> bool {
    let value = value.to_lowercase();
    let names = value.matches("url(").count();
    let own = value
        .split("url(")
        .skip(1)
        .filter(|rest| rest.trim_start_matches([' ', '\'', '"']).starts_with('#'))
        .count();
    names == own
        && ![
            "javascript:",
            "data:",
            "http:",
            "https:",
            "expression(",
            "@import",
            "\\",
            "//",
        ]
        .iter()
        .any(|word| value.contains(word))
}

/// The five entities of XML and characters by number.
fn entity(name: &str) -> Option<String> {
    let code = |digits: &str, radix| char::from_u32(u32::from_str_radix(digits, radix).ok()?);
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => match name.strip_prefix("#x").or(name.strip_prefix("#X")) {
            Some(hex) => code(hex, 16)?,
            None => code(name.strip_prefix('#')?, 10)?,
        },
    };
    Some(character.to_string())
}

/// Width and height, where both are numbers of pixels.
fn size_of(element: &BytesStart<'_>) -> Option<Size> {
    let side = |name: &str| -> Option<u32> {
        let attribute = element.try_get_attribute(name).ok()??;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
        let pixels: f64 = value.trim().trim_end_matches("px").parse().ok()?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast from floating point ends at the ends of the number"
        )]
        let side = pixels.ceil() as u32;
        Some(side)
    };
    side("width").zip(side("height"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(body: &str) -> String {
        let svg = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="10" height="20px">{body}</svg>"#
        );
        String::from_utf8(clean(svg.as_bytes()).unwrap().0).unwrap()
    }

    #[test]
    fn a_drawing_stays_a_drawing() {
        let body = r##"<defs><linearGradient id="a"><stop offset="0" stop-color="#fff"/></linearGradient></defs><path d="M0 0h1" fill="url(#a)"/><text x="1">A &amp; B</text><use href="#a"/>"##;
        let out = cleaned(body);
        assert!(out.ends_with(&format!("{body}</svg>")), "{out}");
        assert_eq!(
            clean(b"<svg width='10' height='20px'></svg>").unwrap().1,
            Some((10, 20))
        );
    }

    #[test]
    fn what_acts_or_reaches_out_is_gone() {
        for body in [
            "<script>alert(1)</script>",
            "<SCRIPT>alert(1)</SCRIPT>",
            "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
            "<foreignObject><body><img src='x' onerror='alert(1)'/></body></foreignObject>",
            "<g onclick='alert(1)' onload='alert(1)'/>",
            "<image href='https://alert.example/x.png'/>",
            "<use href='https://alert.example/x.svg#a'/>",
            "<use xlink:href='data:image/svg+xml;base64,alert'/>",
            "<a href='javascript:alert(1)'><g/></a>",
            "<style>@import url(https://alert.example)</style>",
            "<g style='background:url(https://alert.example)'/>",
            "<rect fill='url(https://alert.example/#a)'/>",
            "<rect fill='&#117;rl(//alert.example)'/>",
            "<animate attributeName='href' values='javascript:alert(1)'/>",
            "<set attributeName='onload' to='alert(1)'/>",
            "<?xml-stylesheet href='https://alert.example'?>",
            "<!-- alert -->",
            "<![CDATA[alert]]>",
        ] {
            let out = cleaned(body);
            assert!(!out.to_lowercase().contains("alert"), "{body} became {out}");
        }
    }

    #[test]
    fn what_names_other_files_or_never_ends_is_refused() {
        for (svg, why) in [
            (
                "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>",
                "DOCTYPE",
            ),
            ("<svg>&x;</svg>", "entity"),
            ("<svg><g></svg>", "damaged"),
            ("<svg>", "damaged"),
            ("<html></html>", "no PNG"),
            ("<svg/>", "draws nothing"),
            ("plain", "no PNG"),
        ] {
            let words = clean(svg.as_bytes()).unwrap_err().to_string();
            assert!(words.contains(why), "{svg}: {words}");
        }
        let deep = format!("<svg>{}{}</svg>", "<g>".repeat(100), "</g>".repeat(100));
        assert!(clean(deep.as_bytes()) == Err(Rule::TooIntricate));
    }
}
