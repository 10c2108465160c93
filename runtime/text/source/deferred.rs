//! Texts of a definition: examples, schemas, chapters of the documentation. A text may be a document that is read on
//! first use.
//!
//! The implementation of [`Deferred`] reads such a document, within its limits.

use std::fmt;
use std::sync::Arc;

use crate::source::span::SourceFile;

/// A document that is read on first use.
pub trait Deferred: fmt::Debug + Send + Sync {
    /// The document. The first call reads it and blocks meanwhile; none if it cannot be read.
    fn file(&self) -> Option<&Arc<SourceFile>>;

    /// Whether reading was attempted.
    fn is_read(&self) -> bool;
}

/// A text; clones share it.
#[derive(Clone)]
pub struct Text(Source);

#[derive(Clone)]
enum Source {
    Own(Arc<str>),
    /// These bytes of a document.
    Part(Arc<SourceFile>, u32, u32),
    /// The whole of an included document.
    File(Arc<SourceFile>),
    Deferred(Arc<dyn Deferred>),
}

impl Text {
    /// The bytes `start..end` of a document.
    #[must_use]
    pub fn part(file: &Arc<SourceFile>, start: u32, end: u32) -> Self {
        Self(Source::Part(Arc::clone(file), start, end))
    }

    /// The text. The first call may read a document, and block meanwhile; empty if it cannot be read, which the
    /// implementation of [`Deferred`] reports.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Source::Own(text) => text,
            Source::Part(file, start, end) => file.part(*start, *end),
            Source::File(file) => file.text(),
            Source::Deferred(document) => document.file().map_or("", |file| file.text()),
        }
    }

    /// The document with the text, and the byte where the text begins; `None` for a text that is not a part of a document
    /// as it is. The first call may read a document, and block meanwhile.
    #[must_use]
    pub fn source(&self) -> Option<(&Arc<SourceFile>, usize)> {
        match &self.0 {
            Source::Own(_) => None,
            Source::Part(file, start, _) => Some((file, *start as usize)),
            Source::File(file) => Some((file, 0)),
            Source::Deferred(document) => document.file().map(|file| (file, 0)),
        }
    }

    /// Whether the text can be read. The first call may read a document, and block meanwhile.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        match &self.0 {
            Source::Own(_) | Source::Part(..) | Source::File(_) => true,
            Source::Deferred(document) => document.file().is_some(),
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
        Self(Source::Own(text.into()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Source::Own(text.into()))
    }
}

impl From<Arc<SourceFile>> for Text {
    fn from(file: Arc<SourceFile>) -> Self {
        Self(Source::File(file))
    }
}

impl From<Arc<dyn Deferred>> for Text {
    fn from(document: Arc<dyn Deferred>) -> Self {
        Self(Source::Deferred(document))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            // Formatting reads nothing.
            Source::Deferred(document) if !document.is_read() => fmt::Debug::fmt(document, f),
            _ => fmt::Debug::fmt(self.as_str(), f),
        }
    }
}
