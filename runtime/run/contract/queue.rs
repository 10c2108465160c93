//! A queue between two threads whose content is limited in bytes.

use std::sync::mpsc::{self, Receiver as Messages};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use super::super::mutex::lock;

/// Maximum size of what waits, in bytes. A larger message waits alone.
const MAX_BYTES: usize = 16 << 20;

/// How long a sender waits for room.
const PATIENCE: Duration = Duration::from_secs(2);

/// What waits.
#[derive(Debug, Default)]
struct Waiting {
    bytes: usize,
    /// The messages with bytes that were sent since the queue was last empty at a mark.
    calls: usize,
    is_gone: bool,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    received: Condvar,
}

/// The end of the queue that takes messages; clones share it.
pub(super) struct Sender<T> {
    messages: mpsc::Sender<(T, usize)>,
    shared: Arc<Shared>,
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self { messages: self.messages.clone(), shared: Arc::clone(&self.shared) }
    }
}

/// The end of the queue that gives messages.
pub(super) struct Receiver<T> {
    messages: Messages<(T, usize)>,
    shared: Arc<Shared>,
}

/// A queue.
pub(super) fn queue<T>() -> (Sender<T>, Receiver<T>) {
    let (sender, messages) = mpsc::channel();
    let shared = Arc::<Shared>::default();
    (Sender { messages: sender, shared: Arc::clone(&shared) }, Receiver { messages, shared })
}

impl<T> Sender<T> {
    /// Whether there is a receiver.
    pub(super) fn is_received(&self) -> bool {
        !lock(&self.shared.waiting).is_gone
    }

    /// The number of messages with bytes that wait or are at work.
    pub(super) fn sent_calls(&self) -> usize {
        lock(&self.shared.waiting).calls
    }

    /// Sends a message of so many bytes, once there is room for it. False if there is none for a while, or no receiver.
    pub(super) fn send(&self, message: T, bytes: usize) -> bool {
        let mut waiting = lock(&self.shared.waiting);
        let end = Instant::now() + PATIENCE;
        while waiting.bytes > 0 && waiting.bytes.saturating_add(bytes) > MAX_BYTES && bytes > 0 && !waiting.is_gone {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            waiting = self
                .shared
                .received
                .wait_timeout(waiting, left)
                .map_or_else(|poisoned| poisoned.into_inner().0, |(waiting, _)| waiting);
        }
        if waiting.is_gone {
            return false;
        }
        waiting.bytes += bytes;
        waiting.calls += usize::from(bytes > 0);
        drop(waiting);
        self.messages.send((message, bytes)).is_ok()
    }
}

impl<T> Receiver<T> {
    /// Passes each message to `work`, until all senders are gone. A message has its room until its work is done.
    pub(super) fn each(&self, mut work: impl FnMut(T)) {
        while let Ok((message, bytes)) = self.messages.recv() {
            work(message);
            let mut waiting = lock(&self.shared.waiting);
            waiting.bytes = waiting.bytes.saturating_sub(bytes);
            waiting.calls = waiting.calls.saturating_sub(usize::from(bytes > 0));
            drop(waiting);
            self.shared.received.notify_all();
        }
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        lock(&self.shared.waiting).is_gone = true;
        self.shared.received.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::{MAX_BYTES, queue};

    #[test]
    fn a_sender_waits_for_room() {
        let (sender, receiver) = queue();
        let (go, gone) = mpsc::channel::<()>();
        let received = thread::spawn(move || {
            let mut all = Vec::new();
            gone.recv().unwrap();
            receiver.each(|message: usize| all.push(message));
            all
        });
        assert!(sender.send(0, MAX_BYTES));
        assert!(sender.send(1, 0), "what takes no room does not wait");
        go.send(()).unwrap();
        assert!(sender.send(2, MAX_BYTES), "the receiver makes room");
        assert!(sender.send(3, 2 * MAX_BYTES), "what is larger than the queue waits alone");
        drop(sender);
        assert_eq!(received.join().unwrap(), [0, 1, 2, 3]);
    }

    #[test]
    fn nothing_waits_for_a_receiver_that_is_gone() {
        let (sender, receiver) = queue();
        assert!(sender.send(0, MAX_BYTES));
        drop(receiver);
        assert!(!sender.is_received() && !sender.send(1, 1));
    }
}
