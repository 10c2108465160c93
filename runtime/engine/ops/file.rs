//! `file`, `save`, and `fetch` of a relative URL: files of the project.

use apinb_project::reading::source::{self, DataSource, SourceError};
use apinb_project::saving::SaveError;
use apinb_record::run::ConsoleLevel;
use apinb_text::diagnostic::causes::with_causes;
use apinb_text::source::loader::LoadError;
use deno_core::{JsBuffer, OpState, ToJsBuffer, op2};
use serde::Serialize;

use super::memory::OutOfMemory;
use crate::session::Session;

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[property("help" = self.help())]
#[property("kind" = self.kind())]
pub(super) enum FileError {
    #[class("PolicyError")]
    #[error("cannot read `{reference}`: {message}")]
    Refused { reference: String, message: String, help: String },
    #[class(generic)]
    #[error("cannot read `{reference}`: there is no such file")]
    Missing { reference: String },
    #[class(generic)]
    #[error("cannot read `{reference}`: {message}")]
    Unreadable { reference: String, message: String },
    #[class("MemoryError")]
    #[error("{0}")]
    TooLarge(#[from] OutOfMemory),
}

impl FileError {
    fn help(&self) -> String {
        match self {
            Self::Refused { help, .. } => help.clone(),
            Self::Missing { .. } => "Write its path relative to the folder of the notebook.".to_owned(),
            Self::Unreadable { .. } => String::new(),
            Self::TooLarge(error) => error.help().to_owned(),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing",
            Self::Refused { .. } | Self::Unreadable { .. } | Self::TooLarge(_) => "",
        }
    }

    fn source(reference: &str, error: &SourceError) -> Self {
        Self::Refused { reference: reference.to_owned(), message: error.to_string(), help: String::new() }
    }

    fn load(reference: &str, error: &LoadError) -> Self {
        let reference = reference.to_owned();
        match error {
            LoadError::NotAllowed { help, .. } => {
                Self::Refused { reference, message: error.to_string(), help: help.clone() }
            }
            LoadError::NotFound { .. } => Self::Missing { reference },
            other => Self::Unreadable { reference, message: with_causes(other) },
        }
    }
}

/// A file of the project.
#[derive(Debug, Serialize)]
pub(super) struct ReadFile {
    bytes: ToJsBuffer,
    modified: f64,
}

/// The URL that a relative one stands for; none: a file of the project.
#[op2]
#[string]
pub(super) fn op_project_url(state: &OpState, #[string] reference: &str) -> Result<Option<String>, FileError> {
    let session = Session::of(state);
    match source::data(&session.settings, reference).map_err(|error| FileError::source(reference, &error))? {
        DataSource::Url(url) => Ok(Some(url.into())),
        DataSource::File(_) => Ok(None),
    }
}

/// Reads a file of the project.
#[op2]
#[serde]
pub(super) fn op_read_file(state: &OpState, #[string] reference: &str) -> Result<ReadFile, FileError> {
    let session = Session::of(state);
    let file = match source::data(&session.settings, reference).map_err(|error| FileError::source(reference, &error))? {
        DataSource::File(file) => file,
        DataSource::Url(_) => {
            return Err(FileError::Refused {
                reference: reference.to_owned(),
                message: "it is a URL, not a file of the project".to_owned(),
                help: "Use `fetch`.".to_owned(),
            });
        }
    };
    session.log.files_read(&[file.path()]);
    let open = file.open().map_err(|error| FileError::load(reference, &error))?;
    // Until the bytes are an array buffer.
    let _memory = session.reserve(open.size, "file")?;
    let modified = open.modified;
    let bytes = open.read().map_err(|error| FileError::load(reference, &error))?;
    Ok(ReadFile { bytes: bytes.into(), modified })
}

/// Why a text is not a table.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
pub(super) enum CsvError {
    #[class(type)]
    #[error("expected one ASCII character as the delimiter, got `{delimiter}`")]
    Delimiter { delimiter: String },
    #[class(generic)]
    #[error("{cause}")]
    Syntax { cause: csv::Error },
}

/// The rows of a CSV text (RFC 4180). All have as many fields as the first.
#[op2]
#[serde]
pub(super) fn op_parse_csv(#[string] text: &str, #[string] delimiter: &str) -> Result<Vec<Vec<String>>, CsvError> {
    let &[delimiter] = delimiter.as_bytes() else {
        return Err(CsvError::Delimiter { delimiter: delimiter.to_owned() });
    };
    let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).from_reader(text.as_bytes());
    let rows = reader.records().map(|record| record.map(|record| record.iter().map(str::to_owned).collect()));
    rows.collect::<Result<_, _>>().map_err(|cause| CsvError::Syntax { cause })
}

/// Why a file is not saved.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[property("help" = self.help())]
pub(super) enum SaveFileError {
    #[class("PolicyError")]
    #[error("cannot save `{path}`: {cause}")]
    Refused { path: String, cause: SaveError },
    #[class(generic)]
    #[error("cannot save `{path}`: {cause}")]
    Failed { path: String, cause: SaveError },
}

impl SaveFileError {
    fn help(&self) -> &'static str {
        let (Self::Refused { cause, .. } | Self::Failed { cause, .. }) = self;
        cause.help()
    }
}

/// Saves a file below the output folder, and reports it. Returns its path.
#[allow(clippy::needless_pass_by_value, reason = "operations get their arguments by value")]
#[op2]
#[string]
pub(super) fn op_save_file(
    state: &OpState,
    #[string] path: &str,
    #[buffer] bytes: JsBuffer,
) -> Result<String, SaveFileError> {
    let session = Session::of(state);
    let saved = match &session.settings.output_broker {
        Some(broker) => broker.save(path, &bytes),
        None => session.output.save(path, &bytes, &session.redactor),
    };
    let saved = saved.map_err(|cause| {
        let path = path.to_owned();
        if cause.is_refusal() { SaveFileError::Refused { path, cause } } else { SaveFileError::Failed { path, cause } }
    })?;
    let note = if saved.redacted { " without its secrets" } else { "" };
    session.log.write(ConsoleLevel::Log, &format!("saved {}{note}", saved.path));
    Ok(saved.path)
}
