//! What each method does with the store, inferred from its path, its status and the shape of its example.
//!
//! The rules themselves are in the crate's documentation; [`crate::dispatch`] acts by the roles that are given here.

use std::collections::{HashMap, HashSet};

use apinb_definition::routing::segment::Segment;
use apinb_text::web::verb::Verb;
use serde_json::Value;

use crate::endpoint::{Endpoint, Operation};
use crate::kind::{Evidence, ExampleResponse, Kind};
use crate::noun::{stem, stem_of_id};
use crate::shape::Shape;

/// What a method does with the store. A `kind` is the stem of its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Shows the entities of a kind.
    Listing { kind: String, shape: Shape },
    /// Creates one.
    Creation { kind: String, shape: Option<Shape> },
    /// Reads, changes or deletes the one that the path's last parameter names.
    Item { kind: String, shape: Option<Shape> },
    /// Does something to the one that the last parameter but before the last segment names, and shows it.
    Action { kind: String, shape: Shape },
    /// Reads or changes the only entity at this path.
    Single { shape: Shape },
    /// Nothing: answers with its example.
    Plain,
}

/// A parameter in a path, the end of a path to one entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ancestor {
    /// How many segments lead to it, its own included.
    pub(crate) depth: usize,
    pub(crate) parameter: String,
    /// The stem of the kind that it names one of.
    pub(crate) kind: String,
}

/// The roles of a definition's methods.
#[derive(Debug)]
pub(crate) struct ResourceRoles {
    kinds: HashMap<String, Kind>,
    /// By the number of the endpoint: the roles by that of the operation, and the entities that the path names.
    endpoints: Vec<(Vec<Role>, Vec<Ancestor>)>,
}

impl ResourceRoles {
    /// Finds the role of every operation, and describes every kind.
    pub(crate) fn of(endpoints: &[Endpoint]) -> Self {
        let responses: Vec<Vec<Option<Value>>> = endpoints
            .iter()
            .map(|endpoint| endpoint.operations.iter().map(|operation| operation.response.sketch()).collect())
            .collect();
        let paths = Paths::of(endpoints, &responses);
        let mut evidence: HashMap<String, Evidence> = HashMap::new();
        let mut of_endpoints = Vec::new();
        for (endpoint, responses) in endpoints.iter().zip(responses) {
            let key = outline(&endpoint.path.segments);
            let mut roles = Vec::new();
            for (operation, response) in endpoint.operations.iter().zip(responses) {
                let status = operation.response.status;
                let role = paths.role(&endpoint.path.segments, &key, operation.verb, status, response.as_ref());
                if let Some((kind, shape)) = role.kind() {
                    let evidence = evidence.entry(kind.to_owned()).or_default();
                    evidence.is_posted |= matches!(role, Role::Creation { .. });
                    if let (Role::Item { .. }, Some(last)) = (&role, endpoint.path.segments.last()) {
                        evidence.parameters.extend(last.lone_parameter().map(str::to_owned));
                    }
                    if let (Some(shape), Some(response)) = (shape, response) {
                        let verb = operation.verb;
                        evidence.responses.push(ExampleResponse { verb, shape: shape.clone(), response });
                    }
                }
                roles.push(role);
            }
            of_endpoints.push((roles, paths.ancestors(&endpoint.path.segments)));
        }
        let kinds = evidence.into_iter().map(|(name, evidence)| (name.clone(), Kind::of(&name, evidence)));
        Self { kinds: kinds.collect(), endpoints: of_endpoints }
    }

    /// A kind, by its stem.
    pub(crate) fn kind(&self, name: &str) -> Option<&Kind> {
        self.kinds.get(name)
    }

    /// The role of an endpoint's operation.
    pub(crate) fn role(&self, endpoint: &Endpoint, operation: &Operation) -> &Role {
        let roles = self.endpoints.get(endpoint.number).map(|(roles, _)| roles);
        roles.and_then(|roles| roles.get(operation.number)).unwrap_or(&Role::Plain)
    }

    /// The entities that an endpoint's path names.
    pub(crate) fn ancestors(&self, endpoint: &Endpoint) -> &[Ancestor] {
        self.endpoints.get(endpoint.number).map(|(_, ancestors)| ancestors.as_slice()).unwrap_or_default()
    }
}

impl Role {
    /// The kind that it is about, and the shape in which the response shows it.
    fn kind(&self) -> Option<(&str, Option<&Shape>)> {
        match self {
            Self::Listing { kind, shape } | Self::Action { kind, shape } => Some((kind, Some(shape))),
            Self::Creation { kind, shape } | Self::Item { kind, shape } => Some((kind, shape.as_ref())),
            Self::Single { .. } | Self::Plain => None,
        }
    }
}

/// What the paths of a definition say about each other. A key is a path's outline: `users/{}/groups`.
struct Paths {
    /// Of the paths that list entities: what their envelope names, none for a bare list.
    lists: HashMap<String, Option<String>>,
    /// Of the paths to one entity: the stem of its kind.
    items: HashMap<String, String>,
    /// Paths that make entities.
    creations: HashSet<String>,
}

impl Paths {
    /// `responses`: what the operations show.
    fn of(endpoints: &[Endpoint], responses: &[Vec<Option<Value>>]) -> Self {
        let mut paths = Self { lists: HashMap::new(), items: HashMap::new(), creations: HashSet::new() };
        let mut to_one: Vec<(&Endpoint, Option<String>)> = Vec::new();
        for (endpoint, responses) in endpoints.iter().zip(responses) {
            let key = outline(&endpoint.path.segments);
            let nouns = nouns(&endpoint.path.segments);
            let shown = endpoint.operations.iter().zip(responses);
            let shapes =
                shown.filter_map(|(operation, response)| Some((operation.verb, Shape::of(response.as_ref()?, &nouns))));
            let shapes: Vec<_> = shapes.collect();
            let get = shapes.iter().find(|(verb, _)| *verb == Verb::Get).map(|(_, shape)| shape);
            let ends_in_parameter = endpoint.path.segments.last().is_some_and(|last| last.lone_parameter().is_some());
            let changes = |verb: Verb| matches!(verb, Verb::Put | Verb::Patch | Verb::Delete);
            let is_changed = endpoint.operations.iter().any(|operation| changes(operation.verb));
            if let Some(list @ Shape::List(_)) = get.filter(|_| !(ends_in_parameter && is_changed)) {
                paths.lists.insert(key.clone(), list.named());
            } else if ends_in_parameter {
                let named = get.and_then(Shape::named);
                let named = named.or_else(|| shapes.iter().find_map(|(_, shape)| shape.named()));
                to_one.push((endpoint, named));
            }
            if endpoint
                .operations
                .iter()
                .any(|operation| operation.verb == Verb::Post && operation.response.status == 201)
            {
                paths.creations.insert(key);
            }
        }
        // A path to one entity that does not name its kind has the kind of the list above it.
        to_one.sort_by_key(|(_, named)| named.is_none());
        for (endpoint, named) in to_one {
            let key = outline(&endpoint.path.segments);
            let kind = named.unwrap_or_else(|| paths.kind_above(&endpoint.path.segments));
            paths.items.entry(key).or_insert(kind);
        }
        paths
    }

    /// The kind of which `segments`, which end in a parameter, name one.
    fn kind_above(&self, segments: &[Segment]) -> String {
        let Some((last, above)) = segments.split_last() else { return String::new() };
        if let Some(Some(named)) = self.lists.get(&outline(above)) {
            return named.clone();
        }
        if let Some(literal) = above.last().and_then(Segment::literal) {
            return stem(literal);
        }
        let parameter = last.parameters().last().unwrap_or_default();
        stem_of_id(parameter).unwrap_or_else(|| stem(parameter))
    }

    /// The stem of what a path speaks of that ends in text. `/books/search` speaks of books, as long as nothing says
    /// that searches are entities of their own.
    fn noun(&self, segments: &[Segment]) -> String {
        let Some((last, above)) = segments.split_last() else { return String::new() };
        let key = outline(segments);
        let above_key = outline(above);
        let is_below_text = above.last().is_some_and(|segment| segment.literal().is_some());
        if is_below_text && !self.is_collection(&key) {
            if let Some(Some(named)) = self.lists.get(&above_key) {
                return named.clone();
            }
            if self.lists.contains_key(&above_key) || self.is_collection(&above_key) {
                return self.made_at(&above_key).unwrap_or_else(|| self.noun(above));
            }
        }
        last.literal().map(stem).unwrap_or_default()
    }

    /// The entities that a path names.
    fn ancestors(&self, segments: &[Segment]) -> Vec<Ancestor> {
        let mut ancestors = Vec::new();
        for (index, segment) in segments.iter().enumerate() {
            let path = segments.get(..=index).unwrap_or_default();
            for parameter in segment.parameters() {
                let kind = match segment.lone_parameter() {
                    Some(_) => self.items.get(&outline(path)).cloned().unwrap_or_else(|| self.kind_above(path)),
                    None => stem_of_id(parameter).unwrap_or_else(|| stem(parameter)),
                };
                ancestors.push(Ancestor { depth: index + 1, parameter: parameter.to_owned(), kind });
            }
        }
        ancestors
    }

    fn role(&self, segments: &[Segment], key: &str, verb: Verb, status: u16, response: Option<&Value>) -> Role {
        let shape = response.map(|response| Shape::of(response, &nouns(segments)));
        let ends_in_parameter = segments.last().is_some_and(|last| last.lone_parameter().is_some());
        if ends_in_parameter && let Some(kind) = self.items.get(key) {
            return match verb {
                Verb::Get | Verb::Head | Verb::Put | Verb::Patch | Verb::Post | Verb::Delete => {
                    Role::Item { kind: kind.clone(), shape: shape.filter(|shape| !matches!(shape, Shape::Opaque)) }
                }
                _ => Role::Plain,
            };
        }
        let noun = if ends_in_parameter { self.kind_above(segments) } else { self.noun(segments) };
        let kind = shape.as_ref().and_then(Shape::named).unwrap_or_else(|| noun.clone());
        let above = segments.split_last().map(|(_, above)| outline(above)).unwrap_or_default();
        let below = self.items.get(&above);
        match (verb, shape) {
            (Verb::Post, shape) if self.creates(key, &kind, &noun, status) && shape != Some(Shape::Opaque) => {
                let kind = if shape.is_some() { kind } else { self.made_at(key).unwrap_or(noun) };
                Role::Creation { kind, shape }
            }
            (Verb::Get | Verb::Head, None) if self.is_collection(key) => {
                Role::Listing { kind: self.made_at(key).unwrap_or(noun), shape: Shape::List(None) }
            }
            (Verb::Get | Verb::Head | Verb::Post | Verb::Put | Verb::Patch, Some(shape @ Shape::List(_))) => {
                Role::Listing { kind, shape }
            }
            (Verb::Get | Verb::Head | Verb::Post | Verb::Put | Verb::Patch, Some(shape @ Shape::Item(_)))
                if below == Some(&kind) =>
            {
                Role::Action { kind, shape }
            }
            (Verb::Get | Verb::Head | Verb::Put | Verb::Patch, Some(shape @ Shape::Item(_))) => Role::Single { shape },
            _ => Role::Plain,
        }
    }

    /// Whether entities are made there, or have paths below.
    fn is_collection(&self, key: &str) -> bool {
        self.creations.contains(key) || self.items.contains_key(&format!("{key}/{{}}"))
    }

    /// The kind of a collection, from the other methods at its path.
    fn made_at(&self, key: &str) -> Option<String> {
        let item = self.items.get(&format!("{key}/{{}}")).cloned();
        item.or_else(|| self.lists.get(key).cloned().flatten())
    }

    /// Whether a POST makes an entity: it says so by its status, or the entities are listed there, or have paths below.
    fn creates(&self, key: &str, kind: &str, noun: &str, status: u16) -> bool {
        let listed = self.lists.get(key).is_some_and(|named| named.as_deref().unwrap_or(noun) == kind);
        let has_path = self.items.get(&format!("{key}/{{}}")).is_some_and(|item| item == kind || noun == kind);
        status == 201 || listed || has_path
    }
}

/// The stems by which a path's response may call what is in it, its own name first.
fn nouns(segments: &[Segment]) -> Vec<String> {
    segments.iter().rev().filter_map(Segment::literal).take(2).map(stem).collect()
}

fn outline(segments: &[Segment]) -> String {
    segments.iter().map(Segment::outline).collect::<Vec<_>>().join("/")
}
