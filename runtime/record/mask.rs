//! Takes the secrets out of a record.
//!
//! The engine has redacted what it gives; but a secret may be learned after a text with it was made, and labels and
//! source lines come from the notebook.

use crate::call::{CallRecord, MessageRecord};
use crate::error::ErrorRecord;
use crate::part::PartRecord;
use crate::run::{CellRecord, NotebookRecord, RunRecord};
use apinb_text::secret::redactor::{MASK, Redactor};

/// All of a run.
pub fn run(redactor: &Redactor, record: &mut RunRecord) {
    for notebook in &mut record.notebooks {
        self::notebook(redactor, notebook);
    }
}

fn notebook(redactor: &Redactor, record: &mut NotebookRecord) {
    text(redactor, &mut record.path);
    if let Some(row) = &mut record.row {
        optional(redactor, &mut row.label);
    }
    optional(redactor, &mut record.title);
    if let Some(record) = &mut record.error {
        error(redactor, record);
    }
    for record in &mut record.cells {
        cell(redactor, record);
    }
    for record in &mut record.parts {
        part(redactor, record);
    }
}

/// All of a part.
pub fn part(redactor: &Redactor, record: &mut PartRecord) {
    match record {
        PartRecord::FrontMatter(content) | PartRecord::Text(content) => text(redactor, content),
        PartRecord::Code { opening, code, .. } => {
            text(redactor, opening);
            text(redactor, code);
        }
    }
}

/// All of a cell.
pub fn cell(redactor: &Redactor, record: &mut CellRecord) {
    text(redactor, &mut record.label);
    optional(redactor, &mut record.result);
    optional(redactor, &mut record.result_full);
    if let Some(record) = &mut record.error {
        error(redactor, record);
    }
    for line in &mut record.console {
        text(redactor, &mut line.text);
    }
    for prompt in &mut record.prompts {
        text(redactor, &mut prompt.question);
        // The whole answer is a secret when a part of it is.
        if let Some(answer) = &mut prompt.answer
            && redactor.redact(answer) != *answer
        {
            MASK.clone_into(answer);
        }
    }
    for record in &mut record.calls {
        call(redactor, record);
    }
}

/// All of a call.
pub fn call(redactor: &Redactor, record: &mut CallRecord) {
    text(redactor, &mut record.url);
    optional(redactor, &mut record.error);
    message(redactor, &mut record.request);
    if let Some(response) = &mut record.response {
        message(redactor, response);
    }
}

/// All of an error.
pub fn error(redactor: &Redactor, record: &mut ErrorRecord) {
    text(redactor, &mut record.name);
    text(redactor, &mut record.message);
    optional(redactor, &mut record.source_line);
    optional(redactor, &mut record.help);
    for line in record.stack.iter_mut().chain(&mut record.causes) {
        text(redactor, line);
    }
}

fn message(redactor: &Redactor, record: &mut MessageRecord) {
    for (_, value) in &mut record.headers {
        text(redactor, value);
    }
    optional(redactor, &mut record.body);
}

fn optional(redactor: &Redactor, value: &mut Option<String>) {
    if let Some(value) = value {
        text(redactor, value);
    }
}

fn text(redactor: &Redactor, value: &mut String) {
    if let std::borrow::Cow::Owned(redacted) = redactor.redact(value) {
        *value = redacted;
    }
}
