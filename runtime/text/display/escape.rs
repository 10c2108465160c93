//! Makes untrusted text safe to print: it cannot move the cursor, change colors or reorder text.

use std::borrow::Cow;

/// `text` with every control character but line feed and tab, and every character that changes the direction of
/// text, replaced by a visible one.
///
/// C0 controls become their pictures (`␛` for escape); the others their code, `\u{202e}`. A carriage return before a
/// line feed is dropped.
#[must_use]
pub fn escape_controls(text: &str) -> Cow<'_, str> {
    if !text.contains(|character| !matches!(character, '\n' | '\t') && is_hidden(character)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\n' | '\t' => shown.push(character),
            '\r' if characters.peek() == Some(&'\n') => {}
            _ => push_escaped(&mut shown, character),
        }
    }
    Cow::Owned(shown)
}

/// Adds `character` as [`escape_controls`] does; line feed and tab as pictures too.
pub(crate) fn push_escaped(shown: &mut String, character: char) {
    match character {
        '\0'..='\x1f' => shown.extend(char::from_u32(0x2400 + u32::from(character))),
        '\x7f' => shown.push('\u{2421}'),
        _ if is_hidden(character) => shown.extend(character.escape_unicode()),
        _ => shown.push(character),
    }
}

/// Control characters; marks, embeddings, overrides and isolates of direction; the byte order mark; line and paragraph
/// separators.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::escape_controls;

    #[test]
    fn control_characters_become_visible() {
        for (text, expected) in [
            ("plain é\t😀\n", "plain é\t😀\n"),
            ("\x1b[31mred\x07", "␛[31mred␇"),
            ("a\r\nb\rc\x7f", "a\nb␍c␡"),
            ("\u{9b}2J\u{202e}x\u{feff}", "\\u{9b}2J\\u{202e}x\\u{feff}"),
        ] {
            assert_eq!(escape_controls(text), expected, "{text:?}");
        }
    }
}
