//! Finds out what a notebook does without running it: clients, calls, prompts, scripts, sign-ins, and errors in its
//! JavaScript.
//!
//! A full parser reads the cells. Facts that cannot be known without running them (computed properties, variables with
//! several values) are left out, not guessed. `apinb check` compares the calls with the definitions.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod model;

mod alias;
mod chain;
mod code_map;
mod depth;
mod facts;
mod literal;
mod open;
mod parse;
mod resolve;
mod template;
#[cfg(test)]
mod tests;
mod tokens;

use crate::model::Analysis;
use apinb_notebook::model::Notebook;

/// Analyzes the cells of `notebook`, with stack and time in proportion to its size.
#[must_use]
pub fn analyse(notebook: &Notebook) -> Analysis {
    let mut facts = facts::Facts::default();
    let mut effort = depth::Effort::default();
    for cell in notebook.cells() {
        facts.begin(cell);
        if !effort.with_stack(&cell.code, || parse::read(&cell.code, &mut facts)) {
            facts.unread.push(cell.number);
        }
    }
    resolve::resolve(&facts)
}
