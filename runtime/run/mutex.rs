//! Locks whose data is whole even if a thread that held them has panicked.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks `mutex`.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
