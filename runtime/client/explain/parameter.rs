//! Parameters, security schemes and requirements, annotations.

use serde_json::{Map, Value};

use super::outline::{number, outline};
use crate::position::resources;
use apinb_definition::model::{
    self, Annotation, Definition, ParameterKind, SchemeUse, SecurityKind, SecurityRequirement,
};
use apinb_record::explanation::{Outline, Parameter, Requirement, Scheme, Style, StyleForm};
use apinb_schema::schema::Schemas;
use apinb_text::web::uri;

/// Converts parameters. Keeps both if a definition declares one twice.
pub(super) fn parameters<'a>(all: impl IntoIterator<Item = &'a model::Parameter>, schemas: &Schemas) -> Vec<Parameter> {
    all.into_iter().map(|one| parameter(one, schemas)).collect()
}

/// The parameters of a path, in the order of the path.
pub(super) fn path_parameters<'a>(
    path: &'a str,
    declared: &'a [&'a model::Parameter],
) -> impl Iterator<Item = &'a model::Parameter> {
    // The nearest declaration of a name takes precedence.
    uri::parameters(path).flat_map(move |name| declared.iter().rev().find(|parameter| parameter.name == name).copied())
}

/// The base URI parameters of a method or a resource.
pub(super) fn base_uri_parameters(
    definition: &Definition,
    indices: &[u32],
    method: Option<&model::Method>,
) -> Vec<Parameter> {
    let of_method = method.and_then(|method| method.servers.first()).map(|server| &server.parameters);
    let mut all: Vec<&model::Parameter> = of_method.unwrap_or(&definition.base_uri_parameters).iter().collect();
    for one in resources(definition, indices) {
        all = overridden(all, &one.base_uri_parameters);
    }
    if let Some(method) = method {
        all = overridden(all, &method.base_uri_parameters);
    }
    let mut shown = parameters(all, &definition.schemas);
    if let Some(version) = &definition.version {
        for parameter in shown.iter_mut().filter(|parameter| parameter.name == "version") {
            parameter.outline.default.get_or_insert_with(|| Value::String(version.clone()));
        }
    }
    shown
}

/// The parameters in `under`, each replaced by the one with the same name in `over`, if any.
fn overridden<'a>(
    under: impl IntoIterator<Item = &'a model::Parameter>,
    over: &'a [model::Parameter],
) -> Vec<&'a model::Parameter> {
    let meant = |one: &'a model::Parameter| over.iter().find(|other| other.name == one.name).unwrap_or(one);
    under.into_iter().map(meant).collect()
}

fn parameter(one: &model::Parameter, schemas: &Schemas) -> Parameter {
    let declared = one.schema.as_ref().and_then(|schema| outline(schema, schemas));
    let kind = match (one.kind, &declared) {
        (ParameterKind::File, _) | (_, None) => one.kind.name().to_owned(),
        (_, Some(declared)) => declared.kind.clone(),
    };
    let value = |text: &Option<String>| text.as_ref().map(|text| typed(one.kind, text));
    let of_schema = declared.unwrap_or_default();
    let outline = Outline {
        kind,
        description: one.description.clone().or(of_schema.description),
        values: if one.values.is_empty() {
            of_schema.values
        } else {
            one.values.iter().map(|text| typed(one.kind, text)).collect()
        },
        default: value(&one.default).or(of_schema.default),
        example: value(&one.example).or(of_schema.example),
        pattern: one.pattern.clone().or(of_schema.pattern),
        // The schema determines whether a bound is exclusive.
        minimum: of_schema
            .minimum
            .or_else(|| one.minimum.and_then(number).filter(|_| of_schema.exclusive_minimum.is_none())),
        maximum: of_schema
            .maximum
            .or_else(|| one.maximum.and_then(number).filter(|_| of_schema.exclusive_maximum.is_none())),
        exclusive_minimum: of_schema.exclusive_minimum.clone(),
        exclusive_maximum: of_schema.exclusive_maximum.clone(),
        min_length: one.min_length.or(of_schema.min_length),
        max_length: one.max_length.or(of_schema.max_length),
        read_only: of_schema.read_only,
        write_only: of_schema.write_only,
        fields: of_schema.fields,
        alternatives: of_schema.alternatives,
        more: of_schema.more,
    };
    Parameter {
        name: one.name.clone(),
        required: one.required,
        deprecated: one.deprecated,
        repeat: one.repeat,
        style: one.style.map(style),
        display_name: one.display_name.clone().filter(|name| *name != one.name),
        outline,
    }
}

fn style(one: model::Style) -> Style {
    let form = match one.form {
        model::StyleForm::Form => StyleForm::Form,
        model::StyleForm::Simple => StyleForm::Simple,
        model::StyleForm::Matrix => StyleForm::Matrix,
        model::StyleForm::Label => StyleForm::Label,
        model::StyleForm::SpaceDelimited => StyleForm::SpaceDelimited,
        model::StyleForm::PipeDelimited => StyleForm::PipeDelimited,
        model::StyleForm::TabDelimited => StyleForm::TabDelimited,
        model::StyleForm::DeepObject => StyleForm::DeepObject,
        model::StyleForm::Json => StyleForm::Json,
    };
    Style { form, explode: one.explode, reserved: one.reserved }
}

/// Parses a value according to its type.
pub(super) fn typed(kind: ParameterKind, text: &str) -> Value {
    let as_text = || Value::String(text.to_owned());
    match kind {
        ParameterKind::String | ParameterKind::Date | ParameterKind::File => as_text(),
        // `007` and `1e999` are not valid JSON.
        ParameterKind::Number
        | ParameterKind::Integer
        | ParameterKind::Boolean
        | ParameterKind::Array
        | ParameterKind::Object
        | ParameterKind::Null
        | ParameterKind::Any => serde_json::from_str(text).unwrap_or_else(|_| as_text()),
    }
}

/// The security requirements with their schemes.
pub(super) fn requirements(all: &[SecurityRequirement], definition: &Definition) -> Vec<Requirement> {
    all.iter()
        .map(|requirement| Requirement {
            schemes: requirement.schemes.iter().map(|used| scheme_in_use(used, definition)).collect(),
        })
        .collect()
}

fn scheme_in_use(used: &SchemeUse, definition: &Definition) -> Scheme {
    let declared = definition.security_schemes.iter().find(|scheme| scheme.name == used.name);
    let mut shown = declared.map(|declared| scheme(declared, &definition.schemas)).unwrap_or_default();
    shown.name.clone_from(&used.name);
    if !used.scopes.is_empty() {
        shown.scopes.clone_from(&used.scopes);
    }
    shown
}

/// A declared scheme.
pub(super) fn scheme(declared: &model::SecurityScheme, schemas: &Schemas) -> Scheme {
    let (kind, scopes, grants) = match &declared.kind {
        SecurityKind::OAuth2(settings) => ("OAuth 2.0", settings.scopes.clone(), settings.authorization_grants.clone()),
        SecurityKind::OAuth1(_) => ("OAuth 1.0", Vec::new(), Vec::new()),
        SecurityKind::Basic => ("Basic", Vec::new(), Vec::new()),
        SecurityKind::Digest => ("Digest", Vec::new(), Vec::new()),
        SecurityKind::Bearer => ("Bearer", Vec::new(), Vec::new()),
        SecurityKind::Other(kind) => (kind.as_str(), Vec::new(), Vec::new()),
    };
    Scheme {
        name: declared.name.clone(),
        kind: Some(kind.to_owned()),
        description: declared.description.clone(),
        scopes,
        grants,
        headers: parameters(&declared.headers, schemas),
        query: parameters(&declared.query_parameters, schemas),
        cookies: parameters(&declared.cookies, schemas),
    }
}

pub(super) fn annotations(all: &[Annotation]) -> Map<String, Value> {
    all.iter().map(|annotation| (annotation.name.clone(), annotation.value.clone())).collect()
}
