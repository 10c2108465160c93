//! A recording: the exchanges of a run as a cassette.

use std::collections::BTreeMap;

use apinb_record::cassette::{Cell, Document, Head, Interaction, Request, Response, VERSION, headers};
use apinb_text::secret::redactor::Redactor;

use crate::cassette::Cassette;
use crate::folder::LARGEST;
use crate::live::{Body, Exchange};
use crate::operations::{Located, Operations};
use crate::path::JsonPath;
use crate::placeholders::Writer;
use crate::{samples, tokens};

/// The response headers that are stored whether a definition declares them or not; `*` stands for any ending.
const STORED: [&str; 9] = [
    "content-type",
    "etag",
    "link",
    "location",
    "ratelimit*",
    "retry-after",
    "set-cookie",
    "www-authenticate",
    "x-ratelimit*",
];

/// Collects the exchanges of a notebook.
#[derive(Debug, Default)]
pub struct Recorder {
    exchanges: Vec<Exchange>,
    /// Of all bodies, in bytes.
    size: u64,
}

/// The cassette that a recording continues.
#[derive(Clone, Copy, Debug)]
pub struct Previous<'a> {
    pub cassette: &'a Cassette,
    /// Whether the files of cells that ran stay, too, and their new interactions follow.
    pub adds: bool,
}

/// The cells of the notebook that is recorded.
#[derive(Clone, Debug, Default)]
pub struct RecordedCells {
    /// The files of all cells by their number, and their labels.
    pub files: BTreeMap<usize, (String, String)>,
    /// The numbers of the cells that ran.
    pub ran: Vec<usize>,
}

impl Recorder {
    /// Adds an exchange. Beyond the limit of a cassette only its size counts.
    pub fn add(&mut self, exchange: Exchange) {
        let length = |body: &Body| (**body).as_ref().len() as u64;
        self.size = self.size.saturating_add(length(&exchange.request_body) + length(&exchange.response_body));
        if self.size <= LARGEST {
            self.exchanges.push(exchange);
        }
    }

    /// Whether the exchanges are too large for a cassette.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.size > LARGEST
    }

    /// Whether nothing was recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.exchanges.is_empty()
    }

    /// The cassette. The files of cells that did not run stay as they are in `previous`. `redact`: the parts of JSON bodies
    /// that samples replace.
    #[must_use]
    pub fn finish(
        mut self,
        head: Head,
        cells: &RecordedCells,
        previous: Option<Previous<'_>>,
        operations: &Operations,
        redactor: &Redactor,
        redact: &[JsonPath],
    ) -> Cassette {
        self.exchanges.sort_by_key(|exchange| exchange.number);
        remove_refused(&mut self.exchanges);
        let mut cassette = Cassette { head, cells: BTreeMap::new(), contents: BTreeMap::new() };
        if let Some(Previous { cassette: previous, adds }) = previous {
            let has_run = |file: &String| {
                cells.ran.iter().any(|number| cells.files.get(number).is_some_and(|(own, _)| own == file))
            };
            let exists = |file: &String| cells.files.values().any(|(own, _)| own == file);
            // Interactions may answer requests of other cells.
            let kept = previous.cells.iter().filter(|(file, _)| adds || (exists(file) && !has_run(file)));
            cassette.cells = kept.map(|(file, cell)| (file.clone(), cell.clone())).collect();
            cassette.contents = previous.contents.clone();
            if adds || cells.ran.len() < cells.files.len() {
                // Only a recording of the whole notebook has a time of its own.
                cassette.head.start.clone_from(&previous.head.start);
                let documents = previous.head.documents.iter().map(|(url, document)| (url.clone(), document.clone()));
                cassette.head.documents = documents.collect();
                for (client, definition) in &previous.head.definitions {
                    cassette.head.definitions.entry(client.clone()).or_insert_with(|| definition.clone());
                }
            }
        }
        for exchange in &self.exchanges {
            tokens::register((*exchange.request_body).as_ref(), redactor);
            tokens::register((*exchange.response_body).as_ref(), redactor);
        }
        let mut writer = Writer::new(redactor);
        let personal = samples::of(&self.exchanges, redact, operations, redactor);
        *writer.samples() = personal;
        for exchange in &self.exchanges {
            let Some(number) = exchange.cell else {
                document(&mut cassette, exchange);
                continue;
            };
            let Some((file, label)) = cells.files.get(&number) else { continue };
            let interaction = interaction(&mut cassette, exchange, &mut writer, file, operations, redact);
            let cell = cassette.cells.entry(file.clone()).or_insert_with(|| Cell {
                cell: writer.text(label),
                version: VERSION,
                ..Cell::default()
            });
            cell.interactions.push(interaction);
            cell.secrets.extend(writer.take_shapes());
        }
        cassette.remove_unused_contents();
        keep_clock(&mut cassette, previous.map(|previous| previous.cassette));
        cassette
    }
}

/// Removes what was refused and sent again with new credentials: a replay does not sign in.
fn remove_refused(exchanges: &mut Vec<Exchange>) {
    let mut refused = Vec::new();
    for (at, anew) in exchanges.iter().enumerate().filter(|(_, exchange)| exchange.is_signed_anew) {
        let is_same = |(before, one): &(usize, &Exchange)| {
            (one.cell, &one.method, &one.url) == (anew.cell, &anew.method, &anew.url)
                && one.status == 401
                && !refused.contains(before)
        };
        refused.extend(exchanges.iter().enumerate().take(at).rev().find(is_same).map(|(before, _)| before));
    }
    let mut at = 0;
    exchanges.retain(|_| {
        at += 1;
        !refused.contains(&(at - 1))
    });
}

/// The head of the previous recording, if no interaction and no document differs.
fn keep_clock(cassette: &mut Cassette, previous: Option<&Cassette>) {
    let Some(previous) = previous else { return };
    let is_same = previous.cells == cassette.cells
        && previous.head.documents == cassette.head.documents
        && previous.head.definitions == cassette.head.definitions;
    if is_same {
        cassette.head = previous.head.clone();
    }
}

fn interaction(
    cassette: &mut Cassette,
    exchange: &Exchange,
    writer: &mut Writer<'_>,
    file: &str,
    operations: &Operations,
    redact: &[JsonPath],
) -> Interaction {
    writer.begin(file);
    let located = operations.locate(&exchange.method, &exchange.url);
    let mut request = operations.describe(&exchange.method, &exchange.url, &exchange.request_headers);
    request.url = writer.text(&request.url);
    request.path.values_mut().for_each(|value| *value = writer.text(value));
    for values in request.headers.values_mut() {
        values.values_mut().iter_mut().for_each(|value| *value = writer.text(value));
    }
    let body = samples::replaced((*exchange.request_body).as_ref(), redact, writer.samples());
    request.body = store(cassette, &exchange.request_headers, &body, writer);
    let stored =
        exchange.response_headers.iter().filter(|(name, _)| is_stored(name, exchange.status, located.as_ref()));
    let stored: Vec<(String, String)> =
        stored.map(|(name, value)| (name.clone(), header(name, value, writer))).collect();
    let body = samples::replaced((*exchange.response_body).as_ref(), redact, writer.samples());
    let response = Response {
        body: store(cassette, &exchange.response_headers, &body, writer),
        headers: headers(stored.iter().map(|(name, value)| (name.as_str(), value.as_str()))),
        status: exchange.status,
        status_text: exchange.status_text.as_ref().map(|text| writer.text(text)),
        version: Some(&exchange.version).filter(|version| *version != "HTTP/1.1").cloned(),
    };
    Interaction { request, response }
}

fn store(
    cassette: &mut Cassette,
    message: &[(String, String)],
    body: &[u8],
    writer: &mut Writer<'_>,
) -> Option<apinb_record::cassette::Body> {
    let media_type = message.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let media_type = media_type.map_or("", |(_, value)| value.as_str());
    cassette.store(media_type, &writer.write(body))
}

/// Whether a response header is stored.
fn is_stored(name: &str, status: u16, located: Option<&Located<'_>>) -> bool {
    let is_known = STORED.iter().any(|stored| match stored.strip_suffix('*') {
        Some(start) => name.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start)),
        None => stored.eq_ignore_ascii_case(name),
    });
    is_known || located.is_some_and(|located| declares(located, status, name))
}

fn declares(located: &Located<'_>, status: u16, name: &str) -> bool {
    let responses = located.operation.method.responses.iter().filter(|response| response.status.includes(status));
    responses.flat_map(|response| &response.headers).any(|header| header.name.eq_ignore_ascii_case(name))
}

/// The value of a response header without secrets.
fn header(name: &str, value: &str, writer: &mut Writer<'_>) -> String {
    if !name.eq_ignore_ascii_case("set-cookie") {
        return writer.text(value);
    }
    let (pair, attributes) = value.split_once(';').map_or((value, ""), |(pair, attributes)| (pair, attributes));
    let Some((cookie, own)) = pair.split_once('=') else { return writer.text(value) };
    let own = own.trim();
    // An empty value removes the cookie.
    let placeholder =
        if own.is_empty() { String::new() } else { writer.whole(own, &format!("cookie.{}", cookie.trim())) };
    let separator = if attributes.is_empty() { "" } else { ";" };
    format!("{}={placeholder}{separator}{}", cookie.trim(), writer.text(attributes))
}

/// Stores a document from the web. The first response to each URL counts.
fn document(cassette: &mut Cassette, exchange: &Exchange) {
    let header = |wanted: &str| {
        let found = exchange.response_headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.clone())
    };
    let media_type = header("content-type").unwrap_or_default();
    let body = (*exchange.response_body).as_ref();
    let file = (!body.is_empty()).then(|| cassette.store_document(&media_type, &exchange.url, body));
    let kept = ["content-type", "etag", "link", "location"].map(|name| (name, header(name)));
    let kept = kept.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?)));
    let document = Document { file, headers: headers(kept), status: exchange.status };
    cassette.head.documents.insert(exchange.url.clone(), document);
}

/// A request that is sent, as the cassette compares it: without secrets.
#[must_use]
pub fn described(
    method: &str,
    url: &str,
    sent: &[(String, String)],
    body: &[u8],
    operations: &Operations,
    redactor: &Redactor,
) -> (Request, Vec<u8>) {
    let mut writer = Writer::new(redactor);
    writer.begin("replay");
    let mut request = operations.describe(method, url, sent);
    request.url = writer.text(&request.url);
    request.path.values_mut().for_each(|value| *value = writer.text(value));
    for values in request.headers.values_mut() {
        values.values_mut().iter_mut().for_each(|value| *value = writer.text(value));
    }
    let body = writer.write(body).into_owned();
    (request, body)
}
