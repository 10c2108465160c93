//! Values of the simple types of XML Schema ("XML Schema Part 2: Datatypes").

use serde_json::{Map, Number, Value};

use crate::sample::number::number;
use crate::sample::pattern;

/// Maximum length of a text that is made longer for `minLength`.
const MAX_LENGTH: usize = 10_000;

/// The facets of a simple type; those of the derived type come first.
#[derive(Debug, Default)]
pub(super) struct Facets {
    value: Option<String>,
    pattern: Option<String>,
    least: Option<usize>,
    most: Option<usize>,
    /// The bounds of a number, as in JSON Schema.
    bounds: Map<String, Value>,
}

impl Facets {
    /// Adds a facet, unless it is known already.
    pub(super) fn add(&mut self, facet: &str, value: Option<&str>) {
        let Some(value) = value else { return };
        let length = value.trim().parse::<usize>().ok();
        match facet {
            "enumeration" => self.value = self.value.take().or_else(|| Some(value.to_owned())),
            "pattern" => self.pattern = self.pattern.take().or_else(|| Some(value.to_owned())),
            "length" | "minLength" => self.least = self.least.or(length),
            _ => {}
        }
        if matches!(facet, "length" | "maxLength") {
            self.most = self.most.or(length);
        }
        let bound = match facet {
            "minInclusive" => "minimum",
            "minExclusive" => "exclusiveMinimum",
            "maxInclusive" => "maximum",
            "maxExclusive" => "exclusiveMaximum",
            _ => return,
        };
        if let (Ok(limit), None) = (value.trim().parse::<Number>(), self.bounds.get(bound)) {
            self.bounds.insert(bound.to_owned(), Value::Number(limit));
        }
    }

    /// A value of the built-in type `base` with these facets.
    pub(super) fn value(&self, base: &str, named: &str) -> String {
        if let Some(value) = &self.value {
            return value.clone();
        }
        if is_number(base) {
            return bounded(&self.bounds, base);
        }
        let least = self.least.unwrap_or(0).min(MAX_LENGTH);
        let most = self.most.unwrap_or(usize::MAX);
        let by_pattern = self.pattern.as_ref().and_then(|pattern| pattern::text(pattern, least, most, 0));
        by_pattern.unwrap_or_else(|| {
            let mut text: String = built_in(base, named).chars().take(most).collect();
            let missing = least.saturating_sub(text.chars().count());
            text.extend(std::iter::repeat_n('x', missing));
            text
        })
    }
}

/// A value of a built-in type.
pub(super) fn built_in(base: &str, named: &str) -> String {
    if is_number(base) {
        return bounded(&Map::new(), base);
    }
    match base {
        "boolean" => "true",
        "dateTime" => "2015-01-01T12:00:00Z",
        "date" => "2015-01-01",
        "time" => "12:00:00Z",
        "duration" => "P1D",
        "gYear" => "2015",
        "gYearMonth" => "2015-01",
        "gMonth" => "--01",
        "gMonthDay" => "--01-01",
        "gDay" => "---01",
        "anyURI" => "https://example.org/",
        "base64Binary" => "dGV4dA==",
        "hexBinary" => "74657874",
        "language" => "en",
        _ => named,
    }
    .to_owned()
}

fn is_number(base: &str) -> bool {
    is_integer(base) || matches!(base, "decimal" | "float" | "double")
}

fn is_integer(base: &str) -> bool {
    let unsigned = base.strip_prefix("unsigned").map(str::to_ascii_lowercase);
    matches!(unsigned.as_deref().unwrap_or(base), "int" | "long" | "short" | "byte")
        || matches!(
            base,
            "integer" | "positiveInteger" | "nonNegativeInteger" | "negativeInteger" | "nonPositiveInteger"
        )
}

fn bounded(bounds: &Map<String, Value>, base: &str) -> String {
    let mut bounds = bounds.clone();
    let limit = match base {
        "negativeInteger" => Some(-1),
        "nonPositiveInteger" => Some(0),
        _ => None,
    };
    if let Some(limit) = limit {
        bounds.entry("maximum").or_insert_with(|| limit.into());
    }
    number(&bounds, is_integer(base), 0).to_string()
}
