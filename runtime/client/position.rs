//! A position in the resource tree of a definition, to which a client path leads.

use super::segment::segments;
use apinb_definition::model::{Definition, EXTENSION_PARAMETER, Resource};

/// A position: a resource (as indices from the root), the number of consumed segments of its path, and the parameters
/// with values so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TreePosition {
    pub(super) resource: Vec<u32>,
    pub(super) consumed: usize,
    /// Whether the extension of the last consumed segment is still pending.
    pub(super) extension: bool,
    /// The number of parameters so far, without a pending extension.
    pub(super) parameters: u32,
    /// In ascending order. An optional `{mediaTypeExtension}` may be missing.
    pub(super) filled: Vec<FilledParameter>,
}

/// A path parameter, and the source of its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledParameter {
    /// The index among the parameters of the whole path.
    pub parameter: u32,
    pub value: ParameterSource,
}

/// The source of a parameter's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterSource {
    /// The index of the argument, counted from 0 over all calls of the client path.
    Argument(u32),
    /// The value that the property name implies: `.json`.
    Text(String),
}

impl TreePosition {
    /// The position before the path of a resource.
    pub(super) fn before(resource: Vec<u32>) -> Self {
        Self { resource, consumed: 0, extension: false, parameters: 0, filled: Vec::new() }
    }

    /// The positions at which the client starts.
    pub(super) fn roots(definition: &Definition) -> Vec<Self> {
        let indices = (0..definition.resources.len()).map_while(|index| u32::try_from(index).ok());
        indices.map(|index| Self::before(vec![index])).collect()
    }

    /// The position after the whole path of a resource.
    pub(super) fn whole(definition: &Definition, indices: &[u32]) -> Option<Self> {
        let consumed = segments(&resource(definition, indices)?.path).count();
        Some(Self { consumed, ..Self::before(indices.to_vec()) })
    }

    /// The resource, if its path is completely consumed.
    pub(super) fn declared<'a>(&self, definition: &'a Definition) -> Option<&'a Resource> {
        let resource = resource(definition, &self.resource)?;
        (!self.extension && segments(&resource.path).nth(self.consumed).is_none()).then_some(resource)
    }

    /// The position after the next parameter, with `value` as its value.
    pub(super) fn fill(mut self, value: ParameterSource) -> Self {
        self.filled.push(FilledParameter { parameter: self.parameters, value });
        self.parameters += 1;
        self
    }
}

/// The resource with these indices from the root.
#[must_use]
pub fn resource<'a>(definition: &'a Definition, indices: &[u32]) -> Option<&'a Resource> {
    let (first, rest) = indices.split_first()?;
    rest.iter()
        .try_fold(definition.resources.get(*first as usize)?, |resource, index| resource.resources.get(*index as usize))
}

/// The resources from the root to the last of `indices`.
pub fn resources<'a>(definition: &'a Definition, indices: &'a [u32]) -> impl Iterator<Item = &'a Resource> {
    (1..=indices.len()).filter_map(|depth| resource(definition, indices.get(..depth)?))
}

/// The path of `position` below the base URI, as written in the definition.
pub(super) fn path(definition: &Definition, position: &TreePosition) -> String {
    let mut path = String::new();
    for resource in resources(definition, &position.resource) {
        let all = segments(&resource.path).count();
        if !is_last(definition, position, resource) || position.consumed >= all {
            path.push_str(&resource.path);
        } else {
            for segment in segments(&resource.path).take(position.consumed) {
                path.push('/');
                path.push_str(segment);
            }
        }
    }
    if position.extension
        && let Some(short) = path.strip_suffix(&format!("{{{EXTENSION_PARAMETER}}}"))
    {
        path.truncate(short.len());
    }
    path
}

/// Whether `one` is the resource of `position` itself, not an ancestor.
pub(super) fn is_last(definition: &Definition, position: &TreePosition, one: &Resource) -> bool {
    resource(definition, &position.resource).is_some_and(|last| std::ptr::eq(last, one))
}
