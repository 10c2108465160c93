//! The kinds of reports, and what draws each.

use std::io;

use apinb_record::run::RunRecord;

use super::page::Page;
use super::{har, html, ipynb, json, junit, markdown, tap};

/// A kind of report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An HTTP archive of the calls.
    Har,
    /// A page for people.
    Html,
    /// A Jupyter notebook.
    Ipynb,
    /// The run record itself.
    Json,
    /// JUnit's XML, for systems that run tests.
    Junit,
    /// The notebook with its results.
    Markdown,
    /// The Test Anything Protocol.
    Tap,
}

/// How a report may write a character otherwise without another meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// JSON, or YAML whose values are JSON.
    Json,
    /// HTML or XML.
    Markup,
    /// Text for people.
    Text,
}

impl Kind {
    /// All of them, by their names.
    pub const ALL: [Self; 7] = [Self::Har, Self::Html, Self::Ipynb, Self::Json, Self::Junit, Self::Markdown, Self::Tap];

    /// What it is called on the command line.
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

    /// How it writes characters.
    #[must_use]
    pub const fn syntax(self) -> Syntax {
        match self {
            Self::Har | Self::Ipynb | Self::Json | Self::Tap => Syntax::Json,
            Self::Html | Self::Junit => Syntax::Markup,
            Self::Markdown => Syntax::Text,
        }
    }

    /// The kind whose name is `name`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The report of this kind, with a line feed at its end.
    ///
    /// # Errors
    /// None that a record can cause.
    pub fn render(self, record: &RunRecord) -> io::Result<String> {
        let pages = || -> Vec<Page<'_>> { record.notebooks.iter().map(Page::with_results).collect() };
        match self {
            Self::Har => har::text(record),
            Self::Html => Ok(html::text(record)),
            Self::Ipynb => ipynb::text(&pages()),
            Self::Json => json::text(record),
            Self::Junit => junit::text(record),
            Self::Markdown => Ok(markdown::text(&pages())),
            Self::Tap => Ok(tap::text(record)),
        }
    }
}
