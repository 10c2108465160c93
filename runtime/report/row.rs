//! The row of a cell: mark, number, status of its call, time, method and path, and as the width allows label and result.
//!
//! The status is left of everything that can be truncated, so a narrow terminal never hides it.

use apinb_record::run::{CellRecord, CellStatus};
use unicode_width::UnicodeWidthStr as _;

use super::call;
use super::layout::{BOLD, CYAN, DIM, GREEN, Line, PLAIN, RED, cut, one_line, time};
use super::output::Output;

/// Width of the status column, and of the time column.
const STATUS: usize = 3;
const TIME: usize = 6;
/// Maximum width of the label column.
const LABEL: usize = 60;
/// Minimum width of a label and of a result that are worth their space.
const MIN_LABEL: usize = 10;
const MIN_RESULT: usize = 6;
/// The mark of a cell, and the spaces around it.
const MARK: &str = "  ✓ ";
/// The space between two columns.
const GAP: usize = 2;

/// The widths of the columns of a notebook.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Columns {
    number: usize,
    call: usize,
    /// 0: no column.
    label: usize,
}

impl Columns {
    /// Distributes `width` columns, or as many as needed, among the columns for cells with these labels.
    pub(super) fn new(labels: &[String], width: Option<usize>) -> Self {
        let number = labels.len().saturating_sub(1).to_string().len() + 1;
        let widest = labels.iter().map(|label| one_line(label).width()).max().unwrap_or_default().min(LABEL);
        let Some(width) = width else { return Self { number, call: 40, label: widest } };
        let rest = width.saturating_sub(start(number));
        let call = if rest < 44 { rest } else { (rest * 2 / 5).clamp(24, 48) };
        let after_call = rest.saturating_sub(call + GAP);
        let label = widest.min(if after_call < 2 * MIN_LABEL { after_call } else { after_call * 3 / 5 });
        Self { number, call, label: if label < MIN_LABEL.min(widest) { 0 } else { label } }
    }

    /// The output of a cell, which has its number and its output below those of its row.
    pub(super) fn output(self, number: usize) -> Output {
        Output::new(format!("${number}"), MARK.width() + self.number + GAP)
    }

    /// The row of a cell.
    pub(super) fn row(self, cell: &CellRecord, width: Option<usize>) -> Line {
        let (style, mark) = match cell.status {
            CellStatus::Passed => (GREEN, "✓"),
            CellStatus::Failed => (RED, "✗"),
            CellStatus::Skipped => (DIM, "-"),
        };
        let mut line = Line::default();
        line.push(PLAIN, "  ").push(style, mark).push(PLAIN, " ");
        line.push(DIM, &format!("{:<1$}", format!("${}", cell.number), self.number)).push(PLAIN, "  ");
        let calls = call::Calls::of(cell);
        if cell.status == CellStatus::Skipped {
            line.push(DIM, "skipped");
        } else {
            line.append(calls.status());
            line.push(DIM, &format!("  {:>TIME$}", time(cell.milliseconds)));
        }
        let column = start(self.number);
        line.pad_to(column);
        let cause = cell.error.as_ref().and_then(|error| error.caused_by);
        let label = match cause {
            Some(number) => format!("because ${number} failed: {}", one_line(&cell.label)),
            None => one_line(&cell.label),
        };
        let label_style = match cell.status {
            CellStatus::Passed => PLAIN,
            CellStatus::Failed => BOLD,
            CellStatus::Skipped => DIM,
        };
        if let (CellStatus::Skipped, Some(reason)) = (cell.status, cell.skip.as_deref().filter(|skip| !skip.is_empty()))
        {
            // There is no call: the reason has its space.
            line.push(label_style, &cut(&label, LABEL)).push(DIM, &" ".repeat(GAP)).push(DIM, &one_line(reason));
            return line;
        }
        let is_cut = width.is_some();
        if calls.is_empty() || cause.is_some() {
            // A cell without calls has its label in the space of both columns, if that is limited.
            let space = match is_cut {
                true => self.call + if self.label > 0 { GAP + self.label } else { 0 },
                false => self.label.max(label.width()),
            };
            line.push(label_style, &cut(&label, space)).pad_to(column + space);
        } else {
            line.append(calls.target(is_cut.then_some(self.call)));
            line.pad_to(column + self.call);
            if self.label > 0 {
                line.push(PLAIN, &" ".repeat(GAP)).push(label_style, &cut(&label, self.label));
                line.pad_to(column + self.call + GAP + self.label);
            }
        }
        if width.is_none_or(|width| width >= line.width() + GAP + MIN_RESULT) {
            line.push(PLAIN, &" ".repeat(GAP)).push(CYAN, cell.result.as_deref().unwrap_or_default());
        }
        line
    }
}

/// The column of the call.
fn start(number: usize) -> usize {
    MARK.width() + number + GAP + STATUS + GAP + TIME + GAP
}
