//! Runs, and the text of notebooks.

use super::{Redact, redact};
use crate::call::{CallRecord, MessageRecord};
use crate::drift::{Drift, DriftFinding};
use crate::error::ErrorRecord;
use crate::part::{NotebookText, PartRecord};
use crate::position::FilePosition;
use crate::run::{CellRecord, ConsoleRecord, NotebookRecord, PromptRecord, ResultValue, RowRecord, SkippedFile};
use apinb_text::display::truncate::ROW_LABEL;
use apinb_text::secret::redactor::{MASK, Redactor};
use serde_json::Value;

redact! {
    Drift { redacted: findings; kept: compared, replayed, unrecorded }
    DriftFinding {
        redacted: operation, path, message, recorded, live, definition, cells;
        kept: class, severity, part, calls
    }
    NotebookRecord { redacted: path, row, title, skip, error, cells, drift, parts; kept: mocked, started, summary, milliseconds }
    SkippedFile { redacted: path; kept: cells }
    NotebookText { redacted: path, title, parts; kept: }
    CellRecord {
        redacted: label, skip, result, result_full, value, error, console, prompts, calls;
        kept: number, line, status, milliseconds, refused, omitted
    }
    ErrorRecord { redacted: name, message, position, source_line, stack, causes, actual, expected, code, help; kept: kind, caused_by }
    FilePosition { redacted: file; kept: line, column }
    ConsoleRecord { redacted: text; kept: level }
    CallRecord {
        redacted: method, url, path, error, request, response;
        kept: purpose, mocked, replayed, status, started, milliseconds, waited, http_version, bytes
    }
    MessageRecord { redacted: headers, body; kept: truncated }
}

/// The names of fields are redacted, too, and so is a number that is a secret: what is then not JSON has its type only.
impl Redact for ResultValue {
    fn redact(&mut self, redactor: &Redactor) {
        match self {
            Self::Json { json } => {
                if let Some(text) = redactor.redact(&json.to_string()).changed() {
                    *self = match serde_json::from_str(&text) {
                        Ok(json) => Self::Json { json },
                        Err(_) => Self::Type { name: kind(json).to_owned() },
                    };
                }
            }
            Self::Type { name } => name.redact(redactor),
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

impl Redact for RowRecord {
    fn redact(&mut self, redactor: &Redactor) {
        let Self { number: _, label } = self;
        if let Some(label) = label {
            *label = redactor.redact(label).truncate(ROW_LABEL);
        }
    }
}

impl Redact for PromptRecord {
    fn redact(&mut self, redactor: &Redactor) {
        let Self { question, variable, answer, kind: _, origin: _ } = self;
        question.redact(redactor);
        variable.redact(redactor);
        // The whole answer is a secret when a part of it is.
        if let Some(answer) = answer
            && redactor.redact(answer) != *answer
        {
            MASK.clone_into(answer);
        }
    }
}

impl Redact for PartRecord {
    fn redact(&mut self, redactor: &Redactor) {
        match self {
            Self::FrontMatter(content) | Self::Text(content) => content.redact(redactor),
            Self::Code { opening, code, number: _, indent: _ } => {
                opening.redact(redactor);
                code.redact(redactor);
            }
        }
    }
}
