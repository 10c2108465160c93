//! The JavaScript engine: a V8 isolate with the notebook's global, in which cells run one after another.
//!
//! It knows how a cell runs and what `API`, `prompt`, `load` and the client do; it does not know the notebook's
//! markdown, the command line, or how results are shown.

pub mod host;
pub mod settings;

use std::rc::Rc;

use apinb_core::record::{CallRecord, ConsoleRecord, ErrorRecord, PromptRecord};
use apinb_core::redact::Redactor;
use apinb_http::network::Network;
use tokio_util::sync::CancellationToken;

pub use host::Host;
pub use settings::Settings;

/// What an engine is made from.
pub struct EngineOptions {
    /// The start-up snapshot that [`snapshot`] made; none: the prelude is evaluated now (slower).
    pub snapshot: Option<&'static [u8]>,
    /// The way to the network.
    pub network: Network,
    /// Every secret the engine learns is added here; every text it gives back has passed it.
    pub redactor: Redactor,
    /// Answers questions and is told what happens.
    pub host: Rc<dyn Host>,
    /// What the run gives the notebook from outside.
    pub settings: Settings,
    /// Cancelled: the run ends as soon as it can.
    pub cancel: CancellationToken,
}

/// One V8 isolate and its global.
pub struct Engine {}

/// A cell to run.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    /// The notebook and the cell in it.
    pub code: &'a apinb_core::notebook::CodeCell,
    /// The notebook's source.
    pub source: &'a std::sync::Arc<apinb_core::span::SourceFile>,
}

/// How a cell ended and everything it did.
#[derive(Debug)]
pub struct Outcome {
    /// Its result, inspected, redacted: one line, and in full; none when it is undefined. The error when it failed.
    pub result: Result<Option<Shown>, ErrorRecord>,
    /// What it wrote.
    pub console: Vec<ConsoleRecord>,
    /// What it asked.
    pub prompts: Vec<PromptRecord>,
    /// What it sent.
    pub calls: Vec<CallRecord>,
}

/// A value as a person reads it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// On one line, cut to about 100 characters.
    pub short: String,
    /// In full, up to a limit, over several lines.
    pub full: String,
}

/// Why there is no engine.
#[derive(Debug, thiserror::Error)]
#[error("cannot start the JavaScript engine: {cause}")]
pub struct EngineError {
    /// What V8 or the prelude said.
    pub cause: String,
}

impl Engine {
    /// Starts an isolate.
    ///
    /// # Errors
    /// When the prelude does not evaluate.
    pub fn new(_options: EngineOptions) -> Result<Self, EngineError> {
        Ok(Self {})
    }

    /// Runs a cell to its end: its result is settled, its `async()` called, its promises waited for. Blocks.
    /// After the run was cancelled it comes back at once with an error named `Interrupted`.
    pub fn run(&mut self, _cell: Cell<'_>) -> Outcome {
        Outcome { result: Ok(None), console: Vec::new(), prompts: Vec::new(), calls: Vec::new() }
    }
}

/// The start-up snapshot, for the build script of the program.
#[must_use]
pub fn snapshot() -> Box<[u8]> {
    Box::default()
}
