//! What of a request is compared.

use std::collections::{BTreeMap, BTreeSet};

use apinb_contract::list_items;
use apinb_definition::model::Method;
use apinb_record::cassette::{Request, pairs};
use apinb_schema::schema::{Schema, Schemas};
use serde_json::Value;
use url::Url;

use crate::content::{Content, grouped};
use crate::operations::Located;
use crate::path::{Step, shown};

/// How deep a schema is searched for lists without order.
const DEEPEST: usize = 32;

/// A request as it is compared.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Comparable {
    pub(crate) method: String,
    /// Its operation, else its URL without the query.
    pub(crate) target: String,
    /// The parameters in the path of the operation.
    pub(crate) path: BTreeMap<String, String>,
    pub(crate) query: BTreeMap<String, Vec<String>>,
    /// In lower case.
    pub(crate) headers: BTreeMap<String, Vec<String>>,
    pub(crate) content: Content,
}

impl Comparable {
    /// `located`: the operation of the request that is sent, if a definition has one.
    pub(crate) fn new(request: &Request, body: &[u8], located: Option<&Located<'_>>) -> Self {
        let url = Url::parse(&request.url).ok();
        let query = url.as_ref().map(|url| grouped(url.query_pairs().into_owned())).unwrap_or_default();
        let without_query = request.url.split(['?', '#']).next().unwrap_or_default();
        let target = match (&request.client, &request.operation) {
            (Some(client), Some(operation)) => format!("{operation} of `{client}`"),
            _ => format!("{} {without_query}", request.method),
        };
        let header = |name: &str| pairs(&request.headers).find(|(own, _)| *own == name).map(|(_, value)| value);
        let media_type = header("content-type").unwrap_or_default();
        let mut headers = grouped(pairs(&request.headers).map(|(name, value)| (name.to_owned(), value.to_owned())));
        if let Some(values) = headers.get_mut("content-type") {
            // Without its parameters: a boundary is made by apinb.
            let multipart = |value: &String| value.trim_start().to_ascii_lowercase().starts_with("multipart/");
            values.iter_mut().filter(|value| multipart(value)).for_each(|value| {
                *value = value.split(';').next().unwrap_or_default().trim().to_owned();
            });
        }
        Self {
            method: request.method.clone(),
            target,
            path: request.path.clone(),
            query: located.map(|located| styled(located.operation.method, &query)).unwrap_or(query),
            headers,
            content: Content::of(media_type, body),
        }
    }
}

/// The parameters whose values are lists, item by item.
fn styled(method: &Method, query: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    let of = |name: &String, texts: &Vec<String>| {
        let parameter = method.query_parameters.iter().find(|parameter| parameter.name == *name);
        parameter.and_then(|parameter| list_items(parameter, texts)).unwrap_or_else(|| texts.clone())
    };
    query.iter().map(|(name, texts)| (name.clone(), of(name, texts))).collect()
}

/// The lists without order (`uniqueItems`) of the body of an operation, as paths with `0` for any index.
pub(crate) fn unordered(located: &Located<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let named = &located.api.definition().schemas;
    let get = |reference: &str| named.iter().find(|(name, _)| apinb_schema::schema::reference(name) == reference);
    let resolve = |reference: &str| get(reference).and_then(|(_, schema)| schema.json());
    for body in &located.operation.method.bodies {
        if let Some(schema) = body.schema.as_ref().and_then(apinb_schema::schema::Schema::json) {
            walk(schema, &resolve, &mut Vec::new(), &mut found);
        }
    }
    found
}

fn walk<'s>(
    schema: &'s Value,
    resolve: &dyn Fn(&str) -> Option<&'s Value>,
    at: &mut Vec<Step>,
    found: &mut BTreeSet<String>,
) {
    if at.len() > DEEPEST || found.len() > 1_000 {
        return;
    }
    if let Some(target) = schema.get("$ref").and_then(Value::as_str).and_then(resolve) {
        // A reference to itself ends by depth.
        at.push(Step::Name("$ref".to_owned()));
        let mut inner: Vec<Step> = at.iter().filter(|step| **step != Step::Name("$ref".to_owned())).cloned().collect();
        if at.len() - inner.len() < 8 {
            walk(target, resolve, &mut inner, found);
        }
        at.pop();
    }
    for part in ["allOf", "anyOf", "oneOf"].iter().filter_map(|word| schema.get(word)?.as_array()).flatten() {
        walk(part, resolve, at, found);
    }
    if schema.get("uniqueItems") == Some(&Value::Bool(true)) {
        found.insert(shown(at));
    }
    if let Some(items) = schema.get("items") {
        at.push(Step::Index(0));
        walk(items, resolve, at, found);
        at.pop();
    }
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        at.push(Step::Name(name.clone()));
        walk(property, resolve, at, found);
        at.pop();
    }
}

/// The schema of the part of a value at a path, as far as properties and items lead there.
pub(crate) fn schema_at(schema: &Schema, named: &Schemas, path: &[Step]) -> Option<Value> {
    let resolved = |mut schema: Value| {
        for _ in 0..DEEPEST {
            let target = schema.get("$ref").and_then(Value::as_str).and_then(|reference| {
                named.iter().find(|(name, _)| apinb_schema::schema::reference(name) == reference)?.1.json().cloned()
            });
            match target {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema
    };
    let mut at = resolved(schema.json()?.clone());
    for step in path {
        at = resolved(match step {
            Step::Name(name) => at.get("properties")?.get(name)?.clone(),
            Step::Index(_) => at.get("items")?.clone(),
        });
    }
    Some(at)
}
