//! A listing with parts and entries in columns, for the results of `apinb check` and `apinb port`.

use apinb_record::check::{ScriptNeed, ScriptState};

use super::layout::{CYAN, DIM, GREEN, Line, PLAIN, RED, Style, YELLOW};

/// A line of a part: name, details, state and help.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) state: (Style, String),
    pub(super) help: Option<String>,
}

impl Entry {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), about: String::new(), state: (PLAIN, String::new()), help: None }
    }
}

/// The listing under construction.
pub(super) struct Listing {
    pub(super) text: String,
    pub(super) color: bool,
}

impl Listing {
    pub(super) fn line(&mut self, line: Line) {
        self.text.push_str(&line.render(None, self.color));
    }

    pub(super) fn part(&mut self, title: &str, entries: impl Iterator<Item = Entry>) {
        let entries: Vec<Entry> = entries.collect();
        if entries.is_empty() {
            return;
        }
        let mut head = Line::default();
        head.push(PLAIN, "  ").push(CYAN, title);
        self.line(head);
        let width = |entry: &Entry| {
            let mut line = Line::default();
            line.push(PLAIN, &entry.name);
            line.width()
        };
        let column = 6 + entries.iter().map(width).filter(|width| *width <= WIDEST).max().unwrap_or_default();
        for Entry { name, about, state: (style, state), help } in entries {
            let mut line = Line::default();
            line.push_as_it_is(PLAIN, "    ").push(PLAIN, &name);
            if !about.is_empty() || !state.is_empty() {
                line.pad_to(column).push_as_it_is(PLAIN, if line_is_short(&name, column) { "" } else { "  " });
            }
            line.push(PLAIN, &about);
            if !about.is_empty() && !state.is_empty() {
                line.push_as_it_is(PLAIN, "  ");
            }
            line.push(style, &state);
            self.line(line);
            if let Some(help) = help {
                let mut line = Line::default();
                line.push_as_it_is(PLAIN, "      ").push(DIM, &help);
                self.line(line);
            }
        }
    }
}

fn line_is_short(name: &str, column: usize) -> bool {
    let mut line = Line::default();
    line.push_as_it_is(PLAIN, "    ").push(PLAIN, name);
    line.width() < column
}

/// Maximum width of the name column. A longer name pushes the rest of its line to the right.
const WIDEST: usize = 40;
/// The name of an expression that is not a literal.
pub(super) const COMPUTED: &str = "(known only when the cell runs)";

/// A script and its state.
pub(super) fn script(need: &ScriptNeed) -> Entry {
    let (style, state) = match need.state {
        ScriptState::Mapped => (GREEN, "mapped to a file"),
        ScriptState::File => (GREEN, "found"),
        ScriptState::Cached => (GREEN, "cached"),
        ScriptState::Network => (YELLOW, "on the web only"),
        ScriptState::Missing => (RED, "missing"),
        ScriptState::Computed => (DIM, "not checked"),
    };
    let name = need.reference.clone().unwrap_or_else(|| COMPUTED.to_owned());
    let help = need.help.clone().filter(|_| need.state != ScriptState::Missing);
    Entry { name, about: String::new(), state: (style, state.to_owned()), help }
}
