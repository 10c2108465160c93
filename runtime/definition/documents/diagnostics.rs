//! Reads values of an expected kind, and reports the diagnostics common to all languages.

use std::rc::Rc;

use crate::documents::Documents;
use crate::documents::diagnostic::DocumentDiagnostic;
use crate::syntax::diagnostic::SyntaxDiagnostic;
use crate::tree::node::{Entry, Node, NodeKind, NodeLocation};
use apinb_text::diagnostic::Severity;
use apinb_text::display::suggest::suggest;
use apinb_text::display::truncate::excerpt;

impl Documents<'_> {
    /// The entries of a map; null has none.
    pub(crate) fn map<'n>(&mut self, key: &str, node: &'n Node) -> &'n [Entry] {
        match &node.kind {
            NodeKind::Mapping(entries) => entries,
            NodeKind::Null => &[],
            _ => {
                self.wrong_kind(key, node, "a map");
                &[]
            }
        }
    }

    /// The items of a list; null has none.
    pub(crate) fn list<'n>(&mut self, key: &str, node: &'n Node) -> &'n [Rc<Node>] {
        match &node.kind {
            NodeKind::Sequence(items) => items,
            NodeKind::Null => &[],
            _ => {
                self.wrong_kind(key, node, "a list");
                &[]
            }
        }
    }

    /// The text of a scalar as written. `None` for null, and for a document that cannot be read, which
    /// `Documents::finish` reports.
    pub(crate) fn text(&mut self, key: &str, node: &Node) -> Option<String> {
        match &node.kind {
            NodeKind::Null => None,
            NodeKind::Scalar { text, .. } => {
                let text = text.readable()?;
                self.spend_text(text.len(), node.location).then(|| text.to_owned())
            }
            _ => {
                self.wrong_kind(key, node, "a string");
                None
            }
        }
    }

    /// How serious a repeated key is: an error in RAML 1.0, which requires valid YAML 1.2.
    pub(crate) fn repeated_key_severity(&self) -> Severity {
        match self.is_raml_10() {
            true => Severity::Error,
            false => Severity::Warning,
        }
    }

    /// Reports a key that `within` does not allow.
    pub(crate) fn unknown_key(&mut self, entry: &Entry, within: &'static str, known: &[&'static str]) {
        if self.is_full() {
            return;
        }
        let location = self.locate(entry.location);
        let suggestion = suggest(&entry.key, known.iter().copied()).map(str::to_owned);
        self.report(DocumentDiagnostic::UnknownKey { location, key: excerpt(&entry.key), within, suggestion });
    }

    /// Reports a value of the wrong kind, such as a string instead of a map.
    pub(crate) fn wrong_kind(&mut self, key: &str, node: &Node, expected: &'static str) {
        let location = self.locate(node.location);
        let found = node.noun();
        self.report(SyntaxDiagnostic::WrongKind { location, key: excerpt(key), expected, found });
    }

    /// Reports a value that its key does not allow.
    pub(crate) fn invalid(&mut self, key: &str, value: &str, location: NodeLocation, expected: &str) {
        let location = self.locate(location);
        let (key, value, expected) = (excerpt(key), excerpt(value), expected.to_owned());
        self.report(DocumentDiagnostic::InvalidValue { location, key, value, expected });
    }

    /// Warns about a missing key, unless its value is an include that cannot be read.
    pub(crate) fn missing(&mut self, key: &'static str, within: &'static str, location: NodeLocation) {
        self.report_missing(key, within, location, Severity::Warning);
    }

    /// Reports a missing key as an error, unless its value is an include that cannot be read.
    pub(crate) fn missing_required(&mut self, key: &'static str, within: &'static str, location: NodeLocation) {
        self.report_missing(key, within, location, Severity::Error);
    }

    fn report_missing(&mut self, key: &'static str, within: &'static str, location: NodeLocation, severity: Severity) {
        let location = self.locate(location);
        if self.is_unread(key, &location.file) {
            return;
        }
        self.report(DocumentDiagnostic::MissingKey { location, key, within, severity });
    }
}
