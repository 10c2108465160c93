//! The versions of RAML, and how each writes an annotation.

/// The version of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// RAML 0.8.
    V08,
    /// RAML 1.0.
    V10,
}

/// Whether a key has the form of an annotation.
pub(crate) fn is_annotation(key: &str) -> bool {
    key.len() > 2 && key.starts_with('(') && key.ends_with(')')
}
