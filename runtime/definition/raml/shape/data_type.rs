//! A data type once it is read: what it is at bottom, and its facets with those it inherits.

use std::rc::Rc;

use serde_json::{Number, Value};

use crate::model::{Annotation, Example};
use crate::tree::node::{Entry, NodeLocation};
use apinb_schema::schema::{Schema, reference};

use crate::raml::shape::base::Base;

/// A type where it is used: a declared one by its name, or an inline one.
#[derive(Debug)]
pub(crate) struct TypeRef {
    pub(crate) target: TypeRefTarget,
    pub(crate) schema: Schema,
    /// About how many nodes a copy of the schema counts.
    pub(crate) weight: usize,
    /// How many types stand above it, one inheriting from the other.
    pub(crate) level: u32,
    /// The declared types that it is, or inherits from; not known of a mere name.
    pub(crate) ancestors: Rc<[Rc<str>]>,
    pub(crate) notes: Notes,
}

/// What is used.
#[derive(Clone, Debug)]
pub(crate) enum TypeRefTarget {
    /// A declared type, and nothing that restricts it.
    Name(Rc<DeclaredType>),
    /// A type with facets of its own.
    Shape(Rc<Shape>),
}

/// A declared type.
#[derive(Debug)]
pub(crate) struct DeclaredType {
    /// Its name among all types of the definition.
    pub(crate) name: Rc<str>,
    pub(crate) entry: Entry,
    /// Where it is used.
    pub(crate) location: NodeLocation,
}

/// What a type says about itself; nothing of it restricts a value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    pub(crate) display_name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) default: Option<Value>,
    pub(crate) examples: Vec<Example>,
    /// The examples as JSON Schema has them.
    pub(crate) samples: Vec<Value>,
    pub(crate) xml: Option<Value>,
    pub(crate) annotations: Vec<Annotation>,
}

/// A type with everything that it inherits.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) base: Base,
    pub(crate) facets: Facets,
    /// Schemas that hold as well, where types could not be made one.
    pub(crate) beside: Vec<Value>,
}

impl Shape {
    pub(crate) fn new(base: Base) -> Self {
        Self { base, facets: Facets::default(), beside: Vec::new() }
    }

    /// The shape of an unknown type: no diagnostic follows from it.
    pub(crate) fn unknown() -> Self {
        Self { beside: vec![serde_json::json!({})], ..Self::new(Base::Any) }
    }

    /// A type that cannot be looked into, since it is being read.
    pub(crate) fn unread(name: &str) -> Self {
        Self { beside: vec![reference_to(name)], ..Self::new(Base::Any) }
    }
}

/// The facets of a type.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facets {
    pub(crate) bounds: Bounds,
    pub(crate) multiple_of: Option<Number>,
    pub(crate) format: Option<&'static str>,
    /// All of them hold.
    pub(crate) patterns: Vec<Rc<str>>,
    pub(crate) values: Option<Rc<[Value]>>,
    pub(crate) file_types: Vec<String>,
    pub(crate) unique: bool,
    pub(crate) items: Option<Rc<TypeRef>>,
    pub(crate) members: Vec<Rc<TypeRef>>,
    pub(crate) properties: Vec<Property>,
    /// Pattern properties, the first that fits holds.
    pub(crate) patterned: Vec<(Rc<str>, Rc<TypeRef>)>,
    /// `additionalProperties: false`.
    pub(crate) closed: bool,
    pub(crate) discriminator: Option<Rc<str>>,
    /// Not inherited.
    pub(crate) discriminator_value: Option<Value>,
    /// User-defined facets that subtypes may give.
    pub(crate) declared: Vec<FacetDeclaration>,
}

/// A property of an object type.
#[derive(Clone, Debug)]
pub(crate) struct Property {
    pub(crate) name: Rc<str>,
    pub(crate) required: bool,
    pub(crate) value: Rc<TypeRef>,
    pub(crate) location: NodeLocation,
}

/// A user-defined facet.
#[derive(Clone, Debug)]
pub(crate) struct FacetDeclaration {
    pub(crate) name: Rc<str>,
    pub(crate) required: bool,
    pub(crate) value: Rc<TypeRef>,
    /// The type that declares it.
    pub(crate) by: Rc<str>,
}

/// A facet that is a lower or an upper bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    pub(crate) of: Quantity,
    pub(crate) side: Side,
}

/// What a bound limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantity {
    /// A number's value; the others are counts.
    Number,
    /// A text's length.
    Length,
    /// An array's items.
    Items,
    /// An object's properties.
    Properties,
}

/// Which end of its range a bound is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Lower,
    Upper,
}

impl Quantity {
    pub(crate) const ALL: [Self; 4] = [Self::Number, Self::Length, Self::Items, Self::Properties];

    pub(crate) fn lower(self) -> Bound {
        Bound { of: self, side: Side::Lower }
    }

    pub(crate) fn upper(self) -> Bound {
        Bound { of: self, side: Side::Upper }
    }
}

impl Bound {
    /// All bounds; a lower one is followed by its upper one.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Quantity::ALL.into_iter().flat_map(|of| [of.lower(), of.upper()])
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|bound| bound.name() == name)
    }

    /// The name of the facet, which JSON Schema has too.
    pub(crate) fn name(self) -> &'static str {
        match (self.of, self.side) {
            (Quantity::Number, Side::Lower) => "minimum",
            (Quantity::Number, Side::Upper) => "maximum",
            (Quantity::Length, Side::Lower) => "minLength",
            (Quantity::Length, Side::Upper) => "maxLength",
            (Quantity::Items, Side::Lower) => "minItems",
            (Quantity::Items, Side::Upper) => "maxItems",
            (Quantity::Properties, Side::Lower) => "minProperties",
            (Quantity::Properties, Side::Upper) => "maxProperties",
        }
    }

    /// Whether `own` allows more than `inherited`.
    pub(crate) fn is_wider(self, own: &Number, inherited: &Number) -> bool {
        let (own, inherited) = (own.as_f64(), inherited.as_f64());
        match self.side {
            Side::Lower => own < inherited,
            Side::Upper => own > inherited,
        }
    }
}

/// The bounds of each quantity.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bounds {
    number: Range,
    length: Range,
    items: Range,
    properties: Range,
}

#[derive(Clone, Debug, Default)]
struct Range {
    lower: Option<Number>,
    upper: Option<Number>,
}

impl Bounds {
    pub(crate) fn get(&self, bound: Bound) -> Option<&Number> {
        let range = match bound.of {
            Quantity::Number => &self.number,
            Quantity::Length => &self.length,
            Quantity::Items => &self.items,
            Quantity::Properties => &self.properties,
        };
        match bound.side {
            Side::Lower => range.lower.as_ref(),
            Side::Upper => range.upper.as_ref(),
        }
    }

    pub(crate) fn set(&mut self, bound: Bound, value: Number) {
        let range = match bound.of {
            Quantity::Number => &mut self.number,
            Quantity::Length => &mut self.length,
            Quantity::Items => &mut self.items,
            Quantity::Properties => &mut self.properties,
        };
        match bound.side {
            Side::Lower => range.lower = Some(value),
            Side::Upper => range.upper = Some(value),
        }
    }
}

/// `{"$ref": …}` of a declared type.
pub(crate) fn reference_to(name: &str) -> Value {
    serde_json::json!({ "$ref": reference(name) })
}

/// About how many nodes a value counts, with its texts.
pub(crate) fn weight(value: &Value) -> usize {
    const BYTES_A_NODE: usize = 64;
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 1,
        Value::String(text) => 1 + text.len() / BYTES_A_NODE,
        Value::Array(items) => 1 + items.iter().map(weight).sum::<usize>(),
        Value::Object(fields) => {
            1 + fields.iter().map(|(key, value)| key.len() / BYTES_A_NODE + weight(value)).sum::<usize>()
        }
    }
}
