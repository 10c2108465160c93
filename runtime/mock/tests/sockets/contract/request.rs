//! A request for each operation of a definition, with values that its parameters and bodies allow.

use apinb_contract::parameter_schema;
use apinb_definition::model::{
    Body, Definition, Method, Parameter, ParameterKind, Resource, SecurityKind, SecurityScheme, StyleForm,
};
use apinb_schema::direction::Direction;
use apinb_schema::marks::MarkKind;
use apinb_schema::schema::Schema;
use serde_json::Value;
use url::form_urlencoded;

const BOUNDARY: &str = "boundary-of-parts";

/// A request.
#[derive(Debug)]
pub struct Request {
    pub method: &'static str,
    /// Path and query.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// A request for each operation. `complete`: with the optional parameters.
pub fn requests(definition: &Definition, complete: bool) -> Vec<Request> {
    let mut requests = Vec::new();
    gather(definition, &definition.resources, &mut Vec::new(), complete, &mut requests);
    requests
}

fn gather<'d>(
    definition: &'d Definition,
    resources: &'d [Resource],
    above: &mut Vec<&'d Resource>,
    complete: bool,
    requests: &mut Vec<Request>,
) {
    for resource in resources {
        above.push(resource);
        requests.extend(resource.methods.iter().map(|method| request(definition, above, method, complete)));
        gather(definition, &resource.resources, above, complete, requests);
        above.pop();
    }
}

fn request(definition: &Definition, resources: &[&Resource], method: &Method, complete: bool) -> Request {
    let is_sent = |parameter: &&Parameter| complete || parameter.required;
    let mut query = Vec::new();
    let mut headers = Vec::new();
    let mut cookies = Vec::new();
    for parameter in unique(&method.query_parameters).into_iter().filter(is_sent) {
        query.extend(pairs(parameter, &value(definition, parameter)));
    }
    if let Some(Value::Object(fields)) = method.query_string.as_ref().and_then(|own| own.sample(&definition.schemas)) {
        query.extend(fields.iter().map(|(name, value)| (name.clone(), text(value))));
    }
    for parameter in unique(&method.headers).into_iter().filter(is_sent) {
        headers.push((parameter.name.clone(), one_text(parameter, &value(definition, parameter))));
    }
    for parameter in unique(&method.cookies).into_iter().filter(is_sent) {
        cookies.push((parameter.name.clone(), one_text(parameter, &value(definition, parameter))));
    }
    for scheme in schemes(definition, method) {
        credentials(definition, scheme, &mut query, &mut headers, &mut cookies);
    }
    if !cookies.is_empty() {
        let cookies: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        headers.push(("cookie".to_owned(), cookies.join("; ")));
    }
    let mut body = String::new();
    if let Some(own) = preferred(&method.bodies).filter(|_| complete || method.body_required) {
        let (media_type, text) = content(definition, own);
        headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        headers.push(("Content-Type".to_owned(), media_type));
        body = text;
    }
    let mut target = path(definition, resources);
    if !query.is_empty() {
        target.push('?');
        target.push_str(&form_urlencoded::Serializer::new(String::new()).extend_pairs(&query).finish());
    }
    Request { method: method.verb.method(), target, headers, body }
}

/// Of several parameters with one name, the first.
fn unique(parameters: &[Parameter]) -> Vec<&Parameter> {
    let mut unique: Vec<&Parameter> = Vec::new();
    for parameter in parameters {
        if !unique.iter().any(|known| known.name == parameter.name) {
            unique.push(parameter);
        }
    }
    unique
}

/// The schemes of the first security requirement.
fn schemes<'d>(definition: &'d Definition, method: &Method) -> Vec<&'d SecurityScheme> {
    let requirements = method.secured_by.as_ref().unwrap_or(&definition.secured_by);
    let first = requirements.first().map(|requirement| requirement.schemes.as_slice()).unwrap_or_default();
    let declared = |name: &str| definition.security_schemes.iter().find(|scheme| scheme.name == name);
    first.iter().filter_map(|one| declared(&one.name)).collect()
}

type Pairs = Vec<(String, String)>;

fn credentials(
    definition: &Definition,
    scheme: &SecurityScheme,
    query: &mut Pairs,
    headers: &mut Pairs,
    cookies: &mut Pairs,
) {
    let authorization = match &scheme.kind {
        SecurityKind::OAuth2(_) | SecurityKind::Bearer => Some("Bearer given"),
        SecurityKind::OAuth1(_) => Some("OAuth oauth_token=\"given\""),
        SecurityKind::Basic => Some("Basic eDp5"),
        SecurityKind::Digest => Some("Digest username=\"given\""),
        SecurityKind::Other(_) => None,
    };
    let add = |all: &mut Pairs, parameters: &[Parameter]| {
        for parameter in unique(parameters) {
            if !all.iter().any(|(name, _)| name.eq_ignore_ascii_case(&parameter.name)) {
                all.push((parameter.name.clone(), one_text(parameter, &value(definition, parameter))));
            }
        }
    };
    headers.extend(authorization.map(|value| ("Authorization".to_owned(), value.to_owned())));
    add(headers, &scheme.headers);
    if authorization.is_none() {
        add(query, &scheme.query_parameters);
        add(cookies, &scheme.cookies);
    }
}

fn path(definition: &Definition, resources: &[&Resource]) -> String {
    let template: String = resources.iter().map(|resource| resource.path.trim_end_matches('/')).collect();
    let mut path = String::new();
    let mut rest = template.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').expect("a parameter ends");
        path.push_str(before);
        if name == "mediaTypeExtension" {
            path.push_str(".json");
        } else {
            let declared = resources.iter().flat_map(|resource| &resource.uri_parameters);
            let parameter = declared.into_iter().find(|parameter| parameter.name == name).expect("a parameter");
            let text = in_path(parameter, &value(definition, parameter));
            path.extend(form_urlencoded::byte_serialize(text.as_bytes()).map(|part| part.replace('+', "%20")));
        }
        rest = behind;
    }
    format!("/{}", (path + rest).trim_start_matches('/'))
}

fn in_path(parameter: &Parameter, value: &Value) -> String {
    let text = one_text(parameter, value);
    match parameter.style.map(|style| style.form) {
        Some(StyleForm::Label) => format!(".{text}"),
        Some(StyleForm::Matrix) => format!(";{}={text}", parameter.name),
        _ => text,
    }
}

/// A value that a parameter allows: a declared one, or else a sample of its schema.
fn value(definition: &Definition, parameter: &Parameter) -> Value {
    let schema = parameter_schema(parameter);
    let sample = schema.sample(&definition.schemas).unwrap_or_default();
    let declared = parameter.example.as_ref().or(parameter.values.first()).or(parameter.default.as_ref());
    let read = |text: &String| match parameter.kind {
        ParameterKind::String | ParameterKind::Date | ParameterKind::File => Value::from(text.as_str()),
        _ => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str())),
    };
    let is_valid =
        |value: &Value| schema.validate(&definition.schemas, value).is_ok_and(|violations| violations.is_empty());
    declared.map(read).filter(is_valid).unwrap_or(sample)
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A value in one text: the items of a list between the delimiters of its style.
fn one_text(parameter: &Parameter, value: &Value) -> String {
    let form = parameter.style.map(|style| style.form);
    let delimiter = match form {
        Some(StyleForm::Json) => return value.to_string(),
        Some(StyleForm::SpaceDelimited) => " ",
        Some(StyleForm::PipeDelimited) => "|",
        Some(StyleForm::TabDelimited) => "\t",
        Some(StyleForm::Label) if parameter.style.is_some_and(|style| style.explode) => ".",
        _ => ",",
    };
    match value {
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(delimiter),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{name},{}", text(value)));
            fields.collect::<Vec<_>>().join(",")
        }
        other => text(other),
    }
}

/// A query parameter as pairs.
fn pairs(parameter: &Parameter, value: &Value) -> Pairs {
    let name = &parameter.name;
    let form = parameter.style.map(|style| style.form);
    let explode = parameter.style.is_none_or(|style| style.explode);
    match value {
        Value::Array(items) if explode && matches!(form, None | Some(StyleForm::Form)) => {
            items.iter().map(|item| (name.clone(), text(item))).collect()
        }
        Value::Object(fields) if form == Some(StyleForm::DeepObject) => {
            fields.iter().map(|(field, value)| (format!("{name}[{field}]"), text(value))).collect()
        }
        Value::Object(fields) if explode && form == Some(StyleForm::Form) => {
            fields.iter().map(|(field, value)| (field.clone(), text(value))).collect()
        }
        _ => vec![(name.clone(), one_text(parameter, value))],
    }
}

fn is_json(media_type: &str) -> bool {
    media_type.is_empty() || media_type.contains("json")
}

fn preferred(bodies: &[Body]) -> Option<&Body> {
    bodies.iter().find(|body| is_json(&body.media_type)).or(bodies.first())
}

/// The media type of a body, and its example or a sample of its schema.
fn content(definition: &Definition, body: &Body) -> (String, String) {
    let example = body.examples.first().map(|example| example.text.as_str().to_owned());
    // Many published examples break their own schema.
    let is_valid = |text: &String| match (serde_json::from_str::<Value>(text), &body.schema) {
        (Ok(value), Some(schema)) => schema
            .directed_validator(&definition.schemas, Direction::Request)
            .is_ok_and(|validator| validator.validate(&value).is_ok_and(|violations| violations.is_empty())),
        (read, _) => read.is_ok(),
    };
    let sample = || {
        let schema = body.schema.as_ref()?;
        let mut value = schema.sample(&definition.schemas)?;
        without_read_only(&mut value, schema, definition);
        Some(value)
    };
    let fields = || match sample() {
        Some(Value::Object(fields)) => fields,
        _ => unique(&body.form_parameters).into_iter().map(|one| (one.name.clone(), value(definition, one))).collect(),
    };
    let media_type = body.media_type.trim();
    if media_type.starts_with("multipart/") {
        let part = |(name, value): (&String, &Value)| {
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{}\r\n", text(value))
        };
        let parts: String = fields().iter().map(part).collect();
        return (format!("{media_type}; boundary={BOUNDARY}"), format!("{parts}--{BOUNDARY}--\r\n"));
    }
    if media_type == "application/x-www-form-urlencoded" {
        let fields = fields();
        let pairs = fields.iter().flat_map(|(name, value)| {
            let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            values.iter().map(|value| (name.clone(), text(value)))
        });
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        return (media_type.to_owned(), text);
    }
    if is_json(media_type) {
        let media_type = if media_type.is_empty() { "application/json" } else { media_type };
        let own = example.filter(is_valid);
        let text = own.or_else(|| Some(sample()?.to_string())).unwrap_or_else(|| "{}".to_owned());
        return (media_type.to_owned(), text);
    }
    let xml = || body.schema.as_ref()?.to_xml(&definition.schemas, &sample()?);
    let media_type = if media_type.contains('*') { "application/octet-stream" } else { media_type };
    (media_type.to_owned(), example.or_else(xml).unwrap_or_else(|| "text".to_owned()))
}

/// Removes the properties that only responses have, from the value itself: samples nest few objects.
fn without_read_only(value: &mut Value, schema: &Schema, definition: &Definition) {
    let Ok(validator) = schema.directed_validator(&definition.schemas, Direction::Request) else {
        return;
    };
    for mark in validator.marks(value, Direction::Request) {
        if mark.kind == MarkKind::OtherDirection
            && let Some((above, name)) = mark.pointer.rsplit_once('/')
            && let Some(Value::Object(fields)) = value.pointer_mut(above)
        {
            fields.shift_remove(name);
        }
    }
}
