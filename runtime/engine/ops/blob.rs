//! Blobs: their memory has a limit, and their bytes can be read synchronously: deno_web reads them only asynchronously,
//! and a blocking call cannot wait for that.

use std::pin::Pin;
use std::sync::Arc;

use apinb_http::memory::Reservation;
use deno_core::convert::Uint8Array;
use deno_core::{JsBuffer, OpDecl, OpState, op2};
use deno_web::{BlobPart, BlobStoreTrait};
use futures_util::FutureExt;
use uuid::Uuid;

use super::memory::OutOfMemory;
use crate::session::Session;

/// How errors call it.
const BLOB: &str = "Blob";

/// Why a Blob cannot be created or read.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
pub(super) enum BlobError {
    /// Its memory was freed, or it lies in a file.
    #[class(type)]
    #[error("a part of the Blob cannot be read")]
    Unreadable,
    #[class(inherit)]
    #[error(transparent)]
    TooLarge(#[from] OutOfMemory),
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
fn op_blob_create_part(state: &OpState, #[buffer] data: JsBuffer) -> Result<String, OutOfMemory> {
    let memory = Session::of(state).reserve(data.len(), BLOB)?;
    let part = Part { bytes: data.to_vec(), _memory: memory };
    Ok(state.borrow::<Arc<dyn BlobStoreTrait>>().insert_part(Arc::new(part)).to_string())
}

#[op2]
pub(super) fn op_blob_bytes(state: &OpState, #[serde] parts: Vec<Uuid>) -> Result<Uint8Array, BlobError> {
    let store = state.borrow::<Arc<dyn BlobStoreTrait>>();
    let session = Session::of(state);
    // Until the bytes are an array buffer.
    let mut memory = session.reserve(0, BLOB)?;
    let mut bytes = Vec::new();
    for id in parts {
        let part = store.get_part(&id).ok_or(BlobError::Unreadable)?;
        // One part may occur in a Blob many times.
        if !memory.grow_to(bytes.len().saturating_add(part.size())) {
            return Err(OutOfMemory::new(BLOB, &session.memory).into());
        }
        bytes.extend_from_slice(part.read().now_or_never().ok_or(BlobError::Unreadable)?);
    }
    Ok(bytes.into())
}
