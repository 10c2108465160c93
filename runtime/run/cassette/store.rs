//! The folder of a cassette, in the process of the run: a worker has no right to write.

use std::io;
use std::time::{Duration, SystemTime};

use apinb_cassette::cassette::Cassette;
use apinb_cassette::error::CassetteError;
use apinb_cassette::folder::{Files, LARGEST, LARGEST_FILE, LARGEST_PAGE, MOST_FILES, is_file};
use apinb_files::bounded;
use apinb_files::folder::{self, Limits};
use apinb_project::cassette::{CassetteMode, CassetteSettings, Expired};
use apinb_record::cassette::Head;
use apinb_record::determinism::{Determinism, Locale, Seed, Start, TimeZone};
use apinb_text::diagnostic::Diagnostic;
use apinb_text::display::duration;
use apinb_text::display::timestamp;
use apinb_text::source::span::Location;

use super::{CassetteTask, Recording};

const LIMITS: Limits = Limits { files: MOST_FILES, file: LARGEST_FILE, total: LARGEST, depth: 1 };

/// A cassette cannot be used.
#[derive(Debug, thiserror::Error)]
pub(in crate::run) enum StoreError {
    #[error("there is no cassette `{name}`")]
    Missing { name: String },
    #[error("cannot read the cassette `{name}`")]
    Unreadable {
        name: String,
        #[source]
        cause: io::Error,
    },
    #[error(transparent)]
    Invalid(#[from] CassetteError),
    #[error("the cassette `{name}` has expired: it is older than `max-age`, {age}")]
    Expired { name: String, age: String },
    #[error("cannot write the cassette `{name}`")]
    Unwritable {
        name: String,
        #[source]
        cause: io::Error,
    },
    #[error("the recording is too large for a cassette: over {} MB", LARGEST >> 20)]
    TooLarge,
}

impl Diagnostic for StoreError {
    fn location(&self) -> Option<&Location> {
        match self {
            Self::Invalid(error) => error.location(),
            _ => None,
        }
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            Self::Invalid(error) => return error.help(),
            Self::Missing { .. } | Self::Expired { .. } => "Record it with `apinb run NOTEBOOK --record`.".to_owned(),
            Self::TooLarge => "Record fewer calls, or smaller responses.".to_owned(),
            Self::Unreadable { .. } | Self::Unwritable { .. } => {
                "Check the permissions of the folder, and the space on its disk.".to_owned()
            }
        })
    }
}

/// The clock and the chance of a run that uses a cassette. A cassette that cannot be read is reported later.
pub(in crate::run) fn determinism(settings: &CassetteSettings) -> Determinism {
    let head = bounded::regular(&settings.folder.join("cassette.json"), LARGEST_PAGE as u64).ok();
    let head: Option<Head> = head.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let of_head = |head: &Head| head.seed.parse::<Seed>().ok();
    let seed = head.as_ref().and_then(of_head).unwrap_or_else(|| Seed(rand::random()));
    let time_zone = head.as_ref().and_then(|head| TimeZone::try_from(head.time_zone.clone()?).ok());
    let locale = head.as_ref().and_then(|head| Locale::try_from(head.locale.clone()?).ok());
    let records = matches!(settings.mode, CassetteMode::Record | CassetteMode::RecordAlways);
    let has_expired = head.as_ref().is_some_and(|head| has_expired(head, settings.max_age));
    let is_renewed = has_expired && (records || settings.expired == Expired::Record);
    let start = head.as_ref().filter(|_| !is_renewed).and_then(|head| timestamp::parse(&head.start));
    let start = Start::at(start.unwrap_or_else(SystemTime::now));
    match settings.mode {
        CassetteMode::Replay if !is_renewed => Determinism::replay(start, seed, time_zone, locale),
        // The notebook gets the times of the replay, so that the replay makes the same requests.
        _ => Determinism::recording(start, seed, time_zone, locale),
    }
}

/// Reads the cassette for a worker, and a warning about its age.
///
/// # Errors
/// When it cannot be read, is not valid, has expired, or does not exist and should be replayed.
pub(in crate::run) fn open(
    settings: &CassetteSettings,
    determinism: &Determinism,
) -> Result<(CassetteTask, Option<String>), StoreError> {
    let name = settings.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let unreadable = |cause| StoreError::Unreadable { name: name.clone(), cause };
    let mut files = folder::read(&settings.folder, LIMITS).map_err(unreadable)?;
    let mut mode = settings.mode;
    let mut warning = None;
    if let Some(found) = &files {
        let cassette = match Cassette::read(&name, found.clone()) {
            // A new recording replaces it.
            Err(_) if matches!(mode, CassetteMode::Record | CassetteMode::RecordAlways) => None,
            read => Some(read?),
        };
        if let Some(limit) = settings.max_age
            && cassette.as_ref().is_some_and(|cassette| has_expired(&cassette.head, Some(limit)))
        {
            let error = StoreError::Expired { name: name.clone(), age: duration::shown(limit) };
            match settings.expired {
                _ if matches!(mode, CassetteMode::Record | CassetteMode::RecordAlways) => files = None,
                Expired::Warn => warning = Some(error.to_string()),
                Expired::Fail => return Err(error),
                Expired::Record if mode.compares() => warning = Some(error.to_string()),
                Expired::Record => (mode, files) = (CassetteMode::Record, None),
            }
        }
        if cassette.is_none() {
            files = None;
        }
    } else if mode == CassetteMode::Replay || mode.compares() {
        return Err(StoreError::Missing { name });
    }
    let CassetteSettings { ignore, redact, .. } = settings;
    let start = determinism.start().map_or_else(SystemTime::now, Start::time);
    let start = timestamp::milliseconds(start);
    let seed = determinism.seed.unwrap_or(Seed(0)).to_string();
    let task = CassetteTask { mode, name, files, ignore: ignore.clone(), redact: redact.clone(), start, seed };
    Ok((task, warning))
}

/// Whether a recording is older than `limit`.
fn has_expired(head: &Head, limit: Option<Duration>) -> bool {
    let age = timestamp::parse(&head.start).and_then(|start| SystemTime::now().duration_since(start).ok());
    age.zip(limit).is_some_and(|(age, limit)| age > limit)
}

/// Writes the recording of a worker. Files in the folder that are not of a cassette stay.
///
/// # Errors
/// When it is too large, or cannot be written; the previous one is then unchanged.
pub(in crate::run) fn write(settings: &CassetteSettings, recording: Recording) -> Result<(), StoreError> {
    let name = settings.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let unwritable = |cause| StoreError::Unwritable { name: name.clone(), cause };
    let mut files: Files = recording.files.ok_or(StoreError::TooLarge)?;
    // What a worker names may be anything.
    files.retain(|path, _| is_file(path));
    let found = folder::read(&settings.folder, LIMITS).map_err(unwritable)?;
    if let Some(found) = found {
        let others = found.into_iter().filter(|(path, _)| !is_file(path));
        let mut all = files.clone();
        all.extend(others);
        files = all;
    }
    folder::replace(&settings.folder, &files).map_err(unwritable)
}
