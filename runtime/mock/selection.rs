//! Filters a listing by the query of a request.
//!
//! - A parameter with the name of a field selects entities in which the field has that value, or in which a list
//!   contains it. A repeated parameter matches any of its values.
//!   An entity within a field matches by its id or name, and if no field has the whole value, each of the values between
//!   commas matches.
//! - `ids`, or the plural of another field, selects entities that match one of the comma-separated values.
//! - `query`, `q`, `search`, `name`, `term`, `text` and `keyword` select entities with a string that contains the
//!   value.
//! - `limit`, `per_page`, `page_size`, `size` or `count`, with `page` (from 1) or `offset`, select one page.
//!
//! Matching ignores case. An empty value, `*`, `all`, `any` and unknown parameters select everything, and so do those
//! that say how the listing is written: `sort`, `order`, `fields`, …

use serde_json::Value;

use crate::overlay::{Fields, fit_all, overlay, text_of};

const FREE_TEXT: [&str; 7] = ["query", "q", "search", "name", "term", "text", "keyword"];
const PAGE_SIZES: [&str; 6] = ["limit", "per_page", "page_size", "pageSize", "size", "count"];
/// Parameters that select nothing by their own, even if a field has their name.
const PRESENTATION: [&str; 14] = [
    "page",
    "offset",
    "cursor",
    "sort",
    "sort_by",
    "order",
    "direction",
    "fields",
    "include",
    "format",
    "callback",
    "access_token",
    "client_id",
    "oauth_token",
];
/// The fields in which a made-up hit has the searched text, in order of preference.
const TITLES: [&str; 8] = ["name", "title", "full_name", "label", "login", "username", "text", "description"];
/// The fields by which an entity within a field is selected.
const INNER: [&str; 6] = ["id", "name", "login", "slug", "key", "username"];
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
    for (name, value) in filters(query) {
        let value = value.trim().to_lowercase();
        match by_name.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => by_name.push((name, vec![value])),
        }
    }
    for (name, values) in by_name {
        if FREE_TEXT.contains(&name) {
            let has = |item: &Fields, value: &str| item.values().any(|field| contains(field, value, 0));
            items.retain(|item| values.iter().all(|value| has(item, value)));
        } else if items.iter().any(|item| item.contains_key(name)) {
            let has = |item: &Fields, value: &str| item.get(name).is_some_and(|field| is(field, value));
            let is_whole = items.iter().any(|item| values.iter().any(|value| has(item, value)));
            let parts = |value: &String| if is_whole { vec![value.clone()] } else { split(value) };
            let wanted: Vec<String> = values.iter().flat_map(parts).collect();
            items.retain(|item| wanted.iter().any(|value| has(item, value)));
        } else if let Some(singular) = name.strip_suffix('s')
            && items.iter().any(|item| item.contains_key(singular))
        {
            let wanted: Vec<String> = values.iter().flat_map(|value| split(value)).collect();
            items.retain(|item| item.get(singular).is_some_and(|field| wanted.iter().any(|value| is(field, value))));
        }
    }
    let total = items.len();
    let (start, size) = page(query);
    Selection { items: items.into_iter().skip(start).take(size).collect(), total }
}

/// The parameters that select entities.
pub(crate) fn filters(query: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    let all = query.iter().take(MAX_PARAMETERS).map(|(name, value)| (name.as_str(), value.as_str()));
    let selects_all = |value: &str| ["", "*", "all", "any"].contains(&value.trim().to_lowercase().as_str());
    all.filter(move |(name, value)| !PRESENTATION.contains(name) && !PAGE_SIZES.contains(name) && !selects_all(value))
}

/// Whether a query selects some of the entities.
pub(crate) fn has_filter(query: &[(String, String)]) -> bool {
    filters(query).next().is_some()
}

/// The entity that a query looks for, like `model`: its fields have the values of the query.
pub(crate) fn made_up_hit(model: Fields, query: &[(String, String)]) -> Fields {
    let mut hit = model;
    for (name, value) in filters(query) {
        let has = |field: &&str| hit.get(*field).is_some_and(Value::is_string);
        let field = if FREE_TEXT.contains(&name) {
            let email = Some("email").filter(|email| value.contains('@') && has(email));
            email.or_else(|| TITLES.into_iter().find(has))
        } else {
            let singular =
                name.strip_suffix('s').filter(|singular| !hit.contains_key(name) && hit.contains_key(*singular));
            Some(singular.unwrap_or(name)).filter(|field| hit.contains_key(*field))
        };
        if let Some(field) = field {
            let first = value.split(',').next().unwrap_or_default().trim();
            let text = if FREE_TEXT.contains(&name) { value } else { first };
            let mut fields = Fields::from_iter([(field.to_owned(), text.into())]);
            fit_all(&mut fields, &hit);
            overlay(&mut hit, &fields);
        }
    }
    hit
}

fn split(value: &str) -> Vec<String> {
    value.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
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
        Value::Array(values) => values.iter().any(|value| !value.is_array() && is(value, wanted)),
        Value::Object(fields) => {
            let mut inner = INNER.iter().filter_map(|name| fields.get(*name)).filter_map(text_of);
            inner.any(|text| text.to_lowercase() == wanted)
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

    use super::{has_filter, made_up_hit, select};
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
        check("role=agent,%20end-user", &[1, 2, 3], 3);
        check("mail=r@example.org", &[], 0);
        check("count=1&fields=name", &[1], 3);
    }

    #[test]
    fn an_entity_within_a_field_is_selected_by_its_name() {
        let items = json!([{"id": 1, "labels": [{"name": "bug"}], "owner": {"id": 7, "login": "ann"}}]);
        let items: Vec<_> = items.as_array().into_iter().flatten().filter_map(Value::as_object).cloned().collect();
        let selected = |query: &str| select(items.clone(), &decode_pairs(query.as_bytes())).total;
        assert_eq!([selected("labels=bug,new"), selected("owner=ann"), selected("owner=7")], [1, 1, 1]);
        assert_eq!([selected("labels=new"), selected("owner=bob")], [0, 0]);
    }

    #[test]
    fn a_hit_has_the_values_of_the_query() {
        let model = json!({"id": 1, "name": "Ann", "email": "ann@example.org", "owner": {"id": 7}, "age": 3});
        let model = model.as_object().cloned().unwrap_or_default();
        let hit = |query: &str| Value::Object(made_up_hit(model.clone(), &decode_pairs(query.as_bytes())));
        assert_eq!(hit("q=Bob")["name"], json!("Bob"));
        assert_eq!(hit("q=bob@example.org")["email"], json!("bob@example.org"));
        assert_eq!(hit("age=9&owner=8&other=x")["age"], json!(9));
        assert_eq!(hit("age=9&owner=8&other=x")["owner"], json!({"id": 8}));
        assert_eq!(hit("ids=4,5")["id"], json!(4));
        assert!(has_filter(&decode_pairs(b"q=x")) && !has_filter(&decode_pairs(b"limit=5&q=&sort=name")));
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
