//! Filters a listing by the query of a request.
//!
//! - A parameter with the name of a field selects entities in which the field has that value, or in which a list
//!   contains it. A repeated parameter matches any of its values.
//! - `ids`, or the plural of another field, selects entities that match one of the comma-separated values.
//! - `query`, `q`, `search`, `name`, `term`, `text` and `keyword` select entities with a string that contains the
//!   value.
//! - `limit`, `per_page`, `page_size` or `size`, with `page` (from 1) or `offset`, select one page.
//!
//! Matching ignores case. An empty value, `*`, `all`, `any` and unknown parameters select everything.

use serde_json::Value;

use crate::overlay::{Fields, text_of};

const FREE_TEXT: [&str; 7] = ["query", "q", "search", "name", "term", "text", "keyword"];
const PAGE_SIZES: [&str; 5] = ["limit", "per_page", "page_size", "pageSize", "size"];
/// Maximum page size, and the default page size.
pub(crate) const MAX_PAGE: usize = 1_000;
/// Maximum number of parameters that filter.
const MAX_PARAMETERS: usize = 100;
/// Maximum depth of a string search in an entity.
const MAX_DEPTH: usize = 8;

/// The entities that a query selects.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Selection {
    pub(crate) items: Vec<Fields>,
    /// The number of entities on all pages.
    pub(crate) total: usize,
}

/// Applies a query to a listing.
pub(crate) fn select(mut items: Vec<Fields>, query: &[(String, String)]) -> Selection {
    let mut by_name: Vec<(&str, Vec<String>)> = Vec::new();
    for (name, value) in query.iter().take(MAX_PARAMETERS) {
        let value = value.trim().to_lowercase();
        match by_name.iter_mut().find(|(known, _)| known == name) {
            Some((_, values)) => values.push(value),
            None => by_name.push((name, vec![value])),
        }
    }
    for (name, values) in by_name {
        if values.iter().any(|value| ["", "*", "all", "any"].contains(&value.as_str())) {
            continue;
        }
        if FREE_TEXT.contains(&name) {
            let has = |item: &Fields, value: &str| item.values().any(|field| contains(field, value, 0));
            items.retain(|item| values.iter().all(|value| has(item, value)));
        } else if items.iter().any(|item| item.contains_key(name)) {
            items.retain(|item| item.get(name).is_some_and(|field| values.iter().any(|value| is(field, value))));
        } else if let Some(singular) = name.strip_suffix('s')
            && items.iter().any(|item| item.contains_key(singular))
        {
            let wanted: Vec<&str> = values.iter().flat_map(|value| value.split(',')).map(str::trim).collect();
            items.retain(|item| item.get(singular).is_some_and(|field| wanted.iter().any(|value| is(field, value))));
        }
    }
    let total = items.len();
    let (start, size) = page(query);
    Selection { items: items.into_iter().skip(start).take(size).collect(), total }
}

fn page(query: &[(String, String)]) -> (usize, usize) {
    let number =
        |wanted: &str| query.iter().find(|(name, _)| name == wanted).and_then(|(_, value)| value.parse::<usize>().ok());
    let Some(size) = PAGE_SIZES.iter().find_map(|name| number(name)).filter(|size| *size > 0) else {
        return (number("offset").unwrap_or(0), MAX_PAGE);
    };
    let size = size.min(MAX_PAGE);
    let by_page = || number("page").map(|page| page.saturating_sub(1).saturating_mul(size));
    (number("offset").or_else(by_page).unwrap_or(0), size)
}

fn is(field: &Value, wanted: &str) -> bool {
    match field {
        Value::Array(values) => {
            values.iter().any(|value| text_of(value).is_some_and(|text| text.to_lowercase() == wanted))
        }
        Value::Null => wanted == "null",
        field => text_of(field).is_some_and(|text| text.to_lowercase() == wanted),
    }
}

fn contains(field: &Value, wanted: &str, depth: usize) -> bool {
    match field {
        Value::String(text) => text.to_lowercase().contains(wanted),
        Value::Number(number) => number.to_string() == wanted,
        Value::Array(values) if depth < MAX_DEPTH => values.iter().any(|value| contains(value, wanted, depth + 1)),
        Value::Object(fields) if depth < MAX_DEPTH => fields.values().any(|value| contains(value, wanted, depth + 1)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::select;
    use crate::exchange::decode_pairs;

    fn check(query: &str, ids: &[u64], total: usize) {
        let items = json!([
            {"id": 1, "name": "Roger Wilco", "role": "agent", "parameters": ["a", "b"], "mail": {"address": "r@example.org"}},
            {"id": 2, "name": "Huan", "role": "end-user", "parameters": [], "open": true},
            {"id": 3, "name": "Wilco Two", "role": "agent", "parameters": ["b"], "open": false}
        ]);
        let items = items.as_array().into_iter().flatten().filter_map(Value::as_object).cloned().collect();
        let selection = select(items, &decode_pairs(query.as_bytes()));
        let selected: Vec<u64> = selection.items.iter().filter_map(|item| item.get("id")?.as_u64()).collect();
        assert_eq!((selected.as_slice(), selection.total), (ids, total), "{query}");
    }

    #[test]
    fn queries_filter() {
        check("", &[1, 2, 3], 3);
        check("role=AGENT", &[1, 3], 2);
        check("role=all", &[1, 2, 3], 3);
        check("parameters=b", &[1, 3], 2);
        check("open=true", &[2], 1);
        check("open=false&role=agent", &[3], 1);
        check("ids=1,%203", &[1, 3], 2);
        check("ids=1&ids=3", &[1, 3], 2);
        check("role=agent&role=end-user", &[1, 2, 3], 3);
        check("q=wilco&q=roger", &[1], 1);
        check("query=wilco", &[1, 3], 2);
        check("q=r%40example", &[1], 1);
        check("name=hua", &[2], 1);
        check("search=missing", &[], 0);
        check("unknown=x&sort=name", &[1, 2, 3], 3);
        check("query=3", &[3], 1);
    }

    #[test]
    fn pages_are_sliced() {
        check("limit=2", &[1, 2], 3);
        check("per_page=2&page=2", &[3], 3);
        check("per_page=2&page=0", &[1, 2], 3);
        check("limit=1&offset=1", &[2], 3);
        check("page=2", &[1, 2, 3], 3);
        check("limit=0", &[1, 2, 3], 3);
        check("limit=99999999999999999999999&offset=18446744073709551615", &[], 3);
    }
}
