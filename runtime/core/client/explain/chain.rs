//! The JavaScript that leads to a place: `client.users.id(5)`.

use serde_json::Value;

use super::argument::argument;
use super::literal::{Literal, member, quoted};
use crate::client::segment::{access, segments};
use crate::client::tree::{Place, declared_extensions, resource};
use crate::definition::model::EXTENSION_TAG;
use crate::definition::model::{Definition, Parameter, Resource};

/// The expression for `place`, from the client's name on.
pub(super) fn chain(definition: &Definition, place: &Place, client: &str) -> String {
    let mut text = client.to_owned();
    for resource in resources(definition, &place.resource) {
        let last = is_last(definition, place, resource);
        let consumed = if last { place.consumed } else { usize::MAX };
        let count = segments(&resource.path).take(consumed).count();
        for (index, segment) in segments(&resource.path).take(consumed).enumerate() {
            let access = access(segment);
            if !access.name.is_empty() {
                text.push_str(&member(access.name));
            }
            if !access.tags.is_empty() {
                let values = access.tags.iter().map(|tag| value(resource, tag, definition));
                text.push_str(&format!("({})", values.collect::<Vec<_>>().join(", ")));
            }
            let pending = last && place.extension && index + 1 == count;
            if access.extension && !pending {
                text.push_str(&extension(definition, resource));
            }
        }
    }
    text
}

/// The path of `place` below the base URI, as the definition writes it.
pub(in crate::client) fn path(definition: &Definition, place: &Place) -> String {
    let mut path = String::new();
    for resource in resources(definition, &place.resource) {
        let all = segments(&resource.path).count();
        if !is_last(definition, place, resource) || place.consumed >= all {
            path.push_str(&resource.path);
        } else {
            for segment in segments(&resource.path).take(place.consumed) {
                path.push('/');
                path.push_str(segment);
            }
        }
    }
    if place.extension
        && let Some(short) = path.strip_suffix(&format!("{{{EXTENSION_TAG}}}"))
    {
        path.truncate(short.len());
    }
    path
}

/// The resources from the root to the last of `indices`.
pub(super) fn resources<'a>(definition: &'a Definition, indices: &'a [u32]) -> impl Iterator<Item = &'a Resource> {
    (1..=indices.len()).filter_map(|depth| resource(definition, indices.get(..depth)?))
}

fn is_last(definition: &Definition, place: &Place, one: &Resource) -> bool {
    resource(definition, &place.resource).is_some_and(|last| std::ptr::eq(last, one))
}

fn value(resource: &Resource, tag: &str, definition: &Definition) -> String {
    let undeclared = Parameter { name: tag.to_owned(), ..Parameter::default() };
    let parameter = resource.uri_parameters.iter().find(|parameter| parameter.name == tag).unwrap_or(&undeclared);
    match argument(parameter, &definition.schemas) {
        // A list is fine in a path; what stands for nothing is not.
        Literal::Value(Value::Null) => quoted(tag),
        other => other.script(0),
    }
}

/// `.json`, else `.extension('…')`.
fn extension(definition: &Definition, resource: &Resource) -> String {
    let parameter = resource.uri_parameters.iter().find(|parameter| parameter.name == EXTENSION_TAG);
    let declared = parameter.and_then(|parameter| parameter.values.first().cloned());
    match declared.or_else(|| declared_extensions(definition, resource).into_iter().next()) {
        Some(value) => member(value.trim_start_matches('.')),
        None => ".extension('json')".to_owned(),
    }
}
