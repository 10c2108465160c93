//! The calls of a notebook as far as its text determines them: the data of `apinb export --to curl`.

use crate::piece::Piece;
use crate::plan::RequestPlan;

/// All calls of a notebook.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Requests {
    /// The path from the command line.
    pub path: String,
    /// The `title` of the front matter.
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
    /// The variable that it is assigned to.
    pub name: String,
    /// The text of the prompt.
    pub text: String,
    /// The default in the notebook.
    pub default: Option<String>,
}

/// The server of a client.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// The name of the client.
    pub client: String,
    /// The base URI, without a `/` at its end.
    pub uri: Vec<Piece>,
    /// The credentials of its calls; none if the notebook does not sign in.
    pub credentials: Option<Credentials>,
}

/// The credentials of a client's calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// An access token in the header `Authorization`.
    Bearer,
    /// A user and a password in the header `Authorization`.
    Basic,
    /// A user and a password, in response to a challenge.
    Digest,
    /// Headers and query parameters with these names.
    Named {
        /// The names of the headers.
        headers: Vec<String>,
        /// The names of the query parameters.
        query: Vec<String>,
    },
    /// The name of a scheme that headers and parameters alone cannot express.
    Other(String),
}

/// A call in the text of a notebook.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The number of the cell.
    pub cell: usize,
    /// The label of the cell.
    pub label: String,
    /// The source text: `client.users.id(…).get`.
    pub written: String,
    /// The call, or the reason why it is unknown.
    pub call: Result<PlannedCall, String>,
}

/// A call with its request.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedCall {
    /// The name of the client.
    pub client: String,
    /// The HTTP method in upper case.
    pub method: String,
    /// The request without its body.
    pub plan: RequestPlan,
    /// Whether its server is not that of the client.
    pub own_server: bool,
    /// The body, if it has one.
    pub body: Option<Body>,
    /// The omitted parts of the request with the reason, in words.
    pub notes: Vec<String>,
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Text or JSON.
    Text(Vec<Piece>),
    /// The fields of `application/x-www-form-urlencoded`.
    Form(Vec<(String, Vec<Piece>)>),
    /// The fields of `multipart/form-data`.
    Multipart(Vec<(String, Vec<Piece>)>),
}
