//! The calls that a notebook makes, as far as its text says: plain data for `apinb export --to curl`.

use serde_json::Value;

/// A value of JavaScript that was read and not evaluated.
#[derive(Clone, Debug, PartialEq)]
pub enum Template {
    /// A literal.
    Value(Value),
    /// What is known only when the cell runs: its source text, on one line.
    Open(String),
    /// A function.
    Function,
    /// Texts that are put together.
    Text(Vec<Template>),
    /// A list.
    List(Vec<Template>),
    /// An object, its keys in order.
    Object(Vec<(String, Template)>),
}

/// A piece of text.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// As it is, encoded as its place wants it.
    Literal(String),
    /// What is known only when the cell runs: its source text.
    Open(String),
}

/// All calls of a notebook.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Requests {
    /// The path as given.
    pub path: String,
    /// From its front matter.
    pub title: Option<String>,
    /// What it asks for.
    pub inputs: Vec<Input>,
    /// Where its clients call.
    pub servers: Vec<Server>,
    /// The calls, in the order of the text.
    pub requests: Vec<Request>,
}

/// An answer that a notebook asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The variable that gets it.
    pub name: String,
    /// The question.
    pub text: String,
    /// What it is when nobody says otherwise.
    pub default: Option<String>,
}

/// The server of a client.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// The client.
    pub client: String,
    /// Its base URI, without a `/` at its end.
    pub uri: Vec<Piece>,
    /// How its calls are let in.
    pub credentials: Option<Credentials>,
}

/// What a client signs in by.
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
    /// What no header alone can do; its name.
    Other(String),
}

/// A place where a notebook calls an API.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The number of the cell.
    pub cell: usize,
    /// What people call the cell.
    pub label: String,
    /// As it is written: `client.users.id(…).get`.
    pub written: String,
    /// What is sent; else why that is not known.
    pub sent: Result<Sent, String>,
}

/// What a call sends.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// The client.
    pub client: String,
    /// Upper case.
    pub method: String,
    /// Another server than the client's.
    pub server: Option<Vec<Piece>>,
    /// The path below the base URI; literals are encoded.
    pub path: Vec<Piece>,
    /// Query parameters.
    pub query: Vec<(String, Vec<Piece>)>,
    /// Headers; the body's type is one of them.
    pub headers: Vec<(String, Vec<Piece>)>,
    /// The body.
    pub body: Option<Body>,
    /// What is left out, and why.
    pub notes: Vec<String>,
}

/// A body.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// JSON.
    Json(Template),
    /// `application/x-www-form-urlencoded`.
    Form(Vec<(String, Vec<Piece>)>),
    /// `multipart/form-data`.
    Multipart(Vec<(String, Vec<Piece>)>),
    /// Text as it is.
    Text(Vec<Piece>),
}

impl Template {
    /// As it would stand in a text: a literal without its quotes.
    #[must_use]
    pub fn pieces(&self) -> Vec<Piece> {
        match self {
            Self::Value(Value::String(text)) => vec![Piece::Literal(text.clone())],
            Self::Value(Value::Null) => vec![Piece::Literal(String::new())],
            // As JavaScript joins a list.
            Self::Value(Value::Array(items)) => Self::List(items.iter().cloned().map(Self::Value).collect()).pieces(),
            Self::Value(value) => vec![Piece::Literal(value.to_string())],
            Self::Open(source) => vec![Piece::Open(source.clone())],
            Self::Function => vec![Piece::Open("function".to_owned())],
            Self::Text(parts) => parts.iter().flat_map(Self::pieces).collect(),
            Self::List(items) => {
                let mut pieces = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        pieces.push(Piece::Literal(",".to_owned()));
                    }
                    pieces.extend(item.pieces());
                }
                pieces
            }
            Self::Object(_) => vec![Piece::Open("object".to_owned())],
        }
    }

    /// The value of a key, where it is an object that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Self> {
        self.fields()?.into_iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Its fields, where it is an object; those that are undefined are not there.
    #[must_use]
    pub fn fields(&self) -> Option<Vec<(String, Self)>> {
        match self {
            Self::Value(Value::Object(fields)) => {
                Some(fields.iter().map(|(name, value)| (name.clone(), Self::Value(value.clone()))).collect())
            }
            Self::Object(fields) => Some(fields.iter().filter(|(_, value)| !value.is_undefined()).cloned().collect()),
            _ => None,
        }
    }

    /// Whether it is the literal `undefined`.
    #[must_use]
    pub fn is_undefined(&self) -> bool {
        matches!(self, Self::Open(source) if source == "undefined")
    }
}
