//! The parts of a declaration other than facets: names, descriptions, defaults, examples ([1.0 Defining Examples in
//! RAML]), XML serialization.

use std::rc::Rc;

use serde_json::{Map, Value};

use crate::documents::checks::{Check, CheckedValue, Subject};
use crate::documents::header::Fragment;
use crate::model::Example;
use crate::raml::annotations::Target;
use crate::raml::context::Context;
use crate::raml::diagnostic::RamlDiagnostic;
use crate::raml::language::is_annotation;
use crate::raml::shape::base::Base;
use crate::raml::shape::data_type::{Notes, TypeRef};
use crate::tree::node::{Entry, Node, NodeKind};
use crate::tree::value;
use apinb_text::source::deferred::Text;

use crate::raml::types::value::value_for;

const XML: [&str; 5] = ["attribute", "wrapped", "name", "namespace", "prefix"];

/// The notes of a declaration, and those of its values that must conform to the type.
pub(super) fn read(
    cx: &mut Context<'_, '_>,
    entry: &Entry,
    base: Base,
    place: &'static [Target],
) -> (Notes, Vec<CheckedValue>) {
    let node = &entry.value;
    let mut notes = Notes { annotations: cx.annotations(node, place), ..Notes::default() };
    let mut values = Vec::new();
    let mut several = false;
    for part in node.entries() {
        match &*part.key {
            "displayName" => notes.display_name = cx.text(part),
            "description" => notes.description = cx.text(part),
            "default" if !part.value.is_null() => {
                let value = cx.plain(&part.value);
                notes.default = sample(cx, &value, base);
                values.extend(checked_value(cx, &value, Subject::Default));
            }
            "xml" => notes.xml = xml(cx, part),
            "example" | "examples" if several => {
                let location = cx.documents.locate(part.location);
                let other = if &*part.key == "example" { "examples" } else { "example" };
                cx.documents.report(RamlDiagnostic::ExclusiveKeys { location, key: part.key.to_string(), other });
            }
            "example" => {
                several = true;
                cx.fragment(part.location, &part.value, Some(Fragment::NamedExample));
                example(cx, None, &part.value, base, &mut notes, &mut values);
            }
            "examples" => {
                several = true;
                cx.fragment(part.location, &part.value, Some(Fragment::NamedExample));
                examples(cx, part, base, &mut notes, &mut values);
            }
            _ => {}
        }
    }
    (notes, values)
}

/// Queues a check of `values` against the type, on request.
pub(super) fn defer_check(cx: &mut Context<'_, '_>, values: Vec<CheckedValue>, value: &TypeRef) {
    if !values.is_empty() {
        cx.documents.defer_check(Check { schema: value.schema.clone(), values });
    }
}

/// A value to check; `None` for null.
pub(super) fn checked_value(cx: &mut Context<'_, '_>, node: &Rc<Node>, subject: Subject) -> Option<CheckedValue> {
    let text = value::value_text(cx.documents, node)?;
    let plain = !matches!(&node.kind, NodeKind::Scalar { plain: false, .. });
    let (location, is_incomplete) = (cx.documents.locate(node.location), cx.documents.has_unread(node));
    Some(CheckedValue { text, plain, subject, location, is_incomplete })
}

/// `examples`: a map of names. A list without names is reported, and read.
fn examples(cx: &mut Context<'_, '_>, part: &Entry, base: Base, notes: &mut Notes, values: &mut Vec<CheckedValue>) {
    if let NodeKind::Sequence(items) = &part.value.kind {
        cx.documents.wrong_kind(&part.key, &part.value, "a map of names");
        for item in items {
            example(cx, None, item, base, notes, values);
        }
        return;
    }
    for entry in cx.documents.map(&part.key, &part.value) {
        if !is_annotation(&entry.key) {
            cx.fragment(entry.location, &entry.value, Some(Fragment::NamedExample));
            example(cx, Some(&entry.key), &entry.value, base, notes, values);
        }
    }
}

fn example(
    cx: &mut Context<'_, '_>,
    name: Option<&str>,
    node: &Rc<Node>,
    base: Base,
    notes: &mut Notes,
    values: &mut Vec<CheckedValue>,
) {
    let mut example = Example { name: name.map(str::to_owned), ..Example::from(Text::default()) };
    let mut value = Rc::clone(node);
    // A map with `value` describes an example; any other map is the example.
    if let Some(inner) = node.get("value")
        && node.entries().iter().all(|part| {
            matches!(&*part.key, "value" | "strict" | "displayName" | "description") || is_annotation(&part.key)
        })
    {
        value = Rc::clone(inner);
        for part in node.entries() {
            match &*part.key {
                "strict" => {
                    let strict = cx.parsed(part, "`true` or `false`", |text| text.parse().ok());
                    example.strict = strict.unwrap_or(true);
                }
                "description" => example.description = cx.text(part),
                "displayName" => example.name = cx.text(part).or(example.name.take()),
                _ => {}
            }
        }
        cx.annotations(node, &[Target::Example]);
    }
    let Some(checked) = checked_value(cx, &value, Subject::Example) else { return };
    example.text = checked.text.clone();
    notes.samples.extend(sample(cx, &value, base));
    if example.strict {
        values.push(checked);
    }
    notes.examples.push(example);
}

/// An example as a JSON value; `None` if it is not JSON, or in a deferred document, which is not read.
fn sample(cx: &mut Context<'_, '_>, node: &Rc<Node>, base: Base) -> Option<Value> {
    let NodeKind::Scalar { text, .. } = &node.kind else { return Some(value::json(cx.documents, node)) };
    if text.is_document() {
        return None;
    }
    let trimmed = text.as_str().trim_start();
    if base.is_text() || !trimmed.starts_with(['{', '[', '<']) {
        return Some(value_for(cx, node, base));
    }
    match cx.documents.spend_text(trimmed.len(), node.location) {
        true => serde_json::from_str(trimmed).ok(),
        false => None,
    }
}

/// Reads `xml`, which has the same keys in OpenAPI.
fn xml(cx: &mut Context<'_, '_>, part: &Entry) -> Option<Value> {
    let mut xml = Map::new();
    for entry in cx.documents.map(&part.key, &part.value) {
        let key = &*entry.key;
        let value = match key {
            "attribute" | "wrapped" => {
                cx.parsed(entry, "`true` or `false`", |text| text.parse::<bool>().ok()).map(Value::from)
            }
            "name" | "namespace" | "prefix" => cx.text(entry).map(Value::from),
            _ if is_annotation(key) => None,
            _ => {
                cx.unknown_key(entry, "`xml`", &XML);
                None
            }
        };
        xml.extend(value.map(|value| (key.to_owned(), value)));
    }
    (!xml.is_empty()).then_some(Value::Object(xml))
}
