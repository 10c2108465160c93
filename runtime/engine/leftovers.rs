//! The end of a notebook: what its cells have left to timers and promises is done before its last cell ends, within the
//! time limit of that cell, or reported.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use apinb_record::run::ConsoleLevel;
use apinb_text::display::plural::pluralize;
use deno_core::v8;
use tokio_util::sync::CancellationToken;

use crate::exception::{Failure, Thrown};
use crate::isolate::Engine;

/// How long promises that wait for neither a timer nor a call may take, such as reading a Blob. An open message port
/// never ends.
const GRACE: Duration = Duration::from_millis(50);

impl Engine {
    /// Waits for timers that are due within the time limit, for calls, and for the promises that depend on them.
    pub(crate) fn finish(&mut self, wait: &CancellationToken) -> Result<(), Failure> {
        if !self.session.watchdog.has_limit() {
            self.session
                .watchdog
                .set_limit(Some(self.session.settings.cell_timeout).filter(|limit| *limit < Duration::MAX));
        }
        let mut is_quiet = false;
        loop {
            let limit = self.session.watchdog.time_left().unwrap_or(Duration::MAX);
            let is_awaited = self.count_timers(limit)?.0 > 0 || self.session.in_flight.has_any();
            if is_quiet && !is_awaited {
                return Ok(());
            }
            if self.advance(wait, !is_awaited)? {
                return Ok(());
            }
            is_quiet = !is_awaited;
        }
    }

    /// Runs the event loop until something has happened; `is_over`: until the grace period has passed. Returns whether
    /// nothing is left to happen.
    fn advance(&mut self, wait: &CancellationToken, is_over: bool) -> Result<bool, Failure> {
        let Self { js, hooks, session, tokio, .. } = self;
        tokio.block_on(async {
            let mut cancelled = pin!(wait.cancelled());
            let mut grace = pin!(tokio::time::sleep(GRACE));
            let mut has_waited = false;
            poll_fn(|context| {
                if cancelled.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Err(Failure::Terminated));
                }
                let is_idle = match session.poll_event_loop(js, context) {
                    Poll::Ready(Ok(())) => true,
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(Failure::thrown(Thrown::core(*error)))),
                    Poll::Pending => false,
                };
                if session.uncaught.take() {
                    return Poll::Ready(Err(Failure::Uncaught));
                }
                let is_done = match (is_over, session.clock.virtual_time()) {
                    (true, None) => grace.as_mut().poll(context).is_ready(),
                    (true, Some(time)) => session.is_quiet(time, js, context),
                    (false, _) => has_waited,
                };
                has_waited = true;
                if is_done || (is_idle && session.clock.virtual_time().is_none()) {
                    return Poll::Ready(Ok(is_idle));
                }
                if is_over {
                    return Poll::Pending;
                }
                match session.pass_time(js, &hooks.handover.run_timers, context) {
                    Ok(()) => Poll::Pending,
                    Err(Failure::NeverSettled) => Poll::Ready(Ok(true)),
                    Err(failure) => Poll::Ready(Err(failure)),
                }
            })
            .await
        })
    }

    /// Warns of the timers that will not run.
    pub(crate) fn report_left_timers(&mut self) {
        let Ok((due, others)) = self.count_timers(Duration::ZERO) else { return };
        if due + others > 0 {
            let timers = pluralize(due + others, "timer");
            self.session.log.write(ConsoleLevel::Warn, &format!("the notebook ended before {timers} ran"));
        }
    }

    /// The number of timers that are due within `time`, and of all others.
    fn count_timers(&mut self, time: Duration) -> Result<(usize, usize), Failure> {
        let milliseconds = {
            deno_core::scope!(scope, self.js);
            let number: v8::Local<v8::Value> = v8::Number::new(scope, time.as_secs_f64() * 1000.0).into();
            v8::Global::new(scope, number)
        };
        let counts = self.call_hook(|hooks| &hooks.count_timers, &[&milliseconds])?;
        deno_core::scope!(scope, self.js);
        let counts = v8::Local::new(scope, counts);
        Ok(deno_core::serde_v8::from_v8(scope, counts).unwrap_or_default())
    }
}
