//! `prompt` and `confirm`.

use apinb_core::notebook::{assigned_variable, is_secret_name};
use apinb_core::record::{PromptOrigin, PromptRecord};
use apinb_core::redact::MASK;
use deno_core::{OpState, op2, v8};

use super::session;
use crate::host::{Question, QuestionKind, Unanswered};
use crate::session::Session;

/// How many frames above the question are looked at for one in the notebook.
const FRAMES: usize = 16;

/// Nobody answers.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[class(generic)]
#[error("{0}")]
#[property("help" = self.0.help.clone().unwrap_or_default())]
pub(super) struct AskError(Unanswered);

/// The answer; null when the question was cancelled.
#[op2]
#[string]
pub(super) fn op_ask(
    scope: &mut v8::PinScope<'_, '_>,
    state: &OpState,
    #[string] kind: &str,
    #[string] text: String,
    #[string] default: Option<String>,
) -> Result<Option<String>, AskError> {
    let session = session(state);
    let variable = variable(scope, &session);
    let secret = is_secret_name(&text) || variable.as_deref().is_some_and(is_secret_name);
    let kind = if kind == "confirm" { QuestionKind::Confirm } else { QuestionKind::Prompt };
    let question = Question { kind, text, variable, default, secret };
    session.watchdog.pause();
    let answered = session.host.ask(&question);
    session.watchdog.resume();
    let (answer, origin) = match &answered {
        Ok(answer) => (answer.text.as_deref(), answer.origin),
        Err(_) => (None, PromptOrigin::Unanswered),
    };
    if let (true, Some(answer)) = (secret, answer) {
        session.redactor.add(answer);
    }
    let shown =
        answer.map(|answer| if secret { MASK.to_owned() } else { session.redactor.redact(answer).into_owned() });
    session.running.borrow_mut().prompts.push(PromptRecord {
        kind: if kind == QuestionKind::Confirm { "confirm" } else { "prompt" }.to_owned(),
        question: session.redactor.redact(&question.text).into_owned(),
        variable: question.variable,
        answer: shown,
        origin,
    });
    answered.map(|answer| answer.text).map_err(AskError)
}

/// The variable that the answer is assigned to, by the place in the notebook that asks.
fn variable(scope: &mut v8::PinScope<'_, '_>, session: &Session) -> Option<String> {
    let stack = v8::StackTrace::current_stack_trace(scope, FRAMES)?;
    for index in 0..stack.get_frame_count() {
        let Some(frame) = stack.get_frame(scope, index) else { continue };
        let Some(script) = frame.get_script_name_or_source_url(scope) else { continue };
        let script = script.to_rust_string_lossy(scope);
        let Some(cell) = session.cell_at(&script, frame.get_line_number()) else { continue };
        let line = cell.line_in_code(frame.get_line_number())?;
        let offset = cell.code.code_offset(line, frame.get_column());
        return assigned_variable(&cell.code.code, offset).map(str::to_owned);
    }
    None
}
