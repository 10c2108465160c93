//! A value made from a schema: an example where the definition has none.
//!
//! The first try takes the first of everything that may be chosen: an example that the schema declares, the first
//! alternative, every property. When the check ([`crate::validator`]) finds that it is not valid, the choice nearest
//! to what is wrong is made differently ([`choices`]), until it is valid or there were tries enough. The same schema
//! gives the same value.

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

/// Tries with all that may be there, and tries with no more than must; and what those of a kind may look at together, in
/// making and in checking. Where there is a valid value, a few tries find it; the rest is for where there is none.
const MAX_TRIES: usize = 32;
const MAX_TRIED_STEPS: usize = 100_000;
const MAX_TRIED_WORK: u64 = 100_000;

impl Schema {
    /// A value as the schema wants it, from its declared examples where they are valid; none when it is no JSON Schema.
    /// `schemas` are those of its definition. It is made when it is first asked for.
    ///
    /// Where no valid value is found, since there is none or it is too hard to find, it is as near as could be had.
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
        // All that may be there, and then no more than must.
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

    /// The first try of [`Self::sample`], without a look whether it is valid: for what only needs to know its shape.
    #[must_use]
    pub fn sketch(&self, schemas: &Schemas) -> Option<Value> {
        let mut sampler = Sampler::new(Converter::lenient(self, schemas).ok()?);
        let root = sampler.converter.root().ok()?;
        Some(sampler.attempt(&root))
    }
}
