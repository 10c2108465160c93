//! Text in URLs and cookies: the characters that are percent-encoded.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// The characters that [`escape`] keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// Not at all.
    None,
    /// As `encodeURIComponent` of JavaScript does.
    Component,
    /// The same, but keeps reserved characters and existing percent escapes: `allowReserved` of OpenAPI.
    Reserved,
    /// As the value of a cookie.
    Cookie,
}

/// The characters that `encodeURIComponent` keeps, beside letters and digits.
pub const UNESCAPED: &str = "-_.!~*'()";

/// The characters that `allowReserved` keeps as well. A `#` would end the query.
pub const RESERVED: &str = ":/?[]@$&+,;=";

/// Characters that the value of a cookie cannot have, beside control and non-ASCII characters (RFC 6265, section
/// 4.1.1).
const NOT_IN_COOKIES: &str = " \",;\\";

const COMPONENT: &AsciiSet = &without(NON_ALPHANUMERIC, UNESCAPED);
const WITHOUT_RESERVED: &AsciiSet = &without(COMPONENT, RESERVED);
const COOKIE: &AsciiSet = &with(CONTROLS, NOT_IN_COOKIES);

const fn without(set: &AsciiSet, characters: &str) -> AsciiSet {
    let mut set = set.remove(b'0');
    let mut rest = characters.as_bytes();
    while let [first, others @ ..] = rest {
        set = set.remove(*first);
        rest = others;
    }
    set
}

const fn with(set: &AsciiSet, characters: &str) -> AsciiSet {
    let mut set = set.add(0);
    let mut rest = characters.as_bytes();
    while let [first, others @ ..] = rest {
        set = set.add(*first);
        rest = others;
    }
    set
}

/// The characters that the value of a cookie keeps, beside letters and digits.
#[must_use]
pub fn cookie_characters() -> String {
    let characters = ('!'..='~').filter(|character| !character.is_ascii_alphanumeric());
    characters.filter(|character| !NOT_IN_COOKIES.contains(*character)).collect()
}

/// Percent-encodes the characters of `text` that `escape` does not keep.
#[must_use]
pub fn escape(text: &str, escape: Escape) -> String {
    match escape {
        Escape::None => text.to_owned(),
        Escape::Component => utf8_percent_encode(text, COMPONENT).to_string(),
        Escape::Cookie => utf8_percent_encode(text, COOKIE).to_string(),
        Escape::Reserved => reserved(text),
    }
}

/// Existing percent escapes stay.
fn reserved(text: &str) -> String {
    let mut escaped = String::new();
    for (index, part) in text.split('%').enumerate() {
        let is_encoded = part.get(..2).is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        escaped.push_str(match (index, is_encoded) {
            (0, _) => "",
            (_, true) => "%",
            (_, false) => "%25",
        });
        escaped.extend(utf8_percent_encode(part, WITHOUT_RESERVED));
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{Escape, cookie_characters, escape};

    #[test]
    fn unescaped_characters_match_javascript() {
        let text = "aZ09-_.!~*'() :/?#[]@$&+,;=%41%\"\\é";
        for (how, expected) in [
            (Escape::None, text),
            (Escape::Component, "aZ09-_.!~*'()%20%3A%2F%3F%23%5B%5D%40%24%26%2B%2C%3B%3D%2541%25%22%5C%C3%A9"),
            (Escape::Reserved, "aZ09-_.!~*'()%20:/?%23[]@$&+,;=%41%25%22%5C%C3%A9"),
            (Escape::Cookie, "aZ09-_.!~*'()%20:/?#[]@$&+%2C%3B=%41%%22%5C%C3%A9"),
        ] {
            assert_eq!(escape(text, how), expected);
        }
        assert_eq!(escape(&cookie_characters(), Escape::Cookie), cookie_characters());
    }
}
