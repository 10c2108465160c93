//! Cells in an engine of this process, for tests that do not need the program: a client named `client` and a real
//! server.

use std::fs;

use apinb_client::completion::candidate::Found;
use apinb_engine::isolate::Engine;
use apinb_engine::outcome::Outcome;
use apinb_project::settings::Settings;
use apinb_record::error::ErrorRecord;
use apinb_text::secret::redactor::Redactor;
use serde_json::Value;
use tempfile::TempDir;

use super::engine;
use super::server::{Request, Server};

static SNAPSHOT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/snapshot.bin"));

/// An engine, its server, and the folder of its notebook.
pub(crate) struct Cells {
    engine: Engine,
    pub(crate) server: Server,
    folder: TempDir,
    started: usize,
}

impl Cells {
    /// With a client of the RAML 0.8 definition with these lines after its title; `SERVER` is replaced by the address
    /// of the server, which is also the default base URI. The server is that of [`Server::start`].
    pub(crate) fn of(raml: &str) -> Self {
        Self::with(raml, Server::start())
    }

    /// The same with another server.
    pub(crate) fn with(raml: &str, server: Server) -> Self {
        let mut cells = Self::without_client(server);
        cells.client("client", raml);
        cells
    }

    /// With a client of the OpenAPI definition with these lines after its head; `SERVER` is replaced by the address of
    /// the server, which is the base URI.
    pub(crate) fn openapi(body: &str) -> Self {
        let mut cells = Self::without_client(Server::start());
        let head = "openapi: 3.0.3\ninfo: { title: Test, version: 1.0.0 }\nservers: [ { url: SERVER } ]\n";
        cells.file("client.yaml", &format!("{head}{body}\n").replace("SERVER", &cells.server.url("")));
        cells.run("API.createClient('client', 'client.yaml')");
        cells
    }

    /// Without a client.
    pub(crate) fn without_client(server: Server) -> Self {
        Self::with_settings(server, |_| ())
    }

    /// Without a client, and with changed settings.
    pub(crate) fn with_settings(server: Server, set: impl FnOnce(&mut Settings)) -> Self {
        Self::start(server, &Redactor::default(), set)
    }

    /// Without a client, and with these secrets.
    pub(crate) fn with_redactor(server: Server, redactor: &Redactor) -> Self {
        Self::start(server, redactor, |_| ())
    }

    fn start(server: Server, redactor: &Redactor, set: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::Builder::new().prefix("apinb-cells-").tempdir().unwrap();
        let mut settings = engine::settings(folder.path());
        set(&mut settings);
        let engine = engine::start(settings, redactor, Some(SNAPSHOT));
        Self { engine, server, folder, started: 0 }
    }

    /// Creates a client of a definition.
    #[track_caller]
    pub(crate) fn client(&mut self, name: &str, raml: &str) {
        self.file(&format!("{name}.raml"), &self.definition(raml));
        self.run(&format!("API.createClient('{name}', '{name}.raml')"));
    }

    /// The text of a definition, as [`Cells::of`] takes it.
    pub(crate) fn definition(&self, raml: &str) -> String {
        let base_uri = if raml.lines().any(|line| line.starts_with("baseUri:")) { "" } else { "baseUri: SERVER\n" };
        format!("#%RAML 0.8\ntitle: Test\n{base_uri}{raml}\n").replace("SERVER", &self.server.url(""))
    }

    /// Adds a file beside the notebook.
    pub(crate) fn file(&self, name: &str, content: &str) {
        fs::write(self.folder.path().join(name), content).unwrap();
    }

    /// Runs a cell; `SERVER` is replaced by the address of the server.
    pub(crate) fn outcome(&mut self, code: &str) -> Outcome {
        let code = code.replace("SERVER", &self.server.url(""));
        self.started += 1;
        engine::run(&mut self.engine, self.started - 1, &code)
    }

    /// The value at a path of names, as seen by completion at a prompt.
    pub(crate) fn look_up(&mut self, path: &[&str]) -> Found {
        self.engine.look_up(path, "")
    }

    /// Runs a cell that passes, and returns its inspected result.
    #[track_caller]
    pub(crate) fn run(&mut self, code: &str) -> String {
        match self.outcome(code).result {
            Ok(shown) => shown.map(|shown| shown.full).unwrap_or_default(),
            Err(error) => panic!("{code}\nfails: {error:?}"),
        }
    }

    /// Runs a cell that passes, and returns its result as JSON, or null.
    #[track_caller]
    pub(crate) fn value(&mut self, code: &str) -> Value {
        self.run(code);
        let console = self.outcome("console.log(JSON.stringify($_))").console;
        serde_json::from_str(&console[0].text).unwrap_or_default()
    }

    /// Runs a cell that fails, and returns its error.
    #[track_caller]
    pub(crate) fn failure(&mut self, code: &str) -> ErrorRecord {
        match self.outcome(code).result {
            Ok(shown) => panic!("{code}\ngives {shown:?}"),
            Err(error) => error,
        }
    }

    /// Runs a cell that fails, and returns `TypeError: …`.
    #[track_caller]
    pub(crate) fn error(&mut self, code: &str) -> String {
        let error = self.failure(code);
        format!("{}: {}", error.name, error.message)
    }

    /// Runs a cell that passes, and returns the last request that the server received.
    #[track_caller]
    pub(crate) fn sent(&mut self, code: &str) -> Request {
        let before = self.server.requests().len();
        self.run(code);
        let requests = self.server.requests();
        assert!(requests.len() > before, "{code}\nsends nothing");
        requests.last().unwrap().clone()
    }

    /// Runs a cell and checks its result as JSON.
    #[track_caller]
    pub(crate) fn gives(&mut self, code: &str, expected: &Value) {
        assert_eq!(self.value(code), *expected, "{code}");
    }

    /// Checks the result of each of these cells as JSON.
    #[track_caller]
    pub(crate) fn check(rows: &[(&str, Value)]) {
        let mut cells = Self::without_client(Server::start());
        for (code, expected) in rows {
            cells.gives(code, expected);
        }
    }

    /// Runs a cell and checks the request line that the server receives.
    #[track_caller]
    pub(crate) fn asks(&mut self, code: &str, line: &str) {
        let request = self.sent(code);
        assert_eq!(format!("{} {}", request.method, request.url), line, "{code}");
    }

    /// Runs a cell and checks that the server receives this header, or does not receive it.
    #[track_caller]
    pub(crate) fn header(&mut self, code: &str, name: &str, value: Option<&str>) {
        let request = self.sent(code);
        let values: Vec<_> = request.headers.iter().filter(|(known, _)| known == name).collect();
        let values: Vec<_> = values.into_iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values, value.into_iter().collect::<Vec<_>>(), "{name} of {code}");
    }

    /// Runs a cell and checks the type and the text of the body that the server receives; `None`: no body and no type.
    #[track_caller]
    pub(crate) fn body(&mut self, code: &str, expected: Option<(&str, &str)>) {
        let request = self.sent(code);
        let text = request.text();
        let body = (!text.is_empty()).then(|| (request.header("content-type").unwrap_or_default(), text.as_str()));
        assert_eq!(body, expected, "{code}");
        if expected.is_none() {
            assert_eq!(request.header("content-type"), None, "{code}");
        }
    }
}
