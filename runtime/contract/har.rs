//! Reads recorded traffic: an HTTP archive (HAR) of a browser, a proxy or another tool.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::exchange::{Body, Exchange, ExchangePlace, Message};

/// Maximum number of calls; further ones are an error.
const MAX_ENTRIES: usize = 200_000;

/// Why a text is not an HTTP archive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HarError {
    #[error("{message}")]
    Invalid {
        message: String,
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
    },
    #[error("more than {MAX_ENTRIES} calls")]
    TooManyCalls,
}

#[derive(Deserialize)]
struct Archive {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    request: Request,
    response: Response,
    #[serde(default)]
    comment: Option<String>,
}

#[derive(Deserialize)]
struct Request {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default, rename = "postData")]
    post_data: Option<PostData>,
    #[serde(default, rename = "bodySize")]
    body_size: Option<f64>,
}

#[derive(Deserialize)]
struct PostData {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    params: Vec<Parameter>,
    #[serde(default)]
    comment: Option<String>,
    /// Playwright and others write it here, too.
    #[serde(default)]
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct Parameter {
    name: String,
    #[serde(default)]
    value: Option<String>,
}

#[derive(Deserialize)]
struct Response {
    #[serde(default)]
    status: f64,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    content: Option<Content>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
    #[serde(default)]
    size: Option<f64>,
    #[serde(default)]
    comment: Option<String>,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    #[serde(default)]
    value: String,
}

/// The calls of an archive that have a response.
///
/// # Errors
/// When the text is not an HTTP archive.
pub fn read(text: &str) -> Result<Vec<Exchange>, HarError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let archive: Archive = serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        let end = message.rfind(" at line ").unwrap_or(message.len());
        let message = message.get(..end).unwrap_or_default().to_owned();
        HarError::Invalid { message, line: error.line().max(1), column: error.column().max(1) }
    })?;
    if archive.log.entries.len() > MAX_ENTRIES {
        return Err(HarError::TooManyCalls);
    }
    let numbered = archive.log.entries.into_iter().zip(1..);
    Ok(numbered.filter_map(|(entry, number)| exchange(entry, number)).collect())
}

fn exchange(entry: Entry, number: usize) -> Option<Exchange> {
    let Entry { request, response, comment } = entry;
    // A call without a response has status 0.
    let status = (100.0..600.0).contains(&response.status).then_some(response.status as u16)?;
    Some(Exchange {
        method: request.method.to_ascii_uppercase(),
        url: request.url,
        request: Message {
            headers: headers(request.headers),
            body: match request.post_data {
                Some(data) => data.body(),
                None if request.body_size.is_some_and(|size| size > 0.0) => Body::Unknown,
                None => Body::Empty,
            },
        },
        status,
        response: Message {
            headers: headers(response.headers),
            body: response.content.map_or(Body::Empty, Content::body),
        },
        mocked: comment.is_some_and(|comment| comment == "answered by a mock server"),
        place: ExchangePlace { number, ..ExchangePlace::default() },
    })
}

/// Without the pseudo-headers of HTTP/2.
fn headers(pairs: Vec<Pair>) -> Vec<(String, String)> {
    pairs.into_iter().filter(|pair| !pair.name.starts_with(':')).map(|pair| (pair.name, pair.value)).collect()
}

impl PostData {
    fn body(self) -> Body {
        match self.text {
            Some(_) if self.comment.is_some_and(|comment| comment == "the text is cut") => Body::Unknown,
            Some(text) if self.encoding.as_deref() == Some("base64") => decoded(&text),
            Some(text) => text_body(text),
            None if self.params.is_empty() => Body::Unknown,
            None => {
                let pairs = self.params.iter().map(|pair| (&pair.name, pair.value.as_deref().unwrap_or_default()));
                Body::Text(url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
            }
        }
    }
}

impl Content {
    fn body(self) -> Body {
        match self.text {
            Some(_) if self.comment.is_some_and(|comment| comment == "the text is cut") => Body::Unknown,
            Some(text) if self.encoding.as_deref() == Some("base64") => decoded(&text),
            Some(text) => text_body(text),
            None if self.size.is_some_and(|size| size > 0.0) => Body::Unknown,
            None => Body::Empty,
        }
    }
}

fn text_body(text: String) -> Body {
    if text.is_empty() { Body::Empty } else { Body::Text(text) }
}

fn decoded(text: &str) -> Body {
    match STANDARD.decode(text).map(String::from_utf8) {
        Ok(Ok(text)) => text_body(text),
        _ => Body::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{HarError, read};
    use crate::exchange::Body;

    #[test]
    fn archives_of_several_tools_are_read() {
        let archive = json!({"log": {"version": "1.2", "entries": [
            {"request": {"method": "post", "url": "http://a/b", "headers": [{"name": ":path", "value": "/b"},
                {"name": "Accept", "value": "*/*"}], "postData": {"mimeType": "x", "params": [{"name": "a b", "value": "&"}]}},
             "response": {"status": 200, "headers": [], "content": {"size": 2, "text": "e30=", "encoding": "base64"}}},
            {"request": {"method": "GET", "url": "http://a/b"}, "response": {"status": 0}},
            {"request": {"method": "GET", "url": "http://a/b"}, "response": {"status": 204, "content": {"size": 0, "text": ""}}},
            {"request": {"method": "GET", "url": "http://a/b"}, "response": {"status": 200, "content": {"size": 9}}},
        ]}});
        let calls = read(&format!("\u{feff}{archive}")).unwrap();
        let bodies: Vec<&Body> = calls.iter().map(|call| &call.response.body).collect();
        assert_eq!(bodies, [&Body::Text("{}".to_owned()), &Body::Empty, &Body::Unknown]);
        assert_eq!(calls[0].request.body, Body::Text("a+b=%26".to_owned()));
        assert_eq!((calls[0].method.as_str(), calls[0].request.headers.len()), ("POST", 1));
        assert_eq!(calls.iter().map(|call| call.place.number).collect::<Vec<_>>(), [1, 3, 4]);
    }

    #[test]
    fn other_texts_are_errors_with_positions() {
        let check = |text: &str, message: &str, at: (usize, usize)| {
            let expected = HarError::Invalid { message: message.to_owned(), line: at.0, column: at.1 };
            assert_eq!(read(text).map(|calls| calls.len()), Err(expected), "{text}");
        };
        check("", "EOF while parsing a value", (1, 1));
        check("{\n  \"log\": {}\n}", "missing field `entries`", (2, 11));
        check(
            "{\"log\": {\"entries\": [{\"request\": 1}]}}",
            "invalid type: integer `1`, expected struct Request",
            (1, 34),
        );
        assert!(read(&"[".repeat(100_000)).is_err());
    }
}
