//! What the engine asks of whoever runs it.

use std::sync::Arc;

use apinb_auth::person::Person;
use apinb_definition::model::Definition;
use apinb_project::overrides::question::{Question, QuestionKind};
use apinb_record::call::CallRecord;
use apinb_record::run::PromptOrigin;
use apinb_text::diagnostic::Diagnostic;

/// Whoever runs the engine: a run at a terminal, in CI, a REPL.
pub trait Host {
    /// Answers `prompt` and `confirm`. Called on the JavaScript thread; may block.
    ///
    /// # Errors
    /// [`Unanswered`] fails the cell, at once or at its end.
    fn ask(&self, question: &Question) -> Result<Answer, Unanswered>;

    /// A definition was loaded for the client called `client`, which `hosts` it will call beyond the definition's own
    /// (those of an overridden base URI). A mocked run starts its mock server here, before any call.
    ///
    /// # Errors
    /// Why the cell fails.
    fn definition_loaded(&self, client: &str, definition: &Arc<Definition>) -> Result<(), HostError>;

    /// Whether the notebook may call `host`, which nobody has agreed to yet. Called on the JavaScript thread; may block.
    fn agree(&self, _host: &str) -> bool {
        false
    }

    /// Whoever signs in; none: there is nobody. In a mocked run the engine does it itself.
    fn person(&self) -> Option<&dyn Person>;

    /// A call ended; for progress.
    fn call_ended(&self, _call: &CallRecord) {}
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The text; none: cancelled. For `confirm`, `true` or `false`.
    pub text: Option<String>,
    /// Where it came from.
    pub origin: PromptOrigin,
}

/// Why whoever runs the engine cannot go on. What it is, only that one knows.
pub type HostError = Box<dyn std::error::Error + Send + Sync>;

/// There is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// There is no answer. The cell goes on as if the question had been cancelled, so that its other questions
    /// are known too, and fails at its end.
    #[error("no answer for {}", shown(*kind, text))]
    Nobody {
        /// Which function asks.
        kind: QuestionKind,
        /// Its text.
        text: String,
        /// The flag that answers it: `--input DOMAIN=…`.
        flag: String,
    },
    /// There is an answer, or a person, but none that can be used: the cell fails there.
    #[error("{0}")]
    Unusable(Box<dyn Diagnostic + Send + Sync>),
}

/// How messages name a question.
fn shown(kind: QuestionKind, text: &str) -> String {
    match kind {
        QuestionKind::Prompt => format!("the prompt `{text}`"),
        QuestionKind::Confirm => format!("the confirm `{text}`"),
    }
}
