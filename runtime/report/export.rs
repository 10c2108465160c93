//! A notebook that did not run, in another form. Drawn by what draws the reports.

use std::io;

use apinb_record::part::NotebookText;

use super::page::Page;
use super::{html, ipynb, markdown};

/// A page for people.
#[must_use]
pub fn html(notebook: &NotebookText, generator: &str) -> String {
    html::without_results(&Page::without_results(notebook), generator)
}

/// A Jupyter notebook.
///
/// # Errors
/// None that a notebook can cause.
pub fn ipynb(notebook: &NotebookText) -> io::Result<String> {
    ipynb::text(&[Page::without_results(notebook)])
}

/// The notebook itself.
#[must_use]
pub fn markdown(notebook: &NotebookText) -> String {
    markdown::text(&[Page::without_results(notebook)])
}
