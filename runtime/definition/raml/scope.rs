//! Resolves names: the declarations of the root and of libraries, and the namespaces by which each file refers to its
//! libraries (RAML 1.0, "Libraries").
//!
//! A name is resolved in the file in which it is written, wherever templates and merges have put the node. A typed
//! fragment sees the libraries that it uses, then the names of its includer.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::documents::diagnostic::{DocumentDiagnostic, Limit};
use crate::limits::MAX_CHAIN;
use crate::raml::diagnostic::RamlDiagnostic;
use crate::tree::node::{Entry, Node, NodeKind, NodeLocation};
use apinb_text::display::suggest::suggest;
use apinb_text::display::truncate::excerpt;

use crate::documents::header::Fragment;
use crate::raml::context::Context;
use crate::raml::language::is_annotation;
use crate::raml::scopes::{Declaration, DeclarationKind, Scope, declares};

const LIBRARY_KEYS: [&str; 8] =
    ["types", "schemas", "resourceTypes", "traits", "securitySchemes", "annotationTypes", "uses", "usage"];

impl Context<'_, '_> {
    /// Registers the declarations of the root and of its libraries. `owners`: the files that share the root's names.
    pub(super) fn open_root(&mut self, root: &Node, owners: &[u32]) {
        self.scopes.all.push(Scope::default());
        self.scopes.of_owner.extend(owners.iter().map(|owner| (*owner, 0)));
        self.register(0, root);
        let opened = self.open_libraries(0, root.entry("uses"));
        self.declare(root);
        opened.iter().for_each(|library| self.declare(library));
    }

    /// The declaration of `name`, written at `location`. Reports nothing.
    pub(super) fn find(&mut self, kind: DeclarationKind, name: &str, location: NodeLocation) -> Option<Declaration> {
        let own = self.scope_of(location.file);
        let found = self.found(kind, name, own);
        if found.is_some() || !self.documents.roles.is_filled(location) {
            return found;
        }
        // Part of the name is a substituted parameter, written where the template is used.
        let user = self.scope_of(self.user);
        self.found(kind, name, user)
    }

    /// The name in the loaded definition of the declaration `name` at `location`.
    pub(super) fn qualified(&mut self, location: NodeLocation, name: &str) -> String {
        let scope = self.scope_of(location.file);
        let prefix = self.scopes.all.get(scope).map_or("", |scope| &scope.prefix);
        format!("{prefix}{name}")
    }

    /// Reports `name`, written at `location`, as not declared.
    pub(super) fn unknown_name(&mut self, kind: DeclarationKind, name: &str, location: NodeLocation) {
        // A parameter that was not substituted was already reported.
        if self.documents.is_full() || name.contains("<<") && name.contains(">>") {
            return;
        }
        let scope = self.scope_of(location.file);
        let known = self.names(kind, scope);
        let noun = match kind {
            DeclarationKind::ResourceType => "resource type",
            DeclarationKind::Trait => "trait",
            DeclarationKind::Type if self.is_10() => "type",
            DeclarationKind::Type => "schema",
            DeclarationKind::SecurityScheme => "security scheme",
            DeclarationKind::AnnotationType => "annotation type",
        };
        // Comparing all names costs about as much as a few nodes.
        let suggestion = match self.documents.spend_nodes(known.len() / 8, location) {
            false => None,
            true => suggest(name, known.iter().map(String::as_str)).map(str::to_owned),
        };
        let location = self.documents.locate(location);
        if let Some((namespace, rest)) = name.split_once('.')
            && self.is_10()
            && suggestion.is_none()
        {
            match self.library(namespace, scope) {
                None => {
                    let (name, namespace) = (excerpt(name), excerpt(namespace));
                    return self.documents.report(RamlDiagnostic::UnknownLibrary { location, name, namespace });
                }
                Some(library) if self.reaches(library, rest) => {
                    return self.documents.report(RamlDiagnostic::ChainedLibrary { location, name: excerpt(name) });
                }
                Some(_) => {}
            }
        }
        self.documents.report(DocumentDiagnostic::UnknownName {
            location,
            kind: noun,
            name: excerpt(name),
            suggestion,
        });
    }

    fn library(&self, namespace: &str, scope: usize) -> Option<usize> {
        let mut at = Some(scope);
        while let Some(scope) = at.and_then(|at| self.scopes.all.get(at)) {
            if let Some(library) = scope.library(namespace) {
                return Some(library);
            }
            at = scope.parent;
        }
        None
    }

    /// Whether `rest` starts with a namespace of the library, which only the library itself may use.
    fn reaches(&self, library: usize, rest: &str) -> bool {
        let scope = self.scopes.all.get(library);
        scope.zip(rest.split_once('.')).is_some_and(|(scope, (namespace, _))| scope.library(namespace).is_some())
    }

    fn found(&self, kind: DeclarationKind, name: &str, scope: usize) -> Option<Declaration> {
        let mut at = Some(scope);
        while let Some(scope) = at.and_then(|at| self.scopes.all.get(at)) {
            let own = self.declared(kind, name, scope);
            let found = own.or_else(|| {
                let (namespace, rest) = name.split_once('.')?;
                let library = self.scopes.all.get(scope.library(namespace)?)?;
                self.declared(kind, rest, library)
            });
            if found.is_some() {
                return found;
            }
            at = scope.parent;
        }
        None
    }

    fn declared(&self, kind: DeclarationKind, name: &str, scope: &Scope) -> Option<Declaration> {
        let entry = scope.declared.get(&(kind, Rc::from(name)))?.clone();
        Some(Declaration { name: format!("{}{name}", scope.prefix).into(), entry })
    }

    /// All names that are visible in a scope.
    fn names(&self, kind: DeclarationKind, scope: usize) -> Vec<String> {
        let mut names = Vec::new();
        let mut at = Some(scope);
        while let Some(scope) = at.and_then(|at| self.scopes.all.get(at)) {
            let own = |scope: &Scope, before: &str| -> Vec<String> {
                let of_kind = scope.declared.keys().filter(|(declared, _)| *declared == kind);
                of_kind.map(|(_, name)| format!("{before}{name}")).collect()
            };
            names.extend(own(scope, ""));
            for (entry, library) in &scope.libraries {
                let library = self.scopes.all.get(*library);
                names.extend(library.map(|library| own(library, &format!("{}.", entry.key))).unwrap_or_default());
            }
            at = scope.parent;
        }
        // Makes the suggestion deterministic.
        names.sort_unstable();
        names
    }

    /// The scope of names written in `file`.
    fn scope_of(&mut self, file: u32) -> usize {
        let mut above = Vec::new();
        let mut owner = self.documents.roles.owner(file);
        let mut scope = loop {
            if let Some(scope) = self.scopes.of_owner.get(&owner) {
                break *scope;
            }
            above.push(owner);
            match self.documents.roles.parent(owner) {
                Some(parent) if !above.contains(&parent) => owner = parent,
                _ => break 0,
            }
        };
        // Nested fragments that have no scope yet, outermost first.
        for owner in above.into_iter().rev() {
            if let Some(uses) = self.documents.roles.uses(owner) {
                let parent = Some(scope);
                scope = self.scopes.all.len();
                self.scopes.all.push(Scope { parent, ..Scope::default() });
                self.scopes.of_owner.insert(owner, scope);
                let opened = self.open_libraries(scope, Some(&uses));
                opened.iter().for_each(|library| self.declare(library));
            }
            self.scopes.of_owner.insert(owner, scope);
        }
        scope
    }

    /// Opens the libraries in the `uses` of a scope and, recursively, those that they use. Returns the newly opened
    /// ones.
    fn open_libraries(&mut self, scope: usize, uses: Option<&Entry>) -> Vec<Rc<Node>> {
        let mut opened = Vec::new();
        let mut waiting: VecDeque<(usize, Entry, usize)> =
            uses.map(|uses| (scope, uses.clone(), 1)).into_iter().collect();
        while let Some((scope, uses, level)) = waiting.pop_front() {
            let entries = self.documents.map(&uses.key, &uses.value).to_vec();
            let paths = entries.iter().filter_map(|entry| entry.value.as_str());
            self.documents.prefetch(paths.map(str::trim), uses.value.location);
            for entry in entries.iter().filter(|entry| !is_annotation(&entry.key)) {
                if level > MAX_CHAIN {
                    let location = self.documents.locate(entry.location);
                    self.documents.report(DocumentDiagnostic::Limit { location, limit: Limit::Chain(MAX_CHAIN) });
                    break;
                }
                let Some(library) = self.library_node(entry) else { continue };
                let file = library.location.file;
                let known = self.scopes.of_owner.get(&file).copied();
                let target = known.unwrap_or_else(|| {
                    let prefix = self.prefix(scope, &entry.key);
                    let made = self.scopes.all.len();
                    self.scopes.all.push(Scope { prefix, ..Scope::default() });
                    self.scopes.of_owner.insert(file, made);
                    self.register(made, &library);
                    waiting.extend(library.entry("uses").map(|uses| (made, uses.clone(), level + 1)));
                    opened.push(Rc::clone(&library));
                    made
                });
                if let Some(scope) = self.scopes.all.get_mut(scope) {
                    scope.by_namespace.insert(Rc::clone(&entry.key), target);
                    scope.libraries.push((entry.clone(), target));
                }
            }
        }
        opened
    }

    fn library_node(&mut self, entry: &Entry) -> Option<Rc<Node>> {
        let path = match self.plain(&entry.value).kind {
            NodeKind::Scalar { .. } if entry.value.location.file == entry.location.file => self.text(entry),
            NodeKind::Null => None,
            _ => {
                self.documents.wrong_kind(&entry.key, &entry.value, "the path of a library, without `!include`");
                return None;
            }
        };
        let Some(path) = path.filter(|path| !path.trim().is_empty()) else {
            self.documents.wrong_kind(&entry.key, &Node::new(entry.location, NodeKind::Null), "the path of a library");
            return None;
        };
        let node = self.documents.import(path.trim(), entry.value.location);
        if node.is_null() {
            return None;
        }
        match self.documents.roles.whole(&node) {
            Some(Fragment::Library) => {}
            found => {
                let location = self.documents.locate(entry.value.location);
                let found = found.map(Fragment::name);
                self.documents.report(RamlDiagnostic::WrongFragment {
                    location,
                    expected: Fragment::Library.name(),
                    found,
                });
            }
        }
        for part in self.documents.map(&entry.key, &node) {
            if !LIBRARY_KEYS.contains(&&*part.key) && !self.is_annotation(part) {
                self.unknown_key(part, "a library", &LIBRARY_KEYS);
            }
        }
        matches!(node.kind, NodeKind::Mapping(_)).then_some(node)
    }

    /// The prefix of a library's names: the namespaces that lead to it from the root.
    fn prefix(&mut self, scope: usize, namespace: &str) -> String {
        let way = self.scopes.all.get(scope).map_or("", |scope| &scope.prefix);
        let mut prefix = format!("{way}{namespace}.");
        let mut number = 2;
        while !self.scopes.prefixes.insert(prefix.clone()) {
            prefix = format!("{way}{namespace}-{number}.");
            number += 1;
        }
        prefix
    }

    /// Registers the names that a root or library declares.
    fn register(&mut self, scope: usize, node: &Node) {
        for entry in node.entries() {
            let Some(kind) = declares(&entry.key, self.is_10()) else { continue };
            for declared in self.declarations(entry) {
                let key = (kind, Rc::clone(&declared.key));
                if let Some(scope) = self.scopes.all.get_mut(scope) {
                    scope.declared.insert(key, declared);
                }
            }
        }
    }
}
