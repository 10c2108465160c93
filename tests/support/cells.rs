//! Cells in an engine of this process, for what needs no whole program: a client called `client` against a real server.

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
    /// With a client of the RAML 0.8 definition that has these lines after its title; `SERVER` stands for the server's
    /// address, which is the base URI where the definition names none. The server answers as [`Server::start`] says.
    pub(crate) fn of(raml: &str) -> Self {
        Self::with(raml, Server::start())
    }

    /// The same with a server of its own.
    pub(crate) fn with(raml: &str, server: Server) -> Self {
        let mut cells = Self::bare(server);
        cells.client("client", raml);
        cells
    }

    /// With a client of the OpenAPI definition that has these lines after its head; `SERVER` stands for the server's
    /// address, which is the base URI.
    pub(crate) fn openapi(body: &str) -> Self {
        let mut cells = Self::bare(Server::start());
        let head = "openapi: 3.0.3\ninfo: { title: Test, version: 1.0.0 }\nservers: [ { url: SERVER } ]\n";
        cells.file("client.yaml", &format!("{head}{body}\n").replace("SERVER", &cells.server.url("")));
        cells.run("API.createClient('client', 'client.yaml')");
        cells
    }

    /// Without a client.
    pub(crate) fn bare(server: Server) -> Self {
        Self::given(server, |_| ())
    }

    /// Without a client, and with settings from outside.
    pub(crate) fn given(server: Server, set: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::Builder::new().prefix("apinb-cells-").tempdir().unwrap();
        let mut settings = engine::settings(folder.path());
        set(&mut settings);
        let engine = engine::start(settings, &Redactor::default(), Some(SNAPSHOT));
        Self { engine, server, folder, started: 0 }
    }

    /// Makes a client of a definition.
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

    /// A file beside the notebook.
    pub(crate) fn file(&self, name: &str, content: &str) {
        fs::write(self.folder.path().join(name), content).unwrap();
    }

    /// Runs a cell; `SERVER` stands for the server's address.
    pub(crate) fn outcome(&mut self, code: &str) -> Outcome {
        let code = code.replace("SERVER", &self.server.url(""));
        self.started += 1;
        engine::run(&mut self.engine, self.started - 1, &code)
    }

    /// What a path of names leads to, as completion at a prompt sees it.
    pub(crate) fn look_up(&mut self, path: &[&str]) -> Found {
        self.engine.look_up(path, "")
    }

    /// Runs a cell that passes; its result as it is shown.
    #[track_caller]
    pub(crate) fn run(&mut self, code: &str) -> String {
        match self.outcome(code).result {
            Ok(shown) => shown.map(|shown| shown.full).unwrap_or_default(),
            Err(error) => panic!("{code}\nfails: {error:?}"),
        }
    }

    /// Runs a cell that passes; its result as JSON, null for none.
    #[track_caller]
    pub(crate) fn value(&mut self, code: &str) -> Value {
        self.run(code);
        let console = self.outcome("console.log(JSON.stringify($_))").console;
        serde_json::from_str(&console[0].text).unwrap_or_default()
    }

    /// Runs a cell that fails.
    #[track_caller]
    pub(crate) fn failure(&mut self, code: &str) -> ErrorRecord {
        match self.outcome(code).result {
            Ok(shown) => panic!("{code}\ngives {shown:?}"),
            Err(error) => error,
        }
    }

    /// Runs a cell that fails; `TypeError: …`.
    #[track_caller]
    pub(crate) fn error(&mut self, code: &str) -> String {
        let error = self.failure(code);
        format!("{}: {}", error.name, error.message)
    }

    /// Runs a cell that passes; what the server received last.
    #[track_caller]
    pub(crate) fn sent(&mut self, code: &str) -> Request {
        let before = self.server.requests().len();
        self.run(code);
        let requests = self.server.requests();
        assert!(requests.len() > before, "{code}\nsends nothing");
        requests.last().unwrap().clone()
    }

    /// Runs a cell: the result is this, as JSON.
    #[track_caller]
    pub(crate) fn gives(&mut self, code: &str, expected: &Value) {
        assert_eq!(self.value(code), *expected, "{code}");
    }

    /// Each of these cells gives this value, as JSON.
    #[track_caller]
    pub(crate) fn check(rows: &[(&str, Value)]) {
        let mut cells = Self::bare(Server::start());
        for (code, expected) in rows {
            cells.gives(code, expected);
        }
    }

    /// Runs a cell: the server receives this request line.
    #[track_caller]
    pub(crate) fn asks(&mut self, code: &str, line: &str) {
        let request = self.sent(code);
        assert_eq!(format!("{} {}", request.method, request.url), line, "{code}");
    }

    /// Runs a cell: the server receives this header, or does not receive it.
    #[track_caller]
    pub(crate) fn header(&mut self, code: &str, name: &str, value: Option<&str>) {
        let request = self.sent(code);
        let values: Vec<_> = request.headers.iter().filter(|(known, _)| known == name).collect();
        let values: Vec<_> = values.into_iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values, value.into_iter().collect::<Vec<_>>(), "{name} of {code}");
    }

    /// Runs a cell: the server receives a body of this type and text; none: no body and no type.
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
