//! An engine for tests and benchmarks: for a notebook in a folder, without a user to answer.
//!
//! The tests of the engine crate and the benchmarks include this file by its path.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use apinb_auth::person::Person;
use apinb_definition::model::Definition;
use apinb_engine::host::{Answer, Host, HostError, Unanswered};
use apinb_engine::isolate::Engine;
use apinb_engine::outcome::{Cell, EngineOptions, Outcome};
use apinb_http::network::Network;
use apinb_http::policy::Policy;
use apinb_notebook::model::Notebook;
use apinb_project::overrides::question::Question;
use apinb_project::settings::Settings;
use apinb_text::secret::redactor::Redactor;
use tokio_util::sync::CancellationToken;

/// The settings of a notebook in `folder`, without overrides.
pub(crate) fn settings(folder: &Path) -> Settings {
    Settings::new(folder.to_owned(), Duration::from_secs(60), Duration::from_secs(30), 512 << 20)
}

/// Starts an engine; without a snapshot it evaluates the prelude.
pub(crate) fn start(settings: Settings, redactor: &Redactor, snapshot: Option<&'static [u8]>) -> Engine {
    let options = EngineOptions {
        snapshot,
        network: Network::start(Policy::default()).expect("a network"),
        redactor: redactor.clone(),
        host: Rc::new(WithoutUser),
        settings,
        cancel: CancellationToken::new(),
    };
    Engine::new(options).expect("an engine")
}

/// Runs `code` as the cell with that index.
pub(crate) fn run(engine: &mut Engine, earlier: usize, code: &str) -> Outcome {
    // Earlier cells are present so that the cell has its number.
    let earlier = "```js\n```\n".repeat(earlier);
    let notebook = Notebook::parse("notebook.md", format!("{earlier}```js\n{code}\n```\n"));
    let code = notebook.cells().last().expect("a cell");
    engine.run(Cell { code, source: &notebook.source, is_last: false })
}

/// A host without a user.
struct WithoutUser;

impl Host for WithoutUser {
    fn ask(&self, question: &Question) -> Result<Answer, Unanswered> {
        Err(Unanswered::NoAnswer { kind: question.kind, text: question.text.clone(), flag: String::new() })
    }

    fn definition_loaded(&self, _client: &str, _definition: &Arc<Definition>) -> Result<(), HostError> {
        Ok(())
    }

    fn person(&self) -> Option<&dyn Person> {
        None
    }
}
