//! A cell: its code and its outcome.

use apinb_record::error::ErrorRecord;
use apinb_record::run::{CellRecord, CellStatus};
use apinb_text::display::escape::escape_controls;
use apinb_text::javascript::highlight::{Piece, pieces};
use maud::{Markup, html};

use super::super::cell::{failure as failure_text, omitted, question, skipped};
use super::super::layout::{one_line, time};
use super::call;

/// Maximum number of calls of a failed cell that are open.
const OPEN: usize = 10;

/// The cell with its outcome, as a section with an anchor.
pub(super) fn cell(ran: Option<&CellRecord>, number: usize, code: &str, notebook: usize) -> Markup {
    let id = format!("n{notebook}-{number}");
    let class = ran.map_or("code-only", |cell| status(cell.status));
    let label = ran.map_or_else(|| format!("${number}"), |cell| one_line(&cell.label));
    html! {
        section.cell.(class) #(id) aria-label=(label) {
            div.head {
                a.number href={ "#" (id) } { "$" (number) }
                @if let Some(cell) = ran {
                    span.end {
                        @if cell.status == CellStatus::Skipped {
                            (skipped(cell))
                        } @else {
                            (status(cell.status)) " · " (time(cell.milliseconds))
                        }
                    }
                }
            }
            pre.code { code { (colored(code)) } }
            @if let Some(cell) = ran { (came_of(cell)) }
        }
    }
}

fn came_of(cell: &CellRecord) -> Markup {
    // The calls of a cell that failed by itself are open, the last ones of many.
    let first_open = match &cell.error {
        Some(error) if error.caused_by.is_none() => cell.calls.len().saturating_sub(OPEN),
        _ => usize::MAX,
    };
    html! {
        @if !cell.prompts.is_empty() {
            pre.prompts { @for prompt in &cell.prompts { (question(prompt)) "\n" } }
        }
        @if !cell.console.is_empty() {
            pre.console {
                @for line in &cell.console { span.(line.level.name()) { (escape_controls(&line.text)) "\n" } }
            }
        }
        @if let Some(result) = cell.result_full.as_ref().or(cell.result.as_ref()) {
            pre.result { (escape_controls(result)) }
        }
        @if let Some(error) = &cell.error { (failure(error)) }
        @for (index, call) in cell.calls.iter().enumerate() { (call::call(call, first_open <= index)) }
        @if let Some(omitted) = omitted(&cell.omitted) { pre.prompts { (omitted) } }
    }
}

/// The error of a cell or notebook, with its position and stack.
pub(super) fn failure(error: &ErrorRecord) -> Markup {
    html! { pre.failure { (failure_text(error)) } }
}

fn colored(code: &str) -> Markup {
    html! {
        @for (piece, text) in pieces(code) {
            @match piece {
                Piece::Plain => (escape_controls(text)),
                Piece::Comment => span.c { (escape_controls(text)) },
                Piece::Keyword => span.k { (text) },
                Piece::Text | Piece::Pattern => span.s { (escape_controls(text)) },
                Piece::Number => span.m { (text) },
            }
        }
    }
}

/// The status of a cell, as its CSS class and text.
pub(super) fn status(status: CellStatus) -> &'static str {
    match status {
        CellStatus::Passed => "passed",
        CellStatus::Failed => "failed",
        CellStatus::Skipped => "skipped",
    }
}
