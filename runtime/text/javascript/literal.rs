//! Texts as JavaScript writes them.

/// A string literal in single quotes; in double ones where that saves escapes.
#[must_use]
pub fn string_literal(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push(quote);
    for character in text.chars() {
        match character {
            _ if character == quote => literal.extend(['\\', quote]),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            '\u{2028}' | '\u{2029}' => literal.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ if character.is_control() => literal.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => literal.push(character),
        }
    }
    literal.push(quote);
    literal
}

#[cfg(test)]
mod tests {
    use super::string_literal;

    #[test]
    fn quotes_and_controls_are_escaped() {
        for (text, expected) in [
            ("a", "'a'"),
            ("it's", "\"it's\""),
            ("it's \"so\"", r#"'it\'s "so"'"#),
            ("a\\b\n\u{1b}", r"'a\\b\n\u001b'"),
            ("\u{2028}", r"'\u2028'"),
        ] {
            assert_eq!(string_literal(text), expected);
        }
    }
}
