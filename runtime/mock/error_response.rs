//! Errors of the mock server itself, as JSON: `{"error": "not_found", "message": "…", "help": "…"}`.

use serde_json::{Map, Value};

use crate::exchange::{Origin, Response};

/// A response with an error and, if there is one, its help.
pub(crate) fn error_response(status: u16, message: &str, help: Option<String>) -> Response {
    let mut body = Map::new();
    body.insert("error".to_owned(), code(status).into());
    body.insert("message".to_owned(), message.into());
    if let Some(help) = help {
        body.insert("help".to_owned(), help.into());
    }
    Response::json(status, &Value::Object(body), Origin::Error)
}

fn code(status: u16) -> &'static str {
    match status {
        400 => "bad_request",
        401 => "unauthorized",
        404 => "not_found",
        405 => "method_not_allowed",
        408 => "timeout",
        413 => "content_too_large",
        421 => "misdirected_request",
        503 => "unavailable",
        507 => "insufficient_storage",
        _ => "error",
    }
}
