//! The budget that code which makes nodes and copies text charges: who counts, and what the limits are, is not known
//! here.

use crate::tree::node::NodeLocation;

/// Limits on the nodes and the text of one definition, and what is left of them.
pub(crate) trait Budget {
    /// Counts `count` more nodes; false when the limit is reached, which the budget reports at `location`.
    fn spend_nodes(&mut self, count: usize, location: NodeLocation) -> bool;

    /// Counts text that is copied into the model; false when the limit is reached.
    fn spend_text(&mut self, bytes: usize, location: NodeLocation) -> bool;
}
