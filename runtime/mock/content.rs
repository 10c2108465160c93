//! The content of a declared body in one media type, generated on first use: an example, or else a value that conforms
//! to the schema. It has no `writeOnly` properties.

use std::sync::{Arc, OnceLock};

use apinb_contract::parameter_schema;
use apinb_definition::model::{Body, Definition, Parameter};
use apinb_schema::repair::Repair;
use apinb_schema::schema::{Schema, Schemas};
use apinb_schema::write_only::WriteOnly;
use apinb_text::source::deferred::Text;
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::exchange::Origin;
use crate::overlay::weight;

/// The size of the largest value that is made to conform to its schema, in bytes in the store.
const MAX_MENDED: usize = 1 << 20;
/// The keyword of properties that only requests have.
const WRITE_ONLY: &str = "writeOnly";

/// The named schemas of a definition.
#[derive(Clone, Debug)]
pub(crate) struct NamedSchemas {
    definition: Arc<Definition>,
    /// Whether any of them mentions [`WRITE_ONLY`].
    have_write_only: Arc<OnceLock<bool>>,
}

impl NamedSchemas {
    pub(crate) fn of(definition: &Arc<Definition>) -> Self {
        Self { definition: Arc::clone(definition), have_write_only: Arc::default() }
    }

    fn all(&self) -> &Schemas {
        &self.definition.schemas
    }

    /// A value of a parameter as text, by its type; a list as its items with commas.
    pub(crate) fn sample_of(&self, parameter: &Parameter) -> Option<String> {
        let value = parameter_schema(parameter).sample(self.all())?;
        Some(match &value {
            Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
            other => plain(other),
        })
    }

    fn have_write_only(&self) -> bool {
        *self.have_write_only.get_or_init(|| self.all().iter().any(|(_, schema)| schema.mentions(WRITE_ONLY)))
    }
}

/// The content of a body in one media type.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) media_type: String,
    examples: Vec<Text>,
    schema: Option<Schema>,
    schemas: NamedSchemas,
    made: OnceLock<(ContentBody, Origin)>,
    write_only: OnceLock<WriteOnly>,
    /// Makes values conform to the schema.
    repair: OnceLock<Option<Arc<Repair>>>,
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
    Xml,
    /// Another media type.
    Other,
}

impl Content {
    /// The content that `body` declares.
    pub(crate) fn of(body: &Body, schemas: &NamedSchemas) -> Self {
        let media_type = match body.media_type.trim() {
            "" => "application/json".to_owned(),
            named => named.to_owned(),
        };
        Self {
            media_type,
            examples: body.examples.iter().map(|example| example.text.clone()).collect(),
            schema: body.schema.clone(),
            schemas: schemas.clone(),
            made: OnceLock::new(),
            write_only: OnceLock::new(),
            repair: OnceLock::new(),
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
        let mut value = self.parsed().or_else(|| self.schema.as_ref()?.sketch(self.schemas.all()))?;
        self.write_only().remove_from(&mut value);
        Some(value)
    }

    /// Another value in this media type; `None` if only an example shows how it is written.
    pub(crate) fn write(&self, value: &Value) -> Option<String> {
        let mut value = value.clone();
        self.write_only().remove_from(&mut value);
        match self.form() {
            Form::Json => {
                self.repair(&mut value);
                Some(value.to_string())
            }
            Form::Xml if self.examples.is_empty() => self.xml(&value),
            Form::Xml | Form::Pairs | Form::Plain | Form::Other => None,
        }
    }

    fn xml(&self, value: &Value) -> Option<String> {
        self.schema.as_ref()?.to_xml(self.schemas.all(), value)
    }

    /// Makes a value conform to the schema: where it does not, it is like the content.
    fn repair(&self, value: &mut Value) {
        if weight(value) > MAX_MENDED {
            return;
        }
        let made = || {
            let validator = self.schema.as_ref()?.validator(self.schemas.all()).ok()?;
            let (ContentBody::Json(model), _) = self.body() else { return None };
            Repair::new(validator, model.clone()).map(Arc::new)
        };
        if let Some(repair) = self.repair.get_or_init(made) {
            repair.apply(value);
        }
    }

    /// The properties that only requests have.
    pub(crate) fn write_only(&self) -> &WriteOnly {
        self.write_only.get_or_init(|| match &self.schema {
            Some(schema) if schema.mentions(WRITE_ONLY) || self.schemas.have_write_only() => {
                schema.write_only(self.schemas.all())
            }
            _ => WriteOnly::default(),
        })
    }

    /// How far it goes before others if the client has no preference: JSON before XML before anything else.
    pub(crate) fn rank(&self) -> u8 {
        match self.form() {
            Form::Json => 2,
            Form::Xml => 1,
            Form::Pairs | Form::Plain | Form::Other => 0,
        }
    }

    /// Whether there is content: an example, or a value that was generated.
    pub(crate) fn can_be_made(&self) -> bool {
        self.body().1 != Origin::Nothing
    }

    fn form(&self) -> Form {
        let media_type = self.media_type.to_ascii_lowercase();
        match media_type.split(';').next().unwrap_or_default().trim() {
            name if name.contains("json") => Form::Json,
            "application/x-www-form-urlencoded" => Form::Pairs,
            "text/plain" => Form::Plain,
            name if name.ends_with("/xml") || name.ends_with("+xml") => Form::Xml,
            _ => Form::Other,
        }
    }

    /// The first example that is valid JSON.
    fn parsed(&self) -> Option<Value> {
        self.examples.iter().find_map(|example| serde_json::from_str(example.as_str()).ok())
    }

    fn sample(&self) -> Option<Value> {
        let mut value = self.schema.as_ref()?.sample(self.schemas.all())?;
        self.write_only().remove_from(&mut value);
        Some(value)
    }

    fn json(&self) -> (ContentBody, Origin) {
        if let Some(mut value) = self.parsed() {
            self.write_only().remove_from(&mut value);
            return (ContentBody::Json(value), Origin::Example);
        }
        let first = self.examples.first().map(Text::as_str);
        if let (Some(first), Some(schema)) = (first, &self.schema) {
            // Authors often write a string example without quotes.
            let text = Value::String(first.to_owned());
            if schema.validate(self.schemas.all(), &text).is_ok_and(|violations| violations.is_empty()) {
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
            (Form::Xml, Some(value)) => self.xml(&value),
            (Form::Xml, None) => self.schema.as_ref().and_then(Schema::sample_document),
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

    use super::{Content, ContentBody, NamedSchemas};
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
        let content = Content::of(&body, &NamedSchemas::of(&Arc::new(definition)));
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
    fn what_is_write_only_is_left_out() {
        let schema = r##"{"properties": {"name": {"type": "string"}, "pin": {"type": "string", "writeOnly": true},
            "keys": {"type": "array", "items": {"$ref": "#/definitions/key"}}}, "required": ["pin"],
            "definitions": {"key": {"properties": {"id": {"type": "integer"},
                "secret": {"allOf": [{"writeOnly": true}, {"type": "string"}]}, "inner": {"$ref": "#/definitions/key"}}}}}"##;
        let json = "application/json";
        let example = r#"{"name": "a", "pin": "1", "keys": [{"id": 1, "secret": "x", "inner": {"secret": "y"}}]}"#;
        check(json, &[example], Some(schema), r#"{"name":"a","keys":[{"id":1,"inner":{}}]}"#, Origin::Example);
        let body = Body { schema: Some(Schema::from_text(Text::from(schema))), ..Body::default() };
        let content = Content::of(&body, &NamedSchemas::of(&Arc::default()));
        let (ContentBody::Json(made), _) = content.body() else { panic!("it is JSON") };
        assert!(made.get("name").is_some() && made.get("pin").is_none(), "{made}");
        assert!(!made.to_string().contains("secret"), "{made}");
        let sent = json!({"pin": "2", "keys": [{"secret": "z"}]});
        assert_eq!(content.write(&sent).as_deref(), Some(r#"{"keys":[{}]}"#));
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
        let xml =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<value><name>name</name><ids>1</ids><ids>1</ids></value>";
        check("text/xml", &[], Some(user), xml, Origin::Schema);
        check("text/xml", &["<a/>"], Some(user), "<a/>", Origin::Example);
        check("text/xml", &[], None, "", Origin::Nothing);
        check("image/png", &[], None, "", Origin::Nothing);
    }
}
