//! Words that a server knows: what was typed is compared with them, and a slip is told before anything is sent.

/// The word that was typed, as Tableau writes it. A word that this version does not know is taken as it is, unless it is almost one that it knows.
pub(super) fn word(words: &[&str], typed: &str) -> Result<String, String> {
    if let Some(known) = find(words, typed) {
        return Ok(known.to_owned());
    }
    match nearest(words, typed) {
        Some(near) => Err(format!("there is no `{typed}`: did you mean `{near}`?")),
        None => Ok(typed.to_owned()),
    }
}

/// The value of a known name, whatever the case of its letters; of all others, the error names those known.
pub(super) fn value<T: Clone>(known: &[T], name: fn(&T) -> &str, typed: &str) -> Result<T, String> {
    let found = known.iter().find(|value| name(value).eq_ignore_ascii_case(typed));
    found.cloned().ok_or_else(|| {
        let names: Vec<_> = known.iter().map(name).collect();
        format!("there are: {}", names.join(", "))
    })
}

/// Whether a word is one of those known; elements of a choice begin alike, and their ends are enough to name one.
fn is_known(words: &[&str], typed: &str) -> bool {
    let end = format!("-{}", super::in_kebab_case(typed).trim_start_matches('-'));
    find(words, typed).is_some() || words.iter().any(|word| word.ends_with(&end))
}

/// The warning about a word, of an option or a column, that this version does not know; servers of later versions may.
pub(crate) fn warning(what: &str, words: &[&str], typed: &str) -> Option<String> {
    let is_known = typed.is_empty() || is_known(words, typed);
    (!is_known).then(|| {
        format!(
            "warning: {what} {typed} is sent as it is: known are {}",
            words.join(", ")
        )
    })
}

fn find<'w>(words: &[&'w str], typed: &str) -> Option<&'w str> {
    words
        .iter()
        .find(|word| word.eq_ignore_ascii_case(typed))
        .copied()
}

/// The word that differs least, if by a letter or two only.
fn nearest<'w>(words: &[&'w str], typed: &str) -> Option<&'w str> {
    if is_known(words, typed) {
        return None;
    }
    let most = match typed.chars().count() {
        0..=3 => return None,
        4..=5 => 1,
        _ => 2,
    };
    let typed = typed.to_ascii_lowercase();
    let distances = words
        .iter()
        .map(|word| (distance(&word.to_ascii_lowercase(), &typed), *word));
    let (least, word) = distances.min_by_key(|(distance, _)| *distance)?;
    (least <= most).then_some(word)
}

/// How many letters have to be added, removed or replaced (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut before = line;
        let mut left = line + 1;
        for (place, of_other) in row.iter_mut().skip(1).zip(&other) {
            let replaced = before + usize::from(letter != *of_other);
            before = *place;
            left = replaced.min(left + 1).min(*place + 1);
            *place = left;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_and_new_words_are_taken() {
        let roles = ["Creator", "Explorer", "ExplorerCanPublish", "Viewer"];
        assert_eq!(word(&roles, "viewer").as_deref(), Ok("Viewer"));
        let told = word(&roles, "Viewr").unwrap_err();
        assert!(told.contains("did you mean `Viewer`"), "{told}");
        assert_eq!(word(&roles, "Agent").as_deref(), Ok("Agent"));
        assert!(!is_known(&roles, "Agent"));
        assert!(is_known(
            &["webhook-source-event-workbook-deleted"],
            "WorkbookDeleted"
        ));
    }

    #[test]
    fn distances_count_letters() {
        for (one, other, count) in [
            ("", "", 0),
            ("a", "", 1),
            ("kitten", "sitting", 3),
            ("viewer", "viewr", 1),
        ] {
            assert_eq!(distance(one, other), count, "{one} {other}");
            assert_eq!(distance(other, one), count, "{other} {one}");
        }
    }
}
