//! The signals that end the program: Ctrl-C, and on Unix SIGTERM and SIGHUP, which do the same.

use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use super::exit::Exit;
use super::terminal_mode::TerminalMode;

/// The first signal.
static FIRST: OnceLock<Exit> = OnceLock::new();

/// The terminal's mode before anything changed it; none without a terminal.
static MODE: OnceLock<Option<TerminalMode>> = OnceLock::new();

/// From now on, the first signal calls `first`, on a thread of its own; a second one ends the program.
///
/// # Errors
/// When the system does not let a program know of signals.
pub(super) fn on_interrupt(first: impl Fn() + Send + 'static) -> io::Result<()> {
    let asked = AtomicBool::new(false);
    on_each(move || if asked.swap(true, Ordering::SeqCst) { end() } else { first() })
}

/// From now on, each signal calls `handler`, on a thread of its own.
///
/// # Errors
/// As [`on_interrupt`].
pub(super) fn on_each(handler: impl Fn() + Send + 'static) -> io::Result<()> {
    MODE.get_or_init(TerminalMode::current);
    signals::on_each(move |exit| {
        FIRST.get_or_init(|| exit);
        handler();
    })
}

/// How a program ends that was interrupted: by the first signal, or by Ctrl-C in a prompt.
pub(super) fn exit() -> Exit {
    FIRST.get().copied().unwrap_or(Exit::Interrupted)
}

/// Whether the signal was another one than Ctrl-C: no person waits for the program.
pub(super) fn is_termination() -> bool {
    exit() != Exit::Interrupted
}

/// Ends the program at once.
pub(super) fn end() {
    restore_terminal();
    std::process::exit(i32::from(exit().code()));
}

/// Sets the terminal's mode to what it was, for a prompt that does not end.
pub(super) fn restore_terminal() {
    if let Some(mode) = MODE.get().and_then(Option::as_ref) {
        mode.restore();
    }
}

#[cfg(unix)]
mod signals {
    use std::io;
    use std::path::Path;
    use std::thread;

    use apinb_files::bounded;
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    use crate::cli::exit::Exit;

    /// The largest status of a process, in bytes.
    const MAX_STATUS_BYTES: u64 = 64 << 10;

    pub(super) fn on_each(handler: impl Fn(Exit) + Send + 'static) -> io::Result<()> {
        let hangup = (!is_ignored(SIGHUP)).then_some(SIGHUP);
        let mut signals = Signals::new([SIGINT, SIGTERM].into_iter().chain(hangup))?;
        let wait = move || {
            for signal in signals.forever() {
                handler(match signal {
                    SIGHUP => Exit::HungUp,
                    SIGTERM => Exit::Terminated,
                    _ => Exit::Interrupted,
                });
            }
        };
        thread::Builder::new().name("signals".to_owned()).spawn(wait)?;
        Ok(())
    }

    /// Whether the program was started with `signal` ignored, as `nohup` does. Known on Linux only.
    fn is_ignored(signal: i32) -> bool {
        let status = bounded::text(Path::new("/proc/self/status"), MAX_STATUS_BYTES).unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
        mask >> (signal - 1) & 1 == 1
    }
}

#[cfg(not(unix))]
mod signals {
    use std::io;

    use crate::cli::exit::Exit;

    pub(super) fn on_each(handler: impl Fn(Exit) + Send + 'static) -> io::Result<()> {
        ctrlc::set_handler(move || handler(Exit::Interrupted)).map_err(io::Error::other)
    }
}
