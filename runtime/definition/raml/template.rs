//! Substitutes the parameters of a resource type or trait: `<<name>>`, `<<name | !singularize>>` (RAML 0.8,
//! "Parameters"; 1.0, "Resource Type and Trait Parameters").

use std::rc::Rc;
use std::sync::Arc;

use crate::documents::Documents;
use crate::limits::MAX_DEPTH;
use crate::raml::diagnostic::RamlDiagnostic;
use crate::syntax::diagnostic::SyntaxDiagnostic;
use crate::tree::merge::laid_over;
use crate::tree::node::{Entry, Node, NodeKind, NodeLocation, Text};
use apinb_text::display::quote::quote_each;
use apinb_text::display::suggest::suggest;
use apinb_text::display::truncate::excerpt;

use crate::raml::case;
use crate::raml::case::FUNCTIONS;
use crate::raml::language::Version;

/// The parameter values for one use of a resource type or trait.
pub(super) struct Parameters<'p> {
    pub(super) version: Version,
    /// The description of the template in messages.
    pub(super) template: String,
    /// The parameters passed to the template.
    pub(super) given: &'p [Entry],
    /// The path of the resource below the base URI.
    pub(super) resource_path: &'p str,
    /// `None` until the method is known; until then `<<methodName>>` stays in the text.
    pub(super) method_name: Option<&'p str>,
}

/// Substitutes the parameters in `node`. Parts without parameters are shared, not copied. `depth` is the nesting level
/// of `node`.
pub(super) fn filled(
    documents: &mut Documents<'_>,
    node: &Rc<Node>,
    parameters: &Parameters<'_>,
    depth: u32,
) -> Rc<Node> {
    if !node.templated || !documents.spend_nodes(1, node.location) {
        return Rc::clone(node);
    }
    if depth > MAX_DEPTH {
        documents.too_deep(node.location);
        return Node::null(node.location);
    }
    match &node.kind {
        NodeKind::Null => Rc::clone(node),
        NodeKind::Scalar { text, plain } => scalar(documents, node, text, *plain, parameters, depth),
        NodeKind::Sequence(items) => {
            let items = items.iter().map(|item| filled(documents, item, parameters, depth + 1)).collect();
            Node::sequence(node.location, items)
        }
        NodeKind::Mapping(entries) => {
            let mut done: Vec<Entry> = Vec::with_capacity(entries.len());
            for entry in entries {
                let value = filled(documents, &entry.value, parameters, depth + 1);
                if !entry.key.contains("<<") {
                    done.push(Entry { value, ..entry.clone() });
                    continue;
                }
                let key = text_filled(documents, &entry.key, entry.location, parameters, true);
                documents.roles.fill(entry.location);
                match done.iter_mut().find(|known| *known.key == *key) {
                    Some(known) => known.value = laid_over(documents, &value, &known.value),
                    None => done.push(Entry { key: key.into(), location: entry.location, value }),
                }
            }
            Node::mapping(node.location, done)
        }
        NodeKind::Include(path) => {
            let path = text_filled(documents, path, node.location, parameters, true);
            match path.contains("<<") {
                true => Rc::clone(node),
                false => {
                    // One level deeper, because the included document may include itself by its parameters.
                    let node = documents.include(&path, node.location, depth);
                    filled(documents, &node, parameters, depth + 1)
                }
            }
        }
    }
}

fn scalar(
    documents: &mut Documents<'_>,
    node: &Rc<Node>,
    text: &Text,
    plain: bool,
    parameters: &Parameters<'_>,
    depth: u32,
) -> Rc<Node> {
    if let Text::Deferred { document, fragment: None } = text {
        // `None`: `Documents::finish` reports the error.
        let Some(file) = document.file() else { return Node::null(node.location) };
        if !file.text().contains("<<") {
            let text = Text::File(Arc::clone(file));
            return Rc::new(Node::new(node.location, NodeKind::Scalar { text, plain }));
        }
    }
    // A value that is only one parameter takes any kind of value, and keeps that value's location.
    let trimmed = text.as_str().trim();
    if let Some(name) = trimmed.strip_prefix("<<").and_then(|rest| rest.strip_suffix(">>"))
        && !name.contains(['|', '<', '>'])
        && let Some(entry) = parameters.given.iter().find(|entry| *entry.key == *name.trim())
    {
        if depth + entry.value.height > MAX_DEPTH {
            documents.too_deep(node.location);
            return Node::null(node.location);
        }
        return Rc::clone(&entry.value);
    }
    // An included document may contain `<<` for other purposes, so unknown parameters in it are not errors.
    let strict = !text.is_document();
    let done = text_filled(documents, text.as_str(), node.location, parameters, strict);
    if done == text.as_str() {
        return Rc::clone(node);
    }
    documents.roles.fill(node.location);
    Node::scalar(node.location, &done, plain)
}

fn text_filled(
    documents: &mut Documents<'_>,
    text: &str,
    location: NodeLocation,
    parameters: &Parameters<'_>,
    strict: bool,
) -> String {
    let mut done = String::new();
    let mut rest = text;
    // Each use copies the text of the template and of the parameter values.
    if !documents.spend_text(text.len(), location) {
        return done;
    }
    while let Some((before, after)) = rest.split_once("<<") {
        let Some((inside, after)) = after.split_once(">>") else { break };
        done.push_str(before);
        match argument(documents, inside, location, parameters, strict) {
            Some(value) if documents.spend_text(value.len(), location) => done.push_str(&value),
            Some(_) => return done,
            None => done.extend(["<<", inside, ">>"]),
        }
        rest = after;
    }
    done.push_str(rest);
    done
}

/// The value of `name | !function`; `None` if it is not a parameter or not known.
fn argument(
    documents: &mut Documents<'_>,
    inside: &str,
    location: NodeLocation,
    parameters: &Parameters<'_>,
    strict: bool,
) -> Option<String> {
    let mut parts = inside.split('|').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty() && !name.contains(['\n', '<']))?;
    if !documents.spend_nodes(1 + parameters.given.len() / 16, location) {
        return None;
    }
    let given = parameters.given.iter().find(|entry| *entry.key == *name);
    let mut value = match (given, name) {
        (Some(entry), _) => match &entry.value.kind {
            NodeKind::Null => String::new(),
            NodeKind::Scalar { text, .. } => text.as_str().to_owned(),
            _ => {
                let (location, found) = (documents.locate(entry.value.location), entry.value.noun());
                let (key, expected) = (excerpt(name), "a string, as part of one");
                documents.report(SyntaxDiagnostic::WrongKind { location, key, expected, found });
                return None;
            }
        },
        (None, "resourcePath") => without_extension(parameters.resource_path, parameters.version),
        (None, "resourcePathName") => resource_path_name(parameters.resource_path, parameters.version),
        (None, "methodName") => parameters.method_name?.to_owned(),
        (None, _) => {
            if strict {
                let (location, template) = (documents.locate(location), parameters.template.clone());
                documents.report(RamlDiagnostic::MissingParameter { location, parameter: excerpt(name), template });
            }
            return None;
        }
    };
    for function in parts {
        let function = function.trim_start_matches('!');
        let known = match parameters.version {
            Version::V08 => FUNCTIONS.get(..2).unwrap_or_default(),
            Version::V10 => FUNCTIONS.as_slice(),
        };
        let changed = known.contains(&function).then(|| case::applied(function, &value)).flatten();
        value = changed.unwrap_or_else(|| {
            let (location, suggestion) =
                (documents.locate(location), suggest(function, known.iter().copied()).map(str::to_owned));
            let known = quote_each(known.iter().map(|name| format!("!{name}")), ", ");
            documents.report(RamlDiagnostic::UnknownFunction {
                location,
                function: excerpt(function),
                suggestion,
                known,
            });
            value
        });
    }
    Some(value)
}

/// The path without the parameter for a media type extension, which is not part of the path.
fn without_extension(path: &str, version: Version) -> String {
    match version {
        Version::V08 => path.replace("{mediaTypeExtension}", ""),
        Version::V10 => path.replace("{ext}", ""),
    }
}

/// The last path segment without a parameter.
fn resource_path_name(path: &str, version: Version) -> String {
    let path = without_extension(path, version);
    path.rsplit('/').find(|segment| !segment.is_empty() && !segment.contains('{')).unwrap_or_default().to_owned()
}
