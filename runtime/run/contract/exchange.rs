//! A call as the check sees it: whole, with its secrets, and each redirect that was followed as a call of its own.

use apinb_contract::exchange::{Body, Exchange, ExchangePlace, Message};
use apinb_engine::calls::text_of;
use apinb_http::exchange::{Call, Redirected, Response, Sent};
use apinb_record::position::FilePosition;

/// Maximum size of a body that is checked, in bytes; as a value it takes up to twenty times as much.
const MAX_BODY: usize = 8 << 20;

/// The size of a call without its bodies, in bytes, about.
const HEADS: usize = 4 << 10;

/// A call that has ended, as it is handed over: its bodies are shared with the notebook.
pub(super) struct EndedCall {
    response: Response,
    number: usize,
    cell: usize,
    line: usize,
}

impl EndedCall {
    /// `None` for a call without a response.
    pub(super) fn of(call: Call, number: usize, cell: usize, line: usize) -> Option<Self> {
        // The memory of the notebook is not held until the check is done.
        let response = Response { memory: None, ..call.outcome.ok()? };
        Some(Self { response, number, cell, line })
    }

    /// How much memory it holds.
    pub(super) fn bytes(&self) -> usize {
        let sent = self.response.sent.body.as_deref().map_or(0, <[u8]>::len);
        HEADS + self.response.body.len() + sent
    }

    /// The exchanges of the call in `notebook`, in order.
    pub(super) fn exchanges(self, notebook: &str) -> Vec<Exchange> {
        let Self { response, number, cell, line } = self;
        let place = ExchangePlace {
            number,
            notebook: Some(notebook.to_owned()),
            cell: Some(cell),
            position: Some(FilePosition { file: notebook.to_owned(), line, column: 1 }),
        };
        let Response { status, headers, body, sent, redirects, mocked, .. } = response;
        let redirects = redirects.into_iter().map(|Redirected { sent, status, headers, mocked }| {
            let body = unread_body(&headers);
            exchange(sent, status, Message { headers, body }, mocked, place.clone())
        });
        let mut exchanges: Vec<Exchange> = redirects.collect();
        let response = Message { body: read_body(&headers, &body), headers };
        exchanges.push(exchange(sent, status, response, mocked, place.clone()));
        exchanges
    }
}

fn exchange(sent: Sent, status: u16, response: Message, mocked: bool, place: ExchangePlace) -> Exchange {
    let Sent { method, url, headers, body } = sent;
    let body = body.map_or(Body::Empty, |body| read_body(&headers, &body));
    Exchange { method, url, request: Message { headers, body }, status, response, mocked, place }
}

fn read_body(headers: &[(String, String)], body: &[u8]) -> Body {
    if body.is_empty() {
        return Body::Empty;
    }
    if body.len() > MAX_BODY {
        return Body::TooLarge;
    }
    let text = text_of(header(headers, "content-type").unwrap_or_default(), body);
    // A form with files is text if all its files are.
    text.or_else(|| std::str::from_utf8(body).ok().map(str::to_owned)).map_or(Body::Unknown, Body::Text)
}

/// The body of a redirect, which was not read.
fn unread_body(headers: &[(String, String)]) -> Body {
    match header(headers, "content-length").map(str::trim) {
        Some("0") => Body::Empty,
        None if header(headers, "transfer-encoding").is_none() => Body::Empty,
        Some(_) | None => Body::Unknown,
    }
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use apinb_contract::exchange::Body;

    use super::{MAX_BODY, read_body, unread_body};

    #[test]
    fn bodies_are_read_by_their_media_type() {
        let check = |media_type: &str, body: &[u8], expected: Body| {
            let headers = vec![("Content-Type".to_owned(), media_type.to_owned())];
            assert_eq!(read_body(&headers, body), expected, "{media_type}");
        };
        check("application/json", b"", Body::Empty);
        check("application/json", b"{}", Body::Text("{}".to_owned()));
        check("text/plain; charset=iso-8859-1", &[0xe9], Body::Text("é".to_owned()));
        check("multipart/form-data; boundary=x", b"--x--", Body::Text("--x--".to_owned()));
        check("image/png", &[0xff], Body::Unknown);
        check("application/json", &vec![b' '; MAX_BODY + 1], Body::TooLarge);
    }

    #[test]
    fn the_body_of_a_redirect_is_there_if_its_headers_say_so() {
        let check = |headers: &[(&str, &str)], expected: Body| {
            let headers: Vec<_> =
                headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            assert_eq!(unread_body(&headers), expected);
        };
        check(&[], Body::Empty);
        check(&[("content-length", "0")], Body::Empty);
        check(&[("content-length", "5")], Body::Unknown);
        check(&[("transfer-encoding", "chunked")], Body::Unknown);
    }
}
