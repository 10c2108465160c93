//! The JavaScript engine: a V8 isolate with the notebook's global, in which cells run one after another.
//!
//! It knows how a cell runs and what `API`, `prompt`, `load` and the client do; it does not know the notebook's
//! markdown, the command line, or how results are shown.

mod assigned;
mod calls;
mod cell;
mod clients;
mod completeness;
mod exception;
pub mod host;
mod in_flight;
mod late_reads;
mod live;
mod memory;
mod missed;
mod ops;
mod repl_mode;
mod session;
pub mod settings;
mod signing;
pub mod source;
mod watchdog;

use std::rc::Rc;

use apinb_core::record::{CallRecord, ConsoleRecord, ErrorRecord, PromptRecord};
use apinb_core::text::secret::redactor::Redactor;
use apinb_http::network::Network;
use tokio_util::sync::CancellationToken;

pub use cell::Engine;
pub use host::Host;
pub use settings::Settings;
pub use watchdog::{Interrupter, Running};

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

/// A cell to run.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    /// The notebook and the cell in it.
    pub code: &'a apinb_core::notebook::CodeCell,
    /// The notebook's source.
    pub source: &'a std::sync::Arc<apinb_core::text::source::span::SourceFile>,
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

/// Makes V8 ready on this thread. Whoever starts engines on other threads calls it before those threads are there.
pub fn prepare() {
    deno_core::JsRuntime::init_platform(None);
}

/// The start-up snapshot, for the build script of the program.
///
/// # Errors
/// When the prelude does not evaluate.
pub fn snapshot(cargo_manifest_dir: &'static str) -> Result<Box<[u8]>, EngineError> {
    let options = deno_core::snapshot::CreateSnapshotOptions {
        cargo_manifest_dir,
        startup_snapshot: None,
        skip_op_registration: false,
        extensions: ops::extensions(),
        extension_transpiler: None,
        with_runtime_cb: None,
    };
    deno_core::snapshot::create_snapshot(options, None)
        .map(|made| made.output)
        .map_err(|error| EngineError { cause: error.to_string() })
}
