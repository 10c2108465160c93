//! Ends a cell that runs too long, and whatever runs when the run is cancelled.
//!
//! A thread of its own waits for the cell's deadline and for the run's end; then it cancels the cell's waits and
//! terminates the JavaScript that executes.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use deno_core::v8::IsolateHandle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::host::Host;

/// How long JavaScript may go on after it was terminated, until it is terminated again: V8 forgets a termination that
/// comes while it looks at an object for its own purposes.
const RETERMINATE_INTERVAL: Duration = Duration::from_millis(50);

/// Why a cell was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Its time is up.
    TimeOut { limit: Duration },
    /// The run was cancelled.
    Interrupted,
}

/// The cell that is watched.
#[derive(Default)]
struct Watched {
    /// Ends its waits; none: nothing is watched.
    cancel: Option<CancellationToken>,
    /// Ends the run.
    run: Option<CancellationToken>,
    limit: Option<Duration>,
    deadline: Option<Instant>,
    /// What was left when the watch was paused.
    paused: Option<Duration>,
    ended: Option<Ended>,
}

/// What the engine does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Running {
    /// No cell runs.
    Nothing,
    /// A cell runs.
    Cell,
    /// A cell was brought to its end, which may still be under way.
    Ended,
}

impl Watched {
    /// Brings the cell to its end, unless that is under way. The isolate is terminated under the lock: `stop` cannot
    /// come between and leave it terminated.
    fn end(&mut self, isolate: &IsolateHandle, ended: Ended) {
        let (Some(cancel), None) = (&self.cancel, self.ended) else { return };
        cancel.cancel();
        isolate.terminate_execution();
        self.ended = Some(ended);
    }

    fn stage(&self) -> Running {
        match (&self.cancel, self.ended) {
            (None, _) => Running::Nothing,
            (Some(_), None) => Running::Cell,
            (Some(_), Some(_)) => Running::Ended,
        }
    }
}

/// Watches one isolate. Its thread ends when it is dropped.
pub(crate) struct Watchdog {
    watched: Arc<Mutex<Watched>>,
    changed: watch::Sender<()>,
    isolate: IsolateHandle,
    /// Ends the run, and the cells from now on.
    run: RefCell<CancellationToken>,
    /// When the time of the whole notebook is up, and how long that is. No cell goes on after it.
    last: Option<(Instant, Duration)>,
    /// Observes the time that is left.
    host: Rc<dyn Host>,
    clock: Rc<Clock>,
}

/// Ends the cell that runs, and nothing else: the engine goes on. For any thread.
#[derive(Clone)]
pub struct Interrupter {
    watched: Arc<Mutex<Watched>>,
    changed: watch::Sender<()>,
    isolate: IsolateHandle,
}

impl Interrupter {
    /// Ends the cell that runs, with an error named `Interrupted`; says what it found.
    pub fn interrupt(&self) -> Running {
        let mut watched = lock(&self.watched);
        let found = watched.stage();
        watched.end(&self.isolate, Ended::Interrupted);
        drop(watched);
        self.changed.send_replace(());
        found
    }
}

fn lock(watched: &Mutex<Watched>) -> MutexGuard<'_, Watched> {
    watched.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Watchdog {
    /// `whole`: the time limit of the notebook, which begins now.
    pub(crate) fn start(
        isolate: IsolateHandle,
        run: CancellationToken,
        whole: Option<Duration>,
        host: Rc<dyn Host>,
        clock: Rc<Clock>,
    ) -> std::io::Result<Self> {
        let watched = Arc::new(Mutex::new(Watched::default()));
        let (changed, mut changes) = watch::channel(());
        let shared = Arc::clone(&watched);
        let handle = isolate.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        std::thread::Builder::new().name("watchdog".to_owned()).spawn(move || {
            let end = |ended: Ended| {
                let mut watched = lock(&shared);
                // The cell may have been given more time meanwhile.
                let due = ended == Ended::Interrupted || watched.deadline.is_some_and(|at| at <= Instant::now());
                if due {
                    watched.end(&isolate, ended);
                }
            };
            runtime.block_on(async {
                loop {
                    changes.borrow_and_update();
                    let (stage, deadline, run) = {
                        let watched = lock(&shared);
                        (watched.stage(), watched.deadline.zip(watched.limit), watched.run.clone())
                    };
                    let cancelled = async {
                        match run {
                            Some(run) => run.cancelled_owned().await,
                            None => std::future::pending().await,
                        }
                    };
                    let time_out = async {
                        match deadline {
                            Some((until, limit)) => {
                                tokio::time::sleep_until(until.into()).await;
                                limit
                            }
                            None => std::future::pending().await,
                        }
                    };
                    tokio::select! {
                        biased;
                        changed = changes.changed() => if changed.is_err() { return },
                        () = cancelled, if stage == Running::Cell => end(Ended::Interrupted),
                        limit = time_out, if stage == Running::Cell => end(Ended::TimeOut { limit }),
                        () = tokio::time::sleep(RETERMINATE_INTERVAL), if stage == Running::Ended => {
                            let watched = lock(&shared);
                            if watched.stage() == Running::Ended {
                                isolate.terminate_execution();
                            }
                        }
                    }
                }
            });
        })?;
        let last = whole.and_then(|whole| Some((Instant::now().checked_add(whole)?, whole)));
        Ok(Self { watched, changed, isolate: handle, run: RefCell::new(run), last, host, clock })
    }

    pub(crate) fn interrupter(&self) -> Interrupter {
        Interrupter { watched: Arc::clone(&self.watched), changed: self.changed.clone(), isolate: self.isolate.clone() }
    }

    /// `run` ends what is watched from now on.
    pub(crate) fn cancelled_by(&self, run: CancellationToken) {
        self.run.replace(run);
    }

    /// Watches a cell from now on, and reports its time to the host.
    pub(crate) fn watch_cell(&self, cancel: CancellationToken, limit: Option<Duration>) {
        self.watch(cancel, limit);
        self.limit_virtual_time(limit);
        self.host.time_left(self.bounded(limit).0);
    }

    /// The limit of a cell counts on a virtual clock, too, as it does where the notebook waits for real.
    fn limit_virtual_time(&self, limit: Option<Duration>) {
        if let Some(time) = self.clock.virtual_time() {
            time.set_limit(limit);
        }
    }

    /// The time of the cell is up on a virtual clock.
    pub(crate) fn time_out(&self) {
        let mut watched = lock(&self.watched);
        if let Some(limit) = watched.limit {
            watched.end(&self.isolate, Ended::TimeOut { limit });
        }
        drop(watched);
        self.changed.send_replace(());
    }

    /// A limit from now, and its end, within the time of the notebook.
    fn bounded(&self, limit: Option<Duration>) -> (Option<Duration>, Option<Instant>) {
        let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
        match self.last {
            Some((last, whole)) if deadline.is_none_or(|deadline| last < deadline) => (Some(whole), Some(last)),
            _ => (limit, deadline),
        }
    }

    /// Watches from now on.
    pub(crate) fn watch(&self, cancel: CancellationToken, limit: Option<Duration>) {
        let (limit, deadline) = self.bounded(limit);
        let run = Some(self.run.borrow().clone());
        *lock(&self.watched) = Watched { cancel: Some(cancel), run, limit, deadline, paused: None, ended: None };
        self.changed.send_replace(());
    }

    /// Gives the cell that is watched a new limit, from now; none lifts it.
    pub(crate) fn set_limit(&self, limit: Option<Duration>) {
        self.limit_virtual_time(limit);
        let (limit, deadline) = self.bounded(limit);
        let mut watched = lock(&self.watched);
        watched.limit = limit;
        watched.deadline = deadline;
        drop(watched);
        self.changed.send_replace(());
        self.host.time_left(limit);
    }

    /// Whether the cell that is watched has a limit.
    pub(crate) fn has_limit(&self) -> bool {
        lock(&self.watched).limit.is_some()
    }

    /// The time that the cell that is watched has left; none without a limit.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        if let Some(time) = self.clock.virtual_time() {
            return time.left();
        }
        let watched = lock(&self.watched);
        watched.limit?;
        Some(watched.deadline.map_or(Duration::ZERO, |at| at.saturating_duration_since(Instant::now())))
    }

    /// A person is asked: the time that they take does not count.
    pub(crate) fn pause(&self) {
        let mut watched = lock(&self.watched);
        watched.paused = watched.deadline.take().map(|at| at.saturating_duration_since(Instant::now()));
        drop(watched);
        self.changed.send_replace(());
        self.host.time_left(None);
    }

    /// The person has answered.
    pub(crate) fn resume(&self) {
        let mut watched = lock(&self.watched);
        let left = watched.paused.take();
        watched.deadline = left.and_then(|left| Instant::now().checked_add(left));
        drop(watched);
        self.changed.send_replace(());
        self.host.time_left(left);
    }

    /// Watches no longer; says how the cell was ended if it was. The caller clears the isolate's termination.
    pub(crate) fn stop(&self) -> Option<Ended> {
        let ended = std::mem::take(&mut *lock(&self.watched)).ended;
        self.changed.send_replace(());
        ended
    }
}
