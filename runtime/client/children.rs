//! The children of positions in a definition: properties, functions of path parameters, methods, the media type
//! extension.
//!
//! Two declarations of one segment (`/users` and `/users{mediaTypeExtension}`, or `/deep/a/b` and later `/deep`) become
//! one property with the children and methods of both.

use std::collections::{HashMap, HashSet};

use super::position::{FilledParameter, ParameterSource, TreePosition, resource};
use super::segment::{Access, access, segments};
use apinb_definition::model::{Definition, EXTENSION_PARAMETER, Resource};
use apinb_text::web::uri;

/// The children of a set of positions, in definition order.
#[derive(Clone, Debug, Default)]
pub(super) struct Children {
    properties: Vec<Property>,
    by_name: HashMap<String, usize>,
    /// The index of a function in its property, by the property's index and the function's pattern.
    by_pattern: HashMap<(usize, String), usize>,
    /// The positions before a media type extension.
    extension: Vec<TreePosition>,
    /// With leading dots.
    extension_values: Vec<String>,
    known_extensions: HashSet<String>,
}

/// A property. It is a method, a node, one or more functions, or several of these.
#[derive(Clone, Debug, Default)]
pub(super) struct Property {
    pub(super) name: String,
    /// The first method with this name.
    pub(super) method: Option<PathMethod>,
    /// The positions that the property leads to without a call.
    pub(super) positions: Vec<TreePosition>,
    /// The functions that a call with arguments may refer to.
    pub(super) functions: Vec<Function>,
}

/// A method of a resource, reached by a client path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathMethod {
    /// The resource, as indices from the root.
    pub resource: Vec<u32>,
    /// The index of the method in that resource.
    pub index: u32,
    /// The path parameters that the client path sets, in ascending order.
    pub filled: Vec<FilledParameter>,
}

/// A function that takes path parameters as arguments.
#[derive(Clone, Debug)]
pub struct Function {
    /// The names of the parameters, in order.
    pub parameters: Vec<String>,
    /// The segment without its extension, as written in the definition.
    pub(super) segment: String,
    /// The segment without the names of its parameters: `text{a}` and `text{b}` are one function.
    pub(super) pattern: String,
    pub(super) positions: Vec<TreePosition>,
}

impl Children {
    /// The children of all `positions`; `arguments` is the number of arguments in the path to them.
    pub(super) fn of(definition: &Definition, positions: &[TreePosition], arguments: u32) -> Self {
        let mut children = Self::default();
        for position in positions {
            children.visit(definition, position, arguments);
        }
        // `/{id}` precedes `/{id}.txt`, in whatever order the definition declares them.
        for property in &mut children.properties {
            property.functions.sort_by_key(|function| !function.segment.ends_with('}'));
        }
        children
    }

    pub(super) fn properties(&self) -> &[Property] {
        &self.properties
    }

    pub(super) fn get(&self, name: &str) -> Option<&Property> {
        self.properties.get(self.index(name)?)
    }

    /// The index of the property with this name.
    pub(super) fn index(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The methods, in definition order.
    pub(super) fn methods(&self) -> impl Iterator<Item = &PathMethod> {
        self.properties.iter().filter_map(|property| property.method.as_ref())
    }

    /// The known extensions as property names: `json`.
    pub(super) fn extension_names(&self) -> impl Iterator<Item = &str> {
        self.extension_values.iter().map(|value| value.trim_start_matches('.'))
    }

    /// The extension, with its dot, that the property `name` refers to.
    pub(super) fn extension_value(&self, name: &str) -> Option<&str> {
        self.extension_values.iter().map(String::as_str).find(|value| value.trim_start_matches('.') == name)
    }

    /// The positions before a media type extension, which is the next parameter.
    pub(super) fn extension(&self) -> &[TreePosition] {
        &self.extension
    }

    /// Adds the children of `position`.
    fn visit(&mut self, definition: &Definition, position: &TreePosition, arguments: u32) {
        let Some(resource) = resource(definition, &position.resource) else { return };
        let mut rest = segments(&resource.path).skip(position.consumed);
        let mut position = position.clone();
        let mut is_extended = false;
        loop {
            if position.extension {
                position.extension = false;
                // Several extensions in a row lead to one another.
                if !is_extended {
                    self.extension.push(position.clone());
                    is_extended = true;
                }
                if !self.extend(definition, resource) {
                    return;
                }
                // The extension is optional and not set.
                position.parameters += 1;
            } else if let Some(segment) = rest.next() {
                let access = access(segment);
                position.consumed += 1;
                position.extension = access.extension;
                // A segment without a name is `/{mediaTypeExtension}`, the extension of the parent.
                if !access.name.is_empty() {
                    self.descend(&access, position, segment, arguments);
                    return;
                }
            } else {
                break;
            }
        }
        self.add_methods(resource, &position);
        for index in 0..resource.resources.len() {
            let Ok(index) = u32::try_from(index) else { return };
            let mut child = TreePosition { consumed: 0, ..position.clone() };
            child.resource.push(index);
            // A child `/` has no segment: its members are added here, after those of the parent.
            self.visit(definition, &child, arguments);
        }
    }

    /// Adds the property for `segment`, which leads to `next`.
    fn descend(&mut self, access: &Access<'_>, next: TreePosition, segment: &str, arguments: u32) {
        let at = self.property(access.name);
        let Some(property) = self.properties.get_mut(at) else { return };
        if access.parameters.is_empty() {
            property.positions.push(next);
            return;
        }
        let next = (arguments..)
            .zip(&access.parameters)
            .fold(next, |next, (argument, _)| next.fill(ParameterSource::Argument(argument)));
        let segment = segment.strip_suffix(&format!("{{{EXTENSION_PARAMETER}}}")).unwrap_or(segment);
        let pattern = pattern(segment);
        let known = *self.by_pattern.entry((at, pattern.clone())).or_insert(property.functions.len());
        match property.functions.get_mut(known) {
            Some(function) => function.positions.push(next),
            None => property.functions.push(Function {
                parameters: access.parameters.iter().map(|parameter| (*parameter).to_owned()).collect(),
                segment: segment.to_owned(),
                pattern,
                positions: vec![next],
            }),
        }
    }

    /// Adds the extensions of a resource: `.json`. Returns whether the extension is optional, so that this node also
    /// has the resource's children.
    fn extend(&mut self, definition: &Definition, resource: &Resource) -> bool {
        let parameter = resource.uri_parameters.iter().find(|parameter| parameter.name == EXTENSION_PARAMETER);
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

    fn add_methods(&mut self, resource: &Resource, position: &TreePosition) {
        for (index, method) in resource.methods.iter().enumerate() {
            let Ok(index) = u32::try_from(index) else { return };
            let at = self.property(method.verb.name());
            if let Some(property) = self.properties.get_mut(at)
                && property.method.is_none()
            {
                let (resource, filled) = (position.resource.clone(), position.filled.clone());
                property.method = Some(PathMethod { resource, index, filled });
            }
        }
    }

    /// The index of the property with this name. Adds the property if necessary.
    fn property(&mut self, name: &str) -> usize {
        if let Some(at) = self.by_name.get(name) {
            return *at;
        }
        self.properties.push(Property { name: name.to_owned(), ..Property::default() });
        self.by_name.insert(name.to_owned(), self.properties.len() - 1);
        self.properties.len() - 1
    }
}

/// A segment without the names of its parameters.
pub(super) fn pattern(segment: &str) -> String {
    uri::fill(segment, |_| "{}")
}

/// The extensions that the media types of a resource imply. Used if the definition declares no `enum`.
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
