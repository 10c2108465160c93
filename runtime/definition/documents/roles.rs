//! What each document is for the names in it: a root or library that has names of its own, a piece of RAML that its
//! first line names, or a part of whoever includes it.

use std::collections::HashSet;
use std::rc::Rc;

use crate::documents::header::{Fragment, Header, header};
use crate::tree::node::{Entry, Kind, Node, NodeLocation};

/// Instead of a file's index: the names in a document do not depend on the including file.
pub(crate) const ANY_INCLUDER: u32 = u32::MAX;

/// The documents of a definition, by the index of their file.
#[derive(Debug, Default)]
pub(crate) struct DocumentRoles {
    all: Vec<Role>,
    /// Texts into which a template's parameter was filled: names there may be those of the template's user.
    filled: HashSet<NodeLocation>,
}

#[derive(Debug)]
struct Role {
    fragment: Option<Fragment>,
    /// A whole definition of RAML 1.0.
    is_root: bool,
    /// The file whose declarations and libraries the names in it mean.
    owner: u32,
    includer: u32,
    /// `uses` of a typed fragment, which is no part of its content.
    uses: Option<Entry>,
    /// The whole content, to tell it from its parts.
    content: Option<Rc<Node>>,
}

impl DocumentRoles {
    /// A document read for the file `includer`; the root for [`ANY_INCLUDER`].
    pub(crate) fn push(&mut self, text: &str, includer: u32) {
        let index = self.all.len() as u32;
        let header = header(text);
        let fragment = match header {
            Some(Header::Fragment(fragment)) => Some(fragment),
            _ => None,
        };
        let owner = if fragment.is_some() || includer == ANY_INCLUDER { index } else { self.owner(includer) };
        let is_root = header == Some(Header::Raml10);
        self.all.push(Role { fragment, is_root, owner, includer, uses: None, content: None });
    }

    /// Takes note of the content of a document, and gives it without what is said about names.
    pub(crate) fn content(&mut self, file: u32, node: Rc<Node>) -> Rc<Node> {
        let Some(role) = self.all.get_mut(file as usize) else { return node };
        let typed = role.fragment.is_some_and(Fragment::is_included);
        let node = match (&node.kind, node.entry("uses")) {
            (Kind::Mapping(entries), Some(uses)) if typed => {
                role.uses = Some(uses.clone());
                let kept = entries.iter().filter(|entry| &*entry.key != "uses").cloned().collect();
                Node::mapping(node.location, kept)
            }
            _ => node,
        };
        role.content = role.fragment.is_some().then(|| Rc::clone(&node));
        node
    }

    /// The file whose declarations and libraries the names in `file` mean.
    pub(crate) fn owner(&self, file: u32) -> u32 {
        self.all.get(file as usize).map_or(file, |role| role.owner)
    }

    /// The owner of the file that includes `file`; none for the root and for libraries.
    pub(crate) fn parent(&self, file: u32) -> Option<u32> {
        let role = self.all.get(file as usize)?;
        (role.includer != ANY_INCLUDER).then(|| self.owner(role.includer))
    }

    /// What the first line of `file` says.
    pub(crate) fn fragment(&self, file: u32) -> Option<Fragment> {
        self.all.get(file as usize)?.fragment
    }

    /// Whether the first line of `file` says that it is a whole definition of RAML 1.0.
    pub(crate) fn is_root(&self, file: u32) -> bool {
        self.all.get(file as usize).is_some_and(|role| role.is_root)
    }

    /// `uses` of a typed fragment.
    pub(crate) fn uses(&self, file: u32) -> Option<Entry> {
        self.all.get(file as usize)?.uses.clone()
    }

    /// Which fragment `node` is the whole content of.
    pub(crate) fn whole(&self, node: &Rc<Node>) -> Option<Fragment> {
        let role = self.all.get(node.location.file as usize)?;
        let content = role.content.as_ref()?;
        role.fragment.filter(|_| Rc::ptr_eq(content, node))
    }

    /// Takes note that a template's parameter became part of the text at `location`.
    pub(crate) fn fill(&mut self, location: NodeLocation) {
        self.filled.insert(location);
    }

    /// Whether a template's parameter became part of the text at `location`.
    pub(crate) fn is_filled(&self, location: NodeLocation) -> bool {
        self.filled.contains(&location)
    }
}
