//! A notebook: markdown text whose JavaScript code blocks are cells.
//!
//! Parsing never fails and never changes a byte: a [`Notebook`] is its source text cut into parts.
//! What cells mean when they run is left to the engine.

use std::sync::Arc;

use crate::span::{SourceFile, Span};

/// A parsed notebook. Its parts, in order, cover the source without gap or overlap.
#[derive(Debug)]
pub struct Notebook {
    /// The text it was parsed from.
    pub source: Arc<SourceFile>,
    /// The `key: value` lines between a first line `---` and the next `---`.
    pub front_matter: FrontMatter,
    /// Front matter, text and code, in order.
    pub parts: Vec<Part>,
}

/// The entries of the front matter in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrontMatter {
    /// Key and value of each line, cut at the first `: `.
    pub entries: Vec<(String, String)>,
}

/// One part of a notebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The front matter with its two `---` lines.
    FrontMatter(Span),
    /// Everything between code cells, verbatim.
    Text(Span),
    /// A code cell.
    Code(CodeCell),
}

/// A code block in JavaScript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeCell {
    /// The N of `$N`: counted over code cells, from 0.
    pub number: usize,
    /// The whole block with its fences.
    pub span: Span,
    /// The code as it runs: without fences, indentation of the fence and quote markers; lines end with `\n`.
    pub code: String,
    /// For each line of `code`, the byte offset in the source at which the line's text starts, so that a position in
    /// the code is a position in the file even inside lists and quotes.
    pub line_offsets: Vec<usize>,
}
