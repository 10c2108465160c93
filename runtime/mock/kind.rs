//! A kind of entity in a definition, such as `user`, across all envelopes and paths.

use std::collections::HashMap;

use apinb_text::web::verb::Verb;
use serde_json::Value;

use crate::noun::{plain, stem, stem_of_id};
use crate::overlay::{Fields, text_of, typed_like};
use crate::shape::{ID_FIELDS, Shape};

/// A kind of entity, inferred from the examples.
#[derive(Clone, Debug)]
pub(crate) struct EntityKind {
    /// The field that identifies an entity.
    pub(crate) id_field: String,
    /// An id in an example; null if no example has one.
    pub(crate) id_example: Value,
    /// A response with one entity, for methods without declared content.
    pub(crate) model: Option<(Shape, Value)>,
    /// The entities in the examples by id. They exist from the start.
    pub(crate) seeds: HashMap<String, Fields>,
}

/// The inputs of [`EntityKind::of`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    /// The example responses with entities of this kind.
    pub(crate) responses: Vec<ExampleResponse>,
    /// The parameters of paths to one entity: `isbn` in `/books/{isbn}`.
    pub(crate) parameters: Vec<String>,
}

/// An example response with entities.
#[derive(Clone, Debug)]
pub(crate) struct ExampleResponse {
    /// The method of the response.
    pub(crate) verb: Verb,
    pub(crate) shape: Shape,
    pub(crate) response: Value,
}

impl ExampleResponse {
    /// How informative the response is about its kind: smaller is more.
    fn rank(&self) -> u8 {
        match (self.verb, &self.shape) {
            // It often shows that something was deleted, not what.
            (Verb::Delete, _) => 4,
            (Verb::Get, Shape::Item(_)) => 0,
            (Verb::Post, Shape::Item(_)) => 1,
            (_, Shape::Item(_)) => 2,
            _ => 3,
        }
    }
}

impl EntityKind {
    /// Infers the kind `name` (a stem) from the evidence.
    pub(crate) fn of(name: &str, mut evidence: Evidence) -> Self {
        evidence.responses.sort_by_key(ExampleResponse::rank);
        let examples: Vec<Fields> =
            evidence.responses.iter().flat_map(|shown| shown.shape.items(&shown.response)).collect();
        let found = examples.iter().find_map(|example| Some((example, id_field(name, example, &evidence.parameters)?)));
        let example = found.as_ref().map(|(example, _)| (*example).clone()).unwrap_or_default();
        let id_field = found.map_or_else(|| "id".to_owned(), |(_, field)| field);
        let mut seeds: HashMap<String, Fields> = HashMap::new();
        for item in &examples {
            if let Some(id) = item.get(&id_field).and_then(text_of) {
                seeds.entry(id).or_insert_with(|| item.clone());
            }
        }
        let model = evidence.responses.into_iter().find(|shown| matches!(shown.shape, Shape::Item(_)));
        Self {
            id_example: example.get(&id_field).cloned().unwrap_or(Value::Null),
            model: model.map(|shown| (shown.shape, shown.response)),
            id_field,
            seeds,
        }
    }

    /// Whether the key is a natural one that clients choose, such as an ISBN, rather than an id.
    pub(crate) fn has_own_key(&self) -> bool {
        !self.id_example.is_null() && !ID_FIELDS.iter().take(4).any(|id| self.id_field == *id)
    }
}

/// Fields by which people name an entity.
const NAME_FIELDS: [&str; 3] = ["name", "slug", "login"];

/// Looks up an entity by something other than its id: `{login}` by the field `login`, `{repo}` of a `repo` by its
/// `name`.
#[derive(Debug)]
pub(crate) struct NamedLookup<'a> {
    parameter: String,
    is_of_kind: bool,
    text: &'a str,
}

impl<'a> NamedLookup<'a> {
    /// A lookup by the value `text` of the path parameter `parameter`, for an entity of `kind` (a stem). `None` for a
    /// plain `{id}`.
    pub(crate) fn of(kind: &str, parameter: &str, text: &'a str) -> Option<Self> {
        let is_of_kind = stem(parameter) == kind || stem_of_id(parameter).as_deref() == Some(kind);
        Some(Self { parameter: plain(parameter), is_of_kind, text }).filter(|calling| calling.parameter != "id")
    }

    /// Whether the entity with these fields matches.
    pub(crate) fn means(&self, fields: &Fields) -> bool {
        fields.iter().any(|(field, value)| {
            let is_name = self.is_of_kind && NAME_FIELDS.contains(&field.as_str());
            let is_same = || text_of(value).as_deref() == Some(self.text);
            (is_name || plain(field) == self.parameter) && is_same()
        })
    }

    /// The field that has the value in such an entity: that of the parameter, or a name if the value cannot be an id.
    pub(crate) fn field(&self, fields: &Fields) -> Option<String> {
        let by_parameter = || fields.iter().find(|(field, value)| plain(field) == self.parameter && value.is_string());
        let by_name = || {
            let has_other_id = fields.get("id").is_some_and(|id| typed_like(id, self.text).is_none() && id.is_number());
            let named = NAME_FIELDS.iter().find_map(|name| fields.get_key_value(*name));
            named.filter(|(_, value)| self.is_of_kind && has_other_id && value.is_string())
        };
        by_parameter().or_else(by_name).map(|(field, _)| field.clone())
    }
}

/// `id` if the example has it; or else a field named like a parameter, a field like `book_id` of a book, or another
/// usual id field.
fn id_field(name: &str, example: &Fields, parameters: &[String]) -> Option<String> {
    let scalar = |field: &str| example.get(field).and_then(text_of).is_some();
    let known = || example.keys().filter(|field| scalar(field));
    let by_id = known().find(|field| *field == "id");
    let by_parameter =
        || parameters.iter().find_map(|parameter| known().find(|field| plain(field) == plain(parameter)));
    let by_kind = || known().find(|field| stem_of_id(field).as_deref() == Some(name));
    let by_custom = || ID_FIELDS.iter().find_map(|custom| known().find(|field| field == custom));
    by_id.or_else(by_parameter).or_else(by_kind).or_else(by_custom).cloned()
}

#[cfg(test)]
mod tests {
    use apinb_text::web::verb::Verb;
    use serde_json::{Value, json};

    use super::{EntityKind, Evidence, ExampleResponse, NamedLookup};
    use crate::noun::stem;
    use crate::shape::Shape;

    fn check(example: &Value, parameter: &str, field: &str, id: Value) {
        let shown = ExampleResponse { verb: Verb::Get, shape: Shape::Item(None), response: example.clone() };
        let evidence = Evidence { responses: vec![shown], parameters: vec![parameter.to_owned()] };
        let kind = EntityKind::of(&stem("books"), evidence);
        assert_eq!((kind.id_field.as_str(), kind.id_example), (field, id), "{example} {parameter}");
    }

    #[test]
    fn the_id_is_found() {
        check(&json!({"isbn": "9", "id": 5}), "isbn", "id", json!(5));
        check(&json!({"isbn": "9", "title": "x"}), "isbn", "isbn", json!("9"));
        check(&json!({"bookId": 7, "title": "x"}), "id", "bookId", json!(7));
        check(&json!({"key": "k", "title": "x"}), "id", "key", json!("k"));
        check(&json!({"title": "x"}), "isbn", "id", json!(null));
    }

    #[test]
    fn an_entity_is_found_by_its_name() {
        let fields = json!({"id": 5, "name": "hello", "isbn": "9"}).as_object().cloned().unwrap_or_default();
        let means = |kind: &str, parameter: &str, text: &str| {
            NamedLookup::of(&stem(kind), parameter, text).is_some_and(|calling| calling.means(&fields))
        };
        assert!(means("repos", "repo", "hello") && means("repos", "repoId", "hello"));
        assert!(means("books", "isbn", "9"));
        assert!(!means("books", "id", "hello") && !means("books", "repo", "hello"));
    }
}
