//! The parameters of a call and the fields of its body, with their types.
//!
//! Less than an explanation: it has no examples and responses, which may be deferred documents.

use super::outline::outline;
use super::parameter::{base_uri_parameters, parameters, path_parameters};
use super::summary::summary;
use crate::method::preferred_type;
use crate::place::{resource, resources};
use apinb_definition::model::{self, Definition};
use apinb_record::explanation::{Field, Parameter};
use apinb_text::web::verb::Verb;

/// The parameters and fields of a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    /// Whether its first argument is the query, not the body.
    pub takes_query: bool,
    /// Parameters of the query.
    pub query: Vec<Field>,
    pub headers: Vec<Field>,
    /// Path parameters.
    pub uri: Vec<Field>,
    /// Base URI parameters.
    pub base_uri: Vec<Field>,
    /// Fields of the body, in the default media type.
    pub body: Vec<Field>,
}

/// Of the method `index` of a resource, given by its indices from the root on.
pub(crate) fn arguments(definition: &Definition, indices: &[u32], index: u32) -> Option<Arguments> {
    let own = resource(definition, indices)?.methods.get(index as usize)?;
    let path: String = resources(definition, indices).map(|one| one.path.as_str()).collect();
    let tags: Vec<&model::Parameter> = resources(definition, indices).flat_map(|one| &one.uri_parameters).collect();
    let fields = |all: Vec<Parameter>| all.into_iter().map(field).collect();
    let schemas = &definition.schemas;
    Some(Arguments {
        takes_query: takes_query(own.verb),
        query: fields(parameters(&own.query_parameters, schemas)),
        headers: fields(parameters(&own.headers, schemas)),
        uri: fields(parameters(path_parameters(&path, &tags), schemas)),
        base_uri: fields(base_uri_parameters(definition, indices, Some(own))),
        body: body(definition, own).unwrap_or_default(),
    })
}

/// A summary of a method: the first line of its description, else what it sends.
pub(crate) fn summary_of(definition: &Definition, indices: &[u32], index: u32) -> Option<String> {
    let own = resource(definition, indices)?.methods.get(index as usize)?;
    summary(own).or_else(|| {
        let path: String = resources(definition, indices).map(|one| one.path.as_str()).collect();
        Some(format!("{} {path}", own.verb.method()))
    })
}

/// As `js/prelude/22_call.js`: the first argument of these is the query.
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
