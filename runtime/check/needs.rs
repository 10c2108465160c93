//! What a notebook needs.

use std::collections::BTreeSet;

use apinb_analysis::analyse;
use apinb_analysis::model::{Analysis, Module, Question, RowField, Script};
use apinb_definition::load::Detail;
use apinb_notebook::model::Notebook;
use apinb_project::job::Job;
use apinb_project::overrides::question::{self, QuestionKind};
use apinb_project::reading::modules::{Kind, Modules, Referrer};
use apinb_project::reading::notebook::{apply_front_matter, read, site};
use apinb_project::reading::scripts::ScriptCache;
use apinb_project::reading::source;
use apinb_project::settings::Settings;
use apinb_record::check::{
    ColumnNeed, ColumnState, InputNeed, InputState, NotebookNeeds, ScriptNeed, ScriptState, Unreadable,
};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::diagnostic::causes::with_causes;
use apinb_text::display::suggest::suggest;
use apinb_text::source::address::Address;
use apinb_text::web::host::host;
use url::Url;

use super::coverage::CodeCoverage;
use super::definitions::Clients;
use super::position::position;
use super::rules::{Context, findings};
use super::schemes::schemes;

/// What the notebook of `job` needs. `online`: what is on the web may be fetched. `coverage` gets what it shows of the
/// definitions.
#[must_use]
pub fn needs(job: &Job, online: bool, coverage: Option<&mut CodeCoverage>) -> NotebookNeeds {
    let path = job.name.clone();
    match read(&job.name, &job.location) {
        Ok(notebook) => {
            let detail = if coverage.is_some() { Detail::Origins } else { Detail::Plain };
            Checked::new(job, &notebook, online, detail).needs(path, coverage)
        }
        Err(error) => {
            let error = Unreadable { message: with_causes(&error), help: error.help() };
            NotebookNeeds { path, error: Some(error), ..NotebookNeeds::default() }
        }
    }
}

/// A notebook that is being checked.
struct Checked<'a> {
    job: &'a Job,
    notebook: &'a Notebook,
    settings: Settings,
    analysis: Analysis,
    clients: Clients,
}

impl<'a> Checked<'a> {
    fn new(job: &'a Job, notebook: &'a Notebook, online: bool, detail: Detail) -> Self {
        let analysis = analyse(notebook);
        let mut settings = job.settings.clone();
        apply_front_matter(notebook, &mut settings);
        let clients = Clients::load_with(job, &settings, &analysis, online, detail);
        Self { job, notebook, settings, analysis, clients }
    }

    fn needs(&self, path: String, coverage: Option<&mut CodeCoverage>) -> NotebookNeeds {
        let scripts = self.scripts();
        let modules = self.modules();
        let context = Context::new(self.notebook, &self.settings, &self.analysis, &self.clients, &scripts);
        if let Some(coverage) = coverage {
            coverage.add(&path, &context);
        }
        NotebookNeeds {
            path,
            title: self.notebook.title().map(str::to_owned),
            error: None,
            cells: self.notebook.cells().count(),
            unread_cells: self.analysis.unread.clone(),
            definitions: self.clients.needs(|cell, span| position(self.notebook, cell, span)),
            inputs: self.inputs(),
            columns: self.columns(),
            schemes: schemes(&self.settings, &self.analysis, &self.clients),
            hosts: self.hosts(scripts.iter().chain(&modules)).into_iter().collect(),
            findings: findings(&context),
            scripts,
            modules,
        }
    }

    fn modules(&self) -> Vec<ScriptNeed> {
        let modules = Modules::new(&self.settings);
        let module = |module: &Module| {
            let (state, help) = module
                .specifier
                .as_deref()
                .map_or((ScriptState::Computed, None), |specifier| module_state(&self.settings, &modules, specifier));
            ScriptNeed {
                reference: module.specifier.clone(),
                state,
                help,
                position: position(self.notebook, module.cell, module.place),
            }
        };
        self.analysis.modules.iter().map(module).collect()
    }

    fn scripts(&self) -> Vec<ScriptNeed> {
        let script = |script: &Script| {
            let (state, help) = script
                .reference
                .as_deref()
                .map_or((ScriptState::Computed, None), |reference| script_state(&self.settings, reference));
            ScriptNeed {
                reference: script.reference.clone(),
                state,
                help,
                position: position(self.notebook, script.cell, script.place),
            }
        };
        self.analysis.scripts.iter().map(script).collect()
    }

    /// Each question once, where it is asked first.
    fn inputs(&self) -> Vec<InputNeed> {
        let mut seen = BTreeSet::new();
        let questions = self.analysis.questions.iter();
        let first = questions.filter(|one| seen.insert((&one.variable, &one.text, one.confirm)));
        first.map(|question| self.input(question)).collect()
    }

    /// Each column once, where it is read first.
    fn columns(&self) -> Vec<ColumnNeed> {
        let mut seen = BTreeSet::new();
        let first = self.analysis.row_fields.iter().filter(|field| seen.insert(&field.name));
        first.map(|field| self.column(field)).collect()
    }

    fn column(&self, RowField { name, cell, place }: &RowField) -> ColumnNeed {
        let (state, help) = match &self.job.inputs.row_values {
            None => (ColumnState::NoTable, Some("--inputs FILE".to_owned())),
            Some(row) if row.contains_key(name) => (ColumnState::Provided, None),
            Some(row) => {
                let meant = suggest(name, row.keys().map(String::as_str));
                (ColumnState::Missing, meant.map(|meant| format!("Did you mean `row.{meant}`?")))
            }
        };
        ColumnNeed { name: name.clone(), state, help, position: position(self.notebook, *cell, *place) }
    }

    fn input(&self, question: &Question) -> InputNeed {
        let Question { cell, confirm, text, variable, default, secret, place } = question;
        let asked = text.as_deref().unwrap_or_default();
        let given = self.job.inputs.answer(asked, variable.as_deref());
        let (state, help) = match given {
            Ok(Some(_)) => (InputState::Provided, None),
            Ok(None) if self.settings.mock => (InputState::Generated, None),
            Err(error) => (InputState::Missing, Some(with_causes(&error))),
            Ok(None) => {
                let asked = question::Question {
                    kind: if *confirm { QuestionKind::Confirm } else { QuestionKind::Prompt },
                    text: asked.to_owned(),
                    variable: variable.clone(),
                    default: default.clone(),
                    secret: *secret,
                };
                let known = text.is_some() || variable.is_some();
                (InputState::Missing, known.then(|| asked.flag()))
            }
        };
        InputNeed {
            variable: variable.clone(),
            question: text.clone(),
            confirm: *confirm,
            secret: *secret,
            default: default.clone(),
            state,
            help,
            position: position(self.notebook, *cell, *place),
        }
    }

    /// The hosts that a run calls: those of the APIs, of what is fetched, and of other URLs in the code.
    fn hosts<'s>(&self, scripts: impl Iterator<Item = &'s ScriptNeed>) -> BTreeSet<String> {
        let of = |reference: &str| Url::parse(reference.trim()).ok().as_ref().and_then(host);
        let mut hosts = self.notebook.hosts();
        // A definition or a script is fetched only where nothing takes its place.
        let named = self.analysis.clients.iter().map(|client| &client.reference);
        let named = named.chain(self.analysis.scripts.iter().map(|script| &script.reference));
        let named = named.chain(self.analysis.modules.iter().map(|module| &module.specifier));
        for host in
            named.flatten().filter_map(|reference| of(reference)).chain(site(self.notebook).as_ref().and_then(host))
        {
            hosts.remove(&host);
        }
        let fetched = scripts.filter(|script| script.state == ScriptState::Network);
        hosts.extend(fetched.filter_map(|script| of(script.reference.as_deref()?)));
        hosts.extend(self.clients.fetched_from());
        if !self.settings.mock {
            hosts.extend(self.clients.called(&self.settings));
        }
        hosts
    }
}

/// Where a module is, and what to do where it is not.
fn module_state(settings: &Settings, modules: &Modules, specifier: &str) -> (ScriptState, Option<String>) {
    match modules.resolve(specifier, Referrer::Notebook, Kind::Import) {
        Err(error) => (ScriptState::Missing, Some(error.help())),
        Ok(url) if url.scheme() == "file" => (ScriptState::File, None),
        Ok(url) => {
            match settings.script_cache.as_ref().is_some_and(|cache| ScriptCache::open(cache).get(&url).is_some()) {
                true => (ScriptState::Cached, None),
                false => (ScriptState::Network, None),
            }
        }
    }
}

/// Where a script is, and what to do where it is not.
fn script_state(settings: &Settings, reference: &str) -> (ScriptState, Option<String>) {
    let mapped = settings.scripts.contains_key(reference.trim());
    let help = || {
        Some(format!("Pass `--script '{reference}=FILE'`, or add to apinb.toml: [scripts] \"{reference}\" = \"FILE\""))
    };
    match source::script(settings, reference) {
        Err(_) => (ScriptState::Missing, help()),
        Ok(place) => match &place.address {
            Address::File(path) if place.named => match std::path::Path::new(path).is_file() {
                true => (ScriptState::Mapped, None),
                false => (ScriptState::Missing, help()),
            },
            Address::File(path) if !place.scope.has(std::path::Path::new(path)) => (ScriptState::Missing, help()),
            Address::File(_) => (ScriptState::File, None),
            Address::Url(url) => {
                let cache = settings.script_cache.as_ref().map(ScriptCache::open);
                match cache.is_some_and(|cache| cache.get(url).is_some()) {
                    true => (ScriptState::Cached, None),
                    false if mapped => (ScriptState::Network, None),
                    false => (ScriptState::Network, Some(format!("`apinb cache add {url} FILE` keeps a copy"))),
                }
            }
        },
    }
}
