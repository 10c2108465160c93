//! The interface from the engine to its caller.

use std::sync::Arc;
use std::time::Duration;

use apinb_auth::person::Person;
use apinb_definition::documents::deferred::DeferredDocuments;
use apinb_definition::model::Definition;
use apinb_http::exchange::Call;
use apinb_project::overrides::question::{Question, QuestionKind};
use apinb_project::reading::documents::Documents;
use apinb_record::call::CallRecord;
use apinb_record::run::{ConsoleRecord, PromptOrigin, PromptRecord};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::source::address::Address;
use apinb_text::source::span::SourceFile;
use serde_json::{Map, Value};

/// The caller of the engine: a run at a terminal, in CI, a REPL.
pub trait Host {
    /// Answers `prompt` and `confirm`. Called on the JavaScript thread; may block. A host without a person is asked for
    /// further prompts of the cell before they run.
    ///
    /// # Errors
    /// [`Unanswered`] fails the cell.
    fn ask(&self, question: &Question) -> Result<Answer, Unanswered>;

    /// A definition was loaded for the client called `client`; `hosts` are those that it will call beyond the
    /// definition's own (those of an overridden base URI). A mocked run starts its mock server here, before any call.
    ///
    /// # Errors
    /// The error that fails the cell.
    fn definition_loaded(&self, client: &str, definition: &Arc<Definition>) -> Result<(), HostError>;

    /// The values of the row of `--inputs`, if there is one. Called when a cell reads `row` first.
    fn row(&self) -> Option<Map<String, Value>> {
        None
    }

    /// The notebook creates a client of this name.
    fn client_named(&self, _client: &str) {}

    /// Whether the notebook may call `host`, for which it has no permission so far. Called on the JavaScript thread;
    /// may block.
    fn agree(&self, _host: &str) -> bool {
        false
    }

    /// The person who signs in, if there is one. In a mocked run the engine signs in itself.
    fn person(&self) -> Option<&dyn Person>;

    /// The cell wrote a line that its record has.
    fn console(&self, _line: &ConsoleRecord) {}

    /// The cell asked a question that its record has.
    fn prompted(&self, _prompt: &PromptRecord) {}

    /// A call ended that the record of the cell has.
    fn call_ended(&self, _call: &CallRecord) {}

    /// A definition was read, from which clients are made next. A session reads the definition at an address once.
    fn definition_read(&self, _read: &DefinitionRead<'_>) {}

    /// A client of this definition makes a call below this base URI.
    fn base_used(&self, _definition: &Arc<Definition>, _base: &str) {}

    /// A call of the notebook has ended, whose number in its cell is `number`, from 1. The redactor knows its secrets.
    fn exchanged(&self, _call: Call, _number: usize) {}

    /// Definitions and scripts of the notebook are in these files, or would be if they were there.
    fn files_read(&self, _files: &[String]) {}

    /// The time that is left to the running cell, from now on; none: no limit. Called on the JavaScript thread whenever
    /// its limit changes.
    fn time_left(&self, _left: Option<Duration>) {}
}

/// A definition, and the documents that it was read from.
pub struct DefinitionRead<'a> {
    /// The name of its client.
    pub client: &'a str,
    /// None for one whose text is in the notebook.
    pub address: Option<&'a Address>,
    pub definition: &'a Arc<Definition>,
    /// The documents that were read, root first.
    pub sources: &'a [Arc<SourceFile>],
    pub deferred: &'a DeferredDocuments,
    /// What reads its documents.
    pub documents: Option<&'a Arc<Documents>>,
}

/// The answer to a prompt.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The text; none: cancelled. For `confirm`, `true` or `false`.
    pub text: Option<String>,
    pub origin: PromptOrigin,
    /// Whether it comes from a variable or a file that the settings name: the notebook gets a handle of it.
    pub hidden: bool,
}

/// An error of the caller, opaque to the engine.
pub type HostError = Box<dyn std::error::Error + Send + Sync>;

/// Why a prompt has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// There is no answer, and no person to ask. The cell fails even if it catches the error.
    #[error("no answer for {}", shown(*kind, text))]
    NoAnswer {
        kind: QuestionKind,
        text: String,
        /// The flag that answers it: `--input DOMAIN=…`.
        flag: String,
    },
    /// There is an unusable answer, or reading it failed: the cell fails there.
    #[error("{0}")]
    Unusable(Box<dyn Diagnostic + Send + Sync>),
}

/// A prompt in messages.
fn shown(kind: QuestionKind, text: &str) -> String {
    match kind {
        QuestionKind::Prompt => format!("the prompt `{text}`"),
        QuestionKind::Confirm => format!("the confirm `{text}`"),
    }
}
