//! The shape of a response, inferred from its example: one entity or a list of entities, with or without an envelope.
//!
//! - An array is a plain list.
//! - An object with an id is a plain item.
//! - An object is a list in an envelope if it has an array of objects that is named like the resource, or that is the
//!   only field besides metadata (`count`, `next_page`, `meta`, …): `{"users": […], "count": 2}`.
//! - An object is an item in an envelope if it has an object that is named like the resource, or that is the only field
//!   besides metadata: `{"user": {…}}`.
//! - Any other object is a plain item.

use serde_json::{Map, Value};

use crate::noun::{plain, stem};
use crate::overlay::Fields;

/// Names of envelopes that do not describe their content.
const GENERIC: [&str; 16] = [
    "data", "item", "items", "result", "results", "entry", "entries", "object", "objects", "record", "records",
    "values", "list", "content", "rows", "response",
];
/// Fields that identify an entity, in order of preference.
pub(crate) const ID_FIELDS: [&str; 6] = ["id", "_id", "uuid", "guid", "key", "slug"];
/// Words in the names of scalar metadata in an envelope.
const REMARK_WORDS: [&str; 13] =
    ["count", "total", "page", "paging", "next", "prev", "limit", "offset", "cursor", "more", "link", "url", "size"];
/// Names of metadata fields in an envelope, scalar or not.
const REMARKS: [&str; 22] = [
    "ok",
    "success",
    "status",
    "meta",
    "metadata",
    "links",
    "object",
    "kind",
    "error",
    "errors",
    "message",
    "code",
    "href",
    "first",
    "last",
    "facets",
    "aggregations",
    "took",
    "paging",
    "pagination",
    "warnings",
    "query",
];
/// Names of fields in an envelope that count its items.
const COUNTS: [&str; 9] = [
    "count",
    "total",
    "totalcount",
    "totalentries",
    "totalresults",
    "totalitems",
    "numresults",
    "resultcount",
    "itemcount",
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Many entities, with the key of their envelope; `None` for a plain array.
    List(Option<String>),
    /// One entity, with the key of its envelope; `None` for a plain object.
    Item(Option<String>),
    /// Content that cannot be stored.
    Opaque,
}

impl Shape {
    /// Infers the shape of `example`, a response of a resource with the names `nouns` (stems of its last segments).
    pub(crate) fn of(example: &Value, nouns: &[String]) -> Self {
        match example {
            Value::Array(items) if items.iter().all(Value::is_object) => Self::List(None),
            Value::Object(fields) => Self::of_fields(fields, nouns),
            _ => Self::Opaque,
        }
    }

    fn of_fields(fields: &Map<String, Value>, nouns: &[String]) -> Self {
        if ID_FIELDS.iter().take(4).any(|name| fields.get(*name).is_some_and(|id| !id.is_object())) {
            return Self::Item(None);
        }
        if let Some(key) = envelope(fields, nouns, is_list) {
            return Self::List(Some(key));
        }
        Self::Item(envelope(fields, nouns, Value::is_object))
    }

    /// The stem of the envelope's key; `None` for a plain response or a generic envelope.
    pub(crate) fn named(&self) -> Option<String> {
        match self {
            Self::List(Some(key)) | Self::Item(Some(key)) if !is_generic(key) => Some(stem(key)),
            _ => None,
        }
    }

    /// The entities in `response`, in order.
    pub(crate) fn items(&self, response: &Value) -> Vec<Fields> {
        let inside = match self {
            Self::List(Some(key)) | Self::Item(Some(key)) => response.get(key),
            Self::List(None) | Self::Item(None) => Some(response),
            Self::Opaque => None,
        };
        inside.map(entities).unwrap_or_default()
    }

    /// The first entity in `response`; empty if there is none.
    pub(crate) fn first(&self, response: &Value) -> Fields {
        self.items(response).into_iter().next().unwrap_or_default()
    }

    /// The key of the envelope.
    pub(crate) fn key(&self) -> Option<&str> {
        match self {
            Self::List(key) | Self::Item(key) => key.as_deref(),
            Self::Opaque => None,
        }
    }

    /// The number of entities according to the envelope of `response`.
    pub(crate) fn count(&self, response: &Value) -> Option<usize> {
        let (Self::List(Some(_)), Value::Object(envelope)) = (self, response) else { return None };
        let (_, count) = envelope.iter().find(|(name, value)| is_count(name, value))?;
        usize::try_from(count.as_u64()?).ok()
    }

    /// Replaces the entities in `response`, and sets its counts to `total`.
    pub(crate) fn fill(&self, response: &Value, items: Vec<Fields>, total: usize) -> Value {
        match self {
            Self::List(key) => {
                let list = Value::Array(items.into_iter().map(Value::Object).collect());
                let filled = envelop(response, key.as_deref(), list);
                count(filled, total)
            }
            Self::Item(key) => {
                let item = items.into_iter().next().unwrap_or_default();
                envelop(response, key.as_deref(), Value::Object(item))
            }
            Self::Opaque => response.clone(),
        }
    }
}

fn is_count(name: &str, value: &Value) -> bool {
    value.is_number() && COUNTS.contains(&plain(name).as_str())
}

fn envelop(response: &Value, key: Option<&str>, inside: Value) -> Value {
    let Some(key) = key else { return inside };
    let mut envelope = response.as_object().cloned().unwrap_or_default();
    envelope.insert(key.to_owned(), inside);
    Value::Object(envelope)
}

fn count(mut response: Value, total: usize) -> Value {
    if let Value::Object(envelope) = &mut response {
        for (name, value) in envelope {
            if is_count(name, value) {
                *value = Value::from(total);
            }
        }
    }
    response
}

fn is_list(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(Value::is_object))
}

fn is_generic(name: &str) -> bool {
    GENERIC.contains(&plain(name).as_str())
}

/// The key of the envelope around a value that `is_inside` accepts: one that is named like the resource (in the order
/// of `nouns`), or else the only one, if all other fields are metadata.
fn envelope(fields: &Map<String, Value>, nouns: &[String], is_inside: fn(&Value) -> bool) -> Option<String> {
    let keys = || fields.iter().filter(|(_, value)| is_inside(value)).map(|(name, _)| name);
    if let Some(key) = nouns.iter().find_map(|noun| keys().find(|name| stem(name) == *noun)) {
        return Some(key.clone());
    }
    let mut content = keys().filter(|name| fields.len() == 1 || !REMARKS.contains(&plain(name).as_str()));
    let (Some(only), None) = (content.next(), content.next()) else { return None };
    fields.iter().all(|(name, value)| name == only || is_remark(name, value)).then(|| only.clone())
}

/// Whether a field describes the response instead of the entity.
fn is_remark(name: &str, value: &Value) -> bool {
    let name = plain(name);
    let is_scalar = !value.is_object() && !value.is_array();
    REMARKS.contains(&name.as_str()) || is_scalar && REMARK_WORDS.iter().any(|word| name.contains(word))
}

/// The entities of `kind` (a stem) in a request body: the body itself, or the content of its envelope. If responses
/// have an envelope (`key`), a body that consists only of another envelope contains none.
pub(crate) fn given(body: &Value, kind: &str, key: Option<&str>) -> Vec<Fields> {
    let Value::Object(fields) = body else { return entities(body) };
    let is_envelope = |value: &Value| value.is_object() || is_list(value);
    let fits = |name: &str| stem(name) == kind || key == Some(name);
    let alone = fields.len() == 1;
    match fields.iter().find(|(name, value)| fits(name) && is_envelope(value)) {
        Some((_, inside)) if alone || key.is_some() => entities(inside),
        _ if alone && key.is_some() && fields.values().all(is_envelope) => Vec::new(),
        _ => entities(body),
    }
}

fn entities(value: &Value) -> Vec<Fields> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_object).cloned().collect(),
        Value::Object(fields) => vec![fields.clone()],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Shape, given};
    use crate::noun::stem;

    fn check(example: &Value, noun: &str, expected: &Shape) {
        assert_eq!(Shape::of(example, &[stem(noun)]), *expected, "{example}");
    }

    fn list(key: &str) -> Shape {
        Shape::List(Some(key.to_owned()))
    }

    fn item(key: &str) -> Shape {
        Shape::Item(Some(key.to_owned()))
    }

    #[test]
    fn lists_are_recognized() {
        check(&json!([{"id": 1}]), "users", &Shape::List(None));
        check(&json!([]), "users", &Shape::List(None));
        check(&json!({"users": [{"id": 1}], "count": 1, "next_page": null}), "users", &list("users"));
        check(&json!({"users": []}), "users", &list("users"));
        check(&json!({"users": [{"id": 1}], "groups": [{"id": 2}]}), "users", &list("users"));
        check(&json!({"users": [{"id": 1}]}), "search", &list("users"));
        check(&json!({"total_count": 1, "entries": [{"id": 1}]}), "users", &list("entries"));
        check(&json!({"meta": {"code": 200}, "data": [{"id": 1}]}), "media", &list("data"));
        check(&json!({"ok": true, "channels": [{"id": 1}]}), "channels.list", &list("channels"));
    }

    #[test]
    fn items_are_recognized() {
        check(&json!({"id": 1, "parameters": [{"name": "x"}]}), "users", &Shape::Item(None));
        check(&json!({"id": 1, "user": {"name": "x"}}), "users", &Shape::Item(None));
        check(&json!({"user": {"id": 1}}), "users", &item("user"));
        check(&json!({"job_status": {"id": 1}}), "create_many", &item("job_status"));
        check(&json!({"pages": [{"id": 1}], "page_count": 1}), "list", &list("pages"));
        check(&json!({"ok": true, "channel": {"id": 1}}), "channel", &item("channel"));
        check(&json!({"meta": {"code": 200}, "data": {"id": "1"}}), "media", &item("data"));
        check(&json!({"number": 7, "items": [{"name": "x"}]}), "orders", &Shape::Item(None));
        check(&json!({"name": "x", "address": {"street": "y"}}), "users", &Shape::Item(None));
        check(&json!({"isbn": "1", "title": "x"}), "books", &Shape::Item(None));
        check(&json!({}), "books", &Shape::Item(None));
        check(&json!("text"), "books", &Shape::Opaque);
        check(&json!([1, 2]), "books", &Shape::Opaque);
    }

    #[test]
    fn a_response_is_filled() {
        let example = json!({"users": [{"id": 1}], "count": 1, "next": null});
        let shape = Shape::of(&example, &[stem("users")]);
        assert_eq!(shape.fill(&example, Vec::new(), 7), json!({"users": [], "count": 7, "next": null}));
        let example = json!({"user": {"id": 1}, "ok": true});
        let user = json!({"id": 2}).as_object().cloned().unwrap_or_default();
        assert_eq!(item("user").fill(&example, vec![user], 1), json!({"user": {"id": 2}, "ok": true}));
    }

    #[test]
    fn a_body_yields_its_fields() {
        let table = [
            (json!({"user": {"name": "x"}}), Some("user"), json!([{"name": "x"}])),
            (json!({"name": "x"}), Some("user"), json!([{"name": "x"}])),
            (json!({"user": {"name": "x"}}), None, json!([{"name": "x"}])),
            (json!({"user": {"name": "x"}, "a": 1}), None, json!([{"user": {"name": "x"}, "a": 1}])),
            (json!({"users": [{"name": "x"}, {"name": "y"}]}), Some("users"), json!([{"name": "x"}, {"name": "y"}])),
            (json!([{"name": "x"}]), None, json!([{"name": "x"}])),
            (json!({"others": [{"name": "x"}]}), Some("user"), json!([])),
            (json!({"address": {"street": "x"}}), None, json!([{"address": {"street": "x"}}])),
            (json!("text"), None, json!([])),
        ];
        for (body, key, expected) in table {
            let given = given(&body, &stem("users"), key);
            let given: Vec<Value> = given.into_iter().map(Value::Object).collect();
            assert_eq!(Value::Array(given), expected, "{body}");
        }
    }
}
