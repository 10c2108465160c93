//! An HTTP stand-in for an API, made from its definition, with a memory of what was created.
//!
//! # What it answers
//! A request is routed by the definition's resources, below the path of the base URI or directly, literal segments
//! before tags. A method answers with the first success that it declares (else with what it says of `2XX`, else of all
//! statuses): its example, or a value that is valid by its schema, or `{}`. The header `x-apinb-mock` says which.
//! Methods that are secured want credentials, whichever; the endpoints of OAuth 2.0 approve at once.
//!
//! # What it remembers
//! A *kind* of thing is known by the envelope of the examples (`{"user": {…}}`, `{"users": […]}`), or else by the path
//! (`/users`, `/users/{id}`). Things of one kind are the same wherever they show: what `/users/{user_id}/memberships`
//! makes, `/memberships/{id}` reads. By path, status and example, a method is one of these:
//!
//! - *Listing*: its example is a list. It shows the example's things, then those that were made; below a thing
//!   (`/users/{user_id}/groups`) only those that were made there, or that say so by a field (`user_id`, `userId`,
//!   `user`). A query selects (see `selection.rs`), a count is set right.
//! - *Creation*: a POST that declares 201, or at a path that lists the same kind or has `/{id}` below it. The request's
//!   fields are laid over the example, with or without its envelope; the thing gets the next id after the example's,
//!   unless the request gives one that is free (or a key of its own, such as an ISBN), and fields like `user_id` get
//!   what the path says.
//! - *Item*: the path ends in a tag (`/users/{id}`), which gives the id, or the field that is named like the tag
//!   (`{login}`). GET reads; PUT, PATCH and POST lay the request's fields over what is there; DELETE takes it away and
//!   answers with its example. An id that was never made reads as the example under that id: what the definition shows
//!   exists. A deleted one is 404, and so is everything below it; where no POST makes the kind, PUT makes it again.
//! - *Action*: text below an item whose answer shows the same kind (`/users/{id}/verify`). Its example becomes of the
//!   thing, but for what the client said of it.
//! - *Single*: GET, PUT and PATCH at any other path that shows one thing (`/settings`). What is sent is laid over it.
//!
//! Where a collection has neither example nor schema, its listing is `{}` until something was made, then a bare array.
//! Any other method answers with its example and remembers nothing, and so does content that is no JSON.
//!
//! # What it leaves to others
//! It prints nothing: an observer gets to know of each request. Sending a host's requests here is the network's.

mod address;
mod answer;
mod body;
mod content;
mod creation;
mod credentials;
mod exchange;
mod ids;
mod item;
mod kind;
mod memory;
mod multipart;
mod noun;
mod oauth;
mod overlay;
mod parent;
mod problem;
mod remember;
mod role;
mod routing;
mod segment;
mod selection;
mod server;
mod shape;
mod site;
mod standin;

use std::net::SocketAddr;
use std::sync::Arc;

use apinb_core::definition::model::Definition;

pub use exchange::{Origin, Served};

use server::{Observer, Server};
use standin::StandIn;

/// A running stand-in; dropping it stops it.
#[derive(Debug)]
pub struct Mock {
    server: Server,
    stand_in: Arc<StandIn>,
}

/// Why a stand-in could not be started.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}")]
pub struct MockError {
    /// Where it should listen.
    pub address: SocketAddr,
    /// What the system said.
    #[source]
    pub cause: std::io::Error,
}

impl Mock {
    /// Starts a stand-in for all of `definitions` on `address` (port 0: a free one), on a thread of its own.
    ///
    /// # Errors
    /// When it cannot listen there.
    pub fn start(definitions: Vec<Arc<Definition>>, address: SocketAddr) -> Result<Self, MockError> {
        Self::serve(definitions, address, None)
    }

    /// The same, with an observer that is told of every request that was answered, on the stand-in's thread.
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
        let stand_in = Arc::new(StandIn::new(definitions));
        let server = Server::start(Arc::clone(&stand_in), address, observer);
        let server = server.map_err(|cause| MockError { address, cause })?;
        Ok(Self { server, stand_in })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// What it answers to, one line for each method: `GET /api/{version}/users{mediaTypeExtension}`.
    #[must_use]
    pub fn routes(&self) -> Vec<String> {
        self.stand_in.routes()
    }

    /// The hosts, as templates, for which a definition's requests come here: of its base URI and of its security
    /// schemes' URIs.
    #[must_use]
    pub fn hosts(definition: &Definition) -> Vec<String> {
        site::hosts(definition)
    }
}
