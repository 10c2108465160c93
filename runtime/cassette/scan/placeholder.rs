//! Values that only stand for a secret: placeholders, masks, and the values that documentation uses.

use apinb_text::secret::mask::MASK;

/// Parts of values that stand for others, in lower case.
const PARTS: [&str; 20] = [
    "{{",
    "${",
    "<",
    "example",
    "placeholder",
    "redacted",
    "changeme",
    "change_me",
    "change-me",
    "your_",
    "your-",
    "yourapi",
    "yourtoken",
    "dummy",
    "xxxx",
    "****",
    "....",
    "…",
    "insert",
    "masked",
];

/// Whole values that stand for others, in lower case.
const WORDS: [&str; 26] = [
    "string",
    "text",
    "value",
    "password",
    "passwd",
    "passphrase",
    "pass",
    "passw0rd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "access_token",
    "bearer",
    "basic",
    "undefined",
    "required",
    "optional",
    "letmein",
    "qwerty",
    "abc123",
    "foobar",
    "hunter2",
    "mypassword",
    "username",
];

/// Number of characters in order (`12345678`, `abcdefgh`) or equal that only a made-up value has.
const RUN: usize = 8;

/// Whether a value stands for another one.
pub(super) fn is_placeholder(value: &str) -> bool {
    let lower = value.to_lowercase();
    let trimmed = lower.trim();
    says_so(value) || WORDS.contains(&trimmed) || longest_run(&lower) >= RUN || distinct(trimmed) <= 3
}

/// Whether a part of a value says that it stands for another one: a mask, `{{name}}`, `example`.
pub(super) fn says_so(value: &str) -> bool {
    let lower = value.to_lowercase();
    value.contains(MASK) || PARTS.iter().any(|part| lower.contains(part))
}

/// Whether a value describes the shape of a secret, as the `secrets` of a cassette do: `hex 32`, `uuid`.
pub(super) fn is_shape(value: &str) -> bool {
    match value.split_once(' ') {
        Some((alphabet, length)) => {
            alphabet.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
                && !length.is_empty()
                && length.chars().all(|digit| digit.is_ascii_digit())
        }
        None => matches!(value, "uuid" | "jwt"),
    }
}

/// Number of characters of the longest run of equal or consecutive characters.
fn longest_run(text: &str) -> usize {
    let (mut longest, mut length, mut step, mut last) = (1, 1, 0, None::<char>);
    for character in text.chars() {
        if let Some(before) = last {
            // `9` is followed by `0`.
            let now = match (before, character) {
                ('9', '0') => 1,
                _ => i64::from(u32::from(character)) - i64::from(u32::from(before)),
            };
            length = match now {
                -1..=1 if now == step || length == 1 => length + 1,
                -1..=1 => 2,
                _ => 1,
            };
            step = now;
            longest = longest.max(length);
        }
        last = Some(character);
    }
    longest
}

fn distinct(text: &str) -> usize {
    let mut seen: Vec<char> = Vec::new();
    for character in text.chars() {
        if !seen.contains(&character) {
            seen.push(character);
        }
        if seen.len() > 3 {
            break;
        }
    }
    seen.len()
}

#[cfg(test)]
mod tests {
    use super::is_placeholder;

    #[test]
    fn placeholders_are_recognized() {
        for value in [
            "{{client.token}}",
            "Bearer {{token}}",
            "[secret]",
            "${TOKEN}",
            "AKIAIOSFODNN7EXAMPLE",
            "YOUR_API_KEY",
            "<token>",
            "aaaaaaaaaaaa",
            "abababababab",
            "1234567890",
            "0123456789abcdef",
            "password",
            "String",
            "xxxxxxxx-1",
        ] {
            assert!(is_placeholder(value), "{value}");
        }
        for value in ["kT9w2xQp", "correct horse battery", "s3cr3t-of-joe", "12341234x", "aabbccdd"] {
            assert!(!is_placeholder(value), "{value}");
        }
    }
}
