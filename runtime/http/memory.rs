//! The memory budget of a notebook, which the JavaScript engine and the network share.
//!
//! The engine counts V8's heap and what JavaScript keeps outside of it, the network what it receives and has yet to
//! deliver. A request for more than the limit is an error.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A limit of memory, in bytes, and what is used of it.
#[derive(Debug)]
pub struct MemoryBudget {
    limit: usize,
    /// What was taken and not given back.
    taken: AtomicUsize,
    /// What is used without being taken: the size of a heap, as it was last measured.
    measured: AtomicUsize,
}

impl MemoryBudget {
    /// A budget of which nothing is used.
    #[must_use]
    pub fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { limit, taken: AtomicUsize::new(0), measured: AtomicUsize::new(0) })
    }

    /// The limit, in bytes.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// What was taken and not given back, in bytes.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.taken.load(Ordering::SeqCst)
    }

    /// What is left, in bytes.
    #[must_use]
    pub fn left(&self) -> usize {
        self.limit.saturating_sub(self.measured.load(Ordering::SeqCst)).saturating_sub(self.taken())
    }

    /// Takes bytes of the budget; false if fewer are left.
    #[must_use]
    pub fn take(&self, bytes: usize) -> bool {
        let available = self.limit.saturating_sub(self.measured.load(Ordering::SeqCst));
        let take = |taken: usize| taken.checked_add(bytes).filter(|sum| *sum <= available);
        self.taken.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_ok()
    }

    /// Gives back bytes that were taken.
    pub fn give_back(&self, bytes: usize) {
        self.taken.fetch_sub(bytes, Ordering::SeqCst);
    }

    /// Sets what is used without being taken; false if it exceeds what is left.
    pub fn measure(&self, bytes: usize) -> bool {
        self.measured.store(bytes, Ordering::SeqCst);
        bytes.saturating_add(self.taken()) <= self.limit
    }

    /// Takes bytes until the reservation is dropped; none if fewer are left.
    #[must_use]
    pub fn reserve(self: &Arc<Self>, bytes: usize) -> Option<Reservation> {
        self.take(bytes).then(|| Reservation { budget: Arc::clone(self), bytes })
    }
}

/// A part of a budget, until it is dropped.
#[derive(Debug)]
pub struct Reservation {
    budget: Arc<MemoryBudget>,
    bytes: usize,
}

impl Reservation {
    /// Makes it at least that large; false if fewer bytes are left.
    #[must_use]
    pub fn grow_to(&mut self, bytes: usize) -> bool {
        let more = bytes.saturating_sub(self.bytes);
        let grown = self.budget.take(more);
        if grown {
            self.bytes += more;
        }
        grown
    }

    /// Makes it at most that large.
    pub fn shrink_to(&mut self, bytes: usize) {
        let less = self.bytes.saturating_sub(bytes);
        self.budget.give_back(less);
        self.bytes -= less;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget.give_back(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::MemoryBudget;

    #[test]
    fn what_is_taken_and_what_is_measured_share_a_limit() {
        let budget = MemoryBudget::new(100);
        assert!(budget.take(60) && !budget.take(41) && budget.take(40));
        budget.give_back(60);
        assert!(budget.measure(60));
        assert!(!budget.take(1), "60 measured, 40 taken");
        assert!(!budget.measure(61));
        budget.give_back(40);
        assert!(budget.measure(10) && budget.take(90));
    }

    #[test]
    fn a_reservation_grows_and_ends() {
        let budget = MemoryBudget::new(100);
        let mut reservation = budget.reserve(10).unwrap();
        assert!(reservation.grow_to(80) && reservation.grow_to(50) && !reservation.grow_to(101));
        assert_eq!(budget.taken(), 80);
        reservation.shrink_to(90);
        reservation.shrink_to(80);
        assert_eq!(budget.taken(), 80);
        reservation.shrink_to(30);
        assert_eq!(budget.taken(), 30);
        assert!(reservation.grow_to(80));
        assert!(budget.reserve(21).is_none());
        drop(reservation);
        assert_eq!(budget.taken(), 0);
    }
}
