//! The exit codes of the program: the one place where they are numbers.

use std::process::ExitCode;

/// The outcome of the program. Of several outcomes of a run the greatest wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// The command succeeded; all cells passed.
    Passed = 0,
    /// A cell failed; a definition has errors.
    Failed = 1,
    /// The command line or `apinb.toml` is wrong, or an input can't be read.
    Unusable = 2,
    /// A cell was denied access, such as to a file outside the notebook's folder; a project is not trusted.
    Refused = 3,
    /// SIGHUP: the terminal is gone.
    HungUp = 129,
    /// Ctrl-C.
    Interrupted = 130,
    /// SIGTERM.
    Terminated = 143,
}

impl Exit {
    /// The exit status of the process.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
