//! Placeholders in place of secrets in what is stored, and made-up values in their place in what is replayed.
//!
//! `{{client.token}}` is the secret as it is, `{{client.token|base64}}` in an encoding. On a replay a name has the value
//! that the replay knows by that name, else one that is made up by the shape of the secret.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use apinb_text::secret::redactor::{Encoding, Redactor};

use crate::shape::Shape;

/// The longest name of a placeholder, in bytes.
const LONGEST: usize = 200;

/// Replaces secrets by placeholders.
#[derive(Debug)]
pub(crate) struct Writer<'r> {
    redactor: &'r Redactor,
    /// The names that secrets without one get: the words before a number.
    place: String,
    taken: BTreeSet<String>,
    /// The values that take the place of secrets without a placeholder.
    samples: BTreeMap<String, String>,
    /// The shapes of the secrets that were replaced, by name.
    shapes: BTreeMap<String, String>,
}

impl<'r> Writer<'r> {
    pub(crate) fn new(redactor: &'r Redactor) -> Self {
        let (taken, samples, shapes) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
        Self { redactor, place: String::new(), taken, samples, shapes }
    }

    /// From now on secrets without a name are named after the cell with this file.
    pub(crate) fn begin(&mut self, file: &str) {
        file.clone_into(&mut self.place);
        self.shapes.clear();
    }

    /// Takes the shapes of the secrets that were replaced since the last time.
    pub(crate) fn take_shapes(&mut self) -> BTreeMap<String, String> {
        std::mem::take(&mut self.shapes)
    }

    /// The values that replace others.
    pub(crate) fn samples(&mut self) -> &mut BTreeMap<String, String> {
        &mut self.samples
    }

    /// `bytes` without secrets.
    pub(crate) fn write<'b>(&mut self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        let found = self.redactor.find(bytes);
        if found.is_empty() {
            return Cow::Borrowed(bytes);
        }
        let (mut written, mut end) = (Vec::with_capacity(bytes.len()), 0);
        for one in found {
            written.extend_from_slice(bytes.get(end..one.range.start).unwrap_or_default());
            end = one.range.end;
            let sample = one.secret.as_ref().and_then(|secret| self.samples.get(secret));
            let text = match sample {
                Some(sample) => one.encoding.encode(sample),
                None => self.placeholder(one.secret.as_deref(), one.encoding),
            };
            written.extend_from_slice(text.as_bytes());
        }
        written.extend_from_slice(bytes.get(end..).unwrap_or_default());
        Cow::Owned(written)
    }

    /// `text` without secrets.
    pub(crate) fn text(&mut self, text: &str) -> String {
        match self.write(text.as_bytes()) {
            Cow::Borrowed(_) => text.to_owned(),
            Cow::Owned(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// The placeholder of a value that is replaced as a whole.
    pub(crate) fn whole(&mut self, value: &str, name: &str) -> String {
        self.redactor.name(value, &clean(name));
        self.placeholder(Some(value), Encoding::Plain)
    }

    fn placeholder(&mut self, secret: Option<&str>, encoding: Encoding) -> String {
        // What is not known as a whole differs in each place.
        let Some(secret) = secret else { return self.shaped("unknown", Shape::of("unknown"), encoding) };
        let name = self.redactor.name_of(secret).unwrap_or_else(|| {
            let plain = format!("{}.secret", self.place);
            let numbered = |number: usize| if number == 1 { plain.clone() } else { format!("{plain}-{number}") };
            let free = (1..).map(numbered).find(|name| !self.taken.contains(name));
            let name = free.unwrap_or_else(|| plain.clone());
            self.redactor.name(secret, &name);
            self.taken.insert(name.clone());
            name
        });
        self.shaped(&name, Shape::of(secret), encoding)
    }

    fn shaped(&mut self, name: &str, shape: Shape, encoding: Encoding) -> String {
        self.shapes.insert(name.to_owned(), shape.to_string());
        match encoding.name() {
            Some(encoding) => format!("{{{{{name}|{encoding}}}}}"),
            None => format!("{{{{{name}}}}}"),
        }
    }
}

/// A name as a placeholder can have it.
#[must_use]
pub fn clean(name: &str) -> String {
    let kept = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '-' => character,
        _ => '-',
    };
    name.chars().take(LONGEST).map(kept).collect()
}

/// `bytes` with values in place of the placeholders that `secrets` names.
#[must_use]
pub fn restored<'b>(bytes: &'b [u8], secrets: &BTreeMap<String, String>, redactor: &Redactor) -> Cow<'b, [u8]> {
    if secrets.is_empty() {
        return Cow::Borrowed(bytes);
    }
    let (mut text, mut rest) = (Vec::new(), bytes);
    while let Some(start) = find(rest, b"{{") {
        let (before, from) = rest.split_at_checked(start).unwrap_or_default();
        text.extend_from_slice(before);
        let value = placeholder_at(from).and_then(|(name, encoding, length)| {
            let shape: Shape = secrets.get(name)?.parse().ok()?;
            Some((encoding.encode(&value(name, shape, redactor)), length))
        });
        let length = match value {
            Some((value, length)) => {
                text.extend_from_slice(value.as_bytes());
                length
            }
            None => {
                text.push(b'{');
                1
            }
        };
        rest = from.get(length..).unwrap_or_default();
    }
    if text.is_empty() {
        return Cow::Borrowed(bytes);
    }
    text.extend_from_slice(rest);
    Cow::Owned(text)
}

/// The value of a name: a secret, like the one that it stands for.
fn value(name: &str, shape: Shape, redactor: &Redactor) -> String {
    redactor.named(name).unwrap_or_else(|| {
        let made_up = shape.made_up(name);
        redactor.add(&made_up);
        redactor.name(&made_up, name);
        made_up
    })
}

/// The name, the encoding and the length of the placeholder at the start of `bytes`.
fn placeholder_at(bytes: &[u8]) -> Option<(&str, Encoding, usize)> {
    let inner = bytes.strip_prefix(b"{{")?;
    let end = find(inner.get(..inner.len().min(LONGEST + 20))?, b"}}")?;
    let inner = std::str::from_utf8(inner.get(..end)?).ok()?;
    match inner.split_once('|') {
        None => Some((inner, Encoding::Plain, end + 4)),
        Some((name, encoding)) => Some((name, Encoding::from_name(encoding)?, end + 4)),
    }
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}
