//! Counts the nodes and the text of a definition against its limits, and reports a limit that is reached.

use crate::definition::limits::{MAX_DEPTH, MAX_TEXT_BYTES, MIN_NODES, max_nodes};
use crate::definition::problem::{Limit, Problem};
use crate::definition::tree::budget::Budget;
use crate::definition::tree::node::Place;

use super::Documents;

impl Documents<'_> {
    /// The number of nodes that may be read and made, in proportion to the size of the documents read so far.
    pub(crate) fn max_nodes(&self) -> u64 {
        max_nodes(self.supply.bytes())
    }

    /// Counts `count` more nodes; false when there are too many.
    pub(crate) fn spend_nodes(&mut self, count: usize, place: Place) -> bool {
        self.nodes = self.nodes.saturating_add(count as u64);
        if self.nodes <= MIN_NODES {
            return true;
        }
        let limit = self.max_nodes();
        self.nodes <= limit || self.report_limit_once("nodes", Limit::Nodes(limit), place)
    }

    /// Counts text that is copied into the model; false when there is too much.
    pub(crate) fn spend_text(&mut self, bytes: usize, place: Place) -> bool {
        self.text_bytes = self.text_bytes.saturating_add(bytes as u64);
        self.text_bytes <= MAX_TEXT_BYTES || self.report_limit_once("text", Limit::TextBytes(MAX_TEXT_BYTES), place)
    }

    /// Reports that nesting is too deep at `place`.
    pub(crate) fn too_deep(&mut self, place: Place) {
        let location = self.location(place);
        self.report(Problem::Limit { location, limit: Limit::Depth(MAX_DEPTH) });
    }

    /// Reports a limit that holds for the whole definition, unless it was reported before; false.
    pub(super) fn report_limit_once(&mut self, name: &'static str, limit: Limit, place: Place) -> bool {
        if self.reached.insert(name) {
            let location = self.location(place);
            self.report(Problem::Limit { location, limit });
        }
        false
    }
}

impl Budget for Documents<'_> {
    fn spend_nodes(&mut self, count: usize, place: Place) -> bool {
        Self::spend_nodes(self, count, place)
    }

    fn spend_text(&mut self, bytes: usize, place: Place) -> bool {
        Self::spend_text(self, bytes, place)
    }
}
