//! The shape of a secret, which a recording keeps, and a made-up value of that shape, which a replay puts in its place.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// The longest made-up value, in characters.
const LONGEST: usize = 64 << 10;

/// The characters of a secret, as little of it as a program that reads it may depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Uuid,
    /// A JSON Web Token.
    Jwt,
    /// So many characters of an alphabet.
    Characters(Alphabet, usize),
}

/// The characters of which a secret consists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    Digits,
    Hex,
    /// Letters and digits.
    Letters,
    /// Those of base64 and base64url.
    Base64,
    /// Any other.
    Text,
}

const ALPHABETS: [(Alphabet, &str); 5] = [
    (Alphabet::Digits, "digits"),
    (Alphabet::Hex, "hex"),
    (Alphabet::Letters, "letters"),
    (Alphabet::Base64, "base64"),
    (Alphabet::Text, "text"),
];

impl Alphabet {
    fn name(self) -> &'static str {
        ALPHABETS.iter().find(|(alphabet, _)| *alphabet == self).map_or("text", |(_, name)| *name)
    }

    fn has(self, character: char) -> bool {
        match self {
            Self::Digits => character.is_ascii_digit(),
            Self::Hex => character.is_ascii_digit() || matches!(character, 'a'..='f'),
            Self::Letters => character.is_ascii_alphanumeric(),
            Self::Base64 => character.is_ascii_alphanumeric() || "+/-_=".contains(character),
            Self::Text => true,
        }
    }

    /// The characters of made-up values. None of them is changed in a URL, in JSON or in a shell.
    fn characters(self) -> &'static [u8] {
        match self {
            Self::Digits => b"0123456789",
            Self::Hex => b"0123456789abcdef",
            Self::Letters | Self::Base64 | Self::Text => {
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
            }
        }
    }
}

impl Shape {
    /// The shape of a secret.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        let is_uuid = secret.len() == 36
            && secret.char_indices().all(|(at, character)| match at {
                8 | 13 | 18 | 23 => character == '-',
                _ => character.is_ascii_hexdigit(),
            });
        let parts: Vec<&str> = secret.split('.').collect();
        if is_uuid {
            Self::Uuid
        } else if parts.len() == 3 && parts.iter().take(2).all(|part| part.starts_with("eyJ")) {
            Self::Jwt
        } else {
            let fits = |alphabet: Alphabet| secret.chars().all(|character| alphabet.has(character));
            let alphabet = ALPHABETS.iter().map(|(alphabet, _)| *alphabet).find(|alphabet| fits(*alphabet));
            Self::Characters(alphabet.unwrap_or(Alphabet::Text), secret.chars().count())
        }
    }

    /// A made-up value: the same for the same name.
    #[must_use]
    pub fn made_up(self, name: &str) -> String {
        match self {
            Self::Uuid => {
                let hex = characters(name, Alphabet::Hex, 32);
                let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
                format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
            }
            // `{"alg":"none"}` and `{"sub":"made-up","iat":0,"exp":4102444800}`, which is in the year 2100.
            Self::Jwt => format!(
                "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtYWRlLXVwIiwiaWF0IjowLCJleHAiOjQxMDI0NDQ4MDB9.{}",
                characters(name, Alphabet::Letters, 43)
            ),
            Self::Characters(alphabet, length) => characters(name, alphabet, length.min(LONGEST)),
        }
    }
}

/// Characters that follow from a name.
fn characters(name: &str, alphabet: Alphabet, length: usize) -> String {
    let letters = alphabet.characters();
    let mut made_up = String::with_capacity(length);
    let mut block = Sha256::digest(name.as_bytes());
    while made_up.len() < length {
        let picked = block.iter().filter_map(|byte| letters.get(usize::from(*byte) % letters.len()));
        made_up.extend(picked.take(length - made_up.len()).map(|letter| char::from(*letter)));
        block = Sha256::digest(block);
    }
    made_up
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uuid => f.write_str("uuid"),
            Self::Jwt => f.write_str("jwt"),
            Self::Characters(alphabet, length) => write!(f, "{} {length}", alphabet.name()),
        }
    }
}

impl FromStr for Shape {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.split_once(' ') {
            None if text == "uuid" => Ok(Self::Uuid),
            None if text == "jwt" => Ok(Self::Jwt),
            Some((name, length)) => {
                let alphabet = ALPHABETS.iter().find(|(_, known)| *known == name).map(|(alphabet, _)| *alphabet);
                Ok(Self::Characters(alphabet.ok_or(())?, length.parse().map_err(drop)?))
            }
            None => Err(()),
        }
    }
}
