//! An engine whose cells are given as text.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use apinb_auth::Person;
use apinb_core::client::completion;
use apinb_core::client::completion::candidate::{Base, Candidate, Command, Completion, CompletionHost, Entry, Found};
use apinb_core::definition::model::Definition;
use apinb_core::notebook::Notebook;
use apinb_engine::host::{Answer, Host, Question, Unanswered};
use apinb_engine::isolate::Engine;
use apinb_engine::outcome::{Cell, EngineOptions};
use apinb_engine::settings::Settings;
use apinb_http::network::Network;
use apinb_http::policy::Policy;
use apinb_text::secret::redactor::Redactor;
use tokio_util::sync::CancellationToken;

/// What the program starts from as well.
static SNAPSHOT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/snapshot.bin"));

/// An engine in which cells run.
pub struct Session(Engine);

impl Session {
    /// Notebooks stand in `folder`.
    pub fn start(folder: &Path) -> Self {
        let settings = Settings {
            folder: folder.to_owned(),
            web: None,
            site: None,
            definitions_by_client: BTreeMap::new(),
            definitions_by_url: BTreeMap::new(),
            scripts: BTreeMap::new(),
            base_uris: BTreeMap::new(),
            tokens: BTreeMap::new(),
            token_variables: BTreeMap::new(),
            auth: BTreeMap::new(),
            token_store: None,
            script_cache: None,
            mock: false,
            cell_timeout: Duration::MAX,
            call_timeout: Duration::from_secs(30),
            max_heap: 1 << 30,
        };
        let engine = Engine::new(EngineOptions {
            snapshot: Some(SNAPSHOT),
            network: Network::start(Policy::default()).expect("a network"),
            redactor: Redactor::default(),
            host: Rc::new(Nobody),
            settings,
            cancel: CancellationToken::new(),
        });
        Self(engine.expect("an engine"))
    }

    /// Runs a cell; how many calls it sent.
    pub fn run(&mut self, code: &str) -> usize {
        let notebook = Notebook::parse("bench.md", format!("```javascript\n{code}\n```\n"));
        let cell = notebook.cells().next().expect("a cell");
        let outcome = self.0.run(Cell { code: cell, source: &notebook.source });
        if let Err(error) = outcome.result {
            panic!("the cell `{code}` failed: {error:?}");
        }
        outcome.calls.len()
    }

    /// What may come at the end of `text`.
    pub fn complete(&mut self, text: &str) -> Completion {
        completion::complete(text, &mut Prompt(&mut self.0))
    }
}

/// As the prompt does, but for files and commands.
struct Prompt<'e>(&'e mut Engine);

impl CompletionHost for Prompt<'_> {
    fn look_up(&mut self, path: &[&str], typed: &str) -> Found {
        self.0.look_up(path, typed)
    }

    fn names(&mut self, typed: &str) -> Vec<Candidate> {
        self.0.variables(typed)
    }

    fn files(&mut self, _base: Base, _folder: &str) -> Vec<Entry> {
        Vec::new()
    }

    fn commands(&self) -> Vec<Command<'_>> {
        Vec::new()
    }
}

/// A host for cells that ask nothing.
struct Nobody;

impl Host for Nobody {
    fn ask(&self, question: &Question) -> Result<Answer, Unanswered> {
        Err(Unanswered::Unusable { message: question.text.clone(), help: None })
    }

    fn definition_loaded(&self, _client: &str, _definition: &Arc<Definition>) -> Result<(), String> {
        Ok(())
    }

    fn person(&self) -> Option<&dyn Person> {
        None
    }
}
