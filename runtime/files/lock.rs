//! A lock between processes.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::private::{self, PrivateError};

/// Polling interval of a process that waits for the lock.
const INTERVAL: Duration = Duration::from_millis(20);

/// A lock that this process holds until it drops it.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "closing the file gives the lock back")] File);

/// Why a lock was not acquired.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// The wait for another process was cancelled.
    #[error("interrupted")]
    Cancelled,
    /// The file cannot be used.
    #[error(transparent)]
    Unusable(#[from] PrivateError),
}

/// Waits until no other process holds the lock of the file at `path`, which is created if needed, or until
/// `is_cancelled`. Blocks.
///
/// # Errors
/// See [`LockError`].
pub fn lock(path: &Path, is_cancelled: impl Fn() -> bool) -> Result<Lock, LockError> {
    let file = private::open_lock(path)?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Lock(file)),
            Err(TryLockError::WouldBlock) if is_cancelled() => return Err(LockError::Cancelled),
            Err(TryLockError::WouldBlock) => thread::sleep(INTERVAL),
            Err(TryLockError::Error(error)) => return Err(PrivateError::from(error).into()),
        }
    }
}
