//! Fetches documents before they are asked for, several at a time: a definition that includes a hundred others is not
//! read a hundred round trips long.
//!
//! It is a help and changes nothing else: a document that is not under way when it is asked for is fetched then, and the
//! calls come out in the order in which documents are asked for.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use apinb_http::network::wait;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::web::{Fetched, Web};

/// Requests under way at one time.
const AT_ONCE: usize = 8;
/// Bytes that were fetched and not asked for; nothing more is fetched while there are as many.
const MAX_WAITING_BYTES: usize = 32 << 20;

/// What is fetched ahead for one definition. Dropped, it fetches no more.
#[derive(Debug, Default)]
pub(super) struct Prefetch {
    state: Arc<Mutex<State>>,
    stop: CancellationToken,
}

#[derive(Debug, Default)]
struct State {
    /// What is to be fetched, the next one first.
    queue: VecDeque<Url>,
    documents: HashMap<Url, Document>,
    workers: usize,
    waiting_bytes: usize,
}

#[derive(Debug)]
enum Document {
    /// It stands in the queue.
    Queued,
    UnderWay(oneshot::Receiver<Fetched>),
    /// It was asked for, or left out; asked for again, it is fetched then.
    Done,
}

impl Prefetch {
    /// Puts documents before those that wait already. Each is fetched once at most.
    pub(super) fn add(&self, urls: impl DoubleEndedIterator<Item = Url>, web: &Arc<Web>) {
        let mut state = lock(&self.state);
        for url in urls.rev() {
            match state.documents.get(&url) {
                Some(Document::UnderWay(_) | Document::Done) => continue,
                // The place further back is passed over.
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

    /// The document, if it is under way: waits for it.
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
        // An error says that nobody asks for it any more.
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
