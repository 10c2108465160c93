//! The documents of one definition: reads each once, maps nodes to source positions, and collects diagnostics.
//!
//! [`include`] follows includes and references, [`deferred`] keeps documents that are read when they are first used,
//! `loader` and `budget` enforce the limits, `roles` resolves the scope of the names in a document. The readers of each
//! language interpret the content.

mod budget;
pub(crate) mod checks;
pub mod deferred;
pub(crate) mod diagnostic;
mod diagnostics;
pub(crate) mod header;
mod include;
pub(crate) mod loader;
mod neighbors;
pub(crate) mod roles;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::limits::{MAX_DIAGNOSTICS, MAX_TOTAL_BYTES};
use crate::rules;
use crate::tree::node::{Entry, Node, NodeKind, NodeLocation, Text};
use apinb_schema::origin::{Sources, WHOLE};
use apinb_schema::schema::Schema;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::source::address::Address;
use apinb_text::source::deferred as deferred_text;
use apinb_text::source::loader::LoadError;
use apinb_text::source::span::{Location, SourceFile, Span};

use checks::{Check, CheckedValue, Subject};
use deferred::{DeferredDocument, DeferredDocuments};
use diagnostic::{DocumentDiagnostic, Limit};
use header::{Header, header};
use loader::{BudgetedLoader, Refused};
use neighbors::{SchemaDocuments, SchemaNeighbors};
use roles::{ANY_INCLUDER, DocumentRoles};

/// The documents read so far, and their diagnostics.
pub(crate) struct Documents<'a> {
    loader: &'a Arc<BudgetedLoader>,
    root: Address,
    files: Vec<(Address, Arc<SourceFile>)>,
    keys: HashSet<Rc<str>>,
    /// The role of each of `files`.
    pub(crate) roles: DocumentRoles,
    /// Trees by their address and the owner of the including file's names: a name may have another meaning in another
    /// file.
    trees: HashMap<(Address, u32), Rc<Node>>,
    /// The index of the first of `files` with this address.
    by_address: HashMap<Address, u32>,
    /// Documents that references lead to; `None` for those that cannot be read.
    referenced: HashMap<Address, Option<u32>>,
    /// The documents being read, outermost first.
    open: Vec<Address>,
    /// Deferred documents in the order of their includes, and the index of each in that list.
    deferred: Vec<Arc<DeferredDocument>>,
    deferred_index: HashMap<Address, usize>,
    /// The documents that are included as texts, by the location of their include.
    included: HashMap<NodeLocation, Address>,
    schema_documents: SchemaDocuments,
    /// Documents that cannot be read, which is reported.
    unreadable: HashSet<Address>,
    /// The includes of those documents: a diagnostic there would only follow from that.
    silenced: HashSet<(*const SourceFile, Span)>,
    /// Set if schemas get the source positions of their keywords.
    pub(crate) origins: Option<Arc<Sources>>,
    nodes: u64,
    text_bytes: u64,
    diagnostics: Vec<Box<dyn Diagnostic + Send + Sync>>,
    /// Values to check against their types, on request.
    pub(crate) checks: Vec<Check>,
    value_diagnostics: Vec<DocumentDiagnostic>,
    reported: HashSet<(Option<(*const SourceFile, Span)>, String)>,
    /// Limits already reported for the whole definition.
    limits_reported: HashSet<&'static str>,
}

/// The result of [`Documents::finish`].
pub(crate) struct Finished {
    pub(crate) diagnostics: Vec<Box<dyn Diagnostic + Send + Sync>>,
    /// The documents that were read, root first.
    pub(crate) sources: Vec<Arc<SourceFile>>,
    pub(crate) deferred: DeferredDocuments,
    pub(crate) checks: Vec<Check>,
    pub(crate) value_diagnostics: Vec<DocumentDiagnostic>,
}

impl<'a> Documents<'a> {
    pub(crate) fn new(root: &Address, loader: &'a Arc<BudgetedLoader>) -> Self {
        Self {
            loader,
            root: root.clone(),
            files: Vec::new(),
            keys: HashSet::new(),
            roles: DocumentRoles::default(),
            trees: HashMap::new(),
            by_address: HashMap::new(),
            referenced: HashMap::new(),
            open: Vec::new(),
            deferred: Vec::new(),
            deferred_index: HashMap::new(),
            included: HashMap::new(),
            schema_documents: SchemaDocuments::default(),
            unreadable: HashSet::new(),
            silenced: HashSet::new(),
            origins: None,
            nodes: 0,
            text_bytes: 0,
            diagnostics: Vec::new(),
            checks: Vec::new(),
            value_diagnostics: Vec::new(),
            reported: HashSet::new(),
            limits_reported: HashSet::new(),
        }
    }

    /// Finishes reading and returns the collected diagnostics, sources and checks.
    pub(crate) fn finish(mut self) -> Finished {
        let deferred = DeferredDocuments::new(std::mem::take(&mut self.deferred), Arc::clone(self.loader));
        self.diagnostics.extend(deferred.take_diagnostics());
        let is_first = |at: u32, address: &Address| self.by_address.get(address) == Some(&at);
        let files = self.files.iter().enumerate().filter(|(at, (address, _))| is_first(*at as u32, address));
        let files = files.map(|(_, (_, file))| Arc::clone(file));
        let sources = files.chain(deferred.sources().cloned()).collect();
        let Self { diagnostics, checks, value_diagnostics, .. } = self;
        Finished { diagnostics, sources, deferred, checks, value_diagnostics }
    }

    /// Queues values to check against their type on request, since checking takes longer than loading.
    pub(crate) fn defer_check(&mut self, check: Check) {
        self.checks.push(check);
    }

    /// The schema of a text at `location`, or the part of it at `fragment`. Its `$ref`s may lead to other documents.
    pub(crate) fn schema(&mut self, text: deferred_text::Text, fragment: &str, location: NodeLocation) -> Schema {
        let own = || self.files.get(location.file as usize).map_or(&self.root, |(address, _)| address);
        let neighbors = SchemaNeighbors {
            address: self.included.get(&location).unwrap_or_else(own).clone(),
            root: self.root.clone(),
            loader: Arc::clone(self.loader),
            known: Arc::clone(&self.schema_documents),
            location: self.locate(location),
        };
        let mut schema = Schema::from_text_at(text, fragment).beside(Arc::new(neighbors));
        if let Some(sources) = &self.origins {
            schema = schema.with_origin(sources, self.locate(location));
        }
        self.defer_schema_check(&schema, location);
        schema
    }

    /// Queues a check that `schema`, at `location`, is usable.
    pub(crate) fn defer_schema_check(&mut self, schema: &Schema, location: NodeLocation) {
        let location = self.locate(location);
        let (text, subject) = (deferred_text::Text::default(), Subject::Schema);
        let values = vec![CheckedValue { text, plain: true, subject, location, is_incomplete: false }];
        self.defer_check(Check { schema: schema.clone(), values });
    }

    /// Adds a diagnostic about an example or a default, once for each location and message. These are listed on
    /// request, after all others: a definition may have any number of them.
    pub(crate) fn report_value(&mut self, diagnostic: DocumentDiagnostic) {
        if self.value_diagnostics.len() < MAX_DIAGNOSTICS {
            let at = diagnostic.location().map(|location| (Arc::as_ptr(&location.file), location.span));
            if self.reported.insert((at, diagnostic.to_string())) {
                self.value_diagnostics.push(diagnostic);
            }
        }
    }

    /// Adds a diagnostic, once for each location and message: a template reports its errors at every use.
    pub(crate) fn report(&mut self, diagnostic: impl Diagnostic + Send + Sync + 'static) {
        if self.is_full() {
            return;
        }
        let location = diagnostic.location();
        let at = location.map(|location| (Arc::as_ptr(&location.file), location.span));
        // The path of an include in a template differs by its use.
        let is_include = diagnostic.rule().is_some_and(|rule| rule.code == rules::UNREADABLE_INCLUDE.code);
        if at.is_some_and(|at| !is_include && self.silenced.contains(&at)) {
            return;
        }
        if !self.reported.insert((at, diagnostic.to_string())) {
            return;
        }
        if self.diagnostics.len() == MAX_DIAGNOSTICS
            && let Some(location) = location.cloned()
        {
            let limit = Limit::Diagnostics(MAX_DIAGNOSTICS);
            self.diagnostics.push(Box::new(DocumentDiagnostic::Limit { location, limit }));
            return;
        }
        self.diagnostics.push(Box::new(diagnostic));
    }

    /// Reports nothing more at `location`.
    fn silence(&mut self, location: NodeLocation) {
        let location = self.locate(location);
        self.silenced.insert((Arc::as_ptr(&location.file), location.span));
    }

    /// Whether nothing more is reported at `location`.
    fn is_silenced(&self, location: NodeLocation) -> bool {
        if self.silenced.is_empty() {
            return false;
        }
        let location = self.locate(location);
        self.silenced.contains(&(Arc::as_ptr(&location.file), location.span))
    }

    /// Whether a part of `node` is an include that cannot be read. Does not read deferred documents.
    pub(crate) fn has_unread(&self, node: &Node) -> bool {
        match &node.kind {
            NodeKind::Null => self.is_silenced(node.location),
            NodeKind::Scalar { text: Text::Deferred { document, .. }, .. } => {
                document.is_read() && document.file().is_none()
            }
            NodeKind::Scalar { .. } | NodeKind::Include(_) => false,
            NodeKind::Sequence(items) => items.iter().any(|item| self.has_unread(item)),
            NodeKind::Mapping(entries) => entries.iter().any(|entry| self.has_unread(&entry.value)),
        }
    }

    /// Whether a value of `key` in a document is an include that cannot be read.
    fn is_unread(&self, key: &str, file: &Arc<SourceFile>) -> bool {
        let follows_key = |span: &Span| {
            let before = file.part(0, span.start as u32).trim_end().strip_suffix(':');
            let before = before.and_then(|before| before.trim_end_matches(['"', '\'']).strip_suffix(key));
            before.is_some_and(|before| !before.ends_with(|character: char| character.is_alphanumeric()))
        };
        self.silenced.iter().any(|(of, span)| *of == Arc::as_ptr(file) && follows_key(span))
    }

    /// Whether the limit of diagnostics is reached.
    pub(crate) fn is_full(&self) -> bool {
        self.diagnostics.len() > MAX_DIAGNOSTICS
    }

    /// Converts a node location for diagnostics.
    pub(crate) fn locate(&self, location: NodeLocation) -> Location {
        let span = Span::new(location.start as usize, location.end as usize);
        match self.files.get(location.file as usize) {
            Some((_, file)) => Location::new(file, span),
            None => Location { file: Arc::new(SourceFile::new(self.root.to_string(), "")), span: Span::default() },
        }
    }

    /// The source positions of a schema with these keywords; `None` if the definition is loaded without.
    pub(crate) fn origin(&self, entries: &[Entry]) -> Option<Value> {
        let sources = self.origins.as_ref()?;
        let mut origin = Map::new();
        let place = |location| sources.place(&self.locate(location));
        if let Some(first) = entries.first() {
            origin.insert(WHOLE.to_owned(), place(first.location));
        }
        for entry in entries {
            origin.insert(entry.key.to_string(), place(self.extent(entry)));
            match (&*entry.key, &entry.value.kind) {
                ("required", NodeKind::Sequence(items)) => {
                    let names = items.iter().filter_map(|item| Some((item.as_str()?, item.location)));
                    origin.extend(names.map(|(name, location)| (format!("required/{name}"), place(location))));
                }
                ("properties", NodeKind::Mapping(properties)) => {
                    let names = properties.iter().map(|property| (&property.key, self.extent(property)));
                    origin.extend(names.map(|(name, location)| (format!("properties/{name}"), place(location))));
                }
                _ => {}
            }
        }
        Some(Value::Object(origin))
    }

    /// The place of `entry`, as in [`Self::origin`].
    pub(crate) fn origin_of(&self, entry: &Entry) -> Option<Value> {
        let sources = self.origins.as_ref()?;
        Some(sources.place(&self.locate(self.extent(entry))))
    }

    /// The location of a key, with its value if that is a scalar on the same line.
    fn extent(&self, entry: &Entry) -> NodeLocation {
        let (key, value) = (entry.location, entry.value.location);
        let is_scalar = matches!(entry.value.kind, NodeKind::Scalar { .. });
        let both = NodeLocation { end: value.end, ..key };
        let is_one_line = || {
            let file = self.files.get(key.file as usize);
            file.is_some_and(|(_, file)| !file.part(key.start, value.end).contains('\n'))
        };
        if is_scalar && key.file == value.file && key.end <= value.start && is_one_line() { both } else { key }
    }

    /// Interns a key.
    pub(crate) fn key(&mut self, text: &str) -> Rc<str> {
        match self.keys.get(text) {
            Some(key) => Rc::clone(key),
            None => {
                let key: Rc<str> = text.into();
                self.keys.insert(Rc::clone(&key));
                key
            }
        }
    }

    /// Reads the root document.
    pub(crate) fn read_root(&mut self) -> Result<Arc<SourceFile>, LoadError> {
        let text = self.loader.read(&self.root).map_err(|refused| match refused {
            Refused::Unreadable(cause) => cause,
            Refused::Total { .. } => {
                LoadError::TooLarge { address: self.root.to_string(), limit: MAX_TOTAL_BYTES as u64 }
            }
        })?;
        self.open.push(self.root.clone());
        let file = Arc::new(SourceFile::new(self.root.to_string(), text));
        self.keep(self.root.clone(), &file, ANY_INCLUDER);
        Ok(file)
    }

    /// Whether the root is a definition in RAML 1.0.
    fn is_raml_10(&self) -> bool {
        self.files
            .first()
            .is_some_and(|(_, root)| matches!(header(root.text()), Some(Header::Raml10 | Header::Fragment(_))))
    }

    /// The address of the document with this index.
    pub(crate) fn address_of(&self, file: u32) -> Option<&Address> {
        self.files.get(file as usize).map(|(address, _)| address)
    }

    fn keep(&mut self, address: Address, file: &Arc<SourceFile>, includer: u32) -> u32 {
        let index = self.files.len() as u32;
        self.roles.push(file.text(), includer);
        self.by_address.entry(address.clone()).or_insert(index);
        self.files.push((address, Arc::clone(file)));
        index
    }
}
