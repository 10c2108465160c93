//! Types that are JSON or XML schemas ([1.0 Using XML and JSON Schema]), which are kept as written.

use std::rc::Rc;

use crate::limits::MAX_DEPTH;
use crate::raml::context::Context;
use crate::raml::shape::base::Base;
use crate::raml::shape::data_type::{Notes, Shape, TypeRef, TypeRefTarget, reference_to};
use crate::raml::shape::types::State;
use crate::raml::types::diagnostic::TypeDiagnostic;
use crate::tree::node::NodeLocation;
use apinb_schema::schema::Schema;
use apinb_text::source::deferred::Text;

/// The type of a schema, or of the part of it at `fragment`.
pub(super) fn schema(
    cx: &mut Context<'_, '_>,
    text: Text,
    fragment: Option<&str>,
    location: NodeLocation,
) -> Rc<TypeRef> {
    let schema = cx.documents.schema(text, fragment.unwrap_or_default(), location);
    Rc::new(TypeRef {
        target: TypeRefTarget::Shape(Rc::new(Shape::new(Base::External))),
        schema,
        weight: 1,
        level: 0,
        ancestors: Rc::new([]),
        notes: Notes::default(),
    })
}

/// Reports a schema as the type of `place`. A type that is not read yet is checked by [`check_uses`].
pub(super) fn note_use(cx: &mut Context<'_, '_>, value: &TypeRef, location: NodeLocation, place: &'static str) {
    match &value.target {
        TypeRefTarget::Name(named) => cx.types.external_uses.push((Rc::clone(&named.name), location, place)),
        TypeRefTarget::Shape(shape) if shape.base == Base::External => {
            let location = cx.documents.locate(location);
            cx.documents.report(TypeDiagnostic::Misplaced { location, place });
        }
        TypeRefTarget::Shape(_) => {}
    }
}

/// Reports the uses of declared types that are schemas, once all types are read.
pub(super) fn check_uses(cx: &mut Context<'_, '_>) {
    for (name, location, place) in std::mem::take(&mut cx.types.external_uses) {
        if is_external(cx, &name) {
            let location = cx.documents.locate(location);
            cx.documents.report(TypeDiagnostic::Misplaced { location, place });
        }
    }
}

fn is_external(cx: &Context<'_, '_>, name: &Rc<str>) -> bool {
    let mut name = name;
    // Each step is a level of inheritance, which is limited.
    for _ in 0..=MAX_DEPTH {
        let Some(State::Read(value)) = cx.types.by_name.get(name) else { return false };
        match &value.target {
            TypeRefTarget::Shape(shape) => return shape.base == Base::External,
            TypeRefTarget::Name(named) => name = &named.name,
        }
    }
    false
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
