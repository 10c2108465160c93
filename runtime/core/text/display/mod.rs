//! Text for people: escaping, quoting for a shell, plurals, suggestions and patterns.

pub mod escape;
pub mod glob;
pub mod plural;
pub mod shell;
pub mod suggest;
