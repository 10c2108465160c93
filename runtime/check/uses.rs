//! Follows the uses of a client along its definition, as a run does. Checks, exports and ports share it.

use std::collections::BTreeMap;
use std::sync::Arc;

use apinb_analysis::model::{Argument, ClientUse, Step};
use apinb_client::method::{MethodShape, method_shape};
use apinb_client::missing::{Missing, Owner};
use apinb_client::position::ParameterSource;
use apinb_client::request::plan::missing_in_path;
use apinb_client::tree::{CLIENT, ClientTree, PathId};
use apinb_client::walk::{self, ClientPath};
use apinb_definition::model::Definition;
use apinb_record::value::PlannedValue;
use apinb_text::display::truncate::excerpt;
use apinb_text::javascript::literal::{global, member, placeholders, string_literal};
use apinb_text::source::span::Span;

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

/// Follows the uses of one client.
#[derive(Debug)]
pub struct UseResolver {
    tree: ClientTree,
}

/// Where a use leads.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolution {
    /// To the call of a method.
    Call(ResolvedCall),
    /// To the call of a method of a path: `client('/users/{id}').get()`. It gets no value for these parameters.
    PathCall(Vec<MissingParameter>),
    /// It uses a property that the definition does not have.
    UnknownMember(Mistake),
    /// It calls something that is not a function.
    NotAFunction(Mistake),
    /// Only a run can tell.
    Unknown,
}

/// A mistake in a use, in the words of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// `client.users has no "serch", did you mean "search"?`
    pub message: String,
    /// What the definition has there.
    pub help: Option<String>,
    /// The name that is wrong.
    pub place: Span,
}

/// The call of a method, and the values of the functions before it.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolvedCall {
    path: PathId,
    /// The values of all functions; none for one that is left out.
    values: Vec<Option<PlannedValue>>,
    /// The method: its resource, as indices from the root, and its index there.
    pub target: Option<(Vec<u32>, u32)>,
    /// The URI parameters that the method requires, and that get no value.
    pub missing: Vec<MissingParameter>,
}

/// A URI parameter without a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingParameter {
    pub name: String,
    /// The function that would take it: `client.users.id()`.
    pub function: String,
    /// The name of the function.
    pub place: Span,
}

/// Where a chain has led to.
struct Progress {
    /// The JavaScript so far.
    label: String,
    path: PathId,
    /// The last name.
    place: Span,
    left_out: Vec<MissingParameter>,
    values: Vec<Option<PlannedValue>>,
}

impl UseResolver {
    /// For the client that is made from `definition`.
    #[must_use]
    pub fn new(definition: &Arc<Definition>) -> Self {
        Self { tree: ClientTree::new(Arc::clone(definition)) }
    }

    /// Where the first `steps` steps of `one` lead.
    pub fn resolve(&mut self, one: &ClientUse, steps: usize) -> Resolution {
        let mut progress = Progress {
            label: global(&one.client),
            path: CLIENT,
            place: one.place,
            left_out: Vec::new(),
            values: Vec::new(),
        };
        for (at, step) in one.steps.iter().enumerate().take(steps) {
            let end = match step {
                Step::Unknown => Some(Resolution::Unknown),
                Step::Name { name, place } => {
                    let is_used = !matches!(one.steps.get(at + 1), None | Some(Step::Unknown));
                    progress.place = *place;
                    self.property(&mut progress, name, is_used)
                }
                Step::Call { arguments, .. } => self.call(&mut progress, arguments),
            };
            if let Some(end) = end {
                return end;
            }
        }
        Resolution::Unknown
    }

    /// The method of a call, and the values of its URI parameters by their index. None if only a run can tell which
    /// method it is.
    #[must_use]
    pub fn method(&self, call: &ResolvedCall) -> Option<(MethodShape, BTreeMap<u32, PlannedValue>)> {
        let method = self.shape(call.path)?;
        let value = |value: &ParameterSource| match value {
            ParameterSource::Argument(at) => call.values.get(*at as usize)?.clone(),
            ParameterSource::Text(text) => Some(PlannedValue::Text(text.clone())),
        };
        let values = method.filled.iter().filter_map(|one| Some((one.parameter, value(&one.value)?))).collect();
        Some((method, values))
    }

    fn shape(&self, path: PathId) -> Option<MethodShape> {
        method_shape(self.tree.definition(), self.tree.path(path)?.method()?)
    }

    /// Reading a property that does not exist is not a mistake: a notebook may test whether it does. Using it is.
    fn property(&mut self, progress: &mut Progress, name: &str, is_used: bool) -> Option<Resolution> {
        match self.tree.step(progress.path, walk::Step::Property(name)) {
            Some(next) => {
                progress.label.push_str(&member(name));
                progress.path = next;
                None
            }
            None if BUILT_IN.contains(&name) || !is_used => Some(Resolution::Unknown),
            None if self.tree.path(progress.path).is_some_and(ClientPath::is_path) => Some(Resolution::Unknown),
            None => Some(self.mistake(progress, Some(name))),
        }
    }

    fn call(&mut self, progress: &mut Progress, arguments: &[Argument]) -> Option<Resolution> {
        let Some(path) = self.tree.path(progress.path) else { return Some(Resolution::Unknown) };
        if path.method().is_some() {
            return Some(self.resolved(progress));
        }
        if path.is_path_method() {
            return Some(Resolution::PathCall(std::mem::take(&mut progress.left_out)));
        }
        // A path has methods, and is not a function itself.
        if path.is_path() || arguments.iter().any(|argument| argument.spread) {
            return Some(Resolution::Unknown);
        }
        if path.is_client() {
            return self.path(progress, arguments);
        }
        // The function `extension` has no parameters of its own, and takes one value.
        let parameters = path
            .function(arguments.len())
            .map_or_else(|| vec!["value".to_owned()], |function| function.parameters.clone());
        let Some(next) = self.tree.step(progress.path, walk::Step::Call { arguments: arguments.len() }) else {
            return Some(self.mistake(progress, None));
        };
        let function = format!("{}({})", progress.label, if arguments.is_empty() { "" } else { "…" });
        let left_out = parameters.iter().skip(arguments.len());
        progress.left_out.extend(left_out.map(|name| MissingParameter {
            name: name.clone(),
            function: function.clone(),
            place: progress.place,
        }));
        progress.values.extend((0..parameters.len()).map(|at| arguments.get(at).map(Argument::planned_value)));
        progress.label = format!("{}({})", progress.label, placeholders(&parameters));
        progress.path = next;
        None
    }

    /// `client('/any/path', { … })`.
    fn path(&mut self, progress: &mut Progress, arguments: &[Argument]) -> Option<Resolution> {
        let unknown = Some(Resolution::Unknown);
        let Some(path) = arguments.first() else { return unknown };
        let PlannedValue::Text(text) = path.planned_value() else { return unknown };
        let values = match arguments.get(1).map(Argument::planned_value) {
            None => Vec::new(),
            Some(value) if value.is_nullish() => Vec::new(),
            Some(value) => match value.fields() {
                Some(values) => values,
                None => return unknown,
            },
        };
        let label = format!("{}({})", progress.label, string_literal(&excerpt(&text)));
        let missing = missing_in_path(&text, &values, self.tree.definition().requires_path_parameters);
        progress.left_out.extend(missing.into_iter().map(|name| MissingParameter {
            name,
            function: label.clone(),
            place: path.place,
        }));
        progress.path = self.tree.step(progress.path, walk::Step::Call { arguments: arguments.len() })?;
        progress.label = label;
        None
    }

    fn resolved(&self, progress: &mut Progress) -> Resolution {
        let mut missing = std::mem::take(&mut progress.left_out);
        let shape = self.shape(progress.path);
        if !missing.is_empty() {
            let needed = shape.as_ref().map(|method| needed(method, &progress.values)).unwrap_or_default();
            missing.retain(|one| needed.contains(&one.name));
        }
        let target = shape.map(|method| (method.resource, method.index));
        let values = std::mem::take(&mut progress.values);
        Resolution::Call(ResolvedCall { path: progress.path, values, target, missing })
    }

    /// The definition has no property `name` there, or nothing that is a function.
    fn mistake(&self, progress: &Progress, name: Option<&str>) -> Resolution {
        let Some(path) = self.tree.path(progress.path) else { return Resolution::Unknown };
        let owner = Owner { label: &progress.label, path, own: &[] };
        let mistake =
            |missing: Missing| Mistake { message: missing.message, help: missing.help, place: progress.place };
        match name {
            Some(name) => Resolution::UnknownMember(mistake(owner.missing(name))),
            None => Resolution::NotAFunction(mistake(owner.not_a_function())),
        }
    }
}

/// The parameters that a call of `method` with these values lacks.
fn needed(method: &MethodShape, values: &[Option<PlannedValue>]) -> Vec<String> {
    let is_set = |index: usize| {
        let filled = method.filled.iter().find(|filled| filled.parameter as usize == index);
        filled.is_some_and(|filled| match filled.value {
            ParameterSource::Argument(at) => values.get(at as usize).is_some_and(Option::is_some),
            ParameterSource::Text(_) => true,
        })
    };
    method.missing(is_set).into_iter().map(str::to_owned).collect()
}
