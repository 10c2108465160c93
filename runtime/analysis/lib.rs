//! What a notebook says it does, found by reading its cells and running none: clients, calls, questions, scripts,
//! sign-ins, and what is wrong with its JavaScript.
//!
//! A real parser reads the cells. What cannot be known without running them (computed properties, variables with
//! several values) is left out rather than guessed. What the definitions say of the calls is left to the check.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::string_slice))]

pub mod model;

mod chain;
mod depth;
mod facts;
mod literal;
mod parse;
mod places;
mod resolve;
mod template;
#[cfg(test)]
mod tests;

use crate::model::Analysis;
use apinb_notebook::model::Notebook;

/// Reads the cells of `notebook`. Takes no more stack, and no more time, than its size allows.
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
