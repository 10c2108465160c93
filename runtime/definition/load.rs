//! Loads a definition. Detects the language from the text, not from file names or media types.

use std::collections::HashSet;
use std::sync::Arc;

use apinb_text::diagnostic::Diagnostic;
use apinb_text::display::truncate::excerpt;
use apinb_text::source::address::Address;
use apinb_text::source::loader::Loader;
use apinb_text::source::span::{Location, SourceFile, Span};

use crate::documents::checks::Check;
use crate::documents::deferred::DeferredDocuments;
use crate::documents::diagnostic::{DocumentDiagnostic, Found};
use crate::documents::header::{Fragment, Header, header};
use crate::documents::loader::BudgetedLoader;
use crate::documents::{Documents, Finished, checks};
use crate::limits::MAX_DIAGNOSTICS;
use crate::model::Definition;
use crate::raml::language::Version;
use crate::{openapi, raml, syntax};

/// A loaded definition and its diagnostics.
#[derive(Debug)]
pub struct Loaded {
    /// The usable part of the definition; `None` if the root document is not a definition.
    pub definition: Option<Definition>,
    /// In the order in which they were found.
    pub diagnostics: Vec<Box<dyn Diagnostic + Send + Sync>>,
    /// The documents that were read, root first.
    pub sources: Vec<Arc<SourceFile>>,
    /// The documents that are read when their text is first used. `diagnostics` does not include their errors.
    pub deferred: DeferredDocuments,
    checks: Vec<Check>,
    /// Diagnostics about values that are listed with those of `checks`.
    value_diagnostics: Vec<DocumentDiagnostic>,
}

impl Loaded {
    /// Reads the deferred documents, and checks examples and defaults against their types. Adds the resulting
    /// diagnostics and sources to this value.
    pub fn read_all(&mut self) {
        let checks = std::mem::take(&mut self.checks);
        self.deferred.read_all();
        let found = self.definition.as_ref().map(|definition| checks::diagnostics(&checks, &definition.schemas));
        self.diagnostics.extend(self.deferred.take_diagnostics());
        let values = std::mem::take(&mut self.value_diagnostics);
        let found = values.into_iter().chain(found.unwrap_or_default()).take(MAX_DIAGNOSTICS);
        self.diagnostics.extend(found.map(|diagnostic| Box::new(diagnostic) as Box<dyn Diagnostic + Send + Sync>));
        let known: HashSet<*const SourceFile> = self.sources.iter().map(Arc::as_ptr).collect();
        self.sources.extend(self.deferred.sources().filter(|file| !known.contains(&Arc::as_ptr(file))).cloned());
    }
}

/// Loads the definition at `root` and all included documents: RAML 0.8 and 1.0, OpenAPI 2.0, 3.0 and 3.1, and the JSON
/// output of RAML parsers.
///
/// Errors do not stop loading; the usable part is returned. Documents that do not affect the structure of the
/// definition are left to [`Loaded::deferred`].
#[must_use]
pub fn load(root: &Address, loader: Arc<dyn Loader>) -> Loaded {
    load_with(root, loader, Detail::Plain)
}

/// How much of a definition is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    #[default]
    Plain,
    /// With the source positions of the keywords of its schemas, which take about as much memory as the schemas.
    Origins,
}

/// As [`load`], with as much detail as asked for.
#[must_use]
pub fn load_with(root: &Address, loader: Arc<dyn Loader>, detail: Detail) -> Loaded {
    let loader = Arc::new(BudgetedLoader::new(loader));
    let mut documents = Documents::new(root, &loader);
    documents.origins = (detail == Detail::Origins).then(Arc::default);
    let mut definition = match documents.read_root() {
        Ok(file) => read(&mut documents, &file),
        Err(cause) => {
            documents.report(DocumentDiagnostic::Unreadable { cause });
            None
        }
    };
    if let Some(definition) = &mut definition {
        definition.sources = documents.origins.clone();
    }
    let Finished { diagnostics, sources, deferred, checks, value_diagnostics } = documents.finish();
    Loaded { definition, diagnostics, sources, deferred, checks, value_diagnostics }
}

fn read(documents: &mut Documents<'_>, file: &Arc<SourceFile>) -> Option<Definition> {
    let text = file.text().trim_start_matches('\u{feff}');
    let start = file.text().len() - text.trim_start().len();
    let first = text.trim_start().lines().next().unwrap_or_default();
    let location = Location::new(file, Span::new(start, start + first.trim_end().len()));
    if let Some(header) = header(text) {
        if first.strip_prefix("#%RAML").is_some_and(|rest| rest.starts_with(|c: char| !c.is_whitespace())) {
            documents.report(DocumentDiagnostic::InvalidValue {
                location: location.clone(),
                key: "#%RAML".to_owned(),
                value: excerpt(first.trim_end()),
                expected: "a space before the version".to_owned(),
            });
        }
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
    documents.report(DocumentDiagnostic::NotADefinition { location, found: found(text.trim_start()) });
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
            documents.report(DocumentDiagnostic::NotADefinition { location, found });
            return None;
        }
        Header::UnknownFragment(word) => {
            let found = Found::Fragment(word.to_owned());
            documents.report(DocumentDiagnostic::NotADefinition { location, found });
            return None;
        }
        Header::UnknownVersion(version) => {
            let version = format!("RAML {version}").trim().to_owned();
            documents.report(DocumentDiagnostic::UnsupportedVersion { location, version });
            return None;
        }
    };
    let root = syntax::yaml::parse(documents, file, 0, 0);
    Some(raml::read(documents, &root, version, false))
}

/// Describes a document that does not start like a definition.
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
