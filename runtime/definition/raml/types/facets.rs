//! Reads the facets of a declaration. Each must be narrower than the inherited one.

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::{Number, Value};

use crate::documents::checks::{Check, Subject};
use crate::raml::diagnostic::RamlDiagnostic;
use crate::raml::types::diagnostic::TypeDiagnostic;
use crate::syntax::diagnostic::SyntaxDiagnostic;
use apinb_text::display::truncate::excerpt;

use crate::raml::context::Context;
use crate::raml::language::is_annotation;
use crate::raml::shape::base;
use crate::raml::shape::base::{Base, NOTES};
use crate::raml::shape::bounds::{Bound, Quantity};
use crate::raml::shape::data_type::{self, FacetDeclaration, Notes, Property, Shape, TypeRefTarget};
use crate::raml::shape::emit;
use crate::tree::node::{Entry, Node, NodeKind, NodeLocation};
use crate::tree::value;
use apinb_schema::origin::WHOLE;
use apinb_schema::schema::Schema;

use crate::raml::types::inherit::{fits, indexed, joined};
use crate::raml::types::read::{JSON_NODES, Setting, nested};
use crate::raml::types::value::value_for;
use crate::raml::types::{inherit, notes};

const BOOLEAN: &str = "`true` or `false`";
const COUNT: &str = "a non-negative integer";

/// Reads all facets of `entry` into `shape`, which initially has the inherited ones.
pub(super) fn read(cx: &mut Context<'_, '_>, entry: &Entry, shape: &mut Shape, setting: Setting<'_>) {
    let node = &entry.value;
    origins(cx, entry, shape);
    for part in node.entries() {
        let key = &*part.key;
        if is_annotation(key) || NOTES.contains(&key) && (key != "required" || setting.property) {
            continue;
        }
        if shape.base == Base::External {
            let location = cx.documents.locate(part.location);
            cx.documents.report(TypeDiagnostic::External { location, key: excerpt(key) });
            continue;
        }
        if key == "facets" {
            declared(cx, part, shape, setting);
            continue;
        }
        if !has_facet(cx, shape, key, 0) {
            given(cx, part, shape);
            continue;
        }
        match (key, Bound::from_name(key)) {
            (_, Some(bound)) => {
                set_bound(cx, part, shape, bound);
            }
            ("enum", _) => values(cx, part, shape),
            ("pattern", _) => pattern(cx, part, shape),
            ("multipleOf", _) => multiple_of(cx, part, shape),
            ("format", _) => format(cx, part, shape),
            ("fileTypes", _) => shape.facets.file_types = cx.texts(part),
            ("uniqueItems", _) => unique(cx, part, shape),
            ("additionalProperties", _) => additional(cx, part, shape),
            ("items", _) => items(cx, part, shape),
            ("discriminatorValue", _) => {
                shape.facets.discriminator_value = Some(value::json(cx.documents, &part.value));
            }
            // Read below, once the others are known.
            _ => {}
        }
    }
    if let Some(part) = node.entry("properties").filter(|_| can_have(shape, "properties")) {
        properties(cx, part, shape);
    }
    if let Some(part) = node.entry("discriminator").filter(|_| can_have(shape, "discriminator")) {
        discriminator(cx, part, shape, setting);
    }
    for quantity in Quantity::ALL {
        crossed(cx, node.location, node.entries(), shape, quantity);
    }
}

/// Adds the source positions of the facets, if the definition is loaded with them.
fn origins(cx: &Context<'_, '_>, entry: &Entry, shape: &mut Shape) {
    let Some(whole) = cx.documents.origin_of(entry) else { return };
    shape.facets.add_origin(WHOLE.to_owned(), whole);
    for part in entry.value.entries() {
        if let Some(place) = cx.documents.origin_of(part) {
            shape.facets.add_origin(part.key.to_string(), place);
        }
    }
    let properties = entry.value.get("properties").map(|node| node.entries()).unwrap_or_default();
    for property in properties {
        let Some(place) = cx.documents.origin_of(property) else { continue };
        let own = property.value.entry("type").and_then(|part| cx.documents.origin_of(part));
        let own = own.unwrap_or_else(|| place.clone());
        if let Some(pattern) = pattern_of(&property.key) {
            let keyword = if pattern.is_empty() { "additionalProperties" } else { "patternProperties" };
            shape.facets.add_origin(keyword.to_owned(), own);
            continue;
        }
        let name = match property.value.entry("required") {
            Some(_) => &property.key,
            None => property.key.strip_suffix('?').unwrap_or(&property.key),
        };
        shape.facets.add_origin(format!("properties/{name}"), own);
        shape.facets.add_origin(format!("required/{name}"), place);
    }
}

/// Whether a type has this facet. A union has those of all its members.
fn has_facet(cx: &mut Context<'_, '_>, shape: &Shape, key: &str, depth: u32) -> bool {
    const MAX_LEVELS: u32 = 8;
    // The facets of an unresolved type are unknown, so all are allowed.
    if is_unread(shape) {
        return Base::Union.facets().contains(&key);
    }
    if shape.base != Base::Union || depth > MAX_LEVELS {
        return shape.base.facets().contains(&key);
    }
    if key == "enum" || !Base::Union.facets().contains(&key) {
        return key == "enum";
    }
    let members: Vec<_> = shape.facets.members.iter().filter_map(|member| inherit::shape_of(cx, member)).collect();
    cx.documents.spend_nodes(members.len() / 8, NodeLocation::default());
    members.iter().all(|member| has_facet(cx, member, key, depth + 1))
}

/// Whether the facets of a type are unknown.
fn is_unread(shape: &Shape) -> bool {
    shape.base == Base::Any && !shape.beside.is_empty()
}

fn can_have(shape: &Shape, facet: &str) -> bool {
    shape.base.facets().contains(&facet) || shape.base == Base::Any && !shape.beside.is_empty()
}

/// Reports the facet `part` as wider than the inherited one.
fn wider(cx: &mut Context<'_, '_>, part: &Entry, own: &str, inherited: &str) {
    inherit::wider(cx, &part.key, own, inherited, part.value.location);
}

/// Parses a number, in JSON syntax if possible.
fn number(text: &str) -> Option<Number> {
    match serde_json::from_str(text) {
        Ok(number) => Some(number),
        Err(_) => text.parse().ok().and_then(Number::from_f64),
    }
}

fn set_bound(cx: &mut Context<'_, '_>, part: &Entry, shape: &mut Shape, bound: Bound) {
    let value = match bound.of {
        Quantity::Number => cx.parsed(part, "a number", number),
        Quantity::Length | Quantity::Items | Quantity::Properties => {
            cx.parsed(part, COUNT, |text| text.parse::<u64>().ok()).map(Number::from)
        }
    };
    let Some(value) = value else { return };
    match shape.facets.bounds.get(bound) {
        Some(inherited) if bound.is_wider(&value, inherited) => {
            wider(cx, part, &value.to_string(), &inherited.to_string());
        }
        _ => shape.facets.bounds.set(bound, value),
    }
}

/// Reports a lower bound above the upper one. `written`: the facets at `location`.
fn crossed(cx: &mut Context<'_, '_>, location: NodeLocation, written: &[Entry], shape: &Shape, quantity: Quantity) {
    let (lower, upper) = (quantity.lower(), quantity.upper());
    let bounds = &shape.facets.bounds;
    let (Some(least), Some(most)) = (bounds.get(lower), bounds.get(upper)) else { return };
    if least.as_f64() <= most.as_f64() {
        return;
    }
    let written = written.iter().rfind(|part| [lower.name(), upper.name()].contains(&&*part.key));
    let location = written.map_or(location, |part| part.value.location);
    let location = cx.documents.locate(location);
    cx.documents.report(TypeDiagnostic::EmptyRange { location, lower: lower.name(), upper: upper.name() });
}

fn pattern(cx: &mut Context<'_, '_>, part: &Entry, shape: &mut Shape) {
    let Some(pattern) = cx.text(part) else { return };
    // The validator detects an invalid regular expression when the check runs.
    let schema = Schema::from_json(serde_json::json!({ "pattern": pattern.as_str() }));
    cx.documents.defer_schema_check(&schema, part.value.location);
    shape.facets.patterns.push(pattern.into());
}

fn multiple_of(cx: &mut Context<'_, '_>, part: &Entry, shape: &mut Shape) {
    let above_zero = |text: &str| number(text).filter(|number| number.as_f64().is_some_and(|number| number > 0.0));
    let Some(own) = cx.parsed(part, "a number above 0", above_zero) else { return };
    if let Some(inherited) = &shape.facets.multiple_of
        && let (Some(a), Some(b)) = (own.as_f64(), inherited.as_f64())
    {
        let times = a / b;
        if (times - times.round()).abs() > 1e-9 {
            let inherited = inherited.to_string();
            return wider(cx, part, &own.to_string(), &inherited);
        }
    }
    shape.facets.multiple_of = Some(own);
}

fn format(cx: &mut Context<'_, '_>, part: &Entry, shape: &mut Shape) {
    let (formats, expected): (&[&'static str], _) = match shape.base {
        Base::DateTime => (&base::DATE_FORMATS, "`rfc3339` or `rfc2616`"),
        _ => (&base::NUMBER_FORMATS, "`int8`, `int16`, `int32`, `int`, `int64`, `long`, `float` or `double`"),
    };
    let known = |text: &str| formats.iter().copied().find(|known| *known == text);
    let Some(own) = cx.parsed(part, expected, known) else { return };
    let rank = |format: &str| formats.iter().position(|known| *known == format);
    match shape.facets.format {
        Some(inherited) if shape.base == Base::DateTime && inherited != own || rank(own) > rank(inherited) => {
            // `int` and `int32` are equal, as are `int64` and `long`.
            if base::range(own).is_none() || base::range(own) != base::range(inherited) {
                wider(cx, part, own, inherited);
            }
        }
        _ => shape.facets.format = Some(own),
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn unique(cx: &mut Context<'_, '_>, part: &Entry, shape: &mut Shape) {
    match cx.parsed(part, BOOLEAN, boolean) {
        Some(false) if shape.facets.unique => wider(cx, part, "false", "true"),
        Some(own) => shape.facets.unique = own,
        None => {}
    }
}

fn additional(cx: &mut Context<'_, '_>, part: &Entry, shape: &mut Shape) {
    match cx.parsed(part, BOOLEAN, boolean) {
        Some(true) if shape.facets.closed => wider(cx, part, "true", "false"),
        Some(own) => shape.facets.closed = !own,
        None => {}
    }
}

/// `enum`: a list, or a single value.
fn values(cx: &mut Context<'_, '_>, part: &Entry, shape: &mut Shape) {
    let node = cx.plain(&part.value);
    let items = match &node.kind {
        NodeKind::Sequence(items) => items.as_slice(),
        NodeKind::Null => &[],
        _ => std::slice::from_ref(&node),
    };
    let mut own: Vec<Value> = Vec::with_capacity(items.len());
    defer_enum_check(cx, items, shape);
    for item in items {
        let value = value_for(cx, item, shape.base);
        if shape.base.is_text() && is_number_or_boolean(item) {
            cx.documents.invalid(&part.key, item.as_str().unwrap_or_default(), item.location, shape.base.noun());
        }
        let right = match (shape.base, &value) {
            (Base::Number, Value::Number(_)) | (Base::Boolean, Value::Bool(_)) | (Base::Nil, Value::Null) => true,
            (Base::Integer, Value::Number(number)) => {
                !number.is_f64() || number.as_f64().is_some_and(|n| n.fract() == 0.0)
            }
            (Base::Number | Base::Boolean | Base::Nil | Base::Integer, _) => false,
            (base, value) if base.is_text() => value.is_string(),
            _ => true,
        };
        match right {
            true => own.push(value),
            false => {
                let expected = shape.base.noun();
                cx.documents.invalid(&part.key, &value.to_string(), item.location, expected);
            }
        }
    }
    if own.is_empty() {
        if items.is_empty() {
            cx.documents.wrong_kind(&part.key, &node, "a list of values");
        }
        return;
    }
    if let Some(inherited) = &shape.facets.values {
        let known: std::collections::HashSet<String> = inherited.iter().map(ToString::to_string).collect();
        if let Some(added) = own.iter().find(|value| !known.contains(&value.to_string())) {
            let added = added.to_string();
            let inherited = Value::from(inherited.to_vec()).to_string();
            return wider(cx, part, &added, &inherited);
        }
    }
    // JSON Schema requires distinct values.
    let mut seen = std::collections::HashSet::new();
    own.retain(|value| seen.insert(value.to_string()));
    shape.facets.values = Some(own.into());
}

/// Whether a scalar is an unquoted number or boolean, which is not a string.
fn is_number_or_boolean(node: &Node) -> bool {
    let NodeKind::Scalar { text, plain: true } = &node.kind else { return false };
    !text.is_document() && !value::unquoted(text.as_str()).is_string()
}

/// Queues a check of the values of an `enum`, unless their kind alone decides.
fn defer_enum_check(cx: &mut Context<'_, '_>, items: &[Rc<Node>], shape: &Shape) {
    let location = items.first().map(|item| item.location).unwrap_or_default();
    let is_dated = matches!(shape.base, Base::DateOnly | Base::TimeOnly | Base::DateTimeOnly | Base::DateTime);
    let is_structured = matches!(shape.base, Base::Union | Base::Array | Base::Object);
    if !is_dated && !is_structured {
        return;
    }
    // The kind of these is reported already.
    let items = items.iter().filter(|item| is_structured || !is_number_or_boolean(item));
    let values: Vec<_> = items.filter_map(|item| notes::checked_value(cx, item, Subject::Enum)).collect();
    let schema = emit::schema(shape, &Notes::default(), &[]);
    let weight = data_type::weight(&schema);
    if !values.is_empty() && cx.documents.spend_nodes(weight * JSON_NODES, location) {
        cx.documents.defer_check(Check { schema: Schema::from_json(schema), values });
    }
}

fn items(cx: &mut Context<'_, '_>, part: &Entry, shape: &mut Shape) {
    let own = nested(cx, part, Setting::ITEMS);
    shape.facets.items = Some(match shape.facets.items.take() {
        Some(inherited) if !fits(cx, &own, &inherited, 0) => {
            inherit::overridden(cx, &part.key, &own, &inherited, part.location);
            inherited
        }
        Some(inherited) => joined(cx, &inherited, &own),
        None => own,
    });
}

fn properties(cx: &mut Context<'_, '_>, part: &Entry, shape: &mut Shape) {
    let mut index: HashMap<Rc<str>, usize> = indexed(&shape.facets.properties);
    let inherited = shape.facets.properties.len();
    for entry in cx.documents.map(&part.key, &part.value) {
        if !cx.documents.spend_nodes(2, entry.location) {
            return;
        }
        if let Some(pattern) = pattern_of(&entry.key) {
            if shape.facets.closed {
                let location = cx.documents.locate(entry.location);
                let (key, other) = (excerpt(&entry.key), "additionalProperties: false");
                cx.documents.report(RamlDiagnostic::ExclusiveKeys { location, key, other });
                continue;
            }
            let value = nested(cx, entry, Setting::PROPERTY);
            // Searching the patterns costs about as much as a few nodes.
            cx.documents.spend_nodes(shape.facets.patterned.len() / 8, entry.location);
            let pattern: Rc<str> = pattern.into();
            match shape.facets.patterned.iter_mut().find(|(known, _)| *known == pattern) {
                Some((_, known)) => *known = value,
                None => shape.facets.patterned.push((pattern, value)),
            }
            continue;
        }
        let (name, required) = name_of(cx, entry, true);
        let value = nested(cx, entry, Setting::PROPERTY);
        let property = Property { name: name.into(), required, value, location: entry.location };
        match index.get(&property.name).copied() {
            Some(at) if at < inherited => {
                if let Some(known) = shape.facets.properties.get_mut(at) {
                    narrowed(cx, known, &property);
                }
            }
            Some(at) => {
                let location = cx.documents.locate(entry.location);
                let severity = cx.documents.repeated_key_severity();
                cx.documents.report(SyntaxDiagnostic::RepeatedKey { location, key: excerpt(&property.name), severity });
                if let Some(known) = shape.facets.properties.get_mut(at) {
                    *known = property;
                }
            }
            None => {
                index.insert(Rc::clone(&property.name), shape.facets.properties.len());
                shape.facets.properties.push(property);
            }
        }
    }
}

/// Merges a property that redeclares an inherited one.
fn narrowed(cx: &mut Context<'_, '_>, known: &mut Property, own: &Property) {
    if known.required && !own.required {
        let location = cx.documents.locate(own.location);
        cx.documents.report(TypeDiagnostic::Optional { location, name: excerpt(&own.name) });
    }
    known.required |= own.required;
    if fits(cx, &own.value, &known.value, 0) {
        inherit::report_wider(cx, &own.value, &known.value, own.location);
        known.value = joined(cx, &known.value, &own.value);
        if let TypeRefTarget::Shape(shape) = &known.value.target {
            let shape = Rc::clone(shape);
            Quantity::ALL.into_iter().for_each(|quantity| crossed(cx, own.location, &[], &shape, quantity));
        }
    } else {
        inherit::overridden(cx, &own.name, &own.value, &known.value, own.location);
    }
}

/// The pattern of a pattern property, `/^x-/`.
fn pattern_of(key: &str) -> Option<&str> {
    key.strip_prefix('/')?.strip_suffix('/')
}

/// The name of a property or parameter, and whether it is required. `name?` declares an optional `name`, unless
/// `required` is present: then `?` is part of the name.
pub(super) fn name_of<'e>(cx: &mut Context<'_, '_>, entry: &'e Entry, required: bool) -> (&'e str, bool) {
    let said = entry.value.entry("required").and_then(|part| cx.parsed(part, BOOLEAN, boolean));
    match (said, entry.key.strip_suffix('?')) {
        (Some(required), _) => (&entry.key, required),
        (None, Some(name)) if !name.is_empty() => (name, false),
        _ => (&entry.key, required),
    }
}

fn discriminator(cx: &mut Context<'_, '_>, part: &Entry, shape: &mut Shape, setting: Setting<'_>) {
    if setting.declared.is_none() {
        let expected = "it only in a type that is declared under `types`";
        let value = part.value.as_str().unwrap_or_default().to_owned();
        return cx.documents.invalid(&part.key, &value, part.location, expected);
    }
    let Some(name) = cx.text(part) else { return };
    match shape.facets.properties.iter().find(|property| *property.name == *name) {
        Some(property) => {
            if !property.required {
                let expected = "a required property of the type";
                cx.documents.invalid(&part.key, &name, part.value.location, expected);
            }
            shape.facets.discriminator = Some(Rc::clone(&property.name));
        }
        None => cx.documents.invalid(&part.key, &name, part.value.location, "the name of a property of the type"),
    }
}

/// Reads `facets`: the user-defined facets for subtypes.
fn declared(cx: &mut Context<'_, '_>, part: &Entry, shape: &mut Shape, setting: Setting<'_>) {
    for entry in cx.documents.map(&part.key, &part.value) {
        let (name, required) = name_of(cx, entry, true);
        if !cx.documents.spend_nodes(1 + shape.facets.declared.len() / 8, entry.location) {
            return;
        }
        let known = NOTES.contains(&name)
            || shape.base.facets().contains(&name)
            || name == "facets"
            || shape.facets.declared.iter().any(|known| *known.name == *name);
        if known || name.starts_with('(') {
            let expected = "a name that the type does not use yet, without a leading `(`";
            cx.documents.invalid(&part.key, name, entry.location, expected);
            continue;
        }
        let value = nested(cx, entry, Setting::PROPERTY);
        let by = setting.declared.cloned().unwrap_or_else(|| "the type".into());
        shape.facets.declared.push(FacetDeclaration { name: name.into(), required, value, by });
    }
}

/// Handles a key that is not a built-in facet of the type: a user-defined facet or an error.
fn given(cx: &mut Context<'_, '_>, part: &Entry, shape: &Shape) {
    match declared_facet(cx, shape, &part.key) {
        Some(facet) => {
            let values = notes::checked_value(cx, &part.value, Subject::Facet).into_iter().collect();
            notes::defer_check(cx, values, &facet.value);
        }
        None if &*part.key == "repeat" => {
            cx.raml08_syntax(&part.key, part.location, false, "a repeated value is an array: `type: string[]`");
        }
        None => {
            let facets = shape.base.facets().iter().filter(|facet| ***facet != *part.key);
            let known: Vec<&'static str> = facets.chain(&NOTES).copied().collect();
            cx.unknown_key(part, shape.base.declaration(), &known);
        }
    }
}

/// The declaration of a user-defined facet. A union has those of all its members.
fn declared_facet(cx: &mut Context<'_, '_>, shape: &Shape, name: &str) -> Option<FacetDeclaration> {
    let in_shape = |shape: &Shape| shape.facets.declared.iter().find(|facet| *facet.name == *name).cloned();
    if shape.base != Base::Union || !shape.facets.declared.is_empty() {
        return in_shape(shape);
    }
    let mut found = None;
    for member in &shape.facets.members {
        found = Some(in_shape(&*inherit::shape_of(cx, member)?)?);
    }
    found
}

/// Reports required user-defined facets that the type does not have. `inherited`: the number of facets declared by
/// parents.
pub(super) fn wanted(cx: &mut Context<'_, '_>, entry: &Entry, shape: &Shape, inherited: usize) {
    for facet in shape.facets.declared.iter().take(inherited).filter(|facet| facet.required) {
        if entry.value.entry(&facet.name).is_none() {
            let location = cx.documents.locate(entry.location);
            let (facet, parent) = (excerpt(&facet.name), excerpt(&facet.by));
            cx.documents.report(TypeDiagnostic::MissingFacet { location, facet, parent });
        }
    }
}
