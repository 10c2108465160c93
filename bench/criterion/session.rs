//! An engine that runs cells passed as text.

#[path = "../../tests/support/engine.rs"]
mod engine;

use std::path::Path;
use std::time::Duration;

use apinb_client::completion;
use apinb_client::completion::candidate::{Base, Candidate, Command, Completion, CompletionHost, Entry, Found};
use apinb_engine::isolate::Engine;
use apinb_project::settings::Settings;
use apinb_text::secret::redactor::Redactor;

/// The snapshot that the program starts from as well.
static SNAPSHOT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/snapshot.bin"));

/// A running engine.
pub struct Session(Engine);

impl Session {
    /// Starts an engine for notebooks in `folder`.
    pub fn start(folder: &Path) -> Self {
        let settings = Settings { cell_timeout: Duration::MAX, max_heap: 1 << 30, ..engine::settings(folder) };
        Self(engine::start(settings, &Redactor::default(), Some(SNAPSHOT)))
    }

    /// Runs a cell and returns the number of calls that it sent.
    pub fn run(&mut self, code: &str) -> usize {
        let outcome = engine::run(&mut self.0, 0, code);
        if let Err(error) = outcome.result {
            panic!("the cell `{code}` failed: {error:?}");
        }
        outcome.calls.len()
    }

    /// The candidates at the end of `text`.
    pub fn complete(&mut self, text: &str) -> Completion {
        completion::complete(text, &mut Prompt(&mut self.0))
    }
}

/// Like the prompt, except for files and commands.
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
