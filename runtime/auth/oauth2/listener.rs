//! Waits for the browser that comes back from the sign-in page (RFC 8252 section 7.3), on a thread of its own.

use std::cell::Cell;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::rc::Rc;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::LocalSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use url::{Host, Url};

use super::AuthError;
use super::error::described;
use super::page::Page;

/// The largest head of a request that is read, in bytes.
const MAX_HEAD: usize = 16 << 10;
/// How long a browser may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many connections are served at once.
const MAX_CONNECTIONS: usize = 32;

/// Where the browser comes back to. Listens until it is dropped: who comes twice is told so.
pub(crate) struct Listener {
    redirect_uri: Url,
    outcome: mpsc::Receiver<Outcome>,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Listener {
    /// Waits until the port is free again: the next sign-in may want the same.
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            // It has nothing to say but that it ended.
            let _ = thread.join();
        }
    }
}

/// The code, or why there is none.
type Outcome = Result<SecretString, AuthError>;

/// What a visitor is judged by.
struct Expected {
    path: String,
    state: String,
    /// Gone once somebody came back.
    teller: Cell<Option<mpsc::Sender<Outcome>>>,
}

impl Listener {
    /// Listens where `redirect_uri` leads, or on a free port of 127.0.0.1, for as long as `limit`.
    pub(crate) fn start(
        redirect_uri: Option<&Url>,
        state: &str,
        limit: Duration,
        cancel: &CancellationToken,
    ) -> Result<Self, AuthError> {
        let (redirect_uri, sockets) = bind(redirect_uri)?;
        let failed = |cause| AuthError::Listen { redirect_uri: redirect_uri.clone(), cause };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let (sender, outcome) = mpsc::channel();
        let expected = (redirect_uri.path().to_owned(), state.to_owned());
        let stop = CancellationToken::new();
        let (stopped, cancel) = (stop.clone(), cancel.clone());
        let thread = thread::Builder::new()
            .name("sign-in".to_owned())
            .spawn(move || {
                let (path, state) = expected;
                let expected = Rc::new(Expected { path, state, teller: Cell::new(Some(sender)) });
                let end = async {
                    let late = tokio::select! {
                        () = cancel.cancelled() => AuthError::Interrupted,
                        () = tokio::time::sleep(limit) => AuthError::Timeout { limit },
                    };
                    if let Some(teller) = expected.teller.take() {
                        // Nobody may be waiting any more.
                        let _ = teller.send(Err(late));
                    }
                    std::future::pending::<()>().await;
                };
                LocalSet::new().block_on(&runtime, async {
                    tokio::select! {
                        () = stopped.cancelled() => {}
                        () = end => {}
                        () = accept(sockets, &expected) => {}
                    }
                });
            })
            .map_err(|cause| AuthError::Listen { redirect_uri: redirect_uri.clone(), cause })?;
        Ok(Self { redirect_uri, outcome, stop, thread: Some(thread) })
    }

    /// With the port that is listened on.
    pub(crate) fn redirect_uri(&self) -> &Url {
        &self.redirect_uri
    }

    /// Blocks until somebody comes back with a code, or it is too late.
    pub(crate) fn wait(&self) -> Result<SecretString, AuthError> {
        self.outcome.recv().unwrap_or(Err(AuthError::Interrupted))
    }
}

#[expect(clippy::expect_used, reason = "a constant")]
fn anywhere() -> Url {
    Url::parse("http://127.0.0.1:0/callback").expect("a URL")
}

/// Opens the sockets, and writes the port into the URI where it has none of its own.
fn bind(given: Option<&Url>) -> Result<(Url, Vec<std::net::TcpListener>), AuthError> {
    let mut uri = given.cloned().unwrap_or_else(anywhere);
    let elsewhere = || AuthError::RedirectUri { redirect_uri: uri.clone() };
    let (v4, v6) = (IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST));
    let (first, second) = match uri.host() {
        _ if uri.scheme() != "http" => return Err(elsewhere()),
        Some(Host::Domain("localhost")) => (v4, Some(v6)),
        Some(Host::Ipv4(address)) if address.is_loopback() => (IpAddr::V4(address), None),
        Some(Host::Ipv6(address)) if address.is_loopback() => (v6, None),
        _ => return Err(elsewhere()),
    };
    let open = |address: IpAddr, port: u16| {
        let socket = std::net::TcpListener::bind(SocketAddr::new(address, port))?;
        socket.set_nonblocking(true)?;
        io::Result::Ok(socket)
    };
    let failed = |cause| AuthError::Listen { redirect_uri: uri.clone(), cause };
    let socket = open(first, uri.port_or_known_default().unwrap_or_default()).map_err(failed)?;
    let port = socket.local_addr().map_err(failed)?.port();
    let mut sockets = vec![socket];
    // A browser may take either address for `localhost`; a machine without IPv6 does well without.
    sockets.extend(second.and_then(|second| open(second, port).ok()));
    // Fails only for a URL without a host.
    let _ = uri.set_port(Some(port));
    Ok((uri, sockets))
}

async fn accept(sockets: Vec<std::net::TcpListener>, expected: &Rc<Expected>) {
    let room = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut tasks = Vec::new();
    for socket in sockets {
        let Ok(socket) = TcpListener::from_std(socket) else { continue };
        let (room, expected) = (Arc::clone(&room), Rc::clone(expected));
        tasks.push(tokio::task::spawn_local(async move {
            loop {
                let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
                let Ok((stream, _)) = socket.accept().await else {
                    // Out of descriptors, say: it may pass.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                };
                let expected = Rc::clone(&expected);
                tokio::task::spawn_local(async move {
                    serve(stream, &expected).await;
                    drop(permit);
                });
            }
        }));
    }
    for task in tasks {
        // They do not end.
        let _ = task.await;
    }
}

/// Answers one request. The outcome is told after the page is written, so that the visitor gets it.
async fn serve(mut stream: TcpStream, expected: &Expected) {
    // Whoever stays silent is left; what came until then is judged.
    let mut head = Vec::new();
    let _ = timeout(PATIENCE, read(&mut stream, &mut head)).await;
    let (page, outcome) = expected.judge(&head);
    let teller = outcome.and_then(|outcome| Some((expected.teller.take()?, outcome)));
    // A visitor who is gone has still brought the code.
    let _ = timeout(PATIENCE, write(&mut stream, &page)).await;
    if let Some((teller, outcome)) = teller {
        // Nobody may be waiting any more.
        let _ = teller.send(outcome);
    }
}

async fn read(stream: &mut TcpStream, head: &mut Vec<u8>) -> io::Result<()> {
    while head.len() < MAX_HEAD && !head.windows(4).any(|window| window == b"\r\n\r\n") {
        if stream.read_buf(head).await? == 0 {
            break;
        }
    }
    Ok(())
}

async fn write(stream: &mut TcpStream, page: &Page) -> io::Result<()> {
    stream.write_all(page.message().as_bytes()).await?;
    stream.shutdown().await
}

impl Expected {
    fn is_over(&self) -> bool {
        let teller = self.teller.take();
        let over = teller.is_none();
        self.teller.set(teller);
        over
    }

    /// What to answer, and what it means for the sign-in.
    fn judge(&self, head: &[u8]) -> (Page, Option<Outcome>) {
        let Some(target) = target(head) else { return (Page::invalid(), None) };
        if target.path() != self.path {
            return (Page::unknown(), None);
        }
        let field = |name: &str| target.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let (state, code, error) = (field("state"), field("code"), field("error"));
        if state.is_none() && code.is_none() && error.is_none() {
            return (Page::unknown(), None);
        }
        if self.is_over() {
            return (Page::used(), None);
        }
        let failed = |error: AuthError| (Page::failed(&capitalized(&error.to_string())), Some(Err(error)));
        if state.as_deref() != Some(&self.state) {
            return failed(AuthError::State);
        }
        let description = || field("error_description").as_deref().and_then(described);
        match (error, code) {
            (Some(error), _) if error == "access_denied" => failed(AuthError::Denied { description: description() }),
            (Some(error), _) => {
                let code = described(&error).unwrap_or_default();
                failed(AuthError::Refused { code, description: description() })
            }
            (None, Some(code)) if !code.is_empty() => (Page::done(), Some(Ok(SecretString::from(code)))),
            (None, _) => failed(AuthError::NoCode),
        }
    }
}

/// The URL that a `GET` asks for.
fn target(head: &[u8]) -> Option<Url> {
    let line = head.split(|byte| *byte == b'\n').next().and_then(|line| std::str::from_utf8(line).ok())?;
    let mut words = line.split_ascii_whitespace();
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    if method != "GET" || !target.starts_with('/') || !version.starts_with("HTTP/1.") {
        return None;
    }
    Url::parse(&format!("http://localhost{target}")).ok()
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
