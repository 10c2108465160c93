//! The kinds of reports, and their renderers.

use std::io;

use apinb_record::run::RunRecord;

use super::coverage::CoverageForm;
use super::syntax::Syntax;
use super::{har, html, ipynb, json, junit, markdown, sarif, tap};

/// How the ids of cells in Jupyter notebooks of apinb begin.
const OWN_IDS: [&str; 4] = ["\"id\": \"part-0-", "\"id\": \"cell-0-", "\"id\": \"notebook-0\"", "\"id\": \"error-0\""];

/// A format of a report file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// How much of the definitions the calls show.
    Coverage(CoverageForm),
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
    /// Diagnostics for code scanning, in SARIF 2.1.0.
    Sarif,
    /// The Test Anything Protocol.
    Tap,
}

impl ReportKind {
    /// All kinds, sorted by name; those with several forms in the one for programs.
    pub const ALL: [Self; 9] = [
        Self::Coverage(CoverageForm::Json),
        Self::Har,
        Self::Html,
        Self::Ipynb,
        Self::Json,
        Self::Junit,
        Self::Markdown,
        Self::Sarif,
        Self::Tap,
    ];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Coverage(_) => "coverage",
            Self::Har => "har",
            Self::Html => "html",
            Self::Ipynb => "ipynb",
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Markdown => "md",
            Self::Sarif => "sarif",
            Self::Tap => "tap",
        }
    }

    /// The syntax of the report.
    #[must_use]
    pub const fn syntax(self) -> Syntax {
        match self {
            Self::Coverage(form) => form.syntax(),
            Self::Har | Self::Ipynb | Self::Json | Self::Sarif | Self::Tap => Syntax::Json,
            Self::Html | Self::Junit => Syntax::Markup,
            Self::Markdown => Syntax::Text,
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Recognizes a file of this kind that apinb wrote by its beginning.
    #[must_use]
    pub const fn marks(self) -> fn(&str) -> bool {
        match self {
            Self::Coverage(form) => form.marks(),
            Self::Har => |head| head.starts_with('{') && head.contains("\"creator\": {\n      \"name\": \"apinb\""),
            Self::Html => |head| head.starts_with("<!DOCTYPE html>") && head.contains(" · apinb</title>"),
            Self::Ipynb => |head| {
                head.starts_with("{\n  \"nbformat\": 4,")
                    && head.contains("\"display_name\": \"JavaScript\"")
                    && (head.contains("\"cells\": []") || OWN_IDS.iter().any(|id| head.contains(id)))
            },
            Self::Json => |head| head.starts_with("{\n  \"version\": ") && head.contains("\n  \"generator\": \"apinb "),
            Self::Junit => |head| head.contains("<testsuites name=\"apinb\" "),
            Self::Markdown => |head| head == "no notebook\n" || head.lines().any(markdown::is_summary),
            Self::Sarif => |head| {
                head.contains("sarif-2.1.0.json\",") && head.contains("\"driver\": {\n          \"name\": \"apinb\"")
            },
            Self::Tap => |head| head.starts_with("TAP version 14\n"),
        }
    }

    /// Writes the report, with a trailing line feed. Holds one notebook of the run at a time. `context` is for SARIF.
    ///
    /// # Errors
    /// An error of reading a notebook, or of `out`. The content of a record cannot cause an error.
    pub fn write(self, record: &RunRecord, context: sarif::Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
        let out = &mut self.syntax().escaped(out);
        match self {
            Self::Coverage(form) => {
                let coverage = record.contract.as_ref().map(|contract| contract.coverage.as_slice());
                form.content(&record.generator, coverage.unwrap_or_default(), out)
            }
            Self::Har => har::write(record, out),
            Self::Html => html::write(record, out),
            Self::Ipynb => ipynb::write(record, out),
            Self::Json => json::write(record, out),
            Self::Junit => junit::write(record, out),
            Self::Markdown => markdown::write(record, out),
            Self::Sarif => sarif::write(record, context, out),
            Self::Tap => tap::write(record, out),
        }?;
        out.finish()
    }
}
