//! An HTTP call of a run: its request and its response.

use serde::{Deserialize, Serialize};

/// One HTTP call.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CallRecord {
    /// The HTTP method in upper case.
    pub method: String,
    /// The URL as the notebook sees it, also if a mock server responded.
    pub url: String,
    /// The path and query below the base URI of the client that it belongs to. Absent if it belongs to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Why it was sent.
    pub purpose: CallPurpose,
    /// Whether it went to a mock server.
    pub mocked: bool,
    /// Whether it was replayed from a cassette. Absent if it was not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replayed: bool,
    /// The HTTP status. Absent if there was no response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there was no response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it was sent: RFC 3339, UTC.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    pub started: String,
    /// The time from sending to the last byte of the response, in milliseconds.
    #[cfg_attr(test, schemars(range(min = 0)))]
    pub milliseconds: f64,
    /// The time from sending to the headers of the response, in milliseconds. Absent if there was no response.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(range(min = 0)))]
    pub waited: Option<f64>,
    /// The HTTP version of the response, such as `HTTP/1.1`. Absent if there was no response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_version: Option<String>,
    /// The size of the response's body after decompression, in bytes.
    pub bytes: u64,
    /// The request as sent.
    pub request: MessageRecord,
    /// The response. Absent if there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<MessageRecord>,
}

impl CallRecord {
    /// Where its response came from, if not from the API: `mocked` or `replayed`.
    #[must_use]
    pub fn stand_in(&self) -> Option<&'static str> {
        match (self.replayed, self.mocked) {
            (true, _) => Some("replayed"),
            (false, true) => Some("mocked"),
            (false, false) => None,
        }
    }

    /// The size of its texts, in bytes.
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        let messages = std::iter::once(&self.request).chain(&self.response).map(MessageRecord::text_bytes);
        let path = self.path.as_ref().map_or(0, String::len);
        self.method.len() + self.url.len() + path + self.error.as_ref().map_or(0, String::len) + messages.sum::<usize>()
    }
}

/// Why a call was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallPurpose {
    /// A client, `fetch` or `XMLHttpRequest`.
    Call,
    /// Loading a definition.
    Definition,
    /// Loading a script.
    Script,
    /// Signing in.
    Authentication,
}

/// Headers and body of a request or a response.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MessageRecord {
    /// Pairs of name and value in order, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text, up to a limit. Absent if it is empty or binary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Whether `body` is truncated, or absent because it is binary.
    pub truncated: bool,
}

impl MessageRecord {
    /// The size of its texts, in bytes.
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.len() + value.len());
        headers.sum::<usize>() + self.body.as_ref().map_or(0, String::len)
    }
}
