//! Prints above the prompt while the user types.
//!
//! The engine must never wait for the editor, which may be waiting for the engine: a thread passes texts on, and what it
//! cannot pass on in time is dropped beyond a limit.

use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

/// Maximum size of the text that waits to be printed, in bytes.
const MAX_WAITING: usize = 1 << 20;

/// A handle; cheap to clone.
#[derive(Clone)]
pub struct Printer {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

/// The text that is not printed yet.
#[derive(Default)]
struct Waiting {
    text: String,
    /// The number of texts that are left out behind it.
    left_out: usize,
}

impl Waiting {
    fn push(&mut self, text: &str) {
        if self.left_out > 0 || self.text.len().saturating_add(text.len()) > MAX_WAITING {
            self.left_out += 1;
        } else {
            self.text.push_str(text);
        }
    }

    fn take(&mut self) -> Option<String> {
        let Self { mut text, left_out } = std::mem::take(self);
        if left_out > 0 {
            text.push_str(&format!("… {left_out} more are not shown\n"));
        }
        (!text.is_empty()).then_some(text)
    }
}

impl Printer {
    /// Starts the thread that calls `print` for each text. It ends when `print` returns false.
    ///
    /// # Errors
    /// When the system provides no thread.
    pub(super) fn start(mut print: impl FnMut(String) -> bool + Send + 'static) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let of_thread = Arc::clone(&shared);
        thread::Builder::new().name("printer".to_owned()).spawn(move || {
            loop {
                let mut waiting = of_thread.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                let text = loop {
                    match waiting.take() {
                        Some(text) => break text,
                        None => waiting = of_thread.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner),
                    }
                };
                drop(waiting);
                if !print(text) {
                    return;
                }
            }
        })?;
        Ok(Self { shared })
    }

    /// Prints `text`, lines with line feeds, soon. Does not wait.
    pub fn print(&self, text: &str) {
        self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(text);
        self.shared.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::{MAX_WAITING, Printer, Waiting};

    #[test]
    fn texts_are_printed_in_order() {
        let (sender, receiver) = mpsc::channel();
        let printer = Printer::start(move |text| sender.send(text).is_ok()).expect("a thread");
        printer.print("a\n");
        printer.print("b\n");
        let mut all = String::new();
        while all.len() < 4 {
            all.push_str(&receiver.recv().expect("a text"));
        }
        assert_eq!(all, "a\nb\n");
    }

    #[test]
    fn the_waiting_text_has_a_limit() {
        let mut waiting = Waiting::default();
        let line = "x".repeat(MAX_WAITING - 1) + "\n";
        waiting.push(&line);
        waiting.push("b\n");
        waiting.push("c\n");
        assert_eq!(waiting.take(), Some(line + "… 2 more are not shown\n"));
        assert_eq!(waiting.take(), None);
    }
}
