//! The `apinb` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    apinb::cli::main().into()
}
