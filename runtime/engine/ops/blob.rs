//! The bytes of a Blob, at once: deno_web only reads them asynchronously, and a blocking call cannot wait for that.

use std::sync::Arc;

use deno_core::convert::Uint8Array;
use deno_core::{OpState, op2};
use deno_web::BlobStoreTrait;
use futures_util::FutureExt;
use uuid::Uuid;

/// Why a Blob cannot be read.
#[derive(Debug, thiserror::Error, deno_error::JsError)]
pub(super) enum BlobError {
    /// Its memory was freed, or it lies in a file.
    #[class(type)]
    #[error("a part of the Blob cannot be read")]
    Unreadable,
}

#[op2]
pub(super) fn op_blob_bytes(state: &OpState, #[serde] parts: Vec<Uuid>) -> Result<Uint8Array, BlobError> {
    let store = state.borrow::<Arc<dyn BlobStoreTrait>>();
    let mut bytes = Vec::new();
    for id in parts {
        let part = store.get_part(&id).ok_or(BlobError::Unreadable)?;
        bytes.extend_from_slice(part.read().now_or_never().ok_or(BlobError::Unreadable)?);
    }
    Ok(bytes.into())
}
