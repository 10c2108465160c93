//! Blobs: their memory has a limit, and their bytes can be read synchronously: deno_web reads them only asynchronously,
//! and a blocking call cannot wait for that.

use std::pin::Pin;
use std::sync::Arc;

use apinb_http::memory::{MemoryBudget, Reservation};
use deno_core::convert::Uint8Array;
use deno_core::{JsBuffer, OpDecl, OpState, op2};
use deno_web::{BlobPart, BlobStoreTrait};
use futures_util::FutureExt;
use uuid::Uuid;

use crate::session::Session;

/// Why a Blob cannot be created or read.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
pub(super) enum BlobError {
    /// Its memory was freed, or it lies in a file.
    #[class(type)]
    #[error("a part of the Blob cannot be read")]
    Unreadable,
    /// It exceeds the limit of memory.
    #[class("MemoryError")]
    #[error("out of memory: the Blob does not fit in what is left of the {megabytes} MB of the notebook")]
    TooLarge { megabytes: usize },
}

/// A part of a Blob that counts.
#[derive(Debug)]
struct Part {
    bytes: Vec<u8>,
    _memory: Reservation,
}

impl BlobPart for Part {
    fn read<'a, 'r>(&'a self) -> Pin<Box<dyn Future<Output = &'a [u8]> + Send + 'r>>
    where
        'a: 'r,
    {
        Box::pin(std::future::ready(self.bytes.as_slice()))
    }

    fn size(&self) -> usize {
        self.bytes.len()
    }
}

/// Replaces deno_web's operation, which has no limit.
pub(super) fn limited(op: OpDecl) -> OpDecl {
    if op.name == "op_blob_create_part" { op.with_implementation_from(&op_blob_create_part()) } else { op }
}

#[allow(clippy::needless_pass_by_value, reason = "operations get their arguments by value")]
#[op2]
#[string]
fn op_blob_create_part(state: &OpState, #[buffer] data: JsBuffer) -> Result<String, BlobError> {
    let budget = &Session::of(state).memory;
    let memory = budget.reserve(data.len()).ok_or_else(|| too_large(budget))?;
    let part = Part { bytes: data.to_vec(), _memory: memory };
    Ok(state.borrow::<Arc<dyn BlobStoreTrait>>().insert_part(Arc::new(part)).to_string())
}

fn too_large(budget: &MemoryBudget) -> BlobError {
    BlobError::TooLarge { megabytes: budget.limit() >> 20 }
}

#[op2]
pub(super) fn op_blob_bytes(state: &OpState, #[serde] parts: Vec<Uuid>) -> Result<Uint8Array, BlobError> {
    let store = state.borrow::<Arc<dyn BlobStoreTrait>>();
    let budget = &Session::of(state).memory;
    // Until the bytes are an array buffer.
    let mut memory = budget.reserve(0).ok_or_else(|| too_large(budget))?;
    let mut bytes = Vec::new();
    for id in parts {
        let part = store.get_part(&id).ok_or(BlobError::Unreadable)?;
        // One part may occur in a Blob many times.
        if !memory.grow_to(bytes.len().saturating_add(part.size())) {
            return Err(too_large(budget));
        }
        bytes.extend_from_slice(part.read().now_or_never().ok_or(BlobError::Unreadable)?);
    }
    Ok(bytes.into())
}
