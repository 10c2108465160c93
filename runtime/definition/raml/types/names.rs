//! Resolves type names and type expressions.

use std::ops::Range;
use std::rc::Rc;

use crate::documents::diagnostic::DocumentDiagnostic;
use crate::raml::context::Context;
use crate::raml::scopes::DeclarationKind;
use crate::raml::shape::base::{Base, NAMES};
use crate::raml::shape::data_type::{DeclaredType, Notes, Shape, TypeRef, TypeRefTarget, reference_to};
use crate::raml::shape::expression;
use crate::raml::shape::expression::{Expression, UnexpectedToken};
use crate::raml::shape::types::State;
use crate::raml::types::diagnostic::TypeDiagnostic;
use crate::tree::node::NodeLocation;
use apinb_schema::schema::Schema;
use apinb_text::display::suggest::suggest;
use apinb_text::display::truncate::excerpt;

use crate::raml::types::external;
use crate::raml::types::read::{Setting, built_in, declared, is_above, unknown_type};

/// Resolves a type expression.
pub(super) fn written(
    cx: &mut Context<'_, '_>,
    text: &str,
    location: NodeLocation,
    setting: Setting<'_>,
) -> Rc<TypeRef> {
    let name = text.trim();
    if let Some(base) = Base::named(name) {
        return built_in(cx, base);
    }
    match expression::parse(text) {
        Ok(expression) => evaluated(cx, &expression, Written { text, location }, setting),
        Err(fault) => {
            unexpected(cx, Written { text, location }, fault);
            unknown_type()
        }
    }
}

/// The text and the position of an expression.
#[derive(Clone, Copy)]
struct Written<'t> {
    text: &'t str,
    location: NodeLocation,
}

impl Written<'_> {
    /// The position of a part of the expression. It is exact if the document contains the text literally, quoted or
    /// not.
    fn at(self, cx: &Context<'_, '_>, part: &Range<usize>) -> NodeLocation {
        let location = cx.documents.locate(self.location);
        let source =
            location.file.text().get(self.location.start as usize..self.location.end as usize).unwrap_or_default();
        let Some(offset) = source.find(self.text).filter(|offset| *offset <= 1) else { return self.location };
        let start = self.location.start + (offset + part.start) as u32;
        NodeLocation { file: self.location.file, start, end: start + (part.end - part.start) as u32 }
    }
}

fn unexpected(cx: &mut Context<'_, '_>, written: Written<'_>, fault: UnexpectedToken) {
    // A parameter that was not substituted was already reported.
    if written.text.contains("<<") {
        return;
    }
    let end =
        written.text.get(fault.at..).and_then(|rest| rest.chars().next()).map_or(fault.at, |c| fault.at + c.len_utf8());
    let location = written.at(cx, &(fault.at..end));
    let location = cx.documents.locate(location);
    cx.documents.report(TypeDiagnostic::Expression {
        location,
        expression: excerpt(written.text),
        wanted: fault.wanted,
    });
}

fn evaluated(
    cx: &mut Context<'_, '_>,
    expression: &Expression,
    text: Written<'_>,
    setting: Setting<'_>,
) -> Rc<TypeRef> {
    if !cx.documents.spend_nodes(1, text.location) {
        return built_in(cx, Base::Any);
    }
    match expression {
        Expression::Name(range) => name(cx, range, text, setting),
        Expression::Array(inner) => {
            // An array item may refer to the type that contains the array.
            let boundary = std::mem::replace(&mut cx.types.boundary, cx.types.open.len());
            let items = evaluated(cx, inner, text, Setting { declared: None, ..setting });
            cx.types.boundary = boundary;
            external::note_use(cx, &items, text.location, "an item");
            let mut shape = Shape::new(Base::Array);
            shape.facets.items = Some(items);
            Rc::new(TypeRef::of_shape(shape, Notes::default(), 0, Rc::new([])))
        }
        Expression::Optional(inner) => {
            let inner = evaluated(cx, inner, text, setting);
            let nil = built_in(cx, Base::Nil);
            union(cx, vec![inner, nil], text.location)
        }
        Expression::Union(members) => {
            let members = members.iter().map(|member| evaluated(cx, member, text, setting)).collect();
            union(cx, members, text.location)
        }
    }
}

fn union(cx: &mut Context<'_, '_>, members: Vec<Rc<TypeRef>>, location: NodeLocation) -> Rc<TypeRef> {
    let mut shape = Shape::new(Base::Union);
    for member in members {
        if !cx.documents.spend_nodes(member.weight / 4, location) {
            break;
        }
        external::note_use(cx, &member, location, "a member of a union");
        match &member.target {
            // Flattens nested unions.
            TypeRefTarget::Shape(inner) if inner.base == Base::Union && inner.beside.is_empty() => {
                shape.facets.members.extend(inner.facets.members.iter().cloned());
            }
            _ => shape.facets.members.push(member),
        }
    }
    let level = shape.facets.members.iter().map(|member| member.level).max().unwrap_or_default();
    Rc::new(TypeRef::of_shape(shape, Notes::default(), level, Rc::new([])))
}

fn name(cx: &mut Context<'_, '_>, range: &Range<usize>, text: Written<'_>, setting: Setting<'_>) -> Rc<TypeRef> {
    let name = text.text.get(range.clone()).unwrap_or_default();
    if let Some(base) = Base::named(name) {
        return built_in(cx, base);
    }
    let key = (text.location.file, Rc::from(name));
    // A substituted template parameter may refer to another type elsewhere.
    let filled = cx.documents.roles.is_filled(text.location);
    let value = match cx.types.used.get(&key).filter(|_| !filled) {
        Some(value) => Rc::clone(value),
        None => {
            let Some(found) = cx.find(DeclarationKind::Type, name, text.location) else {
                let location = text.at(cx, range);
                unknown(cx, name, location);
                return unknown_type();
            };
            let schema = reference_to(&found.name);
            let named = Rc::new(DeclaredType { name: found.name, entry: found.entry, location: text.location });
            let schema = Schema::from_json(schema);
            let value = Rc::new(TypeRef {
                target: TypeRefTarget::Name(named),
                schema,
                weight: 2,
                level: 0,
                ancestors: Rc::new([]),
                notes: Notes::default(),
            });
            if !filled {
                cx.types.used.insert(key, Rc::clone(&value));
            }
            value
        }
    };
    if setting.declared.is_none() {
        return value;
    }
    // Reads a parent type immediately, to detect cycles.
    let TypeRefTarget::Name(named) = &value.target else { return value };
    let here = DeclaredType { name: Rc::clone(&named.name), entry: named.entry.clone(), location: text.at(cx, range) };
    match declared(cx, &here) {
        Some(above) => Rc::new(TypeRef {
            target: TypeRefTarget::Name(Rc::clone(named)),
            schema: value.schema.clone(),
            weight: above.weight,
            level: above.level,
            ancestors: Rc::clone(&above.ancestors),
            notes: Notes::default(),
        }),
        None if !matches!(cx.types.by_name.get(&named.name), Some(State::Open(_))) || is_above(cx, &here) => {
            unknown_type()
        }
        None => value,
    }
}

/// Reports an unknown type; suggests a built-in type if the name is similar.
fn unknown(cx: &mut Context<'_, '_>, name: &str, location: NodeLocation) {
    match suggest(name, NAMES).map(str::to_owned) {
        suggestion @ Some(_) if !name.contains("<<") => {
            let location = cx.documents.locate(location);
            cx.documents.report(DocumentDiagnostic::UnknownName {
                location,
                kind: "type",
                name: excerpt(name),
                suggestion,
            });
        }
        _ => cx.unknown_name(DeclarationKind::Type, name, location),
    }
}
