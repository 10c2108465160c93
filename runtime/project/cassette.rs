//! How a notebook uses its cassette.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::serialized;

/// The cassette of a notebook, and how the run uses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CassetteSettings {
    pub mode: CassetteMode,
    /// The folder of the cassette.
    #[serde(with = "serialized::path")]
    pub folder: PathBuf,
    /// The parts of requests that are not compared, such as `query:ts`.
    pub ignore: Vec<String>,
    /// The parts of JSON bodies that samples replace, such as `$..email`.
    pub redact: Vec<String>,
    /// How old a recording may be; none: any age.
    pub max_age: Option<Duration>,
    /// What happens to an older one.
    pub expired: Expired,
}

/// How a run uses the cassette.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum CassetteMode {
    /// Not at all.
    #[default]
    Off,
    /// Responses come from it, and nothing is sent.
    Replay,
    /// It is recorded, if all cells pass.
    Record,
    /// It is recorded whether cells pass or not.
    RecordAlways,
    /// Responses come from it, and what it does not have is sent and recorded.
    RecordMissing,
    /// Live responses are compared with it. `writes`: those of requests that may change something, too, which are otherwise
    /// replayed. `values`: values that differ are reported.
    Drift { writes: bool, values: bool },
}

impl CassetteMode {
    /// Whether responses come from the cassette.
    #[must_use]
    pub fn plays(self) -> bool {
        matches!(self, Self::Replay | Self::RecordMissing)
    }

    /// Whether live responses are compared with it.
    #[must_use]
    pub fn compares(self) -> bool {
        matches!(self, Self::Drift { .. })
    }

    /// Whether the run writes the cassette.
    #[must_use]
    pub fn records(self) -> bool {
        matches!(self, Self::Record | Self::RecordAlways | Self::RecordMissing)
    }
}

/// What happens to a recording that is older than `max-age`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expired {
    /// A warning.
    #[default]
    Warn,
    /// The notebook does not run.
    Fail,
    /// The notebook is recorded again.
    Record,
}

/// The folder of the cassette of a notebook: `users.cassette` beside `users.md`. A row of `--inputs` has one of its own.
#[must_use]
pub fn folder_of(notebook: &Path, row: Option<usize>) -> PathBuf {
    let stem = notebook.file_stem().unwrap_or_default().to_os_string();
    let mut name = stem;
    if let Some(row) = row {
        name.push(format!(".row-{row}"));
    }
    name.push(".cassette");
    notebook.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::folder_of;

    #[test]
    fn a_cassette_is_beside_its_notebook() {
        for (notebook, row, expected) in [
            ("a/users.md", None, "a/users.cassette"),
            ("users.api.md", None, "users.api.cassette"),
            ("users.md", Some(2), "users.row-2.cassette"),
        ] {
            assert_eq!(folder_of(Path::new(notebook), row), Path::new(expected));
        }
    }
}
