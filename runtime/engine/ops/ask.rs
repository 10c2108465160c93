//! `prompt` and `confirm`.

use apinb_notebook::assignment::assigned_variable;
use apinb_notebook::prompts::{LiteralPrompt, prompts_after};
use apinb_project::overrides::question::{Question, QuestionKind};
use apinb_record::position::FilePosition;
use apinb_record::run::{PromptKind, PromptOrigin, PromptRecord};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::diagnostic::causes::with_causes;
use apinb_text::secret::handle::SecretName;
use apinb_text::secret::names::{is_secret_name, is_secret_question};
use apinb_text::secret::redactor::MASK;
use deno_core::{OpState, op2, v8};

use super::memory::OutOfMemory;
use crate::caller::Caller;
use crate::host::{Answer, Unanswered};
use crate::log::{UNANSWERED, UnansweredQuestion};
use crate::session::Session;

/// How many copies of a question there are at most while it is asked: here, on its way to the run, and there.
const COPIES: usize = 8;

#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[property("help" = self.help())]
pub(super) enum AskError {
    /// There is no answer.
    #[class("UnansweredError")]
    #[error("{message}")]
    NoAnswer { message: String, flag: String },
    /// The answer cannot be used.
    #[class("UnansweredError")]
    #[error("{}", with_causes(&**cause))]
    Unusable { cause: Box<dyn Diagnostic + Send + Sync> },
    #[class("MemoryError")]
    #[error(transparent)]
    Memory(#[from] OutOfMemory),
}

impl AskError {
    fn help(&self) -> String {
        match self {
            Self::NoAnswer { flag, .. } => format!("Pass `{flag}`."),
            Self::Unusable { cause } => cause.help().unwrap_or_default(),
            Self::Memory(error) => error.help().to_owned(),
        }
    }
}

/// The answer; null if the prompt was cancelled. Without an answer it throws: the variable gets no value, and no later cell
/// sends one.
#[op2]
#[string]
pub(super) fn op_ask(
    scope: &mut v8::PinScope<'_, '_>,
    state: &OpState,
    #[string] kind: &str,
    #[string] text: String,
    #[string] default: Option<String>,
) -> Result<Option<String>, AskError> {
    let session = Session::of(state);
    let length = text.len() + default.as_ref().map_or(0, String::len);
    let _memory = session.reserve(length.saturating_mul(COPIES), "question")?;
    let site = prompt_site(scope, &session);
    let variable = site.as_ref().and_then(|site| site.variable.clone());
    let kind = if kind == "confirm" { QuestionKind::Confirm } else { QuestionKind::Prompt };
    // The answer to a `confirm` is yes or no, whatever the question is about.
    let secret =
        kind == QuestionKind::Prompt && (is_secret_question(&text) || variable.as_deref().is_some_and(is_secret_name));
    let question = Question { kind, text, variable, default, secret };
    session.watchdog.pause();
    let answered = session.host.ask(&question);
    session.watchdog.resume();
    let (answer, origin) = match &answered {
        Ok(answer) => (answer.text.as_deref(), answer.origin),
        Err(_) => (None, PromptOrigin::Unanswered),
    };
    if let Some(answer) = answer.filter(|_| kind == QuestionKind::Prompt && origin != PromptOrigin::Generated) {
        session.answers.add(answer);
    }
    if let (true, Some(answer)) = (secret, answer) {
        session.redactor.add(answer);
    }
    let shown =
        answer.map(|answer| if secret { MASK.to_owned() } else { session.redactor.redact(answer).into_owned() });
    let handle = match &answered {
        Ok(Answer { text: Some(answer), hidden: true, .. }) if !answer.is_empty() => {
            let kind = question.variable.clone().unwrap_or_else(|| question.text.clone());
            let name = SecretName { client: None, kind };
            let handle = session.network.handles().add(answer, &name, &session.client_hosts);
            session.redactor.add(&handle);
            Some(handle)
        }
        _ => None,
    };
    session.log.prompt(PromptRecord {
        kind: if kind == QuestionKind::Confirm { PromptKind::Confirm } else { PromptKind::Prompt },
        question: session.redactor.redact(&question.text).into_owned(),
        variable: question.variable,
        answer: shown,
        origin,
    });
    match answered {
        Ok(answer) => Ok(handle.or(answer.text)),
        Err(Unanswered::NoAnswer { kind, text, flag }) => {
            let message = Unanswered::NoAnswer { kind, text, flag: String::new() }.to_string();
            let position = site.as_ref().map(|site| site.position.clone());
            let is_first = !session.log.is_unanswered();
            session.log.unanswered(UnansweredQuestion { message: message.clone(), flag: flag.clone(), position });
            for other in site.iter().filter(|_| is_first).flat_map(|site| site.unanswered_later(&session)) {
                session.log.unanswered(other);
            }
            Err(AskError::NoAnswer { message, flag })
        }
        Err(Unanswered::Unusable(cause)) => Err(AskError::Unusable { cause }),
    }
}

/// The position of a prompt in the notebook.
struct PromptSite {
    /// The variable that the answer is assigned to.
    variable: Option<String>,
    position: FilePosition,
    code: String,
    /// Where the call is in the code.
    offset: usize,
}

impl PromptSite {
    /// The prompts behind this one that have no answer either.
    fn unanswered_later(&self, session: &Session) -> Vec<UnansweredQuestion> {
        let unanswered = |prompt: LiteralPrompt<'_>| {
            let kind = if prompt.is_confirm { QuestionKind::Confirm } else { QuestionKind::Prompt };
            let (text, variable) = (prompt.text.to_owned(), prompt.variable.map(str::to_owned));
            let question = Question { kind, text, variable, default: None, secret: false };
            let unanswered = session.host.ask(&question).err()?;
            let message = unanswered.to_string();
            match unanswered {
                Unanswered::NoAnswer { flag, .. } => Some(UnansweredQuestion { message, flag, position: None }),
                Unanswered::Unusable(_) => None,
            }
        };
        prompts_after(&self.code, self.offset).into_iter().take(UNANSWERED).filter_map(unanswered).collect()
    }
}

fn prompt_site(scope: &mut v8::PinScope<'_, '_>, session: &Session) -> Option<PromptSite> {
    let Caller { cell, script, line, column } = Caller::new(scope, session)?;
    let offset = cell.code.code_offset(cell.line_in_code(line)?, column);
    let variable = assigned_variable(&cell.code.code, offset).map(str::to_owned);
    let position = FilePosition { file: script, line, column };
    Some(PromptSite { variable, position, code: cell.code.code, offset })
}
