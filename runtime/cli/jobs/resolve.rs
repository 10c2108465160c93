//! From the text of the command line to jobs: which notebooks run, with which rows, settings and reports.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use apinb_analysis::analyse;
use apinb_check::sign_in_prompts;
use apinb_http::hosts::Hosts;
use apinb_notebook::selection::Selection;
use apinb_project::cassette::{CassetteMode, CassetteSettings, folder_of};
use apinb_project::job::{Job, NotebookLocation};
use apinb_project::reading::notebook::{for_another_process, read};
use apinb_project::reading::project::Project;
use apinb_project::reading::root::VirtualFiles;
use apinb_project::reading::web_lock::WebLock;
use apinb_project::settings::{Settings, Source};
use apinb_project::trust::tokens::{OtherTokens, ProjectTokens};
use apinb_record::run::{ShardRecord, SkippedFile};
use apinb_report::ReportKind;
use apinb_text::display::escape::escape_controls;
use apinb_text::display::plural::pluralize;
use apinb_text::web::allowed::AllowedHost;
use apinb_text::web::host::host;

use super::dotted_clients::with_dotted_clients;
use super::folder::FolderSearch;
use super::notebooks::{self, Found, Named, Origin, Shard};
use super::outputs::InputFiles;
use super::reports::{self, Report};
use super::rows::{self, Row};
use super::unused::ProvidedNames;
use super::web::{self, WebProblem};
use crate::cli::arguments::{MockMode, ReplArguments, RunArguments};
use crate::cli::contract;
use crate::cli::coverage::CoverageMinimum;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::settings::job::{Loaded, here, inputs, load_layers, settings};
use crate::cli::settings::layers::{Assignment, Layers, Problems};
use crate::cli::settings::problem::UsageProblem;
use crate::cli::settings::table::{
    CASSETTE_EXPIRED, CASSETTE_IGNORE, CASSETTE_MAX_AGE, CASSETTE_MODE, CASSETTE_REDACT,
};
use crate::cli::settings::{env_file, layers, policy};
use crate::cli::trust::consent::{self, Consent, Decision};
use crate::cli::trust::tokens;

/// Maximum number of notebooks of a run with rows, counted once for each row.
const MAX_RUNS: usize = 100_000;

/// The work of `apinb run`.
#[derive(Debug)]
pub struct RunConfig {
    pub jobs: Vec<Job>,
    /// The cells to run of each notebook.
    pub selection: Selection,
    /// The number of notebooks to run in parallel.
    pub threads: usize,
    /// The reports to write.
    pub reports: Vec<Report>,
    /// The least coverage.
    pub(crate) minimum: Option<CoverageMinimum>,
    /// The files that it reads.
    pub(crate) read: InputFiles,
    /// Files of folders that do not run because of their names.
    pub(crate) documents: Vec<SkippedFile>,
    /// The shard of the notebooks that it runs.
    pub(crate) shard: Option<ShardRecord>,
    /// What the user should know of the selection.
    pub(crate) warnings: Vec<String>,
    /// The names on the command line.
    pub(crate) provided: ProvidedNames,
}

impl RunConfig {
    /// The warnings about the selection and, unless it is quiet, what is skipped, as lines.
    pub(crate) fn notes(&self, quiet: bool) -> String {
        let warnings = self.warnings.iter().map(|warning| format!("warning: {warning}"));
        let documents = self.documents.iter().filter(|_| !quiet);
        let skipped = documents.map(|file| format!("skipped {}: {}", file.path, pluralize(file.cells, "cell")));
        let lines = warnings.chain(skipped).map(|line| format!("{}\n", escape_controls(&line)));
        lines.collect()
    }
}

/// Makes values of the arguments and of the `apinb.toml` of each notebook. `consent` says what happens to values that the
/// user has to trust.
///
/// # Errors
/// All diagnostics about them.
pub(crate) fn resolve(arguments: &RunArguments, consent: Consent) -> Result<RunConfig, Failure> {
    resolve_with(arguments, &VirtualFiles::default(), consent)
}

/// The same, with `apinb.toml` files that are not written yet.
///
/// # Errors
/// As [`resolve`].
pub(crate) fn resolve_with(
    arguments: &RunArguments,
    proposed: &VirtualFiles,
    consent: Consent,
) -> Result<RunConfig, Failure> {
    let here = here()?;
    let flags = arguments.setting_flags().read(&here).map_err(Failure::unusable_problems)?;
    let reports =
        reports::reports(&arguments.report, arguments.json, &ReportKind::ALL).map_err(Failure::all_unusable)?;
    let minimum = CoverageMinimum::of_flag(arguments.coverage_min.as_deref())?;
    let selection = notebooks::selection(&arguments.choice).map_err(Failure::all_unusable)?;
    let rows = arguments.inputs.as_deref().map(|name| rows::read(name, &here)).transpose()?;
    let choice = &arguments.notebook_choice;
    // Notebooks that are ported get an `apinb.toml` of their own.
    let reads_settings = proposed.is_empty();
    let used = RefCell::default();
    let search = FolderSearch { overrides: &arguments.overrides, flags: &flags, here: &here, reads_settings, used };
    let mut found = notebooks::notebooks(&arguments.notebooks, &search, choice.allow_empty)?;
    notebooks::select_by_tags(&mut found, choice).map_err(Failure::all_unusable)?;
    let Found { notebooks: named, others, documents, mut warnings } = found;
    let flags = with_dotted_clients(flags.clone(), named.iter().chain(&others));
    for (flag, patterns) in [("exclude", &choice.exclude), ("include", &choice.include)] {
        let unused = search.unused(patterns).into_iter();
        warnings.extend(unused.map(|pattern| format!("`--{flag} {pattern}` matches no file of a folder")));
    }
    let shard = arguments.choice.shard.as_deref().map(Shard::parse).transpose().map_err(Failure::unusable)?;
    let threads = arguments.jobs.as_deref().map_or(Ok(1), notebooks::threads).map_err(Failure::unusable)?;
    let wanted = runs(named.len(), rows.as_deref(), shard);
    if wanted.is_empty() && shard.is_some() && !named.is_empty() {
        warnings.push("this shard is empty: there are fewer notebooks than shards".to_owned());
    }
    if let Some(file) = arguments.inputs.as_ref().filter(|_| wanted.len() > MAX_RUNS) {
        return Err(Failure::unusable(UsageProblem::Unfit {
            value: file.clone(),
            what: "has too many rows for this number of notebooks",
            help: format!("Split it with `--shard`: a run has at most {MAX_RUNS} notebooks, counted once per row."),
        }));
    }
    // Those of other shards as well.
    let all: Vec<PathBuf> = named.iter().filter_map(Named::file).cloned().collect();
    let is_wanted = |index: usize| wanted.iter().any(|(wanted, _)| *wanted == index);
    let mut indices = Vec::new();
    let mut sources = Vec::new();
    let mut provided = ProvidedNames::new(&flags, rows.as_deref(), arguments.inputs.as_deref());
    others.into_iter().for_each(|other| provided.add_other(other));
    for (index, named) in named.into_iter().enumerate() {
        if !is_wanted(index) {
            provided.add_other(named);
            continue;
        }
        indices.push(index);
        sources.push(Sources::load(named, arguments, &flags, &here, proposed)?);
    }
    let mut made: BTreeMap<usize, Job> = BTreeMap::new();
    for (index, mut job) in indices.into_iter().zip(jobs(sources, arguments, consent)?) {
        let has_credentials = sign_in_prompts::has_credentials(&job.settings);
        if rows.is_some() || has_credentials || !provided.is_empty() {
            // Stdin and pipes can be read once only.
            job.location = for_another_process(&job.name, job.location).map_err(Failure::unusable)?;
        }
        if has_credentials && let Ok(notebook) = read(&job.name, &job.location) {
            job.inputs.sign_in = sign_in_prompts::answers(&job.settings, &analyse(&notebook));
        }
        made.insert(index, job);
    }
    let with_row = |(index, row): (usize, Option<&Row>)| {
        let mut job = made.get(&index)?.clone();
        if let Some(Row { record, inputs, values }) = row {
            if let Some(cassette) = &mut job.settings.cassette {
                cassette.folder = folder_of(&cassette.folder, Some(record.number));
            }
            job.row = Some(record.clone());
            job.inputs.row.clone_from(inputs);
            job.inputs.row_values = Some(values.clone());
        }
        Some(job)
    };
    let overrides = &arguments.overrides;
    let beside = arguments.inputs.iter().chain(&overrides.env_file).map(|name| here.join(name));
    let jobs: Vec<Job> = wanted.into_iter().filter_map(with_row).collect();
    let read = InputFiles::new(&jobs, all.into_iter().chain(beside));
    let problems: Vec<_> =
        reports.iter().filter_map(|report| report.output(arguments.force)?.check(&read).err()).collect();
    if !problems.is_empty() {
        return Err(Failure::all_unusable(problems));
    }
    let shard = shard.map(Shard::record);
    Ok(RunConfig { jobs, selection, threads, reports, minimum, read, documents, shard, warnings, provided })
}

/// The runs in their order: all notebooks with the first row, then with the second, and so on. A shard is a part of
/// that list.
fn runs(notebooks: usize, rows: Option<&[Row]>, shard: Option<Shard>) -> Vec<(usize, Option<&Row>)> {
    let all = match rows {
        None => (0..notebooks).map(|notebook| (notebook, None)).collect(),
        Some(rows) => {
            rows.iter().flat_map(|row| (0..notebooks).map(move |notebook| (notebook, Some(row)))).collect::<Vec<_>>()
        }
    };
    match shard {
        Some(shard) => shard.of(all),
        None => all,
    }
}

/// The same for a session: one notebook, or none.
///
/// # Errors
/// As [`resolve`]; when it is several notebooks.
pub(crate) fn resolve_session(arguments: &ReplArguments, consent: Consent) -> Result<(Job, Selection), Failure> {
    let arguments = arguments.as_run();
    let unfit = |value: String, what| {
        let help = "Name one notebook, or none.".to_owned();
        Failure::unusable(UsageProblem::Unfit { value, what, help })
    };
    match arguments.notebooks.first() {
        None => {
            let here = here()?;
            let flags = arguments.overrides.flags.read(&here).map_err(Failure::unusable_problems)?;
            let flags = with_dotted_clients(flags, std::iter::empty());
            let named = Named { name: "repl".to_owned(), origin: Origin::Nowhere, folder: here.clone() };
            let sources = Sources::load(named, &arguments, &flags, &here, &VirtualFiles::default())?;
            let job = jobs(vec![sources], &arguments, consent)?.pop();
            Ok((job.ok_or_else(|| unfit("repl".to_owned(), "is not a session"))?, Selection::default()))
        }
        Some(notebook) => {
            let unfit = |what| unfit(notebook.clone(), what);
            if notebook == "-" {
                return Err(unfit("is stdin, from which the session reads its input"));
            }
            if Path::new(notebook).is_dir() {
                return Err(unfit("is a folder"));
            }
            let RunConfig { mut jobs, selection, .. } = resolve(&arguments, consent)?;
            // A file is one notebook.
            let job = jobs.pop().ok_or_else(|| unfit("is not a notebook"))?;
            Ok((job, selection))
        }
    }
}

/// A notebook on a host that may not be called is refused like a call to it.
fn refused_or_unusable(problem: WebProblem) -> Failure {
    let exit = if problem.is_refused() { Exit::Refused } else { Exit::Unusable };
    Failure::Problems(exit, vec![Box::new(problem)])
}

/// A notebook with the sources of its settings.
struct Sources {
    name: String,
    origin: Origin,
    /// Without symbolic links.
    folder: PathBuf,
    project: Project,
}

impl Sources {
    fn load(
        named: Named,
        arguments: &RunArguments,
        flags: &[Assignment],
        here: &Path,
        proposed: &VirtualFiles,
    ) -> Result<(Self, Loaded), Failure> {
        let Named { name, origin, folder } = named;
        let folder = folder.canonicalize().unwrap_or(folder);
        let is_local = !matches!(origin, Origin::Web(_));
        let loaded = load_layers(is_local, &folder, &arguments.overrides, flags, here, proposed)?;
        let project = match origin {
            Origin::File(_) | Origin::Nowhere => Project::of_with(&folder, proposed),
            Origin::Stdin | Origin::Web(_) => Project::Nothing,
        };
        Ok((Self { name, origin, folder, project }, loaded))
    }
}

/// The jobs of notebooks, once the user has decided about their projects.
fn jobs(sources: Vec<(Sources, Loaded)>, arguments: &RunArguments, consent: Consent) -> Result<Vec<Job>, Failure> {
    let (notebooks, mut loaded): (Vec<Sources>, Vec<Loaded>) = sources.into_iter().unzip();
    let decisions = consent::decide(&loaded, consent)?;
    let trusts_all = loaded.iter().all(|loaded| consent::accepts_all(&loaded.layers));
    decisions.iter().zip(&mut loaded).for_each(|(decision, loaded)| decision.apply(loaded));
    let all = notebooks.into_iter().zip(loaded).zip(&decisions);
    let jobs = all.map(|((notebook, loaded), decision)| job(notebook, loaded, decision, arguments));
    let jobs: Vec<Job> = jobs.collect::<Result<_, _>>()?;
    match consent {
        Consent::Required(streams) if !trusts_all => tokens::agree(&jobs, streams)?,
        Consent::Required(_) | Consent::Withheld | Consent::Local => {}
    }
    Ok(jobs)
}

/// The only hosts that the notebooks of a project may call: those that it is trusted with, and those of the settings.
fn trusted_hosts(hosts: Hosts, decision: &Decision, settings: &Settings) -> Hosts {
    let Some((setting, listed)) = decision.hosts() else { return hosts };
    let sources = settings.definitions_by_client.values().chain(settings.definitions_by_url.values());
    let sources = sources.chain(settings.scripts.values()).chain(settings.imports.values());
    let urls = sources.filter_map(|source| match source {
        Source::Url(url) => Some(url),
        Source::File(_) => None,
    });
    let of_settings = urls.chain(settings.base_uris.values()).filter_map(host);
    let all = listed.into_iter().map(str::to_owned).chain(of_settings);
    hosts.trusted(setting.to_owned(), all.filter_map(|host| AllowedHost::parse(&host)).collect())
}

/// The cassette of a notebook, and how the run uses it; none: not at all.
fn cassette_of(notebook: &Path, layers: &Layers, problems: &mut Problems) -> Option<CassetteSettings> {
    let mode = layers.value(&CASSETTE_MODE, problems).unwrap_or_default();
    let settings = CassetteSettings {
        mode,
        folder: folder_of(notebook, None),
        ignore: layers.value(&CASSETTE_IGNORE, problems).unwrap_or_default(),
        redact: layers.value(&CASSETTE_REDACT, problems).unwrap_or_default(),
        max_age: layers.value(&CASSETTE_MAX_AGE, problems),
        expired: layers.value(&CASSETTE_EXPIRED, problems).unwrap_or_default(),
    };
    (mode != CassetteMode::Off).then_some(settings)
}

fn job(notebook: Sources, loaded: Loaded, decision: &Decision, arguments: &RunArguments) -> Result<Job, Failure> {
    let Sources { name, origin, folder, project } = notebook;
    let Loaded { layers, variables, file } = loaded;
    let mock = arguments.mock.is_some();
    let mut problems = Vec::new();
    let mut settings = settings(&layers, folder, mock, &mut problems);
    let place = file.as_ref().map_or(here()?, |file| file.folder().to_owned());
    let is_asked = arguments.contract_baseline.is_some();
    settings.contract = contract::settings(&layers, &place, mock, is_asked, &mut problems);
    settings.project = project;
    settings.here = Project::of(&here()?);
    if !matches!(origin, Origin::Web(_)) {
        let found = WebLock::find(&settings.folder, &settings.project, arguments.update_lock);
        settings.web_lock = found.map_err(|error| Failure::unusable(UsageProblem::Lock(error)))?;
    }
    let mut network = policy::policy(&layers, settings.call_timeout, &mut problems);
    let cassette = match &origin {
        _ if mock => None,
        Origin::File(path) => cassette_of(path, &layers, &mut problems),
        Origin::Stdin | Origin::Web(_) if arguments.replay || arguments.drift || arguments.record.is_some() => {
            return Err(Failure::unusable(UsageProblem::NoCassette { name }));
        }
        Origin::Stdin | Origin::Web(_) | Origin::Nowhere => None,
    };
    if !problems.is_empty() {
        return Err(Failure::unusable_problems(layers::sorted(problems)));
    }
    // At a prompt the code is the user's.
    let is_typed = matches!(origin, Origin::Nowhere);
    let others = if is_typed || consent::accepts_all(&layers) { OtherTokens::Any } else { OtherTokens::None };
    let folder = &settings.folder;
    settings.token_store = settings.token_store.map(|store| ProjectTokens::store(store, folder, others));
    let location = match origin {
        Origin::File(path) => NotebookLocation::File(path),
        Origin::Stdin => NotebookLocation::Stdin,
        Origin::Nowhere => NotebookLocation::Nowhere,
        Origin::Web(url) => {
            let fetched = web::fetch(&url, network.clone()).map_err(refused_or_unusable)?;
            if !arguments.yes {
                network.hosts = network.hosts.with_permission(web::hosts(&fetched, &settings));
            }
            // Stored tokens are for local notebooks.
            settings.token_store = None;
            settings.web = Some(fetched.url);
            NotebookLocation::Content(fetched.text.into_bytes().into())
        }
    };
    network.hosts = trusted_hosts(network.hosts, decision, &settings);
    settings.cassette = cassette;
    if arguments.mock == Some(MockMode::All) {
        network.hosts = network.hosts.mocked();
    }
    let secrets = env_file::secrets(&variables);
    let files = layers.files().cloned().chain(policy::files(&layers)).collect();
    Ok(Job { network, inputs: inputs(&layers, mock), secrets, files, ..Job::new(name, location, settings) })
}
