//! Type declarations ([1.0 Type Declarations]): converts a node to a type. [`crate::raml::types::names`] resolves names
//! and expressions.

use std::rc::Rc;

use serde_json::json;

use crate::documents::header::Fragment;
use crate::limits::MAX_DEPTH;
use crate::raml::annotations::Target;
use crate::raml::context::Context;
use crate::raml::diagnostic::RamlDiagnostic;
use crate::raml::language::is_annotation;
use crate::raml::shape::base::{Base, NOTES};
use crate::raml::shape::data_type::{DeclaredType, Notes, Shape, TypeRef, TypeRefTarget, weight};
use crate::raml::shape::emit;
use crate::raml::shape::types::State;
use crate::raml::types::diagnostic::TypeDiagnostic;
use crate::tree::node::{Entry, Node, NodeKind};
use apinb_schema::schema::Schema;
use apinb_text::display::truncate::excerpt;

use crate::raml::types::inherit::Parent;
use crate::raml::types::{external, facets, inherit, names, notes};

/// Cost of a JSON value in a schema, in nodes: it is that much larger.
pub(super) const JSON_NODES: usize = 3;

/// The context of a declaration.
#[derive(Clone, Copy)]
pub(super) struct Setting<'s> {
    /// The base type of a declaration without `type`.
    pub(super) fallback: Base,
    /// The full name of a declared type.
    pub(super) declared: Option<&'s Rc<str>>,
    /// Whether `required` is allowed.
    pub(super) property: bool,
    /// The place of the declaration's annotations.
    pub(super) place: &'static [Target],
}

impl Setting<'_> {
    pub(super) const PROPERTY: Setting<'static> = Setting { property: true, ..Self::ITEMS };
    pub(super) const ITEMS: Setting<'static> =
        Setting { fallback: Base::String, declared: None, property: false, place: &[Target::TypeDeclaration] };
}

pub(super) fn built_in(cx: &mut Context<'_, '_>, base: Base) -> Rc<TypeRef> {
    let made = || Rc::new(TypeRef::of_shape(Shape::new(base), Notes::default(), 0, Rc::new([])));
    Rc::clone(cx.types.built_in.entry(base).or_insert_with(made))
}

pub(super) fn unknown_type() -> Rc<TypeRef> {
    Rc::new(TypeRef::of_shape(Shape::unknown(), Notes::default(), 0, Rc::new([])))
}

/// Whether the current type inherits, directly or not, from this declared type.
pub(super) fn is_above(cx: &Context<'_, '_>, named: &DeclaredType) -> bool {
    matches!(cx.types.by_name.get(&named.name), Some(State::Open(at)) if *at >= cx.types.boundary)
}

/// The declared type with this name; `None` while it is being read, or if it is nested too deeply.
pub(super) fn declared(cx: &mut Context<'_, '_>, named: &DeclaredType) -> Option<Rc<TypeRef>> {
    match cx.types.by_name.get(&named.name) {
        Some(State::Read(value)) => return Some(Rc::clone(value)),
        Some(State::Open(at)) => {
            // A cycle through a property or an array item is allowed.
            if *at >= cx.types.boundary {
                let chain = cx.types.open.iter().skip(*at).chain([&named.name]).map(|name| excerpt(name)).collect();
                let location = cx.documents.locate(named.location);
                cx.documents.report(TypeDiagnostic::Cycle { location, chain });
            }
            return None;
        }
        None => {}
    }
    if cx.types.depth >= MAX_DEPTH {
        cx.documents.too_deep(named.location);
        return None;
    }
    let at = cx.types.open.len();
    cx.types.open.push(Rc::clone(&named.name));
    cx.types.by_name.insert(Rc::clone(&named.name), State::Open(at));
    let setting = Setting { declared: Some(&named.name), ..Setting::ITEMS };
    let value = read(cx, &named.entry, setting);
    cx.types.open.pop();
    cx.types.by_name.insert(Rc::clone(&named.name), State::Read(Rc::clone(&value)));
    Some(value)
}

/// Reads a type within another type or a body. A cycle through this declaration is allowed.
pub(super) fn nested(cx: &mut Context<'_, '_>, entry: &Entry, setting: Setting<'_>) -> Rc<TypeRef> {
    let boundary = std::mem::replace(&mut cx.types.boundary, cx.types.open.len());
    let value = read(cx, entry, setting);
    cx.types.boundary = boundary;
    let place = if setting.property { "a property, parameter or header" } else { "an item" };
    external::note_use(cx, &value, entry.value.location, place);
    external::named(cx, &entry.key, value)
}

/// Reads the type in the value of `entry`.
pub(super) fn read(cx: &mut Context<'_, '_>, entry: &Entry, setting: Setting<'_>) -> Rc<TypeRef> {
    let node = &entry.value;
    if !cx.documents.spend_nodes(1, node.location) {
        return built_in(cx, Base::Any);
    }
    if cx.types.depth >= MAX_DEPTH {
        cx.documents.too_deep(node.location);
        return built_in(cx, Base::Any);
    }
    cx.types.depth += 1;
    cx.fragment(entry.location, node, Some(Fragment::DataType));
    let value = match &node.kind {
        NodeKind::Mapping(_) => declaration(cx, entry, setting),
        NodeKind::Sequence(_) => {
            let parents = parents(cx, &entry.key, node, setting);
            made(cx, entry, parents, setting)
        }
        _ => {
            let value = simple(cx, &entry.key, node, setting);
            match value.target {
                // A declared type that consists only of another type's name.
                TypeRefTarget::Name(_) if setting.declared.is_some() => {
                    made(cx, entry, vec![Parent { value, location: node.location }], setting)
                }
                _ => value,
            }
        }
    };
    cx.types.depth -= 1;
    value
}

/// Reads a type from a scalar: a schema, an expression, or null.
fn simple(cx: &mut Context<'_, '_>, key: &str, node: &Rc<Node>, setting: Setting<'_>) -> Rc<TypeRef> {
    match &node.kind {
        NodeKind::Scalar { text, .. } if text.is_document() => {
            external::schema(cx, text.to_model(), text.fragment(), node.location)
        }
        NodeKind::Scalar { text, .. } if text.as_str().trim_start().starts_with(['{', '<']) => {
            match cx.documents.spend_text(text.as_str().len(), node.location) {
                true => external::schema(cx, text.to_model(), None, node.location),
                false => built_in(cx, Base::Any),
            }
        }
        NodeKind::Scalar { text, .. } if !text.as_str().trim().is_empty() => {
            names::written(cx, text.as_str(), node.location, setting)
        }
        NodeKind::Null | NodeKind::Scalar { .. } => built_in(cx, setting.fallback),
        // Substituting the parameters has reported the error.
        NodeKind::Include(_) => built_in(cx, Base::Any),
        NodeKind::Sequence(_) | NodeKind::Mapping(_) => {
            cx.documents.wrong_kind(key, node, "the name of a type, a type expression or a schema");
            unknown_type()
        }
    }
}

/// Reads a type from a map.
fn declaration(cx: &mut Context<'_, '_>, entry: &Entry, setting: Setting<'_>) -> Rc<TypeRef> {
    let node = &entry.value;
    let mut parents: Option<(&'static str, Vec<Parent>)> = None;
    for part in node.entries() {
        let key = match &*part.key {
            "type" => "type",
            "schema" => "schema",
            _ => continue,
        };
        if let Some((other, _)) = parents {
            let location = cx.documents.locate(part.location);
            cx.documents.report(RamlDiagnostic::ExclusiveKeys { location, key: key.to_owned(), other });
            continue;
        }
        cx.fragment(part.location, &part.value, Some(Fragment::DataType));
        let value = cx.plain(&part.value);
        let above = match &value.kind {
            NodeKind::Null => Vec::new(),
            // A nested declaration: `type: { type: string, … }`, or the content of an include.
            NodeKind::Mapping(_) => {
                let inner = Entry { key: Rc::clone(&entry.key), location: part.location, value: Rc::clone(&value) };
                let value = read(cx, &inner, Setting { declared: None, ..setting });
                vec![Parent { value, location: part.location }]
            }
            _ => self::parents(cx, key, &value, setting),
        };
        parents = Some((key, above));
    }
    made(cx, entry, parents.map(|(_, parents)| parents).unwrap_or_default(), setting)
}

/// The parents in `type`: one type, or a list of types.
fn parents(cx: &mut Context<'_, '_>, key: &str, node: &Rc<Node>, setting: Setting<'_>) -> Vec<Parent> {
    match &node.kind {
        NodeKind::Sequence(items) => {
            items.iter().map(|item| Parent { value: simple(cx, key, item, setting), location: item.location }).collect()
        }
        _ => vec![Parent { value: simple(cx, key, node, setting), location: node.location }],
    }
}

/// Creates a type from its parents and its own facets.
fn made(cx: &mut Context<'_, '_>, entry: &Entry, mut parents: Vec<Parent>, setting: Setting<'_>) -> Rc<TypeRef> {
    let node = &entry.value;
    let level = parents.iter().map(|parent| parent.value.level).max().map_or(0, |level| level + 1);
    if level > MAX_DEPTH {
        cx.documents.too_deep(node.location);
        parents.clear();
    }
    let annotated =
        node.entries().iter().all(|part| matches!(&*part.key, key if NOTES.contains(&key) || is_annotation(key)));
    if let [parent] = parents.as_slice()
        && annotated
        && let Some(value) = noted_only(cx, entry, parent, level, setting)
    {
        return value;
    }
    let fallback = if node.get("properties").is_some() {
        Base::Object
    } else if node.get("items").is_some() {
        Base::Array
    } else {
        setting.fallback
    };
    let mut shape = inherit::start(cx, &parents, fallback);
    let inherited = shape.facets.declared.len();
    facets::read(cx, entry, &mut shape, setting);
    facets::wanted(cx, entry, &shape, inherited);
    let mut above: Vec<Rc<str>> = setting.declared.cloned().into_iter().collect();
    for parent in &parents {
        above.extend(inherit::ancestors(cx, &parent.value).iter().cloned());
    }
    cx.documents.spend_nodes(above.len() / 8, node.location);
    let (notes, given) = notes::read(cx, entry, shape.base, setting.place);
    let value = Rc::new(TypeRef::of_shape(shape, notes, level, above.into()));
    cx.documents.spend_nodes(value.weight * JSON_NODES, node.location);
    notes::defer_check(cx, given, &value);
    value
}

/// A type that only adds notes to its parent becomes a reference instead of a copy. `None` for any other type.
fn noted_only(
    cx: &mut Context<'_, '_>,
    entry: &Entry,
    parent: &Parent,
    level: u32,
    setting: Setting<'_>,
) -> Option<Rc<TypeRef>> {
    let node = &entry.value;
    if node.entries().iter().all(|part| matches!(&*part.key, "type" | "schema" | "required"))
        && setting.declared.is_none()
        && matches!(node.kind, NodeKind::Mapping(_))
    {
        refuse_required(cx, node, setting);
        return Some(Rc::clone(&parent.value));
    }
    let (target, fields) = match &parent.value.target {
        TypeRefTarget::Name(named) => {
            if setting.declared.is_some() {
                let shape = inherit::shape_of(cx, &parent.value)?;
                if shape.facets.discriminator.is_some() || shape.facets.declared.iter().any(|facet| facet.required) {
                    return None;
                }
            }
            (parent.value.target.clone(), inherit::reference_fields(&named.name))
        }
        TypeRefTarget::Shape(shape) if shape.base == Base::External => {
            refuse_required(cx, node, setting);
            let (notes, given) = notes::read(cx, entry, Base::External, setting.place);
            let value = TypeRef {
                target: parent.value.target.clone(),
                schema: parent.value.schema.clone(),
                weight: 1,
                level,
                ancestors: setting.declared.cloned().into_iter().collect(),
                notes,
            };
            let value = Rc::new(value);
            notes::defer_check(cx, given, &value);
            return Some(value);
        }
        TypeRefTarget::Shape(_) => return None,
    };
    refuse_required(cx, node, setting);
    let base = if setting.declared.is_some() {
        inherit::shape_of(cx, &parent.value).map_or(Base::Any, |shape| shape.base)
    } else {
        Base::Any
    };
    let (notes, given) = notes::read(cx, entry, base, setting.place);
    let mut ancestors: Vec<Rc<str>> = setting.declared.cloned().into_iter().collect();
    if setting.declared.is_some() {
        ancestors.extend(inherit::ancestors(cx, &parent.value).iter().cloned());
    }
    let schema = emit::alias(fields, &notes);
    let weight = weight(&schema);
    let value =
        TypeRef { target, schema: Schema::from_json(schema), weight, level, ancestors: ancestors.into(), notes };
    let value = Rc::new(value);
    notes::defer_check(cx, given, &value);
    Some(value)
}

/// Reports `required` outside of a property.
fn refuse_required(cx: &mut Context<'_, '_>, node: &Node, setting: Setting<'_>) {
    if !setting.property
        && let Some(part) = node.entry("required")
    {
        cx.unknown_key(part, "a type", &NOTES[..8]);
    }
}

/// The schema that allows every value.
pub(super) fn anything() -> Schema {
    Schema::from_json(json!({}))
}
