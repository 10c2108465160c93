//! A request that was routed to an operation, and the entities that it affects.

use apinb_text::web::verb::Verb;
use serde_json::Value;

use crate::body::RequestBody;
use crate::endpoint::Operation;
use crate::error_response::error_response;
use crate::exchange::{Origin, Response};
use crate::kind::EntityKind;
use crate::overlay::{Fields, fit_all};
use crate::parent::Parent;
use crate::role::Role;
use crate::routing::Match;
use crate::settings::Search;
use crate::shape::given;

/// A request that was routed to an operation.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) found: &'a Match<'a>,
    pub(crate) operation: &'a Operation,
    pub(crate) verb: Verb,
    pub(crate) accept: Option<&'a str>,
    pub(crate) query: &'a [(String, String)],
    pub(crate) sent: &'a RequestBody,
    pub(crate) search: Search,
}

/// The collection that a call affects, and the parents of its entities.
#[derive(Debug)]
pub(crate) struct StoreKey<'a> {
    /// The stem of the kind's name.
    pub(crate) kind: &'a str,
    pub(crate) known: &'a EntityKind,
    pub(crate) collection: String,
    /// The outline of the path.
    pub(crate) path: String,
    /// The parent entities in the path.
    pub(crate) parents: &'a [Parent],
}

/// The response for a deleted entity.
pub(crate) fn missing(named: &Parent) -> Response {
    error_response(404, &format!("there is no `{}` for `{{{}}}`: it was deleted", named.id, named.parameter), None)
}

impl Call<'_> {
    /// The effect of the operation on the store.
    pub(crate) fn role(&self) -> &Role {
        self.found.site.roles().role(self.found.endpoint, self.operation)
    }

    /// The response as declared in the definition.
    pub(crate) fn declared(&self) -> Response {
        self.operation.response.as_declared(self.found.extension(), self.accept)
    }

    /// The declared content; null if it is not JSON.
    pub(crate) fn example(&self) -> Value {
        self.operation.response.json().cloned().unwrap_or(Value::Null)
    }

    /// Responds with `value`, in the media type that the client accepts. Content that is not JSON stays as declared.
    pub(crate) fn with(&self, value: &Value, origin: Origin) -> Response {
        let response = self.operation.response.with_value(self.found.extension(), self.accept, value, origin);
        response.unwrap_or_else(|| self.declared())
    }

    /// The fields that the request sends for entities of a kind, whose envelope is `key`, in the types of `example`. A
    /// parameter of the query that has the name of a field is sent, too.
    pub(crate) fn given(&self, kind: &str, key: Option<&str>, example: &Fields) -> Vec<Fields> {
        let mut all = match self.sent {
            RequestBody::Nothing => Vec::new(),
            RequestBody::Value(value) => given(value, kind, key),
            RequestBody::Form(fields) => vec![fields.clone()],
        };
        if matches!(self.verb, Verb::Post | Verb::Put | Verb::Patch) && all.len() < 2 {
            let is_field = |(name, _): &&(String, String)| example.get(name).is_some_and(|model| !model.is_null());
            let query: Fields =
                self.query.iter().filter(is_field).map(|(name, value)| (name.clone(), value.clone().into())).collect();
            match all.first_mut() {
                Some(first) => {
                    for (name, value) in query {
                        first.entry(name).or_insert(value);
                    }
                }
                None if !query.is_empty() => all.push(query),
                None => {}
            }
        }
        all.iter_mut().for_each(|fields| fit_all(fields, example));
        all
    }
}
