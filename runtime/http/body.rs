//! Reads and decodes the body of a response, up to a limit, and within the memory budget of the notebook.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};

use crate::codings::{Coding, DecodeError};
use crate::exchange::HttpError;
use crate::memory::{MemoryBudget, Reservation};
use crate::progress::Progress;
use crate::transport::WireResponse;

/// Maximum allocation because of a `Content-Length` alone, in bytes.
const TRUSTED_LENGTH: u64 = 1 << 20;

/// How much memory a body needs: as it was received, and as the value that is made of it.
const COPIES: usize = 2;

/// The body, decoded, and its memory; at most `limit` bytes of it (and one more chunk) are held, of it as it was
/// received and of each step of decoding it.
///
/// # Errors
/// [`HttpError::TooLarge`] as soon as it is known to be larger; [`HttpError::OutOfMemory`] as soon as it is known to
/// exceed what is left of the budget; errors of the connection or the encoding.
pub(crate) async fn read(
    response: &mut WireResponse,
    codings: &[Coding],
    limit: u64,
    budget: Option<&Arc<MemoryBudget>>,
    progress: &Progress,
) -> Result<(Bytes, Option<Reservation>), HttpError> {
    let (mut body, mut memory) = received(response, limit, budget, progress).await?;
    if !body.is_empty() {
        for coding in codings.iter().rev() {
            (body, memory) = decoded(*coding, &body, limit, budget)?;
        }
    }
    Ok((body, memory))
}

/// What `body` becomes. The memory of `body` itself is freed by the caller, when this is done.
fn decoded(
    coding: Coding,
    body: &[u8],
    limit: u64,
    budget: Option<&Arc<MemoryBudget>>,
) -> Result<(Bytes, Option<Reservation>), HttpError> {
    let mut memory = Memory::new(budget, 0)?;
    let mut decoded = BytesMut::new();
    let mut refused = None;
    let mut accept = |piece: &[u8]| {
        let length = u64::try_from(decoded.len()).unwrap_or(u64::MAX);
        let fits = within(length, piece, limit).and_then(|length| memory.hold(length));
        decoded.extend_from_slice(if fits.is_ok() { piece } else { &[] });
        refused = fits.err();
        refused.is_none()
    };
    match coding.decode(body, &mut accept) {
        Ok(()) => Ok((decoded.freeze(), memory.held)),
        Err(DecodeError::Refused) => Err(refused.unwrap_or(HttpError::TooLarge { limit })),
        Err(DecodeError::Broken(error)) => {
            Err(HttpError::Protocol { cause: format!("the encoding of the response is broken: {error}") })
        }
    }
}

async fn received(
    response: &mut WireResponse,
    limit: u64,
    budget: Option<&Arc<MemoryBudget>>,
    progress: &Progress,
) -> Result<(Bytes, Option<Reservation>), HttpError> {
    let announced = response.length.unwrap_or_default();
    if announced > limit {
        return Err(HttpError::TooLarge { limit });
    }
    let mut memory = Memory::new(budget, announced)?;
    let chunk = |chunk: Result<Option<Bytes>, HttpError>| {
        let chunk = chunk?;
        progress.add(chunk.as_ref().map_or(0, Bytes::len));
        Ok(chunk)
    };
    let Some(first) = chunk(response.body.next().await)? else { return Ok((Bytes::new(), None)) };
    let mut length = within(0, &first, limit)?;
    memory.hold(length)?;
    let Some(second) = chunk(response.body.next().await)? else { return Ok((first, memory.held)) };
    length = within(length, &second, limit)?;
    memory.hold(length)?;
    let reserve = usize::try_from(announced.min(TRUSTED_LENGTH)).unwrap_or_default();
    let mut body = BytesMut::with_capacity(reserve.max(first.len() + second.len()));
    body.extend_from_slice(&first);
    body.extend_from_slice(&second);
    while let Some(next) = chunk(response.body.next().await)? {
        length = within(length, &next, limit)?;
        memory.hold(length)?;
        body.extend_from_slice(&next);
    }
    Ok((body.freeze(), memory.held))
}

/// The memory of a body that is being read.
struct Memory {
    held: Option<Reservation>,
    /// The limit of the budget.
    limit: usize,
}

impl Memory {
    /// Reserves the memory of a body of that length: of several responses that do not fit together, the first ones
    /// arrive whole.
    fn new(budget: Option<&Arc<MemoryBudget>>, announced: u64) -> Result<Self, HttpError> {
        let Some(budget) = budget else { return Ok(Self { held: None, limit: 0 }) };
        let limit = budget.limit();
        let held = budget.reserve(needed(announced)).ok_or(HttpError::OutOfMemory { limit })?;
        Ok(Self { held: Some(held), limit })
    }

    /// Reserves the memory of a body of that length, if it is more than is reserved.
    fn hold(&mut self, length: u64) -> Result<(), HttpError> {
        let fits = self.held.as_mut().is_none_or(|held| held.grow_to(needed(length)));
        if fits { Ok(()) } else { Err(HttpError::OutOfMemory { limit: self.limit }) }
    }
}

fn needed(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX).saturating_mul(COPIES)
}

fn within(length: u64, chunk: &[u8], limit: u64) -> Result<u64, HttpError> {
    let length = length.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
    if length > limit { Err(HttpError::TooLarge { limit }) } else { Ok(length) }
}
