//! The shape of a method for a call: its path split at the parameters, and the declarations that affect the request.

use std::collections::{BTreeMap, HashMap};

use super::children::PathMethod;
use super::position::{FilledParameter, ParameterSource, resource, resources};
use apinb_definition::model::{Body, Definition, EXTENSION_PARAMETER, Parameter, Resource, Server, Style};
use apinb_record::value::PlannedValue;
use apinb_text::web::uri::{Piece, pieces};

/// A parameter of a method's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathParameter {
    pub name: String,
    /// The value, if the definition allows only one.
    pub only: Option<String>,
    /// The value of a call that sets none. OpenAPI has no such value, since every call must set one.
    pub default: Option<String>,
    /// Whether a call needs a value even if the segment has other text.
    pub required: bool,
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
    /// The media type of a body that is sent unchanged: the only one that is declared.
    pub only_content_type: Option<String>,
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
    /// The parameters that a call lacks if it sets only those for which `is_set` is true, by index.
    #[must_use]
    pub fn missing(&self, is_set: impl Fn(usize) -> bool) -> Vec<&str> {
        let mut missing = Vec::new();
        // The parameter without a value in the current segment, while that has no text.
        let mut blank = None;
        let mut has_text = false;
        for (index, literal) in self.literals.iter().enumerate() {
            for (part, text) in literal.split('/').enumerate() {
                if part > 0 {
                    missing.extend(blank.take().filter(|_| !has_text));
                    has_text = false;
                }
                has_text |= !text.is_empty();
            }
            let Some(parameter) = self.parameters.get(index).filter(|one| one.name != EXTENSION_PARAMETER) else {
                continue;
            };
            if parameter.only.is_some() || parameter.default.is_some() || is_set(index) {
                has_text = true;
            } else if parameter.required {
                missing.push(parameter.name.as_str());
            } else {
                blank = blank.or(Some(parameter.name.as_str()));
            }
        }
        missing.extend(blank.filter(|_| !has_text));
        missing
    }

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
        path.add(resource, definition.requires_path_parameters);
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
        only_content_type: only_type(&method.bodies),
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
    fn add(&mut self, resource: &Resource, required: bool) {
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
                        let default = declared.and_then(|parameter| parameter.default.clone());
                        let default = default.filter(|_| !required);
                        self.parameters.push(PathParameter { name: name.to_owned(), only, default, required, style });
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

/// The only declared media type, unless it is a range (RFC 9110, section 12.5.1), or needs a boundary.
fn only_type(bodies: &[Body]) -> Option<String> {
    let mut types = bodies.iter().map(|body| body.media_type.as_str()).filter(|media_type| !media_type.is_empty());
    let only = types.next()?;
    let is_usable = !only.contains('*') && !only.to_ascii_lowercase().starts_with("multipart/");
    (is_usable && types.all(|other| other.eq_ignore_ascii_case(only))).then(|| only.to_owned())
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
