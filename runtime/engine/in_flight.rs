//! Calls with a callback or a promise that have no response yet. A cell waits for them; one that is brought to its end
//! cuts them off, and keeps in its record that they had begun.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;

use apinb_core::record::call::CallPurpose;
use apinb_http::exchange::{HttpError, Response};
use apinb_http::network::{Calls, Pending};

use crate::log::CellLog;

/// The calls of the cell that runs.
#[derive(Default)]
pub(crate) struct InFlight(RefCell<Vec<Rc<Flight>>>);

/// One of them.
struct Flight {
    /// None once it was cut off.
    pending: RefCell<Option<Pending>>,
    calls: Calls,
}

impl InFlight {
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// Waits for a response. When the call is cut off there is never one: what hangs on it belongs to a cell that has
    /// ended, and shall not fail a later one.
    pub async fn wait(&self, pending: Pending, calls: Calls) -> Result<Response, HttpError> {
        let flight = Rc::new(Flight { pending: RefCell::new(Some(pending)), calls });
        self.0.borrow_mut().push(Rc::clone(&flight));
        let outcome = poll_fn(|context| match flight.pending.borrow_mut().as_mut() {
            Some(pending) => Pin::new(pending).poll(context),
            None => std::task::Poll::Pending,
        })
        .await;
        self.0.borrow_mut().retain(|other| !Rc::ptr_eq(other, &flight));
        outcome
    }

    /// Ends what is still under way; its cancellation was asked for.
    pub fn cut_off(&self, log: &CellLog) {
        for flight in self.0.take() {
            if let Some(pending) = flight.pending.take() {
                let _ = pending.wait();
            }
            for call in flight.calls.take() {
                log.exchange(&call, CallPurpose::Call);
            }
        }
    }
}
