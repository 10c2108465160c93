//! The budget for making nodes and copying text. The caller implements it and knows the limits.

use crate::tree::node::NodeLocation;

/// The node and text limits of one definition.
pub(crate) trait Budget {
    /// Counts `count` more nodes. False once the limit is exceeded, which the budget reports at `location`.
    fn spend_nodes(&mut self, count: usize, location: NodeLocation) -> bool;

    /// Counts text that is copied into the model. False once the limit is exceeded, which the budget reports at
    /// `location`.
    fn spend_text(&mut self, bytes: usize, location: NodeLocation) -> bool;
}
