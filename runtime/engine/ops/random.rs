//! Random values: those of the system are cryptographically secure, those of a seed are not.

use deno_core::{OpState, op2};
use uuid::{Builder, Uuid};

use crate::session::Session;

/// `crypto.getRandomValues`: fills the bytes.
#[op2(fast)]
pub(super) fn op_random_fill(state: &OpState, #[buffer] bytes: &mut [u8]) {
    Session::of(state).chance.fill(bytes);
}

/// `crypto.randomUUID`: version 4 of RFC 9562.
#[op2]
#[string]
pub(super) fn op_random_uuid(state: &OpState) -> String {
    let mut bytes = [0; 16];
    Session::of(state).chance.fill(&mut bytes);
    let uuid: Uuid = Builder::from_random_bytes(bytes).into_uuid();
    uuid.to_string()
}

/// `Math.random`, with a seed.
#[op2(fast)]
pub(super) fn op_random_number(state: &OpState) -> f64 {
    Session::of(state).chance.number()
}

/// The random part of a multipart boundary.
#[op2]
#[string]
pub(super) fn op_random_boundary(state: &OpState) -> String {
    Session::of(state).chance.boundary()
}
