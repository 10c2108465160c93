//! The time between two entries of a prompt: what earlier entries have left to timers and promises goes on.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use apinb_record::call::CallRecord;
use apinb_record::error::ErrorRecord;
use apinb_record::run::PromptRecord;
use deno_core::PollEventLoopOptions;

use crate::exception::{self, Failure, Thrown};
use crate::isolate::Engine;
use crate::log::Entries;
use crate::run_cell::{ended_by_itself, interrupted, timed_out};
use crate::watchdog::Ended;

/// Why [`Engine::attend`] returned.
#[derive(Debug)]
pub enum Attended<T> {
    /// The future is ready.
    Ready(T),
    /// Something happened in the background that the caller may show. Its console output has reached the host already.
    Happened(Box<Background>),
}

/// What happened in the background.
#[derive(Debug)]
pub struct Background {
    /// An error that nothing handled.
    pub error: Option<ErrorRecord>,
    pub prompts: Vec<PromptRecord>,
    pub calls: Vec<CallRecord>,
    /// Whether access was denied.
    pub refused: bool,
}

/// A turn of the event loop.
struct Turn {
    failure: Option<Failure>,
    ended: Option<Ended>,
}

impl Engine {
    /// Runs timers, promises and responses until `until` is ready, or until something happens. Each turn of the event
    /// loop has the time limit of a cell, and can be interrupted.
    pub fn attend<T>(&mut self, mut until: Pin<&mut impl Future<Output = T>>) -> Attended<T> {
        let limit = Some(self.session.settings.cell_timeout).filter(|limit| *limit < Duration::MAX);
        self.session.log.take();
        self.session.cell.replace(self.background.clone());
        loop {
            let Self { js, session, tokio, background, .. } = self;
            let turn = tokio.block_on(poll_fn(|context| {
                if let Poll::Ready(value) = until.as_mut().poll(context) {
                    return Poll::Ready(Err(value));
                }
                session.watchdog.watch(background.clone(), limit);
                let polled = js.poll_event_loop(context, PollEventLoopOptions::default());
                let ended = session.watchdog.stop();
                let uncaught = session.uncaught.take();
                let failure = match polled {
                    Poll::Ready(Err(error)) => Some(Failure::thrown(Thrown::core(error))),
                    _ => uncaught.then_some(Failure::Uncaught),
                };
                if failure.is_some() || ended.is_some() || session.log.has_events() {
                    return Poll::Ready(Ok(Turn { failure, ended }));
                }
                Poll::Pending
            }));
            match turn {
                Err(value) => return Attended::Ready(value),
                Ok(turn) => {
                    let error = self.background_error(turn);
                    let Entries { prompts, calls, refused, .. } = self.session.log.take();
                    if error.is_some() || !prompts.is_empty() || !calls.is_empty() || refused.is_some() {
                        let refused = refused.is_some();
                        return Attended::Happened(Box::new(Background { error, prompts, calls, refused }));
                    }
                }
            }
        }
    }

    /// The error of a turn that failed or was ended.
    fn background_error(&mut self, Turn { failure, ended }: Turn) -> Option<ErrorRecord> {
        let out_of_memory = self.memory.take_reached();
        if ended.is_some() || out_of_memory {
            self.js.v8_isolate().cancel_terminate_execution();
        }
        if ended.is_some() {
            self.background.cancel();
            self.session.in_flight.cut_off_all(&self.session.log, &self.session.redactor);
            self.background = self.cancel.child_token();
            self.session.cell.replace(self.background.clone());
        }
        if out_of_memory {
            self.memory.recover(&mut self.js);
        }
        let error = match (failure, ended, out_of_memory) {
            (_, Some(Ended::Interrupted), _) => interrupted(),
            (_, Some(Ended::TimeOut { limit }), _) => timed_out(limit, &[]),
            (_, None, true) => self.out_of_memory(),
            (Some(Failure::Thrown(thrown)), ..) => self.with_inspection_limit(|engine| engine.describe(&thrown)),
            (Some(_), ..) => match self.with_inspection_limit(Self::unhandled) {
                Failure::Thrown(thrown) => self.with_inspection_limit(|engine| engine.describe(&thrown)),
                _ => ended_by_itself(),
            },
            (None, None, false) => return None,
        };
        Some(exception::place(*error, None, &self.session))
    }
}

#[cfg(test)]
mod tests;
