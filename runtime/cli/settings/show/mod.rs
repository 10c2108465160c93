//! What holds for a notebook, value by value, and where each comes from: what `apinb config show` shows.
//!
//! The sources are laid over one another here as they are for a run: of each key the last one stays. No value that is
//! missing is an error, since this is where one looks for it. No secret gets into an [`Entry`].

mod list;
mod sections;

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli::arguments::GivenArguments;
use crate::cli::failure::Failure;
use crate::cli::settings::environment::Choice;
use crate::cli::settings::file::Proposed;
use crate::cli::settings::flags::Flags;
use crate::cli::settings::job::load_config_and_env;
use list::List;

/// A value and where it comes from.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// As `apinb.toml` has it, with dots.
    pub key: String,
    /// `[secret]` for a secret; none when it is not where it should be.
    pub value: Option<serde_json::Value>,
    /// What gives it.
    pub origin: Origin,
    /// The flag, variable or file with its line.
    pub from: String,
}

/// The kinds of sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The command line.
    Flag,
    /// The process's environment.
    Environment,
    /// A `.env` file.
    EnvFile,
    /// `apinb.toml`.
    File,
    /// Nothing else says otherwise.
    Default,
}

/// The values of a notebook in `folder`. One that is not local gets nothing of what lies there.
///
/// # Errors
/// Everything that is wrong with the arguments, `apinb.toml` and `.env` files.
pub fn effective(
    is_local: bool,
    folder: &Path,
    given: &GivenArguments,
    mock: bool,
    here: PathBuf,
) -> Result<Vec<Entry>, Failure> {
    // What is wrong with a flag is told here; its text is shown as it is.
    Flags::parse(given, &here).map_err(Failure::all_unusable)?;
    let (config, variables) = load_config_and_env(is_local, folder, given, &here, &Proposed::default())?;
    let mut list = List::new(here, variables);
    if let Some(Choice { name, by }) = Choice::new(given.env.as_deref()) {
        let origin = if by.starts_with('-') { Origin::Flag } else { Origin::Environment };
        list.put("env", name.into(), origin, by);
    }
    list.sources("definitions", &config.definitions, &config.folder);
    list.clients(&config, given);
    list.inputs(&config, given, mock);
    list.scripts(&config, given);
    list.limits(&config, given);
    list.network(&config, &given.network);
    list.programs_own(given);
    Ok(list.redacted())
}
