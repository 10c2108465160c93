//! Facets that are lower or upper bounds.

use serde_json::Number;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    pub(crate) of: Quantity,
    pub(crate) side: Side,
}

/// The quantity that a bound limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantity {
    /// The value of a number; the others are counts.
    Number,
    /// The length of a string.
    Length,
    /// The items of an array.
    Items,
    /// The properties of an object.
    Properties,
}

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
    /// All bounds, each lower one followed by its upper one.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Quantity::ALL.into_iter().flat_map(|of| [of.lower(), of.upper()])
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|bound| bound.name() == name)
    }

    /// The name of the facet, which is also its JSON Schema keyword.
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
