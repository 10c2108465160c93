//! Ends workers in time: asks them to stop when the run is cancelled, and kills those that do not, those whose cell does
//! not end when its time is up, and those that use more memory than their notebook may. On a thread of its own, since the run may wait for a person.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use apinb_sandbox::memory;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::child::{Child, WorkerId};
use super::death::Killed;
use super::mutex::lock;

/// How long a worker may take to end a cell whose time is up.
const TIME_OUT_GRACE: Duration = Duration::from_millis(1500);

/// How long a worker may take to end its notebook when the run is cancelled.
const CANCEL_GRACE: Duration = Duration::from_secs(2);

/// How much longer one may take that cleans up.
pub(super) const TEARDOWN_TIME: Duration = Duration::from_secs(10);

/// How often the memory of a worker is measured.
const MEASURE_INTERVAL: Duration = Duration::from_millis(100);

/// What a worker needs at least beside the budget of its notebook, in bytes: for what is received and converted, for
/// definitions while they are read, and for threads.
const LEAST_ALLOWANCE: usize = 128 << 20;

/// Watches the workers of a run. Its thread ends when it is dropped.
pub(super) struct Keeper {
    kept: Arc<Mutex<Kept>>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct Kept {
    workers: BTreeMap<WorkerId, Watched>,
    cancelled: bool,
    /// When the memory of the workers is measured again.
    measured_at: Option<Instant>,
}

struct Watched {
    child: Arc<Child>,
    /// Whether it has a notebook to run.
    busy: bool,
    /// When the running cell must have ended.
    time_out: Option<Instant>,
    /// When the run was cancelled.
    cancelled: Option<Instant>,
    /// Whether a cell of its notebook cleans up.
    tears_down: bool,
    /// The memory beyond which it is killed, in bytes.
    memory: Option<u64>,
}

impl Watched {
    /// Whether it uses more memory than it may.
    fn exceeds_memory(&self) -> bool {
        let Some(limit) = self.memory.filter(|_| self.busy) else { return false };
        memory::of(self.child.process_id()).is_some_and(|memory| memory.resident > limit)
    }

    /// When it is killed, and why.
    fn end(&self) -> Option<(Instant, Killed)> {
        let time_out = self.time_out.map(|at| (at, Killed::TimeOut));
        let grace = CANCEL_GRACE + if self.tears_down { TEARDOWN_TIME } else { Duration::ZERO };
        let cancelled = self.cancelled.map(|at| (at + grace, Killed::Interrupted));
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
        lock(&self.kept).workers.insert(
            id,
            Watched { child, busy: false, time_out: None, cancelled: None, tears_down: false, memory: None },
        );
    }

    /// Watches a worker no longer.
    pub(super) fn remove(&self, id: WorkerId) {
        lock(&self.kept).workers.remove(&id);
    }

    /// The worker has a notebook to run.
    pub(super) fn begin(&self, id: WorkerId) {
        let mut kept = lock(&self.kept);
        let cancelled = kept.cancelled.then(Instant::now);
        self.change(&mut kept, id, |worker| (worker.busy, worker.cancelled) = (true, cancelled));
    }

    /// The running cell of the worker has so much time left; none: no limit, or no cell.
    pub(super) fn time_left(&self, id: WorkerId, left: Option<Duration>) {
        let end = left.and_then(|left| Instant::now().checked_add(left.checked_add(TIME_OUT_GRACE)?));
        self.change(&mut lock(&self.kept), id, |worker| worker.time_out = end);
    }

    /// A cell that cleans up has started.
    pub(super) fn tears_down(&self, id: WorkerId) {
        self.change(&mut lock(&self.kept), id, |worker| worker.tears_down = true);
    }

    /// The engine of the worker has started, for a notebook with a budget of so many bytes. From now on its memory may grow
    /// by a quarter more than the budget, and by `beside` for what is not the notebook's.
    pub(super) fn limit_memory(&self, id: WorkerId, budget: usize, beside: usize) {
        let allowance = budget.saturating_add((budget / 4).max(LEAST_ALLOWANCE)).saturating_add(beside) as u64;
        self.change(&mut lock(&self.kept), id, |worker| {
            let process = worker.child.process_id();
            let Some(found) = memory::of(process) else { return };
            if let Some(data) = found.data {
                // Where the system refuses it, the watch is there.
                let _ = memory::limit_data(process, data.saturating_add(allowance));
            }
            worker.memory = Some(found.resident.saturating_add(allowance));
        });
    }

    /// The worker has ended its notebook.
    pub(super) fn end(&self, id: WorkerId) {
        self.change(&mut lock(&self.kept), id, |worker| {
            (worker.busy, worker.time_out, worker.cancelled, worker.memory) = (false, None, None, None);
            worker.tears_down = false;
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
        self.measure(now);
        let ends = self.workers.values().filter_map(Watched::end).map(|(at, _)| at);
        (ends.chain(self.measured_at).min(), self.cancelled)
    }

    /// Kills the workers that use too much memory.
    fn measure(&mut self, now: Instant) {
        if self.measured_at.is_some_and(|at| now < at) {
            return;
        }
        for worker in self.workers.values_mut().filter(|worker| worker.exceeds_memory()) {
            worker.child.kill(Killed::Memory);
            worker.memory = None;
        }
        let is_watched = |worker: &Watched| worker.busy && worker.memory.is_some();
        self.measured_at = self.workers.values().any(is_watched).then(|| now + MEASURE_INTERVAL);
    }

    fn cancel(&mut self) {
        self.cancelled = true;
        let now = Instant::now();
        for worker in self.workers.values_mut() {
            worker.child.cancel();
            worker.cancelled = Some(now).filter(|_| worker.busy);
        }
    }
}
