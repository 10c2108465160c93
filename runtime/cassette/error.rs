//! Why the files of a folder are not a cassette.

use std::sync::Arc;

use apinb_text::diagnostic::Diagnostic;
use apinb_text::diagnostic::rule::Rule;
use apinb_text::source::span::{Location, Position, SourceFile, Span};

use apinb_record::cassette::VERSION;

/// A cassette cannot be read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CassetteError {
    /// The folder has no `cassette.json`.
    #[error("`{folder}` is not a cassette: it has no `cassette.json`")]
    NoHead { folder: String },
    /// A file is not valid JSON, or not a file of a cassette.
    #[error("not a valid file of a cassette: {message}")]
    Invalid { message: String, location: Location },
    /// A file is not UTF-8.
    #[error("`{file}` is not UTF-8")]
    NotText { file: String },
    /// A later version of apinb has written it.
    #[error("the cassette has version {version}, and this program reads version {VERSION}")]
    Version { version: u64, location: Location },
    /// A file that an interaction or a document names is missing.
    #[error("the file `{file}` is missing")]
    Missing { file: String, location: Location },
    /// It is too large.
    #[error("`{file}` is too large for a cassette: {limit}")]
    TooLarge { file: String, limit: String },
}

impl CassetteError {
    /// The error at a position of a file.
    pub(crate) fn invalid(file: &Arc<SourceFile>, line: usize, column: usize, message: String) -> Self {
        let start = file.offset(Position { line: line.max(1), column: 1 });
        let at = start.saturating_add(column.saturating_sub(1)).min(file.text().len());
        Self::Invalid { message, location: Location::new(file, Span::new(at, at)) }
    }

    /// The place of a text in a file; its beginning if it is not there.
    pub(crate) fn place(file: &Arc<SourceFile>, text: &str) -> Location {
        let start = file.text().find(text).unwrap_or_default();
        let length = if file.text().is_empty() { 0 } else { text.len() };
        Location::new(file, Span::new(start, (start + length).min(file.text().len())))
    }
}

impl Diagnostic for CassetteError {
    fn rule(&self) -> Option<&'static Rule> {
        None
    }

    fn location(&self) -> Option<&Location> {
        match self {
            Self::Invalid { location, .. } | Self::Version { location, .. } | Self::Missing { location, .. } => {
                Some(location)
            }
            Self::NoHead { .. } | Self::NotText { .. } | Self::TooLarge { .. } => None,
        }
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            Self::NoHead { .. } => "Record it: `apinb run NOTEBOOK --record`.".to_owned(),
            Self::Version { .. } => "Update apinb.".to_owned(),
            Self::Invalid { .. } | Self::NotText { .. } | Self::Missing { .. } => {
                "Restore the file, or record the notebook again.".to_owned()
            }
            Self::TooLarge { .. } => "Record fewer calls, or smaller responses.".to_owned(),
        })
    }
}
