//! Why values cannot be checked against a schema.

/// A schema that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// XML Schema, or no schema at all.
    #[error("the schema is not a JSON Schema")]
    NotJson,
    /// A keyword has an invalid value.
    #[error("the schema is not valid: {message}")]
    Invalid { message: String },
    /// The target of a `$ref` does not exist; remote targets are not fetched.
    #[error("cannot resolve the schema's `$ref: {reference}`")]
    Reference { reference: String },
    /// It is nested too deeply.
    #[error("the schema is nested more than {limit} levels deep")]
    TooDeep {
        /// Levels.
        limit: usize,
    },
    /// It has too many parts, including the referenced ones.
    #[error("the schema has more than {limit} parts")]
    TooLarge {
        /// Values in its JSON.
        limit: usize,
    },
    /// The validation would take too many steps, or nest too deeply.
    #[error("checking the value against the schema takes too long")]
    TooMuchWork,
}
