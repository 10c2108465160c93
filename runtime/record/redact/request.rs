//! The planned requests of a notebook.

use super::{Redact, redact};
use crate::piece::{Piece, UnknownPiece};
use crate::plan::RequestPlan;
use crate::request::{Body, Credentials, Input, PlannedCall, Request, Requests, Server};
use apinb_text::display::truncate::LABEL;
use apinb_text::secret::redactor::Redactor;

/// Maximum length of source text in place of a value, in characters.
const MAX_SOURCE: usize = 60;

redact! {
    Requests { redacted: path, title, inputs, servers, requests; kept: }
    Input { redacted: name, text, default; kept: }
    Server { redacted: client, uri, credentials; kept: }
    PlannedCall { redacted: client, method, plan, body, notes; kept: own_server }
    RequestPlan { redacted: server, path, query, headers, content_type, only_content_type; kept: }
}

/// The source text is redacted before it is shortened: no part of a secret stays.
impl Redact for UnknownPiece {
    fn redact(&mut self, redactor: &Redactor) {
        let Self { source, json: _, escape: _ } = self;
        *source = redactor.redact(source).truncate(MAX_SOURCE);
    }
}

impl Redact for Request {
    fn redact(&mut self, redactor: &Redactor) {
        let Self { label, written, call, cell: _ } = self;
        *label = redactor.redact(label).truncate(LABEL);
        written.redact(redactor);
        call.redact(redactor);
    }
}

impl Redact for Credentials {
    fn redact(&mut self, redactor: &Redactor) {
        match self {
            Self::Bearer | Self::Basic | Self::Digest => {}
            Self::Named { headers, query } => {
                headers.redact(redactor);
                query.redact(redactor);
            }
            Self::Other(scheme) => scheme.redact(redactor),
        }
    }
}

impl Redact for Body {
    fn redact(&mut self, redactor: &Redactor) {
        match self {
            Self::Text(text) => text.redact(redactor),
            Self::Form(fields) | Self::Multipart(fields) => fields.redact(redactor),
        }
    }
}

impl Redact for Piece {
    fn redact(&mut self, redactor: &Redactor) {
        match self {
            Self::Literal(text) => text.redact(redactor),
            Self::Unknown(unknown) => unknown.redact(redactor),
        }
    }
}
