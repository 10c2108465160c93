//! Ctrl-C.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use super::exit::Exit;

/// From now on, the first Ctrl-C calls `first`, on a thread of its own; a second one ends the program.
///
/// # Errors
/// When the system does not let a program know of Ctrl-C.
pub(super) fn on_interrupt(first: impl Fn() + Send + 'static) -> io::Result<()> {
    let asked = AtomicBool::new(false);
    on_each(move || if asked.swap(true, Ordering::SeqCst) { end() } else { first() })
}

/// From now on, each Ctrl-C calls `handler`, on a thread of its own.
///
/// # Errors
/// As [`on_interrupt`].
pub(super) fn on_each(handler: impl Fn() + Send + 'static) -> io::Result<()> {
    ctrlc::set_handler(handler).map_err(io::Error::other)
}

/// Ends the program at once.
pub(super) fn end() {
    std::process::exit(i32::from(Exit::Interrupted.code()));
}
