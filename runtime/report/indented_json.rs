//! Formats JSON on several lines. Strings and numbers stay as written: redacted text stays redacted, and a number keeps
//! its digits.

use std::borrow::Cow;

use serde::de::IgnoredAny;

/// Indents a JSON object or list; returns any other text unchanged.
pub(super) fn on_lines(text: &str) -> Cow<'_, str> {
    let is_json = text.trim_start().starts_with(['{', '[']) && serde_json::from_str::<IgnoredAny>(text).is_ok();
    if is_json { Cow::Owned(indented(text)) } else { Cow::Borrowed(text) }
}

/// `json` must be valid.
fn indented(json: &str) -> String {
    let mut text = String::new();
    let mut depth = 0_usize;
    let (mut in_string, mut escaped) = (false, false);
    let mut characters = json.chars().peekable();
    let line = |text: &mut String, depth: usize| {
        text.push('\n');
        text.extend(std::iter::repeat_n("  ", depth));
    };
    while let Some(character) = characters.next() {
        if in_string {
            text.push(character);
            in_string = escaped || character != '"';
            escaped = !escaped && character == '\\';
            continue;
        }
        match character {
            '{' | '[' => {
                text.push(character);
                while characters.next_if(char::is_ascii_whitespace).is_some() {}
                match characters.next_if(|next| matches!(next, '}' | ']')) {
                    Some(end) => text.push(end),
                    None => {
                        depth += 1;
                        line(&mut text, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut text, depth);
                text.push(character);
            }
            ',' => {
                text.push(',');
                line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            '"' => {
                in_string = true;
                text.push('"');
            }
            _ if character.is_ascii_whitespace() => {}
            _ => text.push(character),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::on_lines;

    #[test]
    fn json_is_indented() {
        for (text, expected) in [
            (
                r#"{"a":[1,{"b":"x, {\"y\\"}],"c":{},"d":[ ]}"#,
                "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x, {\\\"y\\\\\"\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}",
            ),
            (
                "[1.10,99999999999999.99,1E-7,123456789012345678901234567890]",
                "[\n  1.10,\n  99999999999999.99,\n  1E-7,\n  123456789012345678901234567890\n]",
            ),
            ("[1,", "[1,"),
            ("\"{}\"", "\"{}\""),
            ("a: b", "a: b"),
        ] {
            assert_eq!(on_lines(text), expected);
        }
    }
}
