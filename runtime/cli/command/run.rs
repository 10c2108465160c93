//! `apinb run`.

use std::io;
use std::rc::Rc;

use apinb_core::record::{NotebookRecord, RunRecord};
use apinb_core::redact::Redactor;
use tokio_util::sync::CancellationToken;

use super::agreement;
use crate::cli::arguments::RunArguments;
use crate::cli::config::problem::UsageProblem;
use crate::cli::config::{self, RunConfig, Target};
use crate::cli::exit::Exit;
use crate::cli::person::AtTerminal;
use crate::cli::progress::Progress;
use crate::cli::{Failure, Streams, interrupt};
use crate::report::json;
use crate::report::terminal::{TerminalReport, Verbosity};
use crate::run::{Observer, Person, Run, UNREADABLE, was_refused};

pub(in crate::cli) fn run(arguments: &RunArguments, streams: Streams) -> Result<Exit, Failure> {
    let RunConfig { jobs, selection, threads, reports } = config::resolve(arguments)?;
    if jobs.iter().any(|job| job.network.tls.insecure) {
        let warning =
            "warning: no certificate is checked (`--insecure`): what is sent can be read and changed on the way";
        streams.stderr.write(&format!("{warning}\n"))?;
    }
    let redactor = Redactor::default();
    let verbosity = match (arguments.quiet, arguments.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    // Nothing else is on stdout where a report is.
    let out = if reports.contains(&Target::Stdout) { streams.stderr } else { streams.stdout };
    let report = TerminalReport::new(verbosity, out.colour, out.width(), redactor.clone());
    let progress = Rc::new(Progress::new(report, out, streams));
    let cancel = CancellationToken::new();
    interrupt::on_interrupt({
        let cancel = cancel.clone();
        move || {
            cancel.cancel();
            // The run ends as well when nobody reads why.
            let _ = streams.stderr.write("interrupted; the run ends after this; Ctrl-C again ends it at once\n");
        }
    })?;
    let at_terminal = || -> Rc<dyn Person> { Rc::new(AtTerminal::new(streams.stderr, Rc::clone(&progress))) };
    let person = streams.person().then(at_terminal);
    agreement::agree(&jobs, person.as_deref())?;
    let run = Run {
        selection,
        threads,
        fail_fast: arguments.fail_fast,
        redactor,
        observer: Rc::clone(&progress) as Rc<dyn Observer>,
        person,
        browser: !arguments.no_browser,
        cancel: cancel.clone(),
    };
    let record = run.notebooks(jobs);
    let shown = progress.finish(&record);
    write_reports(&record, &reports, streams)?;
    shown?;
    Ok(if cancel.is_cancelled() { Exit::Interrupted } else { exit(&record) })
}

fn write_reports(record: &RunRecord, targets: &[Target], streams: Streams) -> Result<(), Failure> {
    if targets.is_empty() {
        return Ok(());
    }
    let text = json::text(record)?;
    for target in targets {
        match target {
            Target::Stdout => match streams.stdout.write(&text) {
                // How the cells ended counts, whoever reads it.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
                written => written?,
            },
            Target::File(path) => json::write(path, &text).map_err(|cause| {
                Failure::unusable(UsageProblem::Unwritable { path: path.display().to_string(), cause })
            })?,
        }
    }
    Ok(())
}

fn exit(record: &RunRecord) -> Exit {
    let of = |notebook: &NotebookRecord| match &notebook.error {
        Some(error) if error.name == UNREADABLE => Exit::Unusable,
        Some(_) => Exit::Failed,
        None if was_refused(notebook) => Exit::Refused,
        None if notebook.summary.failed > 0 => Exit::Failed,
        None => Exit::Passed,
    };
    record.notebooks.iter().map(of).max().unwrap_or(Exit::Passed)
}
