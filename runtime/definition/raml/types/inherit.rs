//! Inheritance ([1.0 Object Type Specialization], [1.0 Multiple Inheritance]): merges the parents of a type, and checks
//! that the type is narrower.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::{Value, json};

use crate::limits::MAX_DEPTH;
use crate::raml::context::Context;
use crate::raml::shape::base::Base;
use crate::raml::shape::bounds::Bound;
use crate::raml::shape::data_type::{Property, Shape, TypeRef, TypeRefTarget, reference_to};
use crate::raml::shape::emit::json_of;
use crate::raml::types::diagnostic::TypeDiagnostic;
use crate::tree::node::NodeLocation;
use apinb_text::display::quote::quote;
use apinb_text::display::truncate::excerpt;

use crate::raml::types::read;

/// A parent type, and the position of the reference to it.
#[derive(Clone, Debug)]
pub(super) struct Parent {
    pub(super) value: Rc<TypeRef>,
    pub(super) location: NodeLocation,
}

/// The initial shape of a type that inherits from all `parents`.
pub(super) fn start(cx: &mut Context<'_, '_>, parents: &[Parent], fallback: Base) -> Shape {
    let mut shape: Option<Shape> = None;
    for parent in parents {
        if !cx.documents.spend_nodes(parent.value.weight / 4, parent.location) {
            break;
        }
        let mut next = match shape_of(cx, &parent.value) {
            Some(next) => (*next).clone(),
            None => match &parent.value.target {
                // A type that is its own parent was already reported.
                TypeRefTarget::Name(named) if read::is_above(cx, named) => Shape::unknown(),
                TypeRefTarget::Name(named) => Shape::unread(&named.name),
                TypeRefTarget::Shape(_) => Shape::new(fallback),
            },
        };
        next.facets.discriminator_value = None;
        shape = Some(match shape {
            None => next,
            Some(before) => together(cx, before, next, parent),
        });
    }
    shape.unwrap_or_else(|| Shape::new(fallback))
}

/// The shape of a type; `None` while that type is being read.
pub(super) fn shape_of(cx: &mut Context<'_, '_>, value: &Rc<TypeRef>) -> Option<Rc<Shape>> {
    let mut value = Rc::clone(value);
    // Each step is a level of inheritance, which is limited.
    for _ in 0..=MAX_DEPTH {
        let named = match &value.target {
            TypeRefTarget::Shape(shape) => return Some(Rc::clone(shape)),
            TypeRefTarget::Name(named) => Rc::clone(named),
        };
        value = read::declared(cx, &named)?;
    }
    None
}

/// The declared types that a type is or inherits from.
pub(super) fn ancestors(cx: &mut Context<'_, '_>, value: &Rc<TypeRef>) -> Rc<[Rc<str>]> {
    match &value.target {
        TypeRefTarget::Name(named) => match read::declared(cx, named) {
            Some(declared) if declared.ancestors.first() == Some(&named.name) => Rc::clone(&declared.ancestors),
            Some(declared) => [&named.name].into_iter().chain(&*declared.ancestors).cloned().collect(),
            None => Rc::new([Rc::clone(&named.name)]),
        },
        TypeRefTarget::Shape(_) => Rc::clone(&value.ancestors),
    }
}

fn together(cx: &mut Context<'_, '_>, mut one: Shape, mut other: Shape, parent: &Parent) -> Shape {
    let base = match (one.base, other.base) {
        (Base::External, _) | (_, Base::External) => {
            let location = cx.documents.locate(parent.location);
            cx.documents.report(TypeDiagnostic::External { location, key: "type".to_owned() });
            return one;
        }
        (a, b) if a == b && a != Base::Union => a,
        (Base::Any, b) => b,
        (a, Base::Any) => a,
        (Base::Number, Base::Integer) | (Base::Integer, Base::Number) => Base::Integer,
        // A union cannot be merged, so its schema applies in addition.
        (_, Base::Union) => {
            one.beside.push(json_of(&parent.value.schema));
            return one;
        }
        (Base::Union, _) => {
            other.beside.push(crate::raml::shape::emit::schema(
                &one,
                &crate::raml::shape::data_type::Notes::default(),
                &[],
            ));
            return other;
        }
        (a, b) => {
            let location = cx.documents.locate(parent.location);
            cx.documents.report(TypeDiagnostic::Disjoint { location, first: a.noun(), second: b.noun() });
            return one;
        }
    };
    one.base = base;
    one.beside.append(&mut other.beside);
    one.facets.narrow(&other.facets);
    let mut index = indexed(&one.facets.properties);
    for property in other.facets.properties {
        inherit_property(cx, &mut one.facets.properties, &mut index, property, parent.location);
    }
    for (pattern, value) in other.facets.patterned {
        if !one.facets.patterned.iter().any(|(known, _)| *known == pattern) {
            one.facets.patterned.push((pattern, value));
        }
    }
    for facet in other.facets.declared {
        if !one.facets.declared.iter().any(|known| known.name == facet.name) {
            one.facets.declared.push(facet);
        }
    }
    one.facets.items = match (one.facets.items, other.facets.items) {
        (Some(a), Some(b)) => Some(joined(cx, &a, &b)),
        (a, b) => a.or(b),
    };
    one
}

/// The index of each property by name.
pub(super) fn indexed(properties: &[Property]) -> HashMap<Rc<str>, usize> {
    properties.iter().enumerate().map(|(at, property)| (Rc::clone(&property.name), at)).collect()
}

/// Adds a property that another parent may have as well. It is required if either requires it, and its type restricts
/// both.
fn inherit_property(
    cx: &mut Context<'_, '_>,
    properties: &mut Vec<Property>,
    index: &mut HashMap<Rc<str>, usize>,
    property: Property,
    location: NodeLocation,
) {
    let Some(known) = index.get(&property.name).and_then(|at| properties.get_mut(*at)) else {
        index.insert(Rc::clone(&property.name), properties.len());
        properties.push(property);
        return;
    };
    known.required |= property.required;
    if fits(cx, &property.value, &known.value, 0) || fits(cx, &known.value, &property.value, 0) {
        known.value = joined(cx, &known.value, &property.value);
    } else {
        overridden(cx, &property.name, &property.value, &known.value, location);
    }
}

/// Reports a property whose type conflicts with the inherited property.
pub(super) fn overridden(
    cx: &mut Context<'_, '_>,
    name: &str,
    own: &Rc<TypeRef>,
    inherited: &Rc<TypeRef>,
    location: NodeLocation,
) {
    let (own, inherited) = (called(cx, own), called(cx, inherited));
    let location = cx.documents.locate(location);
    cx.documents.report(TypeDiagnostic::Overridden { location, name: excerpt(name), own, inherited });
}

/// The description of a type in messages.
fn called(cx: &mut Context<'_, '_>, value: &Rc<TypeRef>) -> String {
    match &value.target {
        TypeRefTarget::Name(named) => quote(excerpt(&named.name)),
        TypeRefTarget::Shape(_) => shape_of(cx, value).map_or("another type", |shape| shape.base.noun()).to_owned(),
    }
}

/// Whether `own` can restrict `inherited`, judging by their base types and members.
pub(super) fn fits(cx: &mut Context<'_, '_>, own: &Rc<TypeRef>, inherited: &Rc<TypeRef>, depth: u32) -> bool {
    const MAX_LEVELS: u32 = 8;
    if depth > MAX_LEVELS || Rc::ptr_eq(own, inherited) || !cx.documents.spend_nodes(1, NodeLocation::default()) {
        return true;
    }
    if let TypeRefTarget::Name(wanted) = &inherited.target
        && ancestors(cx, own).contains(&wanted.name)
    {
        return true;
    }
    let (Some(mine), Some(theirs)) = (shape_of(cx, own), shape_of(cx, inherited)) else { return true };
    let unread = |shape: &Shape| shape.base == Base::Any && !shape.beside.is_empty();
    if Rc::ptr_eq(&mine, &theirs) || unread(&mine) || unread(&theirs) {
        return true;
    }
    match (mine.base, theirs.base) {
        (_, Base::Any | Base::External) | (Base::External, _) | (Base::Integer, Base::Number) => true,
        (Base::Union, _) => mine.facets.members.iter().all(|member| fits(cx, member, inherited, depth + 1)),
        (_, Base::Union) => theirs.facets.members.iter().any(|member| fits(cx, own, member, depth + 1)),
        (Base::Array, Base::Array) => match (&mine.facets.items, &theirs.facets.items) {
            (Some(mine), Some(theirs)) => fits(cx, mine, theirs, depth + 1),
            _ => true,
        },
        (Base::Object, Base::Object) => {
            let index = indexed(&theirs.facets.properties);
            mine.facets.properties.iter().all(|property| {
                let known = index.get(&property.name).and_then(|at| theirs.facets.properties.get(*at));
                known.is_none_or(|known| fits(cx, &property.value, &known.value, depth + 1))
            })
        }
        (mine, theirs) => mine == theirs,
    }
}

/// Reports the bounds and values of a scalar type that allow more than those that it overrides.
pub(super) fn report_wider(
    cx: &mut Context<'_, '_>,
    own: &Rc<TypeRef>,
    inherited: &Rc<TypeRef>,
    location: NodeLocation,
) {
    let (Some(mine), Some(theirs)) = (shape_of(cx, own), shape_of(cx, inherited)) else { return };
    if Rc::ptr_eq(&mine, &theirs) || !mine.base.is_scalar() {
        return;
    }
    for bound in Bound::all() {
        if let (Some(own), Some(inherited)) = (mine.facets.bounds.get(bound), theirs.facets.bounds.get(bound))
            && bound.is_wider(own, inherited)
        {
            wider(cx, bound.name(), &own.to_string(), &inherited.to_string(), location);
        }
    }
    if let (Some(own), Some(inherited)) = (&mine.facets.values, &theirs.facets.values) {
        let known: HashSet<String> = inherited.iter().map(ToString::to_string).collect();
        if let Some(added) = own.iter().find(|value| !known.contains(&value.to_string())) {
            wider(cx, "enum", &added.to_string(), &Value::from(inherited.to_vec()).to_string(), location);
        }
    }
}

/// Reports a facet that allows more than the inherited one. The inherited one stays in effect.
pub(super) fn wider(cx: &mut Context<'_, '_>, facet: &str, own: &str, inherited: &str, location: NodeLocation) {
    let location = cx.documents.locate(location);
    let (facet, own, inherited) = (facet.to_owned(), quote(excerpt(own)), quote(excerpt(inherited)));
    cx.documents.report(TypeDiagnostic::Wider { location, facet, own, inherited });
}

/// A type that restricts both types. One of them may already restrict the other.
pub(super) fn joined(cx: &mut Context<'_, '_>, one: &Rc<TypeRef>, other: &Rc<TypeRef>) -> Rc<TypeRef> {
    if Rc::ptr_eq(one, other) || one.schema.json() == other.schema.json() {
        return Rc::clone(one);
    }
    for (narrow, wide) in [(other, one), (one, other)] {
        let members = match &wide.target {
            TypeRefTarget::Name(_) => std::slice::from_ref(wide),
            TypeRefTarget::Shape(shape) => shape.facets.members.as_slice(),
        };
        let above = ancestors(cx, narrow);
        let is_one = |member: &Rc<TypeRef>| match &member.target {
            TypeRefTarget::Name(named) => above.contains(&named.name),
            TypeRefTarget::Shape(_) => member.schema.json() == narrow.schema.json(),
        };
        if cx.documents.spend_nodes(members.len() / 4, NodeLocation::default()) && members.iter().any(is_one) {
            return Rc::clone(narrow);
        }
    }
    if let (TypeRefTarget::Shape(a), TypeRefTarget::Shape(b)) = (&one.target, &other.target) {
        let (wide, narrow) = if a.base == Base::Integer { (b, a) } else { (a, b) };
        if wide.base == Base::Any && wide.beside.is_empty() && wide.facets.values.is_none() {
            return Rc::clone(if Rc::ptr_eq(wide, a) { other } else { one });
        }
        let same = a.base == b.base || (wide.base, narrow.base) == (Base::Number, Base::Integer);
        if same && (a.base.is_scalar() || a.base == Base::Array) && a.beside.is_empty() && b.beside.is_empty() {
            let mut shape = (**narrow).clone();
            shape.facets.narrow_values(&wide.facets);
            shape.facets.items = match (shape.facets.items, &wide.facets.items) {
                // Each level corresponds to a level of the node, which is limited.
                (Some(own), Some(theirs)) => Some(joined(cx, theirs, &own)),
                (own, theirs) => own.or_else(|| theirs.clone()),
            };
            let mut notes = other.notes.clone();
            notes.description = notes.description.or_else(|| one.notes.description.clone());
            return Rc::new(TypeRef::of_shape(shape, notes, one.level.max(other.level), Rc::new([])));
        }
    }
    let all = [one, other].map(|part| json_of(&part.schema));
    let beside = all.into_iter().collect();
    let base = shape_of(cx, other).map_or(Base::Any, |shape| shape.base);
    let mut made = TypeRef::of_shape(Shape { base, ..Shape::new(base) }, other.notes.clone(), other.level, Rc::new([]));
    made.schema = apinb_schema::schema::Schema::from_json(json!({ "allOf": Value::Array(beside) }));
    made.weight = one.weight + other.weight;
    Rc::new(made)
}

/// The schema of a type that only adds notes to a declared type.
pub(super) fn reference_fields(name: &str) -> serde_json::Map<String, Value> {
    match reference_to(name) {
        Value::Object(fields) => fields,
        _ => serde_json::Map::new(),
    }
}
