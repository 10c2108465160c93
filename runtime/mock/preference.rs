//! `Prefer: code=404` and `Prefer: example=name` (RFC 7240): a client chooses the response.

use crate::exchange::Request;

/// What a client prefers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Preference {
    /// The status to respond with, as the header has it.
    pub(crate) code: Option<String>,
    /// The name of an example.
    pub(crate) example: Option<String>,
}

impl Preference {
    pub(crate) fn of(request: &Request) -> Self {
        let mut preference = Self::default();
        let headers = request.headers.iter().filter(|(name, _)| name == "prefer");
        for part in headers.flat_map(|(_, value)| value.split([',', ';'])) {
            let Some((name, value)) = part.split_once('=') else { continue };
            let value = value.trim().trim_matches('"').to_owned();
            match name.trim().to_ascii_lowercase().as_str() {
                // The first of equal preferences counts.
                "code" => drop(preference.code.get_or_insert(value)),
                "example" => drop(preference.example.get_or_insert(value)),
                _ => {}
            }
        }
        preference
    }

    pub(crate) fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// For `Preference-Applied`.
    pub(crate) fn applied(&self) -> String {
        let code = self.code.iter().map(|code| format!("code={code}"));
        let example = self.example.iter().map(|name| format!("example=\"{name}\""));
        code.chain(example).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::Preference;
    use crate::exchange::Request;

    #[test]
    fn preferences_are_read() {
        let of = |value: &str| {
            let headers = vec![("prefer".to_owned(), value.to_owned())];
            let Preference { code, example } = Preference::of(&Request { headers, ..Request::default() });
            (code.unwrap_or_default(), example.unwrap_or_default())
        };
        let pair = |code: &str, example: &str| (code.to_owned(), example.to_owned());
        assert_eq!(of("code=404"), pair("404", ""));
        assert_eq!(of("Code=404, example=\"two words\""), pair("404", "two words"));
        assert_eq!(of("respond-async; wait=5, example=a, example=b"), pair("", "a"));
        assert_eq!(of("return=minimal"), pair("", ""));
    }
}
