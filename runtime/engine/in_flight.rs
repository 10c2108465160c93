//! Calls with a callback or a promise that have no response yet, and renewals of tokens for them. A cell waits for them;
//! one that has to end cuts them off, and its record says that they had begun.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use apinb_auth::wire;
use apinb_http::network::{self, Calls};
use apinb_record::call::CallPurpose;
use apinb_text::secret::redactor::Redactor;

use crate::log::CellLog;

/// The work of the cell that runs.
#[derive(Default)]
pub(crate) struct InFlight(RefCell<Vec<Rc<dyn CutOff>>>);

/// Work that can be cut off.
trait CutOff {
    /// Waits for its end, which was asked for, and records its calls.
    fn cut_off(&self, log: &CellLog, redactor: &Redactor);
}

/// Work, and the calls that it takes.
struct Flight<F> {
    /// None once it was cut off: its outcome is dropped.
    work: RefCell<Option<F>>,
    calls: Calls,
    purpose: CallPurpose,
}

impl<F: Future> CutOff for Flight<F> {
    fn cut_off(&self, log: &CellLog, redactor: &Redactor) {
        if let Some(work) = self.work.take() {
            // Nothing waits for the outcome any more.
            let _ = network::wait(work);
        }
        for call in self.calls.take() {
            if self.purpose == CallPurpose::Authentication {
                wire::register_secrets(redactor, &call);
            }
            log.exchange(&call, self.purpose);
        }
    }
}

impl InFlight {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// Waits for work that goes on by itself: a request, or a task on another thread. When it is cut off, the wait never
    /// ends: what depends on it belongs to a cell that has ended, and must not fail a later one.
    pub(crate) async fn wait<F: Future + Unpin + 'static>(
        &self,
        work: F,
        calls: Calls,
        purpose: CallPurpose,
    ) -> F::Output {
        let flight = Rc::new(Flight { work: RefCell::new(Some(work)), calls, purpose });
        let known: Rc<dyn CutOff> = Rc::<Flight<F>>::clone(&flight);
        self.0.borrow_mut().push(Rc::clone(&known));
        let outcome = poll_fn(|context| match flight.work.borrow_mut().as_mut() {
            Some(work) => Pin::new(work).poll(context),
            None => Poll::Pending,
        })
        .await;
        self.0.borrow_mut().retain(|other| !Rc::ptr_eq(other, &known));
        outcome
    }

    /// Ends all work; its cancellation was asked for.
    pub(crate) fn cut_off(&self, log: &CellLog, redactor: &Redactor) {
        for flight in self.0.take() {
            flight.cut_off(log, redactor);
        }
    }
}
