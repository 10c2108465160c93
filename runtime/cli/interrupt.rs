//! Ctrl-C: the first one asks for the end, the second one is the end.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use super::exit::Exit;

/// From now on, the first Ctrl-C calls `first`, on a thread of its own; a second one ends the program.
///
/// # Errors
/// When the system does not let a program know of Ctrl-C.
pub(super) fn on_interrupt(first: impl Fn() + Send + 'static) -> io::Result<()> {
    let asked = AtomicBool::new(false);
    let handler = move || {
        if asked.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
        first();
    };
    ctrlc::set_handler(handler).map_err(io::Error::other)
}
