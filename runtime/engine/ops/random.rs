//! Cryptographically secure random values.

use deno_core::op2;
use rand::RngCore as _;
use uuid::Uuid;

/// `crypto.getRandomValues`: fills the bytes.
#[op2(fast)]
pub(super) fn op_random_fill(#[buffer] bytes: &mut [u8]) {
    rand::rng().fill_bytes(bytes);
}

/// `crypto.randomUUID`: version 4 of RFC 9562.
#[op2]
#[string]
pub(super) fn op_random_uuid() -> String {
    Uuid::new_v4().to_string()
}
