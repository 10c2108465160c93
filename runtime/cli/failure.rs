//! Why a command failed, and the one place that prints it.

use std::io;

use apinb_text::diagnostic::Diagnostic;
use apinb_text::diagnostic::render::render;
use apinb_text::io_error;

use super::exit::Exit;
use super::streams::Streams;

/// The reason why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// Problems to be shown, and how the program ends.
    Problems(Exit, Vec<Box<dyn Diagnostic>>),
    /// A message of clap: wrong usage, but also `--help` and `--version`.
    Arguments(Box<clap::Error>),
    /// Output could not be written.
    Output(io::Error),
}

impl Failure {
    /// The command line, a file or a setting is wrong.
    #[must_use]
    pub fn unusable(problem: impl Diagnostic + 'static) -> Self {
        Self::Problems(Exit::Unusable, vec![Box::new(problem)])
    }

    /// The same, for problems of several kinds.
    #[must_use]
    pub fn unusable_problems(problems: Vec<Box<dyn Diagnostic>>) -> Self {
        Self::Problems(Exit::Unusable, problems)
    }

    /// The same, for several at once.
    #[must_use]
    pub fn all_unusable<P: Diagnostic + 'static>(problems: Vec<P>) -> Self {
        let boxed = |problem: P| -> Box<dyn Diagnostic> { Box::new(problem) };
        Self::Problems(Exit::Unusable, problems.into_iter().map(boxed).collect())
    }
}

impl Failure {
    /// Prints it; the exit code. A closed pipe is not an error.
    pub(super) fn print(&self, streams: Streams) -> Exit {
        let printed = match self {
            Self::Problems(exit, problems) => print(problems.iter().map(|problem| &**problem), streams).map(|()| *exit),
            Self::Arguments(error) if error.use_stderr() => error.print().map(|()| Exit::Unusable),
            Self::Arguments(error) => error.print().map(|()| Exit::Passed),
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Passed),
            Self::Output(error) => streams
                .stderr
                .write(&format!("error: cannot write the output: {}\n", io_error::text(error)))
                .map(|()| Exit::Unusable),
        };
        printed.unwrap_or(match self {
            Self::Problems(exit, _) => *exit,
            Self::Arguments(error) if !error.use_stderr() => Exit::Passed,
            Self::Arguments(_) | Self::Output(_) => Exit::Unusable,
        })
    }
}

/// Writes problems to stderr, with an empty line between two.
fn print<'a>(problems: impl Iterator<Item = &'a dyn Diagnostic>, streams: Streams) -> io::Result<()> {
    let texts: Vec<String> =
        problems.map(|problem| render(problem, streams.stderr.width(), streams.stderr.color)).collect();
    streams.stderr.write(&texts.join("\n"))
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<clap::Error> for Failure {
    fn from(error: clap::Error) -> Self {
        Self::Arguments(Box::new(error))
    }
}
