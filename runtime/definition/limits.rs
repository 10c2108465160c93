//! Limits that hold for a whole definition. They keep a hostile document from filling memory or running for hours; a limit
//! of one algorithm stands where that algorithm is.

/// Bytes of one document.
pub(crate) const MAX_DOCUMENT_BYTES: usize = 32 << 20;
/// Bytes of all documents of a definition.
pub(crate) const MAX_TOTAL_BYTES: usize = 128 << 20;
/// Documents of a definition.
pub(crate) const MAX_DOCUMENTS: usize = 10_000;
/// Documents that include one another in a row. Reading an include recurses.
pub(crate) const MAX_CHAIN: usize = 64;
/// Levels of nesting, through includes and templates. Everything that walks the tree recurses, so this bounds the
/// stack as well.
pub(crate) const MAX_DEPTH: u32 = 128;
/// Nodes that any definition may have, however short. See [`max_nodes`].
pub(crate) const MIN_NODES: u64 = 1_000_000;
/// Additional nodes for each byte of the documents. Nodes made by templates and aliases count as well.
const NODES_PER_BYTE: u64 = 8;
/// Nodes that no definition may exceed, however long.
const MAX_NODES: u64 = 8_000_000;
/// Cost, in nodes, of a resource, method, parameter, body or response of the model: they are that much larger.
pub(crate) const MODEL_NODES: usize = 4;
/// Bytes of text copied into the model.
pub(crate) const MAX_TEXT_BYTES: u64 = 128 << 20;
/// Diagnostics kept.
pub(crate) const MAX_DIAGNOSTICS: usize = 1_000;

/// The number of nodes that documents of `bytes` may make: in proportion to their size, so that a large definition is
/// read whole and a small one cannot grow without end.
pub(crate) fn max_nodes(bytes: usize) -> u64 {
    (bytes as u64).saturating_mul(NODES_PER_BYTE).saturating_add(MIN_NODES).min(MAX_NODES)
}
