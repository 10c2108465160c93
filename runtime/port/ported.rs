//! A notebook that is ported, with the definition that each of its clients means.

use std::path::{Path, PathBuf};

use apinb_analysis::analyse;
use apinb_analysis::model::{Analysis, Client};
use apinb_notebook::model::Notebook;
use apinb_project::job::Job;
use apinb_project::reading::notebook::{Unreadable, apply_front_matter, read};
use apinb_project::reading::source;
use apinb_project::settings::Settings;
use apinb_record::port::{Choice, Confidence};
use apinb_record::position::CellPosition;
use apinb_text::source::address::Address;
use apinb_text::source::span::Span;

use super::candidates::Found;
use super::choose::{self, Chosen, Evidence};

/// A notebook that is ported.
#[derive(Debug)]
pub struct Ported {
    /// The path of the user, verbatim.
    pub name: String,
    /// Its own folder, without links.
    pub folder: PathBuf,
    /// Its front matter's title.
    pub title: Option<String>,
    /// Its clients and their definitions, in their order.
    pub clients: Vec<PortedClient>,
    pub analysis: Analysis,
    /// Where each question stands, by its place in the analysis.
    pub lines: Vec<usize>,
}

/// A client and its definition.
#[derive(Debug)]
pub struct PortedClient {
    /// As the reports say it.
    pub choice: Choice,
    /// The files of that definition, or of those that may be meant.
    pub files: Vec<PathBuf>,
    /// What the choice was made from.
    pub(super) evidence: Vec<Evidence>,
}

impl Ported {
    /// The notebook of `job`, with a choice among the candidates.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn new(job: &Job, found: &Found) -> Result<Self, Unreadable> {
        let notebook = read(&job.name, &job.location)?;
        let analysis = analyse(&notebook);
        let mut settings = job.settings.clone();
        apply_front_matter(&notebook, &mut settings);
        // The existing `apinb.toml` must not influence the proposed one.
        settings.definitions_by_url.clear();
        settings.definitions_by_client.clear();
        let clients = analysis.clients.iter().filter(|client| !is_written_out(client));
        let clients =
            clients.map(|found_client| client(&settings, &notebook, &analysis, found_client, found)).collect();
        let line = |span: Span| notebook.source.position(span.start).line;
        let lines = analysis.questions.iter().map(|question| line(question.place)).collect();
        let title = notebook.title().map(str::to_owned);
        Ok(Self { name: job.name.clone(), folder: settings.folder, title, clients, lines, analysis })
    }

    /// Its path relative to `folder`.
    pub(super) fn shown(&self, folder: &Path) -> String {
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

fn client(
    settings: &Settings,
    notebook: &Notebook,
    analysis: &Analysis,
    client: &Client,
    found: &Found,
) -> PortedClient {
    let at = notebook.source.position(client.place.start);
    let mut choice = Choice {
        client: client.name.clone(),
        reference: client.reference.clone(),
        definition: None,
        confidence: Confidence::Named,
        reasons: Vec::new(),
        position: CellPosition { cell: client.cell, line: at.line, column: at.column },
    };
    let reference = client.reference.as_deref().unwrap_or_default();
    if let Ok(place) = source::definition(settings, "", reference)
        && let (Address::File(path), false, false) = (&place.address, place.named, reference.is_empty())
        && place.scope.has(Path::new(path))
        && let Ok(path) = Path::new(path).canonicalize()
    {
        choice.definition = Some(relative(&settings.folder, &path));
        choice.reasons.push("the notebook names it".to_owned());
        return PortedClient { choice, files: vec![path], evidence: Vec::new() };
    }
    let evidence = choose::evidence(notebook, analysis, client, &found.definitions);
    let Chosen { files, confidence, why } = choose::choose(&evidence, !found.definitions.is_empty());
    (choice.confidence, choice.reasons) = (confidence, why);
    PortedClient { choice, files, evidence }
}

/// `path` as seen from `folder`, with `/` between the parts; never one that a URL is read into.
pub(super) fn relative(folder: &Path, path: &Path) -> String {
    let common = folder.components().zip(path.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(common).map(|_| "..".to_owned());
    let down = path.components().skip(common).map(|part| part.as_os_str().to_string_lossy().into_owned());
    let relative = up.chain(down).collect::<Vec<_>>().join("/");
    if url::Url::parse(&relative).is_ok() { format!("./{relative}") } else { relative }
}
