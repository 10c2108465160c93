//! Cassettes of notebooks: the run reads and writes their folders (`store.rs`), a worker replays and records (`traffic.rs`).

mod base64_files;
pub(super) mod store;
pub(super) mod traffic;

use apinb_cassette::folder::Files;
use apinb_project::cassette::CassetteMode;
use serde::{Deserialize, Serialize};

/// The cassette of a notebook as a worker gets it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct CassetteTask {
    pub(super) mode: CassetteMode,
    /// The folder in messages.
    pub(super) name: String,
    /// Its files; none: there is no cassette yet.
    #[serde(with = "base64_files")]
    pub(super) files: Option<Files>,
    /// See [`apinb_project::cassette::CassetteSettings`].
    pub(super) ignore: Vec<String>,
    pub(super) redact: Vec<String>,
    /// When the clock of a new recording starts: RFC 3339.
    pub(super) start: String,
    /// The seed of a new recording.
    pub(super) seed: String,
}

/// A recording as a worker hands it over.
#[derive(Serialize, Deserialize)]
pub(super) struct Recording {
    /// The files of the folder; none: it is too large.
    #[serde(with = "base64_files")]
    pub(super) files: Option<Files>,
}
