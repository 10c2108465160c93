//! API definitions: from the text of a RAML or OpenAPI document (and what it includes) to one [`model`] of the API.
//!
//! Reading files and URLs is the caller's: it passes a [`Loader`]. The language is told by the document's text, never
//! by its name.

pub(crate) mod documents;
mod limits;
pub mod model;
mod openapi;
pub mod overview;
pub mod problem;
mod raml;
pub mod schema;
mod syntax;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::HashSet;
use std::sync::Arc;

use crate::text::diagnostic::Diagnostic;
use crate::text::source::address::Address;
use crate::text::source::loader::Loader;
use crate::text::source::span::{Location, SourceFile, Span};
use documents::Documents;
use documents::deferred::Supply;
pub use documents::deferred::Unread;
use documents::header::{Fragment, Header};
use model::Definition;
use problem::{Found, Problem};
use raml::language::Version;

/// What loading a definition gave: as much of it as can be used, and everything that is wrong with it.
#[derive(Debug)]
pub struct Loaded {
    /// The definition; none when the root document could not be read as one at all.
    pub definition: Option<Definition>,
    /// Every fault found, in the order found.
    pub problems: Vec<Box<dyn Diagnostic + Send + Sync>>,
    /// Every document that was read, the root first.
    pub sources: Vec<Arc<SourceFile>>,
    /// The documents that are read when their text is asked for. Their faults are not among `problems`.
    pub unread: Unread,
    /// The values that are not checked with their types yet.
    checks: Vec<documents::checks::Check>,
}

impl Loaded {
    /// Reads what was left for later, and checks examples and defaults with their types: the faults and documents are
    /// then among the others.
    pub fn read_all(&mut self) {
        let checks = std::mem::take(&mut self.checks);
        let faults = self
            .definition
            .as_ref()
            .map(|definition| documents::checks::faults(&checks, definition))
            .unwrap_or_default();
        self.unread.read_all();
        self.problems.extend(self.unread.take_problems());
        let faults = faults.into_iter().map(|fault| Box::new(fault) as Box<dyn Diagnostic + Send + Sync>);
        self.problems.extend(faults.take(limits::MAX_DIAGNOSTICS));
        let known: HashSet<*const SourceFile> = self.sources.iter().map(Arc::as_ptr).collect();
        self.sources.extend(self.unread.sources().filter(|file| !known.contains(&Arc::as_ptr(file))).cloned());
    }
}

/// Reads the definition at `root` and everything that it includes.
///
/// RAML 0.8, OpenAPI 2.0, 3.0 and 3.1 and JSON of an already parsed definition are read, whatever the document's name says. Faults never stop
/// it: what can be used is used, and the rest is in [`Loaded::problems`]. Texts that say nothing about the structure
/// are left for [`Loaded::unread`].
#[must_use]
pub fn load(root: &Address, loader: Arc<dyn Loader>) -> Loaded {
    let supply = Arc::new(Supply::new(loader));
    let mut documents = Documents::new(root, &supply);
    let definition = match documents.read_root() {
        Ok(file) => read(&mut documents, &file),
        Err(cause) => {
            documents.report(Problem::Unreadable { cause });
            None
        }
    };
    let checks = std::mem::take(&mut documents.checks);
    let (problems, sources, unread) = documents.finish();
    Loaded { definition, problems, sources, unread, checks }
}

fn read(documents: &mut Documents<'_>, file: &Arc<SourceFile>) -> Option<Definition> {
    let text = file.text().trim_start_matches('\u{feff}');
    let start = file.text().len() - text.trim_start().len();
    let first = text.trim_start().lines().next().unwrap_or_default();
    let location = Location::new(file, Span::new(start, start + first.trim_end().len()));
    if let Some(header) = documents::header::header(text) {
        return read_raml(documents, file, header, location);
    }
    let is_json = text.trim_start().starts_with(['{', '[']);
    if is_json || openapi::may_be_openapi(text) {
        let root = syntax::tree(documents, file, 0)?;
        if openapi::is_openapi(&root) {
            return openapi::read(documents, &root);
        }
        if is_json {
            return raml::parsed::read(documents, &root);
        }
    }
    documents.report(Problem::NotADefinition { location, found: found(text.trim_start()) });
    None
}

fn read_raml(
    documents: &mut Documents<'_>,
    file: &Arc<SourceFile>,
    header: Header<'_>,
    location: Location,
) -> Option<Definition> {
    let version = match header {
        Header::Raml08 => Version::V08,
        Header::Raml10 | Header::Fragment(Fragment::Overlay | Fragment::Extension) => Version::V10,
        Header::Fragment(fragment) => {
            let found = Found::Fragment(fragment.name().to_owned());
            documents.report(Problem::NotADefinition { location, found });
            return None;
        }
        Header::UnknownFragment(word) => {
            documents.report(Problem::NotADefinition { location, found: Found::Fragment(word.to_owned()) });
            return None;
        }
        Header::UnknownVersion(version) => {
            let version = format!("RAML {version}").trim().to_owned();
            documents.report(Problem::UnsupportedVersion { location, version });
            return None;
        }
    };
    let root = syntax::yaml::parse(documents, file, 0, 0);
    Some(raml::read(documents, &root, version, false))
}

/// What a text is that no definition starts like.
fn found(text: &str) -> Found {
    let start: String = text.chars().take(500).collect::<String>().to_ascii_lowercase();
    if start.is_empty() {
        Found::Nothing
    } else if start.starts_with("<!doctype html") || start.starts_with("<html") || start.contains("<html") {
        Found::Html
    } else if start.starts_with('<') {
        Found::Xml
    } else {
        Found::Text(text.lines().next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(40).collect())
    }
}
