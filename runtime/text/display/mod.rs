//! Text for people: escaping, quoting for a shell, shortening, wrapping, plurals, suggestions and patterns.

pub mod duration;
pub mod escape;
pub mod glob;
pub mod inflect;
pub mod plural;
pub mod quote;
pub mod shell;
pub mod style;
pub mod suggest;
pub mod timestamp;
pub mod truncate;
pub mod wrap;
