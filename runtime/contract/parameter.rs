//! The values of parameters and headers, as their style serializes them.

use apinb_definition::model::{Parameter, ParameterKind, StyleForm};
use apinb_schema::origin::{ORIGIN, Sources};
use apinb_schema::schema::Schema;
use apinb_schema::validator::Validator;
use serde_json::{Map, Value, json};

/// The texts of a parameter in a request: one for each time that it occurs, decoded.
pub(crate) type Texts<'t> = &'t [String];

/// The schema of a parameter; of one that has none, its facets in RAML 0.8.
#[must_use]
pub fn schema_of(parameter: &Parameter) -> Schema {
    if let Some(schema) = &parameter.schema {
        return schema.clone();
    }
    let mut schema = Map::new();
    let kind = match parameter.kind {
        ParameterKind::Number => Some("number"),
        ParameterKind::Integer => Some("integer"),
        ParameterKind::Boolean => Some("boolean"),
        ParameterKind::String | ParameterKind::Date | ParameterKind::File => Some("string"),
        ParameterKind::Array | ParameterKind::Object | ParameterKind::Null | ParameterKind::Any => None,
    };
    schema.extend(kind.map(|kind| ("type".to_owned(), Value::from(kind))));
    if parameter.kind == ParameterKind::Date {
        schema.insert("format".to_owned(), Value::from("rfc2616"));
    }
    let mut add = |keyword: &str, value: Option<Value>| {
        schema.extend(value.map(|value| (keyword.to_owned(), value)));
    };
    add("pattern", parameter.pattern.as_deref().map(Value::from));
    add("minLength", parameter.min_length.map(Value::from));
    add("maxLength", parameter.max_length.map(Value::from));
    add("minimum", parameter.minimum.map(Value::from));
    add("maximum", parameter.maximum.map(Value::from));
    if !parameter.values.is_empty() {
        let is_text = kind == Some("string");
        let read = |text: &String| serde_json::from_str(text).ok().filter(|_| !is_text);
        let values = parameter.values.iter().map(|text| read(text).unwrap_or_else(|| Value::from(text.as_str())));
        add("enum", Some(values.collect()));
    }
    let schema = Value::Object(schema);
    Schema::from_json(if parameter.repeat { json!({ "type": "array", "items": schema }) } else { schema })
}

/// The schema of a form that has none: its parameters in RAML 0.8. Of several with one name, the first counts.
pub(crate) fn schema_of_form(parameters: &[Parameter], sources: Option<&Sources>) -> Schema {
    let (mut properties, mut required, mut origin) = (Map::new(), Vec::new(), Map::new());
    for parameter in parameters {
        if properties.contains_key(&parameter.name) {
            continue;
        }
        let several = parameters.iter().filter(|other| other.name == parameter.name).count() > 1;
        let schema = schema_of(parameter).json().cloned().filter(|_| !several).unwrap_or_else(|| json!({}));
        properties.insert(parameter.name.clone(), schema);
        if parameter.required {
            required.push(parameter.name.as_str());
        }
        if let (Some(sources), Some(location)) = (sources, &parameter.location) {
            let place = sources.place(location);
            origin.insert(format!("required/{}", parameter.name), place.clone());
            origin.insert(format!("properties/{}", parameter.name), place);
        }
    }
    let mut schema = json!({ "type": "object", "properties": properties, ORIGIN: origin });
    if let (Value::Object(schema), false) = (&mut schema, required.is_empty()) {
        schema.insert("required".to_owned(), json!(required));
    }
    Schema::from_json(schema)
}

/// The value of a parameter. `None` for an object that is spread over several parameters, which cannot be separated.
pub(crate) fn value(parameter: &Parameter, texts: Texts<'_>, validator: &Validator) -> Option<Value> {
    let first = texts.first()?;
    let style = parameter.style;
    let form = style.map(|style| style.form);
    let explode = style.is_none_or(|style| style.explode);
    let mut value = match form {
        Some(StyleForm::Json) => return serde_json::from_str(first).ok().or_else(|| Some(Value::from(first.as_str()))),
        Some(StyleForm::DeepObject) => return None,
        Some(StyleForm::Form) if validator.is_object() && explode => return None,
        _ if validator.is_object() => return None,
        _ if validator.is_list() => list(form, explode, texts),
        Some(StyleForm::Label) => Value::from(first.strip_prefix('.').unwrap_or(first)),
        Some(StyleForm::Matrix) => Value::from(matrix(first, &parameter.name)),
        _ => Value::from(first.as_str()),
    };
    validator.read_texts(&mut value);
    Some(value)
}

/// The items of a list.
fn list(form: Option<StyleForm>, explode: bool, texts: Texts<'_>) -> Value {
    let delimiter = match form {
        Some(StyleForm::SpaceDelimited) => ' ',
        Some(StyleForm::PipeDelimited) => '|',
        Some(StyleForm::TabDelimited) => '\t',
        Some(StyleForm::Label) if explode => '.',
        _ => ',',
    };
    let is_repeated = matches!(form, None | Some(StyleForm::Form)) && explode;
    if is_repeated {
        return texts.iter().map(String::as_str).collect();
    }
    let items = texts.iter().flat_map(|text| {
        let text = match form {
            Some(StyleForm::Label) => text.strip_prefix('.').unwrap_or(text),
            Some(StyleForm::Matrix) => text.split_once('=').map_or(text.as_str(), |(_, value)| value),
            _ => text,
        };
        text.split(delimiter).filter(|item| !item.is_empty())
    });
    items.collect()
}

/// The items of a list in a query, as its style separates them; none for another parameter.
#[must_use]
pub fn list_items(parameter: &Parameter, texts: &[String]) -> Option<Vec<String>> {
    if !parameter.repeat && parameter.kind != ParameterKind::Array {
        return None;
    }
    let style = parameter.style;
    let items = list(style.map(|style| style.form), style.is_none_or(|style| style.explode), texts);
    items.as_array().map(|items| items.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

fn matrix<'t>(text: &'t str, name: &str) -> &'t str {
    text.strip_prefix(';').and_then(|rest| rest.strip_prefix(name)?.strip_prefix('=')).unwrap_or(text)
}

/// The value of a response header. A list may be in one header or in several.
pub(crate) fn header(texts: &[&str], validator: &Validator) -> Value {
    let mut value = if validator.is_list() {
        texts.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|item| !item.is_empty()).collect()
    } else {
        Value::from(texts.first().map(|text| text.trim()).unwrap_or_default())
    };
    validator.read_texts(&mut value);
    value
}

/// Whether a query parameter called `name` is a part of this one: `filter[name]` of the object `filter`.
pub(crate) fn is_part(parameter: &Parameter, name: &str) -> bool {
    let form = parameter.style.map(|style| style.form);
    form == Some(StyleForm::DeepObject)
        && name.strip_prefix(&parameter.name).is_some_and(|rest| rest.starts_with('[') && rest.ends_with(']'))
}

/// Whether a parameter is an object whose properties are parameters of their own: any name may be one.
pub(crate) fn spreads(parameter: &Parameter) -> bool {
    let is_form = parameter.style.is_some_and(|style| style.form == StyleForm::Form && style.explode);
    is_form && matches!(parameter.kind, ParameterKind::Object | ParameterKind::Any)
}

#[cfg(test)]
mod tests {
    use apinb_definition::model::{Parameter, ParameterKind, Style, StyleForm};
    use apinb_schema::direction::Direction;
    use apinb_schema::schema::{Schema, Schemas};
    use serde_json::{Value, json};

    use super::{schema_of, value};

    fn check(parameter: &Parameter, texts: &[&str], expected: Option<&Value>) {
        let schema = parameter.schema.clone().unwrap_or_else(|| schema_of(parameter));
        let validator = schema.directed_validator(&Schemas::default(), Direction::Request).unwrap();
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(value(parameter, &texts, &validator).as_ref(), expected, "{parameter:?}");
    }

    #[test]
    fn styles_are_read() {
        let list = |form, explode| Parameter {
            name: "ids".to_owned(),
            schema: Some(Schema::from_json(json!({"type": "array", "items": {"type": "integer"}}))),
            style: Some(Style { form, explode, reserved: false }),
            ..Parameter::default()
        };
        check(&list(StyleForm::Form, true), &["1", "2"], Some(&json!([1, 2])));
        check(&list(StyleForm::Form, false), &["1,x"], Some(&json!([1, "x"])));
        check(&list(StyleForm::PipeDelimited, false), &["1|2"], Some(&json!([1, 2])));
        check(&list(StyleForm::Label, true), &[".1.2"], Some(&json!([1, 2])));
        check(&list(StyleForm::Matrix, false), &[";ids=1,2"], Some(&json!([1, 2])));
        check(&list(StyleForm::Json, false), &["[1]"], Some(&json!([1])));
    }

    #[test]
    fn facets_of_raml_are_a_schema() {
        let number = Parameter { kind: ParameterKind::Integer, values: vec!["1".to_owned()], ..Parameter::default() };
        check(&number, &["1"], Some(&json!(1)));
        check(&number, &["x"], Some(&json!("x")));
        let text = Parameter { values: vec!["1".to_owned()], ..Parameter::default() };
        check(&text, &["1"], Some(&json!("1")));
        check(&Parameter { repeat: true, ..number }, &["1", "2"], Some(&json!([1, 2])));
    }
}
