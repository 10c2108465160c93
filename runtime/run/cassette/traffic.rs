//! The recorded traffic of a running notebook, in its worker.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use apinb_cassette::body::sha256;
use apinb_cassette::cassette::Cassette;
use apinb_cassette::drift::Collector;
use apinb_cassette::error::CassetteError;
use apinb_cassette::ignore::Ignore;
use apinb_cassette::live::Exchange;
use apinb_cassette::miss::Miss;
use apinb_cassette::names::of_cells;
use apinb_cassette::operations::Operations;
use apinb_cassette::path::JsonPath;
use apinb_cassette::placeholders::{clean, restored};
use apinb_cassette::player::Player;
use apinb_cassette::recorder::{Previous, RecordedCells, Recorder, described};
use apinb_contract::api::Api;
use apinb_contract::base::Bases;
use apinb_contract::exchange::{self, ExchangePlace, Message};
use apinb_definition::model::Definition;
use apinb_engine::determinism::Surroundings;
use apinb_http::network::Network;
use apinb_http::traffic::{self, Found, HopRequest, HopResponse, Traffic};
use apinb_notebook::model::Notebook;
use apinb_project::cassette::CassetteMode;
use apinb_record::cassette::{self as format, Head, Interaction, VERSION, pairs};
use apinb_record::drift::Drift;
use apinb_text::secret::redactor::Redactor;
use apinb_text::source::span::SourceFile;
use bytes::Bytes;
use url::Url;

use super::super::mutex::lock;
use super::{CassetteTask, Recording};

/// Replays and records the traffic of one notebook.
pub(in crate::run) struct NotebookTraffic {
    mode: CassetteMode,
    redactor: Redactor,
    cells: BTreeMap<usize, (String, String)>,
    redact: Vec<JsonPath>,
    head: Head,
    state: Mutex<State>,
}

struct State {
    operations: Operations,
    player: Player,
    /// Whether there was a cassette before.
    has_previous: bool,
    recorder: Recorder,
    drift: Collector,
    definitions: BTreeMap<String, format::Definition>,
}

impl fmt::Debug for NotebookTraffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NotebookTraffic").field("mode", &self.mode).finish_non_exhaustive()
    }
}

impl NotebookTraffic {
    /// The traffic of `notebook`.
    ///
    /// # Errors
    /// When the cassette is not valid.
    pub(in crate::run) fn new(
        task: CassetteTask,
        notebook: &Notebook,
        redactor: &Redactor,
    ) -> Result<Arc<Self>, CassetteError> {
        let CassetteTask { mode, name, files, ignore, redact, start, seed } = task;
        let previous = files.map(|files| Cassette::read(&name, files)).transpose()?;
        let (labels, numbers): (Vec<String>, Vec<usize>) =
            notebook.cells().map(|cell| (notebook.label_line(cell), cell.number)).unzip();
        let names = of_cells(labels.iter().map(String::as_str));
        let cells = numbers.into_iter().zip(names.into_iter().zip(labels)).collect();
        let (definitions, documents) = (BTreeMap::new(), BTreeMap::new());
        let new = Head { definitions, documents, locale: None, seed, start, time_zone: None, version: VERSION };
        let head = previous.as_ref().map_or_else(
            || new.clone(),
            |previous| {
                let Head { locale, seed, time_zone, .. } = previous.head.clone();
                Head { locale, seed, time_zone, ..new.clone() }
            },
        );
        let has_previous = previous.is_some();
        let cassette = previous.unwrap_or_else(|| Cassette {
            head: head.clone(),
            cells: BTreeMap::new(),
            contents: BTreeMap::new(),
        });
        // The settings were checked when they were read.
        let ignore: Vec<Ignore> = ignore.iter().filter_map(|text| text.parse().ok()).collect();
        let redact = redact.iter().filter_map(|text| text.parse().ok()).collect();
        let state = State {
            operations: Operations::default(),
            player: Player::new(cassette, ignore),
            has_previous,
            recorder: Recorder::default(),
            drift: Collector::default(),
            definitions: BTreeMap::new(),
        };
        let (redactor, state) = (redactor.clone(), Mutex::new(state));
        Ok(Arc::new(Self { mode, redactor, cells, redact, head, state }))
    }

    /// A client has this definition, below `base_uri` if that replaces those of the definition.
    pub(in crate::run) fn add_definition(&self, client: &str, definition: &Arc<Definition>, base_uri: Option<&Url>) {
        let bases = base_uri.map_or_else(Bases::declared, |base_uri| Bases::only(base_uri.as_str()));
        let api = Arc::new(Api::new(Arc::clone(definition), client.to_owned()));
        lock(&self.state).operations.add(client, api, bases);
    }

    /// The root document of the definition of a client. Of a file its name is stored, not its folder.
    pub(in crate::run) fn add_source(&self, client: &str, root: &SourceFile) {
        let name = self.redactor.redact(root.name()).into_owned();
        let is_url = name.starts_with("http://") || name.starts_with("https://");
        let source = match name.rsplit(['/', '\\']).next().filter(|_| !is_url) {
            Some(file) => file.to_owned(),
            None => name,
        };
        let definition = format::Definition { sha256: sha256(root.text().as_bytes()), source };
        lock(&self.state).definitions.insert(client.to_owned(), definition);
    }

    /// Names the answer of a question, so that its placeholder says what it is.
    pub(in crate::run) fn name_answer(&self, name: &str, answer: &str) {
        self.redactor.name(answer, &format!("input.{}", clean(name)));
    }

    /// How the live responses differ; none: the run does not compare them.
    pub(in crate::run) fn drift(&self) -> Option<Drift> {
        let CassetteMode::Drift { values, .. } = self.mode else { return None };
        Some(std::mem::take(&mut lock(&self.state).drift).finish(values))
    }

    /// Compares a live response with the recorded one.
    fn compare(&self, request: &HopRequest, response: &HopResponse) {
        let Some(number) = request.cell.filter(|_| !request.is_document && !request.is_own) else { return };
        let mut state = lock(&self.state);
        let State { operations, player, drift, .. } = &mut *state;
        let cell = self.cells.get(&number).map(|(file, _)| (file.as_str(), number));
        let body = request.body.as_deref().unwrap_or_default();
        let (method, url) = (request.method.as_str(), request.url.as_str());
        let (described, body) = described(method, url, &request.headers, body, operations, &self.redactor);
        let Ok((_, interaction)) = player.play(cell, &described, &body, operations) else {
            drift.unrecorded();
            return;
        };
        let recorded = player.cassette().exchange(&interaction, ExchangePlace::default());
        let text = String::from_utf8(response.body.to_vec());
        let live = exchange::Exchange {
            status: response.status,
            response: Message {
                headers: response.headers.clone(),
                body: match text {
                    Ok(text) if text.is_empty() => exchange::Body::Empty,
                    Ok(text) => exchange::Body::Text(text),
                    Err(_) => exchange::Body::Unknown,
                },
            },
            ..recorded.clone()
        };
        let (recorded, live) = (self.without_samples(recorded), self.without_samples(live));
        let name = described
            .operation
            .clone()
            .unwrap_or_else(|| format!("{method} {}", described.url.split(['?', '#']).next().unwrap_or_default()));
        let operation = operations.of_response(method, url);
        drift.add(&name, &format!("${number}"), apinb_cassette::drift::compare(&recorded, &live, &operation));
    }

    /// The same with one value in all places that `redact` names: samples are not compared.
    fn without_samples(&self, mut exchange: exchange::Exchange) -> exchange::Exchange {
        let exchange::Body::Text(text) = &exchange.response.body else { return exchange };
        if self.redact.is_empty() {
            return exchange;
        }
        if let Ok(mut value) = serde_json::from_str::<serde_json::Value>(text) {
            for path in &self.redact {
                path.each(&mut value, &mut |_, part| match part {
                    serde_json::Value::String(text) => "redacted".clone_into(text),
                    serde_json::Value::Number(number) => *number = 1.into(),
                    _ => {}
                });
            }
            exchange.response.body = exchange::Body::Text(value.to_string());
        }
        exchange
    }

    /// Whether a run that compares replays a request, since it may change something.
    fn is_replayed(&self, request: &HopRequest) -> bool {
        let is_safe = matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "QUERY");
        self.mode.plays() || matches!(self.mode, CassetteMode::Drift { writes: false, .. }) && !is_safe
    }

    /// The recording; none: the run does not record. `ran`: the numbers of the cells that ran.
    pub(in crate::run) fn finish(
        &self,
        network: &Network,
        surroundings: Surroundings,
        ran: Vec<usize>,
    ) -> Option<Recording> {
        if !self.mode.records() {
            return None;
        }
        for (secret, name) in network.handles().secrets() {
            let client = name.client.as_deref().unwrap_or("input");
            self.redactor.name(&secret, &format!("{}.{}", clean(client), clean(&name.kind)));
        }
        let mut state = lock(&self.state);
        let recorder = std::mem::take(&mut state.recorder);
        if recorder.is_too_large() {
            return Some(Recording { files: None });
        }
        let adds = self.mode == CassetteMode::RecordMissing;
        let cells = RecordedCells { files: self.cells.clone(), ran };
        let previous = state.has_previous.then(|| Previous { cassette: state.player.cassette(), adds });
        let mut head = Head { definitions: state.definitions.clone(), ..self.head.clone() };
        head.time_zone = head.time_zone.or_else(|| surroundings.time_zone.map(String::from));
        head.locale = head.locale.or_else(|| surroundings.locale.map(String::from));
        let cassette = recorder.finish(head, &cells, previous, &state.operations, &self.redactor, &self.redact);
        Some(Recording { files: Some(cassette.files()) })
    }

    fn replayed(&self, state: &mut State, request: &HopRequest) -> Result<HopResponse, Box<Miss>> {
        let cell = request.cell.and_then(|number| Some((self.cells.get(&number)?.0.as_str(), number)));
        let body = request.body.as_deref().unwrap_or_default();
        let State { operations, player, .. } = state;
        let (described, body) =
            described(&request.method, request.url.as_str(), &request.headers, body, operations, &self.redactor);
        let (file, interaction) = player.play(cell, &described, &body, operations)?;
        let cassette = player.cassette();
        let nothing = BTreeMap::new();
        let secrets = cassette.cells.get(&file).map_or(&nothing, |cell| &cell.secrets);
        Ok(self.response(cassette, &interaction, secrets))
    }

    fn response(
        &self,
        cassette: &Cassette,
        interaction: &Interaction,
        secrets: &BTreeMap<String, String>,
    ) -> HopResponse {
        let format::Response { body, headers, status, status_text, version } = &interaction.response;
        let restored = |bytes: &[u8]| restored(bytes, secrets, &self.redactor).into_owned();
        let text = |text: &str| String::from_utf8_lossy(&restored(text.as_bytes())).into_owned();
        let body = body.as_ref().and_then(|body| cassette.bytes(body)).unwrap_or_default();
        HopResponse {
            status: *status,
            status_text: status_text.clone(),
            version: version.clone().unwrap_or_else(|| "HTTP/1.1".to_owned()),
            headers: pairs(headers).map(|(name, value)| (name.to_owned(), text(value))).collect(),
            body: Bytes::from(restored(&body)),
        }
    }

    fn document(&self, state: &State, url: &Url) -> Option<HopResponse> {
        let document = state.player.document(url.as_str())?;
        let content = document.file.as_ref().and_then(|file| state.player.cassette().contents.get(file));
        Some(HopResponse {
            status: document.status,
            status_text: None,
            version: "HTTP/1.1".to_owned(),
            headers: pairs(&document.headers).map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: content.map(|content| Bytes::copy_from_slice(content)).unwrap_or_default(),
        })
    }
}

impl Traffic for NotebookTraffic {
    fn find(&self, request: &HopRequest) -> Found {
        let is_call = request.cell.is_some() && !request.is_document;
        let is_replayed = if is_call { self.is_replayed(request) } else { self.mode.plays() };
        if !is_replayed || (!is_call && !request.is_document) {
            // The sign-ins of a replay go to a mock server.
            let is_refused = self.mode == CassetteMode::Replay && !request.is_own;
            return if is_refused { self.refused() } else { Found::Unrecorded };
        }
        let mut state = lock(&self.state);
        if request.is_document {
            return match self.document(&state, &request.url) {
                Some(response) => Found::Response(Box::new(response)),
                None if self.mode == CassetteMode::RecordMissing => Found::Unrecorded,
                None => Found::Missed(traffic::Miss {
                    message: "the cassette does not have it".to_owned(),
                    help: "Record the notebook again with `--record`.".to_owned(),
                }),
            };
        }
        match self.replayed(&mut state, request) {
            Ok(response) => {
                if self.mode.compares() {
                    state.drift.replayed();
                }
                Found::Response(Box::new(response))
            }
            Err(_) if self.mode == CassetteMode::RecordMissing => Found::Unrecorded,
            Err(miss) => Found::Missed(traffic::Miss { message: miss.message(), help: miss.help() }),
        }
    }

    fn record(&self, number: u64, request: HopRequest, response: HopResponse) {
        if self.mode.compares() {
            self.compare(&request, &response);
        }
        if !self.mode.records() {
            return;
        }
        let body = |bytes: Bytes| Arc::new(bytes) as Arc<dyn AsRef<[u8]> + Send + Sync>;
        lock(&self.state).recorder.add(Exchange {
            number,
            cell: request.cell,
            is_signed_anew: request.is_signed_anew,
            method: request.method,
            url: request.url.into(),
            request_headers: request.headers,
            request_body: body(request.body.unwrap_or_default()),
            status: response.status,
            status_text: response.status_text,
            version: response.version,
            response_headers: response.headers,
            response_body: body(response.body),
        });
    }
}

impl NotebookTraffic {
    fn refused(&self) -> Found {
        Found::Missed(traffic::Miss {
            message: "a replay uses no network".to_owned(),
            help: "Record the notebook again with `--record`.".to_owned(),
        })
    }
}
