//! The errors of schemas.

/// The reason why a schema cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// XML Schema, or not a schema.
    #[error("the schema is not a JSON Schema")]
    NotJson,
    /// A keyword has an invalid value.
    #[error("the schema is not valid: {message}")]
    Invalid { message: String },
    /// The target of a `$ref` does not exist; remote targets are not fetched.
    #[error("cannot resolve the schema's `$ref: {reference}`")]
    Reference { reference: String },
    /// The schema is nested too deeply.
    #[error("the schema is nested more than {limit} levels deep")]
    TooDeep {
        /// In levels.
        limit: usize,
    },
    /// The schema has too many parts, including referenced ones.
    #[error("the schema has more than {limit} parts")]
    TooLarge {
        /// In JSON values.
        limit: usize,
    },
    /// The validation would take too many steps, or nest too deeply.
    #[error("checking the value against the schema takes too long")]
    TooMuchWork,
}
