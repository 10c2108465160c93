//! Schemas as text and as JSON, and names.

use serde_json::json;

use crate::schema::{Schema, Schemas, reference};
use apinb_text::source::deferred::Text;

#[test]
fn references_are_pointers_in_a_fragment() {
    for (name, expected) in
        [("User", "#/$defs/User"), ("lib.User", "#/$defs/lib.User"), ("a/b~c é", "#/$defs/a~1b~0c%20%C3%A9")]
    {
        assert_eq!(reference(name), expected);
    }
}

#[test]
fn a_text_is_json_when_it_is_an_object() {
    for (text, expected) in
        [(r#"{"type": "string"}"#, Some(json!({"type": "string"}))), ("[1]", None), ("<xs:schema/>", None), ("", None)]
    {
        let schema = Schema::from_text(Text::from(text));
        assert_eq!(schema.json(), expected.as_ref(), "{text}");
        assert_eq!(schema.text(), text);
    }
}

#[test]
fn a_later_schema_of_a_name_replaces_the_first() {
    let mut schemas = Schemas::default();
    for (name, title) in [("a", "1"), ("b", "2"), ("a", "3")] {
        schemas.insert(name, Schema::from_json(json!({"title": title})));
    }
    let all: Vec<_> = schemas.iter().map(|(name, schema)| (name, schema.json().cloned())).collect();
    assert_eq!(all, [("a", Some(json!({"title": "3"}))), ("b", Some(json!({"title": "2"})))]);
    assert!(schemas.get("c").is_none());
}
