//! Applies resource types and traits (RAML 0.8 and 1.0, "Resource Types and Traits").
//!
//! The nearest declaration takes precedence: the resource itself, then its resource type, then that type's parent, and
//! so on. Each method then gets its own traits, those of the resource, and those of each resource type in that order.

use std::collections::HashSet;
use std::rc::Rc;

use crate::raml::diagnostic::RamlDiagnostic;
use crate::tree::merge::completed;
use crate::tree::node::{Entry, Node, NodeKind, NodeLocation};
use apinb_text::web::verb::Verb;

use crate::raml::context::Context;
use crate::raml::merge::{TEMPLATE_KEYS, TemplateRules};
use crate::raml::scopes::{Declaration, DeclarationKind};
use crate::raml::template;
use crate::raml::template::Parameters;

/// A resource after applying its types and traits.
pub(super) struct Applied {
    /// The keys of the resource, except methods.
    pub(super) resource: Rc<Node>,
    /// Each method: verb, position of the key, content.
    pub(super) methods: Vec<(Verb, NodeLocation, Rc<Node>)>,
}

/// A reference to a template, with the parameters passed to it.
pub(super) struct Use {
    pub(super) name: Rc<str>,
    pub(super) location: NodeLocation,
    given: Rc<Node>,
}

/// Applies all resource types and traits of `own`, the resource at `path`.
pub(super) fn applied(cx: &mut Context<'_, '_>, own: &Rc<Node>, path: &str) -> Applied {
    let types = type_chain(cx, own, path);
    let mut resource = without(own, |key| Verb::of_raml(key).is_some() || key == "type" || key == "is");
    for layer in &types {
        let general =
            without(layer, |key| method_of(key).is_some() || TEMPLATE_KEYS.contains(&key) || key.starts_with('/'));
        resource = merged(cx, &resource, &general);
    }
    let mut verbs: Vec<(Verb, NodeLocation)> = Vec::new();
    for layer in std::iter::once(own).chain(&types) {
        for entry in layer.entries() {
            if let Some(verb) = Verb::of_raml(&entry.key)
                && !verbs.iter().any(|(known, _)| *known == verb)
            {
                verbs.push((verb, entry.location));
            }
        }
    }
    let methods =
        verbs.into_iter().map(|(verb, location)| (verb, location, method(cx, own, &types, verb, path))).collect();
    Applied { resource, methods }
}

/// Builds a method: merges the layers, then applies the traits.
fn method(cx: &mut Context<'_, '_>, own: &Rc<Node>, types: &[Rc<Node>], verb: Verb, path: &str) -> Rc<Node> {
    let mut method = own.get(verb.name()).cloned().unwrap_or_else(|| Node::null(own.location));
    let mut uses = Vec::new();
    let explicit = method.get("is").cloned();
    uses.extend(explicit.map(|list| self::uses(cx, &list)).unwrap_or_default());
    uses.extend(own.get("is").cloned().map(|list| self::uses(cx, &list)).unwrap_or_default());
    for layer in types {
        for entry in layer.entries().iter().filter(|entry| method_of(&entry.key) == Some(verb)) {
            let parameters = Parameters {
                version: cx.version,
                template: String::new(),
                given: &[],
                resource_path: path,
                method_name: Some(verb.name()),
            };
            // Only method parameters are left to substitute; unknown parameters were reported before.
            let part = match entry.value.templated {
                true => template::filled(cx.documents, &entry.value, &parameters, 0),
                false => Rc::clone(&entry.value),
            };
            uses.extend(part.get("is").map(|list| self::uses(cx, list)).unwrap_or_default());
            method = merged(cx, &method, &part);
        }
        uses.extend(layer.get("is").map(|list| self::uses(cx, list)).unwrap_or_default());
    }
    let mut applied: Vec<(Rc<str>, Rc<Node>)> = Vec::new();
    for Use { name: used, location, given } in uses {
        if !cx.documents.spend_nodes(1 + applied.len() / 16, location) {
            break;
        }
        let Some(Declaration { name: used, entry }) = cx.find(DeclarationKind::Trait, &used, location) else {
            cx.unknown_name(DeclarationKind::Trait, &used, location);
            continue;
        };
        cx.used_templates.insert(entry.location);
        if applied
            .iter()
            .any(|(known, with)| *known == used && (Rc::ptr_eq(with, &given) || with.is_null() && given.is_null()))
        {
            continue;
        }
        let parameters = Parameters {
            version: cx.version,
            template: format!("trait `{used}`"),
            given: given.entries(),
            resource_path: path,
            method_name: Some(verb.name()),
        };
        let body = template::filled(cx.documents, &entry.value, &parameters, 0);
        // RAML 0.8 has no `displayName` for methods.
        let named = cx.is_10();
        let body = without(&body, |key| TEMPLATE_KEYS.contains(&key) || key == "displayName" && !named);
        method = merged(cx, &method, &body);
        applied.push((used, given));
    }
    without(&method, |key| key == "is")
}

/// Completes `target` with the content of a template.
fn merged(cx: &mut Context<'_, '_>, target: &Rc<Node>, source: &Rc<Node>) -> Rc<Node> {
    let rules = TemplateRules { version: cx.version, media_types: &cx.media_types };
    completed(cx.documents, rules, target, source)
}

/// A resource type, with its parameters substituted except in its optional methods.
struct Layer {
    name: Rc<str>,
    given: Rc<Node>,
    body: Rc<Node>,
    optional: Vec<Entry>,
}

/// The bodies of the resource's type and of that type's ancestors, nearest first, with parameters substituted. They
/// have only those optional methods that the resource or one of the types declares: the parameters of others may be
/// absent.
fn type_chain(cx: &mut Context<'_, '_>, own: &Rc<Node>, path: &str) -> Vec<Rc<Node>> {
    let layers = layers(cx, own, path);
    let bodies = std::iter::once(own).chain(layers.iter().map(|layer| &layer.body));
    let verbs = bodies.flat_map(|body| body.entries()).filter_map(|entry| Verb::of_raml(&entry.key));
    let verbs: HashSet<Verb> = verbs.collect();
    let mut chain = Vec::with_capacity(layers.len());
    for Layer { name, given, body, mut optional } in layers {
        optional.retain(|entry| method_of(&entry.key).is_some_and(|verb| verbs.contains(&verb)));
        let optional = Node::mapping(body.location, optional);
        let optional = filled_type(cx, &optional, &name, &given, path);
        let body = match optional.entries().is_empty() {
            true => body,
            false => Node::mapping(body.location, body.entries().iter().chain(optional.entries()).cloned().collect()),
        };
        if !body.is_null() {
            chain.push(body);
        }
    }
    chain
}

fn layers(cx: &mut Context<'_, '_>, own: &Rc<Node>, path: &str) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    let mut next = own.entry("type").cloned();
    while let Some(entry) = next.take() {
        let Some(Use { name, location, given }) = type_use(cx, &entry) else { break };
        if !cx.documents.spend_nodes(1 + layers.len() / 16, location) {
            break;
        }
        let Some(Declaration { name, entry }) = cx.find(DeclarationKind::ResourceType, &name, location) else {
            cx.unknown_name(DeclarationKind::ResourceType, &name, location);
            break;
        };
        cx.used_templates.insert(entry.location);
        if let Some(at) = layers.iter().position(|known| known.name == name) {
            let location = cx.documents.locate(location);
            let names = layers.iter().skip(at).map(|layer| &layer.name);
            let chain = names.chain([&name]).map(ToString::to_string).collect();
            cx.documents.report(RamlDiagnostic::ResourceTypeCycle { location, chain });
            break;
        }
        let is_optional = |key: &str| key.ends_with('?') && method_of(key).is_some();
        let optional = entry.value.entries().iter().filter(|entry| is_optional(&entry.key)).cloned().collect();
        let body = filled_type(cx, &without(&entry.value, is_optional), &name, &given, path);
        next = body.entry("type").cloned();
        layers.push(Layer { name, given, body, optional });
    }
    layers
}

/// Substitutes the parameters of the resource type `name`.
fn filled_type(cx: &mut Context<'_, '_>, node: &Rc<Node>, name: &str, given: &Node, path: &str) -> Rc<Node> {
    let parameters = Parameters {
        version: cx.version,
        template: format!("resource type `{name}`"),
        given: given.entries(),
        resource_path: path,
        method_name: None,
    };
    template::filled(cx.documents, node, &parameters, 0)
}

pub(super) fn type_use(cx: &mut Context<'_, '_>, entry: &Entry) -> Option<Use> {
    let node = match &entry.value.kind {
        // A list of one type: allowed in other languages, and unambiguous.
        NodeKind::Sequence(items) if items.len() == 1 => {
            cx.raml08_syntax("type", entry.location, true, "a resource has one type: `type: name`");
            items.first()?
        }
        _ => &entry.value,
    };
    let uses = template_uses(cx, "type", node);
    uses.into_iter().next()
}

/// The traits of an `is` list; a single name counts as a list of one.
pub(super) fn uses(cx: &mut Context<'_, '_>, list: &Rc<Node>) -> Vec<Use> {
    match &list.kind {
        NodeKind::Sequence(items) => items.iter().flat_map(|item| template_uses(cx, "is", item)).collect(),
        _ => {
            cx.raml08_syntax("is", list.location, true, "it is a list: `is: [ name ]`");
            template_uses(cx, "is", list)
        }
    }
}

/// Reads `name` or `name: { parameter: value }`.
fn template_uses(cx: &mut Context<'_, '_>, key: &str, node: &Rc<Node>) -> Vec<Use> {
    match &node.kind {
        NodeKind::Null => Vec::new(),
        NodeKind::Scalar { text, .. } => {
            let name = text.as_str().trim().into();
            vec![Use { name, location: node.location, given: Node::null(node.location) }]
        }
        NodeKind::Mapping(entries) => {
            let mut uses = Vec::new();
            if entries.iter().any(|entry| is_inline(cx, key, entry)) {
                let expected = match key {
                    "is" => "the name of a declared trait",
                    _ => "the name of a declared resource type",
                };
                cx.documents.wrong_kind(key, node, expected);
                return uses;
            }
            for entry in entries {
                cx.documents.map(&entry.key, &entry.value);
                uses.push(Use {
                    name: Rc::clone(&entry.key),
                    location: entry.location,
                    given: Rc::clone(&entry.value),
                });
            }
            uses
        }
        NodeKind::Sequence(_) | NodeKind::Include(_) => {
            cx.documents.wrong_kind(key, node, "a name, or a name with parameters");
            Vec::new()
        }
    }
}

/// Whether an entry in a use of a template is a part of a template, rather than the name of one with its parameters.
fn is_inline(cx: &mut Context<'_, '_>, key: &str, entry: &Entry) -> bool {
    const PARTS: [&str; 8] =
        ["description", "headers", "queryParameters", "responses", "body", "usage", "uriParameters", "displayName"];
    let kind = if key == "is" { DeclarationKind::Trait } else { DeclarationKind::ResourceType };
    (PARTS.contains(&&*entry.key) || method_of(&entry.key).is_some())
        && cx.find(kind, &entry.key, entry.location).is_none()
}

/// The verb of a key `get` or `get?`.
pub(super) fn method_of(key: &str) -> Option<Verb> {
    Verb::of_raml(key.strip_suffix('?').unwrap_or(key))
}

/// Removes keys from a map; returns the same node if it has none of them.
fn without(node: &Rc<Node>, dropped: impl Fn(&str) -> bool) -> Rc<Node> {
    if !node.entries().iter().any(|entry| dropped(&entry.key)) {
        return Rc::clone(node);
    }
    let kept = node.entries().iter().filter(|entry| !dropped(&entry.key)).cloned().collect();
    Node::mapping(node.location, kept)
}
