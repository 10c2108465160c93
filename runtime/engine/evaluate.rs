//! Evaluates the code of a cell, and settles its result.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use apinb_notebook::declaration::redeclarations;
use deno_core::{PollEventLoopOptions, v8};
use tokio_util::sync::CancellationToken;

use crate::exception::{self, Failure, Thrown};
use crate::isolate::Engine;
use crate::placed_cell::PlacedCell;
use crate::repl_mode::{self, ReplMode};

/// Maximum number of names in one cell that earlier cells declared otherwise.
pub(crate) const MAX_REDECLARATIONS: usize = 32;

impl Engine {
    pub(crate) fn evaluate(
        &mut self,
        cell: &PlacedCell,
        wait: &CancellationToken,
    ) -> Result<v8::Global<v8::Value>, Failure> {
        let rest = self.run_imports(cell)?;
        let value = self.evaluate_code(cell, rest.as_deref().unwrap_or(&cell.code.code), MAX_REDECLARATIONS)?;
        let settled = self.call_hook(|hooks| &hooks.settle, &[&value])?;
        let settled = self.settle(&settled, wait)?;
        self.call_hook(|hooks| &hooks.check, &[])?;
        Ok(settled)
    }

    /// Evaluates a cell's code. Declarations of names that an earlier cell declared otherwise are rewritten to the
    /// earlier kind: V8 does not let a `let` follow a `var` of an earlier script.
    pub(crate) fn evaluate_code(
        &mut self,
        cell: &PlacedCell,
        code: &str,
        tries: usize,
    ) -> Result<v8::Global<v8::Value>, Failure> {
        let mut result = self.evaluate_once(cell, code);
        let name = |result: &Result<_, Failure>| match result {
            Err(Failure::Thrown(thrown)) => thrown.redeclared.clone(),
            _ => None,
        };
        let Some(conflict) = name(&result).filter(|_| tries > 0) else { return result };
        for code in redeclarations(code, &conflict) {
            result = self.evaluate_code(cell, &code, tries - 1);
            if name(&result).as_ref() != Some(&conflict) {
                return result;
            }
        }
        if let Err(Failure::Thrown(thrown)) = &mut result {
            thrown.record.help = Some(format!("Declare `{conflict}` with the keyword of the earlier cell."));
        }
        result
    }

    pub(crate) fn evaluate_once(&mut self, cell: &PlacedCell, code: &str) -> Result<v8::Global<v8::Value>, Failure> {
        if repl_mode::is_needed(code) {
            let start = || ReplMode::start(&mut self.js, self.hooks.handover.clone());
            let repl_mode = self.repl_mode.get_or_insert_with(start);
            self.tokio.block_on(repl_mode.evaluate(&mut self.js, cell, code, &self.session))
        } else {
            // Timers and other asynchronous operations of the cell need the runtime around them.
            let _entered = self.tokio.enter();
            self.evaluate_script(cell, code)
        }
    }

    /// Runs a cell as a classic script: the fast path.
    fn evaluate_script(&mut self, cell: &PlacedCell, code: &str) -> Result<v8::Global<v8::Value>, Failure> {
        deno_core::scope!(scope, self.js);
        v8::tc_scope!(let scope, scope);
        let (Some(code), Some(name)) = (v8::String::new(scope, code), v8::String::new(scope, &cell.script)) else {
            return Err(Failure::thrown(Thrown::message("RangeError", "the cell is too long for V8")));
        };
        let line = i32::try_from(cell.first_line.saturating_sub(1)).unwrap_or(0);
        let origin = v8::ScriptOrigin::new(scope, name.into(), line, 0, false, -1, None, false, false, false, None);
        let value = v8::Script::compile(scope, code, Some(&origin)).and_then(|script| script.run(scope));
        match value {
            Some(value) => Ok(v8::Global::new(scope, value)),
            None => Err(exception::caught(scope)),
        }
    }

    /// Waits for a promise, for the responses to calls with callbacks, and for the work that they start.
    fn settle(
        &mut self,
        value: &v8::Global<v8::Value>,
        wait: &CancellationToken,
    ) -> Result<v8::Global<v8::Value>, Failure> {
        let promise = {
            deno_core::scope!(scope, self.js);
            let local = v8::Local::new(scope, value);
            v8::Local::<v8::Promise>::try_from(local).ok().map(|promise| v8::Global::new(scope, promise))
        };
        let Self { js, hooks, session, tokio, .. } = self;
        let watched = session.watchdog.has_limit();
        tokio.block_on(async {
            let mut cancelled = pin!(wait.cancelled());
            poll_fn(|context| {
                if cancelled.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Err(Failure::Terminated));
                }
                let idle = match session.poll_event_loop(js, context) {
                    Poll::Ready(Ok(())) => true,
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(Failure::thrown(Thrown::core(*error)))),
                    Poll::Pending => false,
                };
                if session.uncaught.take() {
                    return Poll::Ready(Err(Failure::Uncaught));
                }
                let settled = match &promise {
                    None => Some(Ok(value.clone())),
                    Some(promise) => exception::settled(js, promise),
                };
                match settled {
                    Some(settled) if session.in_flight.is_empty() => Poll::Ready(settled),
                    None if idle && !watched && !session.watchdog.has_limit() => {
                        Poll::Ready(Err(Failure::NeverSettled))
                    }
                    _ => match session.pass_time(js, &hooks.handover.run_timers, context) {
                        Ok(()) => Poll::Pending,
                        Err(failure) => Poll::Ready(Err(failure)),
                    },
                }
            })
            .await
        })
    }

    /// The error that the notebook did not handle, from the prelude or from the web platform.
    pub(crate) fn unhandled(&mut self) -> Failure {
        self.session.uncaught.set(false);
        if let Err(failure) = self.call_hook(|hooks| &hooks.check, &[]) {
            return failure;
        }
        let Self { js, tokio, .. } = self;
        tokio.block_on(poll_fn(|context| match js.poll_event_loop(context, PollEventLoopOptions::default()) {
            Poll::Ready(Err(error)) => Poll::Ready(Failure::thrown(Thrown::core(error))),
            _ => Poll::Ready(Failure::Terminated),
        }))
    }
}
