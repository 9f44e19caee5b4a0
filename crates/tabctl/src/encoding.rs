//! Text in the encodings of files and variables on Windows.

/// The byte order mark: `PowerShell` and editors of Windows write one before a text.
pub(crate) const MARK: char = '\u{feff}';

/// Text in UTF-8, or in UTF-16 with a byte order mark (what `>` writes in Windows `PowerShell`), without the mark; otherwise the problem.
pub(crate) fn decode(bytes: Vec<u8>) -> Result<String, &'static str> {
    let utf16 = |read: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units: Vec<_> = pairs.iter().copied().map(read).collect();
        let text = String::from_utf16(&units).ok().filter(|_| rest.is_empty());
        text.ok_or("is not valid UTF-16: save it as UTF-8")
    };
    match bytes.as_slice() {
        [0xff, 0xfe, text @ ..] => return utf16(u16::from_le_bytes, text),
        [0xfe, 0xff, text @ ..] => return utf16(u16::from_be_bytes, text),
        // No text that is read here has a zero in it; every other byte of UTF-16 is one.
        [0, _, ..] | [_, 0, ..] => {
            return Err("looks like UTF-16 without a byte order mark: save it as UTF-8");
        }
        _ => {}
    }
    let text = String::from_utf8(bytes).map_err(|_| "is not text in UTF-8: save it as UTF-8")?;
    Ok(match text.strip_prefix(MARK) {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn text_is_read_as_windows_writes_it() {
        for bytes in [
            "Zoë\r\n".as_bytes().to_vec(),
            "\u{feff}Zoë\r\n".as_bytes().to_vec(),
            utf16("\u{feff}Zoë\r\n", u16::to_le_bytes),
            utf16("\u{feff}Zoë\r\n", u16::to_be_bytes),
        ] {
            assert_eq!(decode(bytes.clone()).as_deref(), Ok("Zoë\r\n"), "{bytes:?}");
        }
        assert_eq!(decode(Vec::new()).as_deref(), Ok(""));
        assert_eq!(decode(utf16("\u{feff}", u16::to_le_bytes)).as_deref(), Ok(""));
        for (bytes, says) in [
            (utf16("plain", u16::to_le_bytes), "UTF-16"),
            (utf16("plain", u16::to_be_bytes), "UTF-16"),
            (vec![0xff, 0xfe, 1], "UTF-16"),
            (vec![0xff, 0xfe, 0, 0xd8], "UTF-16"),
            (vec![b'a', 0xe9], "UTF-8"),
        ] {
            assert!(decode(bytes.clone()).unwrap_err().contains(says), "{bytes:?}");
        }
    }
}
