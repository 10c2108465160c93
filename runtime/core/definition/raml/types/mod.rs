//! RAML 1.0 data types: from declarations to JSON Schema, parameters and examples.
//!
//! In reading order: [`read`] goes from a node to a type, through [`names`] and [`expression`] where it is written as
//! `Cat | Dog[]`, through [`inherit`] to those above it; [`facets`] and [`notes`] take what the declaration says itself,
//! [`emit`] writes the JSON Schema. [`base`] knows the built-in types, [`external`] keeps JSON and XML schemas, [`parameter`] describes parameters.
//!
//! A declared type is read when it is first needed, once. Where it is used as it is, it is a `$ref`; a type that
//! inherits has everything of those above it in one schema. Whose names are meant is for
//! [`scope`](super::scope) to say; values are checked later, by [`checks`](crate::definition::checks).

mod base;
mod emit;
mod expression;
mod external;
mod facets;
pub(crate) mod fault;
mod inherit;
mod names;
mod notes;
mod parameter;
mod read;
mod shape;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::{Map, Value};

use crate::definition::model::{Example, Parameter};
use crate::definition::node::{Entry, Node};
use crate::definition::problem::Problem;
use crate::definition::schema::{Schema, reference};

use super::context::Context;
use base::Base;
use fault::TypeFault;
pub(super) use parameter::parameter;
use read::Setting;
use shape::{Named, Notes, Of, Shape, Use};

/// What is known of all types.
#[derive(Debug, Default)]
pub(super) struct Types {
    by_name: HashMap<Rc<str>, State>,
    /// The declared types that are being read, outermost first.
    open: Vec<Rc<str>>,
    /// From where on in `open` types inherit from one another, with no property or item between.
    boundary: usize,
    /// Types that are being read, declared or not.
    depth: u32,
    built_in: HashMap<Base, Rc<Use>>,
    /// Names as they were used, by file.
    used: HashMap<(u32, Rc<str>), Rc<Use>>,
    /// Declared types with a discriminator.
    tagged: Vec<Tagged>,
    /// How many schemas in place were given a name.
    externals: usize,
}

#[derive(Debug)]
enum State {
    /// Being read: where it is among the open ones.
    Open(usize),
    Read(Rc<Use>),
}

#[derive(Debug)]
struct Tagged {
    name: Rc<str>,
    value: Value,
    made: Rc<Use>,
    /// It inherits from none with a discriminator.
    is_top: bool,
}

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
    let name: Rc<str> = cx.qualified(entry.place, &entry.key).into();
    let named = Named { name: Rc::clone(&name), entry: entry.clone(), place: entry.place };
    // A built-in type cannot be declared again.
    if Base::named(&entry.key).is_some() {
        cx.invalid("types", &entry.key, entry.place, "a name that no built-in type has");
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
    let entry = Entry { key: key.into(), place: node.place, value: Rc::clone(node) };
    let value = read::read(cx, &entry, Setting::BODY);
    let declared = match &value.of {
        Of::Name(named) => read::declared(cx, named),
        Of::Shape(_) => None,
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
    cx.documents.spend_nodes(examples.len(), node.place);
    Typed {
        schema: (said || node.get("type").is_some()).then_some(schema),
        examples,
        form_parameters: if form { parameter::form(cx, &value) } else { Vec::new() },
    }
}

/// The examples of the nearest declared type that has some; a type with facets of its own ends the way, since the
/// examples of those above it may not be its own.
fn inherited_examples(cx: &mut Context<'_, '_>, value: &Rc<Use>) -> Vec<Example> {
    let mut value = Rc::clone(value);
    while value.notes.examples.is_empty()
        && let Of::Name(named) = &value.of
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
        let Of::Shape(shape) = &one.made.of else { continue };
        let all = below.get(&one.name).map(Vec::as_slice).unwrap_or_default();
        if !cx.documents.spend_nodes((one.made.weight + all.len()) * read::JSON_NODES, Default::default()) {
            return;
        }
        let all: Vec<&Tagged> = all.iter().filter_map(|at| tagged.get(*at)).collect();
        let schema = tagged_schema(shape, &one.made.notes, one, &all);
        cx.schemas.insert(&*one.name, Schema::from_json(schema));
    }
}

/// The schema of a type with a discriminator: a subtype has its own value or one of those below it; the type at the top
/// names them all.
fn tagged_schema(shape: &Shape, notes: &Notes, one: &Tagged, all: &[&Tagged]) -> Value {
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
fn tag(cx: &mut Context<'_, '_>, named: &Named, value: &Rc<Use>) {
    let Of::Shape(shape) = &value.of else { return };
    if shape.facets.discriminator.is_some() {
        let own = shape.facets.discriminator_value.clone();
        let own = own.unwrap_or_else(|| Value::from(&*named.entry.key));
        cx.types.tagged.push(Tagged {
            name: Rc::clone(&named.name),
            value: own,
            made: Rc::clone(value),
            is_top: false,
        });
    }
}

fn report(cx: &mut Context<'_, '_>, fault: TypeFault) {
    cx.documents.report(Problem::Type(fault));
}
