//! What an analysis finds in the cells of a notebook. All positions are in the notebook's source.

use serde_json::Value;

use apinb_record::value::PlannedValue;
use apinb_text::source::span::Span;
use apinb_text::web::verb::Verb;

/// What a notebook does. Everything is in the order of the text; all places are in the notebook's source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Analysis {
    /// Cells that are not valid JavaScript, with the first error of each.
    pub syntax_errors: Vec<SyntaxError>,
    /// Uses of browser APIs that apinb does not provide.
    pub unsupported_apis: Vec<UnsupportedApi>,
    /// The cells that are too large or too deeply nested to be read.
    pub unread: Vec<usize>,
    /// `API.createClient(…)`.
    pub clients: Vec<Client>,
    /// `load(…)`.
    pub scripts: Vec<Script>,
    /// `prompt(…)` and `confirm(…)`.
    pub questions: Vec<Question>,
    /// `API.authenticate(…)`.
    pub sign_ins: Vec<SignIn>,
    /// Where a client is used.
    pub uses: Vec<ClientUse>,
    /// Whether the word `uriParameters` stands anywhere: tags of paths may be filled by it.
    pub sets_uri_parameters: bool,
    /// Whether the word `baseUriParameters` or `baseUri` stands anywhere.
    pub sets_base_uri: bool,
}

impl Analysis {
    /// The calls of APIs: the first method of HTTP that is called in each use of a client.
    pub fn calls(&self) -> impl Iterator<Item = Call<'_>> {
        self.uses.iter().filter_map(ClientUse::call)
    }
}

/// Why a cell is not valid JavaScript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The number of the cell.
    pub cell: usize,
    /// The parser's message.
    pub message: String,
    /// The parser's help.
    pub help: Option<String>,
    /// Where the parser stopped.
    pub place: Span,
}

/// A use of a browser API that apinb does not provide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsupportedApi {
    /// The number of the cell.
    pub cell: usize,
    /// `document`, `crypto.subtle`, `import()`, …
    pub name: String,
    /// Where the name stands.
    pub place: Span,
}

/// A client that is made.
#[derive(Clone, Debug, PartialEq)]
pub struct Client {
    /// The number of the cell.
    pub cell: usize,
    /// Its name, where that is a literal.
    pub name: Option<String>,
    /// Its definition, where that is a literal: a URL, a path, a tag.
    pub reference: Option<String>,
    /// Its settings, where there are some.
    pub settings: Option<PlannedValue>,
    /// Where the call stands.
    pub place: Span,
}

/// A script that is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The number of the cell.
    pub cell: usize,
    /// Its address, where that is a literal.
    pub reference: Option<String>,
    /// Where the call stands.
    pub place: Span,
}

/// A question to the person who runs the notebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The number of the cell.
    pub cell: usize,
    /// Whether it is a `confirm`.
    pub confirm: bool,
    /// Its text, where that is a literal.
    pub text: Option<String>,
    /// The variable or property that gets the answer, by the rule that a run has.
    pub variable: Option<String>,
    /// The default, where that is a literal text.
    pub default: Option<String>,
    /// Whether text or variable speak of a secret.
    pub secret: bool,
    /// Where the call stands.
    pub place: Span,
}

/// A sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// The number of the cell.
    pub cell: usize,
    /// The client, where it is one that is made by a literal name.
    pub client: Option<String>,
    /// The security scheme, where it is a literal.
    pub scheme: Option<String>,
    /// The names of the options that are given.
    pub options: Vec<String>,
    /// Where the scheme stands, else the call.
    pub place: Span,
}

/// A use of a client: `client.users.id(5).get({page: 1})`, whole. Variables that stand for a part of a client are
/// written out.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientUse {
    /// The number of the cell.
    pub cell: usize,
    /// The client's name.
    pub client: String,
    /// What follows it.
    pub steps: Vec<Step>,
    /// How many of the steps are certain: the notebook does not look whether they are there, and puts nothing there.
    pub certain: usize,
    /// Where all of it stands.
    pub place: Span,
}

impl ClientUse {
    /// The call that it is.
    #[must_use]
    pub fn call(&self) -> Option<Call<'_>> {
        let at = self.steps.windows(2).position(|pair| match pair {
            [Step::Name { name, .. }, Step::Call { .. }] => Verb::callable(name).is_some(),
            _ => false,
        })?;
        match (self.steps.get(at)?, self.steps.get(at + 1)?) {
            (Step::Name { name, .. }, Step::Call { arguments, .. }) => Some(Call {
                cell: self.cell,
                client: &self.client,
                chain: self.steps.get(..at).unwrap_or_default(),
                method: name,
                arguments,
                place: self.place,
            }),
            _ => None,
        }
    }
}

/// A step of a chain.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// `.name`, `['name']`.
    Name {
        /// The property.
        name: String,
        /// Where the name stands.
        place: Span,
    },
    /// `(…)`.
    Call {
        /// What is passed.
        arguments: Vec<Argument>,
        /// Where it stands, with its parentheses.
        place: Span,
    },
    /// A property that is known only when the cell runs, or one that need not be there (`?.`).
    Unknown,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// Its value, where it is a literal that JSON has.
    pub value: Option<Value>,
    /// What its text says of it, where it is no such literal; none for `...list`.
    pub planned: Option<PlannedValue>,
    /// The names of its properties, where it is an object literal.
    pub keys: Vec<String>,
    /// Whether it stands for any number of arguments: `...list`.
    pub spread: bool,
    /// Where it stands.
    pub place: Span,
}

impl Argument {
    /// What its text says of it.
    #[must_use]
    pub fn planned_value(&self) -> PlannedValue {
        match (&self.value, &self.planned) {
            (Some(value), _) => value.clone().into(),
            (None, Some(planned)) => planned.clone(),
            (None, None) => PlannedValue::Unknown("…".to_owned()),
        }
    }
}

/// A call of an API that stands in the notebook, with its arguments.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Call<'a> {
    /// The number of the cell.
    pub cell: usize,
    /// The client's name.
    pub client: &'a str,
    /// What leads to the method, without it.
    pub chain: &'a [Step],
    /// `get`, `post`, …
    pub method: &'a str,
    /// What is passed to it.
    pub arguments: &'a [Argument],
    /// Where all of it stands.
    pub place: Span,
}

/// A [`SyntaxError`] with its place in the code of the cell.
pub(super) struct ParseError {
    pub(super) message: String,
    pub(super) help: Option<String>,
    pub(super) start: u32,
    pub(super) end: u32,
}
