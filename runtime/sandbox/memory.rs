//! The memory of a worker process, as its parent measures and limits it.

/// The memory of a process, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// In the machine's memory.
    pub resident: u64,
    /// What it may write to and shares with no other process, used or not: what a limit of data counts. Linux only.
    pub data: Option<u64>,
}

/// The memory of a process. None if it has ended, or the system does not say.
#[cfg(target_os = "linux")]
#[must_use]
pub fn of(pid: u32) -> Option<Memory> {
    let status = apinb_files::bounded::text(std::path::Path::new(&format!("/proc/{pid}/status")), MAX_STATUS).ok()?;
    let kilobytes = |name: &str| {
        let value = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        value.trim().strip_suffix(" kB")?.parse::<u64>().ok()?.checked_mul(1024)
    };
    Some(Memory { resident: kilobytes("VmRSS")?, data: kilobytes("VmData") })
}

/// The largest description of a process that is read, in bytes.
#[cfg(target_os = "linux")]
const MAX_STATUS: u64 = 64 << 10;

/// The memory of a process. None if it has ended, or the system does not say.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn of(pid: u32) -> Option<Memory> {
    use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};
    let (mut system, pid) = (System::new().ok()?, Pid::from_u32(pid));
    let memory = ProcessRefreshKind::nothing().with_memory();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), true, memory);
    Some(Memory { resident: system.process(pid)?.memory(), data: None })
}

/// Limits the data of a process: an allocation beyond the limit fails. A process in a sandbox cannot change it.
///
/// # Errors
/// If the process has ended or belongs to another user.
#[cfg(target_os = "linux")]
pub fn limit_data(pid: u32, bytes: u64) -> std::io::Result<()> {
    use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or(std::io::ErrorKind::InvalidInput)?;
    // The next notebook of the process may have a higher limit, up to that of this process.
    let maximum = getrlimit(Resource::Data).maximum;
    let current = maximum.map_or(bytes, |maximum| maximum.min(bytes));
    prlimit(Some(pid), Resource::Data, Rlimit { current: Some(current), maximum })?;
    Ok(())
}

/// Does nothing: only Linux has a limit of data.
///
/// # Errors
/// Never.
#[cfg(not(target_os = "linux"))]
pub fn limit_data(_pid: u32, _bytes: u64) -> std::io::Result<()> {
    Ok(())
}
