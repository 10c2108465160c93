//! Ends a cell that runs too long, and whatever runs when the run is cancelled.
//!
//! A thread of its own waits for the cell's deadline and for the run's end; then it cancels the cell's waits and
//! terminates the JavaScript that executes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use deno_core::v8::IsolateHandle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

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
    limit: Option<Duration>,
    deadline: Option<Instant>,
    /// What was left when the watch was paused.
    paused: Option<Duration>,
    ended: Option<Ended>,
}

/// Watches one isolate. Its thread ends when it is dropped.
pub(crate) struct Watchdog {
    watched: Arc<Mutex<Watched>>,
    deadline: watch::Sender<Option<Instant>>,
}

fn lock(watched: &Mutex<Watched>) -> MutexGuard<'_, Watched> {
    watched.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Watchdog {
    pub fn start(isolate: IsolateHandle, run: CancellationToken) -> std::io::Result<Self> {
        let watched = Arc::new(Mutex::new(Watched::default()));
        let (deadline, mut changes) = watch::channel(None);
        let shared = Arc::clone(&watched);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        std::thread::Builder::new().name("watchdog".to_owned()).spawn(move || {
            let end = |how: fn(&Watched) -> Option<Ended>| {
                // The isolate is terminated under the lock: `stop` cannot come between and leave it terminated.
                let mut watched = lock(&shared);
                if let (Some(cancel), None, Some(ended)) = (&watched.cancel, watched.ended, how(&watched)) {
                    cancel.cancel();
                    isolate.terminate_execution();
                    watched.ended = Some(ended);
                }
            };
            runtime.block_on(async {
                loop {
                    let until: Option<Instant> = *changes.borrow_and_update();
                    let time_out = async {
                        match until {
                            Some(until) => tokio::time::sleep_until(until.into()).await,
                            None => std::future::pending().await,
                        }
                    };
                    let cancelled = async {
                        // Once it was told, only a change of the cell is waited for.
                        let told = run.is_cancelled() && {
                            let watched = lock(&shared);
                            watched.cancel.is_none() || watched.ended.is_some()
                        };
                        if told {
                            std::future::pending::<()>().await;
                        }
                        run.cancelled().await;
                    };
                    tokio::select! {
                        changed = changes.changed() => if changed.is_err() { return },
                        () = cancelled => end(|_| Some(Ended::Interrupted)),
                        () = time_out => {
                            end(|watched| match (watched.deadline, watched.limit) {
                                (Some(deadline), Some(limit)) if deadline <= Instant::now() => Some(Ended::TimeOut { limit }),
                                _ => None,
                            });
                            if changes.changed().await.is_err() {
                                return;
                            }
                        }
                    }
                }
            });
        })?;
        Ok(Self { watched, deadline })
    }

    /// Watches a cell from now on.
    pub fn watch(&self, cancel: CancellationToken, limit: Option<Duration>) {
        let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
        *lock(&self.watched) = Watched { cancel: Some(cancel), limit, deadline, paused: None, ended: None };
        self.deadline.send_replace(deadline);
    }

    /// Gives the cell that is watched a new limit, from now; none lifts it.
    pub fn set_limit(&self, limit: Option<Duration>) {
        let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
        let mut watched = lock(&self.watched);
        watched.limit = limit;
        watched.deadline = deadline;
        drop(watched);
        self.deadline.send_replace(deadline);
    }

    /// Whether the cell that is watched has a limit.
    pub fn has_limit(&self) -> bool {
        lock(&self.watched).limit.is_some()
    }

    /// A person is asked: the time that they take does not count.
    pub fn pause(&self) {
        let mut watched = lock(&self.watched);
        watched.paused = watched.deadline.take().map(|at| at.saturating_duration_since(Instant::now()));
        drop(watched);
        self.deadline.send_replace(None);
    }

    /// The person has answered.
    pub fn resume(&self) {
        let mut watched = lock(&self.watched);
        watched.deadline = watched.paused.take().and_then(|left| Instant::now().checked_add(left));
        let deadline = watched.deadline;
        drop(watched);
        self.deadline.send_replace(deadline);
    }

    /// Watches no longer; says how the cell was ended if it was. The caller clears the isolate's termination.
    pub fn stop(&self) -> Option<Ended> {
        let ended = std::mem::take(&mut *lock(&self.watched)).ended;
        self.deadline.send_replace(None);
        ended
    }
}
