//! Limits on a whole definition. They protect against documents that would exhaust memory or time. A limit of a single
//! algorithm is defined next to that algorithm.

/// Maximum size of one document, in bytes.
pub(crate) const MAX_DOCUMENT_BYTES: usize = 32 << 20;
/// Maximum size of all documents of a definition, in bytes.
pub(crate) const MAX_TOTAL_BYTES: usize = 128 << 20;
/// Maximum number of documents of a definition.
pub(crate) const MAX_DOCUMENTS: usize = 10_000;
/// Maximum depth of nested includes. Reading an include recurses.
pub(crate) const MAX_CHAIN: usize = 64;
/// Maximum nesting, through includes and templates. All functions that walk the tree recurse, so this also bounds the
/// stack.
pub(crate) const MAX_DEPTH: u32 = 128;
/// Number of nodes that even the shortest definition may have. See [`max_nodes`].
pub(crate) const MIN_NODES: u64 = 1_000_000;
/// Additional nodes per byte of the documents. Nodes made by templates and aliases count as well.
const NODES_PER_BYTE: u64 = 8;
/// Number of nodes that even the longest definition may not exceed.
const MAX_NODES: u64 = 8_000_000;
/// Cost, in nodes, of a resource, method, parameter, body or response of the model, which are larger than a node.
pub(crate) const MODEL_NODES: usize = 4;
/// Maximum amount of text copied into the model, in bytes.
pub(crate) const MAX_TEXT_BYTES: u64 = 128 << 20;
/// Maximum number of diagnostics.
pub(crate) const MAX_DIAGNOSTICS: usize = 1_000;

/// The maximum number of nodes for documents of `bytes` in total. It is proportional to their size, so that a large
/// definition is read completely and a small one cannot expand without limit.
pub(crate) fn max_nodes(bytes: usize) -> u64 {
    (bytes as u64).saturating_mul(NODES_PER_BYTE).saturating_add(MIN_NODES).min(MAX_NODES)
}
