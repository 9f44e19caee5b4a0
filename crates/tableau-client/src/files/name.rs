//! File names from untrusted sources, made harmless.

use percent_encoding::percent_decode_str;
use tableau_wire::codec::header::parameter;

/// The longest name in bytes that the file systems of Linux, macOS and Windows take, less what the temporary name of a download adds.
const LONGEST: usize = 200;
/// Characters that Windows does not allow in a name; `/` and `\` would lead to another folder.
const NOT_IN_NAMES: [char; 9] = ['/', '\\', ':', '*', '?', '"', '<', '>', '|'];
/// Names of devices on Windows, with any extension.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A file name made from untrusted text: the name of a workbook, or what a server says in a header.
///
/// It never leads to another folder, is no hidden file and no device, and has no characters that a terminal or another operating system takes for
/// something else. Characters that are not allowed become `_`; an empty result becomes `file`.
///
/// ```
/// use tableau_client::harmless_file_name;
///
/// assert_eq!(harmless_file_name("Superstore.twbx"), "Superstore.twbx");
/// assert_eq!(harmless_file_name("../../.ssh/config"), "_.._.ssh_config");
/// assert_eq!(harmless_file_name("Q1/Q2: 100 %?"), "Q1_Q2_ 100 %_");
/// assert_eq!(harmless_file_name("CON.twb"), "_CON.twb");
/// ```
#[must_use]
pub fn harmless_file_name(text: &str) -> String {
    let is_odd = |letter: char| letter.is_control() || is_invisible(letter) || NOT_IN_NAMES.contains(&letter);
    let name: String = text
        .chars()
        .map(|letter| if is_odd(letter) { '_' } else { letter })
        .collect();
    // Windows drops trailing dots and spaces, which would make two names one.
    let name = name.trim_matches(|letter: char| letter == '.' || letter.is_whitespace());
    let name = shortened(name);
    if name.is_empty() {
        return "file".to_owned();
    }
    if is_device(name) {
        return format!("_{name}");
    }
    name.to_owned()
}

/// Characters without a width or that turn the direction of text: they make one name look like another.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn is_device(name: &str) -> bool {
    let stem = name
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_ascii_lowercase();
    let numbered = |of: &str| {
        let number = stem.strip_prefix(of).unwrap_or_default();
        number.chars().count() == 1 && number.chars().all(|digit| "0123456789¹²³".contains(digit))
    };
    DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

/// The name cut so that it can be kept, in its stem: the extension says what it is.
fn shortened(name: &str) -> &str {
    if name.len() <= LONGEST {
        return name;
    }
    let end = (0..=LONGEST)
        .rev()
        .find(|&end| name.is_char_boundary(end))
        .unwrap_or_default();
    name.get(..end).unwrap_or_default().trim_end_matches(['.', ' '])
}

/// The name of a file in a header `Content-Disposition`, made harmless; `filename*` (RFC 6266) counts more than `filename`.
pub(crate) fn from_disposition(header: &str) -> Option<String> {
    let extended = parameter(header, "filename*").and_then(|value| {
        let (_, encoded) = value.split_once("''")?;
        let decoded = percent_decode_str(encoded).decode_utf8().ok()?;
        Some(decoded.into_owned())
    });
    let name = extended.or_else(|| parameter(header, "filename"))?;
    (!name.trim().is_empty()).then(|| harmless_file_name(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_never_lead_elsewhere() {
        for (text, name) in [
            ("Superstore", "Superstore"),
            ("Umsätze 2026.twbx", "Umsätze 2026.twbx"),
            ("/etc/passwd", "_etc_passwd"),
            ("..\\..\\windows\\x.twb", "_.._windows_x.twb"),
            ("..", "file"),
            ("", "file"),
            (" . ", "file"),
            (".hidden", "hidden"),
            ("a\nb\u{1b}[31m\u{202e}xbwt", "a_b_[31m_xbwt"),
            ("nul", "_nul"),
            ("com1.twbx", "_com1.twbx"),
            ("company.twbx", "company.twbx"),
            ("name.twbx. . ", "name.twbx"),
        ] {
            assert_eq!(harmless_file_name(text), name, "{text:?}");
        }
        let long = harmless_file_name(&"ü".repeat(500));
        assert!(long.len() <= LONGEST && long.chars().all(|letter| letter == 'ü'));
    }

    /// A million names of the pieces that lead elsewhere, by the rules of Unix and Windows.
    #[test]
    fn no_name_leads_out_of_the_folder() {
        const PIECES: [&str; 24] = [
            "..", ".", "/", "\\", "~", "C:", ":", "con", "NUL", "com1", "lpt¹", "a", "Sales", " ", "\0",
            "\n", "\u{202e}", "%2F", "\u{2215}", ".twbx", "*", "\"", "$(x)", "ü",
        ];
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut name = String::new();
        for _ in 0..1_000_000 {
            name.clear();
            // xorshift: nothing depends on how random it is.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let mut left = state;
            for _ in 0..state % 7 {
                name.push_str(PIECES[usize::try_from(left % 24).unwrap()]);
                left /= 24;
            }
            let safe = harmless_file_name(&name);
            let bad = |letter: char| letter.is_control() || NOT_IN_NAMES.contains(&letter);
            assert!(!safe.is_empty() && safe.len() <= LONGEST, "{name:?}: {safe:?}");
            assert!(!safe.contains(bad), "{name:?}: {safe:?}");
            assert!(
                !safe.starts_with(['.', ' ']) && !safe.ends_with(['.', ' ']),
                "{name:?}: {safe:?}"
            );
            assert!(!is_device(&safe), "{name:?}: {safe:?}");
        }
    }

    #[test]
    fn names_in_headers_are_read_as_servers_write_them() {
        for (header, name) in [
            (r#"filename="Superstore.twbx""#, Some("Superstore.twbx")),
            (
                r#"name="tableau_workbook"; filename="A; B.twb""#,
                Some("A; B.twb"),
            ),
            (r#"attachment; FileName=plain.twb"#, Some("plain.twb")),
            (r#"filename="a \"b\".twb""#, Some("a _b_.twb")),
            (
                "filename=\"x.twbx\"; filename*=UTF-8''Ums%C3%A4tze.twbx",
                Some("Umsätze.twbx"),
            ),
            ("filename*=UTF-8''..%2F..%2Fevil.twb", Some("_.._evil.twb")),
            ("attachment", None),
            (r#"filename="""#, None),
        ] {
            assert_eq!(from_disposition(header).as_deref(), name, "{header}");
        }
    }
}
