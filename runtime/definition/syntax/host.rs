//! What a parser needs from its caller, which knows the other documents of the definition and its limits.

use apinb_text::diagnostic::Severity;
use std::rc::Rc;

use crate::tree::budget::Budget;
use crate::tree::node::{Node, NodeLocation};
use apinb_text::source::span::Location;

use crate::syntax::diagnostic::SyntaxDiagnostic;

/// The caller of a parser.
pub(crate) trait DocumentHost: Budget {
    /// Converts a node location for diagnostics.
    fn locate(&self, location: NodeLocation) -> Location;

    /// How serious a repeated key is in this language.
    fn repeated_key_severity(&self) -> Severity;

    fn report(&mut self, diagnostic: SyntaxDiagnostic);

    /// Reports that nesting is too deep at `location`.
    fn too_deep(&mut self, location: NodeLocation);

    /// The number of nodes that may be read.
    fn max_nodes(&self) -> u64;

    /// Interns a key.
    fn key(&mut self, text: &str) -> Rc<str>;

    /// Whether a diagnostic at `location` would only follow from an include that cannot be read.
    fn is_silenced(&self, location: NodeLocation) -> bool;

    /// Includes a document at nesting level `depth`; returns null if it cannot be read.
    fn include(&mut self, reference: &str, location: NodeLocation, depth: u32) -> Rc<Node>;

    /// Announces documents that will be included next.
    fn prefetch(&self, references: &[String], location: NodeLocation);
}
