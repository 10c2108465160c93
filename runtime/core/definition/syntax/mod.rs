//! From the text of a document to its tree: YAML or JSON, by the text.

mod events;
pub(crate) mod json;
mod repair;
pub(crate) mod yaml;

use std::rc::Rc;
use std::sync::Arc;

use super::documents::Documents;
use super::problem::{Consequence, Problem};
use crate::definition::tree::node::Node;
use crate::text::source::span::{Location, SourceFile, Span};

/// The tree of a document, which is the one with that index; faults are reported. None for JSON that is none.
pub(crate) fn tree(documents: &mut Documents<'_>, file: &Arc<SourceFile>, index: u32) -> Option<Rc<Node>> {
    let text = file.text().trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with(['{', '[']) {
        return Some(yaml::parse(documents, file, index, 0));
    }
    match json::parse(documents, file, index) {
        Ok(root) => {
            documents.spend_nodes(root.nodes, root.node.place);
            Some(root.node)
        }
        Err(fault) => {
            let location = Location::new(file, Span::new(fault.at, fault.at));
            let (message, consequence) = (fault.message.to_owned(), Consequence::RestSkipped);
            documents.report(Problem::Syntax { location, message, consequence });
            None
        }
    }
}
