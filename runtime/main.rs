//! The `apinb` program.
fn main() {}
