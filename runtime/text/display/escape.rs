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

/// As [`escape_controls`], except that the sequences that set colors and styles (SGR) keep their effect: the last barrier
/// before a terminal, behind the code that paints texts.
#[must_use]
pub fn escape_unstyled(text: &str) -> Cow<'_, str> {
    let mut parts = text.split('\x1b');
    let Some(first) = parts.next().filter(|first| first.len() < text.len()) else { return escape_controls(text) };
    let mut shown = escape_controls(first).into_owned();
    for part in parts {
        let parameters = part.strip_prefix('[').unwrap_or_default();
        let end = parameters.trim_start_matches(|character: char| character.is_ascii_digit() || character == ';');
        match end.strip_prefix('m') {
            Some(rest) => {
                shown.push('\x1b');
                shown.push_str(part.strip_suffix(rest).unwrap_or_default());
                shown.push_str(&escape_controls(rest));
            }
            None => {
                push_escaped(&mut shown, '\x1b');
                shown.push_str(&escape_controls(part));
            }
        }
    }
    Cow::Owned(shown)
}

/// JSON with each character that a terminal acts on replaced by its escape: outside of strings JSON has none but line
/// feeds and tabs, and in strings the meaning stays.
#[must_use]
pub fn escape_controls_in_json(json: &str) -> Cow<'_, str> {
    let hidden = |character: char| !character.is_ascii_control() && is_hidden(character) || character == '\x7f';
    if !json.contains(hidden) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if hidden(character) {
            // All of them are in the Basic Multilingual Plane.
            escaped.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            escaped.push(character);
        }
    }
    Cow::Owned(escaped)
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
    use super::{escape_controls, escape_controls_in_json, escape_unstyled};

    #[test]
    fn styles_keep_their_effect() {
        for (text, expected) in [
            ("plain\n", "plain\n"),
            ("\x1b[1;31mred\x1b[0m\x07", "\x1b[1;31mred\x1b[0m␇"),
            ("\x1b]52;c;YQ==\x07", "␛]52;c;YQ==␇"),
            ("a\x1b[2Jb\x1b[m\u{9b}1m\x1b", "a␛[2Jb\x1b[m\\u{9b}1m␛"),
            ("\x1b[31\x1b[0m", "␛[31\x1b[0m"),
        ] {
            assert_eq!(escape_unstyled(text), expected, "{text:?}");
        }
    }

    #[test]
    fn json_keeps_its_meaning() {
        let value = serde_json::json!({ "a": "\u{9b}2J\u{202e}\x7f\u{feff}é\n" });
        let text = format!("{value:#}\n");
        let escaped = escape_controls_in_json(&text);
        assert_eq!(escaped, "{\n  \"a\": \"\\u009b2J\\u202e\\u007f\\ufeffé\\n\"\n}\n");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).expect("JSON"), value);
    }

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
