//! Writes the calls of a run as an HTTP archive, version 1.2: each cell with calls is a page, each call an entry.
//!
//! The record does not have the times for sending and connecting, so `wait` includes them.

use std::io;

use apinb_record::call::{CallRecord, MessageRecord};
use apinb_record::run::{CellRecord, NotebookRecord, RunRecord};
use apinb_record::sequence::serialize_each;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::json::pretty;

#[derive(Serialize)]
struct Archive<'a> {
    log: Log<'a>,
}

/// Pages and entries are made while they are written.
#[derive(Serialize)]
struct Log<'a> {
    version: &'static str,
    creator: Value,
    #[serde(serialize_with = "pages")]
    pages: &'a RunRecord,
    #[serde(serialize_with = "entries")]
    entries: &'a RunRecord,
}

/// The record as HAR.
pub(super) fn write(record: &RunRecord, out: &mut dyn io::Write) -> io::Result<()> {
    let (name, version) = record.generator.split_once(' ').unwrap_or((&record.generator, ""));
    let creator = json!({ "name": name, "version": version });
    pretty(&Archive { log: Log { version: "1.2", creator, pages: record, entries: record } }, out)
}

fn pages<S: Serializer>(record: &RunRecord, serializer: S) -> Result<S::Ok, S::Error> {
    serialize_each(serializer, |visit| {
        each_page(record, &mut |notebook, cell, first, id| visit(&page(notebook, cell, first, id)))
    })
}

fn entries<S: Serializer>(record: &RunRecord, serializer: S) -> Result<S::Ok, S::Error> {
    serialize_each(serializer, |visit| {
        each_page(record, &mut |_, cell, _, id| cell.calls.iter().try_for_each(|call| visit(&entry(call, id))))
    })
}

/// Passes each cell with calls to `visit`, with its first call and the id of its page.
fn each_page(
    record: &RunRecord,
    visit: &mut dyn FnMut(&NotebookRecord, &CellRecord, &CallRecord, &str) -> io::Result<()>,
) -> io::Result<()> {
    let mut number = 0;
    record.notebooks.each(&mut |notebook| {
        for cell in &notebook.cells {
            if let Some(first) = cell.calls.first() {
                visit(notebook, cell, first, &format!("page_{number}"))?;
                number += 1;
            }
        }
        Ok(())
    })
}

fn page(notebook: &NotebookRecord, cell: &CellRecord, first: &CallRecord, id: &str) -> Value {
    json!({
        "startedDateTime": first.started,
        "id": id,
        "title": format!("{} ${} {}", notebook.name(), cell.number, cell.label),
        "pageTimings": { "onLoad": cell.milliseconds },
    })
}

fn entry(call: &CallRecord, page: &str) -> Value {
    let wait = call.waited.unwrap_or(call.milliseconds).min(call.milliseconds);
    // Rounded to microseconds, the precision of both times.
    let receive = ((call.milliseconds - wait) * 1e3).round() / 1e3;
    let entry = json!({
        "pageref": page,
        "startedDateTime": call.started,
        "time": call.milliseconds,
        "request": request(call),
        "response": response(call),
        "cache": {},
        "timings": { "send": 0, "wait": wait, "receive": receive },
    });
    with(entry, "comment", source(call).map(Into::into))
}

/// Where a response came from, if not from the API.
fn source(call: &CallRecord) -> Option<&'static str> {
    match (call.replayed, call.mocked) {
        (true, _) => Some("replayed from a cassette"),
        (false, true) => Some("answered by a mock server"),
        (false, false) => None,
    }
}

/// Adds a field to `object`, if it has a value.
fn with(mut object: Value, name: &str, value: Option<Value>) -> Value {
    if let (Value::Object(fields), Some(value)) = (&mut object, value) {
        fields.insert(name.to_owned(), value);
    }
    object
}

fn version(call: &CallRecord) -> &str {
    call.http_version.as_deref().unwrap_or("unknown")
}

fn request(call: &CallRecord) -> Value {
    let request = json!({
        "method": call.method,
        "url": call.url,
        "httpVersion": version(call),
        "cookies": [],
        "headers": headers(&call.request),
        "queryString": query(&call.url),
        "headersSize": -1,
        "bodySize": body_size(&call.request),
    });
    let has_body = call.request.body.is_some() || call.request.truncated;
    with(request, "postData", has_body.then(|| body(&call.request)))
}

fn response(call: &CallRecord) -> Value {
    let none = MessageRecord { headers: Vec::new(), body: None, truncated: false };
    let message = call.response.as_ref().unwrap_or(&none);
    let content = with(body(message), "size", Some(call.bytes.into()));
    let response = json!({
        "status": call.status.unwrap_or_default(),
        "statusText": "",
        "httpVersion": version(call),
        "cookies": [],
        "headers": headers(message),
        "content": content,
        "redirectURL": header(message, "location"),
        "headersSize": -1,
        "bodySize": -1,
    });
    // The field that browsers use.
    with(response, "_error", call.error.as_deref().map(Value::from))
}

fn headers(message: &MessageRecord) -> Vec<Value> {
    message.headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

fn header<'a>(message: &'a MessageRecord, name: &str) -> &'a str {
    message.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

/// The query parameters as recorded, so redacted text stays redacted.
fn query(url: &str) -> Vec<Value> {
    let url = url.split_once('#').map_or(url, |(url, _)| url);
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect()
}

fn body(message: &MessageRecord) -> Value {
    let body = json!({ "mimeType": header(message, "content-type") });
    let left_out = if message.body.is_some() { "the text is cut" } else { "the body is binary and left out" };
    let body = with(body, "text", message.body.as_deref().map(Value::from));
    with(body, "comment", message.truncated.then(|| left_out.into()))
}

/// -1 if unknown.
fn body_size(message: &MessageRecord) -> i64 {
    match &message.body {
        _ if message.truncated => -1,
        Some(text) => i64::try_from(text.len()).unwrap_or(-1),
        None => 0,
    }
}
