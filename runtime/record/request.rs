//! The calls that a notebook makes, as far as its text says: plain data for `apinb export --to curl`.

use crate::piece::Piece;
use crate::plan::RequestPlan;

/// All calls of a notebook.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Requests {
    /// The path as the user wrote it.
    pub path: String,
    /// From its front matter.
    pub title: Option<String>,
    /// The answers that it prompts for.
    pub inputs: Vec<Input>,
    /// The servers of its clients.
    pub servers: Vec<Server>,
    /// The calls, in the order of the text.
    pub requests: Vec<Request>,
}

/// An answer that a notebook prompts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The variable that gets it.
    pub name: String,
    /// The question.
    pub text: String,
    /// The answer when nobody gives one.
    pub default: Option<String>,
}

/// The server of a client.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// The client.
    pub client: String,
    /// Its base URI, without a `/` at its end.
    pub uri: Vec<Piece>,
    /// The credentials that its calls carry.
    pub credentials: Option<Credentials>,
}

/// The credentials of a client's calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// An access token in the header `Authorization`.
    Bearer,
    /// A user and a password.
    Basic,
    /// The same, in answer to a challenge.
    Digest,
    /// Headers and query parameters of these names.
    Named {
        /// Headers.
        headers: Vec<String>,
        /// Query parameters.
        query: Vec<String>,
    },
    /// A scheme that no header alone can express; its name.
    Other(String),
}

/// A position at which a notebook calls an API.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The number of the cell.
    pub cell: usize,
    /// The cell's label.
    pub label: String,
    /// As the notebook writes it: `client.users.id(…).get`.
    pub written: String,
    /// The call; else why it is not known.
    pub call: Result<PlannedCall, String>,
}

/// A call with its request.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedCall {
    /// The client.
    pub client: String,
    /// Its method, in upper case.
    pub method: String,
    /// The request.
    pub plan: RequestPlan,
    /// Whether it goes to another server than the client's.
    pub own_server: bool,
    /// The body.
    pub body: Option<Body>,
    /// What is left out, and why.
    pub notes: Vec<String>,
}

/// A body.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// A text, or JSON.
    Text(Vec<Piece>),
    /// The fields of `application/x-www-form-urlencoded`.
    Form(Vec<(String, Vec<Piece>)>),
    /// The fields of `multipart/form-data`.
    Multipart(Vec<(String, Vec<Piece>)>),
}
