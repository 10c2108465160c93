//! temporary
use std::io;
use std::rc::Rc;

use apinb_core::diagnostic::{Diagnostic, render};
use apinb_core::explanation::Explanation;
use apinb_core::record::{CallRecord, CellRecord};
use apinb_core::redact::Redactor;
use tokio_util::sync::CancellationToken;

use crate::cli::arguments::RunArguments;
use crate::cli::config;
use crate::cli::exit::Exit;
use crate::cli::progress::Progress;
use crate::cli::{Failure, Streams};
use crate::repl::{Repl, Screen, editor};
use crate::report::terminal::{TerminalReport, Verbosity};
use crate::run::{Observer, Run};

struct Plain(Streams);

impl Screen for Plain {
    fn entered(&self, record: &CellRecord) -> io::Result<()> {
        let result = record.error.as_ref().map(|error| error.message.clone());
        self.0.stdout.write(&format!("={}=\n", result.or(record.result.clone()).unwrap_or_default()))
    }
    fn cell(&self, _: &CellRecord) -> io::Result<()> {
        Ok(())
    }
    fn tell(&self, text: &str) -> io::Result<()> {
        self.0.stdout.write(text)
    }
    fn result(&self, _: &CellRecord) -> io::Result<()> {
        Ok(())
    }
    fn explanation(&self, _: &Explanation) -> io::Result<()> {
        Ok(())
    }
    fn exchange(&self, _: &CallRecord) -> io::Result<()> {
        Ok(())
    }
    fn problem(&self, problem: &dyn Diagnostic) -> io::Result<()> {
        self.0.stdout.write(&render(problem, false))
    }
    fn clear(&self) -> io::Result<()> {
        Ok(())
    }
}

pub(in crate::cli) fn repl(arguments: &RunArguments, streams: Streams) -> Result<Exit, Failure> {
    let mut config = config::resolve(arguments)?;
    let redactor = Redactor::default();
    let report = TerminalReport::new(Verbosity::Quiet, false, None, redactor.clone());
    let run = Run {
        selection: config.selection,
        threads: 1,
        fail_fast: false,
        redactor: redactor.clone(),
        observer: Rc::new(Progress::new(report, streams.stdout, streams)) as Rc<dyn Observer>,
        person: None,
        browser: false,
        cancel: CancellationToken::new(),
    };
    let session =
        run.session(config.jobs.remove(0)).map_err(|error| Failure::Output(io::Error::other(error.message)))?;
    let mut repl = Repl::new(session, Rc::new(Plain(streams)), redactor);
    repl.start(&[]).map_err(|error| Failure::Output(io::Error::other(error.message)))??;
    editor::converse(repl, &editor::Options { history: None, colour: streams.stdout.colour })?;
    Ok(Exit::Passed)
}
