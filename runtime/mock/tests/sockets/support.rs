//! A mock server from inline RAML, and a small HTTP client.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use apinb_definition::load::load;
use apinb_definition::model::Definition;
use apinb_mock::{Mock, MockSettings};
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};
use serde_json::Value;

/// A running mock server and the defaults of requests to it.
pub struct Api {
    pub mock: Mock,
    host: String,
    headers: Vec<(String, String)>,
}

/// A complete response.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// The same text at every address.
pub struct Inline(pub String);

impl Loader for Inline {
    fn load(&self, _: &Address) -> Result<String, LoadError> {
        Ok(self.0.clone())
    }
}

/// Reads files from disk.
pub struct Files;

impl Loader for Files {
    fn load(&self, address: &Address) -> Result<String, LoadError> {
        let Address::File(path) = address else { panic!("{address:?} is not a file") };
        std::fs::read_to_string(path).map_err(|_| LoadError::NotFound { address: path.clone() })
    }
}

/// The definition in a text.
pub fn definition(raml: &str) -> Arc<Definition> {
    loaded(&Address::File("/api.raml".to_owned()), Arc::new(Inline(raml.to_owned())))
}

/// The definition in a file, relative to the project.
pub fn definition_at(path: &str) -> Arc<Definition> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    let path = path.canonicalize().expect("the definition is there");
    loaded(&Address::File(path.display().to_string()), Arc::new(Files))
}

fn loaded(address: &Address, loader: Arc<dyn Loader>) -> Arc<Definition> {
    let loaded = load(address, loader);
    let diagnostics: Vec<String> = loaded
        .diagnostics
        .iter()
        .map(|problem| format!("{} {:?}", problem, problem.location().map(|location| location.span)))
        .collect();
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    Arc::new(loaded.definition.expect("a definition"))
}

impl Api {
    /// A mock server for these definitions; requests name none of their hosts.
    pub fn of(definitions: Vec<Arc<Definition>>) -> Self {
        Self::with(definitions, MockSettings::default())
    }

    /// The same with these settings.
    pub fn with(definitions: Vec<Arc<Definition>>, settings: MockSettings) -> Self {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let mock = Mock::start(definitions, address, settings).expect("it starts");
        Self { host: mock.address().to_string(), mock, headers: Vec::new() }
    }

    /// A mock server for the definition in this text.
    pub fn raml(raml: &str) -> Self {
        Self::of(vec![definition(raml)])
    }

    /// Sends further requests to that host.
    pub fn host(mut self, host: &str) -> Self {
        self.host = host.to_owned();
        self
    }

    /// Adds a header to further requests.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends a request without a body.
    pub fn call(&self, method: &str, target: &str) -> Answer {
        self.send(method, target, &[], b"")
    }

    /// Sends a request with a body in this media type.
    pub fn send_as(&self, method: &str, target: &str, media_type: &str, body: &str) -> Answer {
        self.send(method, target, &[("content-type", media_type)], body.as_bytes())
    }

    /// Sends a request with a JSON body.
    pub fn send_json(&self, method: &str, target: &str, body: &Value) -> Answer {
        self.send_as(method, target, "application/json", &body.to_string())
    }

    /// GET; returns the JSON of a successful response.
    pub fn get(&self, target: &str) -> Value {
        let answer = self.call("GET", target);
        assert!((200..300).contains(&answer.status), "GET {target}: {} {}", answer.status, answer.text());
        answer.json()
    }

    /// Sends a request on a new connection.
    pub fn send(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = format!("{method} {target} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", self.host);
        let own = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in own.chain(headers.iter().copied()) {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() {
            request.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        request.push_str("\r\n");
        raw(self.mock.address(), &[request.as_bytes(), body].concat())
    }
}

/// Sends bytes and reads until the connection closes.
pub fn raw(address: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time limit");
    // A server may close the connection before everything is sent.
    let _ = stream.write_all(bytes);
    let mut reply = Vec::new();
    let _ = stream.read_to_end(&mut reply);
    Answer::parse(&reply)
}

impl Answer {
    fn parse(reply: &[u8]) -> Self {
        let head_end = reply.windows(4).position(|window| window == b"\r\n\r\n").expect("a reply with a head");
        let head = String::from_utf8_lossy(&reply[..head_end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(": "));
        Self {
            status: status.expect("a status"),
            headers: headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect(),
            body: reply[head_end + 4..].to_vec(),
        }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The origin of the response, from its header.
    pub fn origin(&self) -> &str {
        self.header("x-apinb-mock").unwrap_or_default()
    }
}
