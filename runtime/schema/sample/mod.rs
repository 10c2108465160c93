//! Generates a sample value from a schema, for use as an example.
//!
//! The first try takes the first alternative of every choice: a declared example, the first schema, every property.
//! While the value is invalid ([`crate::validator`]), the choice nearest to a violation is changed ([`choices`]), up to
//! a maximum number of tries. The same schema always produces the same value.

mod choices;
mod facts;
mod gather;
mod list;
pub(crate) mod number;
mod object;
pub(crate) mod pattern;
mod sampler;
mod text;
mod value;
pub mod write_only;
mod xml;

use serde_json::Value;

use crate::convert::Converter;
use crate::schema::{Schema, Schemas};
use choices::Choices;
use sampler::Sampler;

/// Maximum number of tries with all optional parts, and again with only the required parts, and the budgets for each.
/// If a valid value exists, a few tries usually find it.
const MAX_TRIES: usize = 32;
const MAX_TRIED_STEPS: usize = 100_000;
const MAX_TRIED_WORK: u64 = 100_000;

impl Schema {
    /// A value that conforms to the schema, from its declared examples if they are valid; `None` if it is not JSON
    /// Schema. `schemas` are the named schemas of the definition. The result is cached.
    ///
    /// If no valid value is found, because none exists or the search takes too long, returns the closest one found.
    #[must_use]
    pub fn sample(&self, schemas: &Schemas) -> Option<Value> {
        self.0.sample.get_or_init(|| self.make_sample(schemas)).clone()
    }

    fn make_sample(&self, schemas: &Schemas) -> Option<Value> {
        let mut sampler = Sampler::new(Converter::lenient(self, schemas).ok()?);
        let root = sampler.converter.root().ok()?;
        let first = sampler.attempt(&root);
        let Ok(validator) = self.validator(schemas) else { return Some(first) };
        let mut value = first.clone();
        // Tries all optional parts first, then only the required parts.
        for is_minimal in [false, true] {
            if is_minimal {
                sampler.is_minimal = true;
                sampler.choices = Choices::default();
                value = sampler.attempt(&root);
            }
            let (mut steps, mut work) = (0, 0);
            for _ in 0..MAX_TRIES {
                let Ok((culprits, more)) = validator.culprits(&value) else { break };
                if culprits.is_empty() {
                    return Some(value);
                }
                steps += sampler.steps();
                work += more;
                if steps > MAX_TRIED_STEPS || work > MAX_TRIED_WORK || !sampler.choices.change(&culprits) {
                    break;
                }
                value = sampler.attempt(&root);
            }
        }
        Some(first)
    }

    /// The first try of [`Self::sample`], without validation, for callers that only need its structure.
    #[must_use]
    pub fn sketch(&self, schemas: &Schemas) -> Option<Value> {
        let mut sampler = Sampler::new(Converter::lenient(self, schemas).ok()?);
        let root = sampler.converter.root().ok()?;
        Some(sampler.attempt(&root))
    }
}
