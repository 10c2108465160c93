//! The result of completion, and the interface to its caller.

use crate::walk::ClientPath;

/// Replacements of the text from `start` on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// An offset in the text, in bytes.
    pub start: usize,
    /// In display order.
    pub candidates: Vec<Candidate>,
}

/// A possible continuation of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidate {
    /// The text to insert.
    pub text: String,
    /// The displayed text: `id(id)`.
    pub label: String,
    /// A description in one line.
    pub description: Option<String>,
}

impl Candidate {
    /// A candidate whose displayed text is the inserted one.
    #[must_use]
    pub fn plain(text: impl Into<String>, description: Option<String>) -> Self {
        let text = text.into();
        Self { label: text.clone(), text, description }
    }
}

/// The value at a path.
#[derive(Clone, Debug)]
pub enum Found {
    /// Unknown without running code.
    Nothing,
    /// A part of a client, after the first `names` of the path.
    Client {
        path: ClientPath,
        /// The number of names that lead to it.
        names: usize,
    },
    /// Another value: its properties.
    Value(Vec<Candidate>),
}

/// The base of relative paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// The folder of the notebook: for paths in code.
    Notebook,
    /// The working directory: for paths in commands.
    Program,
}

/// A file or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// What comes after a command's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandArgument {
    None,
    File,
    /// JavaScript.
    Code,
}

/// A command of the prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command<'a> {
    /// With its dot.
    pub name: &'a str,
    /// A description in one line.
    pub description: &'a str,
    pub argument: CommandArgument,
}

/// The knowledge of the caller. No method may run code of the notebook.
pub trait CompletionHost {
    /// The value at `path`, the names from a variable on; of a value, the properties that begin with `typed`.
    fn look_up(&mut self, path: &[&str], typed: &str) -> Found;
    /// The variables that begin with `typed`.
    fn names(&mut self, typed: &str) -> Vec<Candidate>;
    /// The entries of a folder, relative to `base`; of `base` itself if `folder` is empty.
    fn files(&mut self, base: Base, folder: &str) -> Vec<Entry>;
    /// The commands of the prompt.
    fn commands(&self) -> Vec<Command<'_>>;
}
