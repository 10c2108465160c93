//! Schemas from text to violations.

#[path = "../../../tests/support/cpu.rs"]
mod cpu;
mod hostile;
mod located;
mod named;
mod random;
mod sampling;
mod validation;

use serde_json::{Value, json};

use crate::schema::{Schema, Schemas, reference};
use apinb_text::source::deferred::Text;

/// A schema as in a definition.
fn text(schema: &Value) -> Schema {
    Schema::from_text(Text::from(schema.to_string()))
}

/// `user` in draft 4, and `Node` as definition readers produce it.
fn schemas() -> Schemas {
    let mut schemas = Schemas::default();
    let user = json!({"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "required": ["id"],
        "properties": {"id": {"$ref": "#/definitions/id"}, "friend": {"$ref": "#"}},
        "definitions": {"id": {"type": "integer", "minimum": 0, "exclusiveMinimum": true}}});
    schemas.insert("user", text(&user));
    let node = json!({"type": "object", "required": ["next"], "properties":
        {"next": {"anyOf": [{"type": "null"}, {"$ref": reference("Node")}]}, "of": {"$ref": reference("user")}}});
    schemas.insert("xml", Schema::from_text(Text::from("<xs:schema/>")));
    schemas.insert("id", Schema::from_text_at(Text::from(user.to_string()), "#/properties/id"));
    schemas.insert("Node", Schema::from_json(node));
    schemas
}
