//! The kinds of reports, and their renderers.

use std::io;

use apinb_record::run::RunRecord;

use super::{har, html, ipynb, json, junit, markdown, tap};

/// A format of a report file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// An HTTP archive of the calls.
    Har,
    /// An HTML page.
    Html,
    /// A Jupyter notebook.
    Ipynb,
    /// The run record itself.
    Json,
    /// JUnit XML, for test systems.
    Junit,
    /// The notebook with its results, in Markdown.
    Markdown,
    /// The Test Anything Protocol.
    Tap,
}

/// The syntax of a report, which determines how it can escape characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// JSON, or YAML with JSON values.
    Json,
    /// HTML or XML.
    Markup,
    /// Plain text.
    Text,
}

impl ReportKind {
    /// All kinds, sorted by name.
    pub const ALL: [Self; 7] = [Self::Har, Self::Html, Self::Ipynb, Self::Json, Self::Junit, Self::Markdown, Self::Tap];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Har => "har",
            Self::Html => "html",
            Self::Ipynb => "ipynb",
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Markdown => "md",
            Self::Tap => "tap",
        }
    }

    /// The syntax of the report.
    #[must_use]
    pub const fn syntax(self) -> Syntax {
        match self {
            Self::Har | Self::Ipynb | Self::Json | Self::Tap => Syntax::Json,
            Self::Html | Self::Junit => Syntax::Markup,
            Self::Markdown => Syntax::Text,
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Writes the report, with a trailing line feed. Holds one notebook of the run at a time.
    ///
    /// # Errors
    /// An error of reading a notebook, or of `out`. The content of a record cannot cause an error.
    pub fn write(self, record: &RunRecord, out: &mut dyn io::Write) -> io::Result<()> {
        match self {
            Self::Har => har::write(record, out),
            Self::Html => html::write(record, out),
            Self::Ipynb => ipynb::write(record, out),
            Self::Json => json::write(record, out),
            Self::Junit => junit::write(record, out),
            Self::Markdown => markdown::write(record, out),
            Self::Tap => tap::write(record, out),
        }
    }
}
