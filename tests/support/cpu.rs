//! Bounds of CPU time, for tests against hangs: unlike a clock, they do not depend on what else the machine does. Only
//! Linux measures the time of one thread or process; elsewhere there is no bound.
//!
//! The tests of other crates include this file by its path.

#![allow(dead_code, reason = "not each of the crates uses all of it")]

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How often the time is read.
const INTERVAL: Duration = Duration::from_millis(100);

/// Runs `test` on a thread of its own, and fails once that has used so many seconds of CPU time, whether it ends or not.
#[track_caller]
pub(crate) fn within(seconds: u64, test: impl FnOnce() + Send + 'static) {
    let (started, start) = mpsc::channel();
    let (ended, end) = mpsc::channel::<()>();
    let thread = thread::spawn(move || {
        let _ended = ended;
        // `PROCESS/task/THREAD`
        started.send(std::fs::read_link("/proc/thread-self").ok()).unwrap();
        test();
    });
    let thread_file = start.recv().unwrap();
    while end.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
        let times = thread_file.as_ref().and_then(|file| {
            // Nanoseconds on a CPU; and two other numbers.
            std::fs::read_to_string(std::path::Path::new("/proc").join(file).join("schedstat")).ok()
        });
        let used = times.and_then(|times| times.split(' ').next()?.parse().ok()).map(Duration::from_nanos);
        assert!(used.is_none_or(|used| used < Duration::from_secs(seconds)), "it has used {used:?} of CPU time");
    }
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

/// The CPU time of a process that has ended and was not waited for, with that of the processes that it waited for.
#[cfg(target_os = "linux")]
pub(crate) fn of_ended(process: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // After the name, which is in parentheses: the state, and numbers (proc_pid_stat(5)). In ticks of 10 ms.
    let numbers = stat.rsplit_once(") ")?.1.split(' ').skip(11).take(4);
    let ticks: u64 = numbers.map(|number| number.parse::<u64>().unwrap_or_default()).sum();
    Some(Duration::from_millis(ticks * 10))
}
