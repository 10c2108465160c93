//! The inputs of one sign-in.

use std::collections::BTreeMap;
use std::time::Duration;

use apinb_definition::model::SecurityScheme;
use apinb_http::network::Network;
use apinb_text::secret::bound::BoundHosts;
use apinb_text::secret::redactor::Redactor;
use tokio_util::sync::CancellationToken;

use crate::credentials::Credentials;
use crate::person::Person;
use crate::store::{Store, StoreError};

use super::provided::ProvidedFields;

/// One sign-in.
#[derive(Clone, Copy)]
pub struct SignIn<'a> {
    /// The name of the client, for messages.
    pub client: &'a str,
    /// The scheme to sign in by.
    pub scheme: &'a SecurityScheme,
    /// The fields that are known.
    pub given: ProvidedFields<'a>,
    /// The values for the parameters of the scheme's URIs.
    pub parameters: &'a BTreeMap<String, String>,
    /// The hosts of the client's API.
    pub bound: &'a BoundHosts,
    /// The person who enters missing fields and visits sign-in pages, if there is one.
    pub person: Option<&'a dyn Person>,
    /// Where tokens are stored; none: nowhere.
    pub store: Option<&'a Store>,
    /// Sends the requests.
    pub network: &'a Network,
    /// Redacts every secret of the sign-in.
    pub redactor: &'a Redactor,
    /// Cancels the sign-in.
    pub cancel: &'a CancellationToken,
    /// The time limit for the person.
    pub limit: Duration,
}

/// The outcome of a sign-in.
#[derive(Debug)]
pub struct SignedIn {
    pub credentials: Credentials,
    /// Why the tokens serve this run only: they could not be stored, or the stored ones could not be used.
    pub unkept: Option<StoreError>,
}
