//! A kind of thing that a definition speaks of: `user`, in whatever envelopes and paths it comes.

use std::collections::HashMap;

use serde_json::Value;

use crate::noun::{plain, stem, stem_of_id};
use crate::overlay::{Fields, text_of};
use crate::shape::{ID_FIELDS, Shape};

/// What the examples tell of a kind.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    /// The field by which a thing of this kind is known.
    pub(crate) id_field: String,
    /// An id from an example; null when no example has one.
    pub(crate) id_example: Value,
    /// An answer that shows one thing, for methods that declare no content.
    pub(crate) model: Option<(Shape, Value)>,
    /// The things in the examples, by id: they exist from the start.
    pub(crate) seeds: HashMap<String, Fields>,
}

/// What [`Kind::of`] is made from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    /// Answers that show things of the kind; the most telling first.
    pub(crate) answers: Vec<(Shape, Value)>,
    /// The tags of paths to one thing: `isbn` of `/books/{isbn}`.
    pub(crate) tags: Vec<String>,
}

impl Kind {
    /// What the evidence tells of the kind `name` (a stem).
    pub(crate) fn of(name: &str, evidence: &Evidence) -> Self {
        let examples: Vec<Fields> = evidence.answers.iter().flat_map(|(shape, answer)| shape.items(answer)).collect();
        let example = examples.iter().find(|example| !example.is_empty()).cloned().unwrap_or_default();
        let id_field = id_field(name, &example, &evidence.tags);
        let mut seeds: HashMap<String, Fields> = HashMap::new();
        for item in &examples {
            if let Some(id) = item.get(&id_field).and_then(text_of) {
                seeds.entry(id).or_insert_with(|| item.clone());
            }
        }
        let model = evidence.answers.iter().find(|(shape, _)| matches!(shape, Shape::Item(_)));
        Self {
            id_example: example.get(&id_field).cloned().unwrap_or(Value::Null),
            model: model.cloned(),
            id_field,
            seeds,
        }
    }

    /// Whether `text`, at the tag `tag` of a path, names the thing with these fields by something other than its id:
    /// `{login}` by the field `login`, `{repo}` of a `repo` by its `name`.
    pub(crate) fn is_called(name: &str, fields: &Fields, tag: &str, text: &str) -> bool {
        let is_of_kind = stem(tag) == name;
        fields.iter().any(|(field, value)| {
            let speaks =
                plain(field) == plain(tag) || is_of_kind && ["name", "slug", "login"].contains(&field.as_str());
            speaks && text_of(value).as_deref() == Some(text)
        })
    }
}

/// `id` where the example has it; else the field that is named like a tag, or `book_id` of a book, or another usual
/// name of an id.
fn id_field(name: &str, example: &Fields, tags: &[String]) -> String {
    let scalar = |field: &str| example.get(field).and_then(text_of).is_some();
    let known = || example.keys().filter(|field| scalar(field));
    let by_id = known().find(|field| *field == "id");
    let by_tag = || tags.iter().find_map(|tag| known().find(|field| plain(field) == plain(tag)));
    let by_kind = || known().find(|field| stem_of_id(field).as_deref() == Some(name));
    let by_custom = || ID_FIELDS.iter().find_map(|custom| known().find(|field| field == custom));
    by_id.or_else(by_tag).or_else(by_kind).or_else(by_custom).cloned().unwrap_or_else(|| "id".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Evidence, Kind};
    use crate::noun::stem;
    use crate::shape::Shape;

    fn check(example: &Value, tag: &str, field: &str, id: Value) {
        let evidence = Evidence { answers: vec![(Shape::Item(None), example.clone())], tags: vec![tag.to_owned()] };
        let kind = Kind::of(&stem("books"), &evidence);
        assert_eq!((kind.id_field.as_str(), kind.id_example), (field, id), "{example} {tag}");
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
        assert!(Kind::is_called(&stem("repos"), &fields, "repo", "hello"));
        assert!(Kind::is_called(&stem("books"), &fields, "isbn", "9"));
        assert!(!Kind::is_called(&stem("books"), &fields, "id", "hello"));
    }
}
