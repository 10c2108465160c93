//! The role of each document for the names in it: a root or a library declares names itself, a typed fragment may use
//! libraries, any other document shares the names of the including file.

use std::collections::HashSet;
use std::rc::Rc;

use crate::documents::header::{Fragment, Header, header};
use crate::tree::node::{Entry, Node, NodeKind, NodeLocation};

/// An includer that is not a file: the names in the document do not depend on the including file.
pub(crate) const ANY_INCLUDER: u32 = u32::MAX;

/// The roles of a definition's documents, indexed like its files.
#[derive(Debug, Default)]
pub(crate) struct DocumentRoles {
    all: Vec<Role>,
    /// Texts that contain a substituted template parameter: names in them may refer to the template user's
    /// declarations.
    filled: HashSet<NodeLocation>,
}

#[derive(Debug)]
struct Role {
    fragment: Option<Fragment>,
    /// A complete RAML 1.0 definition.
    is_root: bool,
    /// The file whose declarations and libraries the names refer to.
    owner: u32,
    includer: u32,
    /// `uses` of a typed fragment. It is removed from the content.
    uses: Option<Entry>,
    /// The whole content, to distinguish it from its parts.
    content: Option<Rc<Node>>,
}

impl DocumentRoles {
    /// Adds a document that the file `includer` includes; [`ANY_INCLUDER`] for the root, libraries and overlays.
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

    /// Records the content of a document. Returns it without the `uses` of a typed fragment.
    pub(crate) fn content(&mut self, file: u32, node: Rc<Node>) -> Rc<Node> {
        let Some(role) = self.all.get_mut(file as usize) else { return node };
        let typed = role.fragment.is_some_and(Fragment::is_included);
        let node = match (&node.kind, node.entry("uses")) {
            (NodeKind::Mapping(entries), Some(uses)) if typed => {
                role.uses = Some(uses.clone());
                let kept = entries.iter().filter(|entry| &*entry.key != "uses").cloned().collect();
                Node::mapping(node.location, kept)
            }
            _ => node,
        };
        role.content = role.fragment.is_some().then(|| Rc::clone(&node));
        node
    }

    /// The file whose declarations and libraries the names in `file` refer to.
    pub(crate) fn owner(&self, file: u32) -> u32 {
        self.all.get(file as usize).map_or(file, |role| role.owner)
    }

    /// The owner of the file that includes `file`; none for the root and for libraries.
    pub(crate) fn parent(&self, file: u32) -> Option<u32> {
        let role = self.all.get(file as usize)?;
        (role.includer != ANY_INCLUDER).then(|| self.owner(role.includer))
    }

    /// The fragment type in the first line of `file`.
    pub(crate) fn fragment(&self, file: u32) -> Option<Fragment> {
        self.all.get(file as usize)?.fragment
    }

    /// Whether the first line of `file` marks a complete RAML 1.0 definition.
    pub(crate) fn is_root(&self, file: u32) -> bool {
        self.all.get(file as usize).is_some_and(|role| role.is_root)
    }

    /// The `uses` entry of a typed fragment.
    pub(crate) fn uses(&self, file: u32) -> Option<Entry> {
        self.all.get(file as usize)?.uses.clone()
    }

    /// The fragment type, if `node` is the whole content of a fragment.
    pub(crate) fn whole(&self, node: &Rc<Node>) -> Option<Fragment> {
        let role = self.all.get(node.location.file as usize)?;
        let content = role.content.as_ref()?;
        role.fragment.filter(|_| Rc::ptr_eq(content, node))
    }

    /// Records that a template parameter was substituted in the text at `location`.
    pub(crate) fn fill(&mut self, location: NodeLocation) {
        self.filled.insert(location);
    }

    /// Whether a template parameter was substituted in the text at `location`.
    pub(crate) fn is_filled(&self, location: NodeLocation) -> bool {
        self.filled.contains(&location)
    }
}
