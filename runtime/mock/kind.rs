//! A kind of entity that a definition speaks of: `user`, in whatever envelopes and paths it comes.

use std::collections::HashMap;

use apinb_text::web::verb::Verb;
use serde_json::Value;

use crate::noun::{plain, stem, stem_of_id};
use crate::overlay::{Fields, text_of};
use crate::shape::{ID_FIELDS, Shape};

/// A kind of entity, as the examples show it.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    /// The field by which an entity of this kind is known.
    pub(crate) id_field: String,
    /// An id from an example; null when no example has one.
    pub(crate) id_example: Value,
    /// A response that shows one entity, for methods that declare no content.
    pub(crate) model: Option<(Shape, Value)>,
    /// The entities in the examples, by id: they exist from the start.
    pub(crate) seeds: HashMap<String, Fields>,
    /// Whether a POST makes entities of the kind. Where none does, a PUT does.
    pub(crate) is_posted: bool,
}

/// What [`Kind::of`] is made from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    /// Answers that show entities of the kind.
    pub(crate) responses: Vec<ExampleResponse>,
    /// The parameters of paths to one entity: `isbn` of `/books/{isbn}`.
    pub(crate) parameters: Vec<String>,
    /// Whether a POST makes them.
    pub(crate) is_posted: bool,
}

/// A response that shows entities.
#[derive(Clone, Debug)]
pub(crate) struct ExampleResponse {
    /// Of the method that answers so.
    pub(crate) verb: Verb,
    pub(crate) shape: Shape,
    pub(crate) response: Value,
}

impl ExampleResponse {
    /// How much it tells of its kind: smaller is more.
    fn rank(&self) -> u8 {
        match (self.verb, &self.shape) {
            (Verb::Get, Shape::Item(_)) => 0,
            (Verb::Post, Shape::Item(_)) => 1,
            (_, Shape::Item(_)) => 2,
            _ => 3,
        }
    }
}

impl Kind {
    /// The kind `name` (a stem) from its evidence.
    pub(crate) fn of(name: &str, mut evidence: Evidence) -> Self {
        evidence.responses.sort_by_key(ExampleResponse::rank);
        let examples: Vec<Fields> =
            evidence.responses.iter().flat_map(|shown| shown.shape.items(&shown.response)).collect();
        let example = examples.iter().find(|example| !example.is_empty()).cloned().unwrap_or_default();
        let id_field = id_field(name, &example, &evidence.parameters);
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
            is_posted: evidence.is_posted,
        }
    }

    /// Whether it is known by a key that clients give, such as an ISBN, and not by a mere id.
    pub(crate) fn has_own_key(&self) -> bool {
        !self.id_example.is_null() && !ID_FIELDS.iter().take(4).any(|id| self.id_field == *id)
    }
}

/// How a path may name an entity by something other than its id: `{login}` by the field `login`, `{repo}` of a `repo` by
/// its `name`.
#[derive(Debug)]
pub(crate) struct NamedLookup<'a> {
    parameter: String,
    is_of_kind: bool,
    text: &'a str,
}

impl<'a> NamedLookup<'a> {
    /// For the value `text` of the parameter `parameter`, which names one of `kind` (a stem); none for a bare `{id}`.
    pub(crate) fn of(kind: &str, parameter: &str, text: &'a str) -> Option<Self> {
        let is_of_kind = stem(parameter) == kind || stem_of_id(parameter).as_deref() == Some(kind);
        Some(Self { parameter: plain(parameter), is_of_kind, text }).filter(|calling| calling.parameter != "id")
    }

    /// Whether the entity with these fields is meant.
    pub(crate) fn means(&self, fields: &Fields) -> bool {
        fields.iter().any(|(field, value)| {
            let is_name = self.is_of_kind && ["name", "slug", "login"].contains(&field.as_str());
            let is_same = || text_of(value).as_deref() == Some(self.text);
            (is_name || plain(field) == self.parameter) && is_same()
        })
    }
}

/// `id` where the example has it; else the field that is named like a parameter, or `book_id` of a book, or another usual
/// name of an id.
fn id_field(name: &str, example: &Fields, parameters: &[String]) -> String {
    let scalar = |field: &str| example.get(field).and_then(text_of).is_some();
    let known = || example.keys().filter(|field| scalar(field));
    let by_id = known().find(|field| *field == "id");
    let by_parameter =
        || parameters.iter().find_map(|parameter| known().find(|field| plain(field) == plain(parameter)));
    let by_kind = || known().find(|field| stem_of_id(field).as_deref() == Some(name));
    let by_custom = || ID_FIELDS.iter().find_map(|custom| known().find(|field| field == custom));
    by_id.or_else(by_parameter).or_else(by_kind).or_else(by_custom).cloned().unwrap_or_else(|| "id".to_owned())
}

#[cfg(test)]
mod tests {
    use apinb_text::web::verb::Verb;
    use serde_json::{Value, json};

    use super::{Evidence, ExampleResponse, Kind, NamedLookup};
    use crate::noun::stem;
    use crate::shape::Shape;

    fn check(example: &Value, parameter: &str, field: &str, id: Value) {
        let shown = ExampleResponse { verb: Verb::Get, shape: Shape::Item(None), response: example.clone() };
        let evidence = Evidence { responses: vec![shown], parameters: vec![parameter.to_owned()], is_posted: true };
        let kind = Kind::of(&stem("books"), evidence);
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
    fn a_thing_is_called_by_other_names() {
        let fields = json!({"id": 5, "name": "hello", "isbn": "9"}).as_object().cloned().unwrap_or_default();
        let means = |kind: &str, parameter: &str, text: &str| {
            NamedLookup::of(&stem(kind), parameter, text).is_some_and(|calling| calling.means(&fields))
        };
        assert!(means("repos", "repo", "hello") && means("repos", "repoId", "hello"));
        assert!(means("books", "isbn", "9"));
        assert!(!means("books", "id", "hello") && !means("books", "repo", "hello"));
    }
}
