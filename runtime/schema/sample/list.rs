//! Generates arrays: the items of `prefixItems` first, then the others.

use serde_json::{Map, Value, json};

use crate::sample::sampler::{Sampler, Seat};

/// Maximum number of items generated for `minItems`.
const MAX_ITEMS: usize = 200;
/// Maximum number of items generated for `prefixItems`.
const MAX_POSITIONS: usize = 50;

impl Sampler<'_> {
    pub(super) fn list(&mut self, fields: &Map<String, Value>, seat: &Seat) -> Value {
        let whole = |word: &str| fields.get(word).and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok());
        let least = whole("minItems").unwrap_or(0).min(MAX_ITEMS);
        let most = whole("maxItems").unwrap_or(usize::MAX);
        let is_unique = fields.get("uniqueItems") == Some(&Value::Bool(true));
        let first = fields.get("prefixItems").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let items = fields.get("items").unwrap_or(&Value::Bool(true));
        let contained = fields.get("contains");
        let containing = contained.map_or(0, |_| whole("minContains").unwrap_or(1)).min(MAX_ITEMS);

        let is_short = self.is_short(seat.depth);
        // One item as an example, even if none is required.
        let shown = match fields.get("items") {
            Some(items) if *items != false && first.is_empty() && !is_short => 1,
            _ => 0,
        };
        let places = if is_short { 0 } else { first.len().min(MAX_POSITIONS) };
        let wanted = least.max(places.max(shown).max(containing).min(most));
        let wanted =
            if wanted > least && self.choices.pick(&seat.pointer, 2) == 1 { least.max(containing) } else { wanted };

        let contained = contained.map(|contained| json!({ "allOf": [contained, items] }));
        let mut list = Vec::new();
        while list.len() < wanted && self.values_left > 0 {
            let at = list.len();
            let seed = if is_unique { seat.seed + at } else { seat.seed };
            let schema = first.get(at).unwrap_or(items);
            // The items for `contains` come last, beyond `prefixItems`.
            let is_contained = wanted - at <= containing;
            let schema = contained.as_ref().filter(|_| is_contained).unwrap_or(schema);
            if *schema == false || *items == false && at >= first.len() {
                break;
            }
            let item = self.value(schema, &seat.item(at, seed));
            list.push(item);
        }
        Value::Array(list)
    }
}
