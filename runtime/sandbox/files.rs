//! Files, by Landlock: the process reads the listed ones and writes none.

use std::path::PathBuf;
use std::sync::OnceLock;

use landlock::{
    ABI, Access, AccessFs, LandlockStatus, PathFd, RestrictionStatus, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetError, RulesetStatus, Scope, path_beneath_rules,
};

use crate::report::{Missing, Restriction, SandboxError};
use crate::system;

/// The newest version of Landlock whose rights this file knows; the kernel enforces those that it has.
const VERSION: ABI = ABI::V9;

/// The oldest version in which a file cannot be truncated without the right to do so.
const COMPLETE: ABI = ABI::V3;

/// Keeps the files of `/proc` in the kernel's memory: it makes a new one, without a rule, for each that it has dropped.
static KEPT: OnceLock<Vec<PathFd>> = OnceLock::new();

/// Restricts files, abstract sockets and signals.
pub(crate) fn restrict(read: &[PathBuf]) -> Result<Option<Missing>, SandboxError> {
    let status = rules(read).map_err(|error| SandboxError::Files(error.into()))?;
    let cause = match (status.landlock, status.ruleset) {
        (LandlockStatus::NotImplemented, _) => "the kernel has no Landlock",
        (LandlockStatus::NotEnabled, _) => "Landlock is disabled in the kernel",
        (_, RulesetStatus::NotEnforced) => "the kernel does not enforce Landlock",
        (LandlockStatus::Available { effective_abi, .. }, _) if effective_abi < COMPLETE => {
            "the kernel's version of Landlock does not cover all of it"
        }
        (LandlockStatus::Available { .. }, _) => return Ok(None),
    };
    Ok(Some(Missing { restriction: Restriction::Files, cause }))
}

fn rules(read: &[PathBuf]) -> Result<RestrictionStatus, RulesetError> {
    let system: Vec<_> = system::paths().collect();
    let pseudo = system.iter().filter(|path| path.starts_with("/proc") || path.starts_with("/sys"));
    KEPT.get_or_init(|| pseudo.filter_map(|path| PathFd::new(path).ok()).collect());
    let reading = AccessFs::ReadFile | AccessFs::ReadDir;
    let paths = system.iter().chain(read);
    Ruleset::default()
        .handle_access(AccessFs::from_all(VERSION))?
        .scope(Scope::from_all(VERSION))?
        .create()?
        .add_rules(path_beneath_rules(paths, reading))?
        .restrict_self()
}
