//! What the schema of a body says of a place: whether its values change from call to call, and whether they are listed.

use std::collections::BTreeSet;

use apinb_definition::model::Response;
use apinb_schema::schema::{Schema, Schemas};
use serde_json::Value;

/// Formats whose values are others in each call.
const VOLATILE: [&str; 10] =
    ["date-time", "date", "time", "datetime", "date-only", "time-only", "datetime-only", "uuid", "duration", "rfc2616"];
/// How many references and parts of a schema are followed.
const MOST_STEPS: usize = 200;

/// The schema of a response.
#[derive(Debug, Default)]
pub(super) struct Facts<'a> {
    root: Option<&'a Value>,
    named: Option<&'a Schemas>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(response: Option<&'a Response>, media_type: Option<&str>, named: Option<&'a Schemas>) -> Self {
        let bodies = response.map(|response| response.bodies.as_slice()).unwrap_or_default();
        let is_same = |one: &str| {
            let one = one.split(';').next().unwrap_or_default().trim();
            media_type.is_some_and(|media_type| one.eq_ignore_ascii_case(media_type))
        };
        let body = bodies.iter().find(|body| is_same(&body.media_type)).or_else(|| bodies.first());
        Self { root: body.and_then(|body| body.schema.as_ref()).and_then(Schema::json), named }
    }

    /// Whether the schema lists the values of a place.
    pub(super) fn is_enumeration(&self, path: &str) -> bool {
        self.at(path).iter().any(|schema| schema.get("enum").is_some())
    }

    /// Whether the values of a place are others in each call: by the schema, else by their form.
    pub(super) fn is_volatile(&self, path: &str, recorded: &BTreeSet<String>, live: &BTreeSet<String>) -> bool {
        let schemas = self.at(path);
        let has = |word: &str, value: &str| {
            schemas.iter().any(|schema| schema.get(word).and_then(Value::as_str) == Some(value))
        };
        let name = path.rsplit(['.', '"']).find(|part| !part.is_empty() && *part != "]").unwrap_or_default();
        let name = name.trim_end_matches("[*]");
        let is_id = name.eq_ignore_ascii_case("id")
            || ["Id", "ID", "_id", "-id", "Ids", "_ids"].iter().any(|end| name.ends_with(end));
        let is_read_only = schemas.iter().any(|schema| schema.get("readOnly") == Some(&Value::Bool(true)));
        let is_tag = name.eq_ignore_ascii_case("etag");
        VOLATILE.iter().any(|format| has("format", format))
            || is_read_only && is_id
            || is_tag
            || [recorded, live].into_iter().all(|values| values.iter().all(|value| is_volatile_text(value)))
    }

    /// The schemas of a place, through references and combinations.
    fn at(&self, path: &str) -> Vec<&'a Value> {
        let mut steps = 0;
        let mut open = self.opened(self.root.into_iter().collect(), &mut steps);
        for name in names(path) {
            let inner = |schema: &&'a Value| match &name {
                None => schema.get("items"),
                Some(name) => schema.get("properties").and_then(|properties| properties.get(name)),
            };
            open = self.opened(open.iter().filter_map(inner).collect(), &mut steps);
        }
        open
    }

    fn opened(&self, schemas: Vec<&'a Value>, steps: &mut usize) -> Vec<&'a Value> {
        let mut found: Vec<&'a Value> = Vec::new();
        let mut open = schemas;
        while let Some(schema) = open.pop() {
            *steps += 1;
            if *steps > MOST_STEPS || found.iter().any(|known| std::ptr::eq(*known, schema)) {
                continue;
            }
            found.push(schema);
            if let Some(target) = schema.get("$ref").and_then(Value::as_str).and_then(|reference| self.named(reference))
            {
                open.push(target);
            }
            let parts = ["allOf", "anyOf", "oneOf"].iter().filter_map(|word| schema.get(word)?.as_array());
            open.extend(parts.flatten());
        }
        found
    }

    fn named(&self, reference: &str) -> Option<&'a Value> {
        let mut all = self.named?.iter();
        all.find(|(name, _)| apinb_schema::schema::reference(name) == reference).and_then(|(_, schema)| schema.json())
    }
}

/// Whether a scalar has the form of a date, a time or a UUID.
fn is_volatile_text(json: &str) -> bool {
    let text = json.trim_matches('"');
    let fits = |pattern: &str| {
        text.len() >= pattern.len()
            && pattern.bytes().zip(text.bytes()).all(|(wanted, byte)| match wanted {
                b'0' => byte.is_ascii_digit(),
                b'x' => byte.is_ascii_hexdigit(),
                other => other == byte,
            })
    };
    json.starts_with('"') && (fits("0000-00-00") || text.len() == 36 && fits("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"))
}

/// The steps of a path: the name of a property, or none for an item.
fn names(path: &str) -> Vec<Option<String>> {
    let mut names = Vec::new();
    let mut rest = path.strip_prefix('$').unwrap_or(path);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("[*]") {
            names.push(None);
            rest = after;
        } else if let Some(after) = rest.strip_prefix('[') {
            let end = after.find("\"]").map_or(after.len(), |at| at + 1);
            let (name, left) = after.split_at_checked(end).unwrap_or((after, ""));
            names.push(Some(serde_json::from_str(name).unwrap_or_default()));
            rest = left.strip_prefix(']').unwrap_or_default();
        } else {
            let after = rest.strip_prefix('.').unwrap_or(rest);
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (name, left) = after.split_at_checked(end).unwrap_or((after, ""));
            names.push(Some(name.to_owned()));
            // A path that is not one of ours ends here.
            rest = if left.len() < rest.len() { left } else { "" };
        }
    }
    names
}
