//! The versions of RAML, and the syntax of annotations.

/// A version of RAML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V08,
    V10,
}

/// Whether a key has the syntax of an annotation.
pub(crate) fn is_annotation(key: &str) -> bool {
    key.len() > 2 && key.starts_with('(') && key.ends_with(')')
}
