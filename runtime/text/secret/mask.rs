//! The replacement of a secret.

/// The replacement of a secret.
pub const MASK: &str = "[secret]";
