//! The arguments in the example call: values of parameters, body and query.

use serde_json::{Value, json};

use super::literal::{Literal, MAX_LENGTH};
use super::outline::outline;
use super::parameter::typed;
use apinb_definition::model::{Body, Method, Parameter, ParameterKind};
use apinb_record::explanation::Outline;
use apinb_schema::schema::Schemas;
use apinb_text::web::verb::Verb;

/// Maximum number of optional parameters in the example call.
const MAX_OPTIONAL: usize = 3;

/// An example value for a parameter: its example, its default, the first allowed value, or else a value of its type.
pub(super) fn argument(parameter: &Parameter, schemas: &Schemas) -> Literal {
    let said = parameter.example.as_ref().or(parameter.default.as_ref()).or(parameter.values.first());
    if parameter.kind == ParameterKind::File {
        return Literal::Code("new Blob(['…'])");
    }
    if let Some(text) = said {
        return Literal::Value(typed(parameter.kind, text));
    }
    // For a string or boolean, a sample of the schema would cost more and say no more.
    let is_plain = matches!(parameter.kind, ParameterKind::String | ParameterKind::Boolean);
    let schema = parameter.schema.as_ref().filter(|_| !is_plain);
    if let Some(sample) = schema.and_then(|schema| schema.sample(schemas)) {
        return Literal::Value(sample);
    }
    Literal::Value(match parameter.kind {
        ParameterKind::Integer | ParameterKind::Number => {
            parameter.minimum.and_then(super::outline::number).map_or(json!(1), Value::Number)
        }
        ParameterKind::Boolean => json!(true),
        ParameterKind::Date => json!("2015-01-01T12:00:00Z"),
        ParameterKind::Array => json!([parameter.name]),
        ParameterKind::Object => json!({}),
        ParameterKind::Null => Value::Null,
        ParameterKind::String | ParameterKind::File | ParameterKind::Any => json!(parameter.name),
    })
}

/// The arguments of a call, without parentheses. `preferred` is the media type that the client would send.
pub(super) fn arguments(method: &Method, preferred: Option<&str>, schemas: &Schemas) -> String {
    let mut query = fields(&method.query_parameters, schemas);
    if let Some(Value::Object(whole)) = method.query_string.as_ref().and_then(|schema| schema.sample(schemas)) {
        query.extend(whole.into_iter().map(|(name, value)| (name, Literal::Value(value))));
    }
    let headers: Vec<_> = method.headers.iter().filter(|header| header.required).collect();
    let headers: Vec<_> = headers.iter().map(|header| (header.name.clone(), argument(header, schemas))).collect();
    let asks = matches!(method.verb, Verb::Get | Verb::Head);
    let first = if asks {
        (!query.is_empty()).then(|| Literal::Object(std::mem::take(&mut query)))
    } else {
        let body = method.bodies.iter().find(|body| Some(body.media_type.as_str()) == preferred);
        body.or(method.bodies.first()).map(|body| of_body(body, schemas))
    };
    let mut options = Vec::new();
    if !query.is_empty() {
        options.push(("query".to_owned(), Literal::Object(query)));
    }
    if !headers.is_empty() {
        options.push(("headers".to_owned(), Literal::Object(headers)));
    }
    let nothing = if asks { "{}" } else { "undefined" };
    let shown = |literal: &Literal| {
        let text = literal.script(0);
        if text.len() > MAX_LENGTH { "body".to_owned() } else { text }
    };
    match (first, options.is_empty()) {
        (None, true) => String::new(),
        (Some(first), true) => shown(&first),
        (first, false) => {
            let first = first.map_or_else(|| nothing.to_owned(), |first| shown(&first));
            format!("{first}, {}", Literal::Object(options).script(0))
        }
    }
}

/// The required parameters, and some optional ones with an example.
fn fields(parameters: &[Parameter], schemas: &Schemas) -> Vec<(String, Literal)> {
    let mut left = MAX_OPTIONAL;
    let mut fields: Vec<(String, Literal)> = Vec::new();
    for parameter in parameters {
        let chosen = parameter.required || (parameter.example.is_some() && !parameter.deprecated && left > 0);
        // A parameter with several types occurs several times.
        if chosen && !fields.iter().any(|(name, _)| *name == parameter.name) {
            left = left.saturating_sub(usize::from(!parameter.required));
            fields.push((parameter.name.clone(), argument(parameter, schemas)));
        }
    }
    fields
}

/// A body from its example, its fields, or else its schema.
pub(super) fn of_body(body: &Body, schemas: &Schemas) -> Literal {
    let essence = body.media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = essence.ends_with("/json") || essence.ends_with("+json");
    let is_form = matches!(essence.as_str(), "application/x-www-form-urlencoded" | "multipart/form-data");
    if is_form {
        let mut chosen = fields(&body.form_parameters, schemas);
        if chosen.is_empty() {
            let some = body.form_parameters.iter().take(MAX_OPTIONAL);
            chosen = some.map(|parameter| (parameter.name.clone(), argument(parameter, schemas))).collect();
        }
        if !chosen.is_empty() {
            return Literal::Object(chosen);
        }
    }
    let whole = body.schema.as_ref().and_then(|schema| outline(schema, schemas));
    let example = body.examples.first().map(|example| example.text.as_str()).filter(|text| !text.trim().is_empty());
    if let Some(text) = example {
        if essence == "application/x-www-form-urlencoded" && text.contains('=') {
            let pairs = url::form_urlencoded::parse(text.trim().as_bytes());
            return Literal::Object(
                pairs.map(|(name, value)| (name.into_owned(), Literal::Value(json!(value)))).collect(),
            );
        }
        let value = serde_json::from_str(text).ok().filter(|value: &Value| is_json || value.is_object());
        return Literal::Value(match (value, &whole) {
            (Some(value), Some(outline)) => sent(value, outline),
            (Some(value), None) => value,
            (None, _) => json!(text.trim()),
        });
    }
    let Some(schema) = &body.schema else { return Literal::Code("body") };
    match (schema.sample(schemas), &whole) {
        (Some(sample), Some(outline)) => Literal::Value(wanted(sent(sample, outline), outline, 0)),
        (Some(sample), None) => Literal::Value(sample),
        (None, _) => Literal::Code("body"),
    }
}

/// Removes what only responses have.
fn sent(value: Value, outline: &Outline) -> Value {
    let field = |name: &str| outline.fields.iter().find(|field| field.name == name).map(|field| &field.outline);
    match value {
        Value::Object(fields) => {
            let sent = fields.into_iter().filter_map(|(name, value)| match field(&name) {
                Some(outline) if outline.read_only => None,
                Some(outline) => Some((name, sent(value, outline))),
                None => Some((name, value)),
            });
            Value::Object(sent.collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(|item| sent(item, outline)).collect()),
        other => other,
    }
}

/// Removes optional nested objects from a sample.
fn wanted(sample: Value, outline: &Outline, depth: usize) -> Value {
    match sample {
        Value::Object(fields) => {
            let kept = fields.into_iter().filter_map(|(name, value)| {
                let Some(field) = outline.fields.iter().find(|field| field.name == name) else {
                    return Some((name, value));
                };
                let simple = field.outline.fields.is_empty() && !field.outline.more;
                let shallow = depth == 0 && !field.outline.more;
                (field.required || simple || shallow).then(|| (name, wanted(value, &field.outline, depth + 1)))
            });
            Value::Object(kept.collect())
        }
        // The fields in the outline of a list are those of its items.
        Value::Array(items) => Value::Array(items.into_iter().map(|item| wanted(item, outline, depth)).collect()),
        other => other,
    }
}
