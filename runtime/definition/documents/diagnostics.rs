//! The faults that the readers of every language find.

use crate::documents::Documents;
use crate::documents::diagnostic::DocumentDiagnostic;
use crate::syntax::diagnostic::SyntaxDiagnostic;
use crate::tree::node::{Entry, Node, NodeLocation};
use apinb_text::display::suggest::suggest;
use apinb_text::display::truncate::excerpt;

impl Documents<'_> {
    /// A key that means nothing where it stands.
    pub(crate) fn unknown_key(&mut self, entry: &Entry, within: &'static str, known: &[&'static str]) {
        if self.is_full() {
            return;
        }
        let location = self.locate(entry.location);
        let suggestion = suggest(&entry.key, known.iter().copied()).map(str::to_owned);
        self.report(DocumentDiagnostic::UnknownKey { location, key: excerpt(&entry.key), within, suggestion });
    }

    /// A text where a map belongs, say.
    pub(crate) fn wrong_kind(&mut self, key: &str, node: &Node, expected: &'static str) {
        let location = self.locate(node.location);
        let found = node.noun();
        self.report(SyntaxDiagnostic::WrongKind { location, key: excerpt(key), expected, found });
    }

    /// A value that its key cannot have.
    pub(crate) fn invalid(&mut self, key: &str, value: &str, location: NodeLocation, expected: &str) {
        let location = self.locate(location);
        let (key, value, expected) = (excerpt(key), excerpt(value), expected.to_owned());
        self.report(DocumentDiagnostic::InvalidValue { location, key, value, expected });
    }

    /// A key that has to be there.
    pub(crate) fn missing(&mut self, key: &'static str, within: &'static str, location: NodeLocation) {
        let location = self.locate(location);
        self.report(DocumentDiagnostic::MissingKey { location, key, within });
    }
}
