//! Turns a request into a response: finds the definition and resource, checks credentials, and dispatches by role.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use apinb_definition::model::Definition;
use apinb_definition::routing::path::fit_all;
use apinb_text::display::quote::quote_each;
use apinb_text::web::verb::Verb;

use crate::access::AcceptedHosts;
use crate::body::RequestBody;
use crate::call::Call;
use crate::endpoint::{OAuthEndpoint, Operation};
use crate::error_response::error_response;
use crate::exchange::{Origin, Request, Response};
use crate::oauth::{self, Approvals};
use crate::routing::{Match, find};
use crate::site::Site;
use crate::store::Store;
use crate::{credentials, dispatch};

/// The served definitions and their store.
#[derive(Debug)]
pub(crate) struct Service {
    sites: Vec<Site>,
    hosts: AcceptedHosts,
    store: Mutex<Store>,
    approvals: Mutex<Approvals>,
}

impl Service {
    /// Serves all `definitions`. If a request matches several, the first one handles it.
    pub(crate) fn new(definitions: Vec<Arc<Definition>>, hosts: AcceptedHosts) -> Self {
        let sites = definitions.into_iter().enumerate().map(|(number, definition)| Site::new(&definition, number));
        Self { sites: sites.collect(), hosts, store: Mutex::default(), approvals: Mutex::default() }
    }

    /// One line per method of each definition.
    pub(crate) fn routes(&self) -> Vec<String> {
        self.sites.iter().flat_map(Site::routes).collect()
    }

    pub(crate) fn respond(&self, request: &Request) -> Response {
        if !self.hosts.accepts(&request.host, self.sites.iter().flat_map(Site::hosts)) {
            let help = "Call it as `localhost`, or start it with `--host`.".to_owned();
            let message = format!("`{}` is not a host of this mock server", request.host);
            return error_response(421, &message, Some(help)).with("connection", "close");
        }
        let path = request.segments();
        let sites = self.sites_for(&request.host);
        if let Some(endpoint) = oauth_endpoint(&sites, &request.host, &path) {
            return oauth::respond(endpoint.step, request, &mut locked(&self.approvals));
        }
        let found: Vec<Vec<Match<'_>>> = sites.iter().map(|site| find(site, &path)).collect();
        let operation = request
            .verb()
            .and_then(|verb| found.iter().flatten().find_map(|found| Some((found, verb, found.operation(verb)?))));
        if let Some((found, verb, operation)) = operation {
            return self.operate(request, found, verb, operation);
        }
        match found.iter().find(|found| !found.is_empty()) {
            Some(found) => no_method(request, found),
            None => no_resource(request, &sites, &path),
        }
    }

    /// The definitions that a request may be for: those for its `Host`, or else all.
    fn sites_for(&self, host: &str) -> Vec<&Site> {
        let named: Vec<&Site> = self.sites.iter().filter(|site| site.is_named_by(host)).collect();
        if named.is_empty() { self.sites.iter().collect() } else { named }
    }

    fn operate(&self, request: &Request, found: &Match<'_>, verb: Verb, operation: &Operation) -> Response {
        let site = found.site;
        if let Err(refusal) = credentials::check(request, &operation.secured_by, &site.schemes, &site.title) {
            return refusal;
        }
        let sent = match RequestBody::of(request) {
            Ok(sent) => sent,
            Err(refusal) => return refusal,
        };
        let call =
            Call { found, operation, verb, accept: request.header("accept"), query: &request.query, sent: &sent };
        dispatch::respond(&call, &mut locked(&self.store))
    }
}

/// The data is consistent after every step, so a poisoned lock can still be used.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The OAuth endpoint at a path: for the requested host, or else for any host.
fn oauth_endpoint<'a>(sites: &[&'a Site], host: &str, path: &[String]) -> Option<&'a OAuthEndpoint> {
    let fitting = || {
        let endpoints = sites.iter().flat_map(|site| &site.oauth);
        endpoints.filter(|endpoint| !path.is_empty() && fit_all(&endpoint.segments, path).is_some())
    };
    let named = fitting().find(|endpoint| endpoint.host.as_ref().is_some_and(|pattern| pattern.names(host)));
    named.or_else(|| fitting().next())
}

fn no_method(request: &Request, found: &[Match<'_>]) -> Response {
    let mut verbs: Vec<Verb> = Vec::new();
    for operation in found.iter().flat_map(|found| &found.endpoint.operations) {
        if !verbs.contains(&operation.verb) {
            verbs.push(operation.verb);
        }
    }
    if verbs.contains(&Verb::Get) && !verbs.contains(&Verb::Head) {
        verbs.push(Verb::Head);
    }
    if !verbs.contains(&Verb::Options) {
        verbs.push(Verb::Options);
    }
    let allow = verbs.into_iter().map(Verb::method).collect::<Vec<_>>().join(", ");
    if request.verb() == Some(Verb::Options) {
        return Response::empty(204, Origin::Nothing).with("allow", allow);
    }
    let template = found.first().map(|found| found.endpoint.path.template.as_str()).unwrap_or_default();
    let message = format!("`{template}` has no method `{}`", request.method);
    error_response(405, &message, Some(format!("it has {allow}"))).with("allow", allow)
}

fn no_resource(request: &Request, sites: &[&Site], path: &[String]) -> Response {
    let nearest = sites.iter().filter_map(|site| site.paths.nearest(path)).min_by_key(|(distance, _)| *distance);
    let titles = quote_each(sites.iter().map(|site| &site.title), ", ");
    let message = format!("there is no resource `{}` in {titles}", request.path);
    error_response(404, &message, nearest.map(|(_, template)| format!("Did you mean `{template}`?")))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use apinb_definition::model::{Definition, Method, Resource, Response, Status};
    use apinb_text::web::verb::Verb;

    use super::Service;
    use crate::access::AcceptedHosts;
    use crate::exchange::Request;
    use crate::store::Store;

    #[test]
    fn a_full_store_is_reported() {
        let created = Response { status: Status::Code(201), ..Response::default() };
        let post = Method { verb: Verb::Post, responses: vec![created], ..Method::default() };
        let entities = Resource { path: "/entities".to_owned(), methods: vec![post], ..Resource::default() };
        let definition = Arc::new(Definition { resources: vec![entities], ..Definition::default() });
        let service = Service {
            store: Mutex::new(Store::bounded(2, 1 << 20)),
            ..Service::new(vec![definition], AcceptedHosts::Named)
        };
        let request = Request { method: "POST".to_owned(), path: "/entities".to_owned(), ..Request::default() };
        let responses: Vec<_> = (0..3).map(|_| service.respond(&request)).collect();
        assert_eq!(responses.iter().map(|response| response.status).collect::<Vec<_>>(), [201, 201, 507]);
        let body = String::from_utf8_lossy(&responses[2].body).into_owned();
        assert!(body.contains("insufficient_storage"), "{body}");
    }
}
