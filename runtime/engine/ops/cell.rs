//! Operations for the output and the time limit of a cell.

use std::time::Duration;

use apinb_record::run::ConsoleLevel;
use deno_core::{OpState, op2};

use crate::session::Session;

/// `console.*`, formatted already.
#[op2(fast)]
pub(super) fn op_console(state: &OpState, #[string] level: &str, #[string] text: &str) {
    Session::of(state).log.write(ConsoleLevel::from_name(level), text);
}

/// `alert`.
#[op2(fast)]
pub(super) fn op_alert(state: &OpState, #[string] text: &str) {
    Session::of(state).log.write(ConsoleLevel::Alert, text);
}

/// `timeout(ms)`: not negative, not NaN; infinity lifts the limit, as does what no clock can count.
#[op2(fast)]
pub(super) fn op_cell_timeout(state: &OpState, milliseconds: f64) {
    Session::of(state).watchdog.set_limit(Duration::try_from_secs_f64(milliseconds / 1000.0).ok());
}

/// Reports an error that the notebook does not handle; the prelude has it.
#[op2(fast)]
pub(super) fn op_uncaught(state: &OpState) {
    Session::of(state).uncaught.set(true);
}
