//! Texts and names as JavaScript writes them.

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

/// The text of a string literal. None if it is another literal, or has an escape that is not valid.
#[must_use]
pub fn string_value(literal: &str) -> Option<String> {
    let quote = literal.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    let inside = literal.get(1..)?.strip_suffix(quote).filter(|_| literal.len() > 1)?;
    let mut value = String::with_capacity(inside.len());
    let mut characters = inside.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            value.push(character);
            continue;
        }
        value.push(match characters.next()? {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'v' => '\u{b}',
            'x' => hexadecimal(&mut characters, 2)?,
            'u' => hexadecimal(&mut characters, 4)?,
            '\n' | '\u{2028}' | '\u{2029}' => continue,
            '0'..='9' | '\r' => return None,
            other => other,
        });
    }
    Some(value)
}

/// The character of an escape with that many digits.
fn hexadecimal(characters: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let text: String = characters.by_ref().take(digits).collect();
    u32::from_str_radix(&text, 16).ok().filter(|_| text.len() == digits).and_then(char::from_u32)
}

/// How to read the property `name`: `.name` or `['na-me']`.
#[must_use]
pub fn member(name: &str) -> String {
    if is_identifier(name) { format!(".{name}") } else { format!("[{}]", string_literal(name)) }
}

/// The same in a list of members: `name` or `['na-me']`.
#[must_use]
pub fn listed_member(name: &str) -> String {
    if is_identifier(name) { name.to_owned() } else { member(name) }
}

/// How to read the global variable `name`, which may be dotted: `client`, `apis.users`, `window['my-shop']`.
#[must_use]
pub fn global(name: &str) -> String {
    let mut parts = name.split('.');
    let first = parts.next().unwrap_or_default();
    let first = if is_identifier(first) { first.to_owned() } else { format!("window{}", member(first)) };
    parts.fold(first, |text, part| text + &member(part))
}

/// The arguments of a call by the names of the parameters: `id, 'user-id'`.
#[must_use]
pub fn placeholders(parameters: &[String]) -> String {
    parameters.iter().map(|name| placeholder(name)).collect::<Vec<_>>().join(", ")
}

/// An argument by the name of its parameter: `id`, `'user-id'`.
#[must_use]
pub fn placeholder(name: &str) -> String {
    if is_identifier(name) { name.to_owned() } else { string_literal(name) }
}

/// Whether a name needs no quotes. ECMAScript allows more names.
#[must_use]
pub fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    let starts = characters.next().is_some_and(|first| first.is_ascii_alphabetic() || matches!(first, '_' | '$'));
    starts && characters.all(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '$'))
}

#[cfg(test)]
mod tests {
    use super::{global, listed_member, member, placeholders, string_literal, string_value};

    #[test]
    fn a_literal_has_its_text() {
        for text in ["", "./a.js", "it's", "a\n\u{e9}\\"] {
            assert_eq!(string_value(&string_literal(text)).as_deref(), Some(text));
        }
        assert_eq!(string_value("\"\\x41\\u0042\\q\"").as_deref(), Some("ABq"));
        for literal in ["`a`", "'a", "'", "1", "/a/", "'\\u00'", "'\\07'"] {
            assert_eq!(string_value(literal), None, "{literal}");
        }
    }

    #[test]
    fn names_that_are_not_identifiers_are_in_brackets() {
        for (name, expected) in
            [("users", ".users"), ("1.1", "['1.1']"), ("x-y", "['x-y']"), ("é", "['é']"), ("", "['']")]
        {
            assert_eq!(member(name), expected);
        }
        assert_eq!([listed_member("users"), listed_member("x-y")], ["users", "['x-y']"]);
        assert_eq!(["a", "a.b", "my-shop", "a.b-c"].map(global), ["a", "a.b", "window['my-shop']", "a['b-c']"]);
        assert_eq!(placeholders(&["id".to_owned(), "user-id".to_owned()]), "id, 'user-id'");
    }

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
