//! Parses the text of a document, YAML or JSON, to a tree. Does not interpret keys; included documents come from the
//! [`host`].

pub(crate) mod diagnostic;
mod events;
pub(crate) mod host;
mod indentation;
mod json;
mod offsets;
mod repair;
pub(crate) mod yaml;

use std::rc::Rc;
use std::sync::Arc;

use crate::syntax::diagnostic::{Consequence, SyntaxDiagnostic};
use crate::syntax::host::DocumentHost;
use crate::tree::node::Node;
use apinb_text::source::span::{Location, SourceFile, Span};

/// Parses `file`, the document with this index, and reports syntax errors. `None` for invalid JSON.
pub(crate) fn tree<H: DocumentHost>(host: &mut H, file: &Arc<SourceFile>, index: u32) -> Option<Rc<Node>> {
    let text = file.text().trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with(['{', '[']) {
        return Some(yaml::parse(host, file, index, 0));
    }
    match json::parse(host, file, index) {
        Ok(root) => {
            host.spend_nodes(root.nodes, root.node.location);
            Some(root.node)
        }
        Err(fault) => {
            let location = Location::new(file, Span::new(fault.at, fault.at));
            let (message, consequence) = (fault.message.to_owned(), Consequence::RestSkipped);
            host.report(SyntaxDiagnostic::Invalid { location, message, consequence });
            None
        }
    }
}
