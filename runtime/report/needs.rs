//! Renders the results of `apinb check` for people.

use apinb_record::check::{
    ColumnNeed, ColumnState, DefinitionNeed, DefinitionState, FieldSource, InputNeed, InputState, Needs, NotebookNeeds,
    SchemeNeed,
};
use apinb_record::finding::Finding;
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::render::{Message, SourcePosition};
use apinb_text::display::plural::pluralize;

use super::layout::{BOLD, DIM, GREEN, Line, PLAIN, RED, YELLOW};
use super::listing::{COMPUTED, Entry, Listing, script};

/// The results as text. `color` adds ANSI escape codes; `width`: the width of the terminal, if it is for one.
#[must_use]
pub fn text(needs: &Needs, width: Option<usize>, color: bool) -> String {
    let notebooks: Vec<String> =
        needs.notebooks.iter().map(|notebook| self::notebook(notebook, width, color)).collect();
    notebooks.join("\n")
}

fn notebook(needs: &NotebookNeeds, width: Option<usize>, color: bool) -> String {
    let mut page = Listing { text: String::new(), color };
    let mut head = Line::default();
    match &needs.title {
        Some(title) => head.push(BOLD, title).push(DIM, &format!("  {}", needs.path)),
        None => head.push(BOLD, &needs.path),
    };
    page.line(head);
    if let Some(error) = &needs.error {
        let message = Message {
            severity: Severity::Error,
            code: None,
            text: error.message.clone(),
            place: None,
            causes: Vec::new(),
            help: error.help.clone(),
        };
        page.text.push_str(&message.render(width, color));
        return page.text;
    }
    page.part("definitions", needs.definitions.iter().map(definition));
    page.part("scripts", needs.scripts.iter().map(script));
    page.part("modules", needs.modules.iter().map(script));
    page.part("inputs", needs.inputs.iter().map(input));
    page.part("columns of --inputs", needs.columns.iter().map(column));
    page.part("security", needs.schemes.iter().map(scheme));
    page.part("hosts", needs.hosts.iter().map(|host| Entry::new(host)));
    for finding in &needs.findings {
        page.text.push('\n');
        page.text.push_str(&message(finding, &needs.path).render(width, color));
    }
    if !needs.findings.is_empty() {
        page.text.push('\n');
    }
    page.line(summary(needs));
    page.text
}

fn summary(needs: &NotebookNeeds) -> Line {
    let missing = needs.inputs.iter().filter(|input| input.state == InputState::Missing).count();
    let mut line = Line::default();
    let count = |severity| needs.findings.iter().filter(|finding| finding.severity == severity).count();
    let errors = count(Severity::Error);
    line.push(PLAIN, &format!("{}: ", pluralize(needs.cells, "cell")))
        .push(if errors == 0 { GREEN } else { RED }, &pluralize(errors, Severity::Error.name()));
    for severity in [Severity::Warning, Severity::Note] {
        if count(severity) > 0 {
            line.push(PLAIN, ", ").push(severity.style(), &pluralize(count(severity), severity.name()));
        }
    }
    if missing > 0 {
        line.push(YELLOW, &format!(", {} missing", pluralize(missing, "input")));
    }
    let missing = needs.columns.iter().filter(|column| column.state == ColumnState::Missing).count();
    if missing > 0 {
        line.push(YELLOW, &format!(", {} missing", pluralize(missing, "column")));
    }
    if !needs.unread_cells.is_empty() {
        let numbers: Vec<String> = needs.unread_cells.iter().map(|number| format!("${number}")).collect();
        line.push(YELLOW, &format!(", not checked: {}", numbers.join(", ")));
    }
    line
}

fn definition(need: &DefinitionNeed) -> Entry {
    let reference = need.reference.clone().unwrap_or_else(|| COMPUTED.to_owned());
    let found = need.address.clone().filter(|address| *address != reference);
    let title = need.title.as_ref().map(|title| format!(" ({title})")).unwrap_or_default();
    let state = match (need.state, found) {
        (DefinitionState::Read, Some(found)) => (GREEN, format!("→ {found}{title}")),
        (DefinitionState::Read, None) => (GREEN, format!("found{title}")),
        (DefinitionState::NotRead, Some(found)) => (YELLOW, format!("→ {found}, not read")),
        (DefinitionState::NotRead, None) => (YELLOW, "not read".to_owned()),
        (DefinitionState::Missing, Some(found)) => (RED, format!("→ {found}, missing")),
        (DefinitionState::Missing, None) => (RED, "missing".to_owned()),
        (DefinitionState::Computed, _) => (DIM, "not checked".to_owned()),
    };
    // Missing inputs are listed with the diagnostics.
    let help = need.help.clone().filter(|_| need.state != DefinitionState::Missing);
    Entry { name: need.client.clone().unwrap_or_else(|| COMPUTED.to_owned()), about: reference, state, help }
}

fn input(need: &InputNeed) -> Entry {
    let text = need.question.as_ref().map_or_else(|| COMPUTED.to_owned(), |text| format!("\"{text}\""));
    let kind = match (need.confirm, need.secret) {
        (true, _) => ", yes or no",
        (false, true) => ", secret",
        (false, false) => "",
    };
    let (style, state) = match need.state {
        InputState::Provided => (GREEN, "provided"),
        InputState::Generated => (GREEN, "generated"),
        InputState::Missing => (YELLOW, "missing"),
    };
    let (name, about) = match &need.variable {
        Some(name) => (name.clone(), text),
        None => (text, String::new()),
    };
    Entry { name, about, state: (style, format!("{state}{kind}")), help: need.help.clone() }
}

fn column(need: &ColumnNeed) -> Entry {
    let (style, state) = match need.state {
        ColumnState::Provided => (GREEN, "provided"),
        ColumnState::Missing => (YELLOW, "missing"),
        ColumnState::NoTable => (YELLOW, "no table"),
    };
    let about = format!("line {}", need.position.line);
    Entry { name: format!("row.{}", need.name), about, state: (style, state.to_owned()), help: need.help.clone() }
}

fn scheme(need: &SchemeNeed) -> Entry {
    let field = |field: &apinb_record::check::FieldNeed| match field.source {
        FieldSource::Notebook => format!("{}: by the notebook", field.name),
        FieldSource::Setting => format!("{}: provided", field.name),
        FieldSource::Prompt => format!("{}: missing", field.name),
    };
    let missing = need.fields.iter().any(|field| field.source == FieldSource::Prompt);
    let state = match (need.token, need.fields.as_slice()) {
        (true, _) => (GREEN, "a token is given".to_owned()),
        (false, []) => (PLAIN, String::new()),
        (false, fields) => {
            let fields: Vec<String> = fields.iter().map(field).collect();
            (if missing { YELLOW } else { GREEN }, fields.join(", "))
        }
    };
    Entry { name: need.client.clone(), about: format!("{} ({})", need.name, need.kind), state, help: None }
}

fn message(finding: &Finding, path: &str) -> Message {
    Message {
        severity: finding.severity,
        code: Some(finding.code.to_owned()),
        text: finding.message.clone(),
        place: Some(SourcePosition {
            file: path.to_owned(),
            line: finding.position.line,
            column: finding.position.column,
            length: finding.length,
            source_line: Some(finding.source_line.clone()),
        }),
        causes: Vec::new(),
        help: finding.help.clone(),
    }
}

#[cfg(test)]
mod tests {
    use apinb_record::check::{Needs, NotebookNeeds};
    use apinb_record::finding::Finding;
    use apinb_record::position::NotebookPosition;
    use apinb_text::diagnostic::Severity;

    use super::text;
    use crate::github::annotations::of_check;

    fn needs() -> Needs {
        let finding = |code, severity| Finding {
            code,
            severity,
            message: "odd".to_owned(),
            help: None,
            position: NotebookPosition { cell: Some(0), line: 2, column: 3 },
            length: 2,
            source_line: "a bc".to_owned(),
        };
        let findings = vec![
            finding("a/warning", Severity::Warning),
            finding("a/note", Severity::Note),
            finding("b/note", Severity::Note),
        ];
        let notebook = NotebookNeeds { path: "n.md".to_owned(), cells: 1, findings, ..NotebookNeeds::default() };
        Needs { version: 1, mocked: false, notebooks: vec![notebook] }
    }

    #[test]
    fn findings_are_counted_by_severity() {
        let needs = needs();
        assert!(!needs.has_errors());
        let text = text(&needs, None, false);
        assert!(text.contains("\nwarning[a/warning]: odd\n  --> n.md:2:3\n  |\n2 | a bc\n  |   ^^\n"), "{text}");
        assert!(text.contains("\nnote[a/note]: odd\n"), "{text}");
        assert!(text.ends_with("\n1 cell: 0 errors, 1 warning, 2 notes\n"), "{text}");
    }

    #[test]
    fn annotations_have_the_code_as_title() {
        let inside = "\
::warning file=n.md,line=2,col=3,title=a/warning::odd
::notice file=n.md,line=2,col=3,title=a/note::odd
::notice file=n.md,line=2,col=3,title=b/note::odd
";
        assert_eq!(of_check(&needs(), &|path| Some(path.to_owned())), inside);
        let outside = of_check(&needs(), &|_| None);
        assert!(outside.starts_with("::warning title=n.md $0%3A a/warning::odd\n"), "{outside}");
    }
}
