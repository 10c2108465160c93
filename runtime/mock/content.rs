//! The content of a declared response in one media type, generated on first use: an example, or else a value that
//! conforms to the schema.

use std::sync::{Arc, OnceLock};

use apinb_definition::model::{Body, Definition};
use apinb_schema::schema::Schema;
use apinb_text::source::deferred::Text;
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::exchange::Origin;

/// The content of a response in one media type.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) media_type: String,
    examples: Vec<Text>,
    schema: Option<Schema>,
    definition: Arc<Definition>,
    made: OnceLock<(ContentBody, Origin)>,
}

#[derive(Clone, Debug)]
pub(crate) enum ContentBody {
    Json(Value),
    Text(String),
}

/// The serialization of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    /// `a=1&b=2`.
    Pairs,
    /// A single value without quotes.
    Plain,
    /// Another media type.
    Other,
}

impl Content {
    /// The content that `body` declares.
    pub(crate) fn of(body: &Body, definition: &Arc<Definition>) -> Self {
        let media_type = match body.media_type.trim() {
            "" => "application/json".to_owned(),
            named => named.to_owned(),
        };
        Self {
            media_type,
            examples: body.examples.iter().map(|example| example.text.clone()).collect(),
            schema: body.schema.clone(),
            definition: Arc::clone(definition),
            made: OnceLock::new(),
        }
    }

    /// Whether the content is JSON, so that the store can work with it.
    pub(crate) fn is_json(&self) -> bool {
        self.form() == Form::Json && matches!(self.body().0, ContentBody::Json(_))
    }

    /// The content and its origin.
    pub(crate) fn body(&self) -> (&ContentBody, Origin) {
        let (body, origin) = self.made.get_or_init(|| match self.form() {
            Form::Json => self.json(),
            form => self.text(form),
        });
        (body, *origin)
    }

    /// JSON content without validation.
    pub(crate) fn sketch(&self) -> Option<Value> {
        if self.form() != Form::Json {
            return None;
        }
        self.parsed().or_else(|| self.schema.as_ref()?.sketch(&self.definition.schemas))
    }

    fn form(&self) -> Form {
        let media_type = self.media_type.to_ascii_lowercase();
        match media_type.split(';').next().unwrap_or_default().trim() {
            name if name.contains("json") => Form::Json,
            "application/x-www-form-urlencoded" => Form::Pairs,
            "text/plain" => Form::Plain,
            _ => Form::Other,
        }
    }

    /// The first example that is valid JSON.
    fn parsed(&self) -> Option<Value> {
        self.examples.iter().find_map(|example| serde_json::from_str(example.as_str()).ok())
    }

    fn sample(&self) -> Option<Value> {
        self.schema.as_ref()?.sample(&self.definition.schemas)
    }

    fn json(&self) -> (ContentBody, Origin) {
        if let Some(value) = self.parsed() {
            return (ContentBody::Json(value), Origin::Example);
        }
        let first = self.examples.first().map(Text::as_str);
        if let (Some(first), Some(schema)) = (first, &self.schema) {
            // Authors often write a string example without quotes.
            let text = Value::String(first.to_owned());
            if schema.validate(&self.definition.schemas, &text).is_ok_and(|violations| violations.is_empty()) {
                return (ContentBody::Json(text), Origin::Example);
            }
        }
        match (self.sample(), first) {
            (Some(sample), _) => (ContentBody::Json(sample), Origin::Schema),
            (None, Some(first)) => (ContentBody::Text(first.to_owned()), Origin::Example),
            (None, None) => (ContentBody::Json(Value::Object(Map::new())), Origin::Nothing),
        }
    }

    fn text(&self, form: Form) -> (ContentBody, Origin) {
        if let Some(example) = self.examples.first() {
            return (ContentBody::Text(example.as_str().to_owned()), Origin::Example);
        }
        let sample = if form == Form::Other { None } else { self.sample() };
        let text = match (form, sample) {
            (Form::Pairs, Some(Value::Object(fields))) => Some(pairs(&fields)),
            (Form::Plain, Some(value)) if !value.is_object() && !value.is_array() => Some(plain(&value)),
            _ => None,
        };
        match text {
            Some(text) => (ContentBody::Text(text), Origin::Schema),
            None => (ContentBody::Text(String::new()), Origin::Nothing),
        }
    }
}

/// `a=1&b=2`. A list repeats its name, and a nested value is JSON.
fn pairs(fields: &Map<String, Value>) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        for value in value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice) {
            pairs.append_pair(name, &plain(value));
        }
    }
    pairs.finish()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use apinb_definition::model::{Body, Definition, Example};
    use apinb_schema::schema::Schema;
    use apinb_text::source::deferred::Text;
    use serde_json::json;

    use super::{Content, ContentBody};
    use crate::exchange::Origin;

    fn check(media_type: &str, examples: &[&str], schema: Option<&str>, expected: &str, origin: Origin) {
        let mut definition = Definition::default();
        definition.schemas.insert("user", Schema::from_json(json!({"properties": {"id": {"type": "integer"}}})));
        let body = Body {
            media_type: media_type.to_owned(),
            examples: examples.iter().map(|example| Example::from(Text::from(*example))).collect(),
            schema: schema.map(|schema| Schema::from_text(Text::from(schema))),
            ..Body::default()
        };
        let content = Content::of(&body, &Arc::new(definition));
        let (made, from) = content.body();
        let made = match made {
            ContentBody::Json(value) => value.to_string(),
            ContentBody::Text(text) => text.clone(),
        };
        assert_eq!((made.as_str(), from), (expected, origin), "{media_type} {examples:?} {schema:?}");
    }

    #[test]
    fn json_is_an_example_a_sample_or_nothing() {
        let json = "application/json";
        check(json, &["{ \"a\": 1 }"], Some("{}"), "{\"a\":1}", Origin::Example);
        check(json, &["not json", "[2]"], None, "[2]", Origin::Example);
        check(json, &["not json"], None, "not json", Origin::Example);
        check(json, &["Ada"], Some(r#"{"type": "string"}"#), "\"Ada\"", Origin::Example);
        check(json, &["not json"], Some(r#"{"type": "integer"}"#), "1", Origin::Schema);
        check(json, &[], Some(r#"{"type": "array", "items": {"type": "integer"}}"#), "[1]", Origin::Schema);
        check("", &[], Some(r#"{"$ref": "user"}"#), "{\"id\":1}", Origin::Schema);
        check(json, &[], Some("not json"), "{}", Origin::Nothing);
        check(json, &[], None, "{}", Origin::Nothing);
    }

    #[test]
    fn other_media_types_have_a_body_if_it_can_be_serialized() {
        let user =
            r#"{"properties": {"name": {"type": "string"}, "ids": {"items": {"type": "integer"}, "minItems": 2}}}"#;
        check("application/x-www-form-urlencoded", &[], Some(user), "name=name&ids=1&ids=1", Origin::Schema);
        check("text/plain; charset=utf-8", &[], Some(r#"{"type": "string"}"#), "text", Origin::Schema);
        check("text/plain", &[], Some(r#"{"type": "integer"}"#), "1", Origin::Schema);
        check("text/plain", &["hello"], Some(r#"{"type": "integer"}"#), "hello", Origin::Example);
        check("text/plain", &[], Some(user), "", Origin::Nothing);
        check("text/xml", &[], Some(user), "", Origin::Nothing);
        check("image/png", &[], None, "", Origin::Nothing);
    }
}
