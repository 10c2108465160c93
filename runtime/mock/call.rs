//! A request that found its operation, and the entities that it is about.

use apinb_text::web::verb::Verb;
use serde_json::Value;

use crate::body::RequestBody;
use crate::endpoint::Operation;
use crate::error_response::error_response;
use crate::exchange::{Origin, Response};
use crate::kind::Kind;
use crate::overlay::{Fields, adopt_types};
use crate::parent::Parent;
use crate::role::Role;
use crate::routing::Match;
use crate::shape::given;

/// A request that found its operation.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) found: &'a Match<'a>,
    pub(crate) operation: &'a Operation,
    pub(crate) verb: Verb,
    pub(crate) accept: Option<&'a str>,
    pub(crate) query: &'a [(String, String)],
    pub(crate) sent: &'a RequestBody,
}

/// The collection that a call is about, and under which entities.
#[derive(Debug)]
pub(crate) struct StoreKey<'a> {
    /// The stem of their kind.
    pub(crate) kind: &'a str,
    pub(crate) known: &'a Kind,
    pub(crate) collection: String,
    /// The entities that the path puts them under.
    pub(crate) parents: &'a [Parent],
}

/// The response about an entity that was deleted.
pub(crate) fn missing(named: &Parent) -> Response {
    error_response(404, &format!("there is no `{}` for `{{{}}}`: it was deleted", named.id, named.parameter), None)
}

impl Call<'_> {
    /// What its method does with the store.
    pub(crate) fn role(&self) -> &Role {
        self.found.site.roles().role(self.found.endpoint, self.operation)
    }

    /// The response as the definition shows it.
    pub(crate) fn declared(&self) -> Response {
        self.operation.response.as_declared(self.found.extension(), self.accept)
    }

    /// The declared content; null where there is none that the store can work with.
    pub(crate) fn example(&self) -> Value {
        self.operation.response.json().cloned().unwrap_or(Value::Null)
    }

    /// Answers with `value`, in the media type that was asked for. Content that is not JSON stays as it is declared.
    pub(crate) fn with(&self, value: &Value, origin: Origin) -> Response {
        let response = &self.operation.response;
        match response.choose(self.found.extension(), self.accept) {
            Some(content) if content.is_json() => response.with_value(Some(&content.media_type), value, origin),
            Some(_) => self.declared(),
            None => response.with_value(None, value, origin),
        }
    }

    /// The fields that the request has for entities of a kind that come in the envelope `key`, with a form's texts in the types of
    /// `example`.
    pub(crate) fn given(&self, kind: &str, key: Option<&str>, example: &Fields) -> Vec<Fields> {
        match self.sent {
            RequestBody::Nothing => Vec::new(),
            RequestBody::Value(value) => given(value, kind, key),
            RequestBody::Form(fields) => {
                let mut fields = fields.clone();
                adopt_types(&mut fields, example);
                vec![fields]
            }
        }
    }
}
