//! By which properties a list is sorted.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::Value;

/// Shorter recorded lists are sorted by chance too often, and shorter live ones say nothing.
const LEAST_RECORDED: usize = 6;
const LEAST_LIVE: usize = 3;
/// Maximum number of properties.
const MOST_KEYS: usize = 50;

/// How a list is sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sorted {
    length: usize,
    /// The properties by which it is sorted, and whether descending; an empty name: the items themselves.
    by: BTreeSet<(String, bool)>,
}

/// How a list is sorted; none if nothing of it can be compared.
pub(super) fn sorted(items: &[Value]) -> Option<Sorted> {
    let names: Vec<&str> = match items.first()? {
        Value::Object(fields) => fields.keys().map(String::as_str).take(MOST_KEYS).collect(),
        Value::Array(_) => return None,
        _ => vec![""],
    };
    let mut by = BTreeSet::new();
    for name in names {
        let values: Option<Vec<&Value>> =
            items.iter().map(|item| if name.is_empty() { Some(item) } else { item.get(name) }).collect();
        let orders: Option<Vec<Ordering>> =
            values.and_then(|values| values.windows(2).map(|pair| compare(pair.first()?, pair.get(1)?)).collect());
        let Some(orders) = orders.filter(|orders| orders.iter().any(|order| order.is_ne())) else { continue };
        for (is_descending, wrong) in [(false, Ordering::Greater), (true, Ordering::Less)] {
            if !orders.contains(&wrong) {
                by.insert((name.to_owned(), is_descending));
            }
        }
    }
    Some(Sorted { length: items.len(), by })
}

fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64()?.partial_cmp(&other.as_f64()?),
        (Value::String(one), Value::String(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

/// The property by which the recorded list was sorted, if the live one is sorted by none of them.
pub(super) fn lost(recorded: &Option<Sorted>, live: &Option<Sorted>) -> Option<String> {
    let (recorded, live) = (recorded.as_ref()?, live.as_ref()?);
    if recorded.length < LEAST_RECORDED
        || live.length < LEAST_LIVE
        || recorded.by.intersection(&live.by).next().is_some()
    {
        return None;
    }
    recorded.by.first().map(|(name, _)| if name.is_empty() { "its items".to_owned() } else { format!("`{name}`") })
}
