//! The clients of a notebook: their definitions, the nodes made so far, and what they were let in with.

use std::collections::BTreeMap;
use std::sync::Arc;

use apinb_auth::credentials::Credentials;
use apinb_core::client::missing::{Missing, Owner};
use apinb_core::client::spot::Spot;
use apinb_core::client::tree::{ClientTree, NodeId, Shape};
use apinb_core::definition::model::Definition;
use apinb_text::source::address::Address;

/// A client.
pub(crate) struct Client {
    pub name: String,
    tree: ClientTree,
    /// By security scheme.
    credentials: BTreeMap<String, Credentials>,
}

/// All clients of a session, and the definitions that were loaded for them.
#[derive(Default)]
pub(crate) struct Clients {
    clients: Vec<Client>,
    definitions: Vec<(Address, Arc<Definition>)>,
}

impl Clients {
    /// The definition at an address, if it was loaded before.
    pub fn definition(&self, address: &Address) -> Option<Arc<Definition>> {
        self.definitions.iter().find(|(known, _)| known == address).map(|(_, definition)| Arc::clone(definition))
    }

    pub fn remember(&mut self, address: Address, definition: &Arc<Definition>) {
        self.definitions.push((address, Arc::clone(definition)));
    }

    /// Adds a client; its id.
    pub fn add(&mut self, name: String, definition: Arc<Definition>) -> u32 {
        self.clients.push(Client { name, tree: ClientTree::new(definition), credentials: BTreeMap::new() });
        u32::try_from(self.clients.len() - 1).unwrap_or(u32::MAX)
    }

    pub fn get(&self, id: u32) -> Option<&Client> {
        self.clients.get(id as usize)
    }

    pub fn get_mut(&mut self, id: u32) -> Option<&mut Client> {
        self.clients.get_mut(id as usize)
    }
}

impl Clients {
    /// The schemes by which the client that was last made under that name is signed in.
    pub fn signed_in(&self, name: &str) -> Vec<String> {
        let client = self.clients.iter().rev().find(|client| client.name == name);
        client.map(|client| client.credentials.keys().cloned().collect()).unwrap_or_default()
    }
}

impl Client {
    pub fn definition(&self) -> &Arc<Definition> {
        self.tree.definition()
    }

    pub fn shape(&mut self, node: NodeId) -> Option<Shape> {
        self.tree.shape(node)
    }

    /// The place that nodes, and functions of tags, stand for.
    pub fn spot(&self, nodes: &[NodeId], functions: &[(Vec<String>, NodeId)]) -> Spot {
        self.tree.spot(nodes, functions)
    }

    /// The words for a property that a node does not have.
    pub fn missing(&self, owner: &Owner<'_>, name: &str) -> Missing {
        self.tree.missing(owner, name)
    }

    pub fn sign_in(&mut self, scheme: &str, credentials: Credentials) {
        self.credentials.insert(scheme.to_owned(), credentials);
    }

    /// What a call is signed with: of the method's `securedBy`, else the API's, the first requirement for all of whose
    /// schemes the client is signed in. Without a method (a path given as text) the API's counts.
    pub fn credentials(&self, method: Option<(&[u32], u32)>) -> Vec<Credentials> {
        let definition = self.tree.definition();
        let own = method
            .and_then(|(resource, index)| self.tree.method(resource, index))
            .and_then(|method| method.secured_by.as_ref());
        own.unwrap_or(&definition.secured_by)
            .iter()
            .filter(|requirement| !requirement.schemes.is_empty())
            .find_map(|requirement| {
                let schemes = requirement.schemes.iter();
                schemes.map(|scheme| self.credentials.get(&scheme.name).cloned()).collect()
            })
            .unwrap_or_default()
    }
}
