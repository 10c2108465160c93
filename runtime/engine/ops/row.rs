//! `row`: the row of `--inputs` that the notebook runs with.

use deno_core::{OpState, op2};
use serde_json::{Map, Value};

use crate::session::Session;

/// The values of the row; none without `--inputs`.
#[op2]
#[serde]
pub(super) fn op_row(state: &OpState) -> Option<Map<String, Value>> {
    Session::of(state).host.row()
}
