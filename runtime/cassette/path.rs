//! A JSON path (RFC 9535), as far as it names parts of a value: `$.a.b`, `$['a']`, `$.list[0]`, `$.list[*].id`, `$..email`.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

/// How deep a value is searched.
const DEEPEST: usize = 200;

/// A JSON path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonPath {
    text: String,
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Name(String),
    Index(usize),
    /// `*`: all properties or items.
    All,
    /// `..`: the next segment at any depth.
    Descend,
}

/// A step from a value to a part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Name(String),
    Index(usize),
}

impl JsonPath {
    /// Whether the part of a value at `steps` is one that the path names, or within one.
    #[must_use]
    pub fn covers(&self, steps: &[Step]) -> bool {
        covers(&self.segments, steps)
    }

    /// Calls `change` with each part of `value` that the path names.
    pub fn each(&self, value: &mut Value, change: &mut dyn FnMut(&[Step], &mut Value)) {
        each(&self.segments, value, &mut Vec::new(), change);
    }
}

fn covers(segments: &[Segment], steps: &[Step]) -> bool {
    let Some((segment, rest)) = segments.split_first() else { return true };
    match (segment, steps.split_first()) {
        (Segment::Descend, _) => (0..=steps.len()).any(|at| covers(rest, steps.get(at..).unwrap_or_default())),
        (Segment::Name(name), Some((Step::Name(own), after))) => name == own && covers(rest, after),
        (Segment::Index(index), Some((Step::Index(own), after))) => index == own && covers(rest, after),
        (Segment::All, Some((_, after))) => covers(rest, after),
        _ => false,
    }
}

fn each(segments: &[Segment], value: &mut Value, at: &mut Vec<Step>, change: &mut dyn FnMut(&[Step], &mut Value)) {
    if at.len() > DEEPEST {
        return;
    }
    let Some((segment, rest)) = segments.split_first() else { return change(at, value) };
    let mut inner = |step: Step, segments: &[Segment], value: &mut Value| {
        at.push(step);
        each(segments, value, at, change);
        at.pop();
    };
    let descends = *segment == Segment::Descend;
    match value {
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                let is_named = matches!(segment, Segment::All) || *segment == Segment::Name(name.clone());
                if descends || is_named {
                    inner(Step::Name(name.clone()), if descends { segments } else { rest }, field);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                if descends || matches!(segment, Segment::All) || *segment == Segment::Index(index) {
                    inner(Step::Index(index), if descends { segments } else { rest }, item);
                }
            }
        }
        _ => {}
    }
    if descends {
        each(rest, value, at, change);
    }
}

/// The path of a part: `$.a[0]['b c']`.
#[must_use]
pub fn shown(steps: &[Step]) -> String {
    let is_word = |name: &str| {
        name.starts_with(|first: char| first.is_alphabetic() || first == '_')
            && name.chars().all(|character| character.is_alphanumeric() || character == '_')
    };
    let step = |step: &Step| match step {
        Step::Name(name) if is_word(name) => format!(".{name}"),
        Step::Name(name) => format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")),
        Step::Index(index) => format!("[{index}]"),
    };
    format!("${}", steps.iter().map(step).collect::<String>())
}

/// Why a text is not a JSON path that apinb reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a JSON path such as `$.user.email` or `$..email`")]
pub struct InvalidPath {
    text: String,
}

impl FromStr for JsonPath {
    type Err = InvalidPath;

    fn from_str(text: &str) -> Result<Self, InvalidPath> {
        let segments = parse(text).ok_or_else(|| InvalidPath { text: text.to_owned() })?;
        Ok(Self { text: text.to_owned(), segments })
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn parse(text: &str) -> Option<Vec<Segment>> {
    let mut rest = text.strip_prefix('$')?;
    let mut segments = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("..") {
            segments.push(Segment::Descend);
            rest = if after.starts_with('[') { after } else { word(after, &mut segments)? };
        } else if let Some(after) = rest.strip_prefix('.') {
            rest = word(after, &mut segments)?;
        } else {
            rest = bracket(rest.strip_prefix('[')?, &mut segments)?;
        }
    }
    (segments.last() != Some(&Segment::Descend)).then_some(segments)
}

/// A name up to the next `.` or `[`.
fn word<'t>(text: &'t str, segments: &mut Vec<Segment>) -> Option<&'t str> {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    if name.is_empty() || name.contains([']', '\'', '"']) {
        return None;
    }
    segments.push(if name == "*" { Segment::All } else { Segment::Name(name.to_owned()) });
    Some(rest)
}

/// `0]`, `*]`, `'name']`.
fn bracket<'t>(text: &'t str, segments: &mut Vec<Segment>) -> Option<&'t str> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '\'' | '"'));
    if let Some(quote) = quote {
        let mut name = String::new();
        let mut characters = text.char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => name.push(characters.next()?.1),
                _ if character == quote => {
                    segments.push(Segment::Name(name));
                    return text.get(at + 1..)?.strip_prefix(']');
                }
                _ => name.push(character),
            }
        }
        return None;
    }
    let (inner, rest) = text.split_once(']')?;
    segments.push(if inner == "*" { Segment::All } else { Segment::Index(inner.parse().ok()?) });
    Some(rest)
}
