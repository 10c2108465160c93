//! A definition made ready to answer: its hosts, its paths with their methods, its OAuth endpoints.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use apinb_core::definition::model::{
    Definition, OAuth2Settings, Resource, SecurityKind, SecurityRequirement, SecurityScheme,
};

use crate::address::{UriTemplate, host_fits, is_any_host};
use crate::answer::Answer;
use crate::role::Senses;
use crate::segment::{EXTENSION, Extension, Segment};

/// Resources may not be nested deeper than this; what is deeper is left out.
const MAX_DEPTH: usize = 64;

/// One definition of a stand-in.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) title: String,
    /// The path of the base URI, as written.
    pub(crate) base_path: String,
    /// The paths of all base URIs, the longest first.
    pub(crate) bases: Vec<Vec<Segment>>,
    pub(crate) endpoints: Vec<Endpoint>,
    senses: OnceLock<Senses>,
    pub(crate) schemes: Vec<SecurityScheme>,
    pub(crate) oauth: Vec<OAuthEndpoint>,
    hosts: Vec<String>,
    /// Tells its shelves from those of other definitions.
    number: usize,
}

/// A resource that has methods.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// Its whole path as the definition writes it, below the base URI.
    pub(crate) template: String,
    pub(crate) segments: Vec<Segment>,
    pub(crate) operations: Vec<Operation>,
    /// Its index among the endpoints.
    pub(crate) number: usize,
}

/// A method of a resource.
#[derive(Debug)]
pub(crate) struct Operation {
    /// Upper case.
    pub(crate) method: String,
    pub(crate) answer: Answer,
    /// Empty: open to all.
    pub(crate) secured_by: Vec<SecurityRequirement>,
    /// Its index among the endpoint's operations.
    pub(crate) number: usize,
}

/// A step of OAuth 2.0 that the definition names a URI for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OAuthStep {
    /// RFC 6749, section 3.1.
    Authorize,
    /// RFC 6749, section 3.2.
    Token,
}

/// Where a step of OAuth 2.0 is asked for.
#[derive(Debug)]
pub(crate) struct OAuthEndpoint {
    pub(crate) step: OAuthStep,
    /// As written.
    pub(crate) path: String,
    pub(crate) segments: Vec<Segment>,
    pub(crate) host: Option<String>,
}

impl Site {
    /// Makes the `number`-th definition ready.
    pub(crate) fn new(definition: &Arc<Definition>, number: usize) -> Self {
        let base = UriTemplate::parse(definition.base_uri.as_deref().unwrap_or_default());
        let mut seen = HashSet::from([base.path.clone()]);
        let others = other_servers(definition).into_iter().map(|uri| UriTemplate::parse(uri).path);
        let others: Vec<String> = others.filter(|path| seen.insert(path.clone())).collect();
        let mut bases: Vec<Vec<Segment>> =
            std::iter::once(&base.path).chain(&others).map(|path| segments(path, None)).collect();
        bases.sort_by_key(|base| Reverse(base.len()));
        let mut endpoints = Vec::new();
        for resource in &definition.resources {
            collect(resource, &Above::default(), definition, &mut endpoints);
        }
        Self {
            title: definition.title.clone(),
            bases,
            base_path: base.path,
            endpoints,
            senses: OnceLock::new(),
            schemes: definition.security_schemes.clone(),
            oauth: definition.security_schemes.iter().flat_map(oauth_endpoints).collect(),
            hosts: hosts(definition),
            number,
        }
    }

    /// What its methods are to memory; found out when it is first asked for, since all examples tell it.
    pub(crate) fn senses(&self) -> &Senses {
        self.senses.get_or_init(|| Senses::of(&self.endpoints))
    }

    /// Whether a request with that `Host` is surely for this definition.
    pub(crate) fn is_named_by(&self, host: &str) -> bool {
        self.hosts.iter().any(|template| !is_any_host(template) && host_fits(template, host))
    }

    /// The shelf for a kind of thing.
    pub(crate) fn shelf(&self, kind: &str) -> String {
        format!("{}/{kind}", self.number)
    }

    /// One line for each method: `GET /api/{version}/users{mediaTypeExtension}`.
    pub(crate) fn routes(&self) -> Vec<String> {
        let mut routes = Vec::new();
        for endpoint in &self.endpoints {
            let methods = endpoint.operations.iter().map(|operation| &operation.method);
            routes.extend(methods.map(|method| format!("{method} {}{}", self.base_path, endpoint.template)));
        }
        routes.extend(self.oauth.iter().map(|endpoint| match endpoint.step {
            OAuthStep::Authorize => format!("GET {}", endpoint.path),
            OAuthStep::Token => format!("POST {}", endpoint.path),
        }));
        routes
    }
}

/// The hosts of a definition's URIs, as templates, each once.
pub(crate) fn hosts(definition: &Definition) -> Vec<String> {
    let mut uris: Vec<&String> = definition.base_uri.iter().chain(other_servers(definition)).collect();
    for scheme in &definition.security_schemes {
        match &scheme.kind {
            SecurityKind::OAuth2(settings) => {
                uris.extend(settings.authorization_uri.iter().chain(&settings.access_token_uri));
            }
            SecurityKind::OAuth1(settings) => {
                uris.extend(&settings.request_token_uri);
                uris.extend(settings.authorization_uri.iter().chain(&settings.token_credentials_uri));
            }
            SecurityKind::Basic | SecurityKind::Digest | SecurityKind::Bearer | SecurityKind::Other(_) => {}
        }
    }
    let mut seen = HashSet::new();
    let hosts = uris.into_iter().filter_map(|uri| UriTemplate::parse(uri).host);
    hosts.filter(|host| seen.insert(host.clone())).collect()
}

/// The base URIs beside the first: of the API, and of its methods.
fn other_servers(definition: &Definition) -> Vec<&String> {
    fn gather<'d>(resources: &'d [Resource], depth: usize, uris: &mut Vec<&'d String>) {
        for resource in resources.iter().filter(|_| depth <= MAX_DEPTH) {
            uris.extend(resource.methods.iter().flat_map(|method| &method.servers).map(|server| &server.uri));
            gather(&resource.resources, depth + 1, uris);
        }
    }
    let mut uris = definition.other_servers.iter().map(|server| &server.uri).collect();
    gather(&definition.resources, 0, &mut uris);
    uris
}

fn oauth_endpoints(scheme: &SecurityScheme) -> Vec<OAuthEndpoint> {
    let SecurityKind::OAuth2(OAuth2Settings { authorization_uri, access_token_uri, .. }) = &scheme.kind else {
        return Vec::new();
    };
    let steps = [(OAuthStep::Authorize, authorization_uri), (OAuthStep::Token, access_token_uri)];
    let named = steps.into_iter().filter_map(|(step, uri)| Some((step, UriTemplate::parse(uri.as_ref()?))));
    let endpoint = |(step, uri): (OAuthStep, UriTemplate)| OAuthEndpoint {
        step,
        segments: segments(&uri.path, None),
        path: uri.path,
        host: uri.host,
    };
    named.map(endpoint).collect()
}

/// What the resources above one pass down to it.
#[derive(Clone, Default)]
struct Above {
    path: String,
    extension: Option<Extension>,
    depth: usize,
}

fn collect(resource: &Resource, above: &Above, definition: &Arc<Definition>, endpoints: &mut Vec<Endpoint>) {
    if above.depth > MAX_DEPTH {
        return;
    }
    let declared: Vec<_> = resource.uri_parameters.iter().filter(|parameter| parameter.name == EXTENSION).collect();
    let own = declared.first().map(|first| {
        let values = declared.iter().flat_map(|parameter| &parameter.values);
        let values: Vec<String> = values.map(|value| value.trim_start_matches('.').to_ascii_lowercase()).collect();
        Extension { required: first.required && !values.is_empty(), values }
    });
    let here = Above {
        path: format!("{}/{}", above.path, resource.path.trim_matches('/')).trim_end_matches('/').to_owned(),
        extension: own.filter(|own| !own.values.is_empty()).or_else(|| above.extension.clone()),
        depth: above.depth + 1,
    };
    if !resource.methods.is_empty() {
        let operations = resource.methods.iter().enumerate().map(|(number, method)| Operation {
            method: method.name.to_ascii_uppercase(),
            answer: Answer::of(method, definition),
            secured_by: method.secured_by.clone().unwrap_or_else(|| definition.secured_by.clone()),
            number,
        });
        endpoints.push(Endpoint {
            segments: segments(&here.path, here.extension.as_ref()),
            template: if here.path.is_empty() { "/".to_owned() } else { here.path.clone() },
            operations: operations.collect(),
            number: endpoints.len(),
        });
    }
    for child in &resource.resources {
        collect(child, &here, definition, endpoints);
    }
}

fn segments(path: &str, extension: Option<&Extension>) -> Vec<Segment> {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    segments.map(|segment| Segment::parse(segment, extension)).collect()
}
