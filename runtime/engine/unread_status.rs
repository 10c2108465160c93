//! Responses of 400 or more whose status the notebook has not read, for `--fail-on-status`.

use std::cell::RefCell;
use std::collections::BTreeMap;

/// The most responses that are watched: later ones fail no cell.
const MAX_WATCHED: usize = 10_000;

/// A response whose status the notebook has not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadStatus {
    /// The number of the cell that called.
    pub cell: usize,
    /// The method and the path below the base URI, else the URL: `GET /users`. Without secrets.
    pub call: String,
    pub status: u16,
}

/// The responses of a notebook, by a number that the prelude knows.
#[derive(Debug, Default)]
pub(crate) struct UnreadStatuses(RefCell<Watched>);

#[derive(Debug, Default)]
struct Watched {
    next: u32,
    responses: BTreeMap<u32, UnreadStatus>,
}

impl UnreadStatuses {
    /// Watches a response; none if there are too many.
    pub(crate) fn add(&self, response: UnreadStatus) -> Option<u32> {
        let mut watched = self.0.borrow_mut();
        if watched.responses.len() >= MAX_WATCHED {
            return None;
        }
        let number = watched.next;
        watched.next = number.checked_add(1)?;
        watched.responses.insert(number, response);
        Some(number)
    }

    /// The notebook has read the status of a response.
    pub(crate) fn read(&self, number: u32) {
        self.0.borrow_mut().responses.remove(&number);
    }

    /// Those that it has not read, in the order of their calls.
    pub(crate) fn all(&self) -> Vec<UnreadStatus> {
        self.0.borrow().responses.values().cloned().collect()
    }
}
