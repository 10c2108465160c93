//! Follows a client path, a chain of properties and calls that starts at a client: `client.users.id(5).groups`.
//!
//! Runs, checks, completion and `definition show` all follow paths with this module. A path is structural: it has the
//! positions in the definition and the argument index of each path parameter, not the values. So `id(5)` and `id(6)`
//! are the same path; the caller keeps the values in one list, in call order.
//!
//! A property may lead to several positions, as `json` does on `/users` with both `/users/json` and
//! `/users{mediaTypeExtension}`. The path then continues from all of them: segments first, then the extension, each in
//! definition order. A property exists if one of the positions has it; among several methods with the same name, the
//! first one is called. A call refers to a method if there is one, or else to the first function with as many
//! parameters as arguments, or else to the first function.

use std::sync::{Arc, OnceLock};

use super::children::{Children, Function, PathMethod, Property};
use super::position::{ParameterSource, TreePosition};
use apinb_definition::model::Definition;
use apinb_text::web::verb::Verb;

/// A step of a client path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// `.name`, `['name']`.
    Property(&'a str),
    /// `(…)`.
    Call {
        /// The number of arguments.
        arguments: usize,
    },
}

/// A chain of properties and calls, and its target.
#[derive(Clone, Debug)]
pub struct ClientPath {
    definition: Arc<Definition>,
    target: Target,
    /// The number of arguments in the calls of the path; see [`ParameterSource::Argument`].
    arguments: u32,
    children: OnceLock<Arc<Children>>,
}

/// The target of a path.
#[derive(Clone, Debug)]
pub(super) enum Target {
    Client,
    /// A node of the definition.
    Node(Node),
    /// The function `extension`, which takes the value of `{mediaTypeExtension}`, with the positions before it.
    Extension(Vec<TreePosition>),
    /// `client('/path')`.
    Free,
    /// A method of `client('/path')`.
    FreeMethod(Verb),
    /// The result of calling a method.
    Response,
}

/// A node of the definition, with the functions that a call may refer to.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// The property with this index among its siblings.
    Property(Arc<Children>, usize),
    /// Any other node.
    Own(Box<Property>),
}

impl Node {
    fn property(&self) -> Option<&Property> {
        match self {
            Self::Property(children, index) => children.properties().get(*index),
            Self::Own(property) => Some(property),
        }
    }
}

impl ClientPath {
    /// The path of the client itself.
    #[must_use]
    pub fn client(definition: Arc<Definition>) -> Self {
        Self { definition, target: Target::Client, arguments: 0, children: OnceLock::new() }
    }

    /// The definition of the client.
    #[must_use]
    pub fn definition(&self) -> &Arc<Definition> {
        &self.definition
    }

    /// The path after one more step; `None` if the property does not exist or the path cannot be called.
    #[must_use]
    pub fn step(&self, step: Step<'_>) -> Option<Self> {
        match step {
            Step::Property(name) => self.property(name),
            Step::Call { arguments } => self.call(arguments),
        }
    }

    /// The path after all of `steps`.
    #[must_use]
    pub fn follow(&self, steps: &[Step<'_>]) -> Option<Self> {
        let (first, rest) = match steps {
            [] => return Some(self.clone()),
            [first, rest @ ..] => (first, rest),
        };
        rest.iter().try_fold(self.step(*first)?, |path, step| path.step(*step))
    }

    fn property(&self, name: &str) -> Option<Self> {
        match &self.target {
            Target::Client | Target::Node(_) => self.member(name),
            Target::Free => {
                let verb = Verb::WITHOUT_DEFINITION.into_iter().find(|verb| verb.name() == name)?;
                Some(self.to(Target::FreeMethod(verb)))
            }
            Target::Extension(_) | Target::FreeMethod(_) | Target::Response => None,
        }
    }

    fn member(&self, name: &str) -> Option<Self> {
        let children = self.children();
        let value = children.extension_value(name).map(|value| ParameterSource::Text(value.to_owned()));
        let index = children.index(name);
        if index.is_none() && value.is_none() {
            let leads = name == EXTENSION && !children.extension().is_empty();
            return leads.then(|| self.to(Target::Extension(children.extension().to_vec())));
        }
        let node = match (index, value) {
            (Some(index), None) => Node::Property(Arc::clone(children), index),
            (index, value) => {
                let found = index.and_then(|index| children.properties().get(index)).cloned();
                let mut property = found.unwrap_or_default();
                let extended = value
                    .iter()
                    .flat_map(|value| children.extension().iter().map(|position| position.clone().fill(value.clone())));
                property.positions.extend(extended);
                Node::Own(Box::new(property))
            }
        };
        Some(self.to(Target::Node(node)))
    }

    fn call(&self, arguments: usize) -> Option<Self> {
        match &self.target {
            Target::Node(_) if self.method().is_some() => Some(self.to(Target::Response)),
            Target::FreeMethod(_) => Some(self.to(Target::Response)),
            Target::Client => Some(self.to(Target::Free)),
            Target::Node(_) => Some(self.called(self.function(arguments)?)),
            Target::Extension(positions) => Some(self.with_extension(positions)),
            Target::Free | Target::Response => None,
        }
    }

    /// The function that a call with this number of arguments refers to, unless it calls a method.
    #[must_use]
    pub fn function(&self, arguments: usize) -> Option<&Function> {
        self.functions().get(self.function_index(arguments)?)
    }

    /// The index of [`Self::function`].
    pub(super) fn function_index(&self, arguments: usize) -> Option<usize> {
        let functions = self.functions();
        let fitting = functions.iter().position(|function| function.parameters.len() == arguments);
        fitting.or((!functions.is_empty()).then_some(0))
    }

    /// The functions that a call may refer to. A method takes precedence.
    #[must_use]
    pub fn functions(&self) -> &[Function] {
        match &self.target {
            Target::Node(node) => node.property().map_or(&[], |property| &property.functions),
            _ => &[],
        }
    }

    /// The path after a call of a function of this path.
    #[must_use]
    pub fn called(&self, function: &Function) -> Self {
        let given = u32::try_from(function.parameters.len()).unwrap_or(u32::MAX);
        let arguments = self.arguments.saturating_add(given);
        Self { arguments, ..self.at(function.positions.clone()) }
    }

    /// The path after the media type extension, whose value is the next argument.
    #[must_use]
    pub fn extended(&self) -> Self {
        self.with_extension(self.children().extension())
    }

    fn with_extension(&self, positions: &[TreePosition]) -> Self {
        let value = ParameterSource::Argument(self.arguments);
        let positions = positions.iter().map(|position| position.clone().fill(value.clone())).collect();
        Self { arguments: self.arguments.saturating_add(1), ..self.at(positions) }
    }

    /// The node at these positions.
    pub(super) fn at(&self, positions: Vec<TreePosition>) -> Self {
        self.to(Target::Node(Node::Own(Box::new(Property { positions, ..Property::default() }))))
    }

    fn to(&self, target: Target) -> Self {
        let definition = Arc::clone(&self.definition);
        Self { definition, target, arguments: self.arguments, children: OnceLock::new() }
    }

    /// The method that a call of this path requests.
    #[must_use]
    pub fn method(&self) -> Option<&PathMethod> {
        match &self.target {
            Target::Node(node) => node.property()?.method.as_ref(),
            _ => None,
        }
    }

    /// Whether this is the client itself.
    #[must_use]
    pub fn is_client(&self) -> bool {
        matches!(self.target, Target::Client)
    }

    /// Whether this is `client('/path')`.
    #[must_use]
    pub fn is_path(&self) -> bool {
        matches!(self.target, Target::Free)
    }

    /// Whether this is a method of `client('/path')`.
    #[must_use]
    pub fn is_path_method(&self) -> bool {
        matches!(self.target, Target::FreeMethod(_))
    }

    /// Whether this is the result of a method call.
    #[must_use]
    pub fn is_response(&self) -> bool {
        matches!(self.target, Target::Response)
    }

    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    /// The positions of a node; empty for the client and for functions.
    pub(super) fn positions(&self) -> &[TreePosition] {
        match &self.target {
            Target::Node(node) => node.property().map_or(&[], |property| &property.positions),
            _ => &[],
        }
    }

    /// The children in the definition.
    pub(super) fn children(&self) -> &Arc<Children> {
        self.children.get_or_init(|| {
            let roots = if self.is_client() { TreePosition::roots(&self.definition) } else { Vec::new() };
            let positions = if roots.is_empty() { self.positions() } else { &roots };
            Arc::new(Children::of(&self.definition, positions, self.arguments))
        })
    }
}

/// The property that takes the value of `{mediaTypeExtension}`.
pub(super) const EXTENSION: &str = "extension";
