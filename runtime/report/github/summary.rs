//! The job summary: a table for each notebook, and the errors of failed cells.
//!
//! It is HTML in Markdown with one block per line, so none of its text is parsed as Markdown. A macro generates the
//! HTML and escapes all text.

use std::collections::BTreeMap;
use std::io;

use apinb_record::run::{CellRecord, CellStatus, NotebookRecord, RunRecord, Summary};
use apinb_text::display::plural::pluralize;
use apinb_text::display::truncate::prefix;
use maud::{Markup, PreEscaped, html};

use super::super::cell::{called, failure};
use super::super::layout::{one_line, time};

/// Maximum length of an error, in characters.
const FAILURE: usize = 8000;
/// Maximum number of calls listed below it.
const CALLS: usize = 20;
/// Space reserved for the note about omitted blocks, in bytes.
const NOTE: usize = 256;

/// A part of the summary, which is included completely or omitted.
struct Block {
    rank: Rank,
    text: String,
}

/// The priority of a block if space is short.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Head,
    Overview,
    Failure,
    Cells,
}

/// The blocks of a summary.
struct Blocks {
    blocks: Vec<Block>,
    room: usize,
    /// The bytes of the blocks of each rank.
    bytes: BTreeMap<Rank, usize>,
    left_out: usize,
}

impl Blocks {
    /// Adds a block, unless those of its rank already fill the summary.
    fn push(&mut self, rank: Rank, text: String) {
        let bytes = self.bytes.entry(rank).or_default();
        if *bytes > self.room {
            self.left_out += 1;
            return;
        }
        *bytes += text.len();
        self.blocks.push(Block { rank, text });
    }
}

/// The summary of a run in at most `room` bytes. Omits blocks if necessary and adds a note. `None` if not even the note
/// fits.
///
/// # Errors
/// An error of reading a notebook of the run.
pub fn text(record: &RunRecord, room: usize) -> io::Result<Option<String>> {
    let Blocks { blocks, mut left_out, .. } = blocks(record, room)?;
    let all: usize = blocks.iter().map(|block| block.text.len()).sum();
    let whole = left_out == 0 && all <= room;
    let Some(mut left) = (if whole { Some(room) } else { room.checked_sub(NOTE) }) else { return Ok(None) };
    let mut kept = vec![false; blocks.len()];
    for rank in [Rank::Head, Rank::Overview, Rank::Failure, Rank::Cells] {
        for (block, kept) in blocks.iter().zip(&mut kept).filter(|(block, _)| block.rank == rank) {
            if let Some(rest) = left.checked_sub(block.text.len()) {
                left = rest;
                *kept = true;
            }
        }
    }
    left_out += kept.iter().filter(|kept| !**kept).count();
    let mut text: String =
        blocks.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(block, _)| block.text.as_str()).collect();
    if text.is_empty() {
        return Ok(None);
    }
    if left_out > 0 {
        text.push_str(&line(&html! {
            p { (pluralize(left_out, "part")) " left out: a job summary has a limit. " code { "--report html=FILE" } " has everything." }
        }));
    }
    Ok(Some(text))
}

fn blocks(record: &RunRecord, room: usize) -> io::Result<Blocks> {
    let mut blocks = Blocks { blocks: Vec::new(), room, bytes: BTreeMap::new(), left_out: 0 };
    let only = record.notebooks.count() == 1;
    if !only {
        let (failed, overview) = overview(record)?;
        let head = html! {
            h2 { (mark(failed > 0)) " " (pluralize(record.notebooks.count(), "notebook")) ", " (failed) " failed" }
        };
        blocks.push(Rank::Head, line(&head));
        blocks.push(Rank::Overview, line(&overview));
    }
    record.notebooks.each(&mut |notebook| {
        if only || notebook.has_failed() {
            blocks.push(if only { Rank::Head } else { Rank::Failure }, line(&head(notebook)));
        }
        if let Some(error) = &notebook.error {
            blocks.push(Rank::Failure, preformatted(&failure(error)));
        }
        for cell in notebook.cells.iter().filter(|cell| cell.status == CellStatus::Failed) {
            blocks.push(Rank::Failure, failed(cell));
        }
        if !notebook.cells.is_empty() {
            let name = if only || notebook.has_failed() { None } else { Some(notebook) };
            blocks.push(Rank::Cells, cells(notebook, name));
        }
        Ok(())
    })?;
    Ok(blocks)
}

/// The number of notebooks that failed, and a table of all.
fn overview(record: &RunRecord) -> io::Result<(usize, Markup)> {
    let mut failed = 0;
    let mut rows = String::new();
    record.notebooks.each(&mut |notebook| {
        failed += usize::from(notebook.has_failed());
        let Summary { cells, passed, failed, skipped, calls } = notebook.summary;
        let row = html! {
            tr {
                td { (mark(notebook.has_failed())) " " (name(notebook)) }
                @for number in [cells, passed, failed, skipped, calls] { td align="right" { (number) } }
                td align="right" { (time(notebook.milliseconds)) }
            }
        };
        rows.push_str(&row.0);
        Ok(())
    })?;
    let table = html! {
        table {
            tr {
                th align="left" { "Notebook" }
                @for name in ["Cells", "Passed", "Failed", "Skipped", "Calls", "Time"] { th align="right" { (name) } }
            }
            (PreEscaped(rows))
        }
    };
    Ok((failed, table))
}

fn head(notebook: &NotebookRecord) -> Markup {
    let Summary { cells, passed, failed, skipped, calls } = notebook.summary;
    html! {
        h3 { (mark(notebook.has_failed())) " " (name(notebook)) }
        p {
            (pluralize(cells, "cell")) ": " (passed) " passed, " (failed) " failed, " (skipped) " skipped; "
            (pluralize(calls, "call")) "; " (time(notebook.milliseconds))
            @if notebook.mocked { "; mocked" }
        }
    }
}

fn name(notebook: &NotebookRecord) -> Markup {
    html! {
        @if let Some(title) = &notebook.title { (one_line(title)) " " }
        code { (one_line(&notebook.name())) }
    }
}

fn failed(cell: &CellRecord) -> String {
    let mut reason = cell.error.as_ref().map(failure).unwrap_or_default();
    let hidden = cell.calls.len().saturating_sub(CALLS);
    if !cell.calls.is_empty() {
        reason.push('\n');
    }
    if hidden > 0 {
        reason.push_str(&format!("… {} before these\n", pluralize(hidden, "call")));
    }
    for call in cell.calls.iter().skip(hidden) {
        reason.push_str(&called(call));
        reason.push('\n');
    }
    let summary = html! {
        summary {
            b { "$" (cell.number) } " " (one_line(&cell.label))
            @if let Some(error) = &cell.error { ": " code { (one_line(&error.name)) } }
        }
    };
    format!("<details open>{}\n\n{}</details>\n\n", summary.into_string(), preformatted(&reason))
}

/// All cells of a notebook, collapsed.
fn cells(notebook: &NotebookRecord, named: Option<&NotebookRecord>) -> String {
    let table = html! {
        table {
            tr { th {} th align="left" { "Cell" } th align="right" { "Calls" } th align="right" { "Time" } }
            @for cell in &notebook.cells {
                tr {
                    td { @match cell.status { CellStatus::Passed => "✅", CellStatus::Failed => "❌", CellStatus::Skipped => "➖" } }
                    td { "$" (cell.number) " " (one_line(&cell.label)) }
                    td align="right" { @if !cell.calls.is_empty() { (cell.calls.len()) } }
                    td align="right" { @if cell.status != CellStatus::Skipped { (time(cell.milliseconds)) } }
                }
            }
        }
    };
    let summary = html! {
        summary { @match named { Some(notebook) => { (mark(false)) " " (name(notebook)) }, None => "All cells" } }
    };
    format!("<details>{}\n\n{}</details>\n\n", summary.into_string(), line(&table))
}

/// A separate block: Markdown continues after it.
fn line(markup: &Markup) -> String {
    format!("{}\n\n", markup.0)
}

/// Preformatted text, which may contain empty lines.
fn preformatted(text: &str) -> String {
    let text = text.trim_end();
    let shown = prefix(text, FAILURE);
    let end = if shown.len() < text.len() { "\n… (cut here)" } else { "" };
    line(&html! { pre { (shown) (end) } })
}

fn mark(failed: bool) -> &'static str {
    if failed { "❌" } else { "✅" }
}
