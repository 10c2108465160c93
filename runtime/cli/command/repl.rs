//! `apinb repl`.

use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use apinb_engine::watchdog::{Interrupter, Running};
use apinb_files::folders;
use apinb_record::error::{ErrorKind, ErrorRecord};
use apinb_report::terminal::{TerminalReport, Verbosity};
use apinb_text::diagnostic::render::Message;
use apinb_text::display::escape::escape_controls;
use apinb_text::secret::redactor::Redactor;
use tokio_util::sync::CancellationToken;

use super::agreement;
use super::run::{consent, warn_insecure};
use crate::cli::arguments::ReplArguments;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt;
use crate::cli::jobs::resolve::resolve_session;
use crate::cli::person::AtTerminal;
use crate::cli::progress::Progress;
use crate::cli::screen::OnStreams;
use crate::cli::settings::problem::UsageProblem;
use crate::cli::streams::Streams;
use crate::repl::{InitialClient, Repl, StartError, editor, feed};
use crate::run::Run;
use crate::run::observer::Observer;
use crate::run::prompter::Prompter;

pub(in crate::cli) fn repl(arguments: &ReplArguments, streams: Streams) -> Result<Exit, Failure> {
    let arguments = &arguments.clone().with_named_definition();
    let clients = initial_clients(arguments);
    let (job, selection) = resolve_session(arguments, consent(arguments.mock.is_some(), streams))?;
    let talks = arguments.eval.is_empty() && streams.person();
    if talks && arguments.json {
        let value = "--json".to_owned();
        let help = "Pass code with `--eval`, or in a pipe.".to_owned();
        return Err(Failure::unusable(UsageProblem::Unfit { value, what: "does not fit a prompt", help }));
    }
    let jobs = [job];
    warn_insecure(&jobs, streams)?;
    let redactor = Redactor::default();
    // A result that is piped has nothing else beside it.
    let (out, verbosity) = if talks { (streams.stdout, Verbosity::Normal) } else { (streams.stderr, Verbosity::Quiet) };
    let report = TerminalReport::new(verbosity, out.color, out.width(), redactor.clone());
    let progress = Rc::new(Progress::new(report, out, streams));
    let screen = OnStreams::new(streams, talks, Rc::clone(&progress), redactor.clone());
    let screen = Rc::new(screen.with_json(arguments.json));
    let at_terminal = || -> Rc<dyn Prompter> {
        Rc::new(screen.person(AtTerminal::new(streams.stderr, progress, CancellationToken::new())))
    };
    let person = streams.person().then(at_terminal);
    agreement::agree(&jobs, person.as_deref())?;
    let run = Run {
        selection,
        threads: 1,
        allow_empty: true,
        redactor: redactor.clone(),
        observer: Rc::clone(&screen) as Rc<dyn Observer>,
        person,
        asked: Rc::default(),
        browser: !arguments.no_browser,
        sandbox: false,
        cancel: CancellationToken::new(),
    };
    let [job] = jobs;
    let session = match run.session(job) {
        Ok(session) => session,
        Err(error) => return unstarted(&error, streams),
    };
    let interrupted = end_on_interrupt(session.interrupter(), talks)?;
    let mut repl = Repl::new(session, screen, redactor).with_json(arguments.json);
    match repl.start(&clients) {
        Ok(()) => {}
        Err(StartError::Output(error)) => return Err(error.into()),
        Err(StartError::Selection(error)) => return unstarted(&error, streams),
    }
    if talks {
        streams.stdout.write(&greeting(&repl))?;
        let history = if arguments.no_history { None } else { history() };
        let talked = editor::converse(repl, editor::Options { history, color: streams.stdout.color });
        // The editor may still have it.
        interrupt::restore_terminal();
        talked?;
        return Ok(Exit::Passed);
    }
    if arguments.eval.is_empty() {
        feed::stdin(&mut repl)?;
    } else if !repl.has_failed() {
        feed::entries(&mut repl, &arguments.eval)?;
    }
    Ok(if interrupted.load(Ordering::SeqCst) {
        interrupt::exit()
    } else if repl.was_refused() {
        Exit::Refused
    } else if repl.has_failed() {
        Exit::Failed
    } else {
        Exit::Passed
    })
}

/// The clients of `--definition`.
fn initial_clients(arguments: &ReplArguments) -> Vec<InitialClient> {
    let pairs =
        arguments.overrides.flags.texts("definition").iter().filter_map(|definition| definition.split_once('='));
    pairs
        .map(|(client, definition)| InitialClient { client: client.to_owned(), definition: definition.to_owned() })
        .collect()
}

fn unstarted(error: &ErrorRecord, streams: Streams) -> Result<Exit, Failure> {
    streams.stderr.write(&Message::from(error).render(streams.stderr.width(), streams.stderr.color))?;
    Ok(if error.kind == ErrorKind::Input { Exit::Unusable } else { Exit::Failed })
}

fn greeting(repl: &Repl<'_>) -> String {
    let clients = repl.clients();
    format!(
        "apinb {}; .help lists the commands, Ctrl-D exits\n{}",
        env!("CARGO_PKG_VERSION"),
        escape_controls(&clients)
    )
}

/// The history file; none without a data folder.
fn history() -> Option<PathBuf> {
    Some(folders::data()?.join("history"))
}

/// Ctrl-C ends what runs, a second one the program. `talks`: Ctrl-C at the prompt, and in an editor, is theirs. The flag
/// tells whether there was one.
fn end_on_interrupt(interrupter: Interrupter, talks: bool) -> io::Result<Arc<AtomicBool>> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    interrupt::on_each(move || {
        flag.store(true, Ordering::SeqCst);
        if interrupt::is_termination() {
            interrupt::end();
        }
        match interrupter.interrupt() {
            Running::Cell => {}
            Running::Nothing if talks => {}
            Running::Nothing | Running::Ended => interrupt::end(),
        }
    })?;
    Ok(interrupted)
}
