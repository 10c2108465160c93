//! Types that are JSON or XML schemas ([1.0 Using XML and JSON Schema]), which are kept as written.

use std::rc::Rc;

use crate::raml::context::Context;
use crate::raml::shape::base::Base;
use crate::raml::shape::data_type::{Notes, Shape, TypeRef, TypeRefTarget, reference_to};
use apinb_schema::schema::Schema;
use apinb_text::source::deferred::Text;

/// The type of a schema, or of the part of it at `fragment`.
pub(super) fn schema(text: Text, fragment: Option<&str>) -> Rc<TypeRef> {
    Rc::new(TypeRef {
        target: TypeRefTarget::Shape(Rc::new(Shape::new(Base::External))),
        schema: Schema::from_text_at(text, fragment.unwrap_or_default()),
        weight: 1,
        level: 0,
        ancestors: Rc::new([]),
        notes: Notes::default(),
    })
}

/// Gives an inline schema a name so that other types can refer to it. It cannot be embedded in another schema, because
/// its `$ref`s are relative to its own root. The name is derived from `key`.
pub(super) fn named(cx: &mut Context<'_, '_>, key: &str, value: Rc<TypeRef>) -> Rc<TypeRef> {
    let TypeRefTarget::Shape(shape) = &value.target else { return value };
    if shape.base != Base::External {
        return value;
    }
    let name = loop {
        cx.types.externals += 1;
        let name = format!("{key} (schema {})", cx.types.externals);
        if cx.schemas.get(&name).is_none() {
            break name;
        }
    };
    let reference = reference_to(&name);
    cx.schemas.insert(name, value.schema.clone());
    Rc::new(TypeRef {
        target: value.target.clone(),
        schema: Schema::from_json(reference),
        weight: 2,
        level: value.level,
        ancestors: Rc::clone(&value.ancestors),
        notes: value.notes.clone(),
    })
}
