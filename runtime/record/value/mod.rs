//! A value of JavaScript that a call sends. Either a run has it, or it was read in a cell that does not run, so that
//! parts of it may be unknown.

mod planned;
mod text;
mod wire;

pub use planned::{Fields, PlannedValue, merge_fields};
