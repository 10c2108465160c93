//! A parameter together with the part of the request that it goes into.

use crate::model::Parameter;

/// The part of a request that a parameter goes into: {in}.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum In {
    Query,
    Path,
    Header,
    Cookie,
    /// 2.0: the whole body.
    Body,
    /// 2.0: a field of a form.
    FormData,
}

/// A parameter of a request.
#[derive(Clone, Debug)]
pub(super) struct RequestParameter {
    pub(super) goes_into: In,
    pub(super) parameter: Parameter,
}
