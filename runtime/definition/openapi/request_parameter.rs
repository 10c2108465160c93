//! A parameter, together with its part of the request.

use crate::model::Parameter;

/// The part of a request that a parameter belongs to: {in}.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum In {
    Query,
    /// 3.2: the whole query string.
    QueryString,
    Path,
    Header,
    Cookie,
    /// 2.0: the whole body.
    Body,
    /// 2.0: a form field.
    FormData,
}

#[derive(Clone, Debug)]
pub(super) struct RequestParameter {
    pub(super) goes_into: In,
    pub(super) parameter: Parameter,
}
