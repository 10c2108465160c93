//! The `key: value` lines at the top of a notebook.
//!
//! This is the notebook's own format, not YAML: a value is the text up to the end of its line.

use crate::model::FrontMatter;

/// The byte order mark.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The entries of the front matter of `text` and the offset at which the markdown begins; 0 when there is none.
///
/// Front matter begins in the first line, `---`, and ends with the next line `---`; without that line there is none.
pub(super) fn parse(text: &str) -> (FrontMatter, usize) {
    let mut rest = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut entries = Vec::new();
    if !next_line(&mut rest).is_some_and(is_mark) {
        return (FrontMatter::default(), 0);
    }
    while let Some(line) = next_line(&mut rest) {
        if is_mark(line) {
            return (FrontMatter { entries }, text.len() - rest.len());
        }
        if let Some((key, value)) = line.split_once(": ").or_else(|| Some((line.trim_end().strip_suffix(':')?, ""))) {
            entries.push((key.trim().to_owned(), value.trim().to_owned()));
        }
    }
    (FrontMatter::default(), 0)
}

/// Where markdown begins in a text without front matter: past the byte order mark.
pub(super) fn mark_length(text: &str) -> usize {
    if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 }
}

fn is_mark(line: &str) -> bool {
    line.trim_end() == "---"
}

/// Takes the next line off `rest`, without its line end.
fn next_line<'a>(rest: &mut &'a str) -> Option<&'a str> {
    if rest.is_empty() {
        return None;
    }
    let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
    let (line, after) = rest.split_at(end);
    *rest = after.strip_prefix("\r\n").or_else(|| after.strip_prefix(['\n', '\r'])).unwrap_or(after);
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn check(text: &str, expected: &[(&str, &str)], rest: &str) {
        let (front_matter, end) = parse(text);
        let entries: Vec<_> = front_matter.entries.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!((entries.as_slice(), &text[end..]), (expected, rest), "{text:?}");
    }

    #[test]
    fn entries_are_split_at_the_first_colon_and_space() {
        check("---\na: 1\nb: x: y\n\nhttp://c\nd:\n---\nrest", &[("a", "1"), ("b", "x: y"), ("d", "")], "rest");
    }

    #[test]
    fn every_line_end_and_a_byte_order_mark_are_read() {
        check("\u{feff}---\r\na: 1\r\n---\r\nrest", &[("a", "1")], "rest");
        check("---\ra: 1\r---\rrest", &[("a", "1")], "rest");
        check("---\na: 1\n---", &[("a", "1")], "");
        check("---\n---  \nrest", &[], "rest");
    }

    #[test]
    fn without_both_delimiters_it_is_text() {
        for text in ["", "---", "---\na: 1\n", "\n---\na: 1\n---\n", "----\na: 1\n---\n", "text\n---\n"] {
            check(text, &[], text);
        }
    }
}
