//! The role of each method, inferred from its path, its status and the shape of its example.
//!
//! The documentation of the crate describes the rules; [`crate::dispatch`] acts according to the roles.

use std::collections::{HashMap, HashSet};

use apinb_definition::routing::segment::Segment;
use apinb_text::web::verb::Verb;
use serde_json::Value;

use crate::endpoint::{Endpoint, Operation};
use crate::kind::{EntityKind, Evidence, ExampleResponse};
use crate::noun::{stem, stem_of_id};
use crate::shape::Shape;

/// The effect of a method on the store. `kind` is the stem of the kind's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Lists the entities of a kind.
    Listing { kind: String, shape: Shape },
    /// Creates an entity.
    Creation { kind: String, shape: Option<Shape> },
    /// Reads, changes or deletes the entity in the last path parameter.
    Item { kind: String, shape: Option<Shape> },
    /// Changes the entity in the path parameter before the last segment, and shows it.
    Action { kind: String, shape: Shape },
    /// Reads or changes the only entity at this path.
    Single { shape: Shape },
    /// No effect: responds with the example.
    Plain,
}

/// A path parameter, which identifies an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ancestor {
    /// The number of segments up to and including the parameter.
    pub(crate) depth: usize,
    pub(crate) parameter: String,
    /// The stem of the kind's name.
    pub(crate) kind: String,
}

/// The roles of all methods of a definition.
#[derive(Debug)]
pub(crate) struct ResourceRoles {
    kinds: HashMap<String, EntityKind>,
    /// For each endpoint by its number: the roles of its operations by their number, and the entities in its path.
    endpoints: Vec<(Vec<Role>, Vec<Ancestor>)>,
}

impl ResourceRoles {
    /// Infers the role of every operation, and every kind.
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
        let kinds = evidence.into_iter().map(|(name, evidence)| (name.clone(), EntityKind::of(&name, evidence)));
        Self { kinds: kinds.collect(), endpoints: of_endpoints }
    }

    /// The kind with this stem.
    pub(crate) fn kind(&self, name: &str) -> Option<&EntityKind> {
        self.kinds.get(name)
    }

    /// The role of an operation.
    pub(crate) fn role(&self, endpoint: &Endpoint, operation: &Operation) -> &Role {
        let roles = self.endpoints.get(endpoint.number).map(|(roles, _)| roles);
        roles.and_then(|roles| roles.get(operation.number)).unwrap_or(&Role::Plain)
    }

    /// The entities in the path of an endpoint.
    pub(crate) fn ancestors(&self, endpoint: &Endpoint) -> &[Ancestor] {
        self.endpoints.get(endpoint.number).map(|(_, ancestors)| ancestors.as_slice()).unwrap_or_default()
    }
}

impl Role {
    /// The kind of the entities, and the shape of the response.
    fn kind(&self) -> Option<(&str, Option<&Shape>)> {
        match self {
            Self::Listing { kind, shape } | Self::Action { kind, shape } => Some((kind, Some(shape))),
            Self::Creation { kind, shape } | Self::Item { kind, shape } => Some((kind, shape.as_ref())),
            Self::Single { .. } | Self::Plain => None,
        }
    }
}

/// Facts inferred from all paths of a definition. A key is the outline of a path: `users/{}/groups`.
struct Paths {
    /// The paths that list entities, with the stem of their envelope; `None` for a plain list.
    lists: HashMap<String, Option<String>>,
    /// The paths to one entity, with the stem of its kind.
    items: HashMap<String, String>,
    /// The paths that create entities.
    creations: HashSet<String>,
}

impl Paths {
    /// `responses`: the example responses of the operations.
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
        // If the path to an entity does not show its kind, the kind is that of the list above it.
        to_one.sort_by_key(|(_, named)| named.is_none());
        for (endpoint, named) in to_one {
            let key = outline(&endpoint.path.segments);
            let kind = named.unwrap_or_else(|| paths.kind_above(&endpoint.path.segments));
            paths.items.entry(key).or_insert(kind);
        }
        paths
    }

    /// The kind of the entity at `segments`, which end in a parameter.
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

    /// The stem of the noun for a path that ends in literal text. `/books/search` refers to books, unless searches are
    /// entities themselves.
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

    /// The entities in a path.
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

    /// Whether entities are created at this path, or have paths below it.
    fn is_collection(&self, key: &str) -> bool {
        self.creations.contains(key) || self.items.contains_key(&format!("{key}/{{}}"))
    }

    /// The kind of a collection, from the other methods at its path.
    fn made_at(&self, key: &str) -> Option<String> {
        let item = self.items.get(&format!("{key}/{{}}")).cloned();
        item.or_else(|| self.lists.get(key).cloned().flatten())
    }

    /// Whether a POST creates an entity: its status is 201, or the entities are listed at its path or have paths below
    /// it.
    fn creates(&self, key: &str, kind: &str, noun: &str, status: u16) -> bool {
        let listed = self.lists.get(key).is_some_and(|named| named.as_deref().unwrap_or(noun) == kind);
        let has_path = self.items.get(&format!("{key}/{{}}")).is_some_and(|item| item == kind || noun == kind);
        status == 201 || listed || has_path
    }
}

/// The stems by which a response may name its content, those of the last segments first.
fn nouns(segments: &[Segment]) -> Vec<String> {
    segments.iter().rev().filter_map(Segment::literal).take(2).map(stem).collect()
}

fn outline(segments: &[Segment]) -> String {
    segments.iter().map(Segment::outline).collect::<Vec<_>>().join("/")
}
