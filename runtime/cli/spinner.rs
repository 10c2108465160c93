//! A spinner for what takes longer than a moment. Quick things show none: no flicker, no cost.

use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The time until the spinner appears.
const DELAY: Duration = Duration::from_millis(200);
/// The interval between two frames.
const TICK: Duration = Duration::from_millis(100);

/// Draws on stderr, from its own thread.
pub(super) struct Spinner {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// What takes its time.
#[derive(Clone)]
struct Work {
    message: String,
    since: Instant,
}

/// Paused work.
pub(super) struct Paused {
    pub(super) message: String,
    pub(super) elapsed: Duration,
}

#[derive(Default)]
struct State {
    /// None while idle.
    work: Option<Work>,
    /// On the screen.
    bar: Option<ProgressBar>,
    closed: bool,
}

impl Spinner {
    /// None if no thread could be spawned: there is no spinner then.
    pub(super) fn start() -> Option<Self> {
        let shared = Arc::new(Shared { state: Mutex::default(), changed: Condvar::new() });
        let drawn = Arc::clone(&shared);
        thread::Builder::new().name("spinner".to_owned()).spawn(move || draw(&drawn)).ok()?;
        Some(Self { shared })
    }

    /// Starts the spinner for work that began at `since`.
    pub(super) fn show(&self, message: String, since: Instant) {
        self.change(|state| state.work = Some(Work { message, since }));
    }

    /// Continues paused work. The time of the pause does not count.
    pub(super) fn resume(&self, Paused { message, elapsed }: Paused) {
        let now = Instant::now();
        self.show(message, now.checked_sub(elapsed).unwrap_or(now));
    }

    /// Writes lines where the spinner is, which appears again below them.
    pub(super) fn above(&self, write: impl FnOnce()) {
        // The lock keeps the other thread from drawing, which draws again at its next tick.
        let mut state = self.shared.state.lock().ok();
        if let Some(bar) = state.as_mut().and_then(|state| state.bar.take()) {
            bar.finish_and_clear();
        }
        write();
    }

    /// Updates the message.
    pub(super) fn update(&self, message: String) {
        self.change(|state| {
            if let Some(work) = &mut state.work {
                work.message = message;
            }
        });
    }

    /// Removes the spinner from the screen and returns its work.
    pub(super) fn hide(&self) -> Option<Paused> {
        let mut work = None;
        self.change(|state| {
            work = state.work.take();
            if let Some(bar) = state.bar.take() {
                bar.finish_and_clear();
            }
        });
        work.map(|Work { message, since }| Paused { message, elapsed: since.elapsed() })
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        if let Ok(mut state) = self.shared.state.lock() {
            change(&mut state);
        }
        self.shared.changed.notify_all();
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.hide();
        self.change(|state| state.closed = true);
    }
}

/// Draws until it is closed. A poisoned lock ends it: there is nothing left to show then.
fn draw(shared: &Shared) {
    let Ok(mut state) = shared.state.lock() else { return };
    while !state.closed {
        let next = match advance(&mut state) {
            Some(time) => shared.changed.wait_timeout(state, time).ok().map(|(state, _)| state),
            None => shared.changed.wait(state).ok(),
        };
        let Some(next) = next else { return };
        state = next;
    }
}

/// Draws the current state; returns when to draw again.
fn advance(state: &mut MutexGuard<'_, State>) -> Option<Duration> {
    let Work { message, since } = state.work.clone()?;
    let waited = since.elapsed();
    if waited < DELAY {
        return Some(DELAY - waited);
    }
    let bar = state.bar.get_or_insert_with(|| bar(since.elapsed()));
    bar.set_message(message);
    bar.tick();
    Some(TICK)
}

fn bar(elapsed: Duration) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_elapsed(elapsed);
    if let Ok(style) = ProgressStyle::with_template("  {spinner} {msg}  {elapsed}") {
        bar.set_style(style.tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ "));
    }
    bar
}
