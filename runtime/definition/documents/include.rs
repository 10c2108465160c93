//! Includes and references: resolves a reference to the tree, the text or the index of its document.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use crate::limits::{MAX_CHAIN, MAX_DEPTH, MAX_DOCUMENTS, MAX_TOTAL_BYTES};
use crate::syntax;
use crate::syntax::diagnostic::SyntaxDiagnostic;
use crate::syntax::host::DocumentHost;
use crate::tree::node::{Node, NodeKind, NodeLocation, Text};
use apinb_text::diagnostic::Severity;
use apinb_text::display::quote::quote_each;
use apinb_text::display::truncate::excerpt;
use apinb_text::source::address::Address;
use apinb_text::source::deferred;
use apinb_text::source::span::{Location, SourceFile, Span};

use crate::documents::Documents;
use crate::documents::deferred::{DeferredDocument, is_binary};
use crate::documents::diagnostic::{DocumentDiagnostic, Limit};
use crate::documents::header::{Fragment, Header, header};
use crate::documents::loader::Refused;
use crate::documents::roles::ANY_INCLUDER;

impl Documents<'_> {
    /// Includes the document that `reference`, written at `location`, names. YAML and RAML become a tree; any other
    /// document becomes one text, read when it is first used. `depth` is the nesting level of the include. Reports a
    /// document that cannot be read and returns null instead.
    pub(crate) fn include(&mut self, reference: &str, location: NodeLocation, depth: u32) -> Rc<Node> {
        let (document, fragment) = split(reference);
        if may_be_deferred(&self.address(document, location)) {
            return self.defer_document(document, fragment, location);
        }
        self.tree_of(reference, location, depth, location.file)
    }

    /// The tree of a document whose names do not depend on the including file: a library, or the target of `extends`.
    pub(crate) fn import(&mut self, reference: &str, location: NodeLocation) -> Rc<Node> {
        self.tree_of(reference, location, 0, ANY_INCLUDER)
    }

    /// Marks the document of `location` as being read: including it again is a cycle.
    pub(crate) fn enter(&mut self, location: NodeLocation) {
        let address = self.files.get(location.file as usize).map(|(address, _)| address);
        self.open.extend(address.filter(|address| !self.open.contains(address)).cloned());
    }

    /// Whether two references, each written at its location, name the same document.
    pub(crate) fn same(&self, a: (&str, NodeLocation), b: (&str, NodeLocation)) -> bool {
        self.address(a.0, a.1) == self.address(b.0, b.1)
    }

    /// Announces to the loader the documents of `references`, written in the document of `location`. Skips those that
    /// may be deferred.
    pub(crate) fn prefetch<'r>(&self, references: impl IntoIterator<Item = &'r str>, location: NodeLocation) {
        let structure =
            references.into_iter().filter(|reference| !may_be_deferred(&self.address(split(reference).0, location)));
        self.prefetch_all(structure.map(|reference| self.address(reference, location)));
    }

    /// Like [`Self::prefetch`], but for documents that are read as trees whatever their extension.
    pub(crate) fn prefetch_trees<'r>(&self, references: impl IntoIterator<Item = &'r str>, location: NodeLocation) {
        let addresses = references.into_iter().map(|reference| self.address(reference, location));
        self.prefetch_all(addresses.filter(|address| !self.referenced.contains_key(address)));
    }

    /// The index of the document that `reference`, written at `location`, names. Reads it if necessary. Reports a
    /// document that cannot be read and returns `None`.
    pub(crate) fn referenced(&mut self, reference: &str, location: NodeLocation) -> Option<u32> {
        let address = self.address(reference, location);
        if let Some(at) = self.referenced.get(&address) {
            return *at;
        }
        if address == self.root {
            return Some(0);
        }
        let file = self.fetch(&address, reference, location).map(|text| {
            let file = Arc::new(SourceFile::new(address.to_string(), text));
            self.keep(address.clone(), &file, ANY_INCLUDER)
        });
        self.referenced.insert(address, file);
        file
    }

    /// The tree of a document, from YAML or JSON as its text decides. Each call parses the text again.
    pub(crate) fn tree(&mut self, file: u32) -> Option<Rc<Node>> {
        let (_, text) = self.files.get(file as usize)?;
        syntax::tree(self, &Arc::clone(text), file)
    }

    /// The text of the document that `reference`, written at `location`, names. It is read when it is first used.
    pub(crate) fn deferred_text(&mut self, reference: &str, location: NodeLocation) -> Option<deferred::Text> {
        match &self.defer_document(reference, None, location).kind {
            NodeKind::Scalar { text, .. } => Some(text.to_model()),
            _ => None,
        }
    }

    fn tree_of(&mut self, reference: &str, location: NodeLocation, depth: u32, includer: u32) -> Rc<Node> {
        let address = self.address(reference, location);
        if let Some(at) = self.open.iter().position(|open| *open == address) {
            let chain = self.open.iter().skip(at).chain([&address]).map(ToString::to_string).collect();
            self.report(DocumentDiagnostic::IncludeCycle { location: self.locate(location), chain });
            return Node::null(location);
        }
        let owner = if includer == ANY_INCLUDER { ANY_INCLUDER } else { self.roles.owner(includer) };
        let key = (address, owner);
        let node = match self.trees.get(&key) {
            Some(node) => Rc::clone(node),
            None if self.open.len() >= MAX_CHAIN => {
                let limit = Limit::Chain(MAX_CHAIN);
                self.report(DocumentDiagnostic::Limit { location: self.locate(location), limit });
                return Node::null(location);
            }
            None if self.unreadable.contains(&key.0) => return self.unread(key.0, location),
            None => match self.read_included(&key.0, reference, location, depth, includer) {
                Some(node) => {
                    self.trees.insert(key, Rc::clone(&node));
                    node
                }
                None => return self.unread(key.0, location),
            },
        };
        if depth + node.height > MAX_DEPTH {
            self.too_deep(location);
            return Node::null(location);
        }
        node
    }

    /// What stands for a document that cannot be read, which is reported: null, about which nothing else is reported.
    fn unread(&mut self, address: Address, location: NodeLocation) -> Rc<Node> {
        self.unreadable.insert(address);
        self.silence(location);
        Node::null(location)
    }

    fn read_included(
        &mut self,
        address: &Address,
        reference: &str,
        location: NodeLocation,
        depth: u32,
        includer: u32,
    ) -> Option<Rc<Node>> {
        let known = self.by_address.get(address).and_then(|at| self.files.get(*at as usize));
        let file = match known {
            Some((_, file)) => Arc::clone(file),
            None => {
                let text = self.fetch(address, reference, location)?;
                Arc::new(SourceFile::new(address.to_string(), text))
            }
        };
        let index = self.keep(address.clone(), &file, includer);
        self.check_fragment(&file);
        let is_tree =
            matches!(address.extension().as_str(), "raml" | "yaml" | "yml") || file.text().starts_with("#%RAML");
        if !is_tree {
            let location = NodeLocation { file: index, start: 0, end: file.text().len() as u32 };
            return Some(Rc::new(Node::new(location, NodeKind::Scalar { text: Text::File(file), plain: false })));
        }
        self.open.push(address.clone());
        let node = syntax::yaml::parse(self, &file, index, depth);
        self.open.pop();
        Some(self.roles.content(index, node))
    }

    /// Reports a first line that starts like a RAML 1.0 fragment but names an unknown one.
    fn check_fragment(&mut self, file: &Arc<SourceFile>) {
        let start = "#%RAML 1.0";
        if let Some(Header::UnknownFragment(word)) = header(file.text())
            && let Some(at) = file.text().find(start)
        {
            let end = file.text().get(at..).and_then(|text| text.find('\n')).map_or(file.text().len(), |end| at + end);
            let location = Location::new(file, Span::new(at, end));
            let expected = quote_each(Fragment::names(), ", ");
            let (key, value) = (start.to_owned(), excerpt(word));
            self.report(DocumentDiagnostic::InvalidValue { location, key, value, expected });
        }
    }

    /// Reads a document. Reports one that cannot be read and returns `None`.
    fn fetch(&mut self, address: &Address, reference: &str, location: NodeLocation) -> Option<String> {
        if !self.may_read_one_more(location) {
            return None;
        }
        match self.loader.read(address) {
            Ok(text) => Some(text),
            Err(Refused::Unreadable(cause)) => {
                let location = self.locate(location);
                self.report(DocumentDiagnostic::Include { location, reference: reference.to_owned(), cause });
                None
            }
            Err(Refused::Total { first }) => {
                if first {
                    self.report_limit_once("bytes", Limit::TotalBytes(MAX_TOTAL_BYTES), location);
                }
                None
            }
        }
    }

    /// A document that is read when its text is first used, or the part of it that `fragment` points to.
    fn defer_document(&mut self, reference: &str, fragment: Option<&str>, location: NodeLocation) -> Rc<Node> {
        let address = self.address(reference, location);
        let known = self.deferred_index.get(&address).and_then(|at| self.deferred.get(*at)).cloned();
        let document = match known {
            Some(document) => Some(document),
            None if self.unreadable.contains(&address) => return self.unread(address, location),
            None if self.may_read_one_more(location) => {
                if let Err(cause) = self.loader.check(&address) {
                    let reference = reference.to_owned();
                    self.report(DocumentDiagnostic::Include { location: self.locate(location), reference, cause });
                    return self.unread(address, location);
                }
                let location = self.locate(location);
                let document = Arc::new(DeferredDocument::new(address.clone(), location, reference, self.loader));
                self.deferred_index.insert(address.clone(), self.deferred.len());
                self.deferred.push(Arc::clone(&document));
                Some(document)
            }
            None => None,
        };
        let Some(document) = document else { return Node::null(location) };
        self.included.insert(location, address);
        let fragment = fragment.map(|fragment| Rc::new(fragment.to_owned()));
        Rc::new(Node::new(location, NodeKind::Scalar { text: Text::Deferred { document, fragment }, plain: false }))
    }

    fn may_read_one_more(&mut self, location: NodeLocation) -> bool {
        self.files.len() + self.deferred.len() < MAX_DOCUMENTS
            || self.report_limit_once("documents", Limit::Documents(MAX_DOCUMENTS), location)
    }

    fn address(&self, reference: &str, location: NodeLocation) -> Address {
        let from = self.files.get(location.file as usize).map_or(&self.root, |(address, _)| address);
        from.resolve(reference, &self.root)
    }

    fn prefetch_all(&self, addresses: impl Iterator<Item = Address>) {
        let room = MAX_DOCUMENTS.saturating_sub(self.files.len());
        let mut known = HashSet::new();
        let wanted = addresses.filter(|address| !self.by_address.contains_key(address));
        let wanted: Vec<_> = wanted.filter(|address| known.insert(address.clone())).take(room).collect();
        self.loader.prefetch(&wanted);
    }
}

impl DocumentHost for Documents<'_> {
    fn locate(&self, location: NodeLocation) -> Location {
        Self::locate(self, location)
    }

    fn report(&mut self, diagnostic: SyntaxDiagnostic) {
        Self::report(self, diagnostic);
    }

    fn repeated_key_severity(&self) -> Severity {
        Self::repeated_key_severity(self)
    }

    fn too_deep(&mut self, location: NodeLocation) {
        Self::too_deep(self, location);
    }

    fn max_nodes(&self) -> u64 {
        Self::max_nodes(self)
    }

    fn key(&mut self, text: &str) -> Rc<str> {
        Self::key(self, text)
    }

    fn include(&mut self, reference: &str, location: NodeLocation, depth: u32) -> Rc<Node> {
        Self::include(self, reference, location, depth)
    }

    fn is_silenced(&self, location: NodeLocation) -> bool {
        Self::is_silenced(self, location)
    }

    fn prefetch(&self, references: &[String], location: NodeLocation) {
        Self::prefetch(self, references.iter().map(String::as_str), location);
    }
}

/// Splits `user.json#/definitions/name` into the document and the fragment.
fn split(reference: &str) -> (&str, Option<&str>) {
    reference.split_once('#').map_or((reference, None), |(document, fragment)| (document.trim(), Some(fragment.trim())))
}

/// Whether the extension of a document shows that it does not affect the structure of the definition. Others are read
/// at once.
fn may_be_deferred(address: &Address) -> bool {
    const TEXTS: [&str; 12] =
        ["json", "xsd", "xml", "md", "markdown", "txt", "html", "htm", "csv", "svg", "js", "graphql"];
    TEXTS.contains(&address.extension().as_str()) || is_binary(address)
}
