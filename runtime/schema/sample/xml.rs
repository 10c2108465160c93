//! Writes a value as XML, by the `xml` keywords of its schema (OpenAPI "XML Object", RAML 1.0 "XML Serialization of Type
//! Instances").

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::convert::Converter;
use crate::sample::facts::Facts;
use crate::sample::sampler::Sampler;
use crate::schema::{Schema, Schemas};
use crate::xsd::write::{Element, name};

/// The name of an element that the schema does not name.
const UNNAMED: &str = "value";

impl Schema {
    /// A document that conforms to the schema; `None` if it is not XML Schema.
    #[must_use]
    pub fn sample_document(&self) -> Option<String> {
        if self.json().is_some() { None } else { crate::xsd::sample(&self.text()) }
    }

    /// A value as a document; `None` if the schema is not JSON Schema.
    #[must_use]
    pub fn to_xml(&self, schemas: &Schemas, value: &Value) -> Option<String> {
        let mut sampler = Sampler::new(Converter::lenient(self, schemas).ok()?);
        sampler.start();
        let root = sampler.converter.root().ok()?;
        let json = self.json()?;
        let of_item = || json.get("items").and_then(referenced).map(|name| name + "s");
        let root_name = referenced(json).or_else(of_item).unwrap_or_else(|| UNNAMED.to_owned());
        let item_name = json.get("items").and_then(referenced).unwrap_or_else(|| "item".to_owned());
        let mut elements = sampler.elements(&root_name, &item_name, value, &root, true);
        elements.pop().filter(|_| elements.is_empty()).map(|element| element.document())
    }
}

/// The name of the schema that a `$ref` refers to.
fn referenced(schema: &Value) -> Option<String> {
    let reference = schema.get("$ref")?.as_str()?;
    let last = reference.rsplit(['/', '#']).next().filter(|last| !last.is_empty())?;
    let decoded = percent_decode_str(last).decode_utf8().ok()?;
    Some(decoded.replace("~1", "/").replace("~0", "~"))
}

impl Sampler<'_> {
    /// The elements of a value that is called `named`: one, or one for each item of a list that is not wrapped. The root
    /// is always one.
    fn elements(&mut self, named: &str, item: &str, value: &Value, schema: &Value, is_root: bool) -> Vec<Element> {
        let mut facts = Facts::default();
        self.gather_all(schema, &mut facts);
        let xml = facts.fields.get("xml").cloned().unwrap_or(Value::Null);
        match value {
            Value::Array(items) => {
                let inner = facts.fields.get("items").cloned().unwrap_or(Value::Bool(true));
                let is_wrapped = is_root || xml.get("wrapped") == Some(&Value::Bool(true));
                let of_item = if is_root { item } else { named };
                let items = items.iter().flat_map(|value| self.elements(of_item, of_item, value, &inner, false));
                let items: Vec<Element> = items.collect();
                if !is_wrapped {
                    return items;
                }
                let mut element = element(named, &xml);
                element.children = items;
                vec![element]
            }
            Value::Object(fields) => {
                let mut element = element(named, &xml);
                self.fields(&mut element, fields, &facts);
                vec![element]
            }
            scalar => {
                let mut element = element(named, &xml);
                element.text = text(scalar);
                vec![element]
            }
        }
    }

    fn fields(&mut self, element: &mut Element, fields: &Map<String, Value>, facts: &Facts) {
        for (field, value) in fields {
            let of_field = facts.fields.get("properties").and_then(|properties| properties.get(field));
            let schema = of_field.or(facts.fields.get("additionalProperties")).cloned().unwrap_or(Value::Bool(true));
            let mut inner = Facts::default();
            self.gather_all(&schema, &mut inner);
            let xml = inner.fields.get("xml");
            let is_attribute = xml.and_then(|xml| xml.get("attribute")) == Some(&Value::Bool(true));
            if is_attribute && !value.is_object() && !value.is_array() {
                let named = xml.and_then(|xml| xml.get("name")).and_then(Value::as_str).unwrap_or(field);
                element.attributes.push((name(named), text(value)));
            } else {
                element.children.extend(self.elements(field, field, value, &schema, false));
            }
        }
    }
}

fn element(named: &str, xml: &Value) -> Element {
    let of = |key: &str| xml.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let local = name(of("name").unwrap_or(named));
    let mut element = Element::default();
    if let Some(namespace) = of("namespace") {
        let declared = of("prefix").map_or_else(|| "xmlns".to_owned(), |prefix| format!("xmlns:{}", name(prefix)));
        element.attributes.push((declared, namespace.to_owned()));
    }
    element.name = of("prefix").map_or_else(|| local.clone(), |prefix| format!("{}:{local}", name(prefix)));
    element
}

fn text(scalar: &Value) -> String {
    match scalar {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
