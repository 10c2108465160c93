//! JavaScript cut into tokens, for colors and for facts that need no parser.

pub mod common_js;
pub mod highlight;
pub mod imports;
pub mod literal;
pub mod tokens;
