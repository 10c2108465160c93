//! Reads `apinb.toml`.
//!
//! All errors in it are reported at once, with its line. Values that stand elsewhere (`{ env = … }`,
//! `{ file = … }`) are read when they are needed.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::Arc;

use apinb_files::bounded;
use apinb_project::overrides::value::Value;
use apinb_project::reading::root::{NAME, VirtualFiles, display_name};
use apinb_text::display::suggest::suggest;
use apinb_text::source::span::SourceFile;
use toml::de::DeTable;

use super::env_file::Variables;
use super::environment::Choice;
use super::layers::Assignment;
use super::masked::masked;
use super::problem::{FileProblem, FileProblemKind, UsageProblem};
use super::table::SECTIONS;
use super::toml::{Reader, TableKey};

/// Maximum size, in bytes.
const MAX_BYTES: u64 = 16 << 20;

#[derive(Clone, Debug, Default)]
pub(crate) struct ConfigFile {
    /// The assignments of its sections.
    pub(crate) assignments: Vec<Assignment>,
    /// The assignments of `[env.NAME…]`, by name.
    pub(crate) environments: BTreeMap<String, Vec<Assignment>>,
}

impl ConfigFile {
    /// All its assignments, those of environments included.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Assignment> {
        self.assignments.iter().chain(self.environments.values().flatten())
    }

    /// The environment variables that it reads by `{ env = "NAME" }`.
    pub(crate) fn variables_read(&self) -> BTreeSet<&str> {
        fn variable(assignment: &Assignment) -> Option<&str> {
            match &assignment.value {
                Value::Environment { name, .. } => Some(name.as_str()),
                Value::Text(_) | Value::File(_) => None,
            }
        }
        self.all().filter_map(variable).collect()
    }

    /// The assignments of its sections, then those of the chosen environment; `shown` is the file's name in messages.
    ///
    /// # Errors
    /// When it has no such environment: the others may lead to another server.
    pub(crate) fn chosen(mut self, choice: Option<&Choice>, shown: &str) -> Result<Vec<Assignment>, UsageProblem> {
        let Some(Choice { name, by }) = choice else { return Ok(self.assignments) };
        match self.environments.remove(name) {
            Some(chosen) => Ok([self.assignments, chosen].concat()),
            None => Err(UsageProblem::NoEnvironment {
                name: name.clone(),
                by,
                place: shown.to_owned(),
                meant: suggest(name, self.environments.keys().map(String::as_str)).map(str::to_owned),
                known: self.environments.into_keys().collect(),
            }),
        }
    }
}

/// The text of the file at `path`, and the same with secrets redacted.
///
/// # Errors
/// The system's error; when the file is not UTF-8.
pub fn shown_text(path: &Path) -> io::Result<(String, String)> {
    let text = bounded::text(path, MAX_BYTES)?;
    let shown = masked(&text);
    Ok((text, shown))
}

/// The file at `path`; `variables` are those of `.env` files.
///
/// # Errors
/// The system's error, in the outer result; diagnostics about the file, in the inner one.
pub(crate) fn read(
    path: &Path,
    variables: &Variables,
    proposed: &VirtualFiles,
) -> io::Result<Result<ConfigFile, Vec<FileProblem>>> {
    let text = match proposed.get(path) {
        Some(text) => text.clone(),
        None => bounded::text(path, MAX_BYTES)?,
    };
    Ok(parse(&display_name(path), &text, path.parent().unwrap_or(Path::new("/")), variables))
}

/// Reads `text`; `name` is the file's name in messages, relative paths start at `folder`.
///
/// # Errors
/// All diagnostics about it.
fn parse(name: &str, text: &str, folder: &Path, variables: &Variables) -> Result<ConfigFile, Vec<FileProblem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file = Arc::new(SourceFile::new(name, masked(text)));
    let mut reader = Reader { name: NAME, file: &file, folder, variables, problems: Vec::new() };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let message = error.message().trim().to_owned();
        reader.problem(error.span().unwrap_or(0..0), FileProblemKind::Syntax { message });
    }
    // Errors after a syntax error would be guesses.
    if reader.problems.is_empty() {
        let config = read_sections(&mut reader, table.get_ref());
        if reader.problems.is_empty() {
            return Ok(config);
        }
    }
    reader.problems.sort_by_key(|problem| problem.location.span.start);
    Err(reader.problems)
}

fn read_sections(reader: &mut Reader<'_>, table: &DeTable<'_>) -> ConfigFile {
    let place = TableKey { key: "", names: &[], header: "" };
    let assignments = reader.assignments(table, &place, &SECTIONS.each_ref().map(|section| section.name), &["env"]);
    let mut environments = BTreeMap::new();
    let known: Vec<&str> =
        SECTIONS.iter().filter(|section| section.in_environments).map(|section| section.name).collect();
    let env = table.iter().find(|(key, _)| *key.get_ref() == "env");
    if let Some(table) = env.and_then(|(_, value)| reader.table(("env", value))) {
        for (name, value) in table {
            let name: &str = name.get_ref();
            let Some(table) = reader.table((name, value)) else { continue };
            let place = TableKey { key: "", names: &[], header: &format!("env.{name}") };
            environments.insert(name.to_owned(), reader.assignments(table, &place, &known, &[]));
        }
    }
    ConfigFile { assignments, environments }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use apinb_text::diagnostic::render::render;

    use std::time::Duration;

    use super::{Value, Variables, parse};
    use crate::cli::settings::layers::Layers;
    use crate::cli::settings::table::{CELL_TIMEOUT, CLIENT_TOKEN, INPUT, MAX_HEAP, MOCK_INPUT};

    fn check(text: &str, expected: &str) {
        let problems = parse("apinb.toml", text, Path::new("/folder"), &Variables::new()).expect_err("problems");
        let rendered: Vec<String> = problems.iter().map(|problem| render(problem, None, false)).collect();
        assert_eq!(rendered.join("\n").trim_end(), expected.trim_matches('\n'), "{text}");
    }

    #[test]
    fn every_section_is_read() {
        let text = "
            [definitions]
            \"https://a.test/x.raml\" = \"x.raml\"
            [clients.zendesk]
            definition = \"z.raml\"
            base-uri = \"http://127.0.0.1:1\"
            token = { env = \"T\" }
            [inputs]
            B = 5
            A = { file = \"a.txt\" }
            yes = true
            [scripts]
            [mock.inputs]
            A = \"x\"
            [run]
            cell-timeout = 0.5
            timeout = \"2m\"
            max-heap = 64";
        let config = parse("apinb.toml", text, Path::new("/folder"), &Variables::new()).expect("no problems");
        let layers = Layers::new(config.assignments);
        let inputs: Vec<_> =
            layers.assignments(&INPUT).iter().map(|input| (input.key(), input.value.clone())).collect();
        let text = |text: &str| Value::Text(text.to_owned());
        let input = |key: &str, value| (format!("inputs.{key}"), value);
        let file = Value::File("/folder/a.txt".into());
        assert_eq!(inputs, [input("A", file), input("B", text("5")), input("yes", text("true"))]);
        let token = layers.strongest(&CLIENT_TOKEN, &["zendesk".to_owned()]).map(|token| token.value.clone());
        assert_eq!(token, Some(Value::Environment { name: "T".to_owned(), fallback: None }));
        let mut problems = Vec::new();
        assert_eq!(layers.value(&CELL_TIMEOUT, &mut problems), Some(Duration::from_millis(500)));
        assert_eq!(layers.value(&MAX_HEAP, &mut problems), Some(64 << 20));
        assert_eq!(layers.assignments(&MOCK_INPUT).len(), 1);
        assert!(problems.is_empty());
    }

    #[test]
    fn options_of_sign_ins_are_checked() {
        check(
            "[clients.todo.auth]\nclientSecrt = \"x\"\nX-Key = \"y\"\n",
            r#"
error: unknown key `clientSecrt` in `[clients.todo.auth]`
  --> apinb.toml:2:1
  |
2 | clientSecrt = "*"
  | ^^^^^^^^^^^

help: Did you mean `clientSecret`?
"#,
        );
        check(
            "[clients.todo.auth]\nscopes = [1]\n",
            r#"
error: expected strings for `scopes`, got a list
  --> apinb.toml:2:10
  |
2 | scopes = [1]
  |          ^^^
"#,
        );
        let text = "[clients.todo.auth]\nscopes = [\"a\", \"b\"]\nclient_id = \"1\"\n\"header.X-Key\" = \"2\"\n";
        let config = parse("apinb.toml", text, Path::new("/folder"), &Variables::new()).expect("no problems");
        let values: Vec<_> = config.assignments.iter().map(|one| (one.key(), one.value.clone())).collect();
        let value = |key: &str, text: &str| (format!("clients.todo.auth.{key}"), Value::Text(text.to_owned()));
        assert_eq!(values, [value("client_id", "1"), value("\"header.X-Key\"", "2"), value("scopes", "a b")]);
    }

    #[test]
    fn diagnostics_have_their_line_and_a_suggestion() {
        check(
            "[input]\nA = 1\n\n[run]\ntimeout = \"soon\"\nheap = 3\n[inputs]\nB = [1]\n",
            r#"
error: unknown key `input` in `apinb.toml`
  --> apinb.toml:1:2
  |
1 | [input]
  |  ^^^^^

help: Did you mean `inputs`?

error: invalid value for `run.timeout`: expected a time
  --> apinb.toml:5:11
  |
5 | timeout = "soon"
  |           ^^^^^^

help: Write seconds (`90`) or a duration (`500ms`, `30s`, `5m`).

error: unknown key `heap` in `[run]`
  --> apinb.toml:6:1
  |
6 | heap = 3
  | ^^^^

help: Use one of `cell-timeout`, `timeout`, `max-heap`, `max-output`, `strict`, `exclude`, `include`, `fail-fast`, `fail-on-status`, `allow-read` and `output-dir`.

error: expected a string, `{ env = "NAME" }` or `{ file = "PATH" }` for `B`, got a list
  --> apinb.toml:8:5
  |
8 | B = [1]
  |     ^^^
"#,
        );
    }
}
