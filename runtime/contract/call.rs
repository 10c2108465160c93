//! A call with its operation, as rules see it.

use std::cell::{OnceCell, RefCell};

use apinb_definition::model::{Body, Method, Response, Status};
use apinb_record::contract::{MessagePart, Unchecked};
use apinb_schema::direction::Direction;
use apinb_schema::located::LocatedViolation;
use apinb_schema::marks::Mark;
use apinb_schema::validator::Validator;
use serde_json::Value;
use std::sync::Arc;
use url::Url;

use crate::api::{Api, Operation, Route};
use crate::breach::Place;
use crate::content::{Content, typed};
use crate::exchange::{self, Exchange, Message};
use crate::media;

/// A call with its operation.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) exchange: &'a Exchange,
    pub(crate) api: &'a Api,
    pub(crate) route: Route<'a>,
    url: OnceCell<Option<Url>>,
    request: OnceCell<Content>,
    response: OnceCell<Content>,
    request_body: OnceCell<Option<CheckedBody<'a>>>,
    response_body: OnceCell<Option<CheckedBody<'a>>>,
    /// The parts that cannot be checked.
    unchecked: RefCell<Vec<(MessagePart, String)>>,
}

/// A body held against its schema.
#[derive(Debug)]
pub(crate) struct CheckedBody<'a> {
    pub(crate) declared: &'a Body,
    pub(crate) value: Arc<Value>,
    pub(crate) violations: Vec<LocatedViolation>,
    pub(crate) marks: Vec<Mark>,
    validator: Arc<Validator>,
}

impl CheckedBody<'_> {
    pub(crate) fn validator(&self) -> &Validator {
        &self.validator
    }
}

impl<'a> Call<'a> {
    pub(crate) fn new(exchange: &'a Exchange, api: &'a Api, route: Route<'a>) -> Self {
        Self {
            exchange,
            api,
            route,
            url: OnceCell::new(),
            request: OnceCell::new(),
            response: OnceCell::new(),
            request_body: OnceCell::new(),
            response_body: OnceCell::new(),
            unchecked: RefCell::default(),
        }
    }

    pub(crate) fn operation(&self) -> Option<&Operation<'a>> {
        match &self.route {
            Route::Operation(operation) => Some(operation),
            Route::UnknownPath(_) | Route::UnknownMethod(..) => None,
        }
    }

    pub(crate) fn method(&self) -> Option<&'a Method> {
        self.operation().map(|operation| operation.method)
    }

    /// The operation as findings name it.
    pub(crate) fn label(&self) -> Option<String> {
        match &self.route {
            Route::Operation(operation) => Some(operation.label()),
            Route::UnknownPath(_) | Route::UnknownMethod(..) => None,
        }
    }

    pub(crate) fn url(&self) -> Option<&Url> {
        self.url.get_or_init(|| Url::parse(&self.exchange.url).ok()).as_ref()
    }

    /// The declared response of its status: that status, its class, or the default.
    pub(crate) fn declared(&self) -> Option<&'a Response> {
        let responses = &self.method()?.responses;
        let class = (self.exchange.status / 100) as u8;
        let with = |status: Status| responses.iter().find(|response| response.status == status);
        with(Status::Code(self.exchange.status))
            .or_else(|| with(Status::Class(class)))
            .or_else(|| with(Status::Default))
    }

    /// Whether its response has no body by HTTP: RFC 9110 section 6.4.1.
    pub(crate) fn has_no_body(&self) -> bool {
        self.exchange.method == "HEAD" || matches!(self.exchange.status, 100..=199 | 204 | 205 | 304)
    }

    /// Whether a mock server responded.
    pub(crate) fn is_mocked(&self) -> bool {
        self.exchange.mocked || self.exchange.response.header("x-apinb-mock").is_some()
    }

    /// Whether the response is one of a mock server that no definition describes: an error of its own state, or the
    /// content of a response without one.
    pub(crate) fn is_mock_state(&self) -> bool {
        let origin = self.exchange.response.header("x-apinb-mock");
        origin.is_some_and(|origin| self.exchange.status >= 400 || origin == "nothing")
    }

    pub(crate) fn request_content(&self) -> &Content {
        self.request.get_or_init(|| Content::of(&self.exchange.request))
    }

    pub(crate) fn response_content(&self) -> &Content {
        self.response.get_or_init(|| Content::of(&self.exchange.response))
    }

    /// The declared body for the media type of a message; the only one if the message names none.
    pub(crate) fn declared_body(&self, bodies: &'a [Body], message: &Message) -> Option<&'a Body> {
        let Some(media_type) = message.header("content-type") else {
            return bodies.first().filter(|_| bodies.len() == 1);
        };
        let fitting = bodies.iter().filter(|body| media::allows(&body.media_type, media_type));
        fitting.max_by_key(|body| media::closeness(&body.media_type, media_type))
    }

    /// The body of the request held against its schema; `None` if it cannot be checked.
    pub(crate) fn request_body(&self) -> Option<&CheckedBody<'a>> {
        let check = || {
            let declared = self.declared_body(&self.method()?.bodies, &self.exchange.request)?;
            self.checked(declared, self.request_content(), &self.exchange.request, MessagePart::RequestBody)
        };
        self.request_body.get_or_init(check).as_ref()
    }

    /// The body of the response held against its schema; `None` if it cannot be checked.
    pub(crate) fn response_body(&self) -> Option<&CheckedBody<'a>> {
        let check = || {
            if self.has_no_body() || self.is_mock_state() {
                return None;
            }
            let declared = self.declared_body(&self.declared()?.bodies, &self.exchange.response)?;
            self.checked(declared, self.response_content(), &self.exchange.response, MessagePart::ResponseBody)
        };
        self.response_body.get_or_init(check).as_ref()
    }

    fn checked(
        &self,
        declared: &'a Body,
        content: &Content,
        message: &Message,
        part: MessagePart,
    ) -> Option<CheckedBody<'a>> {
        if message.body == exchange::Body::TooLarge && media::is_json(&declared.media_type) {
            self.note_unchecked(part, "it is too large".to_owned());
        }
        let Content::Value(value) = content else { return None };
        let direction = match part {
            MessagePart::RequestBody => Direction::Request,
            _ => Direction::Response,
        };
        let media_type = message.header("content-type").unwrap_or(&declared.media_type);
        let validator = self.api.body_validator(declared, direction)?;
        let value = typed(value, media_type, &validator);
        let violations = match validator.locate_violations(&value) {
            Ok(violations) => violations,
            Err(error) => {
                self.note_unchecked(part, error.to_string());
                return None;
            }
        };
        let marks = validator.marks(&value, direction);
        Some(CheckedBody { declared, value, violations, marks, validator })
    }

    fn note_unchecked(&self, part: MessagePart, reason: String) {
        self.unchecked.borrow_mut().push((part, reason));
    }

    /// The parts that could not be checked, once the rules have asked for them.
    pub(crate) fn unchecked(&self) -> Vec<Unchecked> {
        let unchecked = self.unchecked.take().into_iter();
        let operation = || self.label().unwrap_or_default();
        unchecked.map(|(part, reason)| Unchecked { operation: operation(), part, reason }).collect()
    }

    /// Where the keywords of the schema of a body are.
    pub(crate) fn place_of(&self, body: &'a Body) -> Place<'a> {
        let of_response = self.declared().filter(|response| response.bodies.iter().any(|one| std::ptr::eq(one, body)));
        let of_response = of_response.and_then(|response| response.location.as_ref());
        let fallback = body.location.as_ref().or(of_response).or_else(|| self.method()?.location.as_ref());
        Place { sources: self.api.definition().sources.as_deref(), fallback }
    }
}
