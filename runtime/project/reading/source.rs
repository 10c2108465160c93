//! Where a definition or a script comes from: the override of the run, else the name in the notebook.

use std::path::{Path, PathBuf};

use apinb_text::source::address::Address;
use url::Url;

use crate::settings::{Settings, Source};

/// The tag (spelled so) with which a notebook names the API it belongs to.
pub const REFERENCE_TAG: &str = "#REF_TAG_DEFENITION";

/// A place, and whether the notebook chose it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where it is.
    pub address: Address,
    /// The folder in which a file must be; none where the user named the file.
    pub within: Option<PathBuf>,
}

impl Place {
    /// A place that the user chose: a file may be anywhere.
    #[must_use]
    pub fn chosen(address: Address) -> Self {
        Self { address, within: None }
    }
}

/// Why there is no place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// It stands for an API that only the service knew which once ran the notebook.
    #[error("`{reference}` stands for the API that the notebook belongs to, and none is given for it")]
    ReferenceTag {
        /// As written.
        reference: String,
    },
    /// It is where the notebook may not read.
    #[error("`{reference}` is neither a file below `{folder}` nor a URL")]
    Outside {
        /// As written.
        reference: String,
        /// Where it may read.
        folder: String,
    },
}

/// The definition that the client called `client` is made from.
///
/// # Errors
/// When `reference` names none that may be read.
pub fn definition(settings: &Settings, client: &str, reference: &str) -> Result<Place, PlaceError> {
    if let Some(source) = settings.definitions_by_client.get(client) {
        return Ok(overridden(source));
    }
    place(settings, &settings.definitions_by_url, reference)
}

/// The script that `load` names.
///
/// # Errors
/// When `reference` names none that may be read.
pub fn script(settings: &Settings, reference: &str) -> Result<Place, PlaceError> {
    place(settings, &settings.scripts, reference)
}

fn place(
    settings: &Settings,
    mapped: &std::collections::BTreeMap<String, Source>,
    reference: &str,
) -> Result<Place, PlaceError> {
    let reference = reference.trim();
    if let Some(source) = mapped.get(reference) {
        return Ok(overridden(source));
    }
    if reference.starts_with(REFERENCE_TAG) {
        return Err(PlaceError::ReferenceTag { reference: reference.to_owned() });
    }
    let url = match (Url::parse(reference), &settings.site) {
        (Ok(url), _) if matches!(url.scheme(), "http" | "https") => Some(url),
        (_, Some(site)) if reference.starts_with('/') => site.join(reference).ok(),
        _ => {
            let joined = settings.web.as_ref().and_then(|web| web.join(reference).ok());
            joined.filter(|url| matches!(url.scheme(), "http" | "https"))
        }
    };
    if let Some(url) = url {
        return Ok(match mapped.get(url.as_str()) {
            Some(source) => overridden(source),
            None => Place { address: Address::Url(url), within: None },
        });
    }
    let outside = || {
        let folder = settings.web.as_ref().map_or_else(|| settings.folder.display().to_string(), Url::to_string);
        PlaceError::Outside { reference: reference.to_owned(), folder }
    };
    if settings.web.is_some() || Url::parse(reference).is_ok() {
        return Err(outside());
    }
    let path = settings.folder.join(reference.trim_start_matches('/'));
    Ok(Place { address: file(&path), within: Some(settings.folder.clone()) })
}

fn overridden(source: &Source) -> Place {
    Place::chosen(match source {
        Source::File(path) => file(path),
        Source::Url(url) => Address::Url(url.clone()),
    })
}

fn file(path: &Path) -> Address {
    Address::file(&path.to_string_lossy())
}
