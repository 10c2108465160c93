//! A definition that is ready to serve requests: its hosts, its paths with their methods, its OAuth endpoints.

use std::sync::{Arc, OnceLock};

use apinb_contract::api::Api;
use apinb_definition::model::hosts::hosts;
use apinb_definition::model::{
    Definition, Method, OAuth1Settings, OAuth2Settings, Resource, SecurityKind, SecurityScheme,
};
use apinb_definition::routing::path::ResourcePaths;
use apinb_definition::routing::segment::segments;
use apinb_text::web::host::HostPattern;
use apinb_text::web::uri::UriTemplate;

use crate::content::{Content, NamedSchemas};
use crate::endpoint::{Endpoint, OAuth1Step, OAuth2Step, OAuthEndpoint, OAuthStep, Operation};
use crate::response::DeclaredResponse;
use crate::role::ResourceRoles;

/// A served definition.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) title: String,
    definition: Arc<Definition>,
    schemas: NamedSchemas,
    /// The definition as requests are held against it.
    api: OnceLock<Api>,
    version: Option<String>,
    pub(crate) paths: ResourcePaths,
    /// One for each of the paths.
    pub(crate) endpoints: Vec<Endpoint>,
    roles: OnceLock<ResourceRoles>,
    pub(crate) schemes: Vec<SecurityScheme>,
    pub(crate) oauth: Vec<OAuthEndpoint>,
    hosts: Vec<HostPattern>,
    /// Separates its collections from those of other definitions.
    number: usize,
}

impl Site {
    /// Prepares the `number`-th definition, for the hosts that it names and for `others`.
    pub(crate) fn new(definition: &Arc<Definition>, others: &[String], number: usize) -> Self {
        let paths = ResourcePaths::of(definition);
        let schemas = NamedSchemas::of(definition);
        let endpoints: Vec<Endpoint> = paths
            .paths
            .iter()
            .enumerate()
            .map(|(number, path)| {
                let methods = path.resource(definition).map(|resource| resource.methods.as_slice()).unwrap_or_default();
                let operations = methods.iter().enumerate().map(|(number, method)| Operation {
                    verb: method.verb,
                    bodies: method.bodies.iter().map(|body| Content::of(body, &schemas)).collect(),
                    response: DeclaredResponse::of(method, &schemas),
                    secured_by: method.secured_by.clone().unwrap_or_else(|| definition.secured_by.clone()),
                    number,
                });
                Endpoint { path: Arc::clone(path), operations: operations.collect(), number }
            })
            .collect();
        Self {
            title: definition.title.clone(),
            definition: Arc::clone(definition),
            schemas,
            api: OnceLock::new(),
            version: definition.version.clone(),
            endpoints,
            paths,
            roles: OnceLock::new(),
            schemes: definition.security_schemes.clone(),
            oauth: definition.security_schemes.iter().flat_map(oauth_endpoints).collect(),
            hosts: hosts(definition).iter().chain(others).map(|host| HostPattern::new(host)).collect(),
            number,
        }
    }

    /// The definition as requests are held against it.
    pub(crate) fn api(&self) -> &Api {
        self.api.get_or_init(|| Api::new(Arc::clone(&self.definition), String::new()))
    }

    /// The resources of an endpoint, outermost first, and its method with this number.
    pub(crate) fn declared(&self, endpoint: &Endpoint, number: usize) -> Option<(Vec<&Resource>, &Method)> {
        let resources: Vec<&Resource> = endpoint.path.resources(&self.definition).collect();
        let method = resources.last()?.methods.get(number)?;
        Some((resources, method))
    }

    /// The named schemas of its definition.
    pub(crate) fn schemas(&self) -> &NamedSchemas {
        &self.schemas
    }

    /// The roles of its methods. Inferred on first use, since that reads all examples.
    pub(crate) fn roles(&self) -> &ResourceRoles {
        self.roles.get_or_init(|| ResourceRoles::of(&self.endpoints))
    }

    /// Whether it serves the same as another one.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (&self.title, &self.version, &self.hosts) == (&other.title, &other.version, &other.hosts)
            && self.routes() == other.routes()
    }

    /// The number of literal characters of the most specific host of this definition that a `Host` header names.
    pub(crate) fn literals_of(&self, host: &str) -> Option<usize> {
        self.hosts.iter().filter(|pattern| pattern.names(host)).map(HostPattern::literals).max()
    }

    /// Whether the definition has a base URI whose host is a parameter.
    pub(crate) fn is_for_any_host(&self) -> bool {
        self.hosts.iter().any(HostPattern::is_any_host)
    }

    /// The hosts that its definition names.
    pub(crate) fn hosts(&self) -> impl Iterator<Item = &HostPattern> {
        self.hosts.iter()
    }

    /// The name of the collection of a kind.
    pub(crate) fn collection(&self, kind: &str) -> String {
        format!("{}/{kind}", self.number)
    }

    /// One line per method: `GET /api/{version}/users{mediaTypeExtension}`.
    pub(crate) fn routes(&self) -> Vec<String> {
        let mut routes = Vec::new();
        for endpoint in &self.endpoints {
            let methods = endpoint.operations.iter().map(|operation| operation.verb.method());
            routes.extend(methods.map(|method| format!("{method} {}{}", self.paths.base_path, endpoint.path.template)));
        }
        let oauth = self.oauth.iter();
        routes.extend(oauth.map(|endpoint| format!("{} {}", endpoint.step.verb().method(), endpoint.path)));
        routes
    }
}

fn oauth_endpoints(scheme: &SecurityScheme) -> Vec<OAuthEndpoint> {
    let steps = match &scheme.kind {
        SecurityKind::OAuth2(OAuth2Settings { authorization_uri, access_token_uri, refresh_uri, .. }) => vec![
            (OAuthStep::Version2(OAuth2Step::Authorize), authorization_uri),
            (OAuthStep::Version2(OAuth2Step::Token), access_token_uri),
            (OAuthStep::Version2(OAuth2Step::Token), refresh_uri),
        ],
        SecurityKind::OAuth1(OAuth1Settings {
            request_token_uri, authorization_uri, token_credentials_uri, ..
        }) => {
            vec![
                (OAuthStep::Version1(OAuth1Step::Temporary), request_token_uri),
                (OAuthStep::Version1(OAuth1Step::Consent), authorization_uri),
                (OAuthStep::Version1(OAuth1Step::Token), token_credentials_uri),
            ]
        }
        SecurityKind::Basic | SecurityKind::Digest | SecurityKind::Bearer | SecurityKind::Other(_) => Vec::new(),
    };
    let named = steps.into_iter().filter_map(|(step, uri)| Some((step, UriTemplate::parse(uri.as_ref()?))));
    let endpoint = |(step, uri): (OAuthStep, UriTemplate)| OAuthEndpoint {
        step,
        segments: segments(&uri.path, None),
        path: uri.path,
        host: uri.host.as_deref().map(HostPattern::new),
    };
    named.map(endpoint).collect()
}
