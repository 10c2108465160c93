//! A text of a definition: an example, a schema, a chapter of the documentation. It may be a document that nobody has
//! asked for: then it is read the first time.

use std::fmt;
use std::sync::Arc;

use crate::definition::documents::deferred::Later;
use crate::text::source::span::SourceFile;

/// A text; a clone is another handle on it.
#[derive(Clone)]
pub struct Text(Held);

#[derive(Clone)]
enum Held {
    Own(Arc<str>),
    /// These bytes of a document.
    Part(Arc<SourceFile>, u32, u32),
    /// The whole of an included document.
    File(Arc<SourceFile>),
    /// The whole of an included document that is read when it is asked for.
    Later(Arc<Later>),
}

impl Text {
    /// The bytes `start..end` of a document.
    pub(crate) fn part(file: &Arc<SourceFile>, start: u32, end: u32) -> Self {
        Self(Held::Part(Arc::clone(file), start, end))
    }

    /// The text. The first time this may read a document, and block as long as that takes; empty when it cannot be read,
    /// which [`Unread::take_problems`](crate::definition::Unread::take_problems) tells.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Held::Own(text) => text,
            Held::Part(file, start, end) => file.part(*start, *end),
            Held::File(file) => file.text(),
            Held::Later(later) => later.file().map_or("", |file| file.text()),
        }
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::from("")
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Held::Own(text.into()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Held::Own(text.into()))
    }
}

impl From<Arc<SourceFile>> for Text {
    fn from(file: Arc<SourceFile>) -> Self {
        Self(Held::File(file))
    }
}

impl From<Arc<Later>> for Text {
    fn from(later: Arc<Later>) -> Self {
        Self(Held::Later(later))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            // A look reads nothing.
            Held::Later(later) => fmt::Debug::fmt(later, f),
            Held::Own(_) | Held::Part(..) | Held::File(_) => fmt::Debug::fmt(self.as_str(), f),
        }
    }
}
