//! What goes into an engine and what comes out of a cell, as data.

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use apinb_http::network::Network;
use apinb_notebook::model::CodeCell;
use apinb_project::settings::Settings;
use apinb_record::call::CallRecord;
use apinb_record::error::ErrorRecord;
use apinb_record::run::{ConsoleRecord, OmittedRecord, PromptRecord, ResultValue};
use apinb_text::secret::redactor::Redactor;
use apinb_text::source::span::SourceFile;
use deno_core::error::CoreError;
use tokio_util::sync::CancellationToken;

use crate::host::Host;

/// Maximum length of a recorded result, in bytes.
pub(crate) const MAX_FULL: usize = 64 << 10;

/// What an engine is made from.
pub struct EngineOptions {
    /// The start-up snapshot that [`crate::snapshot`] made; none: the prelude is evaluated now (slower).
    pub snapshot: Option<&'static [u8]>,
    /// The way to the network.
    pub network: Network,
    /// The engine adds every secret that it learns; every text that it returns has passed it.
    pub redactor: Redactor,
    /// Answers questions and hears of calls.
    pub host: Rc<dyn Host>,
    /// The settings of the notebook.
    pub settings: Settings,
    /// Cancelled: the run ends as soon as it can.
    pub cancel: CancellationToken,
}

/// A cell to run.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    /// Its code, with its place in the notebook.
    pub code: &'a CodeCell,
    /// The notebook's source.
    pub source: &'a Arc<SourceFile>,
    /// Whether no other cell follows: it then ends when the timers and promises have ended, too, that the cells left.
    pub is_last: bool,
}

/// How a cell ended, and everything it did.
#[derive(Debug)]
pub struct Outcome {
    /// Its result, inspected and redacted; none when it is undefined. The error when it failed.
    pub result: Result<Option<Shown>, ErrorRecord>,
    pub console: Vec<ConsoleRecord>,
    pub prompts: Vec<PromptRecord>,
    pub calls: Vec<CallRecord>,
    /// Whether it was denied access, even if it caught the error.
    pub refused: bool,
    /// How long it took on a virtual clock; none: the real time counts.
    pub virtual_time: Option<Duration>,
    /// How much of this is left out, since it would be too much to keep.
    pub omitted: OmittedRecord,
}

/// A value as a person reads it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// On one line, cut to about 100 characters.
    pub short: String,
    /// In full, up to a limit, over several lines.
    pub full: String,
    /// For programs.
    pub value: ResultValue,
}

/// Why an engine does not start.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The system gives no event loop or no thread.
    #[error("cannot start the JavaScript engine")]
    System(#[source] io::Error),
    /// The prelude does not evaluate.
    #[error("cannot evaluate the prelude of the JavaScript engine")]
    Prelude(#[source] Box<CoreError>),
    /// The prelude does not leave the functions that run around a cell.
    #[error("the prelude of the JavaScript engine has no hooks")]
    Hooks,
}
