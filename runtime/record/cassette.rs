//! The content of the files of a cassette, as JSON.
//!
//! `cassette.json` is a [`Head`]; each other JSON file is the [`Cell`] after whose label it is named. The fields of each
//! type are in the order of their names, so that the files are, too.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// The version of the files; it increases when a field changes its meaning or disappears.
pub const VERSION: u32 = 1;

/// `cassette.json`: what all cells of a recording share. A recording that adds no interaction does not change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Head {
    /// The definitions of the clients by the client's name.
    #[serde(default)]
    pub definitions: BTreeMap<String, Definition>,
    /// The definitions, scripts and modules from the web by their URL.
    #[serde(default)]
    pub documents: BTreeMap<String, Document>,
    /// The locale of the recording, a language tag (BCP 47). Absent if it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The seed of the random values of the notebook: 16 hexadecimal digits.
    #[cfg_attr(test, schemars(regex(pattern = "^[0-9a-f]{16}$")))]
    pub seed: String,
    /// When the clock of the notebook starts: RFC 3339, UTC. Recording again keeps it, unless the cassette has expired.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    pub start: String,
    /// The time zone of the recording by its name in the IANA database. Absent if it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// [`VERSION`].
    pub version: u32,
}

/// A definition of a recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Definition {
    /// The SHA-256 hash of its root document, in hexadecimal digits.
    pub sha256: String,
    /// Its file or URL, as the notebook or the project names it.
    pub source: String,
}

/// A response from the web to a request for a definition, a script or a module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Document {
    /// The file with its body, below the folder of the cassette. Absent if it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The headers that matter to a reader, in lower case.
    #[serde(default)]
    pub headers: BTreeMap<String, HeaderValues>,
    /// The HTTP status.
    pub status: u16,
}

/// The interactions of a cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Cell {
    /// The label of the cell.
    pub cell: String,
    /// The interactions in the order in which the requests were sent. Each hop of a redirect is one.
    pub interactions: Vec<Interaction>,
    /// The shapes of the secrets whose placeholders are in the interactions, by the name of the placeholder: `uuid`, `jwt`,
    /// or an alphabet with the number of characters, such as `hex 32`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, String>,
    /// [`VERSION`].
    pub version: u32,
}

/// A request and its response.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Interaction {
    /// The request.
    pub request: Request,
    /// The response.
    pub response: Response,
}

/// A request, with placeholders such as `{{client.token}}` in place of secrets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Request {
    /// The body. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// The client whose definition has the operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The headers that a replay compares, in lower case: `accept`, `content-type`, and those that the definition declares.
    #[serde(default)]
    pub headers: BTreeMap<String, HeaderValues>,
    /// The method in upper case.
    pub method: String,
    /// The operation of the definition, such as `GET /users/{id}`. Absent for a request that no definition has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The values of the parameters in the path of the operation, decoded.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub path: BTreeMap<String, String>,
    /// The URL without user and password.
    pub url: String,
}

/// A response, with placeholders in place of secrets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Response {
    /// The body, decompressed. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// The headers that are stored, in lower case.
    #[serde(default)]
    pub headers: BTreeMap<String, HeaderValues>,
    /// The HTTP status.
    pub status: u16,
    /// The reason phrase. Absent if it is the usual one of the status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_text: Option<String>,
    /// The HTTP version. Absent for `HTTP/1.1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// The value of a header, or the values of a header that occurs several times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum HeaderValues {
    One(String),
    Several(Vec<String>),
}

impl HeaderValues {
    /// The values in order.
    #[must_use]
    pub fn values(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Several(values) => values,
        }
    }

    /// The values for changes.
    pub fn values_mut(&mut self) -> &mut [String] {
        match self {
            Self::One(value) => std::slice::from_mut(value),
            Self::Several(values) => values,
        }
    }
}

/// Headers by name from pairs, with names in lower case.
#[must_use]
pub fn headers<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> BTreeMap<String, HeaderValues> {
    let mut headers: BTreeMap<String, HeaderValues> = BTreeMap::new();
    for (name, value) in pairs {
        let (name, value) = (name.to_ascii_lowercase(), value.to_owned());
        match headers.remove(&name) {
            None => headers.insert(name, HeaderValues::One(value)),
            Some(HeaderValues::One(first)) => headers.insert(name, HeaderValues::Several(vec![first, value])),
            Some(HeaderValues::Several(mut values)) => {
                values.push(value);
                headers.insert(name, HeaderValues::Several(values))
            }
        };
    }
    headers
}

/// Pairs from headers by name.
pub fn pairs(headers: &BTreeMap<String, HeaderValues>) -> impl Iterator<Item = (&str, &str)> {
    headers.iter().flat_map(|(name, values)| values.values().iter().map(move |value| (name.as_str(), value.as_str())))
}

/// A body: exactly one of `json`, `text` and `file`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Body {
    /// The file with the body, below the folder of the cassette: a body that is not text, or larger than 8 KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The number of spaces by which the text of `json` is indented. Absent if it is on one line without spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indent: Option<u8>,
    /// The value of a body of JSON.
    #[serde(default, deserialize_with = "some", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Value"))]
    pub json: Option<Value>,
    /// Whether a line break follows the text of `json`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub newline: bool,
    /// Any other text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
}

/// `null` is a value, too.
fn some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// A text in one piece, or the lines of it without the line feeds between them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Text {
    Whole(String),
    Lines(Vec<String>),
}

impl Text {
    /// Lines if there are several.
    #[must_use]
    pub fn new(text: &str) -> Self {
        match text.contains('\n') {
            false => Self::Whole(text.to_owned()),
            true => Self::Lines(text.split('\n').map(str::to_owned).collect()),
        }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Whole(text) => text.clone(),
            Self::Lines(lines) => lines.join("\n"),
        }
    }
}
