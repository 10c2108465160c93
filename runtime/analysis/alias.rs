//! Variables that hold chains.

use crate::chain::Chain;
use crate::facts::{Binding, Facts, Use, is_global};
use crate::model::{Step, is_method};

/// Maximum length of a chain of variables that hold variables.
pub(super) const MAX_ALIASES: usize = 8;
/// Maximum length of a chain, in steps.
pub(super) const MAX_STEPS: usize = 256;

/// Replaces variables by their chains.
pub(super) fn expanded(facts: &Facts, mut chain: Chain) -> Chain {
    for _ in 0..MAX_ALIASES {
        let Some(Binding::Chain(value)) = facts.bindings.get(&chain.root) else { break };
        // The result of a call is not a part of a client.
        let gives = |pair: &[Step]| match pair {
            [Step::Name { name, .. }, Step::Call { .. }] => is_method(name),
            _ => false,
        };
        if value.root == chain.root || value.steps.len() > MAX_STEPS || value.steps.windows(2).any(gives) {
            break;
        }
        chain.root.clone_from(&value.root);
        chain.steps.splice(0..0, value.steps.iter().cloned());
        strip_global(facts, &mut chain);
    }
    chain
}

/// The chain of a use, without the global object: `window.client` is `client`.
pub(super) fn global(facts: &Facts, one: &Use) -> Chain {
    let mut chain = one.chain.clone();
    strip_global(facts, &mut chain);
    chain
}

fn strip_global(facts: &Facts, chain: &mut Chain) {
    while is_global(&chain.root) && !facts.bindings.contains_key(&chain.root) {
        let Some(Step::Name { name, place }) = chain.steps.first() else { return };
        (chain.root, chain.root_place) = (name.clone(), *place);
        chain.steps.remove(0);
    }
}
