//! A data type once it is read: what it is at bottom, and its facets with those it inherits.

use std::rc::Rc;

use serde_json::{Number, Value};

use crate::definition::model::{Annotation, Example};
use crate::definition::node::{Entry, Place};
use crate::definition::schema::{Schema, reference};

use super::base::Base;

/// A type where it is used: a declared one by its name, or one that is written in place.
#[derive(Debug)]
pub(super) struct Use {
    pub(super) of: Of,
    pub(super) schema: Schema,
    /// About how many nodes a copy of the schema counts.
    pub(super) weight: usize,
    /// How many types stand above it, one inheriting from the other.
    pub(super) level: u32,
    /// The declared types that it is, or inherits from; not known of a mere name.
    pub(super) ancestors: Rc<[Rc<str>]>,
    pub(super) notes: Notes,
}

/// What is used.
#[derive(Clone, Debug)]
pub(super) enum Of {
    /// A declared type, and nothing that restricts it.
    Name(Rc<Named>),
    /// A type with facets of its own.
    Shape(Rc<Shape>),
}

/// A declared type.
#[derive(Debug)]
pub(super) struct Named {
    /// Its name among all types of the definition.
    pub(super) name: Rc<str>,
    pub(super) entry: Entry,
    /// Where it is used.
    pub(super) place: Place,
}

/// What a type says about itself; nothing of it restricts a value.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes {
    pub(super) display_name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) default: Option<Value>,
    pub(super) examples: Vec<Example>,
    /// The examples as JSON Schema has them.
    pub(super) samples: Vec<Value>,
    pub(super) xml: Option<Value>,
    pub(super) annotations: Vec<Annotation>,
}

/// A type with everything that it inherits.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) base: Base,
    pub(super) facets: Facets,
    /// Schemas that hold as well, where types could not be made one.
    pub(super) beside: Vec<Value>,
}

impl Shape {
    pub(super) fn new(base: Base) -> Self {
        Self { base, facets: Facets::default(), beside: Vec::new() }
    }

    /// What stands for a type that cannot be told: no fault follows from it.
    pub(super) fn unknown() -> Self {
        Self { beside: vec![serde_json::json!({})], ..Self::new(Base::Any) }
    }

    /// A type that cannot be looked into, since it is being read.
    pub(super) fn unread(name: &str) -> Self {
        Self { beside: vec![reference_to(name)], ..Self::new(Base::Any) }
    }
}

/// The facets of a type.
#[derive(Clone, Debug, Default)]
pub(super) struct Facets {
    /// One a [`Bound`], in their order.
    pub(super) bounds: [Option<Number>; 8],
    pub(super) multiple_of: Option<Number>,
    pub(super) format: Option<&'static str>,
    /// All of them hold.
    pub(super) patterns: Vec<Rc<str>>,
    pub(super) values: Option<Rc<[Value]>>,
    pub(super) file_types: Vec<String>,
    pub(super) unique: bool,
    pub(super) items: Option<Rc<Use>>,
    pub(super) members: Vec<Rc<Use>>,
    pub(super) properties: Vec<Property>,
    /// Pattern properties, the first that fits holds.
    pub(super) patterned: Vec<(Rc<str>, Rc<Use>)>,
    /// `additionalProperties: false`.
    pub(super) closed: bool,
    pub(super) discriminator: Option<Rc<str>>,
    /// Not inherited.
    pub(super) discriminator_value: Option<Value>,
    /// User-defined facets that subtypes may give.
    pub(super) declared: Vec<Declared>,
}

/// A property of an object type.
#[derive(Clone, Debug)]
pub(super) struct Property {
    pub(super) name: Rc<str>,
    pub(super) required: bool,
    pub(super) value: Rc<Use>,
    pub(super) place: Place,
}

/// A user-defined facet.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub(super) name: Rc<str>,
    pub(super) required: bool,
    pub(super) value: Rc<Use>,
    /// The type that declares it.
    pub(super) by: Rc<str>,
}

/// A facet that is a lower or an upper bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bound(usize);

impl Bound {
    /// Lower ones are followed by their upper ones; JSON Schema has the same names.
    pub(super) const NAMES: [&'static str; 8] =
        ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];
    pub(super) const MINIMUM: Self = Self(0);
    pub(super) const MAXIMUM: Self = Self(1);
    pub(super) const MIN_LENGTH: Self = Self(2);
    pub(super) const MAX_LENGTH: Self = Self(3);

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().position(|known| *known == name).map(Self)
    }

    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..Self::NAMES.len()).map(Self)
    }

    pub(super) fn name(self) -> &'static str {
        Self::NAMES.get(self.0).copied().unwrap_or_default()
    }

    pub(super) fn is_lower(self) -> bool {
        self.0.is_multiple_of(2)
    }

    /// The upper bound of a lower one, and the other way.
    pub(super) fn other(self) -> Self {
        Self(self.0 ^ 1)
    }

    /// Any number, rather than a count.
    pub(super) fn is_number(self) -> bool {
        self.0 < 2
    }

    /// Whether `own` allows more than `inherited`.
    pub(super) fn is_wider(self, own: &Number, inherited: &Number) -> bool {
        let (own, inherited) = (own.as_f64(), inherited.as_f64());
        if self.is_lower() { own < inherited } else { own > inherited }
    }
}

impl Facets {
    pub(super) fn bound(&self, bound: Bound) -> Option<&Number> {
        self.bounds.get(bound.0)?.as_ref()
    }

    pub(super) fn set_bound(&mut self, bound: Bound, value: Number) {
        if let Some(place) = self.bounds.get_mut(bound.0) {
            *place = Some(value);
        }
    }
}

/// `{"$ref": …}` of a declared type.
pub(super) fn reference_to(name: &str) -> Value {
    serde_json::json!({ "$ref": reference(name) })
}

/// About how many nodes a value counts, with its texts.
pub(super) fn weight(value: &Value) -> usize {
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
