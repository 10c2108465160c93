//! RAML 1.0 data types: from declarations to JSON Schema, parameters and examples.
//!
//! In reading order: [`read`] goes from a node to a type, through [`names`] where it is written as `Cat | Dog[]`, through
//! [`inherit`] to those above it; [`facets`] and [`notes`] read what the declaration says itself, [`value`] its values.
//! [`external`] keeps JSON and XML schemas, [`parameter`] describes parameters. What a type is once it is read, and its
//! JSON Schema, are in [`shape`](crate::raml::shape).
//!
//! [`read`], [`names`], [`inherit`] and [`facets`] import each other on purpose: they are one recursive algorithm, since
//! the declaration of a type contains declarations of types.
//!
//! A declared type is read when it is first needed, once. Where it is used as it is, it is a `$ref`; a type that
//! inherits has everything of those above it in one schema. Whose names are meant is for
//! [`scope`](crate::raml::scope) to say; values are checked later, by [`checks`](crate::documents::checks).

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

use crate::tree::node::{Entry, Node};
use apinb_schema::schema::{Schema, reference};

use crate::raml::context::Context;
use crate::raml::shape::base::Base;
use crate::raml::shape::data_type::{DeclaredType, Notes, Shape, TypeRef, TypeRefTarget};
use crate::raml::shape::emit;
use crate::raml::shape::types::DiscriminatedType;
pub(super) use parameter::parameter;
use read::Setting;

/// What the declaration of a type says where a body or a query string has one.
#[derive(Debug, Default)]
pub(super) struct Typed {
    /// None when nothing is said, and everything is allowed.
    pub(super) schema: Option<Schema>,
    /// Its own, else those of the declared type that it is.
    pub(super) examples: Vec<Example>,
    /// The properties of an object type, when asked for.
    pub(super) form_parameters: Vec<Parameter>,
}

/// Reads a declared type, unless another one that needs it was there before, and puts it among the schemas.
pub(super) fn declare(cx: &mut Context<'_, '_>, entry: &Entry) {
    let name: Rc<str> = cx.qualified(entry.location, &entry.key).into();
    let named = DeclaredType { name: Rc::clone(&name), entry: entry.clone(), location: entry.location };
    // A built-in type cannot be declared again.
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

/// Reads the declaration of a type where it is used. `form`: its properties are wanted as parameters.
pub(super) fn typed(cx: &mut Context<'_, '_>, key: &str, node: &Rc<Node>, form: bool) -> Typed {
    if node.is_null() {
        return Typed::default();
    }
    let entry = Entry { key: key.into(), location: node.location, value: Rc::clone(node) };
    let value = read::read(cx, &entry, Setting::BODY);
    let declared = match &value.target {
        TypeRefTarget::Name(named) => read::declared(cx, named),
        TypeRefTarget::Shape(_) => None,
    };
    let is_external = inherit::shape_of(cx, &value).is_some_and(|shape| shape.base == Base::External);
    let schema = match &declared {
        // A JSON or XML schema, rather than a reference to it.
        Some(declared) if is_external => declared.schema.clone(),
        _ => value.schema.clone(),
    };
    // A schema in a document of its own is not read for this.
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
    }
}

/// The examples of the nearest declared type that has some; a type with facets of its own ends the way, since the
/// examples of those above it may not be its own.
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

/// Does what needs all types: the values that discriminators can have.
pub(super) fn finish(cx: &mut Context<'_, '_>) {
    let mut tagged = std::mem::take(&mut cx.types.tagged);
    let names: HashSet<Rc<str>> = tagged.iter().map(|one| Rc::clone(&one.name)).collect();
    // For each type the values of it and of those that inherit from it, with their names.
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

/// The schema of a type with a discriminator: a subtype has its own value or one of those below it; the type at the top
/// names them all.
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

/// Takes note of a type with a discriminator.
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
