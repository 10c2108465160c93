//! `apinb run`.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::SystemTime;

use apinb_project::job::Job;
use apinb_project::reading::root::display_name;
use apinb_record::contract::Contract;
use apinb_record::contract::coverage::Measure;
use apinb_record::error::ErrorKind;
use apinb_record::redact::Redact as _;
use apinb_record::run::{NotebookRecord, RunRecord};
use apinb_report::github::commands;
use apinb_report::terminal::{TerminalReport, Verbosity};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::display::escape::escape_controls;
use apinb_text::display::timestamp;
use apinb_text::secret::redactor::Redactor;
use tokio_util::sync::CancellationToken;

use super::agreement;
use super::watch::{self, Places, Signal};
use crate::cli::arguments::RunArguments;
use crate::cli::contract;
use crate::cli::coverage;
use crate::cli::events::Events;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::github::GitHub;
use crate::cli::interrupt;
use crate::cli::jobs::outputs::InputFiles;
use crate::cli::jobs::reports::{Report, Target};
use crate::cli::jobs::resolve::{RunConfig, resolve};
use crate::cli::jobs::unused::{self, UsedNames};
use crate::cli::person::AtTerminal;
use crate::cli::progress::Progress;
use crate::cli::sarif::write_run;
use crate::cli::streams::Streams;
use crate::cli::trust::consent::Consent;
use crate::run::observer::Observer;
use crate::run::prompter::Prompter;
use crate::run::{EndedRun, GENERATOR, Run};

/// The warning about `--insecure`.
const INSECURE: &str = "certificates are not checked (`--insecure`): others can read and change the traffic";

pub(in crate::cli) fn run(arguments: &RunArguments, streams: Streams) -> Result<Exit, Failure> {
    if arguments.watch {
        return watch_loop(arguments, streams);
    }
    let config = resolve(arguments, consent(arguments.mock.is_some(), streams))?;
    let cancel = CancellationToken::new();
    interrupt::on_interrupt({
        let cancel = cancel.clone();
        move || interrupted(&cancel, streams)
    })?;
    once(config, arguments, streams, &cancel, &mut BTreeSet::new())
}

fn interrupted(cancel: &CancellationToken, streams: Streams) {
    cancel.cancel();
    let message = if interrupt::is_termination() {
        "terminated; finishing the run\n"
    } else {
        "interrupted; finishing the run, Ctrl-C again to abort it\n"
    };
    // The run ends even if the message cannot be written.
    let _ = streams.stderr.write(message);
}

/// Runs now, and whenever a file changes that the run depends on, until Ctrl-C.
fn watch_loop(arguments: &RunArguments, streams: Streams) -> Result<Exit, Failure> {
    watch::check(&arguments.notebooks).map_err(Failure::unusable)?;
    let cancel = CancellationToken::new();
    let waiting = Arc::new(AtomicBool::new(false));
    let (signals, changes) = mpsc::channel();
    interrupt::on_interrupt({
        let (cancel, waiting, signals) = (cancel.clone(), Arc::clone(&waiting), signals.clone());
        move || {
            if waiting.load(Ordering::SeqCst) {
                cancel.cancel();
            } else {
                interrupted(&cancel, streams);
            }
            // No receiver waits for it during a run.
            let _ = signals.send(Signal::Interrupted);
        }
    })?;
    loop {
        let beside = arguments.overrides.env_file.as_deref().into_iter().chain(arguments.inputs.as_deref());
        let places = Places::named(&arguments.notebooks, beside);
        // Watched before anything is read, so that no change is missed.
        let resolved = watch::check_kinds(&arguments.notebooks).map_err(Failure::unusable);
        let (started, mut read) = (SystemTime::now(), BTreeSet::new());
        let (mut places, mut watching, ended) =
            match resolved.and_then(|()| resolve(arguments, consent(arguments.mock.is_some(), streams))) {
                Ok(config) => {
                    let places = places.with(&config.jobs, &config.reports);
                    let watching = watch::watch(&places, signals.clone()).map_err(Failure::unusable)?;
                    let ended = once(config, arguments, streams, &cancel, &mut read);
                    (places, watching, ended)
                }
                Err(failure) => {
                    let watching = watch::watch(&places, signals.clone()).map_err(Failure::unusable)?;
                    (places, watching, Err(failure))
                }
            };
        match ended {
            // Output that fails now will fail later too.
            Err(failure @ Failure::Output(_)) => return Err(failure),
            // The next change may fix it.
            Err(failure) => {
                failure.print(streams);
            }
            Ok(_) => {}
        }
        if cancel.is_cancelled() {
            return Ok(interrupt::exit());
        }
        // What it has read is known now.
        let changed = watching.extend(&mut places, &read, started).map_err(Failure::unusable)?;
        waiting.store(true, Ordering::SeqCst);
        streams.stderr.write("\nwaiting for changes; Ctrl-C exits\n")?;
        let changed = changed.or_else(|| watch::changed(&places, &mut watching, &changes));
        let Some(changed) = changed else { return Ok(interrupt::exit()) };
        waiting.store(false, Ordering::SeqCst);
        drop(watching);
        streams.stderr.write(&format!("{} changed\n\n", escape_controls(&display_name(&changed))))?;
    }
}

/// Adds the files that the notebooks have read to `files`.
fn once(
    config: RunConfig,
    arguments: &RunArguments,
    streams: Streams,
    cancel: &CancellationToken,
    files: &mut BTreeSet<PathBuf>,
) -> Result<Exit, Failure> {
    let unused = unused::refuse(&config.provided, &config.jobs, arguments.allow_unused, streams)?;
    streams.stderr.write(&config.notes(arguments.quiet))?;
    let RunConfig { jobs, selection, threads, reports, minimum, read, documents, shard, warnings: _, provided: _ } =
        config;
    let insecure = warn_insecure(&jobs, streams)?;
    let redactor = Redactor::default();
    let verbosity = match (arguments.quiet, arguments.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    // Nothing else is on stdout where events or a report are.
    let is_taken = arguments.json || reports.iter().any(|report| report.target == Target::Stdout);
    let out = if is_taken { streams.stderr } else { streams.stdout };
    let report = TerminalReport::new(verbosity, out.color, out.width(), redactor.clone());
    let github = GitHub::detect();
    let fence = github.as_ref().map(|_| GitHub::fence());
    let progress = Rc::new(Progress::new(report, out, streams).fenced(fence).verbose(arguments.verbose));
    let at_terminal =
        || -> Rc<dyn Prompter> { Rc::new(AtTerminal::new(streams.stderr, Rc::clone(&progress), cancel.clone())) };
    let person = streams.person().then(at_terminal);
    agreement::agree(&jobs, person.as_deref())?;
    let events = arguments.json.then(|| Rc::new(Events::new(Rc::clone(&progress), streams.stdout, redactor.clone())));
    let run = Run {
        selection,
        threads,
        allow_empty: arguments.notebook_choice.allow_empty,
        redactor,
        observer: match &events {
            Some(events) => Rc::clone(events) as Rc<dyn Observer>,
            None => Rc::clone(&progress) as Rc<dyn Observer>,
        },
        person,
        asked: Rc::default(),
        browser: !arguments.no_browser,
        sandbox: !arguments.no_sandbox,
        cancel: cancel.clone(),
    };
    let count = jobs.len();
    if let Some(events) = &events {
        events.start(GENERATOR, timestamp::milliseconds(SystemTime::now()), count);
    }
    let EndedRun { mut record, contracts } = run.notebooks(jobs).map_err(Failure::unusable)?;
    record.skipped_files = documents;
    record.shard = shard;
    record.skipped_files.redact(&run.redactor);
    record.contract = contract::of_run(contracts, arguments.contract_baseline.is_some(), streams)?;
    record.contract.redact(&run.redactor);
    files.extend(progress.files());
    let used = UsedNames::new(progress.clients(), &record)?;
    let mut annotations = github.as_ref().map(|github| github.annotations(&record)).transpose()?.unwrap_or_default();
    if insecure && github.is_some() {
        annotations.push_str(&commands::command("warning", &[], INSECURE));
    }
    let shown = progress.finish(&record, &annotations);
    unused::warn(&unused.after(&used), streams)?;
    let written = events.map_or(Ok(()), |events| events.finish(&record));
    write_reports(&record, &reports, (&read, arguments.force), streams, github.as_ref())?;
    // After SIGHUP there is no terminal to write to.
    if !(cancel.is_cancelled() && interrupt::is_termination()) {
        shown?;
        written?;
    }
    if cancel.is_cancelled() {
        return Ok(interrupt::exit());
    }
    let covered = record.contract.as_ref().map(|contract| contract.coverage.as_slice()).unwrap_or_default();
    let is_covered = coverage::is_reached(minimum.as_ref(), covered, Measure::Called, streams)?;
    Ok(exit(&record, count)?.max(if is_covered { Exit::Passed } else { Exit::Failed }))
}

/// A mocked run calls no server and asks for no trust.
pub(super) fn consent(mock: bool, streams: Streams) -> Consent {
    if mock { Consent::Withheld } else { Consent::Required(streams) }
}

/// Warns about `--insecure`; returns whether it is on.
pub(super) fn warn_insecure(jobs: &[Job], streams: Streams) -> io::Result<bool> {
    let insecure = jobs.iter().any(|job| job.network.tls.insecure);
    if insecure {
        streams.stderr.write(&format!("warning: {INSECURE}\n"))?;
    }
    Ok(insecure)
}

fn write_reports(
    record: &RunRecord,
    reports: &[Report],
    (read, force): (&InputFiles, bool),
    streams: Streams,
    github: Option<&GitHub>,
) -> Result<(), Failure> {
    let mut problems: Vec<Box<dyn Diagnostic>> = Vec::new();
    match github.map(|github| github.summarise(record)) {
        Some(Err(problem)) => problems.push(Box::new(problem)),
        Some(Ok(false)) => streams.stderr.write("warning: the job summary is full, this run is not in it\n")?,
        Some(Ok(true)) | None => {}
    }
    let unwritten = write_run(record, reports, (read, force), streams)?;
    problems.extend(unwritten.into_iter().map(|problem| -> Box<dyn Diagnostic> { Box::new(problem) }));
    if problems.is_empty() { Ok(()) } else { Err(Failure::Problems(Exit::Unusable, problems)) }
}

/// The exit code of a run of so many jobs. A job without a record did not run.
fn exit(record: &RunRecord, jobs: usize) -> io::Result<Exit> {
    let of = |notebook: &NotebookRecord| match &notebook.error {
        Some(error) if error.kind == ErrorKind::Input => Exit::Unusable,
        Some(_) => Exit::Failed,
        None if notebook.was_refused() => Exit::Refused,
        None if notebook.has_failed() => Exit::Failed,
        None => Exit::Passed,
    };
    let breaks_contract = record.contract.as_ref().is_some_and(Contract::fails);
    let mut exit = if record.notebooks.count() < jobs || breaks_contract { Exit::Failed } else { Exit::Passed };
    record.notebooks.each(&mut |notebook| {
        exit = exit.max(of(notebook));
        Ok(())
    })?;
    Ok(exit)
}

#[cfg(test)]
mod tests {
    use apinb_record::run::{RunRecord, Summary, VERSION};

    use super::exit;
    use crate::cli::exit::Exit;

    #[test]
    fn a_job_without_a_record_fails() {
        let record = RunRecord {
            version: VERSION,
            generator: String::new(),
            started: String::new(),
            milliseconds: 0.0,
            summary: Summary::default(),
            notebooks: Box::new(Vec::new()),
            skipped_files: Vec::new(),
            shard: None,
            contract: None,
        };
        assert_eq!(exit(&record, 0).unwrap(), Exit::Passed);
        assert_eq!(exit(&record, 1).unwrap(), Exit::Failed);
    }
}
