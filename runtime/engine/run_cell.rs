//! Runs a cell: begins it, evaluates it under the watchdog, inspects what came of it, ends it.

use std::time::Duration;

use apinb_record::error::{ErrorKind, ErrorRecord};
use apinb_record::run::ConsoleLevel;
use apinb_text::display::plural::pluralize;
use deno_core::v8;
use tokio_util::sync::CancellationToken;

use crate::exception::{self, Failure};
use crate::isolate::Engine;
use crate::log::{Entries, MissedCall};
use crate::outcome::{Cell, Outcome, Shown};
use crate::placed_cell::PlacedCell;
use crate::watchdog::Ended;

impl Engine {
    /// Runs a cell to its end: its result is settled, its `async()` called, its promises waited for. Blocks.
    /// After the run was cancelled it comes back at once with an error named `Interrupted`.
    pub fn run(&mut self, cell: Cell<'_>) -> Outcome {
        let placed = PlacedCell::new(cell.code, cell.source);
        self.session.cells.borrow_mut().push(placed.clone());
        let wait = self.cancel.child_token();
        self.session.cell.replace(wait.clone());
        self.session.in_flight.begin();
        self.session.log.take();
        let began = self.session.clock.elapsed();
        let result = if self.cancel.is_cancelled() {
            Err(interrupted())
        } else if self.memory.is_exhausted(&mut self.js) {
            Err(self.out_of_memory())
        } else {
            let result = self.run_watched(&placed, &wait, cell.is_last);
            match self.unanswered() {
                Some(error) if !self.cancel.is_cancelled() => Err(error),
                _ => self.with_miss(result),
            }
        };
        let result = result.map_err(|error| exception::place(*error, Some(&placed), &self.session));
        self.session.late_reads.collect(&self.session.log);
        if let (Some(message), true) = (self.session.log.refusal(), result.is_ok()) {
            // Otherwise nothing explains the exit code of the run.
            let message = format!("the cell was denied access, and passed without it: {message}");
            self.session.log.write(ConsoleLevel::Warn, &message);
        }
        let Entries { console, prompts, calls, omitted, refused, .. } = self.session.log.take();
        let virtual_time = self.session.clock.recorded_since(began);
        Outcome { result, console, prompts, calls, refused: refused.is_some(), virtual_time, omitted }
    }

    fn run_watched(
        &mut self,
        cell: &PlacedCell,
        wait: &CancellationToken,
        is_last: bool,
    ) -> Result<Option<Shown>, Box<ErrorRecord>> {
        let number = self.number(cell.code.number);
        let _ = self.call_hook(|hooks| &hooks.begin, &[&number]);
        let limit = Some(self.session.settings.cell_timeout).filter(|limit| *limit < Duration::MAX);
        self.session.watchdog.watch_cell(wait.clone(), limit);
        let mut evaluated = self.evaluate(cell, wait);
        let mut value = None;
        if is_last && let Ok(result) = evaluated {
            evaluated = self.finish(wait).map(|()| result.clone());
            value = Some(result);
        }
        let mut ended = self.session.watchdog.stop();
        let is_late = matches!((&evaluated, ended), (Err(Failure::Terminated), Some(Ended::TimeOut { .. })));
        if is_late && let Some(value) = value {
            // The cell itself was in time.
            evaluated = Ok(value);
        }
        if self.cancel.is_cancelled() && matches!(evaluated, Err(Failure::Terminated | Failure::Uncaught)) {
            // The waits of the cell end at once, perhaps before the watchdog knows.
            ended = ended.or(Some(Ended::Interrupted));
        }
        wait.cancel();
        self.session.in_flight.cut_off(&self.session.log, &self.session.redactor);
        self.js.v8_isolate().cancel_terminate_execution();
        let out_of_memory = self.memory.take_reached();
        if out_of_memory {
            self.release_assigned_variables(cell);
        }
        if let (Err(Failure::Terminated | Failure::Uncaught), None, false) = (&evaluated, ended, out_of_memory) {
            evaluated = Err(self.with_inspection_limit(Self::unhandled));
        }
        let result = match (evaluated, ended, out_of_memory) {
            (_, Some(Ended::Interrupted), _) => Err(interrupted()),
            (Err(_), _, true) => Err(self.out_of_memory()),
            (Err(Failure::Terminated | Failure::Uncaught | Failure::Thrown(_)), Some(Ended::TimeOut { limit }), _) => {
                Err(timed_out(limit, &self.session.log.interrupted()))
            }
            (Err(Failure::Terminated | Failure::Uncaught), ..) => Err(ended_by_itself()),
            (Err(Failure::NeverSettled), ..) => Err(never_settled()),
            (Err(Failure::Thrown(thrown)), ..) => {
                self.keep(cell.code.number, thrown.value.as_ref(), "_error");
                Err(self.with_inspection_limit(|engine| engine.describe(&thrown)))
            }
            (Ok(value), ..) => {
                self.keep(cell.code.number, Some(&value), "_");
                Ok(self.with_inspection_limit(|engine| engine.show(&value)))
            }
        };
        if is_last && !self.cancel.is_cancelled() {
            self.report_left_timers();
        }
        let _ = self.call_hook(|hooks| &hooks.end, &[]);
        result
    }

    fn keep(&mut self, number: usize, value: Option<&v8::Global<v8::Value>>, underscore: &str) {
        let Some(value) = value else { return };
        let underscore = Some(underscore).filter(|_| self.keeps_underscores);
        let number = self.number(number);
        let underscore = {
            deno_core::scope!(scope, self.js);
            let name: v8::Local<v8::Value> = match underscore.and_then(|name| v8::String::new(scope, name)) {
                Some(name) => name.into(),
                None => v8::null(scope).into(),
            };
            v8::Global::new(scope, name)
        };
        let _ = self.call_hook(|hooks| &hooks.keep, &[&number, value, &underscore]);
    }

    /// The number of a cell as a value.
    fn number(&mut self, number: usize) -> v8::Global<v8::Value> {
        deno_core::scope!(scope, self.js);
        let number: v8::Local<v8::Value> =
            v8::Integer::new_from_unsigned(scope, u32::try_from(number).unwrap_or(u32::MAX)).into();
        v8::Global::new(scope, number)
    }

    /// The questions of the cell without an answer: they come before whatever else went wrong in it.
    fn unanswered(&self) -> Option<Box<ErrorRecord>> {
        let questions = self.session.log.take_unanswered();
        let messages: Vec<_> = questions.iter().map(|question| question.message.as_str()).collect();
        let flags: Vec<_> = questions.iter().map(|question| question.flag.as_str()).collect();
        let mut error = Box::new(ErrorRecord::new(ErrorKind::Unanswered, "Error", messages.join("; ")));
        error.position = questions.first()?.position.clone();
        error.help = Some(format!("Pass `{}`.", flags.join(" ")));
        Some(error)
    }

    /// A cell with a call without a response in the cassette has failed, even if it has caught the error.
    fn with_miss(&self, result: Result<Option<Shown>, Box<ErrorRecord>>) -> Result<Option<Shown>, Box<ErrorRecord>> {
        let Some(MissedCall { message, help }) = self.session.log.take_missed() else { return result };
        match result {
            Err(mut error) if error.kind == ErrorKind::Thrown && error.message == message => {
                error.kind = ErrorKind::Missed;
                Err(error)
            }
            Err(error) if error.kind != ErrorKind::Thrown => Err(error),
            _ => {
                let mut error = Box::new(ErrorRecord::new(ErrorKind::Missed, "Error", message));
                error.help = Some(help);
                Err(error)
            }
        }
    }

    pub(crate) fn out_of_memory(&self) -> Box<ErrorRecord> {
        let mut error = Box::new(ErrorRecord::new(
            ErrorKind::Memory,
            "RangeError",
            format!(
                "out of memory: the values of the notebook need more than {} MB",
                self.session.memory.limit() >> 20
            ),
        ));
        error.help = Some("Pass `--max-heap MB` for more; what the cell had assigned is gone.".to_owned());
        error
    }
}

pub(crate) fn interrupted() -> Box<ErrorRecord> {
    Box::new(ErrorRecord::new(ErrorKind::Interrupted, "Interrupted", "the run was interrupted"))
}

/// `waiting`: the calls without a response.
pub(crate) fn timed_out(limit: Duration, waiting: &[String]) -> Box<ErrorRecord> {
    let mut message = format!("Timeout of {}ms exceeded", limit.as_secs_f64() * 1000.0);
    match waiting {
        [] => {}
        [call] => message.push_str(&format!(": no response to {call}")),
        [call, others @ ..] => {
            message.push_str(&format!(": no response to {call} and {}", pluralize(others.len(), "other call")));
        }
    }
    let mut error = Box::new(ErrorRecord::new(ErrorKind::Timeout, "Error", message));
    error.help = Some("Call `timeout(ms)` in the cell, or pass `--cell-timeout`, for more time.".to_owned());
    error
}

/// The prelude gave up: an error in a handler of errors, say.
pub(crate) fn ended_by_itself() -> Box<ErrorRecord> {
    let message = "the cell was ended by an error that nothing could handle";
    Box::new(ErrorRecord::new(ErrorKind::Thrown, "Error", message))
}

fn never_settled() -> Box<ErrorRecord> {
    let message = "the cell awaits a promise that can never settle";
    Box::new(ErrorRecord::new(ErrorKind::Thrown, "Error", message))
}
