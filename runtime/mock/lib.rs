//! An HTTP mock server for an API, made from its definition. It stores what clients create and change.
//!
//! # How it responds
//! A request is routed by the resources of the definition, with or without the path of the base URI; literal segments
//! take precedence over parameters. A method responds with its first declared success status, POST with 201 if that is
//! declared (or else with `2XX`, or else with the default response): with its example, or a value that conforms to the
//! schema, or `{}`. The header `x-apinb-mock` names the origin of the content. Secured methods require credentials but
//! accept any; the OAuth endpoints approve every valid request.
//!
//! # What it stores
//! The *kind* of an entity is inferred from the envelope in the examples (`{"user": {…}}`, `{"users": […]}`), or else
//! from the path (`/users`, `/users/{id}`). All paths share the entities of a kind: `/memberships/{id}` reads what
//! `/users/{user_id}/memberships` created. The path, status and example determine the role of a method:
//!
//! - *Listing*: its example is a list. It returns the entities in the example, then the created ones. Below an entity
//!   (`/users/{user_id}/groups`), it returns only those that were created there or refer to that entity in a field
//!   (`user_id`, `userId`, `user`). A query filters the list (see `selection.rs`), and counts are adjusted.
//! - *Creation*: a POST that declares 201, or whose path lists the same kind or has a `/{id}` below it. The fields of
//!   the request, with or without envelope, are merged into the example. The entity gets the next id after the
//!   example's, unless the request has a free id or a natural key (such as an ISBN). Fields such as `user_id` are set
//!   from the path.
//! - *Item*: the path ends in a parameter (`/users/{id}`) whose value is the id, or the value of the field with the
//!   parameter's name (`{login}`). GET reads the entity; PUT, PATCH and POST merge the fields of the request into it;
//!   DELETE removes it and responds with its example. An id that was never created reads as the example with that id. A
//!   deleted id returns 404 at all paths of the kind; PUT and POST create it again. Paths below it stay.
//! - *Link*: an item that its path only relates to others (`/teams/{id}/members/{user}`): PUT adds it there, DELETE
//!   removes it from there.
//! - *Action*: literal text below an item, with a response of the same kind (`/users/{id}/verify`). The entity becomes
//!   like the example, except for fields that the client has set.
//! - *Single*: GET, PUT, PATCH and DELETE on another path whose example is one entity (`/settings`). The request is
//!   merged into it.
//!
//! If a collection has neither example nor schema, its listing is `{}` until something is created, then an array. Any
//! other method responds with its example, and with the fields of the request in it, and stores nothing; the same applies
//! to content that is not JSON. What a request sends is converted to the types of the example, and a response with stored
//! values is made to conform to its schema.
//!
//! # Limits of this crate
//! It prints nothing: it calls an observer for each request. The caller routes the requests for a host to the mock
//! server.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

mod access;
mod body;
mod call;
mod content;
mod cors;
mod creation;
mod credentials;
mod dispatch;
mod endpoint;
mod error_response;
mod exchange;
mod ids;
mod item;
mod kind;
mod noun;
mod oauth;
mod oauth1;
mod overlay;
mod pace;
mod parent;
mod preference;
mod response;
mod role;
mod routing;
mod selection;
mod server;
mod service;
mod settings;
mod shape;
mod site;
mod store;
mod validation;

use std::net::SocketAddr;
use std::sync::Arc;

use apinb_definition::model::Definition;

pub use access::AcceptedHosts;
pub use cors::AllowedOrigins;
pub use exchange::{Origin, Served};
pub use settings::{MockSettings, Search};

use server::{Observer, Server};
use service::Service;

/// A running mock server. Dropping it stops it.
#[derive(Debug)]
pub struct Mock {
    server: Server,
    service: Arc<Service>,
}

/// The mock server could not start.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}")]
pub struct MockError {
    /// The requested address.
    pub address: SocketAddr,
    /// The error of the operating system.
    #[source]
    pub cause: std::io::Error,
}

impl Mock {
    /// Starts a mock server for all `definitions` on `address`, in a new thread. Port 0 selects a free port. A request
    /// is for the definition that names its host, whose base path it is below, and that has the resource.
    ///
    /// # Errors
    /// If it cannot listen on `address`.
    pub fn start(
        definitions: Vec<Arc<Definition>>,
        address: SocketAddr,
        settings: MockSettings,
    ) -> Result<Self, MockError> {
        Self::serve(definitions, address, settings, None)
    }

    /// Like [`Self::start`], with an observer that is called after every request, on the thread of the mock server.
    ///
    /// # Errors
    /// If it cannot listen on `address`.
    pub fn start_observed(
        definitions: Vec<Arc<Definition>>,
        address: SocketAddr,
        settings: MockSettings,
        observer: impl Fn(&Served) + Send + Sync + 'static,
    ) -> Result<Self, MockError> {
        Self::serve(definitions, address, settings, Some(Box::new(observer)))
    }

    fn serve(
        definitions: Vec<Arc<Definition>>,
        address: SocketAddr,
        settings: MockSettings,
        observer: Option<Observer>,
    ) -> Result<Self, MockError> {
        let service = Arc::new(Service::new(definitions, settings));
        let server = Server::start(Arc::clone(&service), address, observer);
        let server = server.map_err(|cause| MockError { address, cause })?;
        Ok(Self { server, service })
    }

    /// Serves a definition too, for the hosts that it names and for `hosts` (patterns). Does nothing if it is already
    /// served for them.
    pub fn add(&self, definition: &Arc<Definition>, hosts: &[String]) {
        self.service.add(definition, hosts);
    }

    /// The address on which it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// One line per method: `GET /api/{version}/users{mediaTypeExtension}`.
    #[must_use]
    pub fn routes(&self) -> Vec<String> {
        self.service.routes()
    }
}
