//! A data type: its base type and facets, how a subtype narrows them, and the JSON Schema keywords for them.

use std::rc::Rc;

use serde_json::{Map, Number, Value};

use crate::model::{Annotation, Example};
use crate::tree::node::{Entry, NodeLocation};
use apinb_schema::origin::ORIGIN;
use apinb_schema::schema::{Schema, reference};

use crate::raml::shape::base::{self, Base};
use crate::raml::shape::bounds::{Bound, Bounds, Quantity, Side};

/// A type reference or an inline type.
#[derive(Debug)]
pub(crate) struct TypeRef {
    pub(crate) target: TypeRefTarget,
    pub(crate) schema: Schema,
    /// Approximate number of nodes in a copy of the schema.
    pub(crate) weight: usize,
    /// The depth of inheritance above this type.
    pub(crate) level: u32,
    /// The declared types that this type is or inherits from; empty for a plain reference by name.
    pub(crate) ancestors: Rc<[Rc<str>]>,
    pub(crate) notes: Notes,
}

/// The target of a [`TypeRef`].
#[derive(Clone, Debug)]
pub(crate) enum TypeRefTarget {
    /// A declared type without further restrictions.
    Name(Rc<DeclaredType>),
    /// A type with additional facets.
    Shape(Rc<Shape>),
}

#[derive(Debug)]
pub(crate) struct DeclaredType {
    /// The unique name in the definition.
    pub(crate) name: Rc<str>,
    pub(crate) entry: Entry,
    pub(crate) location: NodeLocation,
}

/// The parts of a declaration that do not restrict values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    pub(crate) display_name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) default: Option<Value>,
    pub(crate) examples: Vec<Example>,
    /// The examples as JSON values, for JSON Schema.
    pub(crate) samples: Vec<Value>,
    pub(crate) xml: Option<Value>,
    pub(crate) annotations: Vec<Annotation>,
}

/// A type with all inherited facets.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) base: Base,
    pub(crate) facets: Facets,
    /// Schemas that apply in addition, if types could not be merged into one shape.
    pub(crate) beside: Vec<Value>,
}

impl Shape {
    pub(crate) fn new(base: Base) -> Self {
        Self { base, facets: Facets::default(), beside: Vec::new() }
    }

    /// The shape of an unknown type. It allows everything, so it causes no further diagnostics.
    pub(crate) fn unknown() -> Self {
        Self { beside: vec![serde_json::json!({})], ..Self::new(Base::Any) }
    }

    /// The shape of a type that is still being read, by reference.
    pub(crate) fn unread(name: &str) -> Self {
        Self { beside: vec![reference_to(name)], ..Self::new(Base::Any) }
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Facets {
    pub(crate) bounds: Bounds,
    pub(crate) multiple_of: Option<Number>,
    pub(crate) format: Option<&'static str>,
    /// A value must match all of them.
    pub(crate) patterns: Vec<Rc<str>>,
    pub(crate) values: Option<Rc<[Value]>>,
    pub(crate) file_types: Vec<String>,
    pub(crate) unique: bool,
    pub(crate) items: Option<Rc<TypeRef>>,
    pub(crate) members: Vec<Rc<TypeRef>>,
    pub(crate) properties: Vec<Property>,
    /// Pattern properties; the first match applies.
    pub(crate) patterned: Vec<(Rc<str>, Rc<TypeRef>)>,
    /// `additionalProperties: false`.
    pub(crate) closed: bool,
    pub(crate) discriminator: Option<Rc<str>>,
    /// Subtypes do not inherit it.
    pub(crate) discriminator_value: Option<Value>,
    /// User-defined facets for subtypes.
    pub(crate) declared: Vec<FacetDeclaration>,
    /// The source positions of the facets, if the definition is loaded with them: see [`apinb_schema::origin`].
    pub(crate) origin: Option<Box<Map<String, Value>>>,
}

impl Facets {
    /// Adds every restriction of `other` that is narrower.
    pub(crate) fn narrow(&mut self, other: &Self) {
        self.narrow_values(other);
        self.closed |= other.closed;
        if self.discriminator.is_none() {
            self.discriminator = other.discriminator.clone();
        }
        if let (Some(own), Some(others)) = (&mut self.origin, &other.origin) {
            for (keyword, place) in &**others {
                own.entry(keyword.as_str()).or_insert_with(|| place.clone());
            }
        }
    }

    /// Adds the source position of a facet.
    pub(crate) fn add_origin(&mut self, facet: String, place: Value) {
        self.origin.get_or_insert_default().insert(facet, place);
    }

    /// Like [`narrow`](Self::narrow), without the restrictions on objects.
    pub(crate) fn narrow_values(&mut self, other: &Self) {
        for bound in Bound::all() {
            if let Some(theirs) = other.bounds.get(bound)
                && self.bounds.get(bound).is_none_or(|own| bound.is_wider(own, theirs))
            {
                self.bounds.set(bound, theirs.clone());
            }
        }
        self.unique |= other.unique;
        self.format = self.format.or(other.format);
        if self.multiple_of.is_none() {
            self.multiple_of = other.multiple_of.clone();
        }
        if self.file_types.is_empty() {
            self.file_types = other.file_types.clone();
        }
        for pattern in &other.patterns {
            if !self.patterns.contains(pattern) {
                self.patterns.push(Rc::clone(pattern));
            }
        }
        self.values = match (self.values.take(), &other.values) {
            (Some(own), Some(theirs)) => {
                let known: std::collections::HashSet<String> = theirs.iter().map(ToString::to_string).collect();
                Some(own.iter().filter(|value| known.contains(&value.to_string())).cloned().collect())
            }
            (own, theirs) => own.or_else(|| theirs.clone()),
        };
    }

    /// Adds the JSON Schema keywords that restrict scalar values.
    pub(crate) fn restrict_scalar(&self, base: Base, schema: &mut Map<String, Value>) {
        self.restrict_bounds(base, schema);
        if let Some(number) = &self.multiple_of {
            schema.insert("multipleOf".to_owned(), Value::Number(number.clone()));
        }
        if let Some(pattern) = self.patterns.first() {
            schema.insert("pattern".to_owned(), Value::from(&**pattern));
        }
        match self.file_types.as_slice() {
            [] => {}
            [one] if !one.contains('*') => {
                schema.insert("contentMediaType".to_owned(), Value::from(one.as_str()));
            }
            several => {
                schema.insert("x-fileTypes".to_owned(), Value::from(several.to_vec()));
            }
        }
    }

    fn restrict_bounds(&self, base: Base, schema: &mut Map<String, Value>) {
        let range = self.format.and_then(base::range);
        let range = range.map(|(least, most)| [Number::from(least), Number::from(most)]);
        for bound in Bound::all() {
            let mut value = self.bounds.get(bound).cloned();
            if let Some([least, most]) = &range
                && bound.of == Quantity::Number
            {
                let end = match bound.side {
                    Side::Lower => least,
                    Side::Upper => most,
                };
                if value.as_ref().is_none_or(|value| bound.is_wider(value, end)) {
                    value = Some(end.clone());
                }
            }
            let Some(mut value) = value else { continue };
            if base == Base::File {
                // The facet counts bytes of the file, which JSON represents in base64: four characters for three bytes.
                value = Number::from(value.as_u64().unwrap_or_default().div_ceil(3).saturating_mul(4));
            }
            schema.insert(bound.name().to_owned(), Value::Number(value));
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Property {
    pub(crate) name: Rc<str>,
    pub(crate) required: bool,
    pub(crate) value: Rc<TypeRef>,
    pub(crate) location: NodeLocation,
}

#[derive(Clone, Debug)]
pub(crate) struct FacetDeclaration {
    pub(crate) name: Rc<str>,
    pub(crate) required: bool,
    pub(crate) value: Rc<TypeRef>,
    /// The name of the declaring type.
    pub(crate) by: Rc<str>,
}

/// `{"$ref": …}` to a declared type.
pub(crate) fn reference_to(name: &str) -> Value {
    serde_json::json!({ "$ref": reference(name) })
}

/// Approximate size of a value in nodes, including its text.
pub(crate) fn weight(value: &Value) -> usize {
    const BYTES_A_NODE: usize = 64;
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 1,
        Value::String(text) => 1 + text.len() / BYTES_A_NODE,
        Value::Array(items) => 1 + items.iter().map(weight).sum::<usize>(),
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(key, _)| *key != ORIGIN);
            1 + fields.map(|(key, value)| key.len() / BYTES_A_NODE + weight(value)).sum::<usize>()
        }
    }
}
