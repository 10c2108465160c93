//! A definition that calls are held against: finds the operation of a URL, and compiles each schema once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use apinb_definition::model::hosts::other_servers;
use apinb_definition::model::{
    Body, Definition, Method, OAuth1Settings, OAuth2Settings, Parameter, Resource, SecurityKind,
};
use apinb_definition::routing::path::{Found, ResourcePaths, fit_all};
use apinb_definition::routing::segment::{self, Blanks, Segment};
use apinb_schema::direction::Direction;
use apinb_schema::properties::Properties;
use apinb_schema::schema::Schema;
use apinb_schema::validator::Validator;
use apinb_text::source::span::Location;
use apinb_text::web::host::HostPattern;
use apinb_text::web::uri::UriTemplate;
use apinb_text::web::verb::Verb;
use percent_encoding::percent_decode_str;
use url::Url;

use crate::base::{Bases, Declared};
use crate::exchange::Exchange;
use crate::parameter::{schema_of, schema_of_form};
use crate::state::Shape;

/// The compiled schemas by identity; `None` for those that cannot be used.
type Validators = HashMap<(usize, Direction), Option<Arc<Validator>>>;

/// The properties of schemas by identity; `None` for those that cannot be used.
type PropertiesById = HashMap<(usize, Direction), Option<Arc<Properties>>>;

/// A definition, and its schemas as validators.
#[derive(Debug)]
pub struct Api {
    definition: Arc<Definition>,
    /// The file or URL of the definition.
    address: String,
    paths: ResourcePaths,
    /// The hosts of its base URIs; empty if they have none, which allows any host.
    hosts: Vec<HostPattern>,
    /// The paths of the endpoints of its security schemes.
    sign_ins: Vec<Vec<Segment>>,
    compiled: Mutex<Validators>,
    /// By the identity of the body.
    example_shapes: Mutex<HashMap<usize, Arc<Vec<Shape>>>>,
    properties: Mutex<PropertiesById>,
    /// The indices of paths.
    by_template: OnceLock<HashMap<String, usize>>,
}

/// What the definition has for a call below its base URI.
#[derive(Clone, Debug)]
pub enum Route<'a> {
    Operation(Operation<'a>),
    /// No path matches. The path of the definition that is most similar.
    UnknownPath(Option<String>),
    /// The path has no such method. The path, its methods, and its place.
    UnknownMethod(String, Vec<Verb>, Option<Location>),
}

/// The operation of a call.
#[derive(Clone, Debug)]
pub struct Operation<'a> {
    /// The path below the base URI, as the definition writes it.
    pub path: &'a str,
    pub method: &'a Method,
    /// The resource and those above it, outermost first.
    pub resources: Vec<&'a Resource>,
    /// The parameters in the path with their decoded values.
    pub path_values: Vec<(String, String)>,
}

impl Operation<'_> {
    /// `GET /users/{id}`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} {}", self.method.verb.method(), self.path)
    }
}

impl Api {
    /// The definition at `address`. Findings have positions in it if it was loaded with
    /// [`Detail::Origins`](apinb_definition::load::Detail::Origins).
    #[must_use]
    pub fn new(definition: Arc<Definition>, address: String) -> Self {
        let paths = ResourcePaths::of(&definition);
        let uris = definition.base_uri.iter().chain(other_servers(&definition));
        let hosts: Vec<Option<String>> = uris.map(|uri| UriTemplate::parse(uri).host).collect();
        let hosts = match hosts.iter().all(Option::is_some) {
            true => hosts.iter().flatten().map(|host| HostPattern::new(host)).collect(),
            // A base URI that is only a path is relative to any server.
            false => Vec::new(),
        };
        Self {
            sign_ins: sign_ins(&definition),
            definition,
            address,
            paths,
            hosts,
            compiled: Mutex::default(),
            example_shapes: Mutex::default(),
            properties: Mutex::default(),
            by_template: OnceLock::new(),
        }
    }

    /// Whether its findings have positions.
    #[must_use]
    pub fn has_positions(&self) -> bool {
        self.definition.sources.is_some()
    }

    /// The definition that calls are held against.
    #[must_use]
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The file or URL of the definition.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// All paths of the definition with their methods, as operations without values.
    pub(crate) fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        self.paths.paths.iter().flat_map(move |path| {
            let resources: Vec<&Resource> = path.resources(&self.definition).collect();
            let methods = resources.last().map(|resource| resource.methods.as_slice()).unwrap_or_default();
            methods.iter().map(move |method| Operation {
                path: &path.template,
                method,
                resources: resources.clone(),
                path_values: Vec::new(),
            })
        })
    }

    /// The operation with this label, without values.
    pub(crate) fn operation(&self, label: &str) -> Option<Operation<'_>> {
        let (method, template) = label.split_once(' ')?;
        let all = || self.paths.paths.iter().enumerate().map(|(at, path)| (path.template.clone(), at)).collect();
        let path = self.paths.paths.get(*self.by_template.get_or_init(all).get(template)?)?;
        let resources: Vec<&Resource> = path.resources(&self.definition).collect();
        let mut methods = resources.last()?.methods.iter();
        let method = methods.find(|known| known.verb.method() == method)?;
        Some(Operation { path: &path.template, method, resources, path_values: Vec::new() })
    }

    /// The label of the operation at a path of the definition, or at one that fits: `GET /users/{id}` for `/users/5`.
    #[must_use]
    pub fn label_of(&self, verb: Verb, path: &str) -> Option<String> {
        let label = format!("{} {path}", verb.method());
        if self.operation(&label).is_some() {
            return Some(label);
        }
        let segments: Vec<String> = path.split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect();
        match self.route_below(&self.paths.find(&segments, Blanks::Refused), Some(verb), &segments) {
            Route::Operation(operation) => Some(operation.label()),
            Route::UnknownPath(_) | Route::UnknownMethod(..) => None,
        }
    }

    /// What the definition has for a call; `None` if the call is to another host, or not below a base URI.
    #[must_use]
    pub fn route(&self, exchange: &Exchange, bases: &Bases) -> Option<Route<'_>> {
        let url = Url::parse(&exchange.url).ok()?;
        let decode = |segment: &str| percent_decode_str(segment).decode_utf8_lossy().into_owned();
        let mut path: Vec<String> = url.path_segments()?.map(decode).collect();
        while path.last().is_some_and(String::is_empty) {
            path.pop();
        }
        if self.is_sign_in(&path) {
            return None;
        }
        let verb = Verb::from_method(&exchange.method);
        let mut unknown = None;
        for below in bases.below(&url, &path) {
            match self.route_below(&self.paths.find(below, Blanks::Refused), verb, below) {
                route @ Route::Operation(_) => return Some(route),
                route => unknown = unknown.or(Some(route)),
            }
        }
        if self.is_declared_host(&url, bases.declared) && self.paths.is_below_base(&path) {
            let found = self.paths.find(&path, Blanks::Refused);
            // Without a base URI, the path is that of something else.
            let found = if found.base.is_some() { found } else { Default::default() };
            match self.route_below(&found, verb, &path) {
                route @ Route::Operation(_) => return Some(route),
                route => unknown = unknown.or(Some(route)),
            }
        }
        unknown
    }

    fn is_declared_host(&self, url: &Url, declared: Declared) -> bool {
        match declared {
            Declared::AnyHost => {
                self.hosts.is_empty() || self.hosts.iter().any(|host| host.matches(url) || host.is_any_host())
            }
            Declared::WithHost => self.hosts.iter().any(|host| host.matches(url) && !host.is_any_host()),
            Declared::Replaced => false,
        }
    }

    fn route_below(&self, found: &Found, verb: Option<Verb>, path: &[String]) -> Route<'_> {
        let mut without: Option<(&str, &Resource)> = None;
        let mut methods = Vec::new();
        for one in &found.matches {
            let Some(path) = self.paths.paths.get(one.index) else { continue };
            let resources: Vec<&Resource> = path.resources(&self.definition).collect();
            let Some(resource) = resources.last().copied() else { continue };
            let of = |verb: Verb| resource.methods.iter().find(|method| method.verb == verb);
            let head = || of(Verb::Get).filter(|_| verb == Some(Verb::Head));
            if let Some(method) = verb.and_then(of).or_else(head) {
                let path_values = one.fits.iter().flat_map(|fit| fit.values.clone()).collect();
                return Route::Operation(Operation { path: &path.template, method, resources, path_values });
            }
            methods.extend(resource.methods.iter().map(|method| method.verb));
            without.get_or_insert((&path.template, resource));
        }
        match without {
            Some((path, resource)) => Route::UnknownMethod(path.to_owned(), methods, resource.location.clone()),
            None => Route::UnknownPath(self.paths.nearest(path).map(|(_, path)| path)),
        }
    }

    /// Whether a path is that of an endpoint of a security scheme.
    fn is_sign_in(&self, path: &[String]) -> bool {
        !path.is_empty() && self.sign_ins.iter().any(|own| fit_all(own, path, Blanks::Refused).is_some())
    }

    /// The validator of the schema of a body.
    pub(crate) fn body_validator(&self, body: &Body, direction: Direction) -> Option<Arc<Validator>> {
        match &body.schema {
            Some(schema) => self.validator(schema.id(), direction, || schema.clone()),
            None if body.form_parameters.is_empty() => None,
            None => {
                let sources = self.definition.sources.as_deref();
                let id = std::ptr::from_ref(body).addr();
                self.validator(id, direction, || schema_of_form(&body.form_parameters, sources))
            }
        }
    }

    /// The properties that the schema of a body names.
    pub(crate) fn properties(&self, body: &Body, direction: Direction) -> Option<Arc<Properties>> {
        let id = match &body.schema {
            Some(schema) => schema.id(),
            None if body.form_parameters.is_empty() => return None,
            None => std::ptr::from_ref(body).addr(),
        };
        let read = || {
            let form = || schema_of_form(&body.form_parameters, self.definition.sources.as_deref());
            let schema = body.schema.clone().unwrap_or_else(form);
            schema.properties(&self.definition.schemas, direction).ok().map(Arc::new)
        };
        let mut known = self.properties.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry((id, direction)).or_insert_with(read).clone()
    }

    /// The validator of a parameter or header.
    pub(crate) fn parameter_validator(&self, parameter: &Parameter, direction: Direction) -> Option<Arc<Validator>> {
        match &parameter.schema {
            Some(schema) => self.validator(schema.id(), direction, || schema.clone()),
            None => self.validator(std::ptr::from_ref(parameter).addr(), direction, || schema_of(parameter)),
        }
    }

    /// The shapes of the examples of a body.
    pub(crate) fn example_shapes(&self, body: &Body) -> Arc<Vec<Shape>> {
        let mut shapes = self.example_shapes.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || {
            let examples = body.examples.iter().filter(|example| example.strict);
            let values = examples.filter_map(|example| serde_json::from_str(example.text.as_str()).ok());
            Arc::new(values.map(|value| Shape::of(&value)).collect())
        };
        Arc::clone(shapes.entry(std::ptr::from_ref(body).addr()).or_insert_with(read))
    }

    /// Compiles a schema once. `None` if it cannot be used: the definition's own diagnostics say why.
    fn validator(&self, id: usize, direction: Direction, schema: impl FnOnce() -> Schema) -> Option<Arc<Validator>> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        let compile = || schema().directed_validator(&self.definition.schemas, direction).ok().map(Arc::new);
        compiled.entry((id, direction)).or_insert_with(compile).clone()
    }
}

/// The paths of the endpoints of the security schemes.
fn sign_ins(definition: &Definition) -> Vec<Vec<Segment>> {
    let uris = definition.security_schemes.iter().flat_map(|scheme| match &scheme.kind {
        SecurityKind::OAuth2(OAuth2Settings { authorization_uri, access_token_uri, refresh_uri, .. }) => {
            [authorization_uri, access_token_uri, refresh_uri].map(Option::as_deref)
        }
        SecurityKind::OAuth1(OAuth1Settings {
            request_token_uri, authorization_uri, token_credentials_uri, ..
        }) => [request_token_uri, authorization_uri, token_credentials_uri].map(Option::as_deref),
        SecurityKind::Basic | SecurityKind::Digest | SecurityKind::Bearer | SecurityKind::Other(_) => [None; 3],
    });
    uris.flatten().map(|uri| segment::segments(&UriTemplate::parse(uri).path, None)).collect()
}
