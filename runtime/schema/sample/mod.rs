//! Generates a value from a schema, for use as an example.
//!
//! The first try takes the first of all choices: a declared example, the first alternative, every property. While the
//! value is not valid ([`crate::validator`]), the choice nearest to a violation is changed ([`choices`]), up to a
//! number of tries. The same schema always gives the same value.

mod choices;
mod facts;
mod gather;
mod list;
mod number;
mod object;
mod pattern;
mod sampler;
mod text;
mod value;

use serde_json::Value;

use crate::convert::Converter;
use crate::schema::{Schema, Schemas};
use choices::Choices;
use sampler::Sampler;

/// Maximum tries with all optional parts, and with required parts only, and the work budget of each kind. If a valid
/// value exists, a few tries usually find it.
const MAX_TRIES: usize = 32;
const MAX_TRIED_STEPS: usize = 100_000;
const MAX_TRIED_WORK: u64 = 100_000;

impl Schema {
    /// A value that is valid by the schema, from its declared examples if they are valid; none if it is not JSON
    /// Schema. `schemas` are those of its definition. Generated on first use.
    ///
    /// If no valid value is found, because none exists or the search takes too long, it is the closest one found.
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
        // First with all optional parts, then with the required parts only.
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

    /// The first try of [`Self::sample`], without validation: for callers that need its shape only.
    #[must_use]
    pub fn sketch(&self, schemas: &Schemas) -> Option<Value> {
        let mut sampler = Sampler::new(Converter::lenient(self, schemas).ok()?);
        let root = sampler.converter.root().ok()?;
        Some(sampler.attempt(&root))
    }
}
