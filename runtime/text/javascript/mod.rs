//! JavaScript cut into tokens, for colors and for facts that need no parser.

pub mod highlight;
pub mod literal;
pub mod tokens;
