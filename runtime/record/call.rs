//! An HTTP call of a run, with the headers and bodies of its request and its response.

use serde::Serialize;

/// One HTTP call.
#[derive(Clone, Debug, Serialize)]
pub struct CallRecord {
    /// Upper case.
    pub method: String,
    /// The URL the notebook sees.
    pub url: String,
    /// What it was sent for.
    pub purpose: CallPurpose,
    /// Whether a mock server answered.
    pub mocked: bool,
    /// The status; none when no answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why no answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it was sent: RFC 3339, UTC.
    pub started: String,
    /// From sending to the last byte of the answer, in milliseconds.
    pub milliseconds: f64,
    /// From sending to the headers of the answer, in milliseconds; none when no answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waited: Option<f64>,
    /// The version of HTTP that the answer came by: `HTTP/1.1`, `HTTP/2.0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_version: Option<String>,
    /// Size of the answer's body as received, after decompression, in bytes.
    pub bytes: u64,
    /// The request as sent.
    pub request: MessageRecord,
    /// The answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<MessageRecord>,
}

impl CallRecord {
    /// The size of its texts, in bytes.
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        let messages = std::iter::once(&self.request).chain(&self.response).map(MessageRecord::text_bytes);
        self.method.len() + self.url.len() + self.error.as_ref().map_or(0, String::len) + messages.sum::<usize>()
    }
}

/// What a call was sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CallPurpose {
    /// The client, `fetch` or `XMLHttpRequest`.
    Call,
    /// Loading a definition.
    Definition,
    /// `load`.
    Script,
    /// Signing in.
    Authentication,
}

/// Headers and body of a request or a response.
#[derive(Clone, Debug, Serialize)]
pub struct MessageRecord {
    /// Name and value, names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The body as text, up to a limit; none when empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Whether `body` was cut, or left out because it is binary.
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
