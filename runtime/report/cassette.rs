//! Renders what cassettes have, and what a scan of them found.

use apinb_record::cassette_show::{Cassettes, ShownCassette, ShownInteraction};
use apinb_record::scan::{Scan, ScanFinding};
use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::render::{Message, SourcePosition};
use apinb_text::display::plural::pluralize;

use super::layout::{BOLD, CYAN, DIM, GREEN, Line, PLAIN, RED, YELLOW, cut_middle};

/// The columns of method and status in a listing.
const METHOD: usize = 4;
const URL: usize = 12;
/// The columns that follow a URL: arrow, status and size.
const AFTER: usize = 26;

/// The cells of cassettes with their interactions, one a line. `color` adds ANSI escape codes.
#[must_use]
pub fn show(cassettes: &Cassettes, width: usize, color: bool) -> String {
    let mut text = String::new();
    for (at, cassette) in cassettes.cassettes.iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        of_cassette(cassette, width, color, &mut text);
    }
    text
}

fn of_cassette(cassette: &ShownCassette, width: usize, color: bool, text: &mut String) {
    let mut add = |line: Line| text.push_str(&line.render(Some(width), color));
    let calls = cassette.cells.iter().map(|cell| cell.interactions.len()).sum();
    let mut head = Line::default();
    head.push(BOLD, &cassette.folder).push(
        DIM,
        &format!(
            "  {} of {}, since {}",
            pluralize(calls, "call"),
            pluralize(cassette.cells.len(), "cell"),
            cassette.start
        ),
    );
    add(head);
    for definition in &cassette.definitions {
        let mut line = Line::default();
        line.push(DIM, "  definition of ")
            .push(PLAIN, &definition.client)
            .push(DIM, &format!(": {}", definition.source));
        add(line);
    }
    for document in &cassette.documents {
        let mut line = Line::default();
        line.push(DIM, "  from the web: ").push(PLAIN, document);
        add(line);
    }
    for cell in &cassette.cells {
        let mut line = Line::default();
        line.push(CYAN, &format!("  {}", cell.label)).push(DIM, &format!("  {}", cell.file));
        add(line);
        for interaction in &cell.interactions {
            add(of_interaction(interaction, width));
        }
    }
}

fn of_interaction(interaction: &ShownInteraction, width: usize) -> Line {
    let mut line = Line::default();
    let style = if interaction.status < 400 { GREEN } else { YELLOW };
    let url = cut_middle(&interaction.url, width.saturating_sub(URL + AFTER).max(16));
    line.pad_to(METHOD).push(PLAIN, &interaction.method).pad_to(URL).push(PLAIN, &url);
    line.push(DIM, " → ").push(style, &interaction.status.to_string());
    if interaction.bytes > 0 {
        line.push(DIM, &format!("  {}", pluralize(usize::try_from(interaction.bytes).unwrap_or(usize::MAX), "byte")));
    }
    line
}

/// The findings of a scan, and a summary.
#[must_use]
pub fn scan(scan: &Scan, width: usize, color: bool) -> String {
    let mut text = String::new();
    for finding in &scan.findings {
        text.push_str(&message(finding).render(Some(width), color));
        text.push('\n');
    }
    let count = |severity: Severity| scan.findings.iter().filter(|finding| finding.severity == severity).count();
    let (secrets, personal) = (count(Severity::Error), count(Severity::Warning));
    let mut line = Line::default();
    line.push(PLAIN, &format!("{}: ", pluralize(scan.files, "file")));
    line.push(if secrets == 0 { GREEN } else { RED }, &pluralize(secrets, "secret")).push(PLAIN, ", ");
    let parts = if personal == 1 {
        "1 part with personal data".to_owned()
    } else {
        format!("{personal} parts with personal data")
    };
    line.push(if personal == 0 { GREEN } else { YELLOW }, &parts);
    text.push_str(&line.render(Some(width), color));
    text
}

fn message(finding: &ScanFinding) -> Message {
    Message {
        severity: finding.severity,
        code: Some(finding.code.clone()),
        text: finding.message.clone(),
        place: Some(SourcePosition {
            file: finding.position.file.clone(),
            line: finding.position.line,
            column: finding.position.column,
            length: finding.length,
            source_line: Some(finding.source_line.clone()).filter(|line| !line.is_empty()),
        }),
        causes: Vec::new(),
        help: Some(finding.help.clone()),
    }
}

#[cfg(test)]
mod tests {
    use apinb_record::cassette_show::{Cassettes, ShownCassette, ShownCell, ShownInteraction};

    use super::show;

    #[test]
    fn lines_fit_into_narrow_terminals() {
        let interaction = |url: &str, status| ShownInteraction {
            method: "GET".to_owned(),
            url: url.to_owned(),
            operation: None,
            status,
            media_type: None,
            bytes: 12_345,
        };
        let cells = vec![ShownCell {
            file: "list-users.json".to_owned(),
            label: "List users".to_owned(),
            interactions: vec![
                interaction("https://api.example.org/v1/organizations/42/users?page=2&size=100", 200),
                interaction("https://a.example/", 404),
            ],
        }];
        let cassette = ShownCassette { folder: "users.cassette".to_owned(), cells, ..ShownCassette::default() };
        let cassettes = Cassettes { version: 1, cassettes: vec![cassette] };
        for width in [50, 80] {
            let text = show(&cassettes, width, false);
            assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
            assert!(text.contains("→ 404  12345 bytes") && text.contains("→ 200  12345 bytes"), "{text}");
        }
    }
}
