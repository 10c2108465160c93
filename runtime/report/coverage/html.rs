//! Coverage as a self-contained HTML page: the counts of each definition, then its operations by path with what is
//! missing, and the cells that cover each.

use std::io;

use apinb_record::contract::coverage::{
    CellPlace, Counts, DefinitionCoverage, Measure, OperationCoverage, PartCoverage, PartKind, PartPlace, Shown,
};
use apinb_text::display::plural::pluralize;
use maud::{Markup, PreEscaped, html};

use super::super::html::{foot, head};
use super::super::layout::one_line;

const STYLE: &str = include_str!("style.css");

/// Maximum indentation of a path.
const MAX_DEPTH: usize = 6;
/// Maximum number of missing parts that the line of an operation names.
const NAMED: usize = 4;

/// How an operation or a part stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    AsDeclared,
    Differs,
    /// Only the code of a notebook has it.
    Documented,
    Missing,
}

impl State {
    const fn of(shown: Shown) -> Self {
        match shown {
            Shown { violated: true, .. } => Self::Differs,
            Shown { called: true, .. } => Self::AsDeclared,
            Shown { documented: true, .. } => Self::Documented,
            Shown { .. } => Self::Missing,
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::AsDeclared => "as-declared",
            Self::Differs => "differs",
            Self::Documented => "documented",
            Self::Missing => "missing",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::AsDeclared => "as declared",
            Self::Differs => "differs from the definition",
            Self::Documented => "in a notebook, not called",
            Self::Missing => "not called",
        }
    }
}

pub(super) fn write(generator: &str, definitions: &[DefinitionCoverage], out: &mut dyn io::Write) -> io::Result<()> {
    let title = match definitions {
        [only] => format!("Coverage of {}", one_line(&only.title)),
        _ => "Coverage".to_owned(),
    };
    out.write_all(head(&title, STYLE).0.as_bytes())?;
    if definitions.len() != 1 {
        let list = html! {
            header.run {
                h1 { (title) }
                @if definitions.is_empty() { p { "No call belongs to a definition." } }
                ul { @for (index, definition) in definitions.iter().enumerate() {
                    li { a href={ "#d" (index) } { (one_line(&definition.title)) } " " (one_line(&definition.definition)) }
                } }
            }
        };
        out.write_all(list.0.as_bytes())?;
    }
    for (index, definition) in definitions.iter().enumerate() {
        let start = self::start(definition, index, definitions.len() == 1);
        out.write_all(PreEscaped(format!("<article id=\"d{index}\">")).0.as_bytes())?;
        out.write_all(start.0.as_bytes())?;
        let mut last: Vec<&str> = Vec::new();
        for operation in &definition.operations {
            let (method, path) = operation.operation.split_once(' ').unwrap_or(("", &operation.operation));
            let segments: Vec<&str> = path.split('/').collect();
            let parent = segments.get(1).copied().unwrap_or_default();
            if last.get(1).copied() != Some(parent) {
                out.write_all(html! { h3.resource { "/" (one_line(parent)) } }.0.as_bytes())?;
            }
            let row = self::operation(definition, operation, method, path, segments.len().saturating_sub(2));
            out.write_all(row.0.as_bytes())?;
            last = segments;
        }
        out.write_all(b"</article>")?;
    }
    out.write_all(foot(&html! { (generator) }).0.as_bytes())
}

/// The title, the counts and the meaning of the marks.
fn start(definition: &DefinitionCoverage, index: usize, is_only: bool) -> Markup {
    let counts = definition.counts();
    let is_documented = counts.iter().any(|counts| counts.documented > 0);
    html! {
        header {
            p.path { (one_line(&definition.definition)) }
            @if is_only { h1 { "Coverage of " (one_line(&definition.title)) } } @else { h2 { (one_line(&definition.title)) } }
        }
        table.counts {
            tr {
                th scope="col" { "Part" }
                td.bar {}
                th.number scope="col" colspan="2" { "Called" }
                th.number scope="col" { "As declared" }
                @if is_documented { th.number scope="col" { "In notebooks" } }
            }
            @for counts in counts.iter().filter(|counts| counts.total > 0) { (self::counts(counts, is_documented)) }
        }
        @if definition.truncated { p.note { "The definition has more parts than are listed." } }
        ul.legend {
            @for state in [State::AsDeclared, State::Differs, State::Documented, State::Missing] {
                @if state != State::Documented || is_documented {
                    li.part.(state.class()) { (state.text()) }
                }
            }
        }
        @if definition.operations.is_empty() { p #{ "e" (index) } { "The definition has no operation." } }
    }
}

fn counts(counts: &Counts, is_documented: bool) -> Markup {
    let percent = counts.percent(Measure::Called);
    let class = if counts.called == counts.total { "full" } else { "partial" };
    html! {
        tr.(class) {
            th scope="row" { (counts.kind.plural()) }
            td.bar { div { div style={ "width:" (percent) "%" } {} } }
            td.number { (percent) " %" }
            td.number { (counts.called) "/" (counts.total) }
            td.number { (counts.as_declared) }
            @if is_documented { td.number { (counts.documented) } }
        }
    }
}

fn operation(
    definition: &DefinitionCoverage,
    operation: &OperationCoverage,
    method: &str,
    path: &str,
    depth: usize,
) -> Markup {
    let state = State::of(operation.shown);
    html! {
        details.operation.(state.class()) style={ "--depth:" (depth.min(MAX_DEPTH)) } {
            summary {
                span.method { (one_line(method)) }
                span.url { (one_line(path)) }
                span.state { (at_a_glance(operation, state)) }
            }
            div.about-operation {
                p { (state.text()) " · " (pluralize(operation.calls, "call"))
                    @if let Some(place) = place(definition, &operation.place) { " · " code { (place) } } }
                @if !operation.cells.is_empty() {
                    p.cells { "Cells: "
                        @for (at, CellPlace { notebook, cell }) in operation.cells.iter().enumerate() {
                            @if at > 0 { ", " }
                            span { (one_line(notebook)) " $" (cell) }
                        }
                        @if operation.more_cells { ", and more" }
                    }
                }
                @for kind in PartKind::ALL { (parts(definition, operation, kind)) }
            }
        }
    }
}

/// What is missing: `404, 2 parameters, 5 response properties`.
fn at_a_glance(operation: &OperationCoverage, state: State) -> Markup {
    if matches!(state, State::Missing | State::Documented) {
        return html! { (state.text()) };
    }
    let missing = |kind: PartKind| {
        let parts = operation.parts.iter().filter(move |part| part.kind == kind);
        parts.filter(|part| State::of(part.shown) != State::AsDeclared).collect::<Vec<_>>()
    };
    let statuses = missing(PartKind::Status);
    let mut texts: Vec<String> = Vec::new();
    if statuses.len() <= NAMED {
        texts.extend(statuses.iter().map(|part| one_line(&part.name)));
    } else {
        texts.push(pluralize(statuses.len(), "status"));
    }
    for kind in PartKind::ALL.into_iter().filter(|kind| *kind != PartKind::Status) {
        let count = missing(kind).len();
        if count > 0 {
            texts.push(format!("{count} {}", if count == 1 { singular(kind) } else { kind.plural() }));
        }
    }
    html! {
        @if state == State::Differs { strong { "differs" } @if !texts.is_empty() { " · " } }
        @if texts.is_empty() {
            @if state == State::AsDeclared { "complete" }
        } @else { span.incomplete { "missing: " (texts.join(", ")) } }
    }
}

fn singular(kind: PartKind) -> String {
    let plural = kind.plural();
    let stem = plural.strip_suffix("ies").map(|stem| format!("{stem}y"));
    stem.unwrap_or_else(|| plural.trim_end_matches('s').to_owned())
}

/// The parts of a kind, those that are missing first.
fn parts(definition: &DefinitionCoverage, operation: &OperationCoverage, kind: PartKind) -> Markup {
    let mut parts: Vec<&PartCoverage> = operation.parts.iter().filter(|part| part.kind == kind).collect();
    parts.sort_by_key(|part| match State::of(part.shown) {
        State::Missing => 0,
        State::Documented => 1,
        State::Differs => 2,
        State::AsDeclared => 3,
    });
    html! {
        @if !parts.is_empty() {
            h4 { (kind.plural()) }
            ul.parts {
                @for part in parts {
                    @let state = State::of(part.shown);
                    li.part.(state.class()) title=[place(definition, &part.place)] {
                        (one_line(&part.name))
                        @if state != State::AsDeclared { span.aloud { " (" (state.text()) ")" } }
                    }
                }
            }
        }
    }
}

/// `api.yaml:12`.
fn place(definition: &DefinitionCoverage, place: &PartPlace) -> Option<String> {
    let file = place.file.as_deref().unwrap_or(&definition.definition);
    place.line.map(|line| format!("{}:{line}", one_line(file)))
}
