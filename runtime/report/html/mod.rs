//! One page that needs nothing else: the notebook's text rendered, its code, results and calls.
//!
//! It has no script, and says in its policy that none may run and nothing be fetched. Every text is escaped by the
//! macro that makes the page; the one piece of HTML that comes ready is what `text.rs` makes of markdown.

mod call;
mod cell;
mod json;
mod text;

use apinb_core::diagnostic::counted;
use apinb_core::record::{CellStatus, NotebookRecord, RunRecord, Summary};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::layout::{one_line, time};

const STYLE: &str = include_str!("style.css");

/// Nothing is loaded, nothing runs, nothing is sent.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The record as a page.
pub(super) fn text(record: &RunRecord) -> String {
    let title = match record.notebooks.as_slice() {
        [notebook] => name(notebook),
        notebooks => counted(notebooks.len(), "notebook"),
    };
    let several = record.notebooks.len() > 1;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (title) " · apinb" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    @if several {
                        header.run {
                            h1 { (title) }
                            (summary(record.summary, record.milliseconds, false))
                            ol.notebooks {
                                @for (index, notebook) in record.notebooks.iter().enumerate() {
                                    li.(outcome(notebook)) { a href={ "#n" (index) } { (name(notebook)) } " " (notebook.path) }
                                }
                            }
                        }
                    }
                    @for (index, notebook) in record.notebooks.iter().enumerate() {
                        (self::notebook(notebook, index))
                    }
                }
                footer { (record.generator) " · " time datetime=(record.started) { (record.started) } }
            }
        }
    };
    let mut text = page.into_string();
    text.push('\n');
    text
}

fn notebook(notebook: &NotebookRecord, index: usize) -> Markup {
    html! {
        article #{ "n" (index) } {
            header {
                p.path { (one_line(&notebook.path)) }
                h1 { (name(notebook)) }
                (summary(notebook.summary, notebook.milliseconds, notebook.mocked))
                @if !notebook.cells.is_empty() {
                    nav aria-label="Cells" {
                        @for cell in &notebook.cells {
                            a.(status(cell.status)) href={ "#n" (index) "-" (cell.number) }
                                title={ "$" (cell.number) " " (one_line(&cell.label)) " (" (status(cell.status)) ")" } { (cell.number) }
                        }
                    }
                }
                @if let Some(error) = &notebook.error {
                    (cell::failure(error))
                }
            }
            (PreEscaped(text::text(notebook, &|cell, code| cell::cell(cell, code, index).into_string())))
        }
    }
}

fn summary(summary: Summary, milliseconds: f64, mocked: bool) -> Markup {
    let Summary { cells, passed, failed, skipped, calls } = summary;
    html! {
        ul.summary {
            li { (counted(cells, "cell")) }
            @for (number, status) in [(passed, "passed"), (failed, "failed"), (skipped, "skipped")] {
                @if number > 0 { li.(status) { (number) " " (status) } }
            }
            li { (counted(calls, "call")) }
            li { (time(milliseconds)) }
            @if mocked { li.mocked { "mocked" } }
        }
    }
}

fn name(notebook: &NotebookRecord) -> String {
    one_line(&notebook.heading())
}

fn outcome(notebook: &NotebookRecord) -> &'static str {
    if notebook.error.is_some() || notebook.summary.failed > 0 { "failed" } else { "passed" }
}

fn status(status: CellStatus) -> &'static str {
    match status {
        CellStatus::Passed => "passed",
        CellStatus::Failed => "failed",
        CellStatus::Skipped => "skipped",
    }
}
