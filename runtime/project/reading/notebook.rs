//! Reads a notebook.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use apinb_files::bounded;
use apinb_notebook::bytes::NotAText;
use apinb_notebook::model::Notebook;
use apinb_notebook::options::OptionError;
use apinb_notebook::selection::SelectionError;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::source::span::Location;
use url::Url;

use crate::job::NotebookLocation;
use crate::settings::Settings;

/// The largest notebook, in bytes.
const MAX_NOTEBOOK_BYTES: u64 = 64 << 20;

/// The most code cells of a notebook.
const MAX_CELLS: usize = 20_000;

/// Why a notebook cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The file or stdin cannot be read.
    #[error("cannot read `{name}`")]
    System {
        name: String,
        #[source]
        cause: io::Error,
    },
    #[error("`{name}` is larger than {MAX_NOTEBOOK_BYTES} bytes")]
    TooLarge { name: String },
    #[error("`{name}` has more than {MAX_CELLS} code cells")]
    TooManyCells { name: String },
    /// A run of it would pass without having run anything.
    #[error("`{name}` has no code cells")]
    NoCells { name: String },
    #[error(transparent)]
    NotAText(#[from] NotAText),
    /// Its front matter has a value that its key cannot have.
    #[error(transparent)]
    Option(#[from] OptionError),
    /// The selection matches no cell.
    #[error(transparent)]
    NotThere(#[from] SelectionError),
}

impl Diagnostic for Unreadable {
    fn location(&self) -> Option<&Location> {
        match self {
            Self::Option(error) => error.location(),
            _ => None,
        }
    }

    fn help(&self) -> Option<String> {
        match self {
            Self::NotAText(error) => error.help(),
            Self::Option(error) => error.help(),
            Self::NotThere(error) => error.help(),
            Self::NoCells { .. } => Some(
                "Begin a cell with ```javascript or ```js. Pass `--allow-empty` to let notebooks without cells pass."
                    .to_owned(),
            ),
            Self::System { .. } | Self::TooLarge { .. } | Self::TooManyCells { .. } => None,
        }
    }
}

/// Whether the file at `path` has code cells, or cannot be read. A file that is not UTF-8 is not a notebook.
pub(super) fn may_have_cells(path: &Path) -> bool {
    match read("", &NotebookLocation::File(path.to_owned())) {
        Ok(notebook) => notebook.cells().next().is_some(),
        Err(Unreadable::NotAText(_)) => false,
        Err(_) => true,
    }
}

/// The notebook at `location`, which messages call `name`.
///
/// # Errors
/// [`Unreadable`].
pub fn read(name: &str, location: &NotebookLocation) -> Result<Notebook, Unreadable> {
    let mut bytes = Vec::new();
    let limit = MAX_NOTEBOOK_BYTES + 1;
    let read = match location {
        NotebookLocation::Stdin => io::stdin().lock().take(limit).read_to_end(&mut bytes),
        NotebookLocation::Content(content) => content.take(limit).read_to_end(&mut bytes),
        NotebookLocation::File(path) => bounded::head(path, limit).map(|read| {
            bytes = read;
            bytes.len()
        }),
        NotebookLocation::Nowhere => Ok(0),
    };
    let length = read.map_err(|cause| Unreadable::System { name: name.to_owned(), cause })?;
    if u64::try_from(length).is_ok_and(|length| length < limit) {
        let notebook = Notebook::from_bytes(name, bytes)?;
        if notebook.cells().nth(MAX_CELLS).is_some() {
            return Err(Unreadable::TooManyCells { name: name.to_owned() });
        }
        notebook.options()?;
        Ok(notebook)
    } else {
        Err(Unreadable::TooLarge { name: name.to_owned() })
    }
}

/// The location of the same notebook for another process: stdin, pipes and `/dev/fd/63` are read now.
///
/// # Errors
/// When they cannot be read.
pub fn for_another_process(name: &str, location: NotebookLocation) -> Result<NotebookLocation, Unreadable> {
    let limit = MAX_NOTEBOOK_BYTES + 1;
    let content = match &location {
        NotebookLocation::Stdin => {
            let mut bytes = Vec::new();
            io::stdin().lock().take(limit).read_to_end(&mut bytes).map(|_| bytes)
        }
        NotebookLocation::File(path) => match fs::metadata(path) {
            Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => bounded::head(path, limit),
            // `/dev/stdin` is another file there.
            _ => return Ok(NotebookLocation::File(path.canonicalize().unwrap_or_else(|_| path.clone()))),
        },
        NotebookLocation::Content(_) | NotebookLocation::Nowhere => return Ok(location),
    };
    let content = content.map_err(|cause| Unreadable::System { name: name.to_owned(), cause })?;
    Ok(NotebookLocation::Content(content.into()))
}

/// Adds what the front matter of `notebook` says to its settings.
pub fn apply_front_matter(notebook: &Notebook, settings: &mut Settings) {
    settings.site = site(notebook);
    // It was valid when the notebook was read.
    let options = notebook.options().unwrap_or_default();
    settings.definitions_by_notebook = options.definitions;
    if let Some(limit) = options.cell_timeout.filter(|_| !settings.cell_timeout_by_flag) {
        settings.cell_timeout = limit;
    }
}

/// `site:` of the front matter.
#[must_use]
pub fn site(notebook: &Notebook) -> Option<Url> {
    notebook.front_matter.get("site").and_then(|site| Url::parse(site.trim()).ok())
}
