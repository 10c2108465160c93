//! Validates values against a schema of any draft.
//!
//! The `jsonschema` crate validates, with the schema that `crate::convert` converted to draft 2020-12. It fetches
//! nothing, and `crate::breadth` and `crate::effort` reject schemas that would take too long or nest too deeply.
//! Formats are checked, including those of RAML 1.0 ("Date").

use std::collections::HashMap;

use apinb_text::display::truncate::{excerpt, truncate};
use jsonschema::{Draft, PatternOptions};
use serde_json::Value;

use crate::convert::Converter;
use crate::effort::Effort;
use crate::error::SchemaError;
use crate::flags::has_flags;
use crate::schema::{Schema, Schemas};
use crate::violation::{Violation, places};
use crate::{breadth, format};

/// Maximum number of violations in one report.
const MAX_VIOLATIONS: usize = 50;
/// With more work than this, only the first violation is reported: collecting all takes several times as long.
const MAX_LISTING_WORK: u64 = 200_000;
/// Maximum steps of a pattern with lookaround at one position.
const PATTERN_STEPS: usize = 10_000;
/// Maximum size of a compiled pattern, in bytes.
const PATTERN_BYTES: usize = 256 << 10;
/// Maximum length of the message about an invalid schema, in characters.
const MAX_MESSAGE: usize = 300;

/// A compiled schema. It can validate any number of values.
#[derive(Debug)]
pub struct Validator {
    pub(super) validator: jsonschema::Validator,
    pub(super) schema: Value,
    pub(super) effort: Effort,
    /// Whether properties may be marked by their flags.
    pub(super) has_flags: bool,
    /// The names of named schemas, by their number in `$defs`.
    pub(super) names: HashMap<usize, String>,
    /// The name of the schema itself.
    pub(super) root: Option<String>,
}

impl Schema {
    /// Compiles the schema. `schemas` are the named schemas that its `$ref`s refer to.
    ///
    /// # Errors
    /// If the schema cannot be used: see [`SchemaError`].
    pub fn validator(&self, schemas: &Schemas) -> Result<Validator, SchemaError> {
        Validator::new(Converter::new(self, schemas)?.whole()?)
    }

    /// Validates `instance` and returns the violations.
    ///
    /// # Errors
    /// If the schema cannot be used, or validation would take too long.
    pub fn validate(&self, schemas: &Schemas, instance: &Value) -> Result<Vec<Violation>, SchemaError> {
        self.validator(schemas)?.validate(instance)
    }
}

impl Validator {
    /// Compiles a schema that [`Converter::whole`] returned.
    pub(super) fn new(schema: Value) -> Result<Self, SchemaError> {
        breadth::check(&schema)?;
        let patterns = PatternOptions::fancy_regex()
            .backtrack_limit(PATTERN_STEPS)
            .size_limit(PATTERN_BYTES)
            .dfa_size_limit(PATTERN_BYTES);
        let options = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_pattern_options(patterns)
            .should_validate_formats(true)
            .offline();
        let options = format::RAML.iter().fold(options, |options, (name, check)| options.with_format(*name, *check));
        let validator = options.build(&schema).map_err(|error| fault(&error))?;
        let effort = Effort::new(&schema);
        let has_flags = has_flags(&schema);
        Ok(Self { validator, schema, effort, has_flags, names: HashMap::new(), root: None })
    }

    /// With the names of the schemas in `$defs`, and of the schema itself.
    pub(super) fn named(self, names: HashMap<usize, String>, root: Option<String>) -> Self {
        Self { names, root, ..self }
    }

    /// Validates `instance` and returns the violations.
    ///
    /// # Errors
    /// [`SchemaError::TooMuchWork`] if validation would take too long.
    pub fn validate(&self, instance: &Value) -> Result<Vec<Violation>, SchemaError> {
        let mut violations = Vec::new();
        self.each(instance, |error| {
            let violation = Violation::of(error);
            if !violations.contains(&violation) {
                violations.push(violation);
            }
        })?;
        Ok(violations)
    }

    /// The JSON pointers to the violations in `instance`, and the work of finding them.
    pub(super) fn culprits(&self, instance: &Value) -> Result<(Vec<String>, u64), SchemaError> {
        let mut culprits = Vec::new();
        let work = self.each(instance, |error| culprits.extend(places(error)))?;
        Ok((culprits, work))
    }

    fn each(
        &self,
        instance: &Value,
        mut tell: impl FnMut(&jsonschema::ValidationError<'_>),
    ) -> Result<u64, SchemaError> {
        let work = self.effort.of(instance)?;
        if work > MAX_LISTING_WORK {
            if let Err(error) = self.validator.validate(instance) {
                tell(&error);
            }
        } else {
            self.validator.iter_errors(instance).take(MAX_VIOLATIONS).for_each(|error| tell(&error));
        }
        Ok(work)
    }
}

/// The error for a schema that violates the meta-schema or has an invalid pattern.
fn fault(error: &jsonschema::ValidationError<'_>) -> SchemaError {
    let mut message = truncate(&Violation::of(error).to_string(), MAX_MESSAGE);
    if let jsonschema::error::ValidationErrorKind::Format { format } = error.kind()
        && format == "regex"
    {
        let pattern = error.instance().as_str().unwrap_or_default();
        message = format!("the pattern `{}` cannot be used", excerpt(pattern));
    }
    SchemaError::Invalid { message }
}
