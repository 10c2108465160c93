//! The status of a response that a notebook has to read.

use deno_core::{OpState, op2};

use crate::session::Session;

/// The notebook has read the status of the response with this number.
#[op2(fast)]
pub(super) fn op_status_read(state: &OpState, unread: u32) {
    Session::of(state).unread_statuses.read(unread);
}
