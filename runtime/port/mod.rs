//! What makes notebooks from elsewhere run: an `apinb.toml` that says which definitions their clients mean and what a
//! person has to give.
//!
//! It runs nothing and writes nothing; the command does both with what comes out of here.

pub mod candidates;
mod choose;
mod page;
mod plan;
mod questions;

use std::path::{Path, PathBuf};

use apinb_core::analysis::{self, Analysis, Client};
use apinb_core::needs::{NotebookNeeds, Place, ScriptState};
use apinb_core::notebook::Notebook;
use apinb_core::porting::{Choice, Sure};
use apinb_core::text::source::address::Address;
use apinb_engine::settings::Settings;
use apinb_engine::source;

use crate::run::{self, Job, Unreadable};
use candidates::Found;
pub use page::text;
pub use plan::{Plan, plan};

/// A notebook that is ported.
#[derive(Debug)]
pub struct Ported {
    /// Its path as given.
    pub name: String,
    /// Its own folder, without links.
    pub folder: PathBuf,
    /// Its front matter's title.
    pub title: Option<String>,
    /// Its clients and their definitions, in their order.
    pub clients: Vec<Given>,
    /// What it does.
    pub analysis: Analysis,
    /// Where each question stands, by its place in the analysis.
    pub lines: Vec<usize>,
}

/// A client and what it is given.
#[derive(Debug)]
pub struct Given {
    /// As the reports say it.
    pub choice: Choice,
    /// The file that it is given, or would be given.
    pub files: Vec<PathBuf>,
}

impl Ported {
    /// The notebook of `job`, with a choice among what was found.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn new(job: &Job, found: &Found) -> Result<Self, Unreadable> {
        let notebook = run::read(&job.name, &job.place)?;
        let analysis = analysis::analyse(&notebook);
        let mut settings = job.settings.clone();
        settings.site = run::site(&notebook);
        // What an `apinb.toml` says now is no reason for what it should say.
        settings.definitions_by_url.clear();
        settings.definitions_by_client.clear();
        let clients = analysis.clients.iter().filter(|client| !is_written_out(client));
        let clients = clients.map(|client| given(&settings, &notebook, &analysis, client, found)).collect();
        let line = |span: apinb_core::text::source::span::Span| notebook.source.position(span.start).line;
        let lines = analysis.questions.iter().map(|question| line(question.place)).collect();
        let title = notebook.title().map(str::to_owned);
        Ok(Self { name: job.name.clone(), folder: settings.folder, title, clients, lines, analysis })
    }

    /// What it is called where notebooks of `folder` are spoken of.
    fn shown(&self, folder: &Path) -> String {
        let name = Path::new(&self.name).file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_else(|| self.name.clone());
        let below = self.folder.strip_prefix(folder).unwrap_or(Path::new(""));
        below.join(name).display().to_string()
    }
}

/// A definition that stands in the notebook.
fn is_written_out(client: &Client) -> bool {
    client.reference.as_deref().is_some_and(|reference| reference.trim_start().starts_with('{'))
}

fn given(settings: &Settings, notebook: &Notebook, analysis: &Analysis, client: &Client, found: &Found) -> Given {
    let at = notebook.source.position(client.place.start);
    let mut choice = Choice {
        client: client.name.clone(),
        reference: client.reference.clone(),
        definition: None,
        sure: Sure::Named,
        why: Vec::new(),
        place: Place { cell: client.cell, line: at.line, column: at.column },
    };
    let reference = client.reference.as_deref().unwrap_or_default();
    if let Ok(place) = source::definition(settings, "", reference)
        && let (Address::File(path), Some(within), false) = (&place.address, &place.within, reference.is_empty())
        && let Ok(path) = Path::new(path).canonicalize()
        && path.is_file()
        && path.starts_with(within)
    {
        choice.definition = Some(relative(within, &path));
        choice.why.push("the notebook names it".to_owned());
        return Given { choice, files: vec![path] };
    }
    let chosen = choose::choose(notebook, analysis, client, &found.definitions);
    (choice.sure, choice.why) = (chosen.sure, chosen.why);
    let files = chosen.candidates.iter().filter_map(|index| found.definitions.get(*index));
    Given { choice, files: files.map(|candidate| candidate.path.clone()).collect() }
}

/// `path` as seen from `folder`, with `/` between the parts; never one that a URL is read into.
fn relative(folder: &Path, path: &Path) -> String {
    let common = folder.components().zip(path.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(common).map(|_| "..".to_owned());
    let down = path.components().skip(common).map(|part| part.as_os_str().to_string_lossy().into_owned());
    let relative = up.chain(down).collect::<Vec<_>>().join("/");
    if url::Url::parse(&relative).is_ok() { format!("./{relative}") } else { relative }
}

/// The scripts of `needs` that a file of the same name takes the place of.
fn scripts<'a>(needs: &'a NotebookNeeds, found: &'a Found) -> impl Iterator<Item = (&'a str, Option<&'a PathBuf>)> {
    let missing =
        needs.scripts.iter().filter(|script| matches!(script.state, ScriptState::Network | ScriptState::Missing));
    missing.filter_map(|script| {
        let reference = script.reference.as_deref()?.trim();
        let name = reference.split(['?', '#']).next()?.rsplit('/').next()?;
        Some((reference, found.scripts.get(name)))
    })
}
