//! The operations of requests, by the definitions of the clients.

use std::collections::BTreeMap;
use std::sync::Arc;

use apinb_contract::api::{Api, Operation, Route};
use apinb_contract::base::Bases;
use apinb_contract::exchange::Exchange;
use apinb_record::cassette::{HeaderValues, Request, headers};
use apinb_text::secret::names::is_secret_header;

/// The request headers that are compared whether a definition declares them or not.
const COMPARED: [&str; 2] = ["accept", "content-type"];

/// The definitions of the clients of a notebook.
#[derive(Debug, Default)]
pub struct Operations {
    apis: Vec<(String, Arc<Api>, Bases)>,
}

/// An operation, and the client whose definition has it.
#[derive(Clone, Debug)]
pub struct Located<'a> {
    pub client: &'a str,
    pub api: &'a Api,
    pub operation: Operation<'a>,
}

impl Operations {
    /// Adds the definition of a client, and where it is. A second one of the same client replaces the first.
    pub fn add(&mut self, client: &str, api: Arc<Api>, bases: Bases) {
        self.apis.retain(|(known, ..)| known != client);
        self.apis.push((client.to_owned(), api, bases));
    }

    /// The operation of a request. The first definition that has it counts.
    #[must_use]
    pub fn locate(&self, method: &str, url: &str) -> Option<Located<'_>> {
        let exchange = Exchange { method: method.to_owned(), url: url.to_owned(), ..Exchange::default() };
        self.apis.iter().find_map(|(client, api, bases)| match api.route(&exchange, bases)? {
            Route::Operation(operation) => Some(Located { client, api, operation }),
            Route::UnknownPath(_) | Route::UnknownMethod(..) => None,
        })
    }

    /// What the definitions say of the response to a request.
    #[must_use]
    pub fn of_response(&self, method: &str, url: &str) -> crate::drift::Operation<'_> {
        let exchange = Exchange { method: method.to_owned(), url: url.to_owned(), ..Exchange::default() };
        let found = self.apis.iter().find_map(|(_, api, bases)| match api.route(&exchange, bases)? {
            Route::Operation(operation) => Some((api, bases, operation)),
            Route::UnknownPath(_) | Route::UnknownMethod(..) => None,
        });
        found.map_or_else(crate::drift::Operation::default, |(api, bases, operation)| crate::drift::Operation {
            api: Some((Arc::clone(api), bases.clone())),
            method: Some(operation.method),
        })
    }

    /// A request with its operation, and those of `sent` headers that are compared. It has no body yet.
    #[must_use]
    pub fn describe(&self, method: &str, url: &str, sent: &[(String, String)]) -> Request {
        let located = self.locate(method, url);
        let declared = |name: &str| {
            let parameters = located.iter().flat_map(|located| &located.operation.method.headers);
            parameters.into_iter().any(|parameter| parameter.name.eq_ignore_ascii_case(name))
        };
        let compared = |name: &str| {
            !is_secret_header(name)
                && !name.eq_ignore_ascii_case("user-agent")
                && (COMPARED.iter().any(|known| known.eq_ignore_ascii_case(name)) || declared(name))
        };
        let kept = sent.iter().filter(|(name, _)| compared(name));
        let headers: BTreeMap<String, HeaderValues> =
            headers(kept.map(|(name, value)| (name.as_str(), value.as_str())));
        Request {
            body: None,
            client: located.as_ref().map(|located| located.client.to_owned()),
            headers,
            method: method.to_owned(),
            operation: located.as_ref().map(|located| located.operation.label()),
            path: located.map(|located| located.operation.path_values.into_iter().collect()).unwrap_or_default(),
            url: url.to_owned(),
        }
    }
}
