//! Violations with the place of the violated keyword, and with the alternative that a value comes closest to.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::{Map, Value};

use crate::convert::number;
use crate::error::SchemaError;
use crate::origin::{ORIGIN, WHOLE};
use crate::validator::Validator;
use crate::violation::Violation;

/// Maximum number of violations in one report.
const MAX_VIOLATIONS: usize = 5_000;
/// Maximum nesting of alternatives that are looked into.
const MAX_ALTERNATIVES: usize = 8;

/// A violation, and its place in the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocatedViolation {
    /// The JSON pointer to the invalid part; of a property that is missing or not allowed, to that property.
    pub pointer: String,
    /// The violated keyword, in draft 2020-12.
    pub keyword: String,
    pub message: String,
    pub place: SchemaPlace,
    /// The alternative of `oneOf` or `anyOf` that the value comes closest to: `Cat`, or `oneOf[1]`.
    pub branch: Option<String>,
}

/// A place in a schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaPlace {
    /// The path of the keyword from the innermost named schema, which is its first part: `User`, `properties`, `id`.
    pub trail: Vec<String>,
    /// The named schemas on the way, outermost first.
    pub names: Vec<String>,
    /// The source position of the keyword, for [`Sources`](crate::origin::Sources); none if the schema has none.
    pub source: Option<String>,
}

impl Validator {
    /// Validates `instance` and returns the violations, each with its place in the schema.
    ///
    /// # Errors
    /// [`SchemaError::TooMuchWork`] if validation would take too long.
    pub fn locate_violations(&self, instance: &Value) -> Result<Vec<LocatedViolation>, SchemaError> {
        self.effort.of(instance)?;
        let mut found = Vec::new();
        if !self.validator.is_valid(instance) {
            for error in self.validator.iter_errors(instance).take(MAX_VIOLATIONS) {
                self.add(&error, None, 0, &mut found);
            }
        }
        Ok(found)
    }

    fn add(&self, error: &ValidationError<'_>, branch: Option<&str>, depth: usize, found: &mut Vec<LocatedViolation>) {
        if found.len() >= MAX_VIOLATIONS {
            return;
        }
        let path = error.evaluation_path().as_str();
        match error.kind() {
            ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }
                if depth < MAX_ALTERNATIVES =>
            {
                if let Some((at, errors)) = closest(error.instance_path().as_str(), context) {
                    let own = self.branch_name(path, at, context.len());
                    let branch = own.as_deref().or(branch);
                    errors.iter().for_each(|error| self.add(error, branch, depth + 1, found));
                    return;
                }
            }
            ValidationErrorKind::AdditionalProperties { unexpected }
            | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
                for name in unexpected {
                    let pointer = below(error.instance_path().as_str(), name);
                    let message = format!("{} is not allowed", crate::violation::name_excerpt(name));
                    let place = self.place(path, None);
                    let keyword = error.kind().keyword().to_owned();
                    let branch = branch.map(str::to_owned);
                    found.push(LocatedViolation { pointer, keyword, message, place, branch });
                }
                return;
            }
            _ => {}
        }
        let Violation { mut pointer, keyword, message } = Violation::of(error);
        let mut name = None;
        if let ValidationErrorKind::Required { property } = error.kind() {
            name = property.as_str();
            pointer = below(&pointer, name.unwrap_or_default());
        }
        let (place, branch) = (self.place(path, name), branch.map(str::to_owned));
        found.push(LocatedViolation { pointer, keyword, message, place, branch });
    }

    /// The name of an alternative; `None` for the only one besides `null`.
    fn branch_name(&self, path: &str, at: usize, of: usize) -> Option<String> {
        let place = self.place(&format!("{path}/{at}/$ref"), None);
        let name = place.names.last().filter(|_| place.trail.len() == 1);
        let keyword = path.rsplit('/').next().unwrap_or_default();
        name.cloned().or_else(|| (of > 2).then(|| format!("{keyword}[{at}]")))
    }

    /// The place at an evaluation path. `required`: the name that is missing.
    fn place(&self, path: &str, required: Option<&str>) -> SchemaPlace {
        let mut place = SchemaPlace::default();
        let mut schema = Some(&self.schema);
        if let Some(root) = &self.root {
            place.names.push(root.clone());
            place.trail.push(root.clone());
        }
        let mut segments = path.split('/').skip(1).map(decoded).peekable();
        while let Some(segment) = segments.next() {
            let origin = schema.and_then(|schema| schema.get(ORIGIN)).and_then(Value::as_object);
            if segment == "$ref" {
                let reference = schema.and_then(|schema| schema.get("$ref")).and_then(Value::as_str);
                let number = reference.and_then(number);
                schema = schema.and_then(|schema| self.target(schema));
                if let Some(name) = number.and_then(|number| self.names.get(&number)) {
                    if place.names.last() != Some(name) {
                        place.names.push(name.clone());
                    }
                    place.trail = vec![name.clone()];
                }
                if place.source.is_none() {
                    place.source = origin.and_then(|origin| text(origin, "$ref"));
                }
                continue;
            }
            if let Some(origin) = origin {
                let name = if segment == "properties" { segments.peek().map(String::as_str) } else { required };
                let exact = name.and_then(|name| text(origin, &format!("{segment}/{name}")));
                let written = || former(&segment).iter().find_map(|keyword| text(origin, keyword));
                let found = exact.or_else(|| text(origin, &segment)).or_else(written).or_else(|| text(origin, WHOLE));
                place.source = found.or(place.source);
            }
            schema = schema.and_then(|schema| match schema {
                Value::Array(items) => items.get(segment.parse::<usize>().ok()?),
                other => other.get(&segment),
            });
            place.trail.push(segment);
        }
        if let Some(name) = required {
            place.trail.push(name.to_owned());
        }
        place
    }
}

/// The keywords of earlier drafts that become this one.
fn former(keyword: &str) -> &'static [&'static str] {
    match keyword {
        "dependentRequired" | "dependentSchemas" => &["dependencies"],
        "exclusiveMinimum" => &["minimum"],
        "exclusiveMaximum" => &["maximum"],
        "prefixItems" => &["items"],
        "items" => &["additionalItems"],
        "multipleOf" => &["divisibleBy"],
        "const" => &["enum"],
        "allOf" => &["extends", "disallow", "type"],
        "anyOf" => &["nullable", "type"],
        _ => &[],
    }
}

fn text(origin: &Map<String, Value>, key: &str) -> Option<String> {
    origin.get(key)?.as_str().map(str::to_owned)
}

/// The alternative that a value at `pointer` comes closest to: one that the type of the value and its discriminator
/// allow, with the fewest violations. `None` if the type of the value fits none.
fn closest<'c>(
    pointer: &str,
    context: &'c [Vec<ValidationError<'static>>],
) -> Option<(usize, &'c [ValidationError<'static>])> {
    let of_type = |errors: &[ValidationError<'_>]| {
        errors.iter().any(|error| {
            matches!(error.kind(), ValidationErrorKind::Type { .. }) && error.instance_path().as_str() == pointer
        })
    };
    let of_tag = |errors: &[ValidationError<'_>]| {
        let is_direct = |error: &ValidationError<'_>| {
            error.instance_path().as_str().strip_prefix(pointer).is_some_and(|rest| rest.matches('/').count() == 1)
        };
        errors.iter().filter(|error| is_direct(error)).any(|error| {
            matches!(error.kind(), ValidationErrorKind::Constant { .. })
                || matches!(error.kind(), ValidationErrorKind::Enum { options }
                    if options.as_array().is_some_and(|options| options.len() == 1))
        })
    };
    let ranked = context.iter().enumerate().filter(|(_, errors)| !of_type(errors) && !errors.is_empty());
    let (at, errors) = ranked.min_by_key(|(at, errors)| (of_tag(errors), errors.len(), *at))?;
    Some((at, errors))
}

/// The JSON pointer to a property of the object at `pointer`.
fn below(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn decoded(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}
