//! Writes JUnit XML: each notebook is a test suite, each cell a test case. The contract of a run is another suite, in
//! which each operation that was called is a test case.
//!
//! Conforms to the schema of Jenkins, which other systems accept as well.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use apinb_record::contract::{CalledOperation, Contract, ContractFinding};
use apinb_record::drift::Drift;
use apinb_record::error::{ErrorKind, ErrorRecord};
use apinb_record::run::{CellRecord, CellStatus, NotebookRecord, RunRecord};
use apinb_text::display::escape::escape_controls;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::cell;
use super::contract;
use super::layout::one_line;

/// The test case of calls that no operation of an API has.
const OTHER_CALLS: &str = "other calls";
/// The width of findings.
const COLUMNS: usize = 100;

/// The record as JUnit XML.
pub(super) fn write(record: &RunRecord, out: &mut dyn io::Write) -> io::Result<()> {
    let [mut all_tests, mut all_failures, mut all_errors] = [0; 3];
    record.notebooks.each(&mut |notebook| {
        all_tests += tests(notebook);
        all_failures += failures(notebook);
        all_errors += errors(notebook);
        Ok(())
    })?;
    let operations = record.contract.as_ref().map(operations).unwrap_or_default();
    all_tests += operations.len();
    all_failures += operations.iter().filter(|operation| operation.fails()).count();
    let mut writer = Writer::new_with_indent(&mut *out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let suites = writer.create_element("testsuites").with_attributes([
        ("name", "apinb"),
        ("tests", &all_tests.to_string()),
        ("failures", &all_failures.to_string()),
        ("errors", &all_errors.to_string()),
        ("time", &seconds(record.milliseconds)),
    ]);
    suites.write_inner_content(|writer| {
        record.notebooks.each(&mut |notebook| suite(writer, notebook))?;
        if operations.is_empty() { Ok(()) } else { contract_suite(writer, &operations, &record.started) }
    })?;
    out.write_all(b"\n")
}

fn suite(writer: &mut Writer<impl Write>, notebook: &NotebookRecord) -> io::Result<()> {
    let class = class(notebook);
    let suite = writer.create_element("testsuite").with_attributes([
        ("name", name(&notebook.name()).as_str()),
        ("tests", &tests(notebook).to_string()),
        ("failures", &failures(notebook).to_string()),
        ("errors", &errors(notebook).to_string()),
        ("skipped", &notebook.summary.skipped.to_string()),
        ("time", &seconds(notebook.milliseconds)),
        // The schema does not allow a time zone.
        ("timestamp", notebook.started.split(['.', 'Z']).next().unwrap_or_default()),
    ]);
    let names = names(notebook);
    suite.write_inner_content(|writer| {
        if !names.is_empty() {
            writer.create_element("properties").write_inner_content(|writer| {
                notebook.cells.iter().zip(&names).try_for_each(|(cell, name)| {
                    let number = format!("${}", cell.number);
                    let property = [("name", number.as_str()), ("value", name.as_str())];
                    writer.create_element("property").with_attributes(property).write_empty().map(drop)
                })
            })?;
        }
        if let Some(error) = &notebook.error {
            let case = [("name", "the notebook"), ("classname", class.as_str()), ("time", "0")];
            writer
                .create_element("testcase")
                .with_attributes(case)
                .write_inner_content(|writer| problem(writer, "error", error))?;
        }
        notebook.cells.iter().zip(&names).try_for_each(|(cell, name)| test_case(writer, cell, name, &class))?;
        notebook.drift.as_ref().map_or(Ok(()), |found| drift(writer, found, &class))
    })?;
    Ok(())
}

/// The comparison with the cassette: a test case that fails with all its errors.
fn drift(writer: &mut Writer<impl Write>, drift: &Drift, class: &str) -> io::Result<()> {
    let case = [("name", "the cassette"), ("classname", class), ("time", "0")];
    writer.create_element("testcase").with_attributes(case).write_inner_content(|writer| {
        let text = characters(&super::drift::text(drift, None, false));
        if drift.has_errors() {
            let message = name(text.lines().last().unwrap_or_default());
            let failure = writer.create_element("failure");
            let failure = failure.with_attributes([("type", "Drift"), ("message", message.as_str())]);
            failure.write_text_content(BytesText::new(&text))?;
        } else {
            writer.create_element("system-out").write_text_content(BytesText::new(&text))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// An operation that was called, with its findings.
struct Operation<'a> {
    api: &'a str,
    name: &'a str,
    findings: Vec<&'a ContractFinding>,
}

impl Operation<'_> {
    fn fails(&self) -> bool {
        self.findings.iter().any(|finding| finding.fails)
    }
}

/// The operations that were called, and the calls that no operation has.
fn operations(contract: &Contract) -> Vec<Operation<'_>> {
    let of = |called: &CalledOperation| {
        let is_of = |finding: &&ContractFinding| {
            finding.api == called.api && finding.operation.as_deref() == Some(&called.operation)
        };
        contract.new_findings().filter(is_of).collect()
    };
    let called = contract.operations.iter();
    let mut all: Vec<Operation<'_>> =
        called.map(|called| Operation { api: &called.api, name: &called.operation, findings: of(called) }).collect();
    for finding in contract.new_findings().filter(|finding| finding.operation.is_none()) {
        match all.iter_mut().find(|known| known.api == finding.api && known.name == OTHER_CALLS) {
            Some(known) => known.findings.push(finding),
            None => all.push(Operation { api: &finding.api, name: OTHER_CALLS, findings: vec![finding] }),
        }
    }
    all
}

fn contract_suite(writer: &mut Writer<impl Write>, operations: &[Operation<'_>], started: &str) -> io::Result<()> {
    let failures = operations.iter().filter(|operation| operation.fails()).count();
    let suite = writer.create_element("testsuite").with_attributes([
        ("name", "contract"),
        ("tests", &operations.len().to_string()),
        ("failures", &failures.to_string()),
        ("errors", "0"),
        ("skipped", "0"),
        ("time", "0.000"),
        ("timestamp", started.split(['.', 'Z']).next().unwrap_or_default()),
    ]);
    suite
        .write_inner_content(|writer| operations.iter().try_for_each(|operation| operation_case(writer, operation)))?;
    Ok(())
}

/// A test case, which has what fails as its failure, and other findings as its output.
fn operation_case(writer: &mut Writer<impl Write>, operation: &Operation<'_>) -> io::Result<()> {
    // Tools read a dot as a folder.
    let class = format!("contract.{}", name(operation.api).replace('.', " "));
    let case = writer.create_element("testcase").with_attributes([
        ("name", name(operation.name).as_str()),
        ("classname", class.as_str()),
        ("time", "0.000"),
    ]);
    if operation.findings.is_empty() {
        case.write_empty()?;
        return Ok(());
    }
    let text = |findings: &[&ContractFinding]| {
        let texts: Vec<String> =
            findings.iter().map(|finding| contract::finding(finding, Some(COLUMNS), false)).collect();
        characters(&texts.join("\n"))
    };
    let (failing, others): (Vec<&ContractFinding>, Vec<_>) =
        operation.findings.iter().copied().partition(|finding| finding.fails);
    case.write_inner_content(|writer| {
        if let Some(first) = failing.first() {
            let more = if failing.len() > 1 { format!(" (and {} more)", failing.len() - 1) } else { String::new() };
            let message = name(&first.message) + &more;
            let failure = writer.create_element("failure");
            let failure = failure.with_attributes([("type", name(&first.rule).as_str()), ("message", &message)]);
            failure.write_text_content(BytesText::new(&text(&failing)))?;
        }
        if !others.is_empty() {
            writer.create_element("system-out").write_text_content(BytesText::new(&text(&others)))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// The names of the cells: their labels, which stay the same when another cell is inserted. Of several cells with one
/// label, all but the first have a number.
fn names(notebook: &NotebookRecord) -> Vec<String> {
    let mut used = BTreeSet::new();
    let mut counts = BTreeMap::new();
    let unique = |label: String| {
        let count = counts.entry(label.clone()).or_insert(0);
        loop {
            *count += 1;
            let unique = if *count == 1 { label.clone() } else { format!("{label} ({count})") };
            if used.insert(unique.clone()) {
                return unique;
            }
        }
    };
    notebook.cells.iter().map(|cell| name(&cell.label)).map(unique).collect()
}

fn test_case(writer: &mut Writer<impl Write>, cell: &CellRecord, unique: &str, class: &str) -> io::Result<()> {
    let case = writer.create_element("testcase").with_attributes([
        ("name", unique),
        ("classname", class),
        ("time", &seconds(cell.milliseconds)),
    ]);
    let output = cell::output(cell);
    if cell.status == CellStatus::Passed && output.is_empty() {
        case.write_empty()?;
        return Ok(());
    }
    case.write_inner_content(|writer| {
        if cell.status == CellStatus::Skipped {
            let reason = cell.skip.as_deref().map(name).filter(|reason| !reason.is_empty());
            let skipped = writer.create_element("skipped");
            let reason = reason.as_ref().map(|reason| ("message", reason.as_str()));
            skipped.with_attributes(reason).write_empty()?;
        }
        if let Some(error) = &cell.error {
            problem(writer, if is_failure(error) { "failure" } else { "error" }, error)?;
        }
        if !output.is_empty() {
            writer.create_element("system-out").write_text_content(BytesText::new(&characters(&output)))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn problem(writer: &mut Writer<impl Write>, element: &str, error: &ErrorRecord) -> io::Result<()> {
    let (kind, message) = (name(&error.name), name(&error.message));
    let problem = writer.create_element(element);
    let problem = problem.with_attributes([("type", kind.as_str()), ("message", message.as_str())]);
    problem.write_text_content(BytesText::new(&characters(&cell::failure(error))))?;
    Ok(())
}

/// A notebook that could not run counts as a test case.
fn tests(notebook: &NotebookRecord) -> usize {
    notebook.cells.len() + usize::from(notebook.error.is_some()) + usize::from(notebook.drift.is_some())
}

/// Whether the error is a test failure; any other error prevented the test.
fn is_failure(error: &ErrorRecord) -> bool {
    matches!(error.kind, ErrorKind::Thrown | ErrorKind::UnexpectedPass | ErrorKind::UnreadStatus)
}

fn cell_errors(notebook: &NotebookRecord) -> impl Iterator<Item = &ErrorRecord> {
    notebook.cells.iter().filter_map(|cell| cell.error.as_ref())
}

fn failures(notebook: &NotebookRecord) -> usize {
    let has_drift = notebook.drift.as_ref().is_some_and(Drift::has_errors);
    cell_errors(notebook).filter(|error| is_failure(error)).count() + usize::from(has_drift)
}

fn errors(notebook: &NotebookRecord) -> usize {
    cell_errors(notebook).filter(|error| !is_failure(error)).count() + usize::from(notebook.error.is_some())
}

/// The class name, which tools show as folders and a class: `books/users.md` is `books.users`, its second row
/// `books.users [2]`. The number is used because a label may contain a dot.
fn class(notebook: &NotebookRecord) -> String {
    let path = notebook.path.trim_start_matches("./");
    let class = name(path.strip_suffix(".md").unwrap_or(path)).replace(['/', '\\'], ".");
    match &notebook.row {
        Some(row) => format!("{class} [{}]", row.number),
        None => class,
    }
}

/// One line without characters that XML does not allow.
fn name(text: &str) -> String {
    characters(&one_line(text))
}

/// Replaces characters that XML does not allow (XML 1.0, section 2.2). Control characters become visible.
fn characters(text: &str) -> String {
    escape_controls(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

fn seconds(milliseconds: f64) -> String {
    format!("{:.3}", milliseconds / 1e3)
}
