//! The name in a caller id, `"Name" <number>`, as switches write it.

/// The (name, number) of a caller id; both may be empty.
///
/// Asterisk escapes quotes and backslashes of the name with backslashes, and cuts the whole at 79
/// characters, so that the closing quote and the number may be missing. A name that only repeats
/// the number is no name.
pub(crate) fn parse(clid: &str) -> (String, String) {
    let clid = clid.trim();
    let (name, number) = if let Some(quoted) = clid.strip_prefix('"') {
        let end = closing_quote(quoted);
        let rest = end.map_or("", |end| &quoted[end + 1..]);
        (
            unescape(&quoted[..end.unwrap_or(quoted.len())]),
            in_brackets(rest),
        )
    } else if let Some(open) = clid.rfind('<') {
        (unescape(clid[..open].trim()), in_brackets(&clid[open..]))
    } else if clid.bytes().any(|b| b.is_ascii_alphabetic() || b > 0x7f) {
        (unescape(clid), String::new())
    } else {
        (String::new(), clid.to_owned())
    };
    let name = name.trim();
    let is_name = !name.is_empty() && name != number;
    (
        if is_name {
            name.to_owned()
        } else {
            String::new()
        },
        number,
    )
}

/// The quote that ends the name: the first that no backslash escapes and that the number (or
/// nothing) follows.
fn closing_quote(quoted: &str) -> Option<usize> {
    let mut last = None;
    for (at, _) in quoted.match_indices('"') {
        let escapes = quoted[..at]
            .bytes()
            .rev()
            .take_while(|b| *b == b'\\')
            .count();
        let rest = quoted[at + 1..].trim_start();
        if rest.is_empty() || (rest.starts_with('<') && rest.ends_with('>')) {
            last = Some(at);
            if escapes % 2 == 0 {
                return last;
            }
        }
    }
    last
}

fn in_brackets(text: &str) -> String {
    let text = text.trim();
    let inner = text.strip_prefix('<').unwrap_or("");
    inner.strip_suffix('>').unwrap_or(inner).trim().to_owned()
}

/// Takes the backslashes off that protect quotes and backslashes; SIP's own may be there twice.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut slashes = 0;
    for c in text.chars() {
        match c {
            '\\' => slashes += 1,
            '"' => {
                slashes = 0;
                out.push('"');
            }
            _ => {
                out.extend(std::iter::repeat_n('\\', slashes));
                slashes = 0;
                out.push(c);
            }
        }
    }
    out.extend(std::iter::repeat_n('\\', slashes));
    out
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn names_of_real_switches() {
        let cases = [
            (r#""Reception, Main" <1001>"#, "Reception, Main", "1001"),
            (
                r#""Robert \\\"Bob\\\" Tables" <12025550123>"#,
                "Robert \"Bob\" Tables",
                "12025550123",
            ),
            (r#""Robert \"Bob\"" <1>"#, "Robert \"Bob\"", "1"),
            (r#""1006" <1006>"#, "", "1006"),
            (r#""" <anonymous>"#, "", "anonymous"),
            ("\"Very Long Caller Na", "Very Long Caller Na", ""),
            ("Bob <100>", "Bob", "100"),
            ("<100>", "", "100"),
            ("100", "", "100"),
            ("", "", ""),
            (r#""<b>Acme & Sons</b>" <12>"#, "<b>Acme & Sons</b>", "12"),
            (r"C:\dir <1>", r"C:\dir", "1"),
        ];
        for (clid, name, number) in cases {
            assert_eq!(parse(clid), (name.to_owned(), number.to_owned()), "{clid}");
        }
    }
}
