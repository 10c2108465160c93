//! RAML 1.0 data types: converts declarations to JSON Schema, parameters and examples.
//!
//! In reading order: [`read`] converts a node to a type, [`names`] handles expressions such as `Cat | Dog[]`,
//! [`inherit`] parent types; [`facets`] and [`notes`] read the keys of the declaration, [`value`] its values.
//! [`external`] handles JSON and XML schemas, [`parameter`] describes parameters. [`shape`](crate::raml::shape)
//! represents the types and their JSON Schema.
//!
//! [`read`], [`names`], [`inherit`] and [`facets`] import each other on purpose: they are one recursive algorithm,
//! since the declaration of a type contains declarations of types.
//!
//! A declared type is read once, when it is first needed. A plain reference to it becomes a `$ref`; a type that
//! inherits has all inherited facets in one schema. [`scope`](crate::raml::scope) resolves names;
//! [`checks`](crate::documents::checks) checks values later.

pub(crate) mod diagnostic;
mod external;
mod facets;
mod inherit;
mod names;
mod notes;
mod parameter;
mod read;
mod value;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::{Map, Value};

use crate::model::{Example, Parameter};

use crate::tree::node::{Entry, Node, NodeKind};
use apinb_schema::schema::{Schema, reference};

use crate::raml::annotations::Target;
use crate::raml::context::Context;
use crate::raml::shape::base::Base;
use crate::raml::shape::data_type::{DeclaredType, Notes, Shape, TypeRef, TypeRefTarget};
use crate::raml::shape::emit;
use crate::raml::shape::types::DiscriminatedType;
use diagnostic::TypeDiagnostic;
pub(super) use parameter::parameter;
use read::Setting;

/// The type of a body or query string.
#[derive(Debug, Default)]
pub(super) struct Typed {
    /// `None` without restrictions: every value is allowed.
    pub(super) schema: Option<Schema>,
    /// The examples of the declaration, or else those of the declared type that it refers to.
    pub(super) examples: Vec<Example>,
    /// The properties of an object type, if requested.
    pub(super) form_parameters: Vec<Parameter>,
    /// Whether the type is a JSON or XML schema.
    is_external: bool,
}

/// Reads a declared type, unless it was already read for another type, and adds it to the schemas.
pub(super) fn declare(cx: &mut Context<'_, '_>, entry: &Entry) {
    let name: Rc<str> = cx.qualified(entry.location, &entry.key).into();
    let named = DeclaredType { name: Rc::clone(&name), entry: entry.clone(), location: entry.location };
    // A declaration cannot redefine a built-in type.
    if Base::named(&entry.key).is_some() {
        cx.documents.invalid("types", &entry.key, entry.location, "a name that is not a built-in type");
    }
    let schema = match read::declared(cx, &named) {
        Some(value) => {
            tag(cx, &named, &value);
            value.schema.clone()
        }
        None => read::anything(),
    };
    cx.schemas.insert(&*name, schema);
}

/// Reads a type declaration in a body or query string. `form`: also return its properties as parameters.
/// `place`: the place of its annotations.
pub(super) fn typed(
    cx: &mut Context<'_, '_>,
    key: &str,
    node: &Rc<Node>,
    form: bool,
    place: &'static [Target],
) -> Typed {
    if node.is_null() {
        return Typed::default();
    }
    let entry = Entry { key: key.into(), location: node.location, value: Rc::clone(node) };
    let setting = Setting { fallback: Base::Any, place, ..Setting::ITEMS };
    let value = read::read(cx, &entry, setting);
    let declared = match &value.target {
        TypeRefTarget::Name(named) => read::declared(cx, named),
        TypeRefTarget::Shape(_) => None,
    };
    let is_external = inherit::shape_of(cx, &value).is_some_and(|shape| shape.base == Base::External);
    let schema = match &declared {
        // The JSON or XML schema itself instead of a reference to it.
        Some(declared) if is_external => declared.schema.clone(),
        _ => value.schema.clone(),
    };
    // Does not read a schema in a deferred document.
    let said = is_external || schema.json().is_none_or(|schema| schema.as_object().is_none_or(|all| !all.is_empty()));
    let examples = match (&declared, value.notes.examples.is_empty()) {
        (Some(_), true) => inherited_examples(cx, &value),
        _ => value.notes.examples.clone(),
    };
    cx.documents.spend_nodes(examples.len(), node.location);
    Typed {
        schema: (said || node.get("type").is_some()).then_some(schema),
        examples,
        form_parameters: if form { parameter::form(cx, &value) } else { Vec::new() },
        is_external,
    }
}

/// Reads the type of a query string.
pub(super) fn query_string(cx: &mut Context<'_, '_>, part: &Entry, form: bool) -> Typed {
    let typed = typed(cx, &part.key, &part.value, form, &[Target::TypeDeclaration]);
    if typed.is_external {
        let location = cx.documents.locate(part.value.location);
        cx.documents.report(TypeDiagnostic::Misplaced { location, place: "a query string" });
    }
    typed
}

/// Reads an annotation type.
pub(super) fn annotation_type(cx: &mut Context<'_, '_>, declared: &Entry) {
    let (targets, rest): (Vec<Entry>, Vec<Entry>) =
        declared.value.entries().iter().cloned().partition(|part| &*part.key == "allowedTargets");
    // Not the content of a fragment itself, which is no `DataType`.
    let value = match declared.value.kind {
        NodeKind::Mapping(_) => Node::mapping(declared.value.location, rest),
        _ => Rc::clone(&declared.value),
    };
    let entry = Entry { value, ..declared.clone() };
    let value = read::nested(cx, &entry, Setting { place: &[Target::AnnotationType], ..Setting::ITEMS });
    let name: Rc<str> = cx.qualified(declared.location, &declared.key).into();
    cx.add_annotation_type(name, value.schema.clone(), targets.first());
}

/// The examples of the nearest declared type that has some. Stops at a type with additional facets, because the
/// examples of its parents may violate them.
fn inherited_examples(cx: &mut Context<'_, '_>, value: &Rc<TypeRef>) -> Vec<Example> {
    let mut value = Rc::clone(value);
    while value.notes.examples.is_empty()
        && let TypeRefTarget::Name(named) = &value.target
    {
        let Some(declared) = read::declared(cx, &Rc::clone(named)) else { break };
        value = declared;
    }
    value.notes.examples.clone()
}

/// Completes the types that have discriminators, which requires that all types were read.
pub(super) fn finish(cx: &mut Context<'_, '_>) {
    external::check_uses(cx);
    let mut tagged = std::mem::take(&mut cx.types.tagged);
    let names: HashSet<Rc<str>> = tagged.iter().map(|one| Rc::clone(&one.name)).collect();
    // The indexes of each type and its subtypes, by the type's name.
    let mut below: HashMap<Rc<str>, Vec<usize>> = HashMap::new();
    for (at, one) in tagged.iter_mut().enumerate() {
        one.is_top = !one.made.ancestors.iter().any(|above| *above != one.name && names.contains(above));
        if !cx.documents.spend_nodes(one.made.ancestors.len(), Default::default()) {
            return;
        }
        for ancestor in &*one.made.ancestors {
            let known = below.entry(Rc::clone(ancestor)).or_default();
            if known.last() != Some(&at) {
                known.push(at);
            }
        }
    }
    for one in &tagged {
        let TypeRefTarget::Shape(shape) = &one.made.target else { continue };
        let all = below.get(&one.name).map(Vec::as_slice).unwrap_or_default();
        if !cx.documents.spend_nodes((one.made.weight + all.len()) * read::JSON_NODES, Default::default()) {
            return;
        }
        let all: Vec<&DiscriminatedType> = all.iter().filter_map(|at| tagged.get(*at)).collect();
        let schema = tagged_schema(shape, &one.made.notes, one, &all);
        cx.schemas.insert(&*one.name, Schema::from_json(schema));
    }
}

/// The schema of a type with a discriminator. A subtype allows its own value and those of its subtypes; the topmost
/// type maps all values.
fn tagged_schema(shape: &Shape, notes: &Notes, one: &DiscriminatedType, all: &[&DiscriminatedType]) -> Value {
    if !one.is_top {
        let tags: Vec<Value> = all.iter().map(|tagged| tagged.value.clone()).collect();
        return emit::schema(shape, notes, &tags);
    }
    let mut schema = emit::schema(shape, notes, &[]);
    let mapping: Map<String, Value> = all
        .iter()
        .map(|tagged| {
            let value = tagged.value.as_str().map_or_else(|| tagged.value.to_string(), str::to_owned);
            (value, Value::from(reference(&tagged.name)))
        })
        .collect();
    if let (Value::Object(fields), Some(property)) = (&mut schema, &shape.facets.discriminator) {
        let discriminator = serde_json::json!({ "propertyName": &**property, "mapping": mapping });
        fields.insert("discriminator".to_owned(), discriminator);
    }
    schema
}

/// Records a type with a discriminator.
fn tag(cx: &mut Context<'_, '_>, named: &DeclaredType, value: &Rc<TypeRef>) {
    let TypeRefTarget::Shape(shape) = &value.target else { return };
    if shape.facets.discriminator.is_some() {
        let own = shape.facets.discriminator_value.clone();
        let own = own.unwrap_or_else(|| Value::from(&*named.entry.key));
        cx.types.tagged.push(DiscriminatedType {
            name: Rc::clone(&named.name),
            value: own,
            made: Rc::clone(value),
            is_top: false,
        });
    }
}
