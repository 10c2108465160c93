//! Names defined in JavaScript and listed in Rust: globals that `apinb check` calls absent, completion of `API` and of
//! client settings.

use std::collections::BTreeSet;

use apinb_analysis::analyse;
use apinb_client::completion::candidate::{Base, Candidate, Command, CompletionHost, Entry, Found};
use apinb_client::completion::complete;
use apinb_notebook::model::Notebook;

use crate::support::{Cells, Server};

/// A prompt without variables.
struct Nothing;

impl CompletionHost for Nothing {
    fn look_up(&mut self, _path: &[&str], _typed: &str) -> Found {
        Found::Nothing
    }

    fn names(&mut self, _typed: &str) -> Vec<Candidate> {
        Vec::new()
    }

    fn files(&mut self, _base: Base, _folder: &str) -> Vec<Entry> {
        Vec::new()
    }

    fn commands(&self) -> Vec<Command<'_>> {
        Vec::new()
    }
}

fn completed(text: &str) -> BTreeSet<String> {
    let candidates = complete(text, &mut Nothing).candidates;
    candidates.into_iter().map(|candidate| candidate.text.trim_end_matches('(').to_owned()).collect()
}

/// The strings that an expression evaluates to.
fn texts(code: &str) -> BTreeSet<String> {
    let value = Cells::without_client(Server::start()).value(code);
    serde_json::from_value(value).unwrap()
}

#[test]
fn completion_offers_all_functions_of_the_api_object() {
    assert_eq!(completed("API."), texts("Object.keys(API)"));
}

#[test]
fn completion_offers_all_settings() {
    let help = Cells::of("/a:\n  get:").failure("API.get(client, 'unknown')").help.unwrap();
    let settings = help.strip_prefix("Use one of ").unwrap().strip_suffix('.').unwrap();
    assert_eq!(completed("API.set(client, '"), settings.split(", ").map(str::to_owned).collect());
}

#[test]
fn no_global_is_called_absent() {
    let names =
        texts("Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name))");
    assert!(names.contains("API") && names.contains("fetch"), "{names:?}");
    let uses: Vec<String> = names.iter().map(|name| format!("window.{name}.used();")).collect();
    let code = |uses: &[String]| format!("```js\n{}\n```\n", uses.join("\n"));
    let absent = |uses: &[String]| {
        let found = analyse(&Notebook::parse("notebook.md", code(uses))).unsupported_apis;
        found.into_iter().map(|api| api.name).collect::<Vec<_>>()
    };
    assert_eq!(absent(&uses), Vec::<String>::new());
    assert_eq!(absent(&["window.document.used();".to_owned()]), ["document"]);
}
