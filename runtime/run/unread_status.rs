//! Cells that fail at the end of their notebook, since it has not read the status of a response of 400 or more.

use std::collections::BTreeMap;

use apinb_engine::unread_status::UnreadStatus;
use apinb_notebook::model::Notebook;
use apinb_record::error::{ErrorKind, ErrorRecord};
use apinb_text::display::plural::pluralize;
use apinb_text::source::span::Position;

use super::placed::error_at;

/// The errors of the cells that called, by number. A cell that is expected to fail has none.
pub(super) fn errors(notebook: &Notebook, unread: &[UnreadStatus]) -> BTreeMap<usize, ErrorRecord> {
    let mut by_cell: BTreeMap<usize, Vec<&UnreadStatus>> = BTreeMap::new();
    for one in unread {
        by_cell.entry(one.cell).or_default().push(one);
    }
    let cells = notebook.cells().filter(|cell| cell.attributes.expect_failure.is_none());
    let failed = cells.filter_map(|cell| Some((cell, by_cell.remove(&cell.number)?)));
    let error = |(cell, unread): (&apinb_notebook::model::CodeCell, Vec<&UnreadStatus>)| {
        let (first, others) = unread.split_first()?;
        let UnreadStatus { call, status, .. } = first;
        let mut message = format!("{call} returned {status} and the notebook did not look at its status");
        if !others.is_empty() {
            message.push_str(&format!(", and {} more did the same", pluralize(others.len(), "call")));
        }
        let help =
            format!("Read `status` of the response, or pass it to an assertion: `assert.status(response, {status})`.");
        let line = Position { line: cell.first_line(&notebook.source), column: 1 };
        let start = notebook.source.offset(line);
        let kind = (ErrorKind::UnreadStatus, "ERR_UNREAD_STATUS");
        Some((cell.number, error_at(notebook, start, kind, &message, help)))
    };
    failed.filter_map(error).collect()
}
