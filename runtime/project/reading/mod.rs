//! What a notebook reads: its own text, its definitions, its scripts and modules, its data.

pub mod data;
pub mod definition;
pub mod documents;
pub mod folder;
pub mod local_script;
pub mod modules;
pub mod notebook;
pub mod parts;
pub mod project;
pub(crate) mod protected;
pub mod reader;
pub mod root;
pub mod scope;
pub mod scripts;
pub mod source;
pub mod web_lock;
pub mod web_script;
