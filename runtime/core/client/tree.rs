//! The nodes of a client: one for each distinct chain of segments, made when it is first asked for.
//!
//! Two declarations of one segment (`/users` and `/users{mediaTypeExtension}`, or `/deep/a/b` and later `/deep`) are one
//! node with the children and methods of both. A node is the set of places in the definition that its chain leads to;
//! looking at it costs what it has, and nothing for the rest of the API.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;

use super::method::{MethodShape, method_shape};
use super::segment::{Access, access, segments};
use crate::definition::model::{Definition, EXTENSION_TAG, Method, Resource};
use apinb_text::web::uri;

/// Identifies a node of one [`ClientTree`]; the root is 0.
pub type NodeId = u32;

/// The nodes made so far.
#[derive(Debug)]
pub struct ClientTree {
    definition: Arc<Definition>,
    nodes: Vec<Node>,
}

/// What a node stands for.
#[derive(Debug)]
struct Node {
    places: Vec<Place>,
    /// The path up to here, for messages.
    path: String,
    depth: u32,
}

/// A resource (the indices from the root to it) and how many segments of its own path are behind us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) resource: Vec<u32>,
    pub(super) consumed: usize,
    /// Whether the extension of the segment consumed last is still to come.
    pub(super) extension: bool,
}

impl Place {
    /// Where the root leads.
    pub(super) fn roots(definition: &Definition) -> Vec<Self> {
        (0..definition.resources.len())
            .filter_map(|index| u32::try_from(index).ok())
            .map(|index| Self { resource: vec![index], consumed: 0, extension: false })
            .collect()
    }

    /// The place behind the whole path of a resource.
    pub(super) fn whole(definition: &Definition, indices: &[u32]) -> Option<Self> {
        let consumed = segments(&resource(definition, indices)?.path).count();
        Some(Self { resource: indices.to_vec(), consumed, extension: false })
    }

    /// The resource, where nothing of its path is still to come.
    pub(super) fn declared<'a>(&self, definition: &'a Definition) -> Option<&'a Resource> {
        let resource = resource(definition, &self.resource)?;
        (!self.extension && segments(&resource.path).nth(self.consumed).is_none()).then_some(resource)
    }
}

/// What a node offers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shape {
    /// Properties in the order of the definition; each name once.
    pub properties: Vec<Property>,
    /// What `.extension(x)` leads to.
    pub extension: Option<NodeId>,
    /// The path so far, as the definition writes it.
    pub path: String,
    /// How many properties lead here; [`super::method::Tag::depth`] counts the same.
    pub depth: u32,
}

/// A property of a node. At least one of its fields leads somewhere; several do when the definition has both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Property {
    /// Its name.
    pub name: String,
    /// The method that calling it sends.
    pub method: Option<MethodShape>,
    /// The node that it is.
    pub node: Option<NodeId>,
    /// The nodes that calling it with values gives; the one with as many tags as there are values is meant, else the
    /// first.
    pub functions: Vec<Function>,
    /// The value of `{mediaTypeExtension}`, with its dot, and the node that it leads to.
    pub extension: Option<(String, NodeId)>,
}

/// A function of tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Function {
    /// The names of the tags in order.
    pub tags: Vec<String>,
    /// Where it leads.
    pub node: NodeId,
}

impl ClientTree {
    /// A tree of which only the root is made.
    #[must_use]
    pub fn new(definition: Arc<Definition>) -> Self {
        let places = Place::roots(&definition);
        Self { definition, nodes: vec![Node { places, path: String::new(), depth: 0 }] }
    }

    /// The definition it is made from.
    #[must_use]
    pub fn definition(&self) -> &Arc<Definition> {
        &self.definition
    }

    /// The method that a [`MethodShape`] names.
    #[must_use]
    pub fn method(&self, resource: &[u32], index: u32) -> Option<&Method> {
        self.resource(resource)?.methods.get(index as usize)
    }

    /// What the node offers; makes the nodes it leads to. None for an id that was never given out.
    pub fn shape(&mut self, id: NodeId) -> Option<Shape> {
        let node = self.nodes.get(id as usize)?;
        let (path, depth) = (node.path.clone(), node.depth);
        let draft = Draft::of(&self.definition, &node.places);
        Some(self.settle(draft, path, depth))
    }

    /// Where a node stands in the definition.
    pub(super) fn places(&self, id: NodeId) -> Option<&[Place]> {
        self.nodes.get(id as usize).map(|node| node.places.as_slice())
    }

    fn settle(&mut self, draft: Draft, path: String, depth: u32) -> Shape {
        let mut properties: Vec<Property> = Vec::with_capacity(draft.properties.len());
        let mut by_name = draft.by_name;
        for property in draft.properties {
            let node = self.make(property.places, depth + 1, || format!("{path}/{}", property.name));
            let mut functions = property.functions;
            // `/{id}` is meant before `/{id}.txt`, whichever comes first in the definition.
            functions.sort_by_key(|function| !function.segment.ends_with('}'));
            let functions = functions
                .into_iter()
                .filter_map(|DraftFunction { tags, segment, places, .. }| {
                    let node = self.make(places, depth + 1, || format!("{path}/{segment}"))?;
                    Some(Function { tags, node })
                })
                .collect();
            properties.push(Property {
                name: property.name,
                method: property.method,
                node,
                functions,
                extension: None,
            });
        }
        let extension = self.make(draft.extension, depth, || format!("{path}{{{EXTENSION_TAG}}}"));
        if let Some(node) = extension {
            for value in draft.extension_values {
                let name = value.trim_start_matches('.').to_owned();
                let at = *by_name.entry(name.clone()).or_insert(properties.len());
                let extension = Some((value, node));
                match properties.get_mut(at) {
                    Some(property) => property.extension = extension,
                    None => properties.push(Property { name, extension, ..Property::default() }),
                }
            }
        }
        Shape { properties, extension, path, depth }
    }

    fn make(&mut self, places: Vec<Place>, depth: u32, path: impl FnOnce() -> String) -> Option<NodeId> {
        if places.is_empty() {
            return None;
        }
        let id = NodeId::try_from(self.nodes.len()).ok()?;
        self.nodes.push(Node { places, path: path(), depth });
        Some(id)
    }

    fn resource(&self, indices: &[u32]) -> Option<&Resource> {
        resource(&self.definition, indices)
    }
}

/// The resource at the end of a chain of indices.
pub(super) fn resource<'a>(definition: &'a Definition, indices: &[u32]) -> Option<&'a Resource> {
    let (first, rest) = indices.split_first()?;
    rest.iter()
        .try_fold(definition.resources.get(*first as usize)?, |resource, index| resource.resources.get(*index as usize))
}

/// A shape whose nodes are still sets of places.
#[derive(Default)]
pub(super) struct Draft {
    properties: Vec<DraftProperty>,
    by_name: HashMap<String, usize>,
    /// The function of a property, by the property's index and the function's pattern.
    by_pattern: HashMap<(usize, String), usize>,
    /// What `.extension(x)` leads to.
    pub(super) extension: Vec<Place>,
    /// With their dots.
    pub(super) extension_values: Vec<String>,
    known_extensions: HashSet<String>,
}

#[derive(Default)]
pub(super) struct DraftProperty {
    pub(super) name: String,
    pub(super) method: Option<MethodShape>,
    pub(super) places: Vec<Place>,
    pub(super) functions: Vec<DraftFunction>,
}

pub(super) struct DraftFunction {
    pub(super) tags: Vec<String>,
    pub(super) segment: String,
    /// The segment without the names of its tags: `text{a}` and `text{b}` are one function.
    pub(super) pattern: String,
    pub(super) places: Vec<Place>,
}

impl Draft {
    /// What is reached from any of `places`.
    pub(super) fn of(definition: &Definition, places: &[Place]) -> Self {
        let mut draft = Self::default();
        for place in places {
            draft.visit(definition, place);
        }
        draft
    }

    pub(super) fn properties(&self) -> &[DraftProperty] {
        &self.properties
    }

    pub(super) fn get(&self, name: &str) -> Option<&DraftProperty> {
        self.properties.get(*self.by_name.get(name)?)
    }

    /// The methods of the node, in the order of the definition.
    pub(super) fn methods(&self) -> impl Iterator<Item = &MethodShape> {
        self.properties.iter().filter_map(|property| property.method.as_ref())
    }

    /// Adds what is reached from `place`.
    fn visit(&mut self, definition: &Definition, place: &Place) {
        let Some(resource) = resource(definition, &place.resource) else { return };
        let mut rest = segments(&resource.path).skip(place.consumed);
        let mut place = place.clone();
        let mut is_extended = false;
        loop {
            if place.extension {
                place.extension = false;
                // Of several in a row, the first leads to the next one.
                if !is_extended {
                    self.extension.push(place.clone());
                    is_extended = true;
                }
                if !self.extend(definition, resource) {
                    return;
                }
            } else if let Some(segment) = rest.next() {
                let access = access(segment);
                place = Place { consumed: place.consumed + 1, extension: access.extension, ..place };
                // A segment without a name is `/{mediaTypeExtension}`: the extension of the parent.
                if !access.name.is_empty() {
                    self.descend(&access, place, segment);
                    return;
                }
            } else {
                break;
            }
        }
        self.add_methods(definition, resource, &place.resource);
        for index in 0..resource.resources.len() {
            let Ok(index) = u32::try_from(index) else { return };
            let mut child = place.resource.clone();
            child.push(index);
            // A child `/` has no segment: what it offers is offered here, after the parent's own.
            self.visit(definition, &Place { resource: child, consumed: 0, extension: false });
        }
    }

    /// Adds the property that `segment` is reached by; it leads to `next`.
    fn descend(&mut self, access: &Access<'_>, next: Place, segment: &str) {
        let at = self.property(access.name);
        let Some(property) = self.properties.get_mut(at) else { return };
        if access.tags.is_empty() {
            property.places.push(next);
            return;
        }
        let segment = segment.strip_suffix(&format!("{{{EXTENSION_TAG}}}")).unwrap_or(segment);
        let pattern = pattern(segment);
        let known = *self.by_pattern.entry((at, pattern.clone())).or_insert(property.functions.len());
        match property.functions.get_mut(known) {
            Some(function) => function.places.push(next),
            None => property.functions.push(DraftFunction {
                tags: access.tags.iter().map(|tag| (*tag).to_owned()).collect(),
                segment: segment.to_owned(),
                pattern,
                places: vec![next],
            }),
        }
    }

    /// Adds the extensions of a resource: `.json`. True when there need be none, so that what is behind it is here too.
    fn extend(&mut self, definition: &Definition, resource: &Resource) -> bool {
        let parameter = resource.uri_parameters.iter().find(|parameter| parameter.name == EXTENSION_TAG);
        let mut values: Vec<String> = parameter.map(|parameter| parameter.values.clone()).unwrap_or_default();
        if values.is_empty() {
            values = declared_extensions(definition, resource);
        }
        for value in values {
            let value = if value.starts_with('.') { value } else { format!(".{value}") };
            if value.len() > 1 && self.known_extensions.insert(value.clone()) {
                self.extension_values.push(value);
            }
        }
        parameter.is_some_and(|parameter| !parameter.required)
    }

    fn add_methods(&mut self, definition: &Definition, resource: &Resource, indices: &[u32]) {
        for (index, method) in resource.methods.iter().enumerate() {
            let Ok(index) = u32::try_from(index) else { return };
            let at = self.property(&method.name);
            if let Some(property) = self.properties.get_mut(at)
                && property.method.is_none()
            {
                property.method = method_shape(definition, indices, index);
            }
        }
    }

    /// The index of the property of that name, which is made where there is none.
    fn property(&mut self, name: &str) -> usize {
        if let Some(at) = self.by_name.get(name) {
            return *at;
        }
        self.properties.push(DraftProperty { name: name.to_owned(), ..DraftProperty::default() });
        self.by_name.insert(name.to_owned(), self.properties.len() - 1);
        self.properties.len() - 1
    }
}

/// A segment without the names of its tags.
pub(super) fn pattern(segment: &str) -> String {
    uri::fill(segment, |_| "{}")
}

/// The extensions that the media types of a resource speak for, where the definition forgot the `enum`.
pub(super) fn declared_extensions(definition: &Definition, resource: &Resource) -> Vec<String> {
    let of_methods = resource
        .methods
        .iter()
        .flat_map(|method| method.bodies.iter().chain(method.responses.iter().flat_map(|response| &response.bodies)));
    let types = definition.media_types.iter().chain(of_methods.map(|body| &body.media_type));
    let mut extensions = Vec::new();
    for media_type in types {
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        for (name, extension) in [("json", ".json"), ("xml", ".xml")] {
            let speaks = essence.ends_with(&format!("/{name}")) || essence.ends_with(&format!("+{name}"));
            if speaks && !extensions.iter().any(|known| known == extension) {
                extensions.push(extension.to_owned());
            }
        }
    }
    extensions
}
