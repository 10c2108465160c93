//! Which names and questions speak of a secret.

/// Words that make a name one of a secret.
const WORDS: [&str; 16] = [
    "secret",
    "secrets",
    "password",
    "passwords",
    "passwd",
    "pwd",
    "passphrase",
    "passcode",
    "token",
    "tokens",
    "key",
    "keys",
    "apikey",
    "apikeys",
    "credential",
    "credentials",
];

/// Words that also count at the end of a longer one: `clientsecret`. Not `key`, which ends many harmless words.
const ENDINGS: [&str; 7] = ["secret", "password", "passwd", "passphrase", "token", "apikey", "credentials"];

/// Whether a variable's name, or the text of a question, says that its value is a secret: `CLIENT_SECRET`, `apiKey`,
/// `Please, enter Secret of your client`; not `keyboard`.
#[must_use]
pub fn is_secret_name(text: &str) -> bool {
    text.split(|character: char| !character.is_alphanumeric()).any(|part| {
        let mut start = 0;
        let boundaries = word_ends(part);
        boundaries.into_iter().any(|end| {
            let word = part[start..end].to_ascii_lowercase();
            start = end;
            is_secret_word(&word)
        }) || is_secret_word(&part.to_ascii_lowercase())
    })
}

fn is_secret_word(word: &str) -> bool {
    WORDS.contains(&word) || ENDINGS.iter().any(|ending| word.ends_with(ending))
}

/// Where the words of a camelCase name end: before an upper-case letter that follows a lower-case letter or a digit,
/// before the last of several upper-case letters that a lower-case one follows (`APIKey`), and around digits.
fn word_ends(part: &str) -> Vec<usize> {
    let characters: Vec<(usize, char)> = part.char_indices().collect();
    let mut ends = Vec::new();
    for pair in characters.windows(2) {
        let [(_, before), (at, character)] = *pair else { continue };
        let next_is_lower = part[at + character.len_utf8()..].starts_with(char::is_lowercase);
        let begins = character.is_uppercase() && (!before.is_uppercase() || next_is_lower);
        if begins || before.is_numeric() != character.is_numeric() {
            ends.push(at);
        }
    }
    ends.push(part.len());
    ends
}

#[cfg(test)]
mod tests {
    use super::is_secret_name;

    #[test]
    fn names_and_questions() {
        for text in [
            "CLIENT_SECRET",
            "apiKey",
            "APIKey",
            "Please, enter Secret of your Zendesk client.",
            "password2",
            "clientsecret",
            "Enter your API key:",
            "accessTokens",
            "token",
            "x-auth-token",
            "OAUTH2_CREDENTIALS",
        ] {
            assert!(is_secret_name(text), "{text:?}");
        }
        for text in ["keyboard", "monkey", "KEYBOARD", "DOMAIN", "CLIENT_ID", "secretary", "tokenize", "", "é"] {
            assert!(!is_secret_name(text), "{text:?}");
        }
    }
}
