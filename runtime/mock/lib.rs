//! An HTTP mock server for an API, made from its definition, that stores what was created.
//!
//! # How it responds
//! A request is routed by the definition's resources, below the path of the base URI or directly, literal segments
//! before parameters. A method responds with the first success that it declares (else with what it says of `2XX`, else
//! of all statuses): its example, or a value that is valid by its schema, or `{}`. The header `x-apinb-mock` says which.
//! Methods that are secured need credentials, whichever; the endpoints of OAuth 2.0 approve at once.
//!
//! # What it stores
//! A *kind* of entity is known by the envelope of the examples (`{"user": {…}}`, `{"users": […]}`), or else by the path
//! (`/users`, `/users/{id}`). Entities of one kind are the same wherever they show: what `/users/{user_id}/memberships`
//! makes, `/memberships/{id}` reads. By path, status and example, a method is one of these:
//!
//! - *Listing*: its example is a list. It shows the example's entities, then those that were made; below an entity
//!   (`/users/{user_id}/groups`) only those that were made there, or that say so by a field (`user_id`, `userId`,
//!   `user`). A query selects (see `selection.rs`), and counts are set to match.
//! - *Creation*: a POST that declares 201, or at a path that lists the same kind or has `/{id}` below it. The request's
//!   fields are laid over the example, with or without its envelope; the entity gets the next id after the example's,
//!   unless the request has one that is free (or a key of its own, such as an ISBN), and fields like `user_id` get
//!   what the path says.
//! - *Item*: the path ends in a parameter (`/users/{id}`), whose value is the id, or the field that is named like the
//!   parameter (`{login}`). GET reads; PUT, PATCH and POST lay the request's fields over what is there; DELETE removes
//!   it and responds with its example. An id that was never made reads as the example under that id: what the definition
//!   shows exists. A deleted one is 404, and so is everything below it; where no POST makes the kind, PUT makes it again.
//! - *Action*: text below an item whose response shows the same kind (`/users/{id}/verify`). The entity becomes what the
//!   example shows, except for the fields that the client has set.
//! - *Single*: GET, PUT and PATCH at any other path that shows one entity (`/settings`). The request is laid over it.
//!
//! Where a collection has neither example nor schema, its listing is `{}` until something was made, then a bare array.
//! Any other method responds with its example and stores nothing, and so does content that is not JSON.
//!
//! # What it leaves to others
//! It prints nothing: an observer is called for each request. Routing the requests for a host to it is the network's.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

mod body;
mod call;
mod content;
mod creation;
mod credentials;
mod dispatch;
mod endpoint;
mod error_response;
mod exchange;
mod ids;
mod item;
mod kind;
mod multipart;
mod noun;
mod oauth;
mod overlay;
mod parent;
mod response;
mod role;
mod routing;
mod selection;
mod server;
mod service;
mod shape;
mod site;
mod store;

use std::net::SocketAddr;
use std::sync::Arc;

use apinb_definition::model::Definition;

pub use exchange::{Origin, Served};

use server::{Observer, Server};
use service::Service;

/// A running mock server; dropping it stops it.
#[derive(Debug)]
pub struct Mock {
    server: Server,
    service: Arc<Service>,
}

/// The mock server could not be started.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}")]
pub struct MockError {
    /// The address that it should listen on.
    pub address: SocketAddr,
    /// The error of the system.
    #[source]
    pub cause: std::io::Error,
}

impl Mock {
    /// Starts a mock server for all of `definitions` on `address` (port 0: a free one), on a thread of its own.
    ///
    /// # Errors
    /// When it cannot listen there.
    pub fn start(definitions: Vec<Arc<Definition>>, address: SocketAddr) -> Result<Self, MockError> {
        Self::serve(definitions, address, None)
    }

    /// The same, with an observer that is called after every request, on the thread of the mock server.
    ///
    /// # Errors
    /// When it cannot listen there.
    pub fn start_observed(
        definitions: Vec<Arc<Definition>>,
        address: SocketAddr,
        observer: impl Fn(&Served) + Send + Sync + 'static,
    ) -> Result<Self, MockError> {
        Self::serve(definitions, address, Some(Box::new(observer)))
    }

    fn serve(
        definitions: Vec<Arc<Definition>>,
        address: SocketAddr,
        observer: Option<Observer>,
    ) -> Result<Self, MockError> {
        let service = Arc::new(Service::new(definitions));
        let server = Server::start(Arc::clone(&service), address, observer);
        let server = server.map_err(|cause| MockError { address, cause })?;
        Ok(Self { server, service })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// What it answers to, one line for each method: `GET /api/{version}/users{mediaTypeExtension}`.
    #[must_use]
    pub fn routes(&self) -> Vec<String> {
        self.service.routes()
    }
}
