//! How far the response to a request has arrived, for the message of one that does not end.

use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::time::Duration;

use crate::exchange::HttpError;

/// How far a response has arrived; of the last hop, where redirects are followed.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// 0: there are no headers yet.
    status: AtomicU16,
    received: AtomicU64,
}

impl Progress {
    /// The request was sent.
    pub(crate) fn sent(&self) {
        self.begun(0);
    }

    /// The headers have arrived.
    pub(crate) fn begun(&self, status: u16) {
        self.status.store(status, Ordering::Relaxed);
        self.received.store(0, Ordering::Relaxed);
    }

    /// More of the body has arrived.
    pub(crate) fn add(&self, bytes: usize) {
        self.received.fetch_add(u64::try_from(bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// How much of the body has arrived, in bytes.
    pub(crate) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// The error of a response that did not end within `limit`.
    pub(crate) fn timeout(&self, limit: Duration) -> HttpError {
        match self.status.load(Ordering::Relaxed) {
            0 => HttpError::Timeout { limit },
            status => HttpError::Unfinished { limit, status, received: self.received() },
        }
    }
}
