//! A small HTTP server on a free local port, for the program to call.
//!
//! The path selects the response:
//! - `/echo…` responds with 200 and the request as JSON: `{method, url, headers: [[name, value]…], body}`
//! - `/status/404` responds with that status and `{"status":404}`
//! - `/text/…` responds with the rest of the path as text
//! - `/hang` never responds
//! - `/huge` sends 2 GB of text
//! - `/invalid-json` sends an invalid JSON document as `application/json`
//! - `/close` closes the connection
//! - anything else: 404
//!
//! [`Server::with`] responds to all paths with a closure. Dropping the server stops it.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::json;

/// A complete request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query as sent.
    pub(crate) url: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// The response of the server.
pub(crate) enum Answer {
    /// Status, headers, body; a length and `Connection: close` are added.
    Reply(u16, Vec<(String, String)>, Vec<u8>),
    /// No response until the client disconnects.
    Hang,
    /// A text of that many bytes.
    Huge(u64),
    /// Closes the connection.
    Close,
}

impl Answer {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::Reply(status, vec![("Content-Type".to_owned(), content_type.to_owned())], body.into())
    }
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

type Handler = dyn Fn(&Request) -> Answer + Send + Sync;

/// The server.
pub(crate) struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    stopped: Arc<Mutex<bool>>,
}

impl Server {
    /// Starts a server with the paths above.
    pub(crate) fn start() -> Self {
        Self::with(by_path)
    }

    /// Starts a server that responds when the test says so: with `true` for each unit that is sent.
    pub(crate) fn released() -> (Self, Sender<()>) {
        let (release, released) = mpsc::channel();
        let released = Mutex::new(released);
        let server = Self::with(move |_| {
            let go_on = released.lock().unwrap().recv();
            Answer::new(200, "application/json", if go_on.is_ok() { "true" } else { "false" })
        });
        (server, release)
    }

    /// Starts a server with a custom response.
    pub(crate) fn with(handler: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let stopped = Arc::new(Mutex::new(false));
        let handler: Arc<Handler> = Arc::new(handler);
        let (seen, stop) = (Arc::clone(&requests), Arc::clone(&stopped));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if *stop.lock().unwrap() {
                    break;
                }
                let (Ok(stream), handler, seen) = (stream, Arc::clone(&handler), Arc::clone(&seen)) else { break };
                // A client that disconnects does not fail the test.
                thread::spawn(move || serve(stream, &*handler, &seen).ok());
            }
        });
        Self { address, requests, stopped }
    }

    /// The URL of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The requests received so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// A URL that refuses connections.
    pub(crate) fn refused(path: &str) -> String {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        format!("http://{address}{path}")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        *self.stopped.lock().unwrap() = true;
        // Wake the listener.
        TcpStream::connect(self.address).ok();
    }
}

fn by_path(request: &Request) -> Answer {
    let path = request.url.split('?').next().unwrap_or_default();
    match path {
        "/hang" => Answer::Hang,
        "/huge" => Answer::Huge(2 << 30),
        "/close" => Answer::Close,
        "/invalid-json" => Answer::new(200, "application/json", "{\"a\": "),
        _ => {
            if path.starts_with("/echo") {
                let Request { method, url, headers, .. } = request;
                let echo = json!({ "method": method, "url": url, "headers": headers, "body": request.text() });
                return Answer::new(200, "application/json", echo.to_string());
            }
            if let Some(text) = path.strip_prefix("/text/") {
                return Answer::new(200, "text/plain", text);
            }
            let status = path.strip_prefix("/status/").and_then(|status| status.parse().ok()).unwrap_or(404);
            Answer::new(status, "application/json", json!({ "status": status }).to_string())
        }
    }
}

fn serve(stream: TcpStream, handler: &Handler, seen: &Mutex<Vec<Request>>) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let request = read(&mut reader)?;
    seen.lock().unwrap().push(request.clone());
    let mut stream = reader.into_inner();
    match handler(&request) {
        Answer::Reply(status, headers, body) => {
            let mut head = format!("HTTP/1.1 {status} \r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            head.push_str("\r\n");
            stream.write_all(head.as_bytes())?;
            if request.method != "HEAD" {
                stream.write_all(&body)?;
            }
            stream.flush()
        }
        Answer::Hang => io::copy(&mut stream, &mut io::sink()).map(|_| ()),
        Answer::Huge(bytes) => {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {bytes}\r\n\r\n");
            stream.write_all(head.as_bytes())?;
            io::copy(&mut io::repeat(b'x').take(bytes), &mut stream).map(|_| ())
        }
        Answer::Close => Ok(()),
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> io::Result<Request> {
    let mut request = Request::default();
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut words = first.split_whitespace();
    request.method = words.next().unwrap_or_default().to_owned();
    request.url = words.next().unwrap_or_default().to_owned();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        request.headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    if let Some(length) = request.header("content-length").and_then(|length| length.parse().ok()) {
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        request.body = body;
    } else if request.header("transfer-encoding").is_some() {
        loop {
            let mut size = String::new();
            reader.read_line(&mut size)?;
            let size = usize::from_str_radix(size.trim(), 16).unwrap_or_default();
            let mut chunk = vec![0; size + 2];
            reader.read_exact(&mut chunk)?;
            if size == 0 {
                break;
            }
            request.body.extend_from_slice(&chunk[..size]);
        }
    }
    Ok(request)
}
