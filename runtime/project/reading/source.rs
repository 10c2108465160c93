//! Resolves the reference of a notebook to a definition or script: an override of the run, else the URL or path itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use apinb_text::source::address::Address;
use url::Url;

use super::data::DataFile;
use super::project::Project;
use super::scope::ReadScope;
use crate::settings::{Settings, Source};

/// The tag with which a notebook names the API that it belongs to, in the spelling of the original.
pub const REFERENCE_TAG: &str = "#REF_TAG_DEFENITION";

/// The address of a definition or script, and the files that it may be and include.
#[derive(Clone, Debug)]
pub struct ResolvedSource {
    pub address: Address,
    /// Whether a person named it, on the command line or in `apinb.toml`: it may be any file then.
    pub named: bool,
    /// The files that it may include, and may be unless it is named.
    pub scope: Arc<ReadScope>,
}

impl ResolvedSource {
    /// A definition or script that a person names. `around` are the projects of the notebook that uses it, and of the
    /// working directory; `allowed` are the folders of `--allow-read`.
    #[must_use]
    pub fn named(address: Address, around: &[Project], allowed: &[PathBuf]) -> Self {
        let scope = match &address {
            Address::File(path) => ReadScope::of_named(Path::new(path), around, allowed),
            Address::Url(_) => ReadScope::nothing(),
        };
        Self { address, named: true, scope: Arc::new(scope) }
    }

    fn by_notebook(address: Address, settings: &Settings) -> Self {
        let scope = match &address {
            Address::File(_) => ReadScope::of_notebook(settings.project.clone(), &settings.allow_read),
            Address::Url(_) => ReadScope::nothing(),
        };
        Self { address, named: false, scope: Arc::new(scope) }
    }
}

/// Why a reference does not resolve.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// It stands for an API that only the original service knew.
    #[error("`{reference}` stands for the API that the notebook belongs to; no definition replaces it")]
    ReferenceTag { reference: String },
    /// The notebook names none.
    #[error("the notebook names no definition")]
    NoReference,
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
        return Ok(overridden(source, settings));
    }
    let reference = settings.definitions_by_notebook.get(client).map_or(reference, String::as_str);
    if reference.is_empty() {
        return Err(SourceError::NoReference);
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

/// Where the data is that `file` and `fetch` name by a path.
///
/// # Errors
/// When `reference` names nothing that the notebook may read.
pub fn data(settings: &Settings, reference: &str) -> Result<DataSource, SourceError> {
    Ok(match resolve(settings, &std::collections::BTreeMap::new(), reference)?.address {
        Address::Url(url) => DataSource::Url(url),
        Address::File(path) => {
            let scope = ReadScope::of_data(settings.project.clone(), &settings.allow_read);
            DataSource::File(DataFile { path: PathBuf::from(path), scope })
        }
    })
}

/// Where data is.
#[derive(Clone, Debug)]
pub enum DataSource {
    /// A file of the project.
    File(DataFile),
    /// A URL; of a notebook from the web, beside it.
    Url(Url),
}

fn resolve(
    settings: &Settings,
    mapped: &std::collections::BTreeMap<String, Source>,
    reference: &str,
) -> Result<ResolvedSource, SourceError> {
    let reference = reference.trim();
    if let Some(source) = mapped.get(reference) {
        return Ok(overridden(source, settings));
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
            Some(source) => overridden(source, settings),
            None => ResolvedSource::by_notebook(Address::Url(url), settings),
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
    Ok(ResolvedSource::by_notebook(file(&path), settings))
}

fn overridden(source: &Source, settings: &Settings) -> ResolvedSource {
    let address = match source {
        Source::File(path) => file(path),
        Source::Url(url) => Address::Url(url.clone()),
    };
    ResolvedSource::named(address, &settings.around(), &settings.allow_read)
}

fn file(path: &Path) -> Address {
    Address::file(&path.to_string_lossy())
}
