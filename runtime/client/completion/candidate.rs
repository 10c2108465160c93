//! The result of completion, and the questions that it asks its caller.

use crate::walk::ClientPath;

/// What may take the place of the text from `start` on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// An offset in the text, in bytes.
    pub start: usize,
    /// In the order in which they are shown.
    pub candidates: Vec<Candidate>,
}

/// Something that may come next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidate {
    /// The text to insert.
    pub text: String,
    /// The text to show: `id(id)`.
    pub label: String,
    /// What it is, in a line.
    pub description: Option<String>,
}

impl Candidate {
    /// A candidate that is shown as it is written.
    #[must_use]
    pub fn plain(text: impl Into<String>, description: Option<String>) -> Self {
        let text = text.into();
        Self { label: text.clone(), text, description }
    }
}

/// What the names of a path lead to.
#[derive(Clone, Debug)]
pub enum Found {
    /// Unknown without running code.
    Nothing,
    /// A part of a client, reached by the first `names` of the path.
    Client {
        /// The part.
        path: ClientPath,
        /// How many names led to it.
        names: usize,
    },
    /// Another value: its properties.
    Value(Vec<Candidate>),
}

/// Where paths begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// In the notebook's folder: those in code.
    Notebook,
    /// In the folder that the program was started in: those of commands.
    Program,
}

/// A file or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// What comes after a command's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandArgument {
    /// Nothing.
    None,
    /// A file.
    File,
    /// JavaScript.
    Code,
}

/// A command of the prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command<'a> {
    /// With its dot.
    pub name: &'a str,
    /// What it does, in a line.
    pub description: &'a str,
    /// What comes after it.
    pub argument: CommandArgument,
}

/// What only the caller knows. None of it may run code of the notebook.
pub trait CompletionHost {
    /// What `path`, the names from a variable on, leads to. Of a value, the properties that begin with `typed`.
    fn look_up(&mut self, path: &[&str], typed: &str) -> Found;
    /// The variables that begin with `typed`.
    fn names(&mut self, typed: &str) -> Vec<Candidate>;
    /// The entries of a folder, relative to `base`; of `base` itself if `folder` is empty.
    fn files(&mut self, base: Base, folder: &str) -> Vec<Entry>;
    /// The commands of the prompt.
    fn commands(&self) -> Vec<Command<'_>>;
}
