//! Text from a document, short enough for a message.

/// The most characters of an [`excerpt`].
const EXCERPT: usize = 80;

/// The first `characters` of `text`; an ellipsis follows where there are more.
#[must_use]
pub fn truncate(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A name or a value that a document contains, as a message quotes it: at most 80 characters.
#[must_use]
pub fn excerpt(text: &str) -> String {
    truncate(text, EXCERPT)
}

/// Names in a row, each in backticks: the members of a cycle.
#[must_use]
pub fn arrows(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" → ")
}

#[cfg(test)]
mod tests {
    use super::{arrows, truncate};

    #[test]
    fn characters_are_counted_not_bytes() {
        for (text, expected) in [("", ""), ("éé", "éé"), ("ééé", "éé…")] {
            assert_eq!(truncate(text, 2), expected, "{text}");
        }
    }

    #[test]
    fn members_of_a_cycle_are_quoted() {
        assert_eq!(arrows(&["a".to_owned(), "b".to_owned(), "a".to_owned()]), "`a` → `b` → `a`");
    }
}
