//! Where in the notebook the running JavaScript is: the position of its innermost frame there.

use deno_core::v8;

use crate::placed_cell::PlacedCell;
use crate::session::Session;

/// Maximum number of frames that are searched for one in the notebook.
const FRAMES: usize = 16;

/// A position in the code of a cell.
pub(crate) struct Caller {
    pub(crate) cell: PlacedCell,
    /// The name of the script in V8.
    pub(crate) script: String,
    /// In the script.
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Caller {
    pub(crate) fn new(scope: &mut v8::PinScope<'_, '_>, session: &Session) -> Option<Self> {
        let stack = v8::StackTrace::current_stack_trace(scope, FRAMES)?;
        for index in 0..stack.get_frame_count() {
            let Some(frame) = stack.get_frame(scope, index) else { continue };
            let Some(script) = frame.get_script_name_or_source_url(scope) else { continue };
            let script = script.to_rust_string_lossy(scope);
            let (line, column) = (frame.get_line_number(), frame.get_column());
            if let Some(cell) = session.cell_at(&script, line) {
                return Some(Self { cell, script, line, column });
            }
        }
        None
    }

    /// As messages have it: `notebook.md:12:5`.
    pub(crate) fn shown(&self) -> String {
        let name = self.cell.source.name();
        let line = self.cell.line_in_code(self.line);
        match line.map(|line| self.cell.code.source_position(&self.cell.source, line, self.column)) {
            Some(at) => format!("{name}:{}:{}", at.line, at.column),
            None => name.to_owned(),
        }
    }
}
