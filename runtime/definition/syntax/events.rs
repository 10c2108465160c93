//! A YAML text as a list of events in a compact form: a definition of 20,000 resources has a million events, and all of
//! them are in memory before the tree is built ([`crate::syntax::repair`] explains why).
//!
//! Texts that occur literally in the document are stored as byte ranges instead of copies.

use std::ops::Range;

use saphyr_parser::{Event as Parsed, Parser, ScalarStyle, ScanError, Span, Tag};

use crate::limits::MAX_DEPTH;

use crate::syntax::offsets::Offsets;

/// The events of a document, up to the end or the first error.
pub(super) struct Events {
    list: Vec<Packed>,
    /// Texts that do not occur literally in the document.
    texts: String,
    tags: Vec<Tag>,
}

/// What ended parsing early. `Invalid` has a character index in the parsed text, the others a byte offset in the
/// document.
pub(super) enum Stop {
    Invalid(ScanError),
    Depth(u32),
    Events(u32),
}

/// An event and its byte range in the document.
pub(super) struct Event<'e> {
    pub(super) what: What<'e>,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// The kind of an event.
pub(super) enum What<'e> {
    /// `plain`: not quoted.
    Scalar {
        text: Written<'e>,
        plain: bool,
        anchor: u32,
        tag: Option<&'e Tag>,
    },
    /// A reference to an anchor.
    Alias {
        anchor: u32,
    },
    SequenceStart {
        anchor: u32,
        tag: Option<&'e Tag>,
    },
    MappingStart {
        anchor: u32,
        tag: Option<&'e Tag>,
    },
    /// The end of the innermost open collection.
    End,
}

/// The text of a scalar.
pub(super) enum Written<'e> {
    /// A byte range of the document.
    There(Range<u32>),
    /// A text that differs from the document: it has escapes, spans several lines, or was repaired.
    Here(&'e str),
}

#[derive(Clone, Copy)]
struct Packed {
    kind: Kind,
    anchor: u32,
    /// The index of the tag, starting at 1; 0 for no tag.
    tag: u32,
    start: u32,
    end: u32,
    /// A byte range of the document, or of `texts`.
    text: (u32, u32),
}

#[derive(Clone, Copy)]
enum Kind {
    Scalar { plain: bool, there: bool },
    Alias,
    SequenceStart,
    MappingStart,
    End,
}

impl Events {
    /// Parses `text`, which is the text that `offsets` describe or a repaired form of it. Stops after `limit` events.
    pub(super) fn gather(text: &str, offsets: &Offsets<'_>, limit: u64) -> (Self, Option<Stop>) {
        let mut events = Self { list: Vec::new(), texts: String::new(), tags: Vec::new() };
        let mut parser = Parser::new_from_str(text);
        let mut depth = 0;
        while let Some(next) = parser.next_event() {
            let (event, span) = match next {
                Ok(next) => next,
                Err(error) => return (events.shrunk(), Some(Stop::Invalid(error))),
            };
            match event {
                Parsed::SequenceStart(..) | Parsed::MappingStart(..) => {
                    depth += 1;
                    if depth >= MAX_DEPTH {
                        let at = offsets.byte(span.start.index()) as u32;
                        return (events, Some(Stop::Depth(at)));
                    }
                }
                Parsed::SequenceEnd | Parsed::MappingEnd => depth -= 1,
                // A definition is the first document of a YAML stream; the rest is ignored.
                Parsed::DocumentEnd | Parsed::StreamEnd => return (events.shrunk(), None),
                _ => {}
            }
            if events.list.len() as u64 >= limit {
                let at = offsets.byte(span.start.index()) as u32;
                return (events, Some(Stop::Events(at)));
            }
            events.push(&event, span, offsets);
        }
        (events.shrunk(), None)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Event<'_>> {
        self.list.iter().map(|packed| {
            let anchor = packed.anchor;
            let tag = (packed.tag as usize).checked_sub(1).and_then(|index| self.tags.get(index));
            let what = match packed.kind {
                Kind::Scalar { plain, there } => {
                    let (from, to) = packed.text;
                    let text = match there {
                        true => Written::There(from..to),
                        false => Written::Here(self.texts.get(from as usize..to as usize).unwrap_or_default()),
                    };
                    What::Scalar { text, plain, anchor, tag }
                }
                Kind::Alias => What::Alias { anchor },
                Kind::SequenceStart => What::SequenceStart { anchor, tag },
                Kind::MappingStart => What::MappingStart { anchor, tag },
                Kind::End => What::End,
            };
            Event { what, start: packed.start, end: packed.end }
        })
    }

    fn push(&mut self, event: &Parsed<'_>, span: Span, offsets: &Offsets<'_>) {
        let start = offsets.byte(span.start.index()) as u32;
        let end = (offsets.byte(span.end.index()) as u32).max(start);
        let mut packed = Packed { kind: Kind::End, anchor: 0, tag: 0, start, end, text: (0, 0) };
        let (anchor, tag) = match event {
            Parsed::Scalar(text, style, anchor, tag) => {
                let there = there(text, *style, start, end, offsets);
                packed.kind = Kind::Scalar { plain: *style == ScalarStyle::Plain, there: there.is_some() };
                packed.text = there.unwrap_or_else(|| {
                    let from = self.texts.len() as u32;
                    self.texts.push_str(text);
                    (from, self.texts.len() as u32)
                });
                (anchor, tag.as_deref())
            }
            Parsed::Alias(anchor) => {
                packed.kind = Kind::Alias;
                (anchor, None)
            }
            Parsed::SequenceStart(anchor, tag) => {
                packed.kind = Kind::SequenceStart;
                (anchor, tag.as_deref())
            }
            Parsed::MappingStart(anchor, tag) => {
                packed.kind = Kind::MappingStart;
                (anchor, tag.as_deref())
            }
            Parsed::SequenceEnd | Parsed::MappingEnd => (&0, None),
            _ => return,
        };
        packed.anchor = u32::try_from(*anchor).unwrap_or(u32::MAX);
        if let Some(tag) = tag {
            // A definition has many tags, but few distinct ones.
            if self.tags.last() != Some(tag) {
                self.tags.push(tag.clone());
            }
            packed.tag = self.tags.len() as u32;
        }
        self.list.push(packed);
    }

    fn shrunk(mut self) -> Self {
        self.list.shrink_to_fit();
        self
    }
}

/// The byte range of the document that has exactly this text.
fn there(text: &str, style: ScalarStyle, start: u32, end: u32, offsets: &Offsets<'_>) -> Option<(u32, u32)> {
    let quotes = u32::from(matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted));
    let from = start + quotes;
    let to = from + u32::try_from(text.len()).ok()?;
    (to <= end && offsets.text().get(from as usize..to as usize) == Some(text)).then_some((from, to))
}
