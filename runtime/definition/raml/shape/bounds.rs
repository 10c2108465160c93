//! The facets that are lower or upper bounds.

use serde_json::Number;

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
