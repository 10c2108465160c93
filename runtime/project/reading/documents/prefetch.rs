//! Fetches documents before they are needed, several at a time: a definition that includes a hundred others does not
//! take a hundred round trips.
//!
//! This only saves time: a document that is not being fetched when it is needed is fetched then, and calls are recorded
//! in the order in which documents are needed.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use apinb_http::network::wait;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::web::{Fetched, Web};

/// The number of concurrent requests.
const AT_ONCE: usize = 8;
/// The limit of bytes that were fetched and not used yet; prefetching pauses at it.
const MAX_WAITING_BYTES: usize = 32 << 20;

/// The prefetched documents of one definition. Dropping it ends prefetching.
#[derive(Debug, Default)]
pub(super) struct Prefetch {
    state: Arc<Mutex<State>>,
    stop: CancellationToken,
}

#[derive(Debug, Default)]
struct State {
    /// The documents to fetch, the next one first.
    queue: VecDeque<Url>,
    documents: HashMap<Url, Document>,
    workers: usize,
    waiting_bytes: usize,
}

#[derive(Debug)]
enum Document {
    Queued,
    UnderWay(oneshot::Receiver<Fetched>),
    /// It was taken or dropped; requested again, it is fetched then.
    Done,
}

impl Prefetch {
    /// Adds documents to the front of the queue. Each is prefetched at most once.
    pub(super) fn add(&self, urls: impl DoubleEndedIterator<Item = Url>, web: &Arc<Web>) {
        let mut state = lock(&self.state);
        for url in urls.rev() {
            match state.documents.get(&url) {
                Some(Document::UnderWay(_) | Document::Done) => continue,
                // Its earlier entry in the queue is skipped.
                Some(Document::Queued) | None => {}
            }
            state.documents.insert(url.clone(), Document::Queued);
            state.queue.push_front(url);
        }
        let wanted = state.queue.len().min(AT_ONCE);
        while state.workers < wanted {
            state.workers += 1;
            let (shared, web, stop) = (Arc::clone(&self.state), Arc::clone(web), self.stop.clone());
            let network = web.network().clone();
            network.spawn(async move {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = work(&shared, &web) => {}
                }
            });
        }
    }

    /// The document, if it is being fetched: waits for it.
    pub(super) fn take(&self, url: &Url) -> Option<Fetched> {
        let document = lock(&self.state).documents.insert(url.clone(), Document::Done)?;
        let Document::UnderWay(receiver) = document else { return None };
        let fetched = wait(receiver).ok()?;
        let mut state = lock(&self.state);
        state.waiting_bytes = state.waiting_bytes.saturating_sub(size(&fetched));
        Some(fetched)
    }
}

impl Drop for Prefetch {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Fetches one document after another until none is left.
async fn work(shared: &Mutex<State>, web: &Web) {
    loop {
        let job = next(&mut lock(shared));
        let Some((url, sender)) = job else { return };
        let fetched = web.fetch(&url).await;
        lock(shared).waiting_bytes += size(&fetched);
        // An error means that the receiver is gone: the document is not needed any more.
        let _ = sender.send(fetched);
    }
}

/// The next document; none: the worker ends.
fn next(state: &mut State) -> Option<(Url, oneshot::Sender<Fetched>)> {
    if state.waiting_bytes >= MAX_WAITING_BYTES {
        state.queue.clear();
    }
    while let Some(url) = state.queue.pop_front() {
        if let Some(document @ Document::Queued) = state.documents.get_mut(&url) {
            let (sender, receiver) = oneshot::channel();
            *document = Document::UnderWay(receiver);
            return Some((url, sender));
        }
    }
    state.workers -= 1;
    None
}

fn size(fetched: &Fetched) -> usize {
    fetched.text.as_ref().map_or(0, String::len)
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
