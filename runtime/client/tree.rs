//! The paths of a client that have been followed, each with an id for JavaScript.
//!
//! Equal chains have equal ids, whatever their arguments are. The cost of a path does not depend on the size of the
//! rest of the API; [`super::walk`] follows the steps.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;

use super::method::{MethodShape, method_shape};
use super::position::resource;
use super::walk::{ClientPath, Step, Target};
use apinb_definition::model::{Definition, Method};
use apinb_text::javascript::literal::{is_identifier, member, placeholder};

/// Identifies a path in a [`ClientTree`].
pub type PathId = u32;

/// The id of the client itself.
pub const CLIENT: PathId = 0;

/// The paths followed so far.
#[derive(Debug)]
pub struct ClientTree {
    definition: Arc<Definition>,
    paths: Vec<ClientPath>,
    /// The targets of the steps from each path.
    steps: Vec<HashMap<StepKey, PathId>>,
    /// The methods that calls of these paths request.
    methods: HashMap<PathId, Arc<MethodShape>>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
enum StepKey {
    Property(String),
    /// The index of the called function; 0 for anything else.
    Call(usize),
}

/// The target of a step, for JavaScript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SteppedTo {
    pub path: PathId,
    /// Whether it has properties or is a function of path parameters. If false, it is a method, or `extension`.
    pub is_node: bool,
    /// The method that a call of it requests.
    pub method: Option<SteppedMethod>,
    /// The parameters that the call sets, if the step is a call.
    pub parameters: Vec<String>,
    /// How JavaScript reads the property, if not by a dot and its name: `['user-groups']`.
    pub member: Option<String>,
}

/// A method, for JavaScript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SteppedMethod {
    /// `get`, `post`, …
    pub name: String,
    /// The resource, as indices from the root.
    pub resource: Vec<u32>,
    /// The index of the method in that resource.
    pub index: u32,
    /// The path parameters.
    pub parameters: Vec<String>,
    /// The lower-case names of headers and cookies with a declared serialization.
    pub styled: Vec<String>,
}

/// The members of a path, for JavaScript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PathNames {
    /// The properties, in definition order.
    pub properties: Vec<PathProperty>,
    /// The parameters of each function that a call may refer to.
    pub functions: Vec<Vec<String>>,
    /// An example call, for the client itself.
    pub example: Option<String>,
}

/// A property of a path and its target; see [`SteppedTo`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PathProperty {
    pub name: String,
    /// The notation, if it differs from the name: `get()`, `id(id)`.
    pub written: Option<String>,
    pub path: PathId,
    /// Whether it has properties or is a function of path parameters.
    pub is_node: bool,
    /// The method that a call of it requests.
    pub method: Option<SteppedMethod>,
    /// As in [`SteppedTo`].
    pub member: Option<String>,
}

impl ClientTree {
    /// A tree that contains only the client.
    #[must_use]
    pub fn new(definition: Arc<Definition>) -> Self {
        let client = ClientPath::client(Arc::clone(&definition));
        Self { definition, paths: vec![client], steps: vec![HashMap::new()], methods: HashMap::new() }
    }

    /// The definition of the client.
    #[must_use]
    pub fn definition(&self) -> &Arc<Definition> {
        &self.definition
    }

    /// Method `index` of the resource with these indices from the root.
    #[must_use]
    pub fn method(&self, indices: &[u32], index: u32) -> Option<&Method> {
        resource(&self.definition, indices)?.methods.get(index as usize)
    }

    /// The method that a call of this path requests.
    pub fn method_shape(&mut self, id: PathId) -> Option<Arc<MethodShape>> {
        if let Some(known) = self.methods.get(&id) {
            return Some(Arc::clone(known));
        }
        let method = self.path(id)?.method()?;
        let shape = Arc::new(method_shape(&self.definition, method)?);
        self.methods.insert(id, Arc::clone(&shape));
        Some(shape)
    }

    /// The path with this id; `None` if unknown.
    #[must_use]
    pub fn path(&self, id: PathId) -> Option<&ClientPath> {
        self.paths.get(id as usize)
    }

    /// The target of a step from a path; see [`ClientPath::step`].
    pub fn step(&mut self, id: PathId, step: Step<'_>) -> Option<PathId> {
        let path = self.paths.get(id as usize)?;
        let key = match step {
            Step::Property(name) => StepKey::Property(name.to_owned()),
            Step::Call { arguments } => StepKey::Call(path.function_index(arguments).unwrap_or_default()),
        };
        let steps = self.steps.get_mut(id as usize)?;
        if let Some(known) = steps.get(&key) {
            return Some(*known);
        }
        let next = path.step(step)?;
        let next_id = PathId::try_from(self.paths.len()).ok()?;
        steps.insert(key, next_id);
        self.paths.push(next);
        self.steps.push(HashMap::new());
        Some(next_id)
    }

    /// Like [`Self::step`], with the details for JavaScript.
    pub fn step_to(&mut self, id: PathId, step: Step<'_>) -> Option<SteppedTo> {
        let next = self.step(id, step)?;
        let parameters = match step {
            Step::Property(_) => Vec::new(),
            Step::Call { arguments } => {
                self.path(id)?.function(arguments).map(|function| function.parameters.clone()).unwrap_or_default()
            }
        };
        let method = self.method_shape(next).map(|shape| stepped_method(&shape));
        let path = self.path(next)?;
        let is_node = match path.target() {
            Target::Client => true,
            Target::Node(_) => method.is_none() || !path.positions().is_empty() || !path.functions().is_empty(),
            Target::Extension(_) | Target::Free | Target::FreeMethod(_) | Target::Response => false,
        };
        let member = match step {
            Step::Property(name) => quoted_member(name),
            Step::Call { .. } => None,
        };
        Some(SteppedTo { path: next, is_node, method, parameters, member })
    }

    /// The members of a path; `client` is the name of the client.
    pub fn names(&mut self, id: PathId, client: &str) -> Option<PathNames> {
        let path = self.path(id)?;
        let functions = path.functions().iter();
        let functions =
            functions.map(|function| function.parameters.iter().map(|name| placeholder(name)).collect()).collect();
        let example = path.is_client().then(|| path.example(client)).flatten();
        let names: Vec<_> = path.names().map(|one| (one.name.to_owned(), one.written)).collect();
        let properties = names
            .into_iter()
            .filter_map(|(name, written)| {
                let SteppedTo { path, is_node, method, member, .. } = self.step_to(id, Step::Property(&name))?;
                let written = Some(written).filter(|written| *written != name);
                Some(PathProperty { name, written, path, is_node, method, member })
            })
            .collect();
        Some(PathNames { properties, functions, example })
    }
}

/// The notation of a property whose name is not an identifier.
fn quoted_member(name: &str) -> Option<String> {
    (!is_identifier(name)).then(|| member(name))
}

fn stepped_method(shape: &MethodShape) -> SteppedMethod {
    let styled = shape.headers.iter().filter(|header| header.style.is_some()).chain(&shape.cookies);
    SteppedMethod {
        name: shape.name.clone(),
        resource: shape.resource.clone(),
        index: shape.index,
        parameters: shape.parameters.iter().map(|parameter| parameter.name.clone()).collect(),
        styled: styled.map(|one| one.name.to_lowercase()).collect(),
    }
}
