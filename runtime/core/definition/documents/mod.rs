//! The documents of one definition: reading each once, naming their places, collecting faults, and the limits that
//! hold over all of them.

mod budget;
pub(crate) mod checks;
pub(crate) mod deferred;
mod diagnostics;
pub(crate) mod header;
pub(crate) mod roles;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use crate::text::diagnostic::Diagnostic;
use crate::text::source::span::{Location, SourceFile, Span};

use super::problem::{Limit, Problem};
use crate::definition::documents::checks::Check;
use crate::definition::documents::deferred::{Later, Refused, Supply, Unread};
use crate::definition::documents::header::{Fragment, Header, header};
use crate::definition::documents::roles::{ANYONE, Heads};
use crate::definition::limits::{MAX_CHAIN, MAX_DEPTH, MAX_DIAGNOSTICS, MAX_DOCUMENTS, MAX_TOTAL_BYTES};
use crate::definition::tree::node::{Kind, Node, Place, Text};
use crate::text::display::truncate::excerpt;
use crate::text::source::address::Address;
use crate::text::source::deferred::Deferred;
use crate::text::source::loader::LoadError;

/// What was read so far, and what is wrong with it.
pub(crate) struct Documents<'a> {
    supply: &'a Arc<Supply>,
    root: Address,
    files: Vec<(Address, Arc<SourceFile>)>,
    keys: HashSet<Rc<str>>,
    /// What each of `files` is for the names in it.
    pub(crate) heads: Heads,
    /// Trees by their address and by the owner of the names of whoever includes them: the same names may mean something
    /// else for another.
    read: HashMap<(Address, u32), Rc<Node>>,
    /// The first of `files` at an address.
    by_address: HashMap<Address, u32>,
    /// Documents that references lead to; none for those that cannot be read.
    referenced: HashMap<Address, Option<u32>>,
    /// The documents that are being read, outermost first.
    open: Vec<Address>,
    /// Those that are read when they are asked for, in the order of their includes; and where each is among them.
    unread: Vec<Arc<Later>>,
    later: HashMap<Address, usize>,
    nodes: u64,
    text_bytes: u64,
    problems: Vec<Box<dyn Diagnostic + Send + Sync>>,
    /// Values to check with their types, when somebody asks.
    pub(crate) checks: Vec<Check>,
    told: HashSet<(Option<(*const SourceFile, Span)>, String)>,
    /// Limits that hold for the whole definition are reported once.
    reached: HashSet<&'static str>,
}

impl<'a> Documents<'a> {
    pub(crate) fn new(root: &Address, supply: &'a Arc<Supply>) -> Self {
        Self {
            supply,
            root: root.clone(),
            files: Vec::new(),
            keys: HashSet::new(),
            heads: Heads::default(),
            read: HashMap::new(),
            by_address: HashMap::new(),
            referenced: HashMap::new(),
            open: Vec::new(),
            unread: Vec::new(),
            later: HashMap::new(),
            nodes: 0,
            text_bytes: 0,
            problems: Vec::new(),
            checks: Vec::new(),
            told: HashSet::new(),
            reached: HashSet::new(),
        }
    }

    /// Faults, documents, and documents that are still to be read, at the end.
    pub(crate) fn finish(mut self) -> (Vec<Box<dyn Diagnostic + Send + Sync>>, Vec<Arc<SourceFile>>, Unread) {
        let unread = Unread::new(std::mem::take(&mut self.unread), Arc::clone(self.supply));
        self.problems.extend(unread.take_problems());
        let first = |at: u32, address: &Address| self.by_address.get(address) == Some(&at);
        let files = self.files.iter().enumerate().filter(|(at, (address, _))| first(*at as u32, address));
        let files = files.map(|(_, (_, file))| Arc::clone(file));
        (self.problems, files.chain(unread.sources().cloned()).collect(), unread)
    }

    /// Has values checked when somebody asks.
    pub(crate) fn expect(&mut self, check: Check) {
        self.checks.push(check);
    }

    /// Takes note of a fault, once: a fault of a template shows at every use of it.
    pub(crate) fn report(&mut self, problem: Problem) {
        if self.is_full() {
            return;
        }
        let place = problem.location().map(|location| (Arc::as_ptr(&location.file), location.span));
        if !self.told.insert((place, problem.to_string())) {
            return;
        }
        if self.problems.len() == MAX_DIAGNOSTICS
            && let Some(location) = problem.location().cloned()
        {
            self.problems.push(Box::new(Problem::Limit { location, limit: Limit::Problems(MAX_DIAGNOSTICS) }));
            return;
        }
        self.problems.push(Box::new(problem));
    }

    /// True when no more faults are kept.
    pub(crate) fn is_full(&self) -> bool {
        self.problems.len() > MAX_DIAGNOSTICS
    }

    /// A place as messages show it.
    pub(crate) fn location(&self, place: Place) -> Location {
        let span = Span::new(place.start as usize, place.end as usize);
        match self.files.get(place.file as usize) {
            Some((_, file)) => Location::new(file, span),
            None => Location { file: Arc::new(SourceFile::new(self.root.to_string(), "")), span: Span::default() },
        }
    }

    /// Whether two references, each written at its place, name one document.
    pub(crate) fn same(&self, a: (&str, Place), b: (&str, Place)) -> bool {
        self.address(a.0, a.1) == self.address(b.0, b.1)
    }

    /// One text for all keys that are equal.
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
        let text = self.supply.read(&self.root).map_err(|refused| match refused {
            Refused::Unreadable(cause) => cause,
            Refused::Total { .. } => {
                LoadError::TooLarge { address: self.root.to_string(), limit: MAX_TOTAL_BYTES as u64 }
            }
        })?;
        self.open.push(self.root.clone());
        let file = Arc::new(SourceFile::new(self.root.to_string(), text));
        self.keep(self.root.clone(), &file, ANYONE);
        Ok(file)
    }

    /// The document that `reference`, written at `place`, names: YAML and RAML as their tree, anything else as one
    /// text, which is read when it is asked for. `depth` is the level at which it is put. Whatever goes wrong is
    /// reported, and nothing stands in its place.
    pub(crate) fn include(&mut self, reference: &str, place: Place, depth: u32) -> Rc<Node> {
        let (document, fragment) = split(reference);
        if may_wait(&self.address(document, place)) {
            return self.left(document, fragment, place);
        }
        self.tree_of(reference, place, depth, place.file)
    }

    /// The tree of a document whose names have nothing to do with those of the file that names it: a library, or what an
    /// overlay extends.
    pub(crate) fn import(&mut self, reference: &str, place: Place) -> Rc<Node> {
        self.tree_of(reference, place, 0, ANYONE)
    }

    /// Takes the document in which `place` is as one that is being read: naming it again is a cycle.
    pub(crate) fn enter(&mut self, place: Place) {
        let address = self.files.get(place.file as usize).map(|(address, _)| address);
        self.open.extend(address.filter(|address| !self.open.contains(address)).cloned());
    }

    fn tree_of(&mut self, reference: &str, place: Place, depth: u32, includer: u32) -> Rc<Node> {
        let address = self.address(reference, place);
        if let Some(at) = self.open.iter().position(|open| *open == address) {
            let chain = self.open.iter().skip(at).chain([&address]).map(ToString::to_string).collect();
            let location = self.location(place);
            self.report(Problem::IncludeCycle { location, chain });
            return Node::null(place);
        }
        let owner = if includer == ANYONE { ANYONE } else { self.heads.owner(includer) };
        let key = (address, owner);
        let node = match self.read.get(&key) {
            Some(node) => Rc::clone(node),
            None if self.open.len() >= MAX_CHAIN => {
                let location = self.location(place);
                self.report(Problem::Limit { location, limit: Limit::Chain(MAX_CHAIN) });
                return Node::null(place);
            }
            None => {
                let read = self.read_included(&key.0, reference, place, depth, includer);
                let node = read.unwrap_or_else(|| Node::null(place));
                self.read.insert(key, Rc::clone(&node));
                node
            }
        };
        if depth + node.height > MAX_DEPTH {
            self.too_deep(place);
            return Node::null(place);
        }
        node
    }

    fn read_included(
        &mut self,
        address: &Address,
        reference: &str,
        place: Place,
        depth: u32,
        includer: u32,
    ) -> Option<Rc<Node>> {
        let known = self.by_address.get(address).and_then(|at| self.files.get(*at as usize));
        let file = match known {
            Some((_, file)) => Arc::clone(file),
            None => {
                let text = self.fetched(address, reference, place)?;
                Arc::new(SourceFile::new(address.to_string(), text))
            }
        };
        let index = self.keep(address.clone(), &file, includer);
        self.check_fragment(&file);
        let is_tree =
            matches!(address.extension().as_str(), "raml" | "yaml" | "yml") || file.text().starts_with("#%RAML");
        if !is_tree {
            let place = Place { file: index, start: 0, end: file.text().len() as u32 };
            return Some(Rc::new(Node::new(place, Kind::Scalar { text: Text::File(file), plain: false })));
        }
        self.open.push(address.clone());
        let node = crate::definition::syntax::yaml::parse(self, &file, index, depth);
        self.open.pop();
        Some(self.heads.content(index, node))
    }

    /// Reports a first line that starts as those of fragments do and names none.
    fn check_fragment(&mut self, file: &Arc<SourceFile>) {
        let start = "#%RAML 1.0";
        if let Some(Header::UnknownFragment(word)) = header(file.text())
            && let Some(at) = file.text().find(start)
        {
            let end = file.text().get(at..).and_then(|text| text.find('\n')).map_or(file.text().len(), |end| at + end);
            let location = Location::new(file, Span::new(at, end));
            let expected = Fragment::names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let (key, value) = (start.to_owned(), excerpt(word));
            self.report(Problem::InvalidValue { location, key, value, expected });
        }
    }

    /// The text of a document; whatever goes wrong is reported.
    fn fetched(&mut self, address: &Address, reference: &str, place: Place) -> Option<String> {
        if !self.may_read_one_more(place) {
            return None;
        }
        match self.supply.read(address) {
            Ok(text) => Some(text),
            Err(Refused::Unreadable(cause)) => {
                let location = self.location(place);
                self.report(Problem::Include { location, reference: reference.to_owned(), cause });
                None
            }
            Err(Refused::Total { first }) => {
                if first {
                    self.report_limit_once("bytes", Limit::TotalBytes(MAX_TOTAL_BYTES), place);
                }
                None
            }
        }
    }

    /// A document that is read when its text is asked for, or the part of it that `fragment` names.
    fn left(&mut self, reference: &str, fragment: Option<&str>, place: Place) -> Rc<Node> {
        let address = self.address(reference, place);
        let known = self.later.get(&address).and_then(|at| self.unread.get(*at)).cloned();
        let document: Option<Arc<dyn Deferred>> = match known {
            Some(later) => Some(later),
            None if self.may_read_one_more(place) => {
                let later = Arc::new(Later::new(address.clone(), self.location(place), reference, self.supply));
                self.later.insert(address, self.unread.len());
                self.unread.push(Arc::clone(&later));
                Some(later)
            }
            None => None,
        };
        let Some(document) = document else { return Node::null(place) };
        let fragment = fragment.map(|fragment| Rc::new(fragment.to_owned()));
        Rc::new(Node::new(place, Kind::Scalar { text: Text::Later { document, fragment }, plain: false }))
    }

    fn may_read_one_more(&mut self, place: Place) -> bool {
        self.files.len() + self.unread.len() < MAX_DOCUMENTS
            || self.report_limit_once("documents", Limit::Documents(MAX_DOCUMENTS), place)
    }

    fn address(&self, reference: &str, place: Place) -> Address {
        let from = self.files.get(place.file as usize).map_or(&self.root, |(address, _)| address);
        from.resolve(reference, &self.root)
    }

    /// Tells the loader which documents `references`, written in the document of `place`, are about to be asked for.
    pub(crate) fn prefetch<'r>(&self, references: impl IntoIterator<Item = &'r str>, place: Place) {
        let structure = references.into_iter().filter(|reference| !may_wait(&self.address(split(reference).0, place)));
        self.prefetch_all(structure.map(|reference| self.address(reference, place)));
    }

    /// The same for references to trees, whatever they are called.
    pub(crate) fn prefetch_trees<'r>(&self, references: impl IntoIterator<Item = &'r str>, place: Place) {
        let addresses = references.into_iter().map(|reference| self.address(reference, place));
        self.prefetch_all(addresses.filter(|address| !self.referenced.contains_key(address)));
    }

    fn prefetch_all(&self, addresses: impl Iterator<Item = Address>) {
        let room = MAX_DOCUMENTS.saturating_sub(self.files.len());
        let mut known = HashSet::new();
        let wanted = addresses.filter(|address| !self.by_address.contains_key(address));
        let wanted: Vec<_> = wanted.filter(|address| known.insert(address.clone())).take(room).collect();
        self.supply.prefetch(&wanted);
    }

    /// The address of a document.
    pub(crate) fn address_of(&self, file: u32) -> Option<&Address> {
        self.files.get(file as usize).map(|(address, _)| address)
    }

    /// The index of the document that `reference`, written at `place`, names; it is read if it was not yet. None, and
    /// reported, when it cannot be read.
    pub(crate) fn referenced(&mut self, reference: &str, place: Place) -> Option<u32> {
        let address = self.address(reference, place);
        if let Some(at) = self.referenced.get(&address) {
            return *at;
        }
        if address == self.root {
            return Some(0);
        }
        let file = self.fetched(&address, reference, place).map(|text| {
            let file = Arc::new(SourceFile::new(address.to_string(), text));
            self.keep(address.clone(), &file, ANYONE)
        });
        self.referenced.insert(address, file);
        file
    }

    /// The tree of a document, YAML or JSON by its text; parsed at each call.
    pub(crate) fn tree(&mut self, file: u32) -> Option<Rc<Node>> {
        let (_, text) = self.files.get(file as usize)?;
        super::syntax::tree(self, &Arc::clone(text), file)
    }

    /// The text of the document that `reference`, written at `place`, names; read when it is asked for.
    pub(crate) fn later(&mut self, reference: &str, place: Place) -> Option<crate::text::source::deferred::Text> {
        match &self.left(reference, None, place).kind {
            Kind::Scalar { text, .. } => Some(text.to_model()),
            _ => None,
        }
    }

    fn keep(&mut self, address: Address, file: &Arc<SourceFile>, includer: u32) -> u32 {
        let index = self.files.len() as u32;
        self.heads.push(file.text(), includer);
        self.by_address.entry(address.clone()).or_insert(index);
        self.files.push((address, Arc::clone(file)));
        index
    }
}

/// `user.json#/definitions/name` in two: the document and the part of it.
fn split(reference: &str) -> (&str, Option<&str>) {
    reference.split_once('#').map_or((reference, None), |(document, fragment)| (document.trim(), Some(fragment.trim())))
}

/// Whether a document, by its name, is a text that says nothing about the structure of a definition. Others may: they
/// are looked at.
fn may_wait(address: &Address) -> bool {
    const TEXTS: [&str; 12] =
        ["json", "xsd", "xml", "md", "markdown", "txt", "html", "htm", "csv", "svg", "js", "graphql"];
    TEXTS.contains(&address.extension().as_str())
}
