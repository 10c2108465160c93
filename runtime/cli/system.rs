//! The limits that the system sets for the process: checked before anything runs, so that none ends it without a message.

use std::time::SystemTime;

use apinb_text::diagnostic::Diagnostic;
use apinb_text::display::timestamp;

/// A limit with which apinb cannot run.
#[derive(Debug, thiserror::Error)]
pub(super) enum SystemProblem {
    #[error("at most {limit} files may be open: apinb needs {least}")]
    Descriptors { limit: u64, least: u64 },
    #[error("the stack is limited to {} KB: JavaScript needs {} KB", limit >> 10, least >> 10)]
    Stack { limit: u64, least: u64 },
    #[error("the address space is limited to {} MB: V8 reserves {} MB, most of which it never uses", limit >> 20, least >> 20)]
    AddressSpace { limit: u64, least: u64 },
    #[error("the clock of this machine is before 1970 or after 9999")]
    Clock,
    /// The signal of the file size limit cannot be handled.
    #[error("cannot prepare the process")]
    Signals(#[source] std::io::Error),
}

impl Diagnostic for SystemProblem {
    fn help(&self) -> Option<String> {
        let help = match self {
            Self::Descriptors { .. } => "Raise the limit, for example with `ulimit -n 1024`.",
            Self::Stack { .. } => "Raise the limit, for example with `ulimit -s 8192`.",
            Self::AddressSpace { .. } => "Remove the limit with `ulimit -v unlimited`; `--max-heap` limits memory.",
            Self::Clock => "Set the clock.",
            Self::Signals(_) => return None,
        };
        Some(help.to_owned())
    }
}

/// Prepares the process: raises limits as far as the system allows it.
///
/// # Errors
/// Every limit with which apinb cannot run.
pub(super) fn prepare() -> Result<(), Vec<SystemProblem>> {
    let mut problems = Vec::new();
    if !timestamp::is_writable(SystemTime::now()) {
        problems.push(SystemProblem::Clock);
    }
    #[cfg(unix)]
    {
        problems.extend(unix::handle_file_size_signal().err());
        problems.extend(unix::raise_descriptors().err());
        problems.extend(unix::raise_stack().err());
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Checks that JavaScript can run: V8 ends the process if it cannot reserve its address space.
///
/// # Errors
/// When that is limited.
pub(super) fn check_address_space() -> Result<(), SystemProblem> {
    #[cfg(target_os = "linux")]
    {
        // V8 reserves 32 GB for its cages.
        let (limit, least) = (unix::address_space(), 40 << 30);
        if limit < least {
            return Err(SystemProblem::AddressSpace { limit, least });
        }
    }
    Ok(())
}

#[cfg(unix)]
mod unix {
    use std::sync::Arc;

    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    use crate::cli::system::SystemProblem;

    /// The open files of a run of one notebook, and some for its calls.
    const LEAST_DESCRIPTORS: u64 = 32;
    /// The limit that is set if the system allows it: a notebook may make many calls at once.
    const MANY_DESCRIPTORS: u64 = 4096;
    /// V8 uses up to 1 MB of the stack, and its caller some more.
    const LEAST_STACK: u64 = 2 << 20;
    /// The default of most systems.
    const USUAL_STACK: u64 = 8 << 20;

    /// Beyond the limit of file sizes, writing then fails with an error instead of ending the process.
    pub(super) fn handle_file_size_signal() -> Result<(), SystemProblem> {
        // Nothing reads the flag: that the signal is handled is enough.
        let handled = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
        handled.map(drop).map_err(SystemProblem::Signals)
    }

    pub(super) fn raise_descriptors() -> Result<(), SystemProblem> {
        let limit = raised(Resource::Nofile, MANY_DESCRIPTORS);
        let least = LEAST_DESCRIPTORS;
        if limit < least { Err(SystemProblem::Descriptors { limit, least }) } else { Ok(()) }
    }

    pub(super) fn raise_stack() -> Result<(), SystemProblem> {
        let limit = raised(Resource::Stack, USUAL_STACK);
        let least = LEAST_STACK;
        if limit < least { Err(SystemProblem::Stack { limit, least }) } else { Ok(()) }
    }

    #[cfg(target_os = "linux")]
    pub(super) fn address_space() -> u64 {
        getrlimit(Resource::As).current.unwrap_or(u64::MAX)
    }

    /// The limit of a resource, raised to `wanted` as far as the system allows it.
    fn raised(resource: Resource, wanted: u64) -> u64 {
        let Rlimit { current, maximum } = getrlimit(resource);
        let Some(current) = current.filter(|current| *current < wanted) else { return u64::MAX };
        let higher = maximum.map_or(wanted, |maximum| maximum.min(wanted));
        match setrlimit(resource, Rlimit { current: Some(higher), maximum }) {
            Ok(()) => higher,
            Err(_) => current,
        }
    }
}
