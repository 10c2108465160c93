//! The result of completion, and the interface to its caller.

use crate::walk::ClientPath;

/// A step of a path that stands for `await` of the value before it; JavaScript has no such name.
pub const AWAITED: &str = "(await)";

/// Candidates that replace the text from `start` on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// A byte offset in the text.
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
    pub description: Option<String>,
}

impl Candidate {
    /// A candidate whose label is its text.
    #[must_use]
    pub fn plain(text: impl Into<String>, description: Option<String>) -> Self {
        let text = text.into();
        Self { label: text.clone(), text, description }
    }
}

/// The value that a path refers to.
#[derive(Clone, Debug)]
pub enum Found {
    /// Unknown without running code.
    Nothing,
    /// A part of a client, which the first `names` names of the path refer to.
    Client {
        path: ClientPath,
        /// The number of names that lead to `path`.
        names: usize,
    },
    /// Another value, with its properties.
    Value(Vec<Candidate>),
}

/// The base folder of relative paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// The folder of the notebook, for paths in code.
    Notebook,
    /// The working directory, for paths in commands.
    Program,
}

/// A file or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub is_folder: bool,
}

/// The kind of argument that a command takes.
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
    /// With the leading dot.
    pub name: &'a str,
    pub description: &'a str,
    pub argument: CommandArgument,
}

/// The caller of completion. No method may run code of the notebook.
pub trait CompletionHost {
    /// Looks up the value at `path`, names starting with a variable. If it is not a client, returns its properties that
    /// start with `typed`.
    fn look_up(&mut self, path: &[&str], typed: &str) -> Found;
    /// The variables that start with `typed`.
    fn names(&mut self, typed: &str) -> Vec<Candidate>;
    /// The entries of `folder`, relative to `base`; those of `base` itself if `folder` is empty.
    fn files(&mut self, base: Base, folder: &str) -> Vec<Entry>;
    /// The commands of the prompt.
    fn commands(&self) -> Vec<Command<'_>>;
}
