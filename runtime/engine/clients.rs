//! The clients of a notebook: their definitions, the nodes made so far, and their credentials.

use std::collections::BTreeMap;
use std::sync::Arc;

use apinb_auth::credentials::Credentials;
use apinb_client::method::MethodShape;
use apinb_client::request::server::BaseUri;
use apinb_client::tree::{ClientTree, PathId, PathNames, SteppedTo};
use apinb_client::walk::{ClientPath, Step};
use apinb_definition::model::{Definition, SecurityRequirement, SecurityScheme};
use apinb_http::memory::Reservation;
use apinb_text::javascript::literal::global;
use apinb_text::secret::bound::BoundHosts;
use apinb_text::source::address::Address;
use serde_json::{Map, Value};

/// The credentials of a client for one scheme.
#[derive(Clone)]
pub(crate) struct SignedIn {
    pub(crate) credentials: Credentials,
    /// The hosts whose requests they sign; none: any, since the notebook itself has provided them.
    pub(crate) bound: Option<BoundHosts>,
}

/// A client of the notebook.
pub(crate) struct Client {
    pub(crate) name: String,
    pub(crate) base: BaseUri,
    tree: ClientTree,
    /// By security scheme.
    credentials: BTreeMap<String, SignedIn>,
    /// What a server has asked for by a challenge: for calls that no scheme of the definition signs.
    challenged: Option<SignedIn>,
    /// The options of the last `API.authenticate` for it.
    pub(crate) sign_in_options: Option<Map<String, Value>>,
    /// The hosts of its API.
    pub(crate) bound: BoundHosts,
    /// The base URI of its last call.
    last_base: Option<String>,
}

/// All clients of a session, and the definitions that were loaded for them.
#[derive(Default)]
pub(crate) struct Clients {
    clients: Vec<Client>,
    definitions: Vec<(Address, Arc<Definition>)>,
    /// The memory of the definitions.
    memory: Vec<Reservation>,
}

impl Clients {
    /// The definition at an address, if it was loaded before.
    pub(crate) fn definition(&self, address: &Address) -> Option<Arc<Definition>> {
        self.definitions.iter().find(|(known, _)| known == address).map(|(_, definition)| Arc::clone(definition))
    }

    pub(crate) fn remember(&mut self, address: Address, definition: &Arc<Definition>) {
        self.definitions.push((address, Arc::clone(definition)));
    }

    /// Keeps the memory of a definition for as long as the session.
    pub(crate) fn hold(&mut self, memory: Reservation) {
        self.memory.push(memory);
    }

    /// Adds a client and returns its id. `base`: its base URI; `bound`: the hosts of its API.
    pub(crate) fn add(&mut self, name: String, definition: Arc<Definition>, base: BaseUri, bound: BoundHosts) -> u32 {
        let tree = ClientTree::new(definition);
        self.clients.push(Client {
            name,
            base,
            tree,
            credentials: BTreeMap::new(),
            challenged: None,
            sign_in_options: None,
            bound,
            last_base: None,
        });
        u32::try_from(self.clients.len() - 1).unwrap_or(u32::MAX)
    }

    pub(crate) fn get(&self, id: u32) -> Option<&Client> {
        self.clients.get(id as usize)
    }

    pub(crate) fn get_mut(&mut self, id: u32) -> Option<&mut Client> {
        self.clients.get_mut(id as usize)
    }
}

impl Clients {
    /// The schemes with which the latest client of that name is signed in.
    pub(crate) fn signed_in(&self, name: &str) -> Vec<String> {
        let client = self.clients.iter().rev().find(|client| client.name == name);
        client.map(|client| client.credentials.keys().cloned().collect()).unwrap_or_default()
    }
}

impl Client {
    pub(crate) fn definition(&self) -> &Arc<Definition> {
        self.tree.definition()
    }

    /// Remembers the base URI of a call; false if it is that of the call before.
    pub(crate) fn use_base(&mut self, base: &str) -> bool {
        let is_new = self.last_base.as_deref() != Some(base);
        if is_new {
            self.last_base = Some(base.to_owned());
        }
        is_new
    }

    /// The target of a step from a path.
    pub(crate) fn step(&mut self, path: PathId, step: Step<'_>) -> Option<SteppedTo> {
        self.tree.step_to(path, step)
    }

    /// The method that a call of a path sends; none for any other path.
    pub(crate) fn method(&mut self, path: PathId) -> Option<Arc<MethodShape>> {
        self.tree.method_shape(path)
    }

    /// The members of a path; none for an unknown id.
    pub(crate) fn names(&mut self, path: PathId) -> Option<PathNames> {
        self.tree.names(path, &global(&self.name))
    }

    /// The path of an id; none for an unknown id.
    pub(crate) fn path(&self, id: PathId) -> Option<&ClientPath> {
        self.tree.path(id)
    }

    pub(crate) fn sign_in(&mut self, scheme: &str, signed_in: SignedIn) {
        self.credentials.insert(scheme.to_owned(), signed_in);
    }

    pub(crate) fn sign_in_by_challenge(&mut self, signed_in: SignedIn) {
        self.challenged = Some(signed_in);
    }

    pub(crate) fn forget_challenge(&mut self) {
        self.challenged = None;
    }

    /// What a call has to meet one of: the method's `securedBy`, else the API's. Without a method (a path given as text)
    /// the API's counts.
    fn requirements(&self, method: Option<(&[u32], u32)>) -> impl Iterator<Item = &SecurityRequirement> {
        let own = method
            .and_then(|(resource, index)| self.tree.method(resource, index))
            .and_then(|method| method.secured_by.as_ref());
        let all = own.unwrap_or(&self.tree.definition().secured_by);
        all.iter().filter(|requirement| !requirement.schemes.is_empty())
    }

    /// The schemes that are enough for a call by themselves.
    pub(crate) fn schemes(&self, method: Option<(&[u32], u32)>) -> Vec<SecurityScheme> {
        let named = |name: &str| self.definition().security_schemes.iter().find(|scheme| scheme.name == name);
        let alone = self.requirements(method).filter_map(|requirement| match requirement.schemes.as_slice() {
            [only] => named(&only.name).cloned(),
            _ => None,
        });
        alone.collect()
    }

    /// The credentials for a call: of the first requirement whose schemes the client is all signed in with, else those
    /// that a server has asked for.
    pub(crate) fn credentials(&self, method: Option<(&[u32], u32)>) -> Vec<SignedIn> {
        let declared = self.requirements(method).find_map(|requirement| {
            let schemes = requirement.schemes.iter();
            schemes.map(|scheme| self.credentials.get(&scheme.name).cloned()).collect()
        });
        declared.unwrap_or_else(|| self.challenged.iter().cloned().collect())
    }
}
