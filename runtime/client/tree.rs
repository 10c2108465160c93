//! The paths of a client that have been followed, each with an id: what JavaScript knows of a path.
//!
//! Equal chains have equal ids, whatever their arguments are. A path costs what it leads to, and nothing for the rest
//! of the API; where a step leads is [`super::walk`]'s.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;

use super::method::{MethodShape, method_shape};
use super::place::resource;
use super::walk::{ClientPath, Step, Target};
use apinb_definition::model::{Definition, Method};

/// Identifies a path of one [`ClientTree`].
pub type PathId = u32;

/// The client itself.
pub const CLIENT: PathId = 0;

/// The paths followed so far.
#[derive(Debug)]
pub struct ClientTree {
    definition: Arc<Definition>,
    paths: Vec<ClientPath>,
    /// Where the steps from each path lead.
    steps: Vec<HashMap<StepKey, PathId>>,
    /// The methods that calls of these paths send.
    methods: HashMap<PathId, Arc<MethodShape>>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
enum StepKey {
    Property(String),
    /// A call of the function with this index; of anything else, 0.
    Call(usize),
}

/// Where a step leads, as JavaScript needs to know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SteppedTo {
    /// The path.
    pub path: PathId,
    /// Whether it has properties or is a function of tags; else it is a method, or `extension`.
    pub is_node: bool,
    /// The method that calling it sends.
    pub method: Option<SteppedMethod>,
    /// The tags that the call fills, where the step is one.
    pub tags: Vec<String>,
}

/// A method, as JavaScript needs to know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SteppedMethod {
    /// `get`, `post`, …
    pub name: String,
    /// The resource it belongs to.
    pub resource: Vec<u32>,
    /// Its index in that resource.
    pub index: u32,
    /// The tags of its path.
    pub tags: Vec<String>,
    /// The headers and cookies, in lower case, of which the definition says how they are written.
    pub styled: Vec<String>,
}

/// What stands on a path, as JavaScript needs to know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PathNames {
    /// The properties, in the order of the definition.
    pub properties: Vec<PathProperty>,
    /// The tags of the functions that it may be called as.
    pub functions: Vec<Vec<String>>,
    /// Of the client, a call that a person could make.
    pub example: Option<String>,
}

/// A property of a path, and where it leads, as [`SteppedTo`] has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PathProperty {
    /// The name.
    pub name: String,
    /// As it is used, where that is more than the name: `get()`, `id(id)`.
    pub written: Option<String>,
    /// The path.
    pub path: PathId,
    /// Whether it has properties or is a function of tags.
    pub is_node: bool,
    /// The method that calling it sends.
    pub method: Option<SteppedMethod>,
}

impl ClientTree {
    /// A tree with the client alone.
    #[must_use]
    pub fn new(definition: Arc<Definition>) -> Self {
        let client = ClientPath::client(Arc::clone(&definition));
        Self { definition, paths: vec![client], steps: vec![HashMap::new()], methods: HashMap::new() }
    }

    /// The definition it is made from.
    #[must_use]
    pub fn definition(&self) -> &Arc<Definition> {
        &self.definition
    }

    /// The method `index` of a resource, given by its indices from the root on.
    #[must_use]
    pub fn method(&self, indices: &[u32], index: u32) -> Option<&Method> {
        resource(&self.definition, indices)?.methods.get(index as usize)
    }

    /// The method that a call of a path sends.
    pub fn method_shape(&mut self, id: PathId) -> Option<Arc<MethodShape>> {
        if let Some(known) = self.methods.get(&id) {
            return Some(Arc::clone(known));
        }
        let method = self.path(id)?.method()?;
        let shape = Arc::new(method_shape(&self.definition, method)?);
        self.methods.insert(id, Arc::clone(&shape));
        Some(shape)
    }

    /// The path of an id; none for an id that was never given out.
    #[must_use]
    pub fn path(&self, id: PathId) -> Option<&ClientPath> {
        self.paths.get(id as usize)
    }

    /// Where a step leads from a path, as [`ClientPath::step`] says.
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

    /// [`Self::step`], and what JavaScript needs to know of where it leads.
    pub fn step_to(&mut self, id: PathId, step: Step<'_>) -> Option<SteppedTo> {
        let next = self.step(id, step)?;
        let tags = match step {
            Step::Property(_) => Vec::new(),
            Step::Call { arguments } => {
                self.path(id)?.function(arguments).map(|function| function.tags.clone()).unwrap_or_default()
            }
        };
        let method = self.method_shape(next).map(|shape| stepped_method(&shape));
        let path = self.path(next)?;
        let is_node = match path.target() {
            Target::Client => true,
            Target::Node(_) => method.is_none() || !path.positions().is_empty() || !path.functions().is_empty(),
            Target::Extension(_) | Target::Free | Target::FreeMethod(_) | Target::Response => false,
        };
        Some(SteppedTo { path: next, is_node, method, tags })
    }

    /// What stands on a path; `client` is the name of the client.
    pub fn names(&mut self, id: PathId, client: &str) -> Option<PathNames> {
        let path = self.path(id)?;
        let functions = path.functions().iter().map(|function| function.tags.clone()).collect();
        let example = path.is_client().then(|| path.example(client)).flatten();
        let names: Vec<_> = path.names().map(|one| (one.name.to_owned(), one.written)).collect();
        let properties = names
            .into_iter()
            .filter_map(|(name, written)| {
                let SteppedTo { path, is_node, method, .. } = self.step_to(id, Step::Property(&name))?;
                let written = Some(written).filter(|written| *written != name);
                Some(PathProperty { name, written, path, is_node, method })
            })
            .collect();
        Some(PathNames { properties, functions, example })
    }
}

fn stepped_method(shape: &MethodShape) -> SteppedMethod {
    let styled = shape.headers.iter().filter(|header| header.style.is_some()).chain(&shape.cookies);
    SteppedMethod {
        name: shape.name.clone(),
        resource: shape.resource.clone(),
        index: shape.index,
        tags: shape.tags.iter().map(|tag| tag.name.clone()).collect(),
        styled: styled.map(|one| one.name.to_lowercase()).collect(),
    }
}
