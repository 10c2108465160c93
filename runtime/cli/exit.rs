//! The exit codes of the program: the one place where they are numbers. `--help` and the documentation are made from it.

use std::fmt::Write as _;
use std::process::ExitCode;

/// The outcome of the program. Of several outcomes of a run the greatest wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// The command succeeded; all cells passed.
    Passed = 0,
    /// A cell failed, or a check that was asked for.
    Failed = 1,
    /// The command line or `apinb.toml` is wrong, or an input can't be read.
    Unusable = 2,
    /// A policy or missing trust denied something, such as a call to a host that is not allowed.
    Refused = 3,
    /// SIGHUP: the terminal is gone.
    HungUp = 129,
    /// Ctrl-C.
    Interrupted = 130,
    /// SIGTERM.
    Terminated = 143,
}

impl Exit {
    /// All exit codes.
    pub const ALL: [Self; 7] =
        [Self::Passed, Self::Failed, Self::Unusable, Self::Refused, Self::HungUp, Self::Interrupted, Self::Terminated];

    /// The exit status of the process.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }

    /// When the program ends with it.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Passed => "success; all cells passed",
            Self::Failed => "a cell failed, or a check that was asked for failed",
            Self::Unusable => "wrong usage, an input that cannot be read, or an output that cannot be written",
            Self::Refused => "refused by policy or missing trust, also if cells failed",
            Self::HungUp => "ended by SIGHUP",
            Self::Interrupted => "ended by SIGINT (Ctrl-C)",
            Self::Terminated => "ended by SIGTERM",
        }
    }
}

/// The exit codes as `--help` shows them.
#[must_use]
pub(super) fn help() -> String {
    let mut text = String::from("Exit codes:");
    for exit in Exit::ALL {
        // Writing into a String cannot fail.
        let _ = write!(text, "\n  {:<4} {}", exit.code(), exit.meaning());
    }
    text
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
