//! Reads the body of a response, up to a limit.

use bytes::{Bytes, BytesMut};
use reqwest::Response;

use crate::cause;
use crate::exchange::HttpError;

/// Maximum allocation because of a `Content-Length` alone, in bytes.
const TRUSTED_LENGTH: u64 = 1 << 20;

/// The body, decompressed; at most `limit` bytes of it (and one more chunk) are held in memory.
///
/// # Errors
/// [`HttpError::TooLarge`] as soon as it is known to be larger; errors of the connection or the encoding.
pub(crate) async fn read(response: &mut Response, limit: u64) -> Result<Bytes, HttpError> {
    // Absent where the body is compressed: it is the length after decompression.
    let announced = response.content_length().unwrap_or_default();
    if announced > limit {
        return Err(HttpError::TooLarge { limit });
    }
    let chunk = |result: reqwest::Result<Option<Bytes>>| result.map_err(|error| cause::of(&error));
    let Some(first) = chunk(response.chunk().await)? else { return Ok(Bytes::new()) };
    let mut length = within(0, &first, limit)?;
    let Some(second) = chunk(response.chunk().await)? else { return Ok(first) };
    length = within(length, &second, limit)?;
    let reserve = usize::try_from(announced.min(TRUSTED_LENGTH)).unwrap_or_default();
    let mut body = BytesMut::with_capacity(reserve.max(first.len() + second.len()));
    body.extend_from_slice(&first);
    body.extend_from_slice(&second);
    while let Some(next) = chunk(response.chunk().await)? {
        length = within(length, &next, limit)?;
        body.extend_from_slice(&next);
    }
    Ok(body.freeze())
}

fn within(length: u64, chunk: &Bytes, limit: u64) -> Result<u64, HttpError> {
    let length = length.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
    if length > limit { Err(HttpError::TooLarge { limit }) } else { Ok(length) }
}
