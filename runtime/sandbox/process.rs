//! Attributes and limits of the process itself.

use std::fs;

use rustix::io::Errno;
use rustix::process::{
    DumpableBehavior, Resource, Rlimit, Signal, getppid, set_dumpable_behavior, set_parent_process_death_signal,
    setrlimit,
};

use crate::report::SandboxError;

/// A thread keeps the rights that it has while another one gives them up.
pub(crate) fn require_one_thread() -> Result<(), SandboxError> {
    match fs::read_dir("/proc/self/task").map_err(SandboxError::Proc)?.count() {
        1 => Ok(()),
        threads => Err(SandboxError::Threads { threads }),
    }
}

/// No core dumps, which would hold secrets; no process of the same user reads its memory; it ends with its parent.
pub(crate) fn restrict(parent: Option<u32>) -> Result<(), SandboxError> {
    let failed = |name| move |errno: Errno| SandboxError::Process { name, cause: errno.into() };
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    setrlimit(Resource::Core, none).map_err(failed("the limit of core dumps"))?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(failed("the protection of its memory"))?;
    if let Some(parent) = parent {
        set_parent_process_death_signal(Some(Signal::KILL)).map_err(failed("the signal at the parent's end"))?;
        // A parent that ended before sends no signal.
        let current = getppid().map(|pid| pid.as_raw_nonzero().get().unsigned_abs());
        if current != Some(parent) {
            return Err(SandboxError::Orphan);
        }
    }
    Ok(())
}
