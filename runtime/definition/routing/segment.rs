//! A path segment of a resource, with its parameters: `users`, `{id}`, `text{a}{b}`, `{page}.json`,
//! `users{mediaTypeExtension}`. [`crate::routing::path`] matches whole paths.

use crate::model::EXTENSION_PARAMETER;
use apinb_text::web::uri::{Piece, pieces};

/// A path segment of a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    parts: Vec<Part>,
    extension: Option<Extension>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Parameter(String),
}

/// The declaration of a segment's `{mediaTypeExtension}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extension {
    /// Allowed extensions without leading dots (`enum`); empty allows any.
    pub values: Vec<String>,
    /// Whether the path must have an extension.
    pub required: bool,
}

/// How closely a segment matches; smaller is closer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closeness {
    /// Only literal text.
    Literal,
    /// Literal text and a parameter.
    Mixed,
    /// Only a parameter.
    Parameter,
}

/// Whether a parameter may be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blanks {
    Allowed,
    Refused,
}

/// A match of a path segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// The name and value of each parameter.
    pub values: Vec<(String, String)>,
    /// The extension without its dot.
    pub extension: Option<String>,
    pub closeness: Closeness,
}

impl Segment {
    /// Parses a segment; `extension` is the declaration of its `{mediaTypeExtension}`. Parsing cannot fail: an
    /// unmatched brace is literal text.
    #[must_use]
    pub fn parse(text: &str, extension: Option<&Extension>) -> Self {
        let pieces = pieces(text).into_iter().map(|piece| match piece {
            Piece::Literal(text) => Part::Literal(text.to_owned()),
            Piece::Parameter(name) => Part::Parameter(name.to_owned()),
        });
        let mut parts: Vec<Part> = pieces.collect();
        let ends_in_extension =
            parts.len() > 1 && parts.last() == Some(&Part::Parameter(EXTENSION_PARAMETER.to_owned()));
        if ends_in_extension {
            parts.pop();
        }
        Self { parts, extension: ends_in_extension.then(|| extension.cloned().unwrap_or_default()) }
    }

    /// The text of a segment without parameters, without a trailing `.json` or `.xml`.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Literal(text)] => Some(without_ending(text)),
            _ => None,
        }
    }

    /// The name of the only parameter, if the segment has no other text than a trailing `.json` or `.xml`.
    #[must_use]
    pub fn lone_parameter(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Parameter(name)] => Some(name),
            [Part::Parameter(name), Part::Literal(ending)] if without_ending(ending).is_empty() => Some(name),
            _ => None,
        }
    }

    /// The names of the parameters.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Parameter(name) => Some(name.as_str()),
            Part::Literal(_) => None,
        })
    }

    /// The segment without parameter names and without a trailing `.json` or `.xml`. It is equal for different
    /// spellings of one resource.
    #[must_use]
    pub fn outline(&self) -> String {
        let outline: String = self
            .parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) => text.as_str(),
                Part::Parameter(_) => "{}",
            })
            .collect();
        without_ending(&outline).to_owned()
    }

    /// Matches `text` (decoded).
    #[must_use]
    pub fn fit(&self, text: &str, blanks: Blanks) -> Option<Fit> {
        let Some(extension) = &self.extension else {
            let values = self.values(text, blanks)?;
            return Some(Fit { values, extension: None, closeness: self.closeness() });
        };
        if let Some((stem, ending)) = text.rsplit_once('.')
            && extension.allows(ending)
            && let Some(values) = self.values(stem, blanks)
        {
            let closeness = self.closeness().min(Closeness::Mixed);
            return Some(Fit { values, extension: Some(ending.to_owned()), closeness });
        }
        if extension.required {
            return None;
        }
        let values = self.values(text, blanks)?;
        Some(Fit { values, extension: None, closeness: self.closeness() })
    }

    /// Matches `text`, ignoring extensions, and returns the values of the parameters. A parameter takes at least one
    /// character, unless it may be empty, and as few as possible; of adjacent parameters the last one takes the rest. At
    /// the end of a segment that has other text a parameter may always be left out.
    #[must_use]
    pub fn values(&self, text: &str, blanks: Blanks) -> Option<Vec<(String, String)>> {
        let mut values: Vec<(String, String)> = Vec::new();
        let mut rest = text;
        let mut parts = self.parts.iter().peekable();
        while let Some(part) = parts.next() {
            let name = match part {
                Part::Literal(literal) => {
                    rest = rest.strip_prefix(literal.as_str())?;
                    continue;
                }
                Part::Parameter(name) => name,
            };
            let next = rest.chars().next().map_or(0, char::len_utf8);
            if next == 0 && blanks == Blanks::Refused {
                if text.is_empty() {
                    return None;
                }
                values.push((name.clone(), String::new()));
                continue;
            }
            let least = match blanks {
                Blanks::Allowed => 0,
                Blanks::Refused => next,
            };
            let before_last = parts.len() == 1;
            let end = match parts.peek() {
                None => rest.len(),
                Some(Part::Parameter(_)) => next,
                Some(Part::Literal(literal)) if before_last => {
                    let end = rest.strip_suffix(literal.as_str())?.len();
                    if end < least {
                        return None;
                    }
                    end
                }
                Some(Part::Literal(literal)) => least + rest.get(least..)?.find(literal.as_str())?,
            };
            let (value, after) = rest.split_at_checked(end)?;
            values.push((name.clone(), value.to_owned()));
            rest = after;
        }
        rest.is_empty().then_some(values)
    }

    fn closeness(&self) -> Closeness {
        match self.parts.as_slice() {
            [Part::Parameter(_)] => Closeness::Parameter,
            parts if parts.iter().any(|part| matches!(part, Part::Parameter(_))) => Closeness::Mixed,
            _ => Closeness::Literal,
        }
    }
}

impl Extension {
    fn allows(&self, ending: &str) -> bool {
        let plain = !ending.is_empty() && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
        plain && (self.values.is_empty() || self.values.iter().any(|value| value == ending))
    }
}

/// Parses the non-empty segments of a path.
#[must_use]
pub fn segments(path: &str, extension: Option<&Extension>) -> Vec<Segment> {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    segments.map(|segment| Segment::parse(segment, extension)).collect()
}

/// The text without a trailing `.json` or `.xml`.
#[must_use]
pub fn without_ending(text: &str) -> &str {
    text.strip_suffix(".json").or_else(|| text.strip_suffix(".xml")).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::{Blanks, Closeness, Extension, Segment};

    fn check(template: &str, text: &str, expected: Option<&[(&str, &str)]>) {
        let values = Segment::parse(template, None).values(text, Blanks::Refused);
        let values = values.map(|values| values.into_iter().collect::<Vec<_>>());
        let expected =
            expected.map(|pairs| pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
        assert_eq!(values, expected, "{template} {text}");
    }

    #[test]
    fn parameters_match_their_part_of_the_segment() {
        check("users", "users", Some(&[]));
        check("users", "user", None);
        check("{id}", "5", Some(&[("id", "5")]));
        check("{id}", "", None);
        check("{page}.json", "a.b.json", Some(&[("page", "a.b")]));
        check("{page}.json", ".json", None);
        check("{page}.json", "a.xml", None);
        check("text{a}{b}", "textxyz", Some(&[("a", "x"), ("b", "yz")]));
        check("text{a}{b}", "textx", Some(&[("a", "x"), ("b", "")]));
        check("text{a}{b}", "text", Some(&[("a", ""), ("b", "")]));
        check("text{a}.json", "text", None);
        check("{x}...{y}", "1...2", Some(&[("x", "1"), ("y", "2")]));
        check("{x}...{y}", "12", None);
        check("a{x}b", "abb", Some(&[("x", "b")]));
        check("{a}é{b}", "ééé", Some(&[("a", "é"), ("b", "é")]));
        check("{broken", "{broken", Some(&[]));
        check("({a},{b})", "(1,2)", Some(&[("a", "1"), ("b", "2")]));
    }

    #[test]
    fn an_extension_is_not_part_of_the_name() {
        let declared = Extension { values: vec!["json".to_owned()], required: true };
        let required = Segment::parse("users{mediaTypeExtension}", Some(&declared));
        assert_eq!(required.literal(), Some("users"));
        assert_eq!(required.fit("users.json", Blanks::Refused).and_then(|fit| fit.extension), Some("json".to_owned()));
        assert_eq!(required.fit("users.xml", Blanks::Refused), None);
        assert_eq!(required.fit("users", Blanks::Refused), None);

        let optional = Segment::parse("{id}{mediaTypeExtension}", None);
        assert_eq!(optional.lone_parameter(), Some("id"));
        let fit = optional.fit("a.b.json", Blanks::Refused).expect("it fits");
        assert_eq!(fit.values, [("id".to_owned(), "a.b".to_owned())]);
        assert_eq!((fit.extension.as_deref(), fit.closeness), (Some("json"), Closeness::Mixed));
        assert_eq!(optional.fit("5", Blanks::Refused).map(|fit| fit.closeness), Some(Closeness::Parameter));
    }

    #[test]
    fn an_extension_alone_is_a_parameter() {
        assert_eq!(Segment::parse("{mediaTypeExtension}", None).lone_parameter(), Some("mediaTypeExtension"));
    }
}
