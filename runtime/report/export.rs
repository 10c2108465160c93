//! Exports a notebook without running it, in the formats of the reports.

use std::io;

use apinb_record::part::NotebookText;

use super::page::Page;
use super::{html, ipynb, markdown};

/// The notebook as an HTML page.
#[must_use]
pub fn html(notebook: &NotebookText, generator: &str) -> String {
    html::without_results(&Page::without_results(notebook), generator)
}

/// The notebook as a Jupyter notebook.
///
/// # Errors
/// A notebook cannot cause an error.
pub fn ipynb(notebook: &NotebookText) -> io::Result<String> {
    let mut text = Vec::new();
    ipynb::without_results(&Page::without_results(notebook), &mut text)?;
    String::from_utf8(text).map_err(io::Error::other)
}

/// The notebook as Markdown.
#[must_use]
pub fn markdown(notebook: &NotebookText) -> String {
    markdown::without_results(&Page::without_results(notebook))
}
