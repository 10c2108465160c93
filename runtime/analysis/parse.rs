//! Parses a cell as a run does: sloppy mode, with `await` at its top, and without its static imports.

use apinb_text::javascript::imports::{imports, without};
use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::{ParseOptions, Parser};
use oxc_span::SourceType;

use crate::facts::Facts;
use crate::model::ParseError;

/// The wrapper that allows `await` in a cell.
const BEFORE: &str = "(async()=>{";
const AFTER: &str = "\n})";

/// Collects the facts of `code`, or its syntax error.
pub(super) fn read(code: &str, facts: &mut Facts) {
    let imports = imports(code);
    facts.add_imports(&imports);
    let rest = without(code, &imports);
    let code = if imports.is_empty() { code } else { rest.as_str() };
    let allocator = Allocator::default();
    let mut error = match parsed(&allocator, code) {
        Ok(program) => return facts.visit(&program, 0),
        Err(error) => error,
    };
    if code.contains("await") {
        let wrapped = allocator.alloc_str(&format!("{BEFORE}{code}{AFTER}"));
        match parsed(&allocator, wrapped) {
            Ok(program) if program.body.len() == 1 => return facts.visit(&program, BEFORE.len()),
            // More than one statement: the code has closed the wrapper.
            Ok(_) => {}
            Err(inner) => {
                let shift = u32::try_from(BEFORE.len()).unwrap_or_default();
                let (start, end) = (inner.start.saturating_sub(shift), inner.end.saturating_sub(shift));
                error = ParseError { start, end, ..inner };
            }
        }
    }
    facts.add_syntax_error(error);
}

fn parsed<'a>(allocator: &'a Allocator, code: &'a str) -> Result<Program<'a>, ParseError> {
    let options = ParseOptions { preserve_parens: false, ..ParseOptions::default() };
    let parsed = Parser::new(allocator, code, SourceType::script()).with_options(options).parse();
    // Further errors may be consequences of the first.
    let Some(first) = parsed.diagnostics.iter().next() else { return Ok(parsed.program) };
    let (start, length) = first.labels.iter().next().map_or((0, 0), |label| (label.offset(), label.len()));
    let mut message = first.message.to_string();
    // In the style of apinb's messages.
    if message.chars().nth(1).is_some_and(char::is_lowercase)
        && let Some(first) = message.get_mut(..1)
    {
        first.make_ascii_lowercase();
    }
    Err(ParseError {
        message: message.trim_end_matches('.').to_owned(),
        help: first.help.as_ref().map(ToString::to_string),
        start,
        end: start.saturating_add(length),
    })
}
