//! What a definition says of the uses of a client: names that it does not have, methods that are not declared, tags
//! that get no value.
//!
//! The words for what is missing are those of a run (`client::missing`).

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use apinb_analysis::model::{Analysis, Argument, ClientUse, SignIn, Step};
use apinb_client::method::{MethodShape, method_shape};
use apinb_client::missing::{Missing, Owner};
use apinb_client::place::TagValue;
use apinb_client::tree::{CLIENT, ClientTree, PathId};
use apinb_client::walk;
use apinb_definition::model::Definition;
use apinb_record::value::PlannedValue;
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

pub struct Judge {
    tree: ClientTree,
    sets_uri_parameters: bool,
}

/// Where a chain has led to.
struct Here {
    label: String,
    path: PathId,
    /// Tags that got no value, and how their function was written.
    empty: Vec<(String, String)>,
    /// The values of all calls so far; none for a value that was left out.
    values: Vec<Option<PlannedValue>>,
}

/// The method that a use calls, and what it fills the tags of its path with.
pub struct Reached {
    pub method: MethodShape,
    /// By the tag's index.
    pub values: BTreeMap<u32, PlannedValue>,
}

/// How a walk along a chain ends.
enum End {
    /// At a call of a method, or where nothing more can be known.
    Method(Box<Here>, Span),
    Open,
    Missing(Misuse),
}

impl Judge {
    pub fn new(definition: &Arc<Definition>) -> Self {
        Self { tree: ClientTree::new(Arc::clone(definition)), sets_uri_parameters: true }
    }

    /// The method that a use calls; else why that is not known.
    pub fn reach(&mut self, one: &ClientUse) -> Result<Reached, String> {
        match self.walk(one, one.steps.len()) {
            End::Method(here, _) => {
                let method = self.method(&here).ok_or("its method is known only when the cell runs")?;
                let value = |value: &TagValue| match value {
                    TagValue::Argument(at) => here.values.get(*at as usize)?.clone(),
                    TagValue::Text(text) => Some(PlannedValue::Text(text.clone())),
                };
                let values = method.filled.iter().filter_map(|one| Some((one.tag, value(&one.value)?))).collect();
                Ok(Reached { method, values })
            }
            End::Missing(misuse) => Err(misuse.message),
            End::Open => Err("its path is known only when the cell runs".to_owned()),
        }
    }

    fn misuse(&mut self, one: &ClientUse) -> Option<Misuse> {
        match self.walk(one, one.certain) {
            End::Missing(misuse) => Some(misuse),
            End::Method(here, place) if !self.sets_uri_parameters => {
                let tags = self.method(&here).map(|method| method.tags).unwrap_or_default();
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

    fn method(&self, here: &Here) -> Option<MethodShape> {
        method_shape(self.tree.definition(), self.tree.path(here.path)?.method()?)
    }

    /// Follows the first `certain` steps.
    fn walk(&mut self, one: &ClientUse, certain: usize) -> End {
        let mut here = Here { label: one.client.clone(), path: CLIENT, empty: Vec::new(), values: Vec::new() };
        let mut last_place = one.place;
        for (at, step) in one.steps.iter().enumerate().take(certain) {
            match step {
                Step::Unknown => return End::Open,
                Step::Name { name, place } => {
                    last_place = *place;
                    match self.tree.step(here.path, walk::Step::Property(name)) {
                        Some(next) => {
                            here.label = format!("{}.{name}", here.label);
                            here.path = next;
                        }
                        // Reading what is not there is no fault; using it is.
                        None if BUILT_IN.contains(&name.as_str()) => return End::Open,
                        None if matches!(one.steps.get(at + 1), None | Some(Step::Unknown)) => return End::Open,
                        None => return self.missing(one, &here, *place, Some(name)),
                    }
                }
                Step::Call { arguments, .. } => {
                    let Some(path) = self.tree.path(here.path) else { return End::Open };
                    if path.method().is_some() {
                        return End::Method(Box::new(here), last_place);
                    }
                    // Any path, with any method.
                    if path.is_client() || arguments.iter().any(|argument| argument.spread) {
                        return End::Open;
                    }
                    // The function `extension` has no tags of its own, and takes one value.
                    let tags = path
                        .function(arguments.len())
                        .map_or_else(|| vec!["value".to_owned()], |function| function.tags.clone());
                    let Some(next) = self.tree.step(here.path, walk::Step::Call { arguments: arguments.len() }) else {
                        return self.missing(one, &here, last_place, None);
                    };
                    let written = format!("{}({})", here.label, if arguments.is_empty() { "" } else { "…" });
                    let left_out = tags.iter().skip(arguments.len()).map(|tag| (tag.clone(), written.clone()));
                    here.empty.extend(left_out);
                    here.values.extend((0..tags.len()).map(|at| arguments.get(at).map(Argument::planned_value)));
                    here.label = format!("{}({})", here.label, tags.join(", "));
                    here.path = next;
                }
            }
        }
        End::Open
    }

    fn missing(&self, one: &ClientUse, here: &Here, place: Span, name: Option<&str>) -> End {
        let Some(path) = self.tree.path(here.path) else { return End::Open };
        let owner = Owner { label: &here.label, path, own: &[] };
        let Missing { message, help } = name.map_or_else(|| owner.not_a_function(), |name| owner.missing(name));
        End::Missing(Misuse { cell: one.cell, message, help, place })
    }
}
