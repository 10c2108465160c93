//! The JavaScript engine: a V8 isolate with the notebook's global, in which cells run one after another.
//!
//! It knows how a cell runs and what `API`, `prompt`, `load` and the client do; it does not know the notebook's
//! markdown, the command line, or how results are shown.

// The engine that tests start is that of the whole program's tests, which know the crate by its name.
#[cfg(test)]
extern crate self as apinb_engine;

mod calls;
mod clients;
mod completeness;
mod evaluate;
mod exception;
mod frames;
pub mod host;
mod in_flight;
mod inspect;
pub mod isolate;
mod late_reads;
mod live;
mod log;
mod memory;
mod missed;
mod ops;
pub mod outcome;
mod placed_cell;
mod recovery;
mod repl_mode;
mod run_cell;
mod session;
mod signing;
mod v8_messages;
pub mod watchdog;

use outcome::EngineError;

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
        .map_err(|error| EngineError::Prelude(Box::new(error)))
}
