//! The result of an analysis. All spans are in the notebook's source.

use serde_json::Value;

use apinb_record::value::{Fields, PlannedValue};
use apinb_text::source::span::Span;
use apinb_text::web::verb::Verb;

/// What a notebook does, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Analysis {
    /// Cells that are not valid JavaScript, with the first error of each.
    pub syntax_errors: Vec<SyntaxError>,
    /// Uses of browser APIs that apinb does not provide.
    pub unsupported_apis: Vec<UnsupportedApi>,
    /// The cells that are too large or too deeply nested to be analyzed.
    pub unread: Vec<usize>,
    /// `API.createClient(…)`.
    pub clients: Vec<Client>,
    /// `load(…)`.
    pub scripts: Vec<Script>,
    /// `import … from '…'` and `import(…)`.
    pub modules: Vec<Module>,
    /// `prompt(…)` and `confirm(…)`.
    pub questions: Vec<Question>,
    /// `API.authenticate(…)`.
    pub sign_ins: Vec<SignIn>,
    /// Uses of tokens that need their characters.
    pub dissected_tokens: Vec<DissectedToken>,
    /// Uses of clients.
    pub uses: Vec<ClientUse>,
    /// Whether the word `uriParameters` occurs anywhere: it may set path parameters.
    pub sets_uri_parameters: bool,
    /// Whether the word `baseUriParameters` or `baseUri` occurs anywhere.
    pub sets_base_uri: bool,
    /// The fields of `row` that it reads.
    pub row_fields: Vec<RowField>,
    /// Which names only a run can tell.
    pub open: OpenNames,
}

/// Which lists of names may be incomplete: the notebook has others that only a run can tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenNames {
    /// Those of clients.
    pub clients: bool,
    /// The variables and texts of prompts.
    pub prompts: bool,
    /// The addresses of scripts.
    pub scripts: bool,
    /// The fields of `row`.
    pub row: bool,
}

impl OpenNames {
    /// All of them: nothing is known of a part of the code.
    pub const ALL: Self = Self { clients: true, prompts: true, scripts: true, row: true };
}

impl Analysis {
    /// The calls of APIs: the first HTTP method that is called in each use of a client.
    pub fn calls(&self) -> impl Iterator<Item = Call<'_>> {
        self.uses.iter().filter_map(ClientUse::call)
    }
}

/// A field of `row`, the row of `--inputs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowField {
    pub name: String,
    /// The number of the cell.
    pub cell: usize,
    pub place: Span,
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
    pub place: Span,
}

/// A use of a browser API that apinb does not provide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsupportedApi {
    /// The number of the cell.
    pub cell: usize,
    /// `document`, `crypto.subtle`, …
    pub name: String,
    pub place: Span,
}

/// A client that the notebook creates.
#[derive(Clone, Debug, PartialEq)]
pub struct Client {
    /// The number of the cell.
    pub cell: usize,
    /// Its name, if that is a literal.
    pub name: Option<String>,
    /// Its definition, if that is a literal: a URL, a path, or a tag of the original (`#REF_TAG_DEFENITION`).
    pub reference: Option<String>,
    /// Its settings, if any.
    pub settings: Option<PlannedValue>,
    pub place: Span,
}

/// A module that the notebook imports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// The number of the cell.
    pub cell: usize,
    /// Its specifier, if that is a literal.
    pub specifier: Option<String>,
    /// Whether the notebook expects that it may fail.
    pub tolerated: bool,
    /// The specifier of a static import; the whole of `import(…)`.
    pub place: Span,
}

/// A script that the notebook loads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The number of the cell.
    pub cell: usize,
    /// Its address, if that is a literal.
    pub reference: Option<String>,
    pub place: Span,
}

/// A prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The number of the cell.
    pub cell: usize,
    /// Whether it is a `confirm`.
    pub confirm: bool,
    /// Its text, if that is a literal.
    pub text: Option<String>,
    /// The variable or property that gets the answer, by the same rule as in a run.
    pub variable: Option<String>,
    /// The default, if that is a string literal.
    pub default: Option<String>,
    /// Whether its text or its variable announces a secret.
    pub secret: bool,
    pub place: Span,
}

/// A call of `API.authenticate`.
#[derive(Clone, Debug, PartialEq)]
pub struct SignIn {
    /// The number of the cell.
    pub cell: usize,
    /// The client, if it was created with a literal name.
    pub client: Option<String>,
    /// The security scheme, if it is a literal.
    pub scheme: Option<String>,
    /// The names of the options.
    pub options: Vec<String>,
    /// The values of those that are not a literal.
    pub values: Fields,
    /// The span of the options, if any.
    pub options_place: Option<Span>,
    /// The span of the scheme, else of the call.
    pub place: Span,
}

/// A use of a token of a sign-in that needs its characters: `$1.accessToken.split('.')`, `atob(tokens.idToken)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DissectedToken {
    /// The number of the cell.
    pub cell: usize,
    /// The client, if it was created with a literal name.
    pub client: Option<String>,
    /// The field of the sign-in's result: `accessToken`.
    pub field: String,
    /// The function that reads it: `split`, `atob`.
    pub function: String,
    pub place: Span,
}

/// A whole use of a client: `client.users.id(5).get({page: 1})`. Variables that hold a part of a client are replaced by
/// their chains.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientUse {
    /// The number of the cell.
    pub cell: usize,
    /// The client's name.
    pub client: String,
    pub steps: Vec<Step>,
    /// How many of the steps are certain: the notebook neither tests whether they exist nor assigns to them.
    pub certain: usize,
    /// The span of the whole expression.
    pub place: Span,
}

impl ClientUse {
    /// The call at its end.
    #[must_use]
    pub fn call(&self) -> Option<Call<'_>> {
        let at = self.steps.windows(2).position(|pair| match pair {
            [Step::Name { name, .. }, Step::Call { .. }] => is_method(name),
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

/// Whether a property of this name is a method that sends a request. `query` may as well be the function of a path
/// parameter.
pub(super) fn is_method(name: &str) -> bool {
    Verb::callable(name).is_some_and(|verb| verb != Verb::Query)
}

/// A step of a chain.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    Name {
        name: String,
        place: Span,
    },
    /// `(…)`.
    Call {
        arguments: Vec<Argument>,
        /// Its span, with the parentheses.
        place: Span,
    },
    /// A property that is known only at run time, or an optional one (`?.`).
    Unknown,
}

/// A property of an object literal, whose name is not computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    pub name: String,
    /// The span of the name.
    pub place: Span,
    /// The properties of its value, if that is an object literal; none below the second level.
    pub properties: Vec<Self>,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// Its value, if it is a literal that JSON can represent.
    pub value: Option<Value>,
    /// Its template, if it is not such a literal; none for `...list`.
    pub planned: Option<PlannedValue>,
    /// Its properties, if it is an object literal.
    pub properties: Vec<Property>,
    /// Whether it is a spread: `...list`.
    pub spread: bool,
    pub place: Span,
}

impl Argument {
    /// The value for a request plan: the literal, else its template.
    #[must_use]
    pub fn planned_value(&self) -> PlannedValue {
        match (&self.value, &self.planned) {
            (Some(value), _) => value.clone().into(),
            (None, Some(planned)) => planned.clone(),
            (None, None) => PlannedValue::Unknown("…".to_owned()),
        }
    }
}

/// A call of an API with its arguments.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Call<'a> {
    /// The number of the cell.
    pub cell: usize,
    /// The client's name.
    pub client: &'a str,
    /// The steps that lead to the method, without it.
    pub chain: &'a [Step],
    /// `get`, `post`, …
    pub method: &'a str,
    /// What is passed to it.
    pub arguments: &'a [Argument],
    /// The span of the whole expression.
    pub place: Span,
}

/// A [`SyntaxError`] with its place in the code of the cell.
pub(super) struct ParseError {
    pub(super) message: String,
    pub(super) help: Option<String>,
    pub(super) start: u32,
    pub(super) end: u32,
}
