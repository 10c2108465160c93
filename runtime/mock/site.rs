//! A definition that is ready to serve requests: its hosts, its paths with their methods, its OAuth endpoints.

use std::sync::{Arc, OnceLock};

use apinb_definition::model::hosts::hosts;
use apinb_definition::model::{Definition, OAuth2Settings, SecurityKind, SecurityScheme};
use apinb_definition::routing::path::ResourcePaths;
use apinb_definition::routing::segment::segments;
use apinb_text::web::host::HostPattern;
use apinb_text::web::uri::UriTemplate;

use crate::endpoint::{Endpoint, OAuthEndpoint, OAuthStep, Operation};
use crate::response::DeclaredResponse;
use crate::role::ResourceRoles;

/// A served definition.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) title: String,
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
    /// Prepares the `number`-th definition.
    pub(crate) fn new(definition: &Arc<Definition>, number: usize) -> Self {
        let paths = ResourcePaths::of(definition);
        let endpoints = paths.paths.iter().enumerate().map(|(number, path)| {
            let methods = path.resource(definition).map(|resource| resource.methods.as_slice()).unwrap_or_default();
            let operations = methods.iter().enumerate().map(|(number, method)| Operation {
                verb: method.verb,
                response: DeclaredResponse::of(method, definition),
                secured_by: method.secured_by.clone().unwrap_or_else(|| definition.secured_by.clone()),
                number,
            });
            Endpoint { path: Arc::clone(path), operations: operations.collect(), number }
        });
        Self {
            title: definition.title.clone(),
            endpoints: endpoints.collect(),
            paths,
            roles: OnceLock::new(),
            schemes: definition.security_schemes.clone(),
            oauth: definition.security_schemes.iter().flat_map(oauth_endpoints).collect(),
            hosts: hosts(definition).iter().map(|host| HostPattern::new(host)).collect(),
            number,
        }
    }

    /// The roles of its methods. Inferred on first use, since that reads all examples.
    pub(crate) fn roles(&self) -> &ResourceRoles {
        self.roles.get_or_init(|| ResourceRoles::of(&self.endpoints))
    }

    /// Whether a `Host` header names a host of this definition.
    pub(crate) fn is_named_by(&self, host: &str) -> bool {
        self.hosts.iter().any(|pattern| pattern.names(host))
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
        routes.extend(self.oauth.iter().map(|endpoint| match endpoint.step {
            OAuthStep::Authorize => format!("GET {}", endpoint.path),
            OAuthStep::Token => format!("POST {}", endpoint.path),
        }));
        routes
    }
}

fn oauth_endpoints(scheme: &SecurityScheme) -> Vec<OAuthEndpoint> {
    let SecurityKind::OAuth2(OAuth2Settings { authorization_uri, access_token_uri, refresh_uri, .. }) = &scheme.kind
    else {
        return Vec::new();
    };
    let steps = [
        (OAuthStep::Authorize, authorization_uri),
        (OAuthStep::Token, access_token_uri),
        (OAuthStep::Token, refresh_uri),
    ];
    let named = steps.into_iter().filter_map(|(step, uri)| Some((step, UriTemplate::parse(uri.as_ref()?))));
    let endpoint = |(step, uri): (OAuthStep, UriTemplate)| OAuthEndpoint {
        step,
        segments: segments(&uri.path, None),
        path: uri.path,
        host: uri.host.as_deref().map(HostPattern::new),
    };
    named.map(endpoint).collect()
}
