//! The events of a run.

use super::{Redact, redact};
use crate::event::{
    CallEvent, CellEnd, CellStart, ConsoleEvent, NotebookEnd, NotebookStart, PromptEvent, RunEnd, RunEvent,
};
use apinb_text::secret::redactor::Redactor;

redact! {
    NotebookStart { redacted: name, title; kept: notebook, mocked, cells }
    CellStart { redacted: label; kept: notebook, cell }
    ConsoleEvent { redacted: console; kept: notebook, cell }
    PromptEvent { redacted: prompt; kept: notebook, cell }
    CallEvent { redacted: call; kept: notebook, cell }
    CellEnd {
        redacted: label, skip, result, result_full, value, error;
        kept: notebook, cell, line, status, milliseconds, refused, omitted
    }
    RunEnd { redacted: contract; kept: notebooks, summary, milliseconds }
    NotebookEnd { redacted: path, row, skip, error; kept: notebook, summary, milliseconds }
}

impl Redact for RunEvent {
    fn redact(&mut self, redactor: &Redactor) {
        match self {
            Self::RunStarted(_) => {}
            Self::Summary(event) => event.redact(redactor),
            Self::NotebookStarted(event) => event.redact(redactor),
            Self::CellStarted(event) => event.redact(redactor),
            Self::Console(event) => event.redact(redactor),
            Self::Prompt(event) => event.redact(redactor),
            Self::Call(event) => event.redact(redactor),
            Self::CellEnded(event) => event.redact(redactor),
            Self::NotebookEnded(event) => event.redact(redactor),
        }
    }
}
