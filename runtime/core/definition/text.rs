//! A text of a definition: an example, a schema, a chapter of the documentation.

use std::fmt;
use std::sync::Arc;

use crate::span::SourceFile;

/// A text; a clone is another handle on it.
#[derive(Clone)]
pub struct Text(Held);

#[derive(Clone)]
enum Held {
    Own(Arc<str>),
    /// The whole of an included document.
    File(Arc<SourceFile>),
}

impl Text {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Held::Own(text) => text,
            Held::File(file) => file.text(),
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

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
