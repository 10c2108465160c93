//! The definitions of the calls, each compiled once for all notebooks of a worker.
//!
//! A check begins with the definition as the notebook has it. It is read again, with the positions of its keywords, for
//! the first finding, and before the first call if it has documents that the notebook has not read: a check must not read
//! them from the web. Both times only what is at hand is read.

use std::collections::HashMap;
use std::sync::Arc;

use apinb_contract::api::Api;
use apinb_contract::coverage::Extent;
use apinb_definition::load::{Detail, load_with};
use apinb_definition::model::Definition;
use apinb_engine::host::DefinitionRead;
use apinb_project::reading::documents::Documents;
use apinb_text::source::address::Address;
use apinb_text::source::loader::{LoadError, Loader};
use apinb_text::source::span::SourceFile;

/// Maximum number of definitions of a worker; the oldest make room.
const MAX_APIS: usize = 16;

/// Maximum size of the documents of a definition that is read a second time, in bytes.
const MAX_SOURCES: usize = 12 << 20;

/// A definition that the notebook has read.
pub(super) struct ReadDefinition {
    address: Option<Address>,
    definition: Arc<Definition>,
    sources: Vec<Arc<SourceFile>>,
    /// Whether it has documents that are read later.
    is_partial: bool,
    documents: Option<Arc<Documents>>,
}

impl ReadDefinition {
    pub(super) fn of(read: &DefinitionRead<'_>) -> Self {
        let DefinitionRead { client: _, address, definition, sources, deferred, documents } = read;
        Self {
            address: address.cloned(),
            definition: Arc::clone(definition),
            sources: sources.iter().chain(deferred.sources()).cloned().collect(),
            is_partial: !deferred.is_empty(),
            documents: documents.cloned(),
        }
    }

    /// Identifies the definition in the notebook.
    pub(super) fn identity(&self) -> usize {
        Arc::as_ptr(&self.definition).addr()
    }

    fn shown_address(&self) -> String {
        self.address.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    fn bytes(&self) -> usize {
        self.sources.iter().map(|source| source.text().len()).sum()
    }

    /// Whether both were read from the same documents.
    fn is_same(&self, other: &Self) -> bool {
        let is_same = |one: &Arc<SourceFile>, other: &Arc<SourceFile>| {
            Arc::ptr_eq(one, other) || one.name() == other.name() && one.text() == other.text()
        };
        self.address == other.address
            && self.is_partial == other.is_partial
            && self.sources.len() == other.sources.len()
            && self.sources.iter().zip(&other.sources).all(|(one, other)| is_same(one, other))
    }

    /// Reads the definition from what is at hand.
    fn read_again(&self, detail: Detail) -> Option<Arc<Definition>> {
        let root = self.sources.first()?;
        let texts = self.sources.iter().map(|source| (source.name().to_owned(), Arc::clone(source))).collect();
        let address = self.address.clone().unwrap_or_else(|| Address::file(root.name()));
        let loader = AtHand { texts, files: self.documents.clone() };
        load_with(&address, Arc::new(loader), detail).definition.map(Arc::new)
    }
}

/// The definitions of a worker's notebooks.
#[derive(Default)]
pub(super) struct Apis(Vec<KnownApi>);

struct KnownApi {
    read: ReadDefinition,
    api: Arc<Api>,
    /// Whether it was tried to read it with positions.
    is_located: bool,
    /// Whether a notebook had the coverage of all its operations.
    is_counted: bool,
}

impl Apis {
    /// The API of a definition.
    pub(super) fn of(&mut self, read: ReadDefinition) -> Arc<Api> {
        if let Some(known) = self.0.iter().find(|known| known.read.is_same(&read)) {
            return Arc::clone(&known.api);
        }
        // The documents that the notebook has not read must not be read for the check.
        let detail = if read.bytes() > MAX_SOURCES { Detail::Plain } else { Detail::Origins };
        let again = if read.is_partial { read.read_again(detail) } else { None };
        let is_located = again.is_some();
        let definition = again.unwrap_or_else(|| Arc::clone(&read.definition));
        let api = Arc::new(Api::new(definition, read.shown_address()));
        if self.0.len() >= MAX_APIS {
            self.0.remove(0);
        }
        self.0.push(KnownApi { read, api: Arc::clone(&api), is_located, is_counted: false });
        api
    }

    /// The same API with positions, if it can be had.
    pub(super) fn with_positions(&mut self, api: &Api) -> Option<Arc<Api>> {
        let known = self.0.iter_mut().find(|known| std::ptr::eq(&*known.api, api))?;
        if std::mem::replace(&mut known.is_located, true) || known.read.bytes() > MAX_SOURCES {
            return None;
        }
        let definition = known.read.read_again(Detail::Origins)?;
        known.api = Arc::new(Api::new(definition, known.read.shown_address()));
        Some(Arc::clone(&known.api))
    }

    /// What the coverage of an API lists: all operations the first time. Those of later notebooks are united with it.
    pub(super) fn extent(&mut self, api: &Api) -> Extent {
        let known = self.0.iter_mut().find(|known| std::ptr::eq(&*known.api, api));
        match known.is_some_and(|known| std::mem::replace(&mut known.is_counted, true)) {
            true => Extent::Seen,
            false => Extent::Whole,
        }
    }
}

/// The documents that were read before, and files that the definition may read.
struct AtHand {
    texts: HashMap<String, Arc<SourceFile>>,
    files: Option<Arc<Documents>>,
}

impl Loader for AtHand {
    fn load(&self, address: &Address) -> Result<String, LoadError> {
        let name = address.to_string();
        if let Some(source) = self.texts.get(&name) {
            return Ok(source.text().to_owned());
        }
        match (address, &self.files) {
            (Address::File(_), Some(files)) => files.load(address),
            _ => Err(LoadError::NotFound { address: name }),
        }
    }

    fn check(&self, address: &Address) -> Result<(), LoadError> {
        self.files.as_ref().map_or(Ok(()), |files| files.check(address))
    }
}
