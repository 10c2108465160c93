//! Values of front matter in YAML: a scalar, a list of scalars, or a map of scalars. Deeper values are errors.

use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle};

/// The maximum number of events of a value: more is not written by hand.
const MAX_EVENTS: usize = 10_000;

/// A scalar with its byte range in the parsed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    /// Whether it has no quotes: it may then be a number, a boolean or null.
    pub(crate) is_plain: bool,
    pub(crate) range: Range<usize>,
}

/// The value of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Scalar(Scalar),
    List(Vec<Scalar>),
    Map(Vec<(Scalar, Scalar)>),
}

/// Why a text has no such value, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    Syntax {
        message: String,
        offset: usize,
    },
    /// A value that is neither of the three.
    Shape {
        range: Range<usize>,
    },
}

/// The value of the one key in `text`, such as `tags: [a, b]`.
///
/// # Errors
/// When `text` is not YAML, or its value is something else.
pub(crate) fn value(text: &str) -> Result<Value, Problem> {
    let mut events = Events { parser: Parser::new_from_str(text), text, offset: (0, 0), count: 0 };
    // The map around the key, and the key.
    while !matches!(events.next()?.0, Event::MappingStart(..)) {}
    events.next()?;
    let (event, range) = events.next()?;
    match event {
        Event::Scalar(..) => scalar(event, range).map(Value::Scalar),
        Event::SequenceStart(..) => {
            let mut list = Vec::new();
            loop {
                match events.next()? {
                    (Event::SequenceEnd, _) => return Ok(Value::List(list)),
                    (event, range) => list.push(scalar(event, range)?),
                }
            }
        }
        Event::MappingStart(..) => {
            let mut map = Vec::new();
            loop {
                match events.next()? {
                    (Event::MappingEnd, _) => return Ok(Value::Map(map)),
                    (event, range) => {
                        let key = scalar(event, range)?;
                        let (event, range) = events.next()?;
                        map.push((key, scalar(event, range)?));
                    }
                }
            }
        }
        _ => Err(Problem::Shape { range }),
    }
}

fn scalar(event: Event<'_>, range: Range<usize>) -> Result<Scalar, Problem> {
    match event {
        Event::Scalar(text, style, ..) => {
            Ok(Scalar { text: text.into_owned(), is_plain: style == ScalarStyle::Plain, range })
        }
        _ => Err(Problem::Shape { range }),
    }
}

/// The events of a text, with byte ranges.
struct Events<'t> {
    parser: Parser<'t, saphyr_parser::StrInput<'t>>,
    text: &'t str,
    /// A number of characters, and the bytes that they take: the parser counts characters.
    offset: (usize, usize),
    count: usize,
}

impl<'t> Events<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Range<usize>), Problem> {
        self.count += 1;
        match self.parser.next_event().filter(|_| self.count <= MAX_EVENTS) {
            Some(Ok((Event::StreamEnd | Event::DocumentEnd, span))) => {
                let offset = self.byte(span.start.index());
                Err(Problem::Shape { range: offset..offset })
            }
            Some(Ok((event, span))) => {
                let range = self.byte(span.start.index())..self.byte(span.end.index());
                Ok((event, range))
            }
            Some(Err(error)) => {
                let offset = self.byte(error.marker().index());
                Err(Problem::Syntax { message: error.info().to_owned(), offset })
            }
            None => Err(Problem::Shape { range: 0..self.text.len() }),
        }
    }

    /// The byte offset of a character.
    fn byte(&mut self, character: usize) -> usize {
        let (characters, bytes) = if character < self.offset.0 { (0, 0) } else { self.offset };
        let rest = self.text.get(bytes..).unwrap_or_default();
        let further = rest.char_indices().nth(character - characters).map_or(rest.len(), |(at, _)| at);
        self.offset = (character, bytes + further);
        bytes + further
    }
}

#[cfg(test)]
mod tests {
    use super::{Problem, Value, value};

    fn texts(value: &Value, text: &str) -> Vec<String> {
        let scalar = |scalar: &super::Scalar| format!("{}@{}", scalar.text, &text[scalar.range.clone()]);
        match value {
            Value::Scalar(one) => vec![scalar(one)],
            Value::List(list) => list.iter().map(scalar).collect(),
            Value::Map(map) => map.iter().flat_map(|(key, value)| [scalar(key), scalar(value)]).collect(),
        }
    }

    #[test]
    fn scalars_lists_and_maps_have_ranges() {
        for (text, expected) in [
            ("k: é v # no\n", &["é v@é v"][..]),
            ("k: 'é: v'\n", &["é: v@'é: v'"]),
            ("k: [a, \"b c\"]\n", &["a@a", "b c@\"b c\""]),
            ("k:\n- a\n- b", &["a@a", "b@b"]),
            ("k:\n  - é\n  # no\n  - b", &["é@é", "b@b"]),
            ("k: []", &[]),
            ("k:\n  a: 1\n  b: x.raml\n", &["a@a", "1@1", "b@b", "x.raml@x.raml"]),
            ("k: {a: 1}", &["a@a", "1@1"]),
        ] {
            let value = value(text).unwrap_or_else(|problem| panic!("{text:?}: {problem:?}"));
            assert_eq!(texts(&value, text), expected, "{text:?}");
        }
    }

    #[test]
    fn other_values_are_problems() {
        for text in ["k: [[a]]", "k:\n  a: [1]", "k: *x", "k: [*x]", "k: {a: {}}", "", "# only", "just text"] {
            assert!(value(text).is_err(), "{text:?}");
        }
        assert!(matches!(value("k: [a"), Err(Problem::Syntax { .. })));
        assert!(matches!(value("k: \"a"), Err(Problem::Syntax { .. })));
        for text in ["[".repeat(100_000), "k: [".repeat(20_000), "{a: ".repeat(20_000), "- ".repeat(50_000)] {
            assert!(value(&text).is_err());
        }
        assert!(value(&format!("k: [{}]", "a, ".repeat(20_000))).is_err());
    }
}
