//! The HTTP server: a thread with a tokio runtime that accepts connections, reads requests within limits, and writes
//! the responses of [`crate::service`].

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::error_response::error_response;
use crate::exchange::{Origin, Request, Response, Served, decode_pairs};
use crate::pace::Paced;
use crate::service::Service;

/// Maximum size of a request body, in bytes.
const MAX_BODY: usize = 32 << 20;
/// Maximum total size of the request bodies being read, in bytes.
const MAX_BODIES: usize = 128 << 20;
/// Maximum total size of the large responses that clients have not read yet, in bytes.
const MAX_RESPONSES: usize = 128 << 20;
/// The size from which a response counts as large, in bytes.
const LARGE: usize = 64 << 10;
/// Maximum number of simultaneous connections; further ones wait.
const MAX_CONNECTIONS: usize = 256;
/// Timeout for reading the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// Timeout for reading the body of a request.
const BODY_TIMEOUT: Duration = Duration::from_secs(60);
/// Timeout for a client that does not read its response.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// Time for pending responses to complete when the server stops.
const GRACE: Duration = Duration::from_millis(500);
/// Time to wait if the operating system has no more sockets.
const PAUSE: Duration = Duration::from_millis(50);

/// Is called after every response.
pub(crate) type Observer = Box<dyn Fn(&Served) + Send + Sync>;

/// A running server. Dropping it stops it and waits until it has stopped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

/// The state shared by all connections.
struct Shared {
    service: Arc<Service>,
    observer: Option<Observer>,
    /// Bytes of the request bodies being read.
    bodies: AtomicUsize,
    /// Bytes of the large responses being written.
    responses: Arc<AtomicUsize>,
}

impl Server {
    /// Listens on `address` and serves from a new thread.
    ///
    /// # Errors
    /// If the operating system cannot provide the socket or thread.
    pub(crate) fn start(
        service: Arc<Service>,
        address: SocketAddr,
        observer: Option<Observer>,
    ) -> Result<Self, std::io::Error> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let shared = Arc::new(Shared { service, observer, bodies: AtomicUsize::new(0), responses: Arc::default() });
        let thread = std::thread::Builder::new().name("mock".to_owned()).spawn(move || {
            runtime.block_on(async move {
                // This fails only in a runtime without I/O, and this runtime has it.
                if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
                    serve(&listener, &shared, &stopped).await;
                }
            });
        })?;
        Ok(Self { address, stop, thread: Some(thread) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            // The panic hook has already reported a panic of the thread.
            let _ = thread.join();
        }
    }
}

async fn serve(listener: &tokio::net::TcpListener, shared: &Arc<Shared>, stop: &CancellationToken) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let connections = TaskTracker::new();
    loop {
        let accepted = async {
            let key = Arc::clone(&places).acquire_owned().await;
            (key, listener.accept().await)
        };
        let (key, stream) = tokio::select! {
            () = stop.cancelled() => break,
            (key, stream) = accepted => (key, stream),
        };
        let Ok((stream, _)) = stream else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        // Without it, small responses wait for the client's acknowledgement.
        let _ = stream.set_nodelay(true);
        let (shared, stop) = (Arc::clone(shared), stop.clone());
        connections.spawn(async move {
            connection(stream, shared, stop).await;
            drop(key);
        });
    }
    connections.close();
    // Connections that are still open are closed with the runtime.
    let _ = tokio::time::timeout(GRACE, connections.wait()).await;
}

async fn connection(stream: tokio::net::TcpStream, shared: Arc<Shared>, stop: CancellationToken) {
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(exchange(request, &shared).await) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .half_close(true)
        // It panics for dates that HTTP cannot write.
        .auto_date_header(false)
        .serve_connection(TokioIo::new(Paced::new(stream, WRITE_TIMEOUT)), service);
    tokio::pin!(connection);
    // A broken connection is not an error of the server.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

async fn exchange(request: hyper::Request<Incoming>, shared: &Shared) -> hyper::Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let host = head.headers.get("host").and_then(|host| host.to_str().ok()).map(str::to_owned);
    let host = host.or_else(|| head.uri.authority().map(|authority| authority.as_str().to_owned()));
    let mut request = Request {
        method: head.method.as_str().to_ascii_uppercase(),
        host: host.unwrap_or_default(),
        path: head.uri.path().to_owned(),
        query: decode_pairs(head.uri.query().unwrap_or_default().as_bytes()),
        headers: Vec::new(),
        body: Bytes::new(),
    };
    for (name, value) in &head.headers {
        request.headers.push((name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    }
    let mut held = Held { shared, bytes: 0 };
    let response = match tokio::time::timeout(BODY_TIMEOUT, held.read(body)).await {
        Ok(Ok(body)) => {
            request.body = body;
            shared.service.respond(&request)
        }
        Ok(Err(refusal)) => refusal.with("connection", "close"),
        Err(_) => error_response(408, "the body did not arrive in time", None).with("connection", "close"),
    };
    drop(held);
    let response = counted(response, &shared.responses);
    if let Some(observer) = &shared.observer {
        observer(&Served {
            method: request.method.clone(),
            path: request.path.clone(),
            status: response.status,
            origin: response.origin,
        });
    }
    respond(response)
}

/// The bytes of body budget that a request uses.
struct Held<'a> {
    shared: &'a Shared,
    bytes: usize,
}

impl Held<'_> {
    /// Reads a complete body.
    async fn read(&mut self, mut body: Incoming) -> Result<Bytes, Response> {
        let mut bytes = BytesMut::new();
        while let Some(frame) = body.frame().await {
            let frame =
                frame.map_err(|fault| error_response(400, &format!("the body cannot be read: {fault}"), None))?;
            let Ok(data) = frame.into_data() else { continue };
            if bytes.len() + data.len() > MAX_BODY {
                return Err(error_response(413, &format!("the body is larger than {MAX_BODY} bytes"), None));
            }
            self.bytes += data.len();
            if self.shared.bodies.fetch_add(data.len(), Ordering::Relaxed) + data.len() > MAX_BODIES {
                let help = "Send fewer of them at the same time.".to_owned();
                return Err(error_response(503, "too many large bodies are being read", Some(help)));
            }
            bytes.extend_from_slice(&data);
        }
        Ok(bytes.freeze())
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.shared.bodies.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// A response whose body counts until it is written.
fn counted(mut response: Response, total: &Arc<AtomicUsize>) -> Response {
    let length = response.body.len();
    if length < LARGE {
        return response;
    }
    let counted = Counted { body: std::mem::take(&mut response.body), total: Arc::clone(total) };
    if total.fetch_add(length, Ordering::Relaxed) + length > MAX_RESPONSES {
        let help = "Read the responses of other connections first.".to_owned();
        return error_response(503, "too many large responses are being sent", Some(help));
    }
    response.body = Bytes::from_owner(counted);
    response
}

/// A body that is subtracted from the total when it was written, or its connection is closed.
struct Counted {
    body: Bytes,
    total: Arc<AtomicUsize>,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.total.fetch_sub(self.body.len(), Ordering::Relaxed);
    }
}

fn respond(response: Response) -> hyper::Response<Full<Bytes>> {
    let mut wire = hyper::Response::new(Full::new(response.body));
    if let Ok(status) = hyper::StatusCode::from_u16(response.status) {
        *wire.status_mut() = status;
    }
    for (name, value) in [("x-apinb-mock".to_owned(), origin(response.origin))].into_iter().chain(response.headers) {
        // A declared header may be invalid; it is omitted.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            wire.headers_mut().append(name, value);
        }
    }
    wire
}

fn origin(origin: Origin) -> String {
    origin.to_string()
}
