//! The frames of a stack, as V8 writes them: `f (file:line:column)`.

use crate::placed_cell::PlacedCell;
use crate::session::Session;

/// Maximum number of recorded frames of a stack.
const MAX_FRAMES: usize = 32;

/// The frame in a line of a `stack`.
pub(crate) fn frame(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix("at ")
}

/// The frames of a `stack`, without those of apinb.
pub(crate) fn frames(stack: &str) -> Vec<String> {
    stack
        .lines()
        .filter_map(frame)
        .filter(|frame| !frame.contains("ext:") && !frame.contains("<anonymous>"))
        .take(MAX_FRAMES)
        .map(str::to_owned)
        .collect()
}

/// `file:line:column` at the end of a frame, with or without parentheses around it.
pub(crate) fn frame_position(frame: &str) -> Option<(&str, usize, usize)> {
    let place = frame.strip_suffix(')').map_or(frame, |frame| frame.rsplit_once('(').map_or(frame, |(_, place)| place));
    let (rest, column) = place.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    let file = file.strip_prefix("async ").unwrap_or(file);
    Some((file, line.parse().ok()?, column.parse().ok()?))
}

/// The frame with its column moved to the right.
pub(crate) fn shifted(frame: &str, by: usize) -> String {
    let (place, end) = frame.strip_suffix(')').map_or((frame, ""), |place| (place, ")"));
    match place.rsplit_once(':').and_then(|(before, column)| Some((before, column.parse::<usize>().ok()?))) {
        Some((before, column)) => format!("{before}:{}{end}", column + by),
        None => frame.to_owned(),
    }
}

/// The frame with the notebook's name and, in lists and quotes, the columns of the file. `cell`: the one that ran last.
pub(crate) fn in_notebook(frame: &str, cell: Option<&PlacedCell>, session: &Session) -> String {
    let position = frame_position(frame);
    let own = position.and_then(|(script, line, _)| session.cell_at(script, line));
    let Some(cell) = own.as_ref().or(cell) else { return frame.to_owned() };
    let text = frame.replace(&format!("{}:", cell.script), &format!("{}:", cell.source.name()));
    let moved = position.and_then(|(script, line, column)| {
        let (_, at) = session.located(script, line, column)?;
        let (before, after) = text.rsplit_once(&format!(":{line}:{column}"))?;
        Some(format!("{before}:{}:{}{after}", at.line, at.column))
    });
    moved.unwrap_or_else(|| match frame_position(frame) {
        Some((script, ..)) => match session.modules.shown(script) {
            Some(shown) => text.replace(script, &shown),
            None => text,
        },
        None => text,
    })
}

#[cfg(test)]
mod tests {
    use super::{frame_position, frames, shifted};

    #[test]
    fn frames_have_positions_in_the_notebook() {
        assert_eq!(frame_position("a/b c.md:12:3"), Some(("a/b c.md", 12, 3)));
        assert_eq!(frame_position("f (note.md:12:3)"), Some(("note.md", 12, 3)));
        assert_eq!(frame_position("async note.md:1:2"), Some(("note.md", 1, 2)));
        assert_eq!(frame_position("Array.map (<anonymous>)"), None);
        assert_eq!(frames("Error: x\n    at f (ext:apinb/22_call.js:1:1)\n    at note.md:3:1"), ["note.md:3:1"]);
    }

    #[test]
    fn columns_are_converted_to_the_notebook() {
        assert_eq!(shifted("f (a b.md:3:4)", 1), "f (a b.md:3:5)");
        assert_eq!(shifted("a.md:3:4", 2), "a.md:3:6");
        assert_eq!(shifted("native", 2), "native");
    }
}
