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
    Item { kind: String, shape: Option<Shape>, relation: Relation },
    /// Changes the entity in the path parameter before the last segment, and shows it.
    Action { kind: String, shape: Shape },
    /// Reads, changes or deletes the only entity at this path. A deletion may show nothing.
    Single { shape: Option<Shape> },
    /// Stores nothing: responds with the example, and in it what the request sends.
    Plain { shape: Option<Shape> },
}

/// Whether the path of an entity is its own, or only relates it to those above it: `/teams/{id}/members/{user}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// The entity is created and deleted here.
    Own,
    /// The entity exists elsewhere. PUT adds it here, DELETE removes it from here.
    Link,
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
    /// The kinds of listings, by the outline of their path.
    listings: HashMap<String, String>,
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
        let mut listings = HashMap::new();
        for (endpoint, responses) in endpoints.iter().zip(responses) {
            let key = outline(&endpoint.path.segments);
            let mut roles = Vec::new();
            for (operation, response) in endpoint.operations.iter().zip(responses) {
                let status = operation.response.status;
                let role = paths.role(&endpoint.path.segments, &key, operation.verb, status, response.as_ref());
                if let Some((kind, shape)) = role.kind() {
                    let evidence = evidence.entry(kind.to_owned()).or_default();
                    if let (Role::Item { .. }, Some(last)) = (&role, endpoint.path.segments.last()) {
                        evidence.parameters.extend(last.lone_parameter().map(str::to_owned));
                    }
                    if let (Some(shape), Some(response)) = (shape, response) {
                        let verb = operation.verb;
                        evidence.responses.push(ExampleResponse { verb, shape: shape.clone(), response });
                    }
                }
                if let Role::Listing { kind, .. } = &role {
                    listings.entry(key.clone()).or_insert_with(|| kind.clone());
                }
                roles.push(role);
            }
            of_endpoints.push((roles, paths.ancestors(&endpoint.path.segments)));
        }
        let kinds = evidence.into_iter().map(|(name, evidence)| (name.clone(), EntityKind::of(&name, evidence)));
        Self { kinds: kinds.collect(), endpoints: of_endpoints, listings }
    }

    /// The kind with this stem.
    pub(crate) fn kind(&self, name: &str) -> Option<&EntityKind> {
        self.kinds.get(name)
    }

    /// The role of an operation.
    pub(crate) fn role(&self, endpoint: &Endpoint, operation: &Operation) -> &Role {
        let roles = self.endpoints.get(endpoint.number).map(|(roles, _)| roles);
        roles.and_then(|roles| roles.get(operation.number)).unwrap_or(&Role::Plain { shape: None })
    }

    /// Whether the path above an endpoint lists entities of a kind.
    pub(crate) fn is_listed_above(&self, endpoint: &Endpoint, kind: &str) -> bool {
        let segments = &endpoint.path.segments;
        let above = segments.split_last().map(|(_, above)| outline(above)).unwrap_or_default();
        self.listings.get(&above).is_some_and(|listed| listed == kind)
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
            Self::Creation { kind, shape } | Self::Item { kind, shape, .. } => Some((kind, shape.as_ref())),
            Self::Single { .. } | Self::Plain { .. } => None,
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
    /// The paths to one entity that only relate it to those above it.
    links: HashSet<String>,
    /// The paths whose GET shows the only entity there.
    singles: HashSet<String>,
}

/// A path that ends in a parameter.
struct ToOne<'e> {
    endpoint: &'e Endpoint,
    /// The stem of the envelope in its responses.
    named: Option<String>,
    shows_it: bool,
    is_put: bool,
}

impl Paths {
    /// `responses`: the example responses of the operations.
    fn of(endpoints: &[Endpoint], responses: &[Vec<Option<Value>>]) -> Self {
        let mut paths = Self {
            lists: HashMap::new(),
            items: HashMap::new(),
            creations: HashSet::new(),
            links: HashSet::new(),
            singles: HashSet::new(),
        };
        let mut to_one: Vec<ToOne<'_>> = Vec::new();
        let mut posts: HashSet<String> = HashSet::new();
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
                let shows_it = shapes.iter().any(|(_, shape)| matches!(shape, Shape::Item(_)));
                let is_put = endpoint.operations.iter().any(|operation| operation.verb == Verb::Put);
                to_one.push(ToOne { endpoint, named, shows_it, is_put });
            } else if let Some(Shape::Item(_)) = get {
                paths.singles.insert(key.clone());
            }
            for operation in endpoint.operations.iter().filter(|operation| operation.verb == Verb::Post) {
                posts.insert(key.clone());
                if operation.response.status == 201 {
                    paths.creations.insert(key.clone());
                }
            }
        }
        // If the path to an entity does not show its kind, the kind is that of the list above it.
        to_one.sort_by_key(|one| one.named.is_none());
        // For each kind that is shown: the least number of parameters in a path to it.
        let mut homes: HashMap<String, usize> = HashMap::new();
        for one in &to_one {
            let segments = &one.endpoint.path.segments;
            let kind = one.named.clone().unwrap_or_else(|| paths.kind_above(segments));
            let kind = paths.items.entry(outline(segments)).or_insert(kind);
            if one.shows_it {
                let least = homes.entry(kind.clone()).or_insert(usize::MAX);
                *least = (*least).min(parameters(segments));
            }
        }
        for one in to_one.iter().filter(|one| !one.shows_it) {
            let segments = &one.endpoint.path.segments;
            let key = outline(segments);
            let Some(kind) = paths.items.get(&key) else { continue };
            let above = segments.split_last().map(|(_, above)| above).unwrap_or_default();
            let Some(home) = homes.get(kind) else { continue };
            let noun = above.iter().rev().find_map(Segment::literal);
            let is_named = noun.is_some_and(|noun| is_same_noun(&stem(noun), kind));
            let is_link = if is_named { one.is_put && *home < parameters(segments) } else { true };
            if is_link && !posts.contains(&outline(above)) {
                paths.links.insert(key);
            }
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
        // `/{index}/{type}` may create what `/{index}/{type}/{id}` is.
        if let (true, Verb::Post, 201, Some(kind)) =
            (ends_in_parameter, verb, status, self.items.get(&format!("{key}/{{}}")))
        {
            let shape = shape.filter(|shape| !matches!(shape, Shape::Opaque));
            return Role::Creation { kind: kind.clone(), shape };
        }
        if ends_in_parameter && let Some(kind) = self.items.get(key) {
            let shape = shape.filter(|shape| !matches!(shape, Shape::Opaque));
            let relation = if self.links.contains(key) { Relation::Link } else { Relation::Own };
            return match verb {
                Verb::Get | Verb::Head | Verb::Put | Verb::Patch | Verb::Post | Verb::Delete => {
                    Role::Item { kind: kind.clone(), shape, relation }
                }
                _ => Role::Plain { shape: None },
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
            (
                Verb::Get | Verb::Head | Verb::Query | Verb::Post | Verb::Put | Verb::Patch,
                Some(shape @ Shape::List(_)),
            ) => Role::Listing { kind, shape },
            (Verb::Get | Verb::Head | Verb::Post | Verb::Put | Verb::Patch, Some(shape @ Shape::Item(_)))
                if below == Some(&kind) =>
            {
                Role::Action { kind, shape }
            }
            (Verb::Delete, shape) if self.singles.contains(key) => Role::Single { shape },
            (Verb::Post, Some(shape @ Shape::Item(_))) if self.singles.contains(key) => {
                Role::Single { shape: Some(shape) }
            }
            (Verb::Get | Verb::Head | Verb::Put | Verb::Patch, Some(shape @ Shape::Item(_))) => {
                Role::Single { shape: Some(shape) }
            }
            (_, shape) => Role::Plain { shape },
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

/// Whether a noun of a path may mean this kind: `comment` for a `topic_comment`.
fn is_same_noun(noun: &str, kind: &str) -> bool {
    noun.ends_with(kind) || kind.ends_with(noun)
}

/// The number of parameters in a path.
fn parameters(segments: &[Segment]) -> usize {
    segments.iter().flat_map(Segment::parameters).count()
}

/// The segments of a path without the names of its parameters: paths with the same outline are one resource.
pub(crate) fn outline(segments: &[Segment]) -> String {
    segments.iter().map(Segment::outline).collect::<Vec<_>>().join("/")
}
