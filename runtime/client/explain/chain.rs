//! The JavaScript of a client path: `client.users.id(5)`.

use serde_json::Value;

use super::argument::argument;
use super::literal::Literal;
use crate::children::declared_extensions;
use crate::position::{TreePosition, is_last, resources};
use crate::segment::{access, segments};
use apinb_definition::model::{Definition, EXTENSION_PARAMETER, Parameter, Resource};
use apinb_text::javascript::literal::{member, string_literal};

/// The JavaScript of the value of a path parameter, by the path up to its segment and its name; none for an example.
pub type PathValues<'a> = &'a dyn Fn(&str, &str) -> Option<String>;

/// The expression for `position`, starting with the name of the client.
pub(super) fn chain(definition: &Definition, position: &TreePosition, client: &str, values: PathValues<'_>) -> String {
    let mut text = client.to_owned();
    let mut path = String::new();
    for resource in resources(definition, &position.resource) {
        let last = is_last(definition, position, resource);
        let consumed = if last { position.consumed } else { usize::MAX };
        let count = segments(&resource.path).take(consumed).count();
        for (index, segment) in segments(&resource.path).take(consumed).enumerate() {
            let access = access(segment);
            path.push('/');
            path.push_str(segment);
            if !access.name.is_empty() {
                text.push_str(&member(access.name));
            }
            if !access.parameters.is_empty() {
                let of = |name: &&str| values(&path, name).unwrap_or_else(|| value(resource, name, definition));
                let values = access.parameters.iter().map(of);
                text.push_str(&format!("({})", values.collect::<Vec<_>>().join(", ")));
            }
            let pending = last && position.extension && index + 1 == count;
            if access.extension && !pending {
                text.push_str(&extension(definition, resource));
            }
        }
    }
    text
}

fn value(resource: &Resource, name: &str, definition: &Definition) -> String {
    let undeclared = Parameter { name: name.to_owned(), ..Parameter::default() };
    let parameter = resource.uri_parameters.iter().find(|parameter| parameter.name == name).unwrap_or(&undeclared);
    match argument(parameter, &definition.schemas) {
        // A path parameter may be a list, but not empty.
        Literal::Value(Value::Null) => string_literal(name),
        other => other.script(0),
    }
}

/// `.json`, or `.extension('json')` if the extension has no allowed values.
fn extension(definition: &Definition, resource: &Resource) -> String {
    let parameter = resource.uri_parameters.iter().find(|parameter| parameter.name == EXTENSION_PARAMETER);
    let declared = parameter.and_then(|parameter| parameter.values.first().cloned());
    match declared.or_else(|| declared_extensions(definition, resource).into_iter().next()) {
        Some(value) => member(value.trim_start_matches('.')),
        None => ".extension('json')".to_owned(),
    }
}
