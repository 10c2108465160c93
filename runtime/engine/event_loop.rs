//! Turns of the event loop. On a virtual clock, time passes between them once nothing else can happen.

use std::task::{Context, Poll};

use deno_core::error::CoreError;
use deno_core::{JsRuntime, PollEventLoopOptions, v8};

use crate::clock::{Next, VirtualTime};
use crate::exception::{self, Failure};
use crate::session::Session;

/// How many turns in a row nothing may wake the event loop until nothing can happen any more: tasks that are ready run
/// between two turns.
const TURNS: u32 = 3;

impl Session {
    /// A turn of the event loop.
    pub(crate) fn poll_event_loop(
        &self,
        js: &mut JsRuntime,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Box<CoreError>>> {
        if self.clock.virtual_time().is_none() {
            return js.poll_event_loop(context, PollEventLoopOptions::default()).map_err(Box::new);
        }
        let waker = self.activity.observed(context.waker());
        let polled = js.poll_event_loop(&mut Context::from_waker(&waker), PollEventLoopOptions::default());
        polled.map_err(Box::new)
    }

    /// Whether virtual time stands at an end: nothing happens before it advances. Where that is not known yet, the task
    /// is woken.
    pub(crate) fn is_quiet(&self, time: &VirtualTime, js: &mut JsRuntime, context: &Context<'_>) -> bool {
        if self.activity.is_woken() {
            // The task was woken, too.
            return false;
        }
        // Work for the event loop on other threads, such as compiling WebAssembly.
        let is_busy = js.v8_isolate().has_pending_background_tasks();
        if self.activity.count_quiet(is_busy) < TURNS {
            context.waker().wake_by_ref();
            return false;
        }
        time.is_still(context)
    }

    /// Lets virtual time pass to whatever is due next, if nothing else can happen. The caller waits for the next turn.
    /// `timers`: runs the timers that are due. Fails if nothing will ever happen.
    pub(crate) fn pass_time(
        &self,
        js: &mut JsRuntime,
        timers: &v8::Global<v8::Function>,
        context: &mut Context<'_>,
    ) -> Result<(), Failure> {
        let Some(time) = self.clock.virtual_time() else { return Ok(()) };
        if !self.is_quiet(time, js, context) || !time.has_paused(context) {
            return Ok(());
        }
        match time.advance() {
            Next::Nothing => return Err(Failure::NeverSettled),
            Next::Arrival => {}
            Next::Limit => self.watchdog.time_out(),
            Next::Timers(now) => run_timers(js, timers, now, time)?,
        }
        self.activity.begin();
        context.waker().wake_by_ref();
        Ok(())
    }
}

/// Runs the timers that are due, then the promises that depend on them, which may set others.
fn run_timers(
    js: &mut JsRuntime,
    timers: &v8::Global<v8::Function>,
    now: u64,
    time: &VirtualTime,
) -> Result<(), Failure> {
    deno_core::scope!(scope, js);
    v8::tc_scope!(let scope, scope);
    let timers = v8::Local::new(scope, timers);
    #[expect(clippy::cast_precision_loss, reason = "a virtual time is smaller than 2^53")]
    let now = v8::Number::new(scope, now as f64).into();
    let nothing = v8::undefined(scope).into();
    let Some(next) = timers.call(scope, nothing, &[now]) else { return Err(exception::caught(scope)) };
    // Negative if the timers do not keep the event loop alive; 0: there are none.
    let next = next.number_value(scope).unwrap_or_default().abs();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was a whole number before")]
    time.set_timers((next > 0.0).then_some(next as u64));
    scope.perform_microtask_checkpoint();
    Ok(())
}
