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
    /// One a [`Bound`], in their order.
    pub(crate) bounds: [Option<Number>; 8],
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
pub(crate) struct Bound(usize);

impl Bound {
    /// Lower ones are followed by their upper ones; JSON Schema has the same names.
    pub(crate) const NAMES: [&'static str; 8] =
        ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];
    pub(crate) const MINIMUM: Self = Self(0);
    pub(crate) const MAXIMUM: Self = Self(1);
    pub(crate) const MIN_LENGTH: Self = Self(2);
    pub(crate) const MAX_LENGTH: Self = Self(3);

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().position(|known| *known == name).map(Self)
    }

    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..Self::NAMES.len()).map(Self)
    }

    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.get(self.0).copied().unwrap_or_default()
    }

    pub(crate) fn is_lower(self) -> bool {
        self.0.is_multiple_of(2)
    }

    /// The upper bound of a lower one, and the other way.
    pub(crate) fn other(self) -> Self {
        Self(self.0 ^ 1)
    }

    /// Any number, rather than a count.
    pub(crate) fn is_number(self) -> bool {
        self.0 < 2
    }

    /// Whether `own` allows more than `inherited`.
    pub(crate) fn is_wider(self, own: &Number, inherited: &Number) -> bool {
        let (own, inherited) = (own.as_f64(), inherited.as_f64());
        if self.is_lower() { own < inherited } else { own > inherited }
    }
}

impl Facets {
    pub(crate) fn bound(&self, bound: Bound) -> Option<&Number> {
        self.bounds.get(bound.0)?.as_ref()
    }

    pub(crate) fn set_bound(&mut self, bound: Bound, value: Number) {
        if let Some(location) = self.bounds.get_mut(bound.0) {
            *location = Some(value);
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
