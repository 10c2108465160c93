//! Turns a request into a response: finds the definition and resource, checks credentials, and dispatches by role.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use apinb_definition::model::Definition;
use apinb_definition::routing::path::fit_all;
use apinb_definition::routing::segment::Blanks;
use apinb_text::display::quote::quote_each;
use apinb_text::web::verb::Verb;

use crate::body::RequestBody;
use crate::call::Call;
use crate::endpoint::{OAuthEndpoint, OAuthStep, Operation};
use crate::error_response::error_response;
use crate::exchange::{Origin, Request, Response};
use crate::oauth::{self, Approvals};
use crate::oauth1::{self, Consents};
use crate::preference::Preference;
use crate::response::DeclaredResponse;
use crate::routing::{Match, find};
use crate::settings::MockSettings;
use crate::site::Site;
use crate::store::Store;
use crate::{credentials, dispatch, validation};

/// The served definitions and their store.
#[derive(Debug)]
pub(crate) struct Service {
    sites: RwLock<Vec<Arc<Site>>>,
    settings: MockSettings,
    store: Mutex<Store>,
    approvals: Mutex<Approvals>,
    consents: Mutex<Consents>,
}

impl Service {
    /// Serves all `definitions`.
    pub(crate) fn new(definitions: Vec<Arc<Definition>>, settings: MockSettings) -> Self {
        let service = Self {
            sites: RwLock::default(),
            settings,
            store: Mutex::default(),
            approvals: Mutex::default(),
            consents: Mutex::default(),
        };
        for definition in definitions {
            service.add(&definition, &[]);
        }
        service
    }

    /// Serves a definition too, for the hosts that it names and for `hosts`. Does nothing if it is already served for
    /// them.
    pub(crate) fn add(&self, definition: &Arc<Definition>, hosts: &[String]) {
        let mut sites = self.sites.write().unwrap_or_else(PoisonError::into_inner);
        let site = Site::new(definition, hosts, sites.len());
        if !sites.iter().any(|known| known.is_same(&site)) {
            sites.push(Arc::new(site));
        }
    }

    /// One line per method of each definition.
    pub(crate) fn routes(&self) -> Vec<String> {
        self.sites().iter().flat_map(|site| site.routes()).collect()
    }

    fn sites(&self) -> Vec<Arc<Site>> {
        self.sites.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn respond(&self, request: &Request) -> Response {
        self.settings.origins.let_read(request, self.answer(request))
    }

    fn answer(&self, request: &Request) -> Response {
        let all = self.sites();
        if !self.settings.hosts.accepts(&request.host, all.iter().flat_map(|site| site.hosts())) {
            let help = "Call it as `localhost`, or start it with `--host`.".to_owned();
            let message = format!("`{}` is not a host of this mock server", request.host);
            return error_response(421, &message, Some(help)).with("connection", "close");
        }
        if let Some(response) = self.settings.origins.preflight(request) {
            return response;
        }
        let sites = sites_for(&all, &request.host);
        let readings = request.readings();
        let endpoint = readings.iter().find_map(|(path, _)| oauth_endpoint(&sites, &request.host, path));
        match endpoint.map(|endpoint| endpoint.step) {
            Some(OAuthStep::Version1(step)) => return oauth1::respond(step, request, &mut locked(&self.consents)),
            Some(OAuthStep::Version2(step)) => return oauth::respond(step, request, &mut locked(&self.approvals)),
            None => {}
        }
        let mut without_method = None;
        for (path, blanks) in &readings {
            let found = find(&sites, path, *blanks);
            let operation = request
                .verb()
                .and_then(|verb| found.iter().find_map(|found| Some((found, verb, found.operation(verb)?))));
            if let Some((found, verb, operation)) = operation {
                return self.operate(request, found, verb, operation);
            }
            without_method = without_method.or(Some(found).filter(|found| !found.is_empty()));
        }
        match without_method {
            Some(found) => no_method(request, &found),
            None => no_resource(request, &sites, readings.last().map(|(path, _)| path.as_slice()).unwrap_or_default()),
        }
    }

    fn operate(&self, request: &Request, found: &Match<'_>, verb: Verb, operation: &Operation) -> Response {
        let site = found.site;
        let sent = RequestBody::of(request);
        let body = sent.as_ref().unwrap_or(&RequestBody::Nothing);
        if let Err(refusal) = credentials::check(request, body, &operation.secured_by, &site.schemes, &site.title) {
            return refusal;
        }
        let mut sent = match sent {
            Ok(sent) => sent,
            Err(refusal) => return refusal,
        };
        if self.settings.validate_requests
            && let Some(refusal) = validation::check(site, found, operation, request)
        {
            return refusal;
        }
        let preference = Preference::of(request);
        if !preference.is_none() {
            return preferred(found, operation, &preference, request.header("accept"));
        }
        // What is only written is not stored.
        if let Some(body) = operation.body(&request.media_type()) {
            sent.remove(body.write_only());
        }
        let call = Call {
            found,
            operation,
            verb,
            accept: request.header("accept"),
            query: &request.query,
            sent: &sent,
            search: self.settings.search,
        };
        dispatch::respond(&call, &mut locked(&self.store))
    }
}

/// The response that a client prefers, or an error if the operation does not declare it.
fn preferred(found: &Match<'_>, operation: &Operation, preference: &Preference, accept: Option<&str>) -> Response {
    let site = found.site;
    let method = site.declared(found.endpoint, operation.number).map(|(_, method)| method);
    match method.map(|method| DeclaredResponse::preferred(method, preference, site.schemas())) {
        Some(Ok(response)) => {
            let response = response.as_declared(found.extension(), accept);
            response.with("preference-applied", preference.applied())
        }
        Some(Err(reason)) => {
            let help = "Prefer a status and an example that the definition declares.".to_owned();
            error_response(400, &reason, Some(help))
        }
        None => error_response(400, "the operation declares no responses", None),
    }
}

/// The definitions that a request may be for: those that name its `Host`, those with more literal text first; or else
/// those for any host; or else all.
fn sites_for<'a>(sites: &'a [Arc<Site>], host: &str) -> Vec<&'a Site> {
    let mut named: Vec<(usize, &Site)> =
        sites.iter().filter_map(|site| Some((site.literals_of(host)?, &**site))).collect();
    named.sort_by_key(|(literals, _)| std::cmp::Reverse(*literals));
    if !named.is_empty() {
        return named.into_iter().map(|(_, site)| site).collect();
    }
    let of_any: Vec<&Site> = sites.iter().filter(|site| site.is_for_any_host()).map(|site| &**site).collect();
    if of_any.is_empty() { sites.iter().map(|site| &**site).collect() } else { of_any }
}

/// The data is consistent after every step, so a poisoned lock can still be used.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The OAuth endpoint at a path: for the requested host, or else for any host.
fn oauth_endpoint<'a>(sites: &[&'a Site], host: &str, path: &[String]) -> Option<&'a OAuthEndpoint> {
    let fitting = || {
        let endpoints = sites.iter().flat_map(|site| &site.oauth);
        endpoints.filter(|endpoint| !path.is_empty() && fit_all(&endpoint.segments, path, Blanks::Refused).is_some())
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
    use crate::exchange::Request;
    use crate::settings::MockSettings;
    use crate::store::Store;

    #[test]
    fn a_full_store_is_reported() {
        let created = Response { status: Status::Code(201), ..Response::default() };
        let post = Method { verb: Verb::Post, responses: vec![created], ..Method::default() };
        let entities = Resource { path: "/entities".to_owned(), methods: vec![post], ..Resource::default() };
        let definition = Arc::new(Definition { resources: vec![entities], ..Definition::default() });
        let service = Service {
            store: Mutex::new(Store::bounded(2, 1 << 20)),
            ..Service::new(vec![definition], MockSettings::default())
        };
        let request = Request { method: "POST".to_owned(), path: "/entities".to_owned(), ..Request::default() };
        let responses: Vec<_> = (0..3).map(|_| service.respond(&request)).collect();
        assert_eq!(responses.iter().map(|response| response.status).collect::<Vec<_>>(), [201, 201, 507]);
        let body = String::from_utf8_lossy(&responses[2].body).into_owned();
        assert!(body.contains("insufficient_storage"), "{body}");
    }
}
