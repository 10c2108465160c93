//! Why values cannot be checked against a schema.

/// A schema that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// XML Schema, or no schema at all.
    #[error("the schema is not a JSON Schema")]
    NotJson,
    /// A keyword has a value that it cannot have.
    #[error("the schema is not valid: {message}")]
    Invalid {
        /// In words.
        message: String,
    },
    /// A `$ref` names nothing that is there. Nothing is fetched.
    #[error("cannot resolve the schema's `$ref: {reference}`")]
    Reference {
        /// As written.
        reference: String,
    },
    /// It is nested too deeply.
    #[error("the schema is nested more than {limit} levels deep")]
    TooDeep {
        /// Levels.
        limit: usize,
    },
    /// It has too many parts, those that it refers to included.
    #[error("the schema has more than {limit} parts")]
    TooLarge {
        /// Values in its JSON.
        limit: usize,
    },
    /// A value would have to be looked at too often, or through too many schemas inside each other.
    #[error("checking the value against the schema takes too long")]
    TooMuchWork,
}
