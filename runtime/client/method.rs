//! The shape of a method for a call: its path split at the parameters, and the declarations that affect the request.

use std::collections::{BTreeMap, HashMap};

use super::children::PathMethod;
use super::position::{FilledParameter, ParameterSource, resource, resources};
use apinb_definition::model::{Body, Definition, Parameter, Resource, Server, Style};
use apinb_record::value::PlannedValue;
use apinb_text::web::uri::{Piece, pieces};

/// A parameter of a method's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathParameter {
    pub name: String,
    /// The value, if the definition allows only one.
    pub only: Option<String>,
    pub style: Option<Style>,
}

/// A query parameter, a header or a cookie that a method declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub style: Option<Style>,
}

/// A server that a method declares itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodServer {
    /// A URI template that replaces the API's base URI.
    pub uri: String,
    /// The default values of its parameters.
    pub defaults: BTreeMap<String, String>,
}

/// The parts of a method that a call needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodShape {
    /// `get`, `post`, …
    pub name: String,
    /// The resource, as indices from the root.
    pub resource: Vec<u32>,
    /// The index of the method in that resource.
    pub index: u32,
    /// The literal text around the parameters: one more than `parameters`.
    pub literals: Vec<String>,
    /// The path parameters, in order.
    pub parameters: Vec<PathParameter>,
    /// The parameters that the client path sets. `{mediaTypeExtension}` may be missing.
    pub filled: Vec<FilledParameter>,
    /// Values of base URI parameters that the method or its resources declare.
    pub base_uri_parameters: BTreeMap<String, String>,
    /// The preferred media type of the declared bodies: JSON, form, multipart, or else the first.
    pub content_type: Option<String>,
    /// The query parameters with a declared style.
    pub query: Vec<Named>,
    /// The headers with a declared style.
    pub headers: Vec<Named>,
    /// The cookies, with or without a style.
    pub cookies: Vec<Named>,
    /// The server that replaces the API's base URI.
    pub server: Option<MethodServer>,
}

impl MethodShape {
    /// The values of the path parameters by index, if the calls in the client path have these arguments.
    #[must_use]
    pub fn values(&self, arguments: &[PlannedValue]) -> BTreeMap<u32, PlannedValue> {
        let value = |value: &ParameterSource| match value {
            ParameterSource::Argument(index) => arguments.get(*index as usize).cloned(),
            ParameterSource::Text(text) => Some(PlannedValue::Text(text.clone())),
        };
        self.filled.iter().filter_map(|filled| Some((filled.parameter, value(&filled.value)?))).collect()
    }
}

/// The shape of a method; `None` if it does not exist.
#[must_use]
pub fn method_shape(definition: &Definition, of: &PathMethod) -> Option<MethodShape> {
    let PathMethod { resource: indices, index, filled } = of;
    let method = resource(definition, indices)?.methods.get(*index as usize)?;
    let mut path = Template::default();
    let mut base_uri_parameters = BTreeMap::new();
    let mut fill = |parameters: &[Parameter]| {
        let first = by_name(parameters);
        for parameter in parameters {
            let only = first.get(parameter.name.as_str()).copied().and_then(only_value);
            if let Some(value) = only.or_else(|| parameter.default.clone()) {
                base_uri_parameters.insert(parameter.name.clone(), value);
            }
        }
    };
    for resource in resources(definition, indices) {
        path.add(resource);
        fill(&resource.base_uri_parameters);
    }
    fill(&method.base_uri_parameters);
    Some(MethodShape {
        name: method.verb.name().to_owned(),
        resource: indices.clone(),
        index: *index,
        literals: path.literals,
        parameters: path.parameters,
        filled: filled.clone(),
        base_uri_parameters,
        content_type: preferred_type(&method.bodies),
        query: styled(&method.query_parameters),
        headers: styled(&method.headers),
        cookies: method.cookies.iter().map(named).collect(),
        server: method.servers.first().map(server),
    })
}

fn styled(parameters: &[Parameter]) -> Vec<Named> {
    parameters.iter().filter(|parameter| parameter.style.is_some()).map(named).collect()
}

fn named(parameter: &Parameter) -> Named {
    Named { name: parameter.name.clone(), style: parameter.style }
}

fn server(server: &Server) -> MethodServer {
    let value = |parameter: &Parameter| match (&parameter.default, parameter.values.as_slice()) {
        (Some(default), _) => Some(default.clone()),
        (None, [only]) => Some(only.clone()),
        (None, _) => None,
    };
    let defaults = server.parameters.iter().filter_map(|parameter| Some((parameter.name.clone(), value(parameter)?)));
    MethodServer { uri: server.uri.clone(), defaults: defaults.collect() }
}

/// A path split at its parameters.
struct Template {
    /// One more than `parameters`.
    literals: Vec<String>,
    parameters: Vec<PathParameter>,
}

impl Default for Template {
    fn default() -> Self {
        Self { literals: vec![String::new()], parameters: Vec::new() }
    }
}

impl Template {
    /// Adds the path of a resource.
    fn add(&mut self, resource: &Resource) {
        let declared = by_name(&resource.uri_parameters);
        for (index, segment) in resource.path.split('/').enumerate() {
            if index > 0 {
                self.literal("/");
            }
            for piece in pieces(segment) {
                match piece {
                    Piece::Literal(text) => self.literal(text),
                    Piece::Parameter(name) => {
                        let declared = declared.get(name).copied();
                        let only = declared.and_then(only_value);
                        let style = declared.and_then(|parameter| parameter.style);
                        self.parameters.push(PathParameter { name: name.to_owned(), only, style });
                        self.literals.push(String::new());
                    }
                }
            }
        }
    }

    fn literal(&mut self, text: &str) {
        if let Some(last) = self.literals.last_mut() {
            last.push_str(text);
        }
    }
}

/// The preferred media type: JSON, form, multipart, or else the first one declared.
pub(super) fn preferred_type(bodies: &[Body]) -> Option<String> {
    let rank = |body: &Body| {
        let essence = body.media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/json" => 0,
            json if json.ends_with("+json") => 1,
            "application/x-www-form-urlencoded" => 2,
            "multipart/form-data" => 3,
            _ => 4,
        }
    };
    bodies
        .iter()
        .filter(|body| !body.media_type.is_empty())
        .min_by_key(|body| rank(body))
        .map(|body| body.media_type.clone())
}

/// The first parameter with each name.
fn by_name(parameters: &[Parameter]) -> HashMap<&str, &Parameter> {
    parameters.iter().rev().map(|parameter| (parameter.name.as_str(), parameter)).collect()
}

fn only_value(parameter: &Parameter) -> Option<String> {
    match parameter.values.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}
