//! Explains a node or method: its part of the definition, and the JavaScript that refers to it.
//!
//! Reports render an [`Explanation`]; [`super::locate`] finds a path by its text.

mod argument;
mod chain;
mod given;
mod literal;
mod outline;
mod parameter;
mod response;
pub mod summary;
#[cfg(test)]
mod tests;
pub mod tree;

use std::sync::Arc;

use serde_json::{Map, Value};

use super::children::PathMethod;
use super::method::preferred_type;
use super::position::{TreePosition, path as path_of, resource, resources};
use super::walk::ClientPath;
use apinb_definition::model::{self, Definition};
use apinb_definition::overview::counts;
use apinb_record::explanation::{
    Api, Body, Child, Example, Explanation, Method, Parameters, Resource, Response, Schema, Server, Summary,
};
use apinb_schema::schema::Schemas;
use apinb_text::javascript::literal::{listed_member, placeholders};
use argument::arguments;
use chain::{PathValues, chain};
pub use given::Arguments;
pub(super) use given::{argument_of, arguments as arguments_of, summary_of};
use literal::Literal;
pub use outline::outline;
use parameter::{annotations, base_uri_parameters, parameters, path_parameters, requirements, scheme};
pub(super) use response::response_fields;
use summary::summary;

/// The explanation of a path; `client` is the name of the client.
#[must_use]
pub fn path(path: &ClientPath, client: &str) -> Explanation {
    let definition = path.definition();
    let method = path.method().filter(|_| path.positions().is_empty() && path.functions().is_empty());
    match method {
        Some(PathMethod { resource, index, .. }) => method_or_api(definition, resource, *index, client),
        None if path.is_client() => api(definition),
        None => node(path, client),
    }
}

/// Explains a method. Falls back to the API, but the walk only finds methods that exist.
pub(super) fn method_or_api(definition: &Arc<Definition>, indices: &[u32], index: u32, client: &str) -> Explanation {
    method(definition, indices, index, client).unwrap_or_else(|| api(definition))
}

/// The API as a whole.
fn api(definition: &Arc<Definition>) -> Explanation {
    let schemas = &definition.schemas;
    let counts = counts(definition);
    let servers = definition.other_servers.iter().map(|server| Server {
        uri: server.uri.clone(),
        description: server.description.clone(),
        parameters: parameters(&server.parameters, schemas),
    });
    let base_uri_parameters = base_uri_parameters(definition, &[], None);
    Explanation::Api(Box::new(Api {
        title: definition.title.clone(),
        api_version: definition.version.clone(),
        description: definition.description.clone(),
        base_uri: definition.base_uri.clone(),
        base_uri_parameters,
        other_servers: servers.collect(),
        protocols: definition.protocols.clone(),
        media_types: definition.media_types.clone(),
        secured_by: requirements(&definition.secured_by, definition),
        security_schemes: definition.security_schemes.iter().map(|declared| scheme(declared, schemas)).collect(),
        documentation: definition.documentation.iter().map(|chapter| chapter.title.clone()).collect(),
        resources: counts.resources,
        methods: counts.methods,
        children: children(&ClientPath::client(Arc::clone(definition)), ""),
        annotations: annotations(&definition.annotations),
    }))
}

fn node(path: &ClientPath, client: &str) -> Explanation {
    let definition = path.definition();
    let declared: Vec<&model::Resource> =
        path.positions().iter().filter_map(|position| position.declared(definition)).collect();
    let said = |field: fn(&model::Resource) -> &Option<String>| {
        declared.iter().find_map(|resource| field(resource).clone()).filter(|text| !text.trim().is_empty())
    };
    let here = path.positions().first();
    let text = here.map(|position| path_of(definition, position)).unwrap_or_default();
    let indices = here.map_or(&[][..], |position| &position.resource);
    let declared: Vec<&model::Parameter> = resources(definition, indices).flat_map(|one| &one.uri_parameters).collect();
    let methods = path.children().methods();
    let methods = methods.filter_map(|method| method_summary(definition, &method.resource, method.index, client));
    Explanation::Resource(Box::new(Resource {
        call: here.map_or_else(|| client.to_owned(), |position| chain(definition, position, client, &|_, _| None)),
        url: url(definition, None, &text),
        display_name: said(|resource| &resource.display_name),
        description: said(|resource| &resource.description),
        parameters: Parameters {
            uri: parameters(path_parameters(&text, &declared), &definition.schemas),
            base_uri: base_uri_parameters(definition, indices, None),
            ..Parameters::default()
        },
        methods: methods.collect(),
        children: children(path, &text),
        annotations: declared.iter().flat_map(|resource| annotations(&resource.annotations)).collect(),
        path: text,
    }))
}

/// Method `index` of the resource with these indices from the root, in one line.
pub(super) fn method_summary(definition: &Definition, indices: &[u32], index: u32, client: &str) -> Option<Summary> {
    let own = resource(definition, indices)?.methods.get(index as usize)?;
    Some(Summary {
        method: own.verb.method().to_owned(),
        call: call(definition, indices, index, client)?,
        summary: summary(own),
        deprecated: own.deprecated,
    })
}

/// Explains method `index` of the resource with these indices from the root.
fn method(definition: &Definition, indices: &[u32], index: u32, client: &str) -> Option<Explanation> {
    let schemas = &definition.schemas;
    let own = resource(definition, indices)?.methods.get(index as usize)?;
    let path: String = resources(definition, indices).map(|one| one.path.as_str()).collect();
    let declared: Vec<&model::Parameter> = resources(definition, indices).flat_map(|one| &one.uri_parameters).collect();
    let secured_by = own.secured_by.as_ref().unwrap_or(&definition.secured_by);
    Some(Explanation::Method(Box::new(Method {
        method: own.verb.method().to_owned(),
        url: url(definition, Some(own), &path),
        call: call(definition, indices, index, client)?,
        display_name: own.display_name.clone(),
        deprecated: own.deprecated,
        description: own.description.clone(),
        parameters: Parameters {
            uri: parameters(path_parameters(&path, &declared), schemas),
            query: parameters(&own.query_parameters, schemas),
            headers: parameters(&own.headers, schemas),
            cookies: parameters(&own.cookies, schemas),
            base_uri: base_uri_parameters(definition, indices, Some(own)),
        },
        query_string: own.query_string.as_ref().map(|whole| schema(whole, schemas)),
        body_required: own.body_required,
        bodies: own.bodies.iter().map(|one| body(one, schemas)).collect(),
        responses: own.responses.iter().map(|one| response(one, schemas)).collect(),
        protocols: if own.protocols.is_empty() { &definition.protocols } else { &own.protocols }.clone(),
        secured_by: requirements(secured_by, definition),
        annotations: annotations(&own.annotations),
        path,
    })))
}

/// An example call of a method, in JavaScript.
fn call(definition: &Definition, indices: &[u32], index: u32, client: &str) -> Option<String> {
    call_with(definition, indices, index, client, &|_, _| None)
}

/// A call of method `index` of the resource with these indices from the root, with these values of its path.
#[must_use]
pub fn call_with(
    definition: &Definition,
    indices: &[u32],
    index: u32,
    client: &str,
    values: PathValues<'_>,
) -> Option<String> {
    let own = resource(definition, indices)?.methods.get(index as usize)?;
    let position = TreePosition::whole(definition, indices)?;
    let arguments = arguments(own, preferred_type(&own.bodies).as_deref(), &definition.schemas);
    Some(format!("{}.{}({arguments})", chain(definition, &position, client, values), own.verb.name()))
}

/// The body of an example call, if it is an object of plain values.
#[must_use]
pub fn body_of_call(definition: &Definition, own: &model::Method) -> Option<Map<String, Value>> {
    let preferred = preferred_type(&own.bodies);
    let body = own.bodies.iter().find(|body| Some(&body.media_type) == preferred.as_ref());
    match argument::of_body(body.or(own.bodies.first())?, &definition.schemas) {
        Literal::Value(Value::Object(fields)) => Some(fields),
        Literal::Object(fields) => {
            let plain = fields.into_iter().map(|(name, value)| match value {
                Literal::Value(value) => Some((name, value)),
                Literal::Code(_) | Literal::Object(_) => None,
            });
            plain.collect()
        }
        Literal::Value(_) | Literal::Code(_) => None,
    }
}

/// The URL of a path, with its parameters as placeholders.
fn url(definition: &Definition, method: Option<&model::Method>, path: &str) -> String {
    let server = method.and_then(|method| method.servers.first()).map(|server| server.uri.as_str());
    let base = server.or(definition.base_uri.as_deref()).unwrap_or_default().trim_end_matches('/');
    format!("{base}{path}")
}

fn body(body: &model::Body, schemas: &Schemas) -> Body {
    Body {
        media_type: body.media_type.clone(),
        form_parameters: parameters(&body.form_parameters, schemas),
        schema: body.schema.as_ref().map(|own| schema(own, schemas)),
        examples: body
            .examples
            .iter()
            .map(|example| Example {
                name: example.name.clone(),
                description: example.description.clone(),
                text: example.text.as_str().to_owned(),
            })
            .collect(),
    }
}

fn response(response: &model::Response, schemas: &Schemas) -> Response {
    Response {
        status: response.status.to_string(),
        description: response.description.clone(),
        headers: parameters(&response.headers, schemas),
        bodies: response.bodies.iter().map(|one| body(one, schemas)).collect(),
    }
}

fn schema(own: &apinb_schema::schema::Schema, schemas: &Schemas) -> Schema {
    let whole = own.json().cloned().unwrap_or_else(|| Value::String(own.text().into_owned()));
    Schema { outline: outline(own, schemas), schema: whole }
}

/// The members of a path, in definition order; `text` is the path in the definition.
fn children(path: &ClientPath, text: &str) -> Vec<Child> {
    let definition = path.definition();
    let method_names = |below: &ClientPath| -> Vec<String> {
        let methods = below.children().properties().iter().filter(|property| property.method.is_some());
        methods.map(|property| property.name.clone()).collect()
    };
    let mut children = Vec::new();
    for property in path.children().properties() {
        let mut add = |name: String, positions: &[TreePosition]| {
            let path_text = positions.first().map(|position| path_of(definition, position)).unwrap_or_default();
            children.push(Child { name, path: path_text, methods: method_names(&path.at(positions.to_vec())) });
        };
        if !property.positions.is_empty() {
            add(listed_member(&property.name), &property.positions);
        }
        for function in &property.functions {
            let (name, parameters) = (listed_member(&property.name), placeholders(&function.parameters));
            add(format!("{name}({parameters})"), &function.positions);
        }
    }
    if !path.children().extension().is_empty() {
        let extension_parameter = model::EXTENSION_PARAMETER;
        let methods = method_names(&path.extended());
        let names = path.children().extension_names().map(listed_member);
        for name in names.chain(["extension(value)".to_owned()]) {
            children.push(Child { name, path: format!("{text}{{{extension_parameter}}}"), methods: methods.clone() });
        }
    }
    children
}
