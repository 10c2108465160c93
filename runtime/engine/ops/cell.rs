//! Operations for the output and the time limit of a cell.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use apinb_record::run::ConsoleLevel;
use apinb_text::secret::redactor::Redacted;
use deno_core::{OpState, op2, v8};

use crate::outcome::MAX_FULL;
use crate::session::Session;

/// How much of a long text is searched for secrets, in UTF-16 units: more than the longest text that is shown, with every
/// character of it escaped.
const LONGEST: usize = 1_300_000;

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

/// The time that the cell has left, in milliseconds; infinity without a limit.
#[op2(fast)]
pub(super) fn op_time_left(state: &OpState) -> f64 {
    Session::of(state).watchdog.time_left().map_or(f64::INFINITY, |left| left.as_secs_f64() * 1000.0)
}

/// An operation was refused; the cell may catch the error. Called while the error of that operation is made.
#[allow(clippy::needless_pass_by_value, reason = "reentrant operations get their state so")]
#[op2(fast, reentrant)]
pub(super) fn op_refused(state: Rc<RefCell<OpState>>, #[string] message: &str) {
    // No operation that is refused changes the state itself.
    if let Ok(state) = state.try_borrow() {
        Session::of(&state).log.refused(message);
    }
}

/// A value in a message, such as an argument in a chain: the first `length` characters of `text` on one line, without
/// secrets. JavaScript itself never shortens a text that is shown.
#[op2]
#[string]
pub(super) fn op_excerpt<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &OpState,
    text: v8::Local<'s, v8::String>,
    length: u32,
) -> String {
    let length = length as usize;
    beginning(scope, state, text, |text| {
        if text.contains('\n') { text.one_line().truncate(length) } else { text.truncate(length) }
    })
}

/// The beginning of a long text, without secrets, as far as it may be recorded.
#[op2]
#[string]
pub(super) fn op_shorten<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &OpState,
    text: v8::Local<'s, v8::String>,
) -> String {
    beginning(scope, state, text, |text| text.truncate_bytes(MAX_FULL))
}

/// Shortens the first [`LONGEST`] units of a text, without secrets: the rest could fill the memory.
fn beginning<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    state: &OpState,
    text: v8::Local<'s, v8::String>,
    shorten: impl FnOnce(&Redacted<'_>) -> String,
) -> String {
    let redactor = &Session::of(state).redactor;
    let mut units = vec![0; text.length().min(LONGEST)];
    text.write_v2(scope, 0, &mut units, v8::WriteFlags::empty());
    let beginning = String::from_utf16_lossy(&units);
    let redacted =
        if units.len() < text.length() { redactor.redact_beginning(&beginning) } else { redactor.redact(&beginning) };
    shorten(&redacted)
}

/// Reports an error that the notebook does not handle; the prelude has it.
#[op2(fast)]
pub(super) fn op_uncaught(state: &OpState) {
    Session::of(state).uncaught.set(true);
}
