//! Why a command ended before its work was done.

use std::io;

use apinb_text::diagnostic::Diagnostic;

use super::exit::Exit;

/// What a command gives back instead of its exit code. [`super::main`] prints it.
#[derive(Debug)]
pub enum Failure {
    /// Problems to be shown, and how the program ends.
    Problems(Exit, Vec<Box<dyn Diagnostic>>),
    /// What clap has to say: wrong usage, but also `--help` and `--version`.
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
