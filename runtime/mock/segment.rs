//! One path segment of a resource, with its tags: `users`, `{id}`, `text{a}{b}`, `{page}.json`,
//! `users{mediaTypeExtension}`. Which resource a whole path belongs to is [`crate::routing`]'s.

/// The tag that stands for `.json` and the like (RAML 0.8, "Template URIs and URI Parameters").
pub(crate) const EXTENSION: &str = "mediaTypeExtension";

/// A segment as the definition writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    parts: Vec<Part>,
    extension: Option<Extension>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Tag(String),
}

/// What is known of a segment's `{mediaTypeExtension}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extension {
    /// Its `enum`, without leading dots; empty: any.
    pub(crate) values: Vec<String>,
    /// Whether the path must end in it.
    pub(crate) required: bool,
}

/// How closely a segment fits; smaller is closer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Closeness {
    /// Every character is the definition's.
    Literal,
    /// A tag and some of the definition's text.
    Mixed,
    /// Nothing but a tag.
    Tag,
}

/// A path segment that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fit {
    pub(crate) values: Vec<(String, String)>,
    /// `json` of `.json`.
    pub(crate) extension: Option<String>,
    pub(crate) closeness: Closeness,
}

impl Segment {
    /// Takes a segment apart; `extension` says how its `{mediaTypeExtension}` is declared. Any text is a segment: a
    /// brace without its other half is a literal.
    pub(crate) fn parse(text: &str, extension: Option<&Extension>) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((literal, name, after)) = next_tag(rest) {
            if !literal.is_empty() {
                parts.push(Part::Literal(literal.to_owned()));
            }
            parts.push(Part::Tag(name.to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(rest.to_owned()));
        }
        let ends_in_extension = parts.len() > 1 && parts.last() == Some(&Part::Tag(EXTENSION.to_owned()));
        if ends_in_extension {
            parts.pop();
        }
        Self { parts, extension: ends_in_extension.then(|| extension.cloned().unwrap_or_default()) }
    }

    /// The text of a segment without tags; an ending `.json` or `.xml` is left out.
    pub(crate) fn literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Literal(text)] => Some(without_ending(text)),
            _ => None,
        }
    }

    /// The name of the tag which is the whole segment, but for an ending `.json` or `.xml`.
    pub(crate) fn lone_tag(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Tag(name)] => Some(name),
            [Part::Tag(name), Part::Literal(ending)] if without_ending(ending).is_empty() => Some(name),
            _ => None,
        }
    }

    /// The names of its tags.
    pub(crate) fn tags(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Tag(name) => Some(name.as_str()),
            Part::Literal(_) => None,
        })
    }

    /// The segment with its tags' names, and an ending `.json` or `.xml`, left out: what two spellings of one
    /// resource have in common.
    pub(crate) fn outline(&self) -> String {
        let outline: String = self
            .parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) => text.as_str(),
                Part::Tag(_) => "{}",
            })
            .collect();
        without_ending(&outline).to_owned()
    }

    /// How `text` (decoded) fits.
    pub(crate) fn fit(&self, text: &str) -> Option<Fit> {
        let Some(extension) = &self.extension else {
            let values = self.values(text)?;
            return Some(Fit { values, extension: None, closeness: self.closeness() });
        };
        if let Some((stem, ending)) = text.rsplit_once('.')
            && extension.allows(ending)
            && let Some(values) = self.values(stem)
        {
            let closeness = self.closeness().min(Closeness::Mixed);
            return Some(Fit { values, extension: Some(ending.to_owned()), closeness });
        }
        if extension.required {
            return None;
        }
        let values = self.values(text)?;
        Some(Fit { values, extension: None, closeness: self.closeness() })
    }

    /// The tags' values in `text`, without regard to an extension. A tag takes at least one character and as few as
    /// it can; of tags side by side the last takes the rest.
    pub(crate) fn values(&self, text: &str) -> Option<Vec<(String, String)>> {
        let mut values: Vec<(String, String)> = Vec::new();
        let mut rest = text;
        let mut parts = self.parts.iter().peekable();
        while let Some(part) = parts.next() {
            let name = match part {
                Part::Literal(literal) => {
                    rest = rest.strip_prefix(literal.as_str())?;
                    continue;
                }
                Part::Tag(name) => name,
            };
            let first = rest.chars().next().map(char::len_utf8)?;
            let before_last = parts.len() == 1;
            let end = match parts.peek() {
                None => rest.len(),
                Some(Part::Tag(_)) => first,
                Some(Part::Literal(literal)) if before_last => {
                    let end = rest.strip_suffix(literal.as_str())?.len();
                    if end < first {
                        return None;
                    }
                    end
                }
                Some(Part::Literal(literal)) => first + rest.get(first..)?.find(literal.as_str())?,
            };
            let (value, after) = rest.split_at_checked(end)?;
            values.push((name.clone(), value.to_owned()));
            rest = after;
        }
        rest.is_empty().then_some(values)
    }

    fn closeness(&self) -> Closeness {
        match self.parts.as_slice() {
            [Part::Tag(_)] => Closeness::Tag,
            parts if parts.iter().any(|part| matches!(part, Part::Tag(_))) => Closeness::Mixed,
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

/// A segment without an ending `.json` or `.xml`.
pub(crate) fn without_ending(text: &str) -> &str {
    text.strip_suffix(".json").or_else(|| text.strip_suffix(".xml")).unwrap_or(text)
}

/// The text before the next tag, its name, and what follows it.
fn next_tag(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.find('{')?;
    let (literal, tag) = text.split_at_checked(open)?;
    let close = tag.find('}')?;
    Some((literal, tag.get(1..close)?, tag.get(close + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::{Closeness, Extension, Segment};

    fn check(template: &str, text: &str, expected: Option<&[(&str, &str)]>) {
        let values = Segment::parse(template, None).values(text);
        let values = values.map(|values| values.into_iter().collect::<Vec<_>>());
        let expected =
            expected.map(|pairs| pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
        assert_eq!(values, expected, "{template} {text}");
    }

    #[test]
    fn tags_take_their_part_of_the_text() {
        check("users", "users", Some(&[]));
        check("users", "user", None);
        check("{id}", "5", Some(&[("id", "5")]));
        check("{id}", "", None);
        check("{page}.json", "a.b.json", Some(&[("page", "a.b")]));
        check("{page}.json", ".json", None);
        check("{page}.json", "a.xml", None);
        check("text{a}{b}", "textxyz", Some(&[("a", "x"), ("b", "yz")]));
        check("text{a}{b}", "textx", None);
        check("{x}...{y}", "1...2", Some(&[("x", "1"), ("y", "2")]));
        check("{x}...{y}", "12", None);
        check("a{x}b", "abb", Some(&[("x", "b")]));
        check("{a}é{b}", "ééé", Some(&[("a", "é"), ("b", "é")]));
        check("{broken", "{broken", Some(&[]));
        check("({a},{b})", "(1,2)", Some(&[("a", "1"), ("b", "2")]));
    }

    #[test]
    fn an_extension_is_no_part_of_the_name() {
        let declared = Extension { values: vec!["json".to_owned()], required: true };
        let required = Segment::parse("users{mediaTypeExtension}", Some(&declared));
        assert_eq!(required.literal(), Some("users"));
        assert_eq!(required.fit("users.json").and_then(|fit| fit.extension), Some("json".to_owned()));
        assert_eq!(required.fit("users.xml"), None);
        assert_eq!(required.fit("users"), None);

        let optional = Segment::parse("{id}{mediaTypeExtension}", None);
        assert_eq!(optional.lone_tag(), Some("id"));
        let fit = optional.fit("a.b.json").expect("it fits");
        assert_eq!(fit.values, [("id".to_owned(), "a.b".to_owned())]);
        assert_eq!((fit.extension.as_deref(), fit.closeness), (Some("json"), Closeness::Mixed));
        assert_eq!(optional.fit("5").map(|fit| fit.closeness), Some(Closeness::Tag));
    }

    #[test]
    fn an_extension_alone_is_a_tag() {
        assert_eq!(Segment::parse("{mediaTypeExtension}", None).lone_tag(), Some("mediaTypeExtension"));
    }
}
