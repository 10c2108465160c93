//! The budget of the notebook, for operations that keep something outside of V8.

use apinb_http::memory::{MemoryBudget, Reservation};

use crate::session::Session;

/// There is no memory for what the cell asked for.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[class("MemoryError")]
#[error("out of memory: the {what} does not fit in what is left of the {megabytes} MB of the notebook")]
#[property("help" = self.help())]
pub(super) struct OutOfMemory {
    what: &'static str,
    megabytes: usize,
}

impl OutOfMemory {
    pub(super) fn new(what: &'static str, budget: &MemoryBudget) -> Self {
        Self { what, megabytes: budget.limit() >> 20 }
    }

    #[expect(clippy::unused_self, reason = "properties of errors are made so")]
    pub(super) fn help(&self) -> &'static str {
        "Pass `--max-heap MB` for more."
    }
}

impl Session {
    /// Takes bytes of the budget until the reservation is dropped.
    ///
    /// # Errors
    /// When fewer are left.
    pub(super) fn reserve(&self, bytes: usize, what: &'static str) -> Result<Reservation, OutOfMemory> {
        self.memory.reserve(bytes).ok_or_else(|| OutOfMemory::new(what, &self.memory))
    }
}
