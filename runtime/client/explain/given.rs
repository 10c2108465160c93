//! The parameters and body fields of a call, with their types.
//!
//! Unlike an explanation, this has no examples and responses, which may be in deferred documents.

use super::outline::outline;
use super::parameter::{base_uri_parameters, parameters, path_parameters};
use super::summary::summary;
use crate::method::preferred_type;
use crate::position::{resource, resources};
use apinb_definition::model::{self, Definition};
use apinb_record::explanation::{Field, Parameter};
use apinb_text::web::verb::Verb;

/// The parameters and fields of a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    /// Whether the first argument is the query instead of the body.
    pub takes_query: bool,
    pub query: Vec<Field>,
    pub headers: Vec<Field>,
    /// Path parameters.
    pub uri: Vec<Field>,
    pub base_uri: Vec<Field>,
    /// Fields of the body in the preferred media type.
    pub body: Vec<Field>,
}

/// The arguments of method `index` of the resource with these indices from the root.
pub(crate) fn arguments(definition: &Definition, indices: &[u32], index: u32) -> Option<Arguments> {
    let own = resource(definition, indices)?.methods.get(index as usize)?;
    let path: String = resources(definition, indices).map(|one| one.path.as_str()).collect();
    let declared: Vec<&model::Parameter> = resources(definition, indices).flat_map(|one| &one.uri_parameters).collect();
    let fields = |all: Vec<Parameter>| all.into_iter().map(field).collect();
    let schemas = &definition.schemas;
    Some(Arguments {
        takes_query: takes_query(own.verb),
        query: fields(parameters(&own.query_parameters, schemas)),
        headers: fields(parameters(&own.headers, schemas)),
        uri: fields(parameters(path_parameters(&path, &declared), schemas)),
        base_uri: fields(base_uri_parameters(definition, indices, Some(own))),
        body: body(definition, own).unwrap_or_default(),
    })
}

/// The path parameter `name` of the resource with these indices from the root.
pub(crate) fn argument_of(definition: &Definition, indices: &[u32], name: &str) -> Option<Field> {
    let declared = resources(definition, indices).flat_map(|one| &one.uri_parameters);
    let parameter = declared.filter(|parameter| parameter.name == name).last()?;
    parameters([parameter], &definition.schemas).into_iter().next().map(field)
}

/// A summary of a method: the first line of its description, or else verb and path.
pub(crate) fn summary_of(definition: &Definition, indices: &[u32], index: u32) -> Option<String> {
    let own = resource(definition, indices)?.methods.get(index as usize)?;
    summary(own).or_else(|| {
        let path: String = resources(definition, indices).map(|one| one.path.as_str()).collect();
        Some(format!("{} {path}", own.verb.method()))
    })
}

/// Whether the first argument is the query, as in `js/prelude/22_call.js`.
fn takes_query(verb: Verb) -> bool {
    matches!(verb, Verb::Get | Verb::Head)
}

fn body(definition: &Definition, own: &model::Method) -> Option<Vec<Field>> {
    let preferred = preferred_type(&own.bodies);
    let body = own.bodies.iter().find(|body| Some(&body.media_type) == preferred.as_ref()).or(own.bodies.first())?;
    if !body.form_parameters.is_empty() {
        return Some(parameters(&body.form_parameters, &definition.schemas).into_iter().map(field).collect());
    }
    let outline = outline(body.schema.as_ref()?, &definition.schemas)?;
    let of_alternatives = outline.alternatives.into_iter().flat_map(|alternative| alternative.fields);
    Some(outline.fields.into_iter().chain(of_alternatives).collect())
}

fn field(parameter: Parameter) -> Field {
    let mut outline = parameter.outline;
    outline.description = outline.description.or(parameter.display_name);
    Field { name: parameter.name, required: parameter.required, outline }
}
