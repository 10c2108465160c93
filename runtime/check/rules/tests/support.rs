//! Notebooks for the tests of rules.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use apinb_analysis::analyse;
use apinb_definition::model::{Definition, Method, Parameter, Resource, SecurityKind, SecurityScheme};
use apinb_notebook::model::Notebook;
use apinb_project::job::{Job, NotebookLocation};
use apinb_project::settings::Settings;
use apinb_record::finding::Finding;
use apinb_text::web::verb::Verb;

use super::super::context::Context;
use super::super::findings_of;
use super::super::rule::NotebookRule;
use crate::definitions::Clients;
use crate::needs::needs;

/// The first cell, in lines 1 to 3; the next one starts in line 6.
const CREATE: &str = "API.createClient('shop', 'shop.raml')";

/// The findings of `rules` in `cells`, which follow a cell that creates the client `shop`: `code text`.
#[track_caller]
pub(crate) fn check_texts(rules: &[&NotebookRule], cells: &[&str], expected: &[&str]) {
    let found = findings(rules, cells);
    let found: Vec<String> = found.iter().map(|one| format!("{} {}", one.code, text(one))).collect();
    assert_eq!(found, expected, "{cells:?}");
}

/// The findings of the rule in these cells: `code line:column text`.
#[track_caller]
pub(crate) fn check(rule: &NotebookRule, cells: &[&str], expected: &[&str]) {
    assert_eq!(findings(&[rule], cells).iter().map(line).collect::<Vec<_>>(), expected, "{cells:?}");
}

/// The only finding of the rule in `cell`, with its message and its help.
#[track_caller]
pub(crate) fn check_one(rule: &NotebookRule, cell: &str, expected: &str, message: &str, help: &str) {
    check_finding(&findings(&[rule], &[cell]), expected, message, help);
}

/// The only finding of the rule in the first of these documents, with the others beside it; no finding if `expected` is
/// empty.
#[track_caller]
pub(crate) fn check_documents(
    rule: &NotebookRule,
    documents: &[(&str, &str)],
    expected: &str,
    message: &str,
    help: &str,
) {
    check_finding(&findings_of_documents(rule, documents), expected, message, help);
}

#[track_caller]
fn check_finding(findings: &[Finding], expected: &str, message: &str, help: &str) {
    let found: Vec<_> =
        findings.iter().map(|one| (line(one), one.message.clone(), one.help.clone().unwrap_or_default())).collect();
    let expected = (expected.to_owned(), message.to_owned(), help.to_owned());
    assert_eq!(found, if expected.0.is_empty() { Vec::new() } else { vec![expected] });
}

fn findings(rules: &[&NotebookRule], cells: &[&str]) -> Vec<Finding> {
    let cells: Vec<&str> = std::iter::once(CREATE).chain(cells.iter().copied()).collect();
    let text = cells.iter().fold(String::new(), |mut text, cell| {
        let _ = write!(text, "```js\n{cell}\n```\n\n");
        text
    });
    findings_in(rules, &Notebook::parse("notebook.md", text))
}

/// The findings of `rules` in a notebook whose client `shop` has [`definition`].
pub(crate) fn findings_in(rules: &[&NotebookRule], notebook: &Notebook) -> Vec<Finding> {
    let analysis = analyse(notebook);
    let clients = Clients::with(&analysis, "shop", &definition());
    let settings = settings(Path::new("/"));
    findings_of(rules, &Context::new(notebook, &settings, &analysis, &clients, &[]))
}

/// The findings of the rule in the first of these documents.
pub(crate) fn findings_of_documents(rule: &NotebookRule, documents: &[(&str, &str)]) -> Vec<Finding> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in documents {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let (name, _) = documents[0];
    let location = NotebookLocation::File(folder.path().join(name));
    let needs = needs(&Job::new(name.to_owned(), location, settings(folder.path())), false, None);
    assert_eq!(needs.error, None);
    let mut findings = needs.findings;
    findings.retain(|finding| finding.code == rule.rule.code);
    // Messages name files relative to the working directory.
    let folder = format!("{}/", folder.path().display());
    findings.iter_mut().for_each(|finding| finding.message = finding.message.replace(&folder, ""));
    findings
}

fn line(finding: &Finding) -> String {
    format!("{} {}:{} {}", finding.code, finding.position.line, finding.position.column, text(finding))
}

fn text(finding: &Finding) -> String {
    finding.source_line.chars().skip(finding.position.column - 1).take(finding.length).collect()
}

/// The limits do not matter: nothing runs.
fn settings(folder: &Path) -> Settings {
    Settings::new(folder.to_owned(), Duration::MAX, Duration::MAX, usize::MAX)
}

/// `/users`, `/users/{id}`, `/users/{id}/groups`, `/users/search` and `/files{mediaTypeExtension}`.
fn definition() -> Arc<Definition> {
    let mut files = resource("/files{mediaTypeExtension}", &["get"], Vec::new());
    let values = vec![".json".to_owned()];
    files.uri_parameters =
        vec![Parameter { name: "mediaTypeExtension".to_owned(), required: true, values, ..Parameter::default() }];
    let user = resource("/{id}", &["get", "put"], vec![resource("/groups", &["get"], Vec::new())]);
    let search = resource("/search", &["get"], Vec::new());
    let users = resource("/users", &["get", "head"], vec![user, search]);
    let scheme = SecurityScheme::new("oauth_2_0", SecurityKind::Basic);
    Arc::new(Definition { resources: vec![users, files], security_schemes: vec![scheme], ..Definition::default() })
}

fn resource(path: &str, methods: &[&str], resources: Vec<Resource>) -> Resource {
    let methods = methods
        .iter()
        .map(|name| Method { verb: Verb::from_name(name).unwrap_or_default(), ..Method::default() })
        .collect();
    let uri_parameters = apinb_client::segment::segments(path)
        .flat_map(|segment| apinb_client::segment::access(segment).parameters)
        .map(|tag| Parameter { name: tag.to_owned(), required: true, ..Parameter::default() })
        .collect();
    Resource { path: path.to_owned(), methods, resources, uri_parameters, ..Resource::default() }
}
