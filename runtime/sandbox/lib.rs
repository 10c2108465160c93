//! A process that runs untrusted notebooks gives up what it does not need, for good.
//!
//! [`Sandbox::enter`] restricts the calling process: on Linux it reads only what is listed, writes no file, starts no
//! program and signals no other process. Sockets of the internet, threads and memory stay available. Every restriction
//! holds for the threads that the process starts later, and for none that is older: a process enters before it starts
//! any.
//!
//! The crate decides nothing about notebooks: the caller lists the files of a run, `system.rs` those of the system.
//! On systems other than Linux nothing is restricted, and the [`Report`] says so.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

use std::fmt;
use std::path::PathBuf;

#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod process;
#[cfg(target_os = "linux")]
mod system;
#[cfg(target_os = "linux")]
mod system_calls;

pub mod memory;

/// What a process keeps of its rights.
#[derive(Clone, Debug, Default)]
pub struct Sandbox {
    /// The files and folders that it reads, folders with all that is below them, links resolved. Those that do not
    /// exist stay unreadable, even if they are made later.
    pub read: Vec<PathBuf>,
    /// The process that ends it by ending. None: it lives on.
    pub parent: Option<u32>,
}

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

impl Sandbox {
    /// Restricts the calling process, once and for all. Call it before the first thread starts.
    ///
    /// # Errors
    /// If the process has threads, or a restriction that this system has cannot be applied. A restriction that it does
    /// not have is not an error: [`Report::missing`] lists it.
    #[cfg(target_os = "linux")]
    pub fn enter(&self) -> Result<Report, SandboxError> {
        process::require_one_thread()?;
        process::restrict(self.parent)?;
        let missing = [files::restrict(&self.read)?, system_calls::restrict()?];
        Ok(Report { missing: missing.into_iter().flatten().collect() })
    }

    /// Restricts nothing: this system has no restriction that apinb uses.
    ///
    /// # Errors
    /// Never.
    #[cfg(not(target_os = "linux"))]
    pub fn enter(&self) -> Result<Report, SandboxError> {
        let cause = "apinb restricts processes on Linux only";
        let missing = [Restriction::Files, Restriction::SystemCalls];
        Ok(Report { missing: missing.map(|restriction| Missing { restriction, cause }).to_vec() })
    }
}
