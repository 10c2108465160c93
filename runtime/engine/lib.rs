//! The JavaScript engine: a V8 isolate with the notebook's global, in which cells run one after another.
//!
//! It runs cells and implements `API`, `prompt`, `load` and the client; it does not depend on markdown, the command
//! line, or the rendering of results.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

// Tests start the engine by the support code of the program's tests, which refers to the crate by its name.
#[cfg(test)]
extern crate self as apinb_engine;

#[cfg(test)]
#[path = "../../tests/support/engine.rs"]
mod support;

mod activity;
pub mod background;
mod bases;
mod caller;
pub mod calls;
mod cell_imports;
mod chance;
mod clients;
mod clock;
pub mod completeness;
pub mod determinism;
mod evaluate;
mod event_loop;
mod exception;
mod frames;
pub mod host;
mod in_flight;
mod inspect;
pub mod isolate;
pub mod late_errors;
mod late_reads;
mod leftovers;
mod live;
mod locale;
mod log;
mod memory;
mod missed;
mod module_loader;
mod modules;
mod ops;
pub mod outcome;
mod placed_cell;
mod recovery;
mod repl_mode;
mod run_cell;
mod session;
mod signing;
pub mod unread_status;
pub mod v8_messages;
pub mod watchdog;

use outcome::EngineError;

/// Initializes V8 on this thread. Call it before starting threads that start engines.
pub fn prepare() {
    set_flags();
    deno_core::JsRuntime::init_platform(None);
}

/// Sets the flags of V8, before it is initialized.
fn set_flags() {
    static SET: std::sync::Once = std::sync::Once::new();
    // V8 14 and 15 leave the check for interruptions out of an endless loop whose body has a short loop without one, such
    // as `new Array(1000)`: no limit of time or memory would end it.
    let flags = ["", "--no-turboshaft-loop-unrolling"];
    SET.call_once(|| {
        deno_core::v8_set_flags(flags.map(str::to_owned).to_vec());
    });
}

/// The start-up snapshot, for the build script of the program.
///
/// # Errors
/// If the prelude does not evaluate.
pub fn snapshot(cargo_manifest_dir: &'static str) -> Result<Box<[u8]>, EngineError> {
    set_flags();
    let options = deno_core::snapshot::CreateSnapshotOptions {
        cargo_manifest_dir,
        startup_snapshot: None,
        skip_op_registration: false,
        extensions: ops::extensions(false),
        extension_transpiler: None,
        with_runtime_cb: None,
    };
    deno_core::snapshot::create_snapshot(options, None)
        .map(|made| made.output)
        .map_err(|error| EngineError::Prelude(Box::new(error)))
}
