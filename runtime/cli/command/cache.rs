//! `apinb cache`: the scripts that notebooks load.

use std::fmt::Write as _;
use std::path::Path;

use apinb_files::bounded;
use apinb_files::folders::CACHE_VARIABLE;
use apinb_project::reading::scripts::{MAX_SCRIPT_BYTES, ScriptCache, ScriptError, default_folder};
use apinb_text::diagnostic::Diagnostic;
use url::Url;

use crate::cli::arguments::CacheCommand;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::settings::problem::UsageProblem;
use crate::cli::streams::Streams;

/// Why the cache can't do it.
#[derive(Debug, thiserror::Error)]
enum CacheProblem {
    #[error("this user has no cache folder")]
    NoFolder,
    #[error(transparent)]
    Script(#[from] ScriptError),
}

impl Diagnostic for CacheProblem {
    fn help(&self) -> Option<String> {
        match self {
            Self::NoFolder => Some(format!("Set `{CACHE_VARIABLE}` to a folder.")),
            Self::Script(_) => None,
        }
    }
}

pub(in crate::cli) fn cache(command: &CacheCommand, streams: Streams) -> Result<Exit, Failure> {
    let folder = default_folder().ok_or_else(|| Failure::unusable(CacheProblem::NoFolder))?;
    let cache = ScriptCache::open(folder);
    let text = match command {
        CacheCommand::Add { url, file } => add(&cache, url, file)?,
        CacheCommand::List => {
            let text = list(&cache);
            if text.is_empty() {
                streams.stderr.write("no cached scripts\n")?;
            }
            text
        }
        CacheCommand::Clear => {
            let removed = cache.clear().map_err(|error| Failure::unusable(CacheProblem::from(error)))?;
            format!("deleted {removed} script{}\n", if removed == 1 { "" } else { "s" })
        }
    };
    streams.stdout.write(&text)?;
    Ok(Exit::Passed)
}

fn add(cache: &ScriptCache, url: &str, file: &str) -> Result<String, Failure> {
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https")).ok_or_else(|| {
        Failure::unusable(UsageProblem::Unfit {
            value: url.to_owned(),
            what: "is not an `http` or `https` URL",
            help: "Write the URL that notebooks load, then the file.".to_owned(),
        })
    })?;
    let bytes = bounded::bytes(Path::new(file), MAX_SCRIPT_BYTES)
        .map_err(|cause| Failure::unusable(UsageProblem::Unreadable { path: file.to_owned(), cause }))?;
    let script = cache.add(&url, &bytes).map_err(|error| match error {
        // The message is about the file, not the URL.
        ScriptError::NotText { .. } => Failure::unusable(UsageProblem::Unfit {
            value: file.to_owned(),
            what: "is not a script: it is not UTF-8 text",
            help: "Name the file of the script.".to_owned(),
        }),
        error => Failure::unusable(CacheProblem::from(error)),
    })?;
    Ok(format!("{}  {url}\n", script.sha256))
}

fn list(cache: &ScriptCache) -> String {
    let entries = cache.list();
    let width = entries.iter().map(|entry| entry.bytes.to_string().len()).max().unwrap_or_default();
    let mut text = String::new();
    for entry in entries {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{}  {:>width$}  {}", entry.sha256, entry.bytes, entry.url);
    }
    text
}
