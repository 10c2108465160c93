//! Waits for the redirect of a sign-in page (RFC 8252 section 7.3), on a thread of its own. Requests that do not have the
//! state of the sign-in get a page that says so, and do not end the wait.

use std::cell::Cell;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::LocalSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use url::{Url, form_urlencoded};

use crate::error::{AuthError, described};

use super::page::Page;
use super::redirect_uri::{Addresses, RedirectUri};

/// The largest request that is read, in bytes.
const MAX_MESSAGE: usize = 16 << 10;
/// How long a browser may take to send its request, and to read the page.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many connections are served at once.
const MAX_CONNECTIONS: usize = 32;

/// The target of the redirect. Listens until it is dropped: a second redirect gets a page that says so.
pub(crate) struct Listener {
    redirect_uri: RedirectUri,
    outcome: mpsc::Receiver<Outcome>,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Listener {
    /// Waits until the port is free again: the next sign-in may want the same.
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            // It returns nothing.
            let _ = thread.join();
        }
    }
}

/// The redirect, or the reason why there is none.
type Outcome = Result<Redirected, AuthError>;

/// The field that the redirect has to contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A code, in the query.
    Code,
    /// A token, in the fragment, which only a script in the browser sees.
    Token,
    /// OAuth 1.0's verifier (RFC 5849 section 2.2), in the query.
    Verifier,
}

impl Wanted {
    fn field(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Token => "access_token",
            Self::Verifier => "oauth_verifier",
        }
    }
}

/// The fields of a redirect whose `state` is right.
pub(crate) struct Redirected(Vec<(String, SecretString)>);

impl Redirected {
    /// A field, if it says something.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        let (_, value) = self.0.swap_remove(at);
        Some(value.expose_secret().to_owned()).filter(|value| !value.is_empty())
    }
}

/// What a request has to match.
struct Expected {
    /// With the port, as a browser names it.
    host: String,
    path: String,
    state: String,
    wanted: Wanted,
    /// None after the first redirect.
    teller: Cell<Option<mpsc::Sender<Outcome>>>,
}

impl Listener {
    /// Listens where `redirect_uri` leads, or on a free port of 127.0.0.1, for as long as `limit`.
    pub(crate) fn start(
        redirect_uri: Option<&RedirectUri>,
        state: &str,
        wanted: Wanted,
        limit: Duration,
        cancel: &CancellationToken,
    ) -> Result<Self, AuthError> {
        let (redirect_uri, sockets) = bind(redirect_uri)?;
        let url = redirect_uri.url().clone();
        let failed = |cause| AuthError::Listen { redirect_uri: url.clone(), cause };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let (sender, outcome) = mpsc::channel();
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let host = format!("{}{port}", url.host_str().unwrap_or_default());
        let expected = (host, url.path().to_owned(), state.to_owned());
        let stop = CancellationToken::new();
        let (stopped, cancel) = (stop.clone(), cancel.clone());
        let thread = thread::Builder::new()
            .name("sign-in".to_owned())
            .spawn(move || {
                let (host, path, state) = expected;
                let expected = Rc::new(Expected { host, path, state, wanted, teller: Cell::new(Some(sender)) });
                let end = async {
                    let late = tokio::select! {
                        () = cancel.cancelled() => AuthError::Interrupted,
                        () = tokio::time::sleep(limit) => AuthError::Timeout { limit },
                    };
                    if let Some(teller) = expected.teller.take() {
                        // The receiver may be gone.
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
            .map_err(failed)?;
        Ok(Self { redirect_uri, outcome, stop, thread: Some(thread) })
    }

    /// With the port that is listened on.
    pub(crate) fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri
    }

    /// Blocks until a redirect arrives, or the time is over.
    pub(crate) fn wait(&self) -> Outcome {
        self.outcome.recv().unwrap_or(Err(AuthError::Interrupted))
    }
}

#[expect(clippy::expect_used, reason = "a constant")]
fn anywhere() -> RedirectUri {
    RedirectUri::parse("http://127.0.0.1:0/callback").expect("a URL")
}

/// Opens the sockets, and writes the port into the URI where it has none of its own.
fn bind(given: Option<&RedirectUri>) -> Result<(RedirectUri, Vec<std::net::TcpListener>), AuthError> {
    let uri = given.cloned().unwrap_or_else(anywhere);
    let Some(Addresses { first, second }) = uri.addresses() else {
        return Err(AuthError::RedirectUri { redirect_uri: uri.url().clone() });
    };
    let open = |address: IpAddr, port: u16| {
        let socket = std::net::TcpListener::bind(SocketAddr::new(address, port))?;
        socket.set_nonblocking(true)?;
        io::Result::Ok(socket)
    };
    let failed = |cause| AuthError::Listen { redirect_uri: uri.url().clone(), cause };
    let socket = open(first, uri.url().port_or_known_default().unwrap_or_default()).map_err(failed)?;
    let port = socket.local_addr().map_err(failed)?.port();
    let mut sockets = vec![socket];
    sockets.extend(second.and_then(|second| open(second, port).ok()));
    Ok((uri.with_port(port), sockets))
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

/// Responds to one request. The outcome is sent after the page is written, so that the browser gets the page.
async fn serve(mut stream: TcpStream, expected: &Expected) {
    // A browser that stops sending is not waited for; what has arrived by then counts.
    let mut message = Vec::new();
    let _ = timeout(PATIENCE, read(&mut stream, &mut message)).await;
    let (page, outcome) = expected.judge(&message);
    let teller = outcome.and_then(|outcome| Some((expected.teller.take()?, outcome)));
    // A visitor who is gone has still brought the code.
    let _ = timeout(PATIENCE, write(&mut stream, &page)).await;
    if let Some((teller, outcome)) = teller {
        // The receiver may be gone.
        let _ = teller.send(outcome);
    }
}

async fn read(stream: &mut TcpStream, message: &mut Vec<u8>) -> io::Result<()> {
    while message.len() < MAX_MESSAGE && !is_whole(message) {
        if stream.read_buf(message).await? == 0 {
            break;
        }
    }
    Ok(())
}

/// Whether the head is complete, and the body that it announces.
fn is_whole(message: &[u8]) -> bool {
    let Some((head, body)) = parts(message) else { return false };
    let length = field(head, "content-length").and_then(|length| length.parse::<usize>().ok());
    body.len() >= length.unwrap_or(0)
}

/// A header of the message.
fn header<'m>(message: &'m [u8], name: &str) -> Option<&'m str> {
    field(parts(message)?.0, name)
}

fn field<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let mut fields = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    fields.find(|(known, _)| known.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// Head and body.
fn parts(message: &[u8]) -> Option<(&str, &[u8])> {
    let end = message.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, body) = message.split_at(end);
    Some((std::str::from_utf8(head).ok()?, body.get(4..)?))
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

    /// The page to send, and what the request means for the sign-in.
    fn judge(&self, message: &[u8]) -> (Page, Option<Outcome>) {
        let Some((target, posted)) = target(message, self.wanted) else { return (Page::invalid(), None) };
        // Rejects other host names that resolve to this machine (DNS rebinding).
        if header(message, "host").is_none_or(|host| !host.eq_ignore_ascii_case(&self.host)) {
            return (Page::invalid(), None);
        }
        if target.path() != self.path {
            return (Page::unknown(), None);
        }
        let fields = posted.or(target.query()).unwrap_or_default();
        let has = |name: &str| form_urlencoded::parse(fields.as_bytes()).any(|(key, _)| key == name);
        let nothing = !has("state") && !has(self.wanted.field()) && !has("error");
        if nothing {
            let page = match self.wanted {
                Wanted::Token if posted.is_none() && !self.is_over() => Page::fragment(),
                _ => Page::unknown(),
            };
            return (page, None);
        }
        // Any page in any browser can send a request here; only the sign-in page knows the state. The sign-in waits on.
        if !has_state(fields, &self.state) {
            return (Page::foreign(), None);
        }
        if self.is_over() {
            return (Page::used(), None);
        }
        let outcome = judged(fields, &self.state, self.wanted);
        let page = match &outcome {
            Ok(_) => Page::done(),
            Err(error) => Page::failed(&capitalized(&error.to_string())),
        };
        (page, Some(outcome))
    }
}

/// Whether the fields of a redirect belong to the sign-in with this state (RFC 6749 section 10.12).
fn has_state(fields: &str, state: &str) -> bool {
    form_urlencoded::parse(fields.as_bytes()).find(|(name, _)| name == "state").is_some_and(|(_, value)| value == state)
}

/// Reads the fields of a redirect (RFC 6749 sections 4.1.2 and 4.2.2). Servers of OAuth 1.0 have no word for a
/// denial in the standard: `denied` and `oauth_problem` are the usual ones.
pub(super) fn judged(fields: &str, state: &str, wanted: Wanted) -> Outcome {
    let is_of_sign_in = has_state(fields, state);
    let fields: Vec<(String, String)> = form_urlencoded::parse(fields.as_bytes()).into_owned().collect();
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    if !is_of_sign_in {
        return Err(AuthError::State);
    }
    let description = || field("error_description").and_then(described);
    if wanted == Wanted::Verifier && (field("denied").is_some() || field("oauth_problem") == Some("user_refused")) {
        return Err(AuthError::Denied { description: None });
    }
    match (field("error").or(field("oauth_problem")), field(wanted.field())) {
        (Some("access_denied"), _) => Err(AuthError::Denied { description: description() }),
        (Some(error), _) => {
            Err(AuthError::Refused { code: described(error).unwrap_or_default(), description: description() })
        }
        (None, Some(value)) if !value.is_empty() => {
            Ok(Redirected(fields.into_iter().map(|(name, value)| (name, SecretString::from(value))).collect()))
        }
        (None, _) => Err(AuthError::NoCode { wanted: wanted.field() }),
    }
}

/// The URL of a request, and its body: only the page that reads the fragment posts one.
fn target(message: &[u8], wanted: Wanted) -> Option<(Url, Option<&str>)> {
    let (head, body) = parts(message)?;
    let mut words = head.lines().next()?.split_ascii_whitespace();
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let posted = match (method, wanted) {
        ("GET", _) => None,
        ("POST", Wanted::Token) => Some(std::str::from_utf8(body).ok()?),
        _ => return None,
    };
    if !target.starts_with('/') || !version.starts_with("HTTP/1.") {
        return None;
    }
    Some((Url::parse(&format!("http://localhost{target}")).ok()?, posted))
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
