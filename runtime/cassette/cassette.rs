//! A cassette in memory.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::body;
use apinb_record::cassette::{self, Cell, Head};

/// The recorded traffic of a notebook.
#[derive(Clone, Debug, PartialEq)]
pub struct Cassette {
    pub head: Head,
    /// The cells by the name of their file without `.json`.
    pub cells: BTreeMap<String, Cell>,
    /// The contents of the files below `bodies` and `documents` by their path with `/`.
    pub contents: BTreeMap<String, Arc<[u8]>>,
}

impl Cassette {
    /// The bytes of a body; none if its file is not there.
    #[must_use]
    pub fn bytes<'c>(&'c self, body: &'c cassette::Body) -> Option<Cow<'c, [u8]>> {
        match &body.file {
            Some(file) => self.contents.get(file).map(|content| Cow::Borrowed(&**content)),
            None => Some(Cow::Owned(body::inline_text(body).into_bytes())),
        }
    }

    /// A body of a message with this media type, stored beside the cells if it is large or not text.
    pub fn store(&mut self, media_type: &str, bytes: &[u8]) -> Option<cassette::Body> {
        let stored = body::stored(media_type, bytes)?;
        if let Some(file) = &stored.file {
            self.contents.entry(file.clone()).or_insert_with(|| bytes.into());
        }
        Some(stored)
    }

    /// A document, stored by the hash of its content. Returns its file.
    pub fn store_document(&mut self, media_type: &str, address: &str, bytes: &[u8]) -> String {
        let file = body::document_file(media_type, address, bytes);
        self.contents.entry(file.clone()).or_insert_with(|| bytes.into());
        file
    }

    /// The number of interactions.
    #[must_use]
    pub fn interaction_count(&self) -> usize {
        self.cells.values().map(|cell| cell.interactions.len()).sum()
    }

    /// Removes the contents that no cell and no document names.
    pub fn remove_unused_contents(&mut self) {
        let Self { head, cells, contents } = self;
        let bodies = cells.values().flat_map(|cell| &cell.interactions).flat_map(|interaction| {
            [&interaction.request.body, &interaction.response.body]
                .into_iter()
                .flatten()
                .filter_map(|body| body.file.as_ref())
        });
        let documents = head.documents.values().filter_map(|document| document.file.as_ref());
        let used: std::collections::BTreeSet<&String> = bodies.chain(documents).collect();
        contents.retain(|file, _| used.contains(file));
    }
}
