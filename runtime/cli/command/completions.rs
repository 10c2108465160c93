//! `apinb completions`.

use apinb_report::Syntax;
use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::arguments::Arguments;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::streams::Streams;

pub(in crate::cli) fn completions(shell: Shell, streams: Streams) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "apinb", &mut script);
    streams.stdout.write_document(Syntax::Text, &String::from_utf8_lossy(&script))?;
    Ok(Exit::Passed)
}
