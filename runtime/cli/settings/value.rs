//! Values of `apinb.toml` and of flags as URLs, sources and texts.

use std::path::Path;

use apinb_engine::settings::Source;
use url::Url;

use super::file::ConfigFile;
use super::problem::{FileProblem, FileProblemKind};
use super::toml::Placed;
use crate::run::value::Value;

pub(crate) fn source(config: &ConfigFile, key: &str, placed: &Placed) -> Result<Source, FileProblem> {
    Ok(parse_source(&text(key, placed)?, &config.folder))
}

/// A URL when it is one of `http`, `https` or `file`; else a path, below `folder` where it is relative.
pub(crate) fn parse_source(text: &str, folder: &Path) -> Source {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Source::Url(url),
        Ok(url) if url.scheme() == "file" => match url.to_file_path() {
            Ok(path) => Source::File(path),
            Err(()) => Source::File(folder.join(text)),
        },
        _ => Source::File(folder.join(text)),
    }
}

pub(crate) fn base_uri_value(key: &str, placed: &Placed) -> Result<Url, FileProblem> {
    base_uri(&text(key, placed)?).map_err(|(what, help)| FileProblem {
        location: placed.location.clone(),
        kind: FileProblemKind::Unfit { key: key.to_owned(), what, help },
    })
}

/// A final base URI; else what is wrong with it, and what would be right.
pub(crate) fn base_uri(text: &str) -> Result<Url, (&'static str, &'static str)> {
    const HELP: &str = "write a final URL, as `https://acme.example.org/api`";
    if text.contains(['{', '}']) {
        return Err(("has tags", HELP));
    }
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        _ => Err(("is not an `http` or `https` URL", HELP)),
    }
}

pub(crate) fn text(key: &str, placed: &Placed) -> Result<String, FileProblem> {
    if let Value::Text(text) = &placed.value {
        return Ok(text.clone());
    }
    placed.value.resolve().map_err(|cause| FileProblem {
        location: placed.location.clone(),
        kind: FileProblemKind::NoValue { key: key.to_owned(), cause },
    })
}
