//! The URIs of a definition, and their hosts.

use std::collections::HashSet;

use crate::model::{Definition, Resource, SecurityKind};
use apinb_text::web::uri::UriTemplate;

/// Resources nested deeper than this are ignored.
const MAX_DEPTH: usize = 64;

/// The distinct hosts, as templates, of the base URIs and security schemes of a definition.
#[must_use]
pub fn hosts(definition: &Definition) -> Vec<String> {
    let mut seen = HashSet::new();
    let hosts = uris(definition).into_iter().filter_map(|uri| UriTemplate::parse(uri).host);
    hosts.filter(|host| seen.insert(host.clone())).collect()
}

/// The base URIs and the endpoints of the security schemes of a definition, as templates.
#[must_use]
pub fn uris(definition: &Definition) -> Vec<&String> {
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
    uris
}

/// The base URIs after the first: of the API and of its methods.
#[must_use]
pub fn other_servers(definition: &Definition) -> Vec<&String> {
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
