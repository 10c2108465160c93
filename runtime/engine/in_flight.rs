//! Calls with a callback or a promise that have no response yet, and renewals of tokens for them. A cell waits for its
//! own; a cell that must end cancels them, and its record lists them as begun.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use apinb_auth::wire;
use apinb_http::network::{self, Calls};
use apinb_record::call::CallPurpose;
use apinb_text::secret::redactor::Redactor;

use crate::clock::{Arrival, Clock, Outside};
use crate::log::CellLog;

/// The work of the running cell.
#[derive(Default)]
pub(crate) struct InFlight {
    /// In the order in which they began.
    flights: RefCell<BTreeMap<u64, Rc<dyn CutOff>>>,
    next: Cell<u64>,
    /// The first number of the running cell. Earlier work belongs to no cell: it began while a prompt waited.
    first: Cell<u64>,
}

/// Work that can be cancelled.
trait CutOff {
    /// Waits for its end after a cancellation, and records its calls.
    fn cut_off(&self, log: &CellLog, redactor: &Redactor);
}

/// Work, and its calls.
struct Flight<F> {
    /// None once it has ended, or was cancelled: its outcome is dropped.
    work: RefCell<Option<(F, Option<Outside>)>>,
    /// When its outcome arrives on a virtual clock.
    arrival: RefCell<Option<Arrival>>,
    is_cut: Cell<bool>,
    calls: Calls,
    purpose: CallPurpose,
}

impl<F: Future> CutOff for Flight<F> {
    fn cut_off(&self, log: &CellLog, redactor: &Redactor) {
        self.is_cut.set(true);
        drop(self.arrival.take());
        if let Some((work, _outside)) = self.work.take() {
            // The outcome is no longer needed.
            let _ = network::wait(work);
        }
        for call in self.calls.take() {
            if self.purpose == CallPurpose::Authentication {
                wire::register_secrets(redactor, &call);
            }
            log.exchange(call, self.purpose);
        }
    }
}

impl InFlight {
    /// A cell begins.
    pub(crate) fn begin(&self) {
        self.first.set(self.next.get());
    }

    /// Whether the running cell has no work.
    pub(crate) fn is_empty(&self) -> bool {
        self.flights.borrow().range(self.first.get()..).next().is_none()
    }

    /// Whether there is any work.
    pub(crate) fn has_any(&self) -> bool {
        !self.flights.borrow().is_empty()
    }

    /// Waits for independent work: a request, or a task on another thread. If it is cancelled, the wait never ends:
    /// code that depends on it belongs to a cell that has ended, and must not fail a later one. On a virtual clock it
    /// takes this time.
    pub(crate) async fn wait<F: Future + Unpin + 'static>(
        &self,
        clock: &Clock,
        takes: Duration,
        work: F,
        calls: Calls,
        purpose: CallPurpose,
    ) -> F::Output {
        let flight = Rc::new(Flight {
            work: RefCell::new(Some((work, clock.outside()))),
            arrival: RefCell::new(clock.arrival(takes)),
            is_cut: Cell::new(false),
            calls,
            purpose,
        });
        let known: Rc<dyn CutOff> = Rc::<Flight<F>>::clone(&flight);
        let number = self.next.get();
        self.next.set(number + 1);
        self.flights.borrow_mut().insert(number, known);
        let outcome = poll_fn(|context| {
            let mut work = flight.work.borrow_mut();
            let Some((running, _)) = work.as_mut() else { return Poll::Pending };
            let polled = Pin::new(running).poll(context);
            if polled.is_ready() {
                *work = None;
            }
            polled
        })
        .await;
        poll_fn(|context| match &*flight.arrival.borrow() {
            _ if flight.is_cut.get() => Poll::Pending,
            Some(arrival) => arrival.poll(context),
            None => Poll::Ready(()),
        })
        .await;
        self.flights.borrow_mut().remove(&number);
        outcome
    }

    /// Ends the work of the running cell after its cancellation.
    pub(crate) fn cut_off(&self, log: &CellLog, redactor: &Redactor) {
        let own = self.flights.borrow_mut().split_off(&self.first.get());
        for flight in own.into_values() {
            flight.cut_off(log, redactor);
        }
    }

    /// Ends all work after its cancellation.
    pub(crate) fn cut_off_all(&self, log: &CellLog, redactor: &Redactor) {
        self.first.set(0);
        self.cut_off(log, redactor);
    }
}
