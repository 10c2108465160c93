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
mod report;

pub use report::{Missing, Report, Restriction, SandboxError};

/// What a process keeps of its rights.
#[derive(Clone, Debug, Default)]
pub struct Sandbox {
    /// The files and folders that it reads, folders with all that is below them, links resolved. Those that do not
    /// exist stay unreadable, even if they are made later.
    pub read: Vec<PathBuf>,
    /// The process that ends it by ending. None: it lives on.
    pub parent: Option<u32>,
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
