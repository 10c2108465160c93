//! The versions of OpenAPI that are read.

/// The versions of the language, by what they have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Version {
    /// 2.0.
    V2,
    /// 3.0.x.
    V30,
    /// 3.1.x.
    V31,
}
