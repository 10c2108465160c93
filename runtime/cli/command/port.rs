//! `apinb port`.

mod trial;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use apinb_check::needs::needs;
use apinb_files::whole;
use apinb_files::whole::{Access, Existing, Options};
use apinb_project::job::Job;
use apinb_project::reading::reader::Reader;
use apinb_project::reading::root::{self, NAME, VirtualFiles, display_name};
use apinb_record::check::{NotebookNeeds, Unreadable};
use apinb_record::port::{ConfigFile, FileState, Port, PortedNotebook, VERSION};
use apinb_record::redact::Redact as _;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::diagnostic::causes::with_causes;
use apinb_text::secret::redactor::Redactor;
use similar::TextDiff;
use tokio_util::sync::CancellationToken;

use crate::cli::arguments::{OverrideArguments, PortArguments, RunArguments};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt;
use crate::cli::jobs::resolve::resolve_with;
use crate::cli::settings::file;
use crate::cli::settings::job::{here, load_layers};
use crate::cli::settings::problem::UsageProblem;
use crate::cli::streams::Streams;
use crate::cli::trust::consent::{self, Consent};
use crate::cli::trust::list::TrustList;
use crate::port::candidates::{self, Found};
use crate::port::page;
use crate::port::plan::{Plan, plan};
use crate::port::ported::Ported;

use self::trial::Trial;

pub(in crate::cli) fn port(arguments: &PortArguments, streams: Streams) -> Result<Exit, Failure> {
    let cancel = CancellationToken::new();
    interrupt::on_interrupt({
        let cancel = cancel.clone();
        move || cancel.cancel()
    })?;
    let named = folders(&arguments.notebooks)?;
    let run = arguments.as_run();
    let blank: VirtualFiles = named.iter().map(|folder| (folder.join(NAME), String::new())).collect();
    let config = resolve_with(&run, &blank, Consent::Withheld)?;
    streams.stderr.write(&config.notes(false))?;
    let jobs = config.jobs;
    let found = find(&jobs, &named)?;
    if found.cut {
        streams.stderr.write("warning: the folder is too large to search all files for definitions\n")?;
    }
    let read: Vec<Result<Ported, Unreadable>> = jobs.iter().map(|job| ported(job, &found)).collect();
    // By the number of the job; what can't be read has none.
    let numbers: Vec<Option<usize>> =
        read.iter().scan(0, |next, one| Some(one.is_ok().then(|| next_of(next)))).collect();
    let errors: Vec<Option<Unreadable>> = read.iter().map(|one| one.as_ref().err().cloned()).collect();
    let mut notebooks: Vec<Ported> = read.into_iter().flatten().collect();
    let holding = holding(&notebooks, &named);
    let mut plans = plan(&mut notebooks, &holding);

    let texts = |plans: &[Plan], needs: Option<&[NotebookNeeds]>| -> VirtualFiles {
        plans.iter().map(|plan| (plan.folder.join(NAME), page::text(plan, &notebooks, needs, &found))).collect()
    };
    let wanted = needed(&run, &texts(&plans, None), &errors)?;
    let needed = needed(&run, &texts(&plans, Some(&wanted)), &errors)?;
    let redactor = Redactor::default();
    let trial =
        Trial { arguments: &run, online: arguments.online, redactor: &redactor, cancel: &cancel, numbers: &numbers };
    let mut runs =
        if arguments.no_run { Vec::new() } else { trial.run(&mut plans, |plans| texts(plans, Some(&wanted)))? };
    let proposed = texts(&plans, Some(&wanted));
    let files: Vec<ConfigFile> =
        plans.iter().map(|plan| settle(plan, &proposed, arguments)).collect::<Result<_, _>>()?;
    for (plan, _) in plans.iter().zip(&files).filter(|(_, file)| file.state == FileState::Written) {
        trust(&plan.folder, streams)?;
    }

    let mut done = Vec::new();
    for (index, (job, error)) in jobs.iter().zip(errors).enumerate() {
        let number = numbers.get(index).copied().flatten();
        let one = number.and_then(|number| notebooks.get(number));
        done.push(PortedNotebook {
            path: job.name.clone(),
            title: one.and_then(|one| one.title.clone()),
            definitions: one
                .map(|one| one.clients.iter().map(|given| given.choice.clone()).collect())
                .unwrap_or_default(),
            scripts: number
                .and_then(|number| needed.get(number))
                .map(|needs| needs.scripts.clone())
                .unwrap_or_default(),
            run: runs.get_mut(index).and_then(Option::take).filter(|_| error.is_none()),
            error,
        });
    }
    let mut port = Port { version: VERSION, files, notebooks: done };
    port.redact(&redactor);
    if arguments.json {
        streams.stdout.write_json(&port)?;
    } else {
        streams.stdout.write(&apinb_report::port::text(
            &port,
            arguments.verbose,
            streams.stdout.width(),
            streams.stdout.color,
        ))?;
    }
    Ok(if cancel.is_cancelled() {
        interrupt::exit()
    } else if port.notebooks.iter().any(|notebook| notebook.error.is_some()) {
        Exit::Unusable
    } else if port.is_done() {
        Exit::Passed
    } else {
        Exit::Failed
    })
}

fn next_of(next: &mut usize) -> usize {
    *next += 1;
    *next - 1
}

/// The folders that are named, and those of the notebooks that are, without links.
fn folders(names: &[String]) -> Result<BTreeSet<PathBuf>, Failure> {
    let mut folders = BTreeSet::new();
    for name in names {
        if name == "-" || name.starts_with("http://") || name.starts_with("https://") {
            let help = "Save it to a file.".to_owned();
            let what = "has no folder for an `apinb.toml`";
            return Err(Failure::unusable(UsageProblem::Unfit { value: name.clone(), what, help }));
        }
        let path = Path::new(name);
        let folder = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new("")) };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let unreadable = |cause| Failure::unusable(UsageProblem::Unreadable { path: name.clone(), cause });
        folders.insert(folder.canonicalize().map_err(unreadable)?);
    }
    Ok(folders)
}

/// The definitions and scripts around the notebooks; nothing is fetched.
fn find(jobs: &[Job], folders: &BTreeSet<PathBuf>) -> Result<Found, Failure> {
    let Some(job) = jobs.first() else { return Ok(Found::default()) };
    let reader = Reader::start(job.network.clone(), false).map_err(io::Error::other)?;
    let here = std::env::current_dir().and_then(fs::canonicalize)?;
    let folders: Vec<PathBuf> = folders.iter().cloned().collect();
    Ok(candidates::find(&folders, &here, &reader))
}

fn ported(job: &Job, found: &Found) -> Result<Ported, Unreadable> {
    Ported::new(job, found).map_err(|error| Unreadable { message: with_causes(&error), help: error.help() })
}

/// The folders whose files hold for the notebooks: those that are named, and those below that have a file already.
fn holding(notebooks: &[Ported], named: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    let mut holding = named.clone();
    for one in notebooks {
        let below = one.folder.ancestors().take_while(|folder| !named.contains(*folder));
        holding.extend(below.filter(|folder| folder.join(NAME).is_file()).map(Path::to_owned));
    }
    holding
}

/// The needs of the notebooks with the proposed files.
fn needed(
    run: &RunArguments,
    proposed: &VirtualFiles,
    errors: &[Option<Unreadable>],
) -> Result<Vec<NotebookNeeds>, Failure> {
    let jobs = resolve_with(run, proposed, Consent::Withheld)?.jobs;
    let readable = jobs.iter().zip(errors).filter(|(_, error)| error.is_none());
    Ok(readable.map(|(job, _)| needs(job, false, None)).collect())
}

/// Writes the file of `plan`, or says why not.
fn settle(plan: &Plan, proposed: &VirtualFiles, arguments: &PortArguments) -> Result<ConfigFile, Failure> {
    let path = plan.folder.join(NAME);
    let shown = display_name(&path);
    let unusable = |cause| Failure::unusable(UsageProblem::Unreadable { path: shown.clone(), cause });
    let text = proposed.get(&path).cloned().unwrap_or_default();
    let mut settled =
        ConfigFile { path: shown.clone(), state: FileState::Written, text, difference: None, shadows: None };
    match file::shown_text(&path) {
        Ok((there, _)) if there.replace("\r\n", "\n") == settled.text => settled.state = FileState::Unchanged,
        Ok((there, masked)) => {
            settled.difference = Some(difference(&there, &masked, &settled.text, &shown));
            if arguments.force {
                write(&plan.folder, &settled.text, true).map_err(unusable)?;
            } else {
                settled.state = FileState::Differs;
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let above = plan.folder.parent().and_then(root::find);
            settled.shadows = above.map(|path| display_name(&path));
            if arguments.dry_run {
                settled.state = FileState::Proposed;
            } else {
                write(&plan.folder, &settled.text, false).map_err(unusable)?;
            }
        }
        Err(error) => return Err(unusable(error)),
    }
    Ok(settled)
}

/// Stores that the user trusts the file that apinb has written to `folder`.
fn trust(folder: &Path, streams: Streams) -> Result<(), Failure> {
    let overrides = OverrideArguments::default();
    let loaded = load_layers(true, folder, &overrides, &[], &here()?, &VirtualFiles::default())?;
    match loaded.file.as_ref().map(TrustList::of).filter(|list| list.folder == folder && !list.requests.is_empty()) {
        Some(list) => consent::keep(&list, streams),
        None => Ok(()),
    }
}

/// A unified diff. Secrets are redacted in lines that only the existing file has.
fn difference(there: &str, masked: &str, wanted: &str, path: &str) -> String {
    let known: BTreeSet<&str> = wanted.lines().collect();
    let lines = there.lines().zip(masked.lines());
    let mut old = String::new();
    for (line, masked) in lines {
        old.push_str(if known.contains(line) { line } else { masked });
        old.push('\n');
    }
    TextDiff::from_lines(old.as_str(), wanted).unified_diff().header(path, "proposed").to_string()
}

/// Without `over`, a file that came in the meantime stays.
fn write(folder: &Path, text: &str, over: bool) -> io::Result<()> {
    let existing = if over { Existing::Replace } else { Existing::Keep };
    let options = Options { existing, access: Access::Shared, prefix: ".apinb-toml-", ..Options::default() };
    whole::write(&folder.join(NAME), text.as_bytes(), options)
}
