//! The clock of a notebook: that of the machine, or a virtual one, which advances with calls and waits only.
//!
//! A call advances virtual time by [`CALL`], a wait by its length; a sign-in, a definition and a script, which a replay has
//! from elsewhere, do not. A paced clock is a virtual one whose waits are real. Time passes in `event_loop.rs`, once nothing else can
//! happen: then the clock advances to the next timer, or to the next arrival. An arrival is the end of work that another
//! thread does, such as a call: its place in the order is reserved when the work begins, so that it does not depend on
//! how long the work takes. Time in whole milliseconds is exact as a number of JavaScript.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant, SystemTime};

use apinb_http::exchange::Call;
use apinb_record::determinism;
use tokio::time::Sleep;

/// The duration of a call in virtual time.
pub(crate) const CALL: Duration = Duration::from_millis(1);

/// How often JavaScript may read the clock before the reads themselves advance it, a millisecond each: a loop that waits
/// for a time by reading the clock ends.
const READS: u32 = 1000;

/// The clock of one engine.
pub(crate) struct Clock {
    started: Instant,
    virtual_time: Option<Rc<VirtualTime>>,
}

/// A virtual clock. All times are milliseconds since its start.
#[derive(Default)]
pub(crate) struct VirtualTime {
    /// In milliseconds since the epoch.
    start: u64,
    is_paced: bool,
    /// The wait for the timers that are due at a time, on a paced clock.
    pause: RefCell<Option<(u64, Pin<Box<Sleep>>)>>,
    now: Cell<u64>,
    /// How often JavaScript has read it since it last advanced.
    reads: Cell<u32>,
    /// When the next timer of JavaScript is due.
    timers: Cell<Option<u64>>,
    /// The arrivals that are to come, with who waits for them.
    arrivals: RefCell<BTreeMap<(u64, u64), Option<Waker>>>,
    next: Cell<u64>,
    /// How much work other threads do. Time stands still meanwhile.
    outside: Cell<usize>,
    /// Who waits for the end of that work.
    event_loop: RefCell<Option<Waker>>,
    /// When the time of the running cell is up, and that of the notebook.
    limit: Cell<Option<u64>>,
    last: Option<u64>,
}

/// What happens next on a virtual clock.
pub(crate) enum Next {
    /// Timers of JavaScript are due.
    Timers(u64),
    /// An arrival, which was woken.
    Arrival,
    /// The time of the running cell is up.
    Limit,
    /// Nothing ever.
    Nothing,
}

impl Clock {
    /// `whole`: the time limit of the notebook.
    pub(crate) fn new(clock: determinism::Clock, whole: Option<Duration>) -> Self {
        let (start, is_paced) = match clock {
            determinism::Clock::Real => return Self { started: Instant::now(), virtual_time: None },
            determinism::Clock::Virtual(start) => (start.milliseconds(), false),
            determinism::Clock::Paced(start) => (start.milliseconds(), true),
        };
        let last = whole.map(whole_milliseconds);
        let virtual_time = Some(Rc::new(VirtualTime { start, is_paced, last, ..VirtualTime::default() }));
        Self { started: Instant::now(), virtual_time }
    }

    /// The virtual clock, if it is one.
    pub(crate) fn virtual_time(&self) -> Option<&Rc<VirtualTime>> {
        self.virtual_time.as_ref()
    }

    /// The time since it started.
    pub(crate) fn elapsed(&self) -> Duration {
        self.virtual_time.as_ref().map_or_else(|| self.started.elapsed(), |time| Duration::from_millis(time.now.get()))
    }

    /// The current date, of the machine or virtual.
    pub(crate) fn date(&self) -> SystemTime {
        self.virtual_time.as_ref().map_or_else(SystemTime::now, |time| time.date())
    }

    /// The time that a cell has taken since `began`, for its record; none: that is real.
    pub(crate) fn recorded_since(&self, began: Duration) -> Option<Duration> {
        self.is_recorded().then(|| self.elapsed().saturating_sub(began))
    }

    /// The duration of a call as the notebook sees it; none: the real one.
    pub(crate) fn call_duration(&self) -> Option<Duration> {
        self.virtual_time.as_ref().map(|_| CALL)
    }

    /// How long a call waits for real before it is sent, of a pause.
    pub(crate) fn real_pause(&self, pause: Duration) -> Duration {
        if self.is_recorded() { Duration::ZERO } else { pause }
    }

    /// Reserves the arrival of work that begins now and takes this time; none on a real clock.
    pub(crate) fn arrival(&self, takes: Duration) -> Option<Arrival> {
        let time = self.virtual_time.as_ref()?;
        let due = time.now.get().saturating_add(whole_milliseconds(takes));
        let key = (due, time.next.get());
        time.next.set(key.1 + 1);
        time.arrivals.borrow_mut().insert(key, None);
        Some(Arrival { time: Rc::clone(time), key })
    }

    /// Work of another thread begins; none on a real clock. Virtual time stands still until the value is dropped.
    pub(crate) fn outside(&self) -> Option<Outside> {
        self.virtual_time.as_ref().map(Outside::new)
    }

    /// This time has passed while JavaScript was blocked.
    pub(crate) fn passed(&self, takes: Duration) {
        if let Some(time) = &self.virtual_time {
            time.advance_to(time.now.get().saturating_add(whole_milliseconds(takes)));
        }
    }

    /// Whether the times of the record are virtual.
    pub(crate) fn is_recorded(&self) -> bool {
        self.virtual_time.as_ref().is_some_and(|time| !time.is_paced)
    }

    /// The exchange of `call`, which took this time, ended now: its times in the record are those of the clock.
    pub(crate) fn stamp(&self, call: &mut Call, took: Duration) {
        if !self.is_recorded() {
            return;
        }
        call.started = self.date().checked_sub(took).unwrap_or(SystemTime::UNIX_EPOCH);
        call.elapsed = took;
        if let Ok(response) = &mut call.outcome {
            (response.waited, response.elapsed) = (took, took);
        }
    }
}

impl VirtualTime {
    fn date(&self) -> SystemTime {
        let since = Duration::from_millis(self.start.saturating_add(self.now.get()));
        SystemTime::UNIX_EPOCH.checked_add(since).unwrap_or(SystemTime::UNIX_EPOCH)
    }

    fn advance_to(&self, time: u64) {
        self.now.set(self.now.get().max(time));
        self.reads.set(0);
    }

    /// JavaScript reads the milliseconds since the start.
    pub(crate) fn read(&self) -> u64 {
        let reads = self.reads.get().saturating_add(1);
        self.reads.set(reads);
        if reads > READS {
            self.now.set(self.now.get().saturating_add(1));
        }
        self.now.get()
    }

    /// The milliseconds since the start, for apinb itself.
    pub(crate) fn now(&self) -> u64 {
        self.now.get()
    }

    /// Its start, in milliseconds since the epoch.
    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// When the next timer of JavaScript is due; none: there is none.
    pub(crate) fn set_timers(&self, due: Option<u64>) {
        self.timers.set(due);
    }

    /// The running cell has this time from now.
    pub(crate) fn set_limit(&self, limit: Option<Duration>) {
        let own = limit.map(|limit| self.now.get().saturating_add(whole_milliseconds(limit)));
        let earliest = own.into_iter().chain(self.last).min();
        self.limit.set(earliest);
    }

    /// The time that the running cell has left; none without a limit.
    pub(crate) fn left(&self) -> Option<Duration> {
        self.limit.get().map(|limit| Duration::from_millis(limit.saturating_sub(self.now.get())))
    }

    /// Whether no other thread does work whose end arrives. Otherwise that end wakes the task.
    pub(crate) fn is_still(&self, context: &Context<'_>) -> bool {
        let is_still = self.outside.get() == 0;
        if !is_still {
            self.event_loop.replace(Some(context.waker().clone()));
        }
        is_still
    }

    /// On a paced clock, waits until the next timers are due; whether they are.
    pub(crate) fn has_paused(&self, context: &mut Context<'_>) -> bool {
        let next = self.arrivals.borrow().first_key_value().map(|((due, _), _)| *due);
        let timers = self.timers.get().filter(|due| next.is_none_or(|next| *due <= next));
        let end = timers.into_iter().chain(self.limit.get()).min();
        let Some(end) = end.filter(|_| self.is_paced && (timers.is_some() || next.is_none())) else { return true };
        let mut pause = self.pause.borrow_mut();
        if pause.as_ref().is_none_or(|(known, _)| *known != end) {
            let time = Duration::from_millis(end.saturating_sub(self.now.get()));
            *pause = Some((end, Box::pin(tokio::time::sleep(time))));
        }
        let is_over = pause.as_mut().is_none_or(|(_, sleep)| sleep.as_mut().poll(context).is_ready());
        if is_over {
            *pause = None;
        }
        is_over
    }

    /// Advances to whatever is next. Of a timer and an arrival that are due at once, the timer is first.
    pub(crate) fn advance(&self) -> Next {
        let arrival = self.arrivals.borrow().first_key_value().map(|(key, _)| *key);
        let arrives = arrival.map(|(due, _)| due);
        let due = self.timers.get().into_iter().chain(arrives).min();
        if let Some(limit) = self.limit.get()
            && due.is_none_or(|due| due > limit)
        {
            self.advance_to(limit);
            return Next::Limit;
        }
        let Some(due) = due else { return Next::Nothing };
        self.advance_to(due);
        if self.timers.get() == Some(due) {
            self.timers.set(None);
            return Next::Timers(self.now.get());
        }
        let waker = arrival.and_then(|key| self.arrivals.borrow_mut().remove(&key)).flatten();
        if let Some(waker) = waker {
            waker.wake();
        }
        Next::Arrival
    }
}

/// The end of work in the order of virtual time.
pub(crate) struct Arrival {
    time: Rc<VirtualTime>,
    key: (u64, u64),
}

impl Arrival {
    /// Ready once it has come.
    pub(crate) fn poll(&self, context: &Context<'_>) -> Poll<()> {
        match self.time.arrivals.borrow_mut().get_mut(&self.key) {
            None => Poll::Ready(()),
            Some(waker) => {
                *waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }

    /// Waits until it has come.
    pub(crate) async fn come(self) {
        poll_fn(|context| self.poll(context)).await;
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        self.time.arrivals.borrow_mut().remove(&self.key);
    }
}

/// Work that another thread does.
pub(crate) struct Outside(Rc<VirtualTime>);

impl Outside {
    fn new(time: &Rc<VirtualTime>) -> Self {
        time.outside.set(time.outside.get() + 1);
        Self(Rc::clone(time))
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.0.outside.set(self.0.outside.get().saturating_sub(1));
        if let Some(event_loop) = self.0.event_loop.take() {
            event_loop.wake();
        }
    }
}

/// A duration in milliseconds, rounded up.
fn whole_milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};
    use std::time::{Duration, SystemTime};

    use apinb_record::determinism::{self, Start};

    use super::{CALL, Clock, Next, READS};

    fn clock(whole: Option<Duration>) -> Clock {
        let start = Start::at(SystemTime::UNIX_EPOCH + Duration::from_millis(5000));
        Clock::new(determinism::Clock::Virtual(start), whole)
    }

    #[test]
    fn arrivals_and_timers_come_in_order() {
        let clock = clock(None);
        let time = clock.virtual_time().unwrap();
        let context = Context::from_waker(Waker::noop());
        let later = clock.arrival(Duration::from_micros(2_500)).unwrap();
        let (first, second) = (clock.arrival(CALL).unwrap(), clock.arrival(CALL).unwrap());
        time.set_timers(Some(1));
        assert!(matches!(time.advance(), Next::Timers(1)));
        assert!(matches!(time.advance(), Next::Arrival));
        assert!(first.poll(&context).is_ready() && second.poll(&context).is_pending());
        assert!(matches!(time.advance(), Next::Arrival));
        assert!(second.poll(&context).is_ready() && time.now() == 1);
        drop(clock.arrival(CALL));
        assert!(matches!(time.advance(), Next::Arrival));
        assert!(later.poll(&context).is_ready());
        assert_eq!(time.now(), 3, "the pause counts in whole milliseconds");
        assert!(matches!(time.advance(), Next::Nothing));
        assert_eq!(clock.date(), SystemTime::UNIX_EPOCH + Duration::from_millis(5003));
    }

    #[test]
    fn the_time_of_a_cell_ends_before_what_is_due_after_it() {
        let clock = clock(Some(Duration::from_millis(25)));
        let time = clock.virtual_time().unwrap();
        time.set_limit(Some(Duration::from_millis(10)));
        time.set_timers(Some(10));
        assert!(matches!(time.advance(), Next::Timers(10)));
        time.set_timers(Some(11));
        assert!(matches!(time.advance(), Next::Limit));
        time.set_limit(Some(Duration::from_millis(100)));
        assert_eq!(time.left(), Some(Duration::from_millis(15)), "the notebook has a limit, too");
        time.set_limit(None);
        assert_eq!(time.left(), Some(Duration::from_millis(15)));
    }

    #[test]
    fn a_loop_that_reads_the_clock_ends() {
        let clock = clock(None);
        let time = clock.virtual_time().unwrap();
        for _ in 0..READS {
            assert_eq!(time.read(), 0);
        }
        assert_eq!((time.read(), time.read()), (1, 2));
        clock.passed(CALL);
        assert_eq!((time.read(), time.read()), (3, 3));
    }

    #[test]
    fn time_stands_still_while_other_threads_work() {
        let clock = clock(None);
        let time = clock.virtual_time().unwrap();
        let context = Context::from_waker(Waker::noop());
        let (one, two) = (clock.outside(), clock.outside());
        drop(one);
        assert!(!time.is_still(&context));
        drop(two);
        assert!(time.is_still(&context));
    }
}
