//! Ends workers in time: asks them to stop when the run is cancelled, and kills those that do not, and those whose cell
//! does not end when its time is up. On a thread of its own, since the run may wait for a person.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::child::{Child, WorkerId};
use super::death::Killed;

/// How long a worker may take to end a cell whose time is up.
const TIME_OUT_GRACE: Duration = Duration::from_millis(1500);

/// How long a worker may take to end its notebook when the run is cancelled.
const CANCEL_GRACE: Duration = Duration::from_secs(2);

/// Watches the workers of a run. Its thread ends when it is dropped.
pub(super) struct Keeper {
    kept: Arc<Mutex<Kept>>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct Kept {
    workers: BTreeMap<WorkerId, Watched>,
    cancelled: bool,
}

struct Watched {
    child: Arc<Child>,
    /// Whether it has a notebook to run.
    busy: bool,
    /// When the running cell must have ended.
    time_out: Option<Instant>,
    /// When its notebook must have ended, since the run is cancelled.
    cancelled: Option<Instant>,
}

impl Watched {
    /// When it is killed, and why.
    fn end(&self) -> Option<(Instant, Killed)> {
        let time_out = self.time_out.map(|at| (at, Killed::TimeOut));
        let cancelled = self.cancelled.map(|at| (at, Killed::Interrupted));
        time_out.into_iter().chain(cancelled).min_by_key(|(at, _)| *at)
    }
}

impl Keeper {
    /// Watches no worker yet.
    ///
    /// # Errors
    /// When the system starts no thread.
    pub(super) fn start(cancel: CancellationToken) -> io::Result<Self> {
        let kept = Arc::new(Mutex::new(Kept::default()));
        let (changed, mut changes) = watch::channel(());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let shared = Arc::clone(&kept);
        thread::Builder::new().name("keeper".to_owned()).spawn(move || {
            runtime.block_on(async {
                loop {
                    changes.borrow_and_update();
                    let (next, cancelled) = lock(&shared).end_overdue();
                    let due = async {
                        match next {
                            Some(next) => tokio::time::sleep_until(next.into()).await,
                            None => std::future::pending().await,
                        }
                    };
                    tokio::select! {
                        biased;
                        changed = changes.changed() => if changed.is_err() { return },
                        () = cancel.cancelled(), if !cancelled => lock(&shared).cancel(),
                        () = due => {}
                    }
                }
            });
        })?;
        Ok(Self { kept, changed })
    }

    /// Watches a worker.
    pub(super) fn add(&self, id: WorkerId, child: Arc<Child>) {
        lock(&self.kept).workers.insert(id, Watched { child, busy: false, time_out: None, cancelled: None });
    }

    /// Watches a worker no longer.
    pub(super) fn remove(&self, id: WorkerId) {
        lock(&self.kept).workers.remove(&id);
    }

    /// The worker has a notebook to run.
    pub(super) fn begin(&self, id: WorkerId) {
        let mut kept = lock(&self.kept);
        let cancelled = kept.cancelled.then(|| Instant::now() + CANCEL_GRACE);
        self.change(&mut kept, id, |worker| (worker.busy, worker.cancelled) = (true, cancelled));
    }

    /// The running cell of the worker has so much time left; none: no limit, or no cell.
    pub(super) fn time_left(&self, id: WorkerId, left: Option<Duration>) {
        let end = left.and_then(|left| Instant::now().checked_add(left.checked_add(TIME_OUT_GRACE)?));
        self.change(&mut lock(&self.kept), id, |worker| worker.time_out = end);
    }

    /// The worker has ended its notebook.
    pub(super) fn end(&self, id: WorkerId) {
        self.change(&mut lock(&self.kept), id, |worker| {
            (worker.busy, worker.time_out, worker.cancelled) = (false, None, None);
        });
    }

    fn change(&self, kept: &mut Kept, id: WorkerId, change: impl FnOnce(&mut Watched)) {
        if let Some(worker) = kept.workers.get_mut(&id) {
            change(worker);
            self.changed.send_replace(());
        }
    }
}

impl Kept {
    /// Kills the workers whose time is up. Returns when the next one is due, and whether the run is cancelled.
    fn end_overdue(&mut self) -> (Option<Instant>, bool) {
        let now = Instant::now();
        for worker in self.workers.values_mut() {
            if let Some((_, why)) = worker.end().filter(|(at, _)| *at <= now) {
                worker.child.kill(why);
                (worker.time_out, worker.cancelled) = (None, None);
            }
        }
        (self.workers.values().filter_map(Watched::end).map(|(at, _)| at).min(), self.cancelled)
    }

    fn cancel(&mut self) {
        self.cancelled = true;
        let end = Instant::now() + CANCEL_GRACE;
        for worker in self.workers.values_mut() {
            worker.child.cancel();
            worker.cancelled = Some(end).filter(|_| worker.busy);
        }
    }
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
