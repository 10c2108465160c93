//! Cells that are marked `expect-failure`: they pass if they fail.

use apinb_notebook::model::{CodeCell, Notebook};
use apinb_record::error::{ErrorKind, ErrorRecord};
use apinb_record::run::{CellRecord, CellStatus};
use apinb_text::display::truncate::truncate;

use super::placed::error_at;

/// Maximum length of the message in the result of a cell that failed as expected, in characters.
const MESSAGE: usize = 100;

/// Changes the record of a cell that has ended, if the cell is marked. Failures that no notebook can expect stay: an
/// interruption, a missing answer, a denied access, a failed cell before it.
pub(super) fn apply(notebook: &Notebook, cell: &CodeCell, record: &mut CellRecord) {
    let Some(expected) = &cell.attributes.expect_failure else { return };
    match record.error.take() {
        None if record.status == CellStatus::Passed => {
            record.status = CellStatus::Failed;
            (record.result, record.result_full) = (None, None);
            record.error = Some(error_at(
                notebook,
                cell.span.start,
                (ErrorKind::UnexpectedPass, "ERR_UNEXPECTED_PASS"),
                "the cell passed, and its fence says `expect-failure`",
                "Remove `expect-failure` if the cell should pass.".to_owned(),
            ));
        }
        Some(error) if !is_expectable(&error) => record.error = Some(error),
        Some(mut error) => {
            let message = if error.has_telling_name() {
                format!("{}: {}", error.name, error.message)
            } else {
                error.message.clone()
            };
            if message.contains(expected.as_str()) {
                let first = message.lines().next().unwrap_or_default();
                let short = format!("failed as expected: {}", truncate(first, MESSAGE));
                let full = format!("failed as expected: {message}");
                record.status = CellStatus::Passed;
                record.result_full = (full != short).then_some(full);
                record.result = Some(short);
            } else {
                error.help = Some(format!("The fence expects a failure whose message contains `{expected}`."));
                record.error = Some(error);
            }
        }
        None => {}
    }
}

fn is_expectable(error: &ErrorRecord) -> bool {
    matches!(error.kind, ErrorKind::Thrown | ErrorKind::Timeout | ErrorKind::Memory) && error.caused_by.is_none()
}
