//! What a rule for calls is made of.

use apinb_text::diagnostic::rule::Rule;

use crate::breach::Breach;
use crate::call::Call;
use crate::state::State;

/// A rule for calls.
pub(crate) struct ContractRule {
    pub(crate) rule: Rule,
    /// Whether it is about the response alone.
    pub(crate) is_about_response: bool,
    /// What breaks it in one call.
    pub(crate) check: fn(&Call<'_>, &mut State) -> Vec<Breach>,
}
