//! Observes whether anything wakes the event loop. On a virtual clock, time passes once nothing does.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Wake, Waker};

/// What has happened in the event loop.
#[derive(Default)]
pub(crate) struct Activity {
    woken: Arc<Woken>,
    /// How many turns in a row nothing has woken it.
    quiet: Cell<u32>,
}

/// Wakes the task of the event loop, and remembers that.
#[derive(Default)]
struct Woken {
    is_woken: AtomicBool,
    task: Mutex<Option<Waker>>,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.is_woken.store(true, Ordering::Release);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(task) = task {
            task.wake();
        }
    }
}

impl Activity {
    /// The waker of the next turn, in place of that of the task.
    pub(crate) fn observed(&self, task: &Waker) -> Waker {
        *self.woken.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task.clone());
        if self.woken.is_woken.swap(false, Ordering::AcqRel) {
            self.begin();
        }
        Waker::from(Arc::clone(&self.woken))
    }

    /// Whether anything has woken the event loop since the last turn began.
    pub(crate) fn is_woken(&self) -> bool {
        self.woken.is_woken.load(Ordering::Acquire)
    }

    /// Counts a turn after which nothing has woken the event loop, unless it is busy elsewhere. Returns the number of such
    /// turns in a row.
    pub(crate) fn count_quiet(&self, is_busy: bool) -> u32 {
        self.quiet.set(if is_busy { 0 } else { self.quiet.get().saturating_add(1) });
        self.quiet.get()
    }

    /// Something happens: quiet turns count from here.
    pub(crate) fn begin(&self) {
        self.quiet.set(0);
    }
}
