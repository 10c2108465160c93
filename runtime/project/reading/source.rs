//! Resolves the reference of a notebook to a definition or script: an override of the run, else the URL or path itself.

use std::path::{Path, PathBuf};

use apinb_text::source::address::Address;
use url::Url;

use crate::settings::{Settings, Source};

/// The tag with which a notebook names the API that it belongs to, in the spelling of the original.
pub const REFERENCE_TAG: &str = "#REF_TAG_DEFENITION";

/// The address of a definition or script, and where it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedSource {
    pub address: Address,
    /// The folder in which a file must be; none where the user named the file.
    pub within: Option<PathBuf>,
}

impl ResolvedSource {
    /// An address that the user chose: a file may be anywhere.
    #[must_use]
    pub fn chosen(address: Address) -> Self {
        Self { address, within: None }
    }
}

/// Why a reference does not resolve.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// It stands for an API that only the original service knew.
    #[error("`{reference}` stands for the API that the notebook belongs to; no definition replaces it")]
    ReferenceTag { reference: String },
    /// The notebook may not read it.
    #[error("`{reference}` is neither a file below `{folder}` nor a URL")]
    Outside {
        reference: String,
        /// The folder or URL below which the notebook may read.
        folder: String,
    },
}

/// The definition that the client called `client` is made from.
///
/// # Errors
/// When `reference` names nothing that the notebook may read.
pub fn definition(settings: &Settings, client: &str, reference: &str) -> Result<ResolvedSource, SourceError> {
    if let Some(source) = settings.definitions_by_client.get(client) {
        return Ok(overridden(source));
    }
    resolve(settings, &settings.definitions_by_url, reference)
}

/// The script that `load` names.
///
/// # Errors
/// When `reference` names nothing that the notebook may read.
pub fn script(settings: &Settings, reference: &str) -> Result<ResolvedSource, SourceError> {
    resolve(settings, &settings.scripts, reference)
}

fn resolve(
    settings: &Settings,
    mapped: &std::collections::BTreeMap<String, Source>,
    reference: &str,
) -> Result<ResolvedSource, SourceError> {
    let reference = reference.trim();
    if let Some(source) = mapped.get(reference) {
        return Ok(overridden(source));
    }
    if reference.starts_with(REFERENCE_TAG) {
        return Err(SourceError::ReferenceTag { reference: reference.to_owned() });
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
            None => ResolvedSource { address: Address::Url(url), within: None },
        });
    }
    let outside = || {
        let folder = settings.web.as_ref().map_or_else(|| settings.folder.display().to_string(), Url::to_string);
        SourceError::Outside { reference: reference.to_owned(), folder }
    };
    if settings.web.is_some() || Url::parse(reference).is_ok() {
        return Err(outside());
    }
    let path = settings.folder.join(reference.trim_start_matches('/'));
    Ok(ResolvedSource { address: file(&path), within: Some(settings.folder.clone()) })
}

fn overridden(source: &Source) -> ResolvedSource {
    ResolvedSource::chosen(match source {
        Source::File(path) => file(path),
        Source::Url(url) => Address::Url(url.clone()),
    })
}

fn file(path: &Path) -> Address {
    Address::file(&path.to_string_lossy())
}
