//! The supported versions of OpenAPI.

/// A group of versions that are read alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Version {
    /// 2.0.
    V2,
    /// 3.0.x.
    V30,
    /// 3.1.x.
    V31,
    /// 3.2.x, and any later 3: as 3.1, with what is new in it.
    V32,
}
