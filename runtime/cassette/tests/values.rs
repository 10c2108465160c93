//! Bodies as they are stored, and shapes of secrets.

use std::collections::BTreeMap;

use serde_json::json;

use crate::body::{inline_text, stored};
use crate::shape::Shape;

#[test]
fn a_body_is_restored_byte_for_byte_where_a_program_can_tell() {
    for (text, expected) in [
        ("{\"b\":1,\"a\":[]}", json!({"json": {"b": 1, "a": []}})),
        ("{\"b\":1}\n", json!({"json": {"b": 1}, "newline": true})),
        ("{\n  \"b\": 1\n}", json!({"json": {"b": 1}, "indent": 2})),
        ("[\n    1\n]\n", json!({"json": [1], "indent": 4, "newline": true})),
        ("{\"é\":\"\\u00e9\"}", json!({"text": "{\"é\":\"\\u00e9\"}"})),
        ("{\"a\":1,\"a\":2}", json!({"text": "{\"a\":1,\"a\":2}"})),
        ("{\"a\":1.50}", json!({"text": "{\"a\":1.50}"})),
        ("{\"a\":12345678901234567890123}", json!({"text": "{\"a\":12345678901234567890123}"})),
        ("\"a\"", json!({"text": "\"a\""})),
        ("a\r\nb", json!({"text": ["a\r", "b"]})),
    ] {
        let body = stored("application/json", text.as_bytes()).unwrap();
        assert_eq!(serde_json::to_value(&body).unwrap(), expected, "{text}");
        assert_eq!(inline_text(&body), text);
    }
    let spaced = stored("application/json", b"{ \"a\" : 1 }").unwrap();
    assert_eq!(inline_text(&spaced), "{\"a\":1}");
    assert_eq!(stored("text/plain", b""), None);
    let deep = format!("{}{}", "[".repeat(120), "]".repeat(120));
    assert_eq!(inline_text(&stored("application/json", deep.as_bytes()).unwrap()), deep);
    for (media_type, bytes, ending) in [
        ("image/png", &[0xff, 0][..], ".png"),
        ("application/vnd.api+json; charset=utf-8", " ".repeat(9000).as_bytes(), ".json"),
        ("?", &[0xff], ".bin"),
    ] {
        let file = stored(media_type, bytes).unwrap().file.unwrap();
        assert!(file.starts_with("bodies/") && file.ends_with(ending), "{file}");
    }
}

#[test]
fn made_up_secrets_have_the_shape_of_the_real_ones() {
    let shapes = BTreeMap::from([
        ("0b0f8a4e-5d1c-4d47-8f3b-2a8f0d3e9c11", "uuid"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "jwt"),
        ("1234", "digits 4"),
        ("0a1b2c", "hex 6"),
        ("0A1b2z", "letters 6"),
        ("a+/b==", "base64 6"),
        ("pä ss!", "text 6"),
    ]);
    for (secret, expected) in shapes {
        let shape = Shape::of(secret);
        assert_eq!(shape.to_string(), expected, "{secret}");
        assert_eq!(expected.parse(), Ok(shape));
        let made_up = shape.made_up("client.token");
        assert_eq!(made_up, shape.made_up("client.token"));
        assert_ne!(made_up, shape.made_up("client.token-2"), "{secret}");
        if expected != "text 6" && expected != "base64 6" {
            let again = Shape::of(&made_up).to_string();
            assert_eq!(again.split(' ').next(), expected.split(' ').next(), "{made_up}");
        }
        if !matches!(shape, Shape::Jwt) {
            assert_eq!(made_up.chars().count(), secret.chars().count());
        }
    }
    for text in ["", "guid", "hex", "hex x", "hex -1", "words 4"] {
        assert!(text.parse::<Shape>().is_err(), "{text}");
    }
    let longest: Shape = "hex 99999999999999".parse().unwrap();
    assert_eq!(longest.made_up("a").len(), 64 << 10);
}
