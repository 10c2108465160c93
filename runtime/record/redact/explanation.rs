//! Explanations of an API, a resource or a method, and searches for methods.

use super::{Redact, redact};
use crate::explanation::{
    Api, Body, Child, Document, Example, Explanation, Field, Method, Outline, Parameter, Parameters, Requirement,
    Resource, Response, Schema, Scheme, Server, Summary,
};
use crate::search::{FoundMethod, Search, SearchWord};
use apinb_text::secret::redactor::Redactor;

redact! {
    Document { redacted: explanation; kept: version }
    Api {
        redacted: title, api_version, description, base_uri, base_uri_parameters, other_servers, protocols, media_types,
            secured_by, security_schemes, documentation, children, annotations;
        kept: resources, methods
    }
    Server { redacted: uri, description, parameters; kept: }
    Resource {
        redacted: call, path, url, display_name, description, parameters, methods, children, annotations;
        kept:
    }
    Summary { redacted: method, call, summary; kept: deprecated }
    Child { redacted: name, path, methods; kept: }
    Method {
        redacted: method, path, url, call, display_name, description, parameters, query_string, bodies, responses,
            protocols, secured_by, annotations;
        kept: deprecated, body_required
    }
    Parameters { redacted: uri, query, headers, cookies, base_uri; kept: }
    Parameter { redacted: name, display_name, outline; kept: required, deprecated, repeat, style }
    Body { redacted: media_type, form_parameters, schema, examples; kept: }
    Schema { redacted: outline, schema; kept: }
    Example { redacted: name, description, text; kept: }
    Response { redacted: status, description, headers, bodies; kept: }
    Requirement { redacted: schemes; kept: }
    Scheme { redacted: name, kind, description, scopes, grants, headers, query, cookies; kept: }
    Outline {
        redacted: kind, description, values, default, example, pattern, fields, alternatives;
        kept: minimum, maximum, exclusive_minimum, exclusive_maximum, min_length, max_length, read_only, write_only, more
    }
    Field { redacted: name, outline; kept: required }
    Search { redacted: words, methods; kept: version, omitted }
    SearchWord { redacted: word, similar; kept: found }
    FoundMethod { redacted: path, name, summary; kept: }
}

impl Redact for Explanation {
    fn redact(&mut self, redactor: &Redactor) {
        match self {
            Self::Api(api) => api.redact(redactor),
            Self::Resource(resource) => resource.redact(redactor),
            Self::Method(method) => method.redact(redactor),
        }
    }
}
