//! A cassette as the files of its folder: paths with `/` below the folder, and bytes.

use std::collections::BTreeMap;
use std::sync::Arc;

use apinb_text::source::span::SourceFile;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::body::{BODIES, DOCUMENTS};
use crate::cassette::Cassette;
use crate::error::CassetteError;
use crate::names::{HEAD, is_plain};
use apinb_record::cassette::{Body, Cell, Head, VERSION};

/// The files of a folder by their path.
pub type Files = BTreeMap<String, Arc<[u8]>>;

/// The largest JSON file, in bytes.
pub const LARGEST_PAGE: usize = 64 << 20;
/// The largest file, in bytes: that of a response.
pub const LARGEST_FILE: u64 = 512 << 20;
/// The largest cassette, in bytes.
pub const LARGEST: u64 = 1 << 30;
/// The most files of a cassette.
pub const MOST_FILES: usize = 50_000;

/// Whether a path may be that of a file of a cassette: `NAME.json`, `bodies/NAME` or `documents/NAME`.
#[must_use]
pub fn is_file(path: &str) -> bool {
    match path.split_once('/') {
        None => path.strip_suffix(".json").is_some_and(is_plain),
        Some((folder, name)) => [BODIES, DOCUMENTS].contains(&folder) && is_plain(name),
    }
}

impl Cassette {
    /// Reads the files of the folder that messages call `folder`. Other files than those of a cassette are ignored.
    ///
    /// # Errors
    /// [`CassetteError`]: the first error, in the order of the files.
    pub fn read(folder: &str, files: Files) -> Result<Self, CassetteError> {
        let (mut head, mut cells, mut contents) = (None, BTreeMap::new(), BTreeMap::new());
        let mut pages = Vec::new();
        let mut size = 0_u64;
        for (path, bytes) in files {
            if !is_file(&path) {
                continue;
            }
            size = size.saturating_add(bytes.len() as u64);
            if size > LARGEST {
                return Err(CassetteError::TooLarge {
                    file: folder.to_owned(),
                    limit: format!("over {} MB", LARGEST >> 20),
                });
            }
            match path.strip_suffix(".json").filter(|name| !name.contains('/')) {
                Some(name) => pages.push((name.to_owned(), bytes)),
                None => drop(contents.insert(path, bytes)),
            }
        }
        for (name, bytes) in pages {
            let file = source(&format!("{folder}/{name}.json"), &bytes)?;
            if name == HEAD {
                let read: Head = parse(&file)?;
                for document in read.documents.values() {
                    check_file(&file, document.file.as_ref(), DOCUMENTS, &contents)?;
                }
                head = Some(read);
            } else {
                let cell: Cell = parse(&file)?;
                for interaction in &cell.interactions {
                    for body in [&interaction.request.body, &interaction.response.body].into_iter().flatten() {
                        check_body(&file, body)?;
                        check_file(&file, body.file.as_ref(), BODIES, &contents)?;
                    }
                }
                cells.insert(name, cell);
            }
        }
        let head = head.ok_or_else(|| CassetteError::NoHead { folder: folder.to_owned() })?;
        Ok(Self { head, cells, contents })
    }

    /// The files of the folder.
    #[must_use]
    pub fn files(&self) -> Files {
        let mut files: Files = self
            .contents
            .iter()
            .filter(|(path, _)| is_file(path))
            .map(|(path, content)| (path.clone(), Arc::clone(content)))
            .collect();
        files.insert(format!("{HEAD}.json"), page(&self.head));
        for (name, cell) in self.cells.iter().filter(|(name, _)| is_plain(name) && *name != HEAD) {
            files.insert(format!("{name}.json"), page(cell));
        }
        files
    }
}

/// A JSON file: one value on each line.
fn page(content: &impl Serialize) -> Arc<[u8]> {
    // Neither writing into a Vec nor any of these types can fail.
    let mut page = serde_json::to_vec_pretty(content).unwrap_or_default();
    page.push(b'\n');
    page.into()
}

fn source(name: &str, bytes: &[u8]) -> Result<Arc<SourceFile>, CassetteError> {
    if bytes.len() > LARGEST_PAGE {
        return Err(CassetteError::TooLarge {
            file: name.to_owned(),
            limit: format!("over {} MB", LARGEST_PAGE >> 20),
        });
    }
    let text = std::str::from_utf8(bytes).map_err(|_| CassetteError::NotText { file: name.to_owned() })?;
    Ok(Arc::new(SourceFile::new(name, text)))
}

/// Reads a file whose root has a version.
fn parse<T: DeserializeOwned>(file: &Arc<SourceFile>) -> Result<T, CassetteError> {
    let invalid = |error: &serde_json::Error| {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        CassetteError::invalid(file, error.line(), error.column(), message)
    };
    // A later version may have other fields: its number counts first.
    let version = serde_json::from_str::<Version>(file.text()).map_err(|error| invalid(&error))?.version;
    if let Some(version) = version.as_u64().filter(|version| *version > u64::from(VERSION)) {
        return Err(CassetteError::Version { version, location: CassetteError::place(file, "\"version\"") });
    }
    serde_json::from_str(file.text()).map_err(|error| invalid(&error))
}

#[derive(serde::Deserialize)]
struct Version {
    #[serde(default)]
    version: Value,
}

/// A body is one of its three kinds.
fn check_body(file: &Arc<SourceFile>, body: &Body) -> Result<(), CassetteError> {
    let kinds = usize::from(body.file.is_some()) + usize::from(body.json.is_some()) + usize::from(body.text.is_some());
    if kinds == 1 {
        return Ok(());
    }
    let message = "expected one of `file`, `json` and `text` in a `body`".to_owned();
    Err(CassetteError::Invalid { message, location: CassetteError::place(file, "\"body\"") })
}

fn check_file(
    file: &Arc<SourceFile>,
    named: Option<&String>,
    folder: &str,
    contents: &Files,
) -> Result<(), CassetteError> {
    let Some(named) = named else { return Ok(()) };
    let location = || CassetteError::place(file, &Value::from(named.as_str()).to_string());
    if !is_file(named) || !named.starts_with(&format!("{folder}/")) {
        let message = format!("`{named}` is not a file in `{folder}`");
        return Err(CassetteError::Invalid { message, location: location() });
    }
    match contents.contains_key(named) {
        true => Ok(()),
        false => Err(CassetteError::Missing { file: named.clone(), location: location() }),
    }
}
