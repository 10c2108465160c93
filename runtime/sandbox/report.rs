//! What the system enforces, and why a process cannot be restricted.

use std::fmt;

/// A kind of restriction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restriction {
    /// The files that can be read, and that none can be written.
    Files,
    /// Programs, other processes, and the parts of the kernel that no notebook needs.
    SystemCalls,
}

/// What the kernel enforces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The restrictions that this system does not have, or has in part, and why.
    pub missing: Vec<Missing>,
}

/// A restriction that this system does not enforce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    pub restriction: Restriction,
    pub cause: &'static str,
}

impl fmt::Display for Missing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = match self.restriction {
            Restriction::Files => "access to files",
            Restriction::SystemCalls => "access to other processes",
        };
        write!(formatter, "{subject} is not restricted by the system: {}", self.cause)
    }
}

/// A restriction that this system has could not be applied. The process must not run a notebook.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The restrictions would not hold for threads that run already.
    #[error("expected a process with one thread, got {threads}")]
    Threads { threads: usize },
    /// The kernel's list of threads cannot be read.
    #[error("cannot count the threads of the process in `/proc`: {0}")]
    Proc(std::io::Error),
    /// The parent ended before the process could ask to end with it.
    #[error("the parent process has ended")]
    Orphan,
    /// A limit or attribute of the process was refused.
    #[error("cannot set {name}: {cause}")]
    Process { name: &'static str, cause: std::io::Error },
    /// Landlock is there and refuses the rules.
    #[error("cannot restrict the access to files: {0}")]
    Files(Box<dyn std::error::Error + Send + Sync>),
    /// Seccomp is there and refuses the filter.
    #[error("cannot restrict system calls: {0}")]
    SystemCalls(Box<dyn std::error::Error + Send + Sync>),
}

impl SandboxError {
    /// The way out.
    #[must_use]
    pub fn help(&self) -> &'static str {
        "Pass `--no-sandbox` to run notebooks that you trust without these restrictions."
    }
}
