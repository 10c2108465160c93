//! A handle to the worker that sends requests, on a thread and a tokio runtime of its own.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant, SystemTime};

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use apinb_text::secret::handle::Handles;

use crate::exchange::{Call, HttpError, Request, Response};
use crate::hosts::Refusal;
use crate::memory::MemoryBudget;
use crate::policy::Policy;
use crate::progress::Progress;
use crate::route::Route;
use crate::secrets;
use crate::traffic::Traffic;
use crate::worker::{Failure, Limits, Shared};

/// How many names are looked up at once, each on a thread of its own.
const LOOK_UPS: usize = 16;

/// The stack of a thread that looks up a name, in bytes: the memory of a process may be limited.
const LOOK_UP_STACK: usize = 512 << 10;

/// A handle to the worker; clones share it, its connections and its cookies. The worker ends with the last handle and
/// the last request under way.
#[derive(Clone, Debug)]
pub struct Network {
    worker: Arc<Worker>,
    calls: Option<Calls>,
    /// What the responses to its requests may use, together with others.
    memory: Option<Arc<MemoryBudget>>,
}

/// The worker thread; dropping this ends it.
struct Worker {
    shared: Arc<Shared>,
    runtime: Handle,
    _alive: oneshot::Sender<()>,
}

impl fmt::Debug for Worker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Worker").field("policy", &self.shared.policy).finish_non_exhaustive()
    }
}

/// The calls that were made through a [`Network::recorded`] handle, in the order in which they ended.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    ended: Arc<Mutex<Vec<Call>>>,
}

impl Calls {
    /// Takes the calls that were collected since the last time.
    #[must_use]
    pub fn take(&self) -> Vec<Call> {
        std::mem::take(&mut *self.ended())
    }

    fn push(&self, call: Call) {
        self.ended().push(call);
    }

    /// The list is consistent after every step, so a lock that was poisoned by a panic loses no call.
    fn ended(&self) -> MutexGuard<'_, Vec<Call>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Network {
    /// Starts the worker.
    ///
    /// # Errors
    /// When the system cannot start a thread, or the policy's user agent is not a valid header value.
    pub fn start(policy: Policy) -> Result<Self, HttpError> {
        let failed = |error: std::io::Error| HttpError::Connection { cause: format!("no network worker: {error}") };
        let shared = Arc::new(Shared::new(policy)?);
        let runtime = Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(LOOK_UPS)
            .thread_stack_size(LOOK_UP_STACK)
            .build()
            .map_err(failed)?;
        let handle = runtime.handle().clone();
        let (alive, ended) = oneshot::channel::<()>();
        thread::Builder::new()
            .name("network".to_owned())
            .spawn(move || {
                // An error means that the last handle is gone, which ends the worker.
                let _ = runtime.block_on(ended);
                // Does not wait for a name look-up that may still run on another thread.
                runtime.shutdown_background();
            })
            .map_err(failed)?;
        Ok(Self { worker: Arc::new(Worker { shared, runtime: handle, _alive: alive }), calls: None, memory: None })
    }

    /// Routes requests for the route's host to its target.
    #[expect(clippy::needless_pass_by_value, reason = "a route is made to be handed over")]
    pub fn add_route(&self, route: Route) {
        self.worker.shared.routes.add(&route);
    }

    /// Looks for the response to each request in recorded traffic first, and hands over what was sent. Only the first
    /// traffic counts.
    pub fn add_traffic(&self, traffic: Arc<dyn Traffic>) {
        let _ = self.worker.shared.traffic.set(traffic);
    }

    /// Whether requests for `url` go to a mock server.
    #[must_use]
    pub fn is_routed(&self, url: &url::Url) -> bool {
        self.real_url(url).is_ok_and(|url| self.worker.shared.route(&url).is_some())
    }

    /// `url` with the secret in place of a handle in its host.
    ///
    /// # Errors
    /// When that is not a host.
    pub fn real_url(&self, url: &url::Url) -> Result<url::Url, HttpError> {
        secrets::with_host(&self.worker.shared.handles, url)
    }

    /// Checks that the server of `url` may be requested; `is_call` as in [`Hosts::check`](crate::hosts::Hosts::check).
    ///
    /// # Errors
    /// Why it may not. A mock server may always be called.
    pub fn check(&self, url: &url::Url, is_call: bool) -> Result<(), Refusal> {
        if is_call && self.is_routed(url) { Ok(()) } else { self.policy().hosts.check(url, is_call) }
    }

    /// A handle to the same worker that collects its calls: for code that sends requests of its own, such as a sign-in.
    #[must_use]
    pub fn recorded(&self) -> (Self, Calls) {
        let calls = Calls::default();
        (Self { calls: Some(calls.clone()), ..self.clone() }, calls)
    }

    /// A handle to the same worker whose responses count as memory of `budget`, from their first byte until they are
    /// dropped.
    #[must_use]
    pub fn within(&self, budget: Arc<MemoryBudget>) -> Self {
        Self { memory: Some(budget), ..self.clone() }
    }

    /// The permissions and limits of this network.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.worker.shared.policy
    }

    /// The handles of secrets that this network replaces.
    #[must_use]
    pub fn handles(&self) -> &Handles {
        &self.worker.shared.handles
    }

    /// A request as it leaves, with the secrets in place of their handles: for signatures over the whole of it.
    ///
    /// # Errors
    /// When a secret may not be sent to its host, or the request is not valid.
    pub fn with_secrets(&self, request: &Request) -> Result<Request, HttpError> {
        self.worker.shared.with_secrets(request)
    }

    /// Reserves the next slot for a call, and says how long the call has to wait for it. `now`: on the clock of the
    /// caller, whatever it started from.
    #[must_use]
    pub fn reserve_slot(&self, now: Duration) -> Duration {
        let delay = self.worker.shared.policy.delay;
        if delay.is_zero() {
            return delay;
        }
        let mut next = self.worker.shared.next_call.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = next.map_or(now, |next| next.max(now));
        *next = Some(slot.saturating_add(delay));
        slot.saturating_sub(now)
    }

    /// Runs a task on the worker's thread, where it must not block.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.worker.runtime.spawn(task);
    }

    /// Hands a request to the worker. Cancelling `cancel` ends it with [`HttpError::Interrupted`].
    pub fn send(&self, request: Request, cancel: &CancellationToken) -> Pending {
        self.send_after(Duration::ZERO, request, cancel)
    }

    /// As [`Network::send`], after a pause, which does not count for the request's time limit.
    pub fn send_after(&self, pause: Duration, request: Request, cancel: &CancellationToken) -> Pending {
        self.begin(pause, request, self.worker.shared.policy.max_response_bytes, cancel)
    }

    /// As [`Network::send`], for a response of at most `max_bytes`, and never more than the policy allows.
    pub fn send_up_to(&self, request: Request, max_bytes: u64, cancel: &CancellationToken) -> Pending {
        self.begin(Duration::ZERO, request, max_bytes, cancel)
    }

    fn begin(&self, pause: Duration, request: Request, max_bytes: u64, cancel: &CancellationToken) -> Pending {
        let (sender, receiver) = oneshot::channel();
        let shared = Arc::clone(&self.worker.shared);
        let calls = self.calls.clone();
        let limits =
            Limits { response_bytes: max_bytes.min(shared.policy.max_response_bytes), memory: self.memory.clone() };
        let cancel = cancel.clone();
        self.worker.runtime.spawn(async move {
            let mut sender = sender;
            let turn = async {
                if !pause.is_zero() {
                    tokio::time::sleep(pause).await;
                }
                shared.permits.acquire().await
            };
            let _permit = tokio::select! {
                biased;
                permit = turn => permit,
                () = sender.closed() => return,
                () = cancel.cancelled() => {
                    // Nothing was sent, so there is no call to record.
                    let _ = sender.send(Err(HttpError::Interrupted));
                    return;
                }
            };
            let (started, clock_time) = (Instant::now(), SystemTime::now());
            let recorded = calls.map(|calls| (calls, request.clone()));
            let outcome = tokio::select! {
                biased;
                () = sender.closed() => Err(Failure { error: HttpError::Interrupted, mocked: false }),
                () = cancel.cancelled() => Err(Failure { error: HttpError::Interrupted, mocked: false }),
                // On the heap: thousands of requests may wait for their turn.
                outcome = Box::pin(limited(&shared, request, &limits, started)) => outcome,
            };
            let mocked = match &outcome {
                Ok(response) => response.mocked,
                Err(failure) => failure.mocked,
            };
            let outcome = outcome.map_err(|failure| failure.error);
            if let Some((calls, request)) = recorded {
                calls.push(Call {
                    request,
                    outcome: outcome.clone(),
                    mocked,
                    started: clock_time,
                    elapsed: started.elapsed(),
                });
            }
            // An error means that the caller no longer waits.
            let _ = sender.send(outcome);
        });
        Pending { outcome: receiver, _worker: Arc::clone(&self.worker) }
    }
}

/// An exchange within its time.
async fn limited(shared: &Shared, request: Request, limits: &Limits, started: Instant) -> Result<Response, Failure> {
    let limit = request.timeout.unwrap_or(shared.policy.timeout);
    let mocked = shared.target(&request).is_some();
    let progress = Progress::default();
    match tokio::time::timeout(limit, shared.exchange(request, limits, started, &progress)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Failure { error: progress.timeout(limit), mocked }),
    }
}

/// A request under way. Awaited, or waited for on a thread that may block (it may be one that runs a tokio runtime).
#[derive(Debug)]
#[must_use = "dropping it cancels the request"]
pub struct Pending {
    outcome: oneshot::Receiver<Result<Response, HttpError>>,
    /// Keeps the worker until the response has arrived.
    _worker: Arc<Worker>,
}

impl Pending {
    /// Blocks until the response has arrived.
    ///
    /// # Errors
    /// See [`HttpError`].
    pub fn wait(self) -> Result<Response, HttpError> {
        wait(self)
    }
}

/// Blocks until a future is ready that another thread brings forward. This thread may be one that runs a tokio runtime.
pub fn wait<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Parked(thread::current())));
    let mut context = Context::from_waker(&waker);
    // Inside a task, tokio would answer "not yet" after a number of polls and wake once the task gives way, which
    // it does not while it waits here.
    let mut future = pin!(tokio::task::unconstrained(future));
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(outcome) => return outcome,
            Poll::Pending => thread::park(),
        }
    }
}

impl Future for Pending {
    type Output = Result<Response, HttpError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // The channel closes without an outcome only when the worker ends.
        Pin::new(&mut self.outcome).poll(context).map(|received| received.unwrap_or(Err(HttpError::Interrupted)))
    }
}

/// Wakes a thread that waits; tokio's own blocking receive panics on a thread that runs a runtime.
struct Parked(Thread);

impl Wake for Parked {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use url::Url;

    use super::Calls;
    use crate::exchange::{Call, HttpError, Request};

    #[test]
    fn a_poisoned_lock_does_not_lose_calls() {
        let calls = Calls::default();
        let held = calls.clone();
        let outcome = std::thread::spawn(move || {
            let _held = held.ended.lock().unwrap();
            panic!("while the lock is held");
        });
        assert!(outcome.join().is_err() && calls.ended.is_poisoned());
        calls.push(Call {
            request: Request::new("GET", Url::parse("http://a.test/").unwrap()),
            outcome: Err(HttpError::Interrupted),
            mocked: false,
            started: SystemTime::UNIX_EPOCH,
            elapsed: Duration::ZERO,
        });
        assert_eq!(calls.take().len(), 1);
    }
}
