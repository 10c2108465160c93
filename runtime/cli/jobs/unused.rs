//! What the command line names and no notebook has: a client, an input, a script, an option of a sign-in. It is an error
//! before anything is sent; where only a run can tell, a warning after it.

use std::collections::BTreeSet;
use std::io;

use apinb_analysis::analyse;
use apinb_auth::sign_in::error::token_variable;
use apinb_auth::sign_in::options;
use apinb_check::definitions::{Clients, DefinitionLookup};
use apinb_check::names::{Names, Prompt, Usage};
use apinb_notebook::model::Notebook;
use apinb_project::job::{Job, NotebookLocation};
use apinb_project::overrides::inputs::VARIABLE_PREFIX;
use apinb_project::reading::notebook::read;
use apinb_project::settings::Settings;
use apinb_record::run::RunRecord;
use apinb_text::diagnostic::render::render;
use apinb_text::diagnostic::{Diagnostic, Severity};
use apinb_text::display::quote::{quote, use_one_of};
use apinb_text::display::suggest::suggest;

use super::notebooks::{Named, Origin};
use super::rows::Row;
use crate::cli::failure::Failure;
use crate::cli::settings::layers::Assignment;
use crate::cli::settings::setting::AnySetting;
use crate::cli::settings::table::{CLIENT_AUTH, CLIENT_BASE_URI, CLIENT_DEFINITION, CLIENT_TOKEN, INPUT, SCRIPT};
use crate::cli::streams::Streams;

/// Maximum number of names in a message.
const LISTED: usize = 8;

/// The names on the command line.
#[derive(Debug, Default)]
pub(crate) struct ProvidedNames {
    /// Each with its flag.
    names: Vec<(NameKind, String, String)>,
    /// The notebooks of the command line that other shards run.
    others: Vec<Named>,
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NameKind {
    Client,
    Input,
    /// A column of `--inputs`.
    Column,
    Script,
    /// An option of the sign-in of this client.
    Option {
        client: String,
    },
    /// An environment variable: the token of a client, or an input.
    TokenVariable,
    InputVariable,
}

/// A name that no notebook has.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message())]
pub(crate) struct UnusedName {
    pub(super) kind: NameKind,
    pub(super) name: String,
    /// The flag or the file that has it; of a variable, where it is: ` in …`.
    pub(super) by: String,
    pub(super) meant: Option<String>,
    /// Those that notebooks have.
    pub(super) known: Vec<String>,
    pub(super) severity: Severity,
}

/// What no notebook has, and what only a run can tell.
#[derive(Debug, Default)]
pub(crate) struct Unused {
    pub(crate) certain: Vec<UnusedName>,
    pub(crate) unsure: Vec<UnusedName>,
}

/// What a run has used.
#[derive(Debug, Default)]
pub(crate) struct UsedNames {
    pub(crate) clients: BTreeSet<String>,
    pub(crate) prompts: BTreeSet<Prompt>,
}

impl ProvidedNames {
    /// Those of flags, and of the rows of `--inputs`, which is in the file `table`.
    pub(crate) fn new(flags: &[Assignment], rows: Option<&[Row]>, table: Option<&str>) -> Self {
        let mut names = Vec::new();
        for flag in flags {
            let key = flag.setting.entry().key;
            let is = |setting: &dyn AnySetting| setting.entry().key == key;
            let by = flag.setting.entry().flag.as_ref().map(|flag| format!("--{}", flag.name)).unwrap_or_default();
            match flag.names.as_slice() {
                [client, option] if is(&CLIENT_AUTH) => {
                    names.push((NameKind::Client, client.clone(), by.clone()));
                    names.push((NameKind::Option { client: client.clone() }, option.clone(), by));
                }
                [name] if is(&INPUT) => names.push((NameKind::Input, name.clone(), by)),
                [name] if is(&SCRIPT) => names.push((NameKind::Script, name.clone(), by)),
                [name] if is(&CLIENT_DEFINITION) || is(&CLIENT_BASE_URI) || is(&CLIENT_TOKEN) => {
                    names.push((NameKind::Client, name.clone(), by));
                }
                _ => {}
            }
        }
        let mut columns = BTreeSet::new();
        for input in rows.into_iter().flatten().flat_map(|row| &row.inputs) {
            if columns.insert(&input.key) {
                names.push((NameKind::Column, input.key.clone(), table.unwrap_or_default().to_owned()));
            }
        }
        Self { names, others: Vec::new() }
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Adds a notebook that another shard runs.
    pub(crate) fn add_other(&mut self, notebook: Named) {
        if !self.is_empty() {
            self.others.push(notebook);
        }
    }

    /// Compares them with the notebooks of `jobs` and the others of the command line.
    pub(crate) fn judge(&self, jobs: &[Job], severity: Severity) -> Unused {
        let mut unused = Unused::default();
        if self.is_empty() {
            return unused;
        }
        let notebooks = Notebooks::read(jobs, &self.others);
        let mut seen = BTreeSet::new();
        for (kind, name, by) in &self.names {
            let usage = notebooks.usage(kind, name);
            if usage == Usage::Used || !seen.insert((name, by)) {
                continue;
            }
            let (meant, known) = notebooks.alternatives(kind, name);
            let (kind, name, by) = (kind.clone(), name.clone(), by.clone());
            match usage {
                Usage::Unused => unused.certain.push(UnusedName { kind, name, by, meant, known, severity }),
                _ => unused.unsure.push(UnusedName { kind, name, by, meant, known, severity: Severity::Warning }),
            }
        }
        unused
    }
}

impl UsedNames {
    /// The clients, and the prompts of the record.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub(crate) fn new(clients: BTreeSet<String>, record: &RunRecord) -> io::Result<Self> {
        let mut prompts = BTreeSet::new();
        record.notebooks.each(&mut |notebook| {
            let asked = notebook.cells.iter().flat_map(|cell| &cell.prompts);
            prompts
                .extend(asked.map(|asked| Prompt { text: asked.question.clone(), variable: asked.variable.clone() }));
            Ok(())
        })?;
        Ok(Self { clients, prompts })
    }
}

impl Unused {
    /// Those that a run has not used either.
    pub(crate) fn after(self, used: &UsedNames) -> Vec<UnusedName> {
        let is_unused = |unused: &UnusedName| match &unused.kind {
            NameKind::Client => !used.clients.contains(&unused.name),
            NameKind::Input => !used.prompts.iter().any(|prompt| prompt.takes(&unused.name)),
            // The run does not tell.
            NameKind::Column | NameKind::Script | NameKind::Option { .. } => false,
            // They serve several runs.
            NameKind::TokenVariable | NameKind::InputVariable => false,
        };
        self.unsure.into_iter().filter(is_unused).collect()
    }
}

impl UnusedName {
    fn message(&self) -> String {
        let Self { kind, name, by, .. } = self;
        match kind {
            NameKind::Client => format!("unknown client `{name}` in `{by}`: no notebook creates it"),
            NameKind::Input => format!("unknown input `{name}` in `{by}`: no prompt takes it"),
            NameKind::Column => format!("unknown column `{name}` in `{by}`: no prompt takes it, and no cell reads it"),
            NameKind::Script => format!("unknown script `{name}` in `{by}`: no notebook loads it"),
            NameKind::Option { client } => format!("unknown option `{name}` of `{client}` in `{by}`"),
            NameKind::TokenVariable => format!("unknown client in the variable `{name}`{by}: no notebook creates it"),
            NameKind::InputVariable => format!("unknown input in the variable `{name}`{by}: no prompt takes it"),
        }
    }
}

impl Diagnostic for UnusedName {
    fn severity(&self) -> Severity {
        self.severity
    }

    fn help(&self) -> Option<String> {
        let Self { kind, meant, known, severity, .. } = self;
        let allow = if *severity == Severity::Error { " Pass `--allow-unused` for a warning instead." } else { "" };
        Some(match (meant, known.as_slice()) {
            (Some(meant), _) => format!("Did you mean {}?{allow}", quote(meant)),
            (None, known @ [_, ..]) => format!("{}{allow}", use_one_of(known, LISTED)),
            (None, []) => match kind {
                NameKind::Client | NameKind::TokenVariable => {
                    format!("Remove it: no notebook creates a client.{allow}")
                }
                NameKind::Input => format!("Remove it: no notebook has a prompt.{allow}"),
                NameKind::InputVariable => {
                    format!("Remove it: no notebook has a prompt whose answer is assigned to a variable.{allow}")
                }
                _ => format!("Remove it.{allow}"),
            },
        })
    }
}

/// Compares the names of the command line with its notebooks.
///
/// # Errors
/// All that no notebook has, unless that is allowed: then each is a warning on stderr.
pub(crate) fn refuse(
    provided: &ProvidedNames,
    jobs: &[Job],
    is_allowed: bool,
    streams: Streams,
) -> Result<Unused, Failure> {
    let severity = if is_allowed { Severity::Warning } else { Severity::Error };
    let mut unused = provided.judge(jobs, severity);
    if !is_allowed && !unused.certain.is_empty() {
        return Err(Failure::all_unusable(unused.certain));
    }
    warn(&std::mem::take(&mut unused.certain), streams)?;
    Ok(unused)
}

/// Writes each as a warning to stderr.
///
/// # Errors
/// Why it cannot be written.
pub(crate) fn warn(unused: &[UnusedName], streams: Streams) -> io::Result<()> {
    let texts: Vec<String> =
        unused.iter().map(|unused| render(unused, streams.stderr.width(), streams.stderr.color)).collect();
    if texts.is_empty() { Ok(()) } else { streams.stderr.write(&(texts.join("\n") + "\n")) }
}

/// Notebooks with their names.
#[derive(Default)]
pub(super) struct Notebooks<'a> {
    pub(super) names: Names,
    /// Those of the command line, each once.
    jobs: Vec<&'a Job>,
}

impl<'a> Notebooks<'a> {
    fn read(jobs: &'a [Job], others: &[Named]) -> Self {
        let mut seen = BTreeSet::new();
        // A notebook is there once for each row.
        let jobs: Vec<&Job> = jobs.iter().filter(|job| seen.insert(job.name.as_str())).collect();
        let mut names = Names::default();
        for job in &jobs {
            add(&mut names, &job.name, &job.location, &job.settings);
        }
        for other in others {
            match &other.origin {
                Origin::File(path) => {
                    let (limit, settings) = (std::time::Duration::MAX, other.folder.clone());
                    let settings = Settings::new(settings, limit, limit, usize::MAX);
                    add(&mut names, &other.name, &NotebookLocation::File(path.clone()), &settings);
                }
                Origin::Stdin | Origin::Nowhere | Origin::Web(_) => names.add_unknown(),
            }
        }
        Self { names, jobs }
    }

    pub(super) fn usage(&self, kind: &NameKind, name: &str) -> Usage {
        match kind {
            NameKind::Client => self.names.client(name),
            NameKind::Input => self.names.input(name),
            NameKind::Column => self.names.column(name),
            NameKind::Script => self.names.script(name),
            NameKind::Option { client } => self.option(client, name),
            NameKind::TokenVariable => self.names.token_variable(name),
            NameKind::InputVariable => self.names.input_variable(name.strip_prefix(VARIABLE_PREFIX).unwrap_or(name)),
        }
    }

    /// Whether a sign-in of the client has the option. A definition may describe others than the usual ones.
    fn option(&self, client: &str, name: &str) -> Usage {
        if options::is_general(name) {
            return Usage::Used;
        }
        // Its client is reported already.
        if self.names.client(client) == Usage::Unused {
            return Usage::Used;
        }
        let mut usage = Usage::Unused;
        for job in &self.jobs {
            let Some(notebook) = notebook(&job.name, &job.location) else { return Usage::Unsure };
            let clients = Clients::load(job, &job.settings, &analyse(&notebook), false);
            for found in clients.iter().filter(|found| found.client.name.as_deref().is_none_or(|name| name == client)) {
                match &found.definition {
                    DefinitionLookup::Read(definition) => {
                        if definition.security_schemes.iter().any(|scheme| options::is_known(name, scheme)) {
                            return Usage::Used;
                        }
                    }
                    _ => usage = Usage::Unsure,
                }
            }
        }
        usage
    }

    /// The name that was probably meant, and those that there are.
    pub(super) fn alternatives(&self, kind: &NameKind, name: &str) -> (Option<String>, Vec<String>) {
        let owned = |names: &mut dyn Iterator<Item = &str>| names.map(str::to_owned).collect::<Vec<_>>();
        let known: Vec<String> = match kind {
            NameKind::Client => owned(&mut self.names.clients()),
            NameKind::Input => owned(&mut self.names.inputs()),
            NameKind::Column => owned(&mut self.names.inputs().chain(self.names.row_fields())),
            NameKind::Script => owned(&mut self.names.scripts()),
            NameKind::Option { .. } => owned(&mut options::listed().iter().copied()),
            NameKind::TokenVariable => self.names.clients().map(token_variable).collect(),
            NameKind::InputVariable => {
                self.names.input_variables().map(|name| format!("{VARIABLE_PREFIX}{name}")).collect()
            }
        };
        let meant = suggest(name, known.iter().map(String::as_str)).map(str::to_owned);
        (meant, known)
    }
}

fn notebook(name: &str, location: &NotebookLocation) -> Option<Notebook> {
    match location {
        // It can be read once only.
        NotebookLocation::Stdin => None,
        location => read(name, location).ok(),
    }
}

/// Adds the names of a notebook.
pub(super) fn add(names: &mut Names, name: &str, location: &NotebookLocation, settings: &Settings) {
    match notebook(name, location) {
        Some(notebook) => names.add(&analyse(&notebook), settings),
        None => names.add_unknown(),
    }
}
