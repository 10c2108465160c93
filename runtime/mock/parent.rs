//! The entities that another one belongs to: the `9` in `/users/9/groups`, and the fields that refer to it (`user_id`,
//! `userId`, `user`).

use serde_json::Value;

use crate::noun::{plain, stem, stem_of_id};
use crate::overlay::{Fields, text_of, typed_like};

/// An entity that another one belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parent {
    /// The stem of the kind's name.
    pub(crate) kind: String,
    /// The path parameter.
    pub(crate) parameter: String,
    pub(crate) id: String,
}

impl Parent {
    /// The id of a parent of this kind to which `fields` refer.
    pub(crate) fn id_in(&self, fields: &Fields) -> Option<String> {
        let by_id = fields.iter().find(|(name, value)| self.is_named_by(name) && text_of(value).is_some());
        if let Some((_, value)) = by_id {
            return text_of(value);
        }
        let (_, owner) = fields.iter().find(|(name, value)| value.is_object() && stem(name) == self.kind)?;
        owner.get("id").and_then(text_of)
    }

    /// Whether a field with this name refers to the parent.
    fn is_named_by(&self, field: &str) -> bool {
        let is_parameter = plain(field) == plain(&self.parameter) && plain(field) != "id";
        is_parameter || stem_of_id(field).as_ref() == Some(&self.kind)
    }
}

/// Whether two lists of parents can belong to the same entity: no kind has different ids.
pub(crate) fn agree(left: &[Parent], right: &[Parent]) -> bool {
    left.iter().all(|parent| {
        let mut others = right.iter().filter(|other| other.kind == parent.kind).peekable();
        others.peek().is_none() || others.any(|other| other.id == parent.id)
    })
}

/// Sets the fields that refer to the parents of an entity, except those that the client has set.
pub(crate) fn adopt(fields: &mut Fields, given: &Fields, parents: &[Parent]) {
    for (name, value) in fields {
        let parent = parents.iter().rev().find(|parent| parent.is_named_by(name) && text_of(value).is_some());
        if let Some(parent) = parent.filter(|_| !given.contains_key(name)) {
            match typed_like(value, &parent.id) {
                Some(typed) => *value = typed,
                None if value.is_string() => *value = Value::String(parent.id.clone()),
                None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Parent, adopt, agree};
    use crate::noun::stem;
    use crate::overlay::Fields;

    fn user(id: &str) -> Parent {
        Parent { kind: stem("users"), parameter: "user_id".to_owned(), id: id.to_owned() }
    }

    fn group(id: &str) -> Parent {
        Parent { kind: stem("groups"), parameter: "id".to_owned(), id: id.to_owned() }
    }

    fn fields(value: &Value) -> Fields {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn fields_name_parents() {
        let check = |value: &Value, id: Option<&str>| {
            assert_eq!(user("9").id_in(&fields(value)).as_deref(), id, "{value}");
        };
        check(&json!({"id": 1}), None);
        check(&json!({"user": {"id": 7}}), Some("7"));
        check(&json!({"userId": 8, "user": {"id": 7}}), Some("8"));
        check(&json!({"user_id": "x"}), Some("x"));
        check(&json!({"user_id": null}), None);
    }

    #[test]
    fn fields_are_set_in_their_type() {
        let mut entity = fields(&json!({"user_id": 1, "groupId": "a", "id": 5, "owner": null}));
        adopt(&mut entity, &Fields::new(), &[user("9"), group("b")]);
        assert_eq!(Value::Object(entity), json!({"user_id": 9, "groupId": "b", "id": 5, "owner": null}));
        let mut entity = fields(&json!({"user_id": 1}));
        adopt(&mut entity, &fields(&json!({"user_id": 1})), &[user("9")]);
        adopt(&mut entity, &Fields::new(), &[user("me")]);
        assert_eq!(Value::Object(entity), json!({"user_id": 1}));
    }

    #[test]
    fn parents_match_unless_one_differs() {
        assert!(agree(&[], &[user("1")]) && agree(&[user("1")], &[]));
        assert!(agree(&[user("1")], &[group("2"), user("1")]));
        assert!(!agree(&[user("1")], &[user("2"), group("1")]));
    }
}
