//! The clock as JavaScript reads it. On a virtual clock, these operations replace those of deno_core and deno_web.

use std::rc::Rc;
use std::time::{Duration, SystemTime};

use deno_core::{OpDecl, OpState, op2};

use crate::clock::VirtualTime;
use crate::session::Session;

/// Replaces the operations that read the clock of the machine.
pub(super) fn virtual_time(op: OpDecl) -> OpDecl {
    match op.name {
        "op_now" => op.with_implementation_from(&op_virtual_now()),
        "op_time_origin" => op.with_implementation_from(&op_virtual_time_origin()),
        "op_timer_now" => op.with_implementation_from(&op_virtual_timer_now()),
        "op_timer_schedule" => op.with_implementation_from(&op_virtual_timer_schedule()),
        _ => op,
    }
}

/// The virtual clock of the isolate; none while its prelude is evaluated.
fn time_of(state: &OpState) -> Option<Rc<VirtualTime>> {
    state.try_borrow::<Rc<Session>>().and_then(|session| session.clock.virtual_time().cloned())
}

/// The date in whole milliseconds since the epoch, for `Date`.
#[op2(fast)]
pub(super) fn op_date_now(state: &OpState) -> f64 {
    let since = match time_of(state) {
        Some(time) => Duration::from_millis(time.start().saturating_add(time.read())),
        None => SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default(),
    };
    exact(since.as_millis())
}

/// `performance.now`.
#[op2(fast)]
fn op_virtual_now(state: &OpState, #[buffer] out: &mut [u8]) {
    write(out, Duration::from_millis(time_of(state).map_or(0, |time| time.read())));
}

/// `performance.timeOrigin`.
#[op2(fast)]
fn op_virtual_time_origin(state: &OpState, #[buffer] out: &mut [u8]) {
    write(out, Duration::from_millis(time_of(state).map_or(0, |time| time.start())));
}

/// When a timer begins.
#[op2(fast)]
fn op_virtual_timer_now(state: &OpState) -> f64 {
    exact(u128::from(time_of(state).map_or(0, |time| time.now())))
}

/// The next timer is due after this time. Negative numbers say whether timers keep the event loop alive.
#[op2(fast)]
fn op_virtual_timer_schedule(state: &OpState, milliseconds: f64) {
    if milliseconds >= 0.0
        && let Some(time) = time_of(state)
    {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is not negative, and whole")]
        time.set_timers(Some(time.now().saturating_add(milliseconds as u64)));
    }
}

/// Seconds and nanoseconds, as deno_web reads them.
fn write(out: &mut [u8], time: Duration) {
    let seconds = u32::try_from(time.as_secs()).unwrap_or(u32::MAX).to_ne_bytes();
    let parts = seconds.into_iter().chain(time.subsec_nanos().to_ne_bytes());
    out.iter_mut().zip(parts).for_each(|(byte, part)| *byte = part);
}

#[expect(clippy::cast_precision_loss, reason = "a date is smaller than 2^53")]
fn exact(milliseconds: u128) -> f64 {
    milliseconds as f64
}
