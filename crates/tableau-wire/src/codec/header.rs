//! Parameters of headers: `Content-Type`, `Content-Disposition`.

/// A parameter of a header, quoted or not; an item without `=` is the header's own value and may be missing.
#[must_use]
pub fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header;
    while !rest.is_empty() {
        let end = rest.find(['=', ';']).unwrap_or(rest.len());
        let (name, tail) = rest.split_at_checked(end)?;
        let Some(tail) = tail.strip_prefix('=') else {
            rest = tail.strip_prefix(';').unwrap_or_default();
            continue;
        };
        let (value, tail) = value(tail.trim_start());
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = tail.split_once(';').map_or("", |(_, tail)| tail);
    }
    None
}

/// A value, and the text after it.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, _) = text.split_once(';').unwrap_or((text, ""));
        return (
            value.trim_end().to_owned(),
            text.get(value.len()..).unwrap_or_default(),
        );
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, quoted.get(at + 1..).unwrap_or_default()),
            // A backslash before anything else is one of a Windows path that was not escaped.
            '\\' => value.push(match characters.next_if(|(_, next)| matches!(next, '"' | '\\')) {
                Some((_, escaped)) => escaped,
                None => '\\',
            }),
            _ => value.push(character),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_as_servers_and_clients_write_them() {
        for (header, value) in [
            (r#"filename="Superstore.twbx""#, Some("Superstore.twbx")),
            (
                r#"name="tableau_workbook"; filename="A; B.twb""#,
                Some("A; B.twb"),
            ),
            ("attachment; FileName=plain.twb ; x=y", Some("plain.twb")),
            (r#"filename="a \"b\".twb""#, Some("a \"b\".twb")),
            // Not escaped, as a browser on Windows once sent it.
            (r#"filename="C:\work\a.twb""#, Some(r"C:\work\a.twb")),
            ("attachment", None),
            ("filename*=UTF-8''x.twb", None),
            (r#"filename="never ended"#, Some("never ended")),
        ] {
            assert_eq!(parameter(header, "filename").as_deref(), value, "{header}");
        }
    }
}
