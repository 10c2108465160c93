//! What a definition says of the uses of a client: names that it does not have, methods that are not declared, tags
//! that get no value.
//!
//! The words for what is missing are those of a run (`client::missing`).

use std::collections::HashMap;
use std::sync::Arc;

use super::{Analysis, Argument, ClientUse, SignIn, Step};
use crate::client::method::MethodShape;
use crate::client::missing::Owner;
use crate::client::tree::{ClientTree, NodeId, Property, Shape};
use crate::definition::model::Definition;
use crate::requests::Template;
use apinb_text::display::suggest::suggest;
use apinb_text::source::span::Span;

/// Something that a definition does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misuse {
    /// The number of the cell.
    pub cell: usize,
    /// `client.users has no "serch", did you mean "search"?`
    pub message: String,
    /// What there is.
    pub help: Option<String>,
    /// Where it stands.
    pub place: Span,
}

/// Properties of every function and object in JavaScript, which a client's parts are.
const BUILT_IN: [&str; 14] = [
    "apply",
    "bind",
    "call",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "length",
    "name",
    "propertyIsEnumerable",
    "prototype",
    "toLocaleString",
    "toString",
    "valueOf",
    "then",
];

/// What is wrong with the uses of the client `client` and its sign-ins, when it is made from `definition`.
#[must_use]
pub fn judge(analysis: &Analysis, client: &str, definition: &Arc<Definition>) -> Vec<Misuse> {
    let mut judge = Judge { sets_uri_parameters: analysis.sets_uri_parameters, ..Judge::new(definition) };
    let uses = analysis.uses.iter().filter(|one| one.client == client);
    let mut found: Vec<Misuse> = uses.filter_map(|one| judge.misuse(one)).collect();
    let sign_ins = analysis.sign_ins.iter().filter(|one| one.client.as_deref() == Some(client));
    found.extend(sign_ins.filter_map(|one| unknown_scheme(one, definition)));
    found
}

/// How many of the calls of the client `client` a definition has, and how many there are: how well it fits.
#[must_use]
pub fn fit(analysis: &Analysis, client: &str, definition: &Arc<Definition>) -> (usize, usize) {
    let mut judge = Judge::new(definition);
    // What begins with a path fits any definition.
    let named = |one: &&ClientUse| {
        one.client == client && one.call().is_some() && matches!(one.steps.first(), Some(Step::Name { .. }))
    };
    let calls: Vec<&ClientUse> = analysis.uses.iter().filter(named).collect();
    (calls.iter().filter(|one| judge.reaches(one)).count(), calls.len())
}

fn unknown_scheme(one: &SignIn, definition: &Definition) -> Option<Misuse> {
    let wanted = one.scheme.as_deref()?;
    let names: Vec<&str> = definition.security_schemes.iter().map(|scheme| scheme.name.as_str()).collect();
    if names.contains(&wanted) {
        return None;
    }
    let meant = suggest(wanted, names.iter().copied()).map(|meant| format!("did you mean `{meant}`?"));
    let help = meant.unwrap_or_else(|| match names.as_slice() {
        [] => "the definition declares none".to_owned(),
        [name] => format!("there is `{name}`"),
        names => format!("there are {}", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
    });
    let message = format!("there is no security scheme `{wanted}`");
    Some(Misuse { cell: one.cell, message, help: Some(help), place: one.place })
}

pub(super) struct Judge {
    tree: ClientTree,
    shapes: HashMap<NodeId, Shape>,
    sets_uri_parameters: bool,
}

/// Where a chain has led to.
#[derive(Default)]
struct Here {
    label: String,
    nodes: Vec<NodeId>,
    functions: Vec<(Vec<String>, NodeId)>,
    method: Option<MethodShape>,
    /// Tags that got no value, and how their function was written.
    empty: Vec<(String, String)>,
    /// The values of tags, in the order of the path.
    values: Vec<(String, Template)>,
    /// That of `{mediaTypeExtension}`.
    extension: Option<Template>,
    /// Whether it is the function `extension`, which takes the latter.
    is_extension: bool,
}

/// The method that a use calls, and what it fills the tags of its path with.
pub(super) struct Reached {
    pub(super) method: MethodShape,
    pub(super) values: Vec<(String, Template)>,
    pub(super) extension: Option<Template>,
}

/// How a walk along a chain ends.
enum End {
    /// At a call of a method, or where nothing more can be known.
    Method(Box<Here>, Span),
    Open,
    Missing(Misuse),
}

impl Judge {
    pub(super) fn new(definition: &Arc<Definition>) -> Self {
        Self { tree: ClientTree::new(Arc::clone(definition)), shapes: HashMap::new(), sets_uri_parameters: true }
    }

    /// The method that a use calls; else why that is not known.
    pub(super) fn reach(&mut self, one: &ClientUse) -> Result<Reached, String> {
        match self.walk(one, one.steps.len()) {
            End::Method(here, _) => {
                let Here { method, values, extension, .. } = *here;
                let method = method.ok_or("its method is known only when the cell runs")?;
                Ok(Reached { method, values, extension })
            }
            End::Missing(misuse) => Err(misuse.message),
            End::Open => Err("its path is known only when the cell runs".to_owned()),
        }
    }

    fn misuse(&mut self, one: &ClientUse) -> Option<Misuse> {
        match self.walk(one, one.certain) {
            End::Missing(misuse) => Some(misuse),
            End::Method(here, place) if !self.sets_uri_parameters => {
                let tags = here.method.map(|method| method.tags).unwrap_or_default();
                let needs = |name: &String| tags.iter().any(|tag| tag.name == *name && tag.only.is_none());
                let (tag, function) = here.empty.into_iter().find(|(tag, _)| needs(tag))?;
                let message = format!("{function} gives no value for \"{tag}\"");
                let help = Some("pass it, or set `uriParameters` of the client".to_owned());
                Some(Misuse { cell: one.cell, message, help, place })
            }
            End::Method(..) | End::Open => None,
        }
    }

    fn reaches(&mut self, one: &ClientUse) -> bool {
        matches!(self.walk(one, one.steps.len()), End::Method(..))
    }

    /// Follows the first `certain` steps.
    fn walk(&mut self, one: &ClientUse, certain: usize) -> End {
        let mut here = Here { label: one.client.clone(), nodes: vec![0], ..Here::default() };
        let mut last_place = one.place;
        for (at, step) in one.steps.iter().enumerate().take(certain) {
            match step {
                Step::Unknown => return End::Open,
                Step::Name { name, place } => {
                    last_place = *place;
                    let empty = std::mem::take(&mut here.empty);
                    match self.named(&here, name) {
                        Some(next) => {
                            let extension = next.extension.or(here.extension);
                            here = Here { empty, extension, values: here.values, ..next };
                        }
                        // Reading what is not there is no fault; using it is.
                        None if BUILT_IN.contains(&name.as_str()) => return End::Open,
                        None if matches!(one.steps.get(at + 1), None | Some(Step::Unknown)) => return End::Open,
                        None => {
                            let owner =
                                Owner { label: &here.label, nodes: &here.nodes, functions: &here.functions, own: &[] };
                            let missing = self.tree.missing(&owner, name);
                            let (message, help) = (missing.message, missing.help);
                            return End::Missing(Misuse { cell: one.cell, message, help, place: *place });
                        }
                    }
                }
                Step::Call { .. } if here.method.is_some() => return End::Method(Box::new(here), last_place),
                // Any path, with any method.
                Step::Call { .. } if at == 0 => return End::Open,
                Step::Call { arguments, .. } => {
                    if arguments.iter().any(|argument| argument.spread) {
                        return End::Open;
                    }
                    let fits = |(tags, _): &&(Vec<String>, NodeId)| tags.len() == arguments.len();
                    let Some((tags, node)) = here.functions.iter().find(fits).or(here.functions.first()).cloned()
                    else {
                        let message = format!("{} is not a function: its path has no URI parameter there", here.label);
                        let names: Vec<String> = self.names(&here);
                        let help = (!names.is_empty()).then(|| format!("{} has {}", here.label, names.join(", ")));
                        return End::Missing(Misuse { cell: one.cell, message, help, place: last_place });
                    };
                    let written = format!("{}({})", here.label, if arguments.is_empty() { "" } else { "…" });
                    let left_out = tags.iter().skip(arguments.len()).map(|tag| (tag.clone(), written.clone()));
                    here.empty.extend(left_out);
                    let mut values = tags.iter().cloned().zip(arguments.iter().map(Argument::template));
                    if here.is_extension {
                        here.extension = values.next().map(|(_, value)| value);
                    } else {
                        here.values.extend(values);
                    }
                    here.label = format!("{}({})", here.label, tags.join(", "));
                    (here.nodes, here.functions, here.method) = (vec![node], Vec::new(), None);
                    here.is_extension = false;
                }
            }
        }
        End::Open
    }

    /// What the property `name` leads to.
    fn named(&mut self, here: &Here, name: &str) -> Option<Here> {
        let label = format!("{}.{name}", here.label);
        let mut next = Here { label, ..Here::default() };
        let mut found = false;
        let mut extensions = Vec::new();
        for node in &here.nodes {
            let Some(shape) = self.shape(*node) else { continue };
            extensions.extend(shape.extension.filter(|_| name == "extension"));
            let Some(property) = shape.properties.iter().find(|property| property.name == name) else { continue };
            found = true;
            let Property { method, node, functions, extension, .. } = property.clone();
            next.nodes.extend(node);
            if let Some((value, node)) = extension {
                next.nodes.push(node);
                next.extension = Some(Template::Value(value.into()));
            }
            next.functions.extend(functions.into_iter().map(|function| (function.tags, function.node)));
            next.method = next.method.or(method);
        }
        if !found {
            next.functions.extend(extensions.into_iter().map(|node| (vec!["value".to_owned()], node)));
            next.is_extension = true;
        }
        (found || !next.functions.is_empty()).then_some(next)
    }

    fn names(&mut self, here: &Here) -> Vec<String> {
        const MOST: usize = 24;
        let nodes = here.nodes.clone();
        let shapes = nodes.into_iter().filter_map(|node| self.shape(node).map(|shape| shape.properties.clone()));
        let properties: Vec<Property> = shapes.flatten().take(MOST).collect();
        properties.into_iter().map(|property| property.name).collect()
    }

    fn shape(&mut self, node: NodeId) -> Option<&Shape> {
        if !self.shapes.contains_key(&node) {
            let shape = self.tree.shape(node)?;
            self.shapes.insert(node, shape);
        }
        self.shapes.get(&node)
    }
}
