//! `apinb.toml`: where it is found, and what it says.
//!
//! Everything that is wrong in it is reported at once, with its line. Values that stand elsewhere (`{ env = … }`,
//! `{ file = … }`) are read when they are needed.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use apinb_core::text::source::span::SourceFile;
use toml::de::DeTable;

use crate::cli::settings::env_file::Variables;
use crate::cli::settings::masked::masked;
use crate::cli::settings::parse::{HEAP_HELP, TIME_HELP, heap, time};
use crate::cli::settings::policy;
use crate::cli::settings::problem::{FileProblem, FileProblemKind};
use crate::cli::settings::toml::{Entry, Placed, Reader};

/// Its name.
pub const NAME: &str = "apinb.toml";

/// What it says.
#[derive(Debug, Default)]
pub struct ConfigFile {
    /// Its folder, where relative paths start.
    pub folder: PathBuf,
    /// `[definitions]`, by URL.
    pub definitions: Vec<(String, Placed)>,
    /// `[clients.NAME]`.
    pub clients: BTreeMap<String, Client>,
    /// `[inputs]`.
    pub inputs: Vec<(String, Placed)>,
    /// `[scripts]`, by URL.
    pub scripts: Vec<(String, Placed)>,
    /// `[mock.inputs]`.
    pub mock_inputs: Vec<(String, Placed)>,
    /// `[run]`.
    pub limits: Limits,
    /// `[network]`.
    pub network: policy::Table,
    /// `[env.NAME…]`, by name; those have no environments of their own.
    pub(crate) environments: BTreeMap<String, ConfigFile>,
}

/// `[clients.NAME]`.
#[derive(Debug, Default)]
pub struct Client {
    /// A file or a URL.
    pub definition: Option<Placed>,
    /// The final base URI.
    pub base_uri: Option<Placed>,
    /// The access token.
    pub token: Option<Placed>,
    /// `[clients.NAME.auth]`: what it signs in with, by option.
    pub auth: Vec<(String, Placed)>,
}

/// `[run]`.
#[derive(Debug, Default)]
pub struct Limits {
    /// A cell's time.
    pub cell_timeout: Option<Placed<Duration>>,
    /// A call's time.
    pub timeout: Option<Placed<Duration>>,
    /// In bytes.
    pub max_heap: Option<Placed<usize>>,
}

/// The nearest `apinb.toml` in `folder` or above it.
#[must_use]
pub fn find(folder: &Path) -> Option<PathBuf> {
    find_with(folder, &Proposed::default())
}

/// Files that are not written yet, by path: they are taken for those that are there.
pub type Proposed = BTreeMap<PathBuf, String>;

/// The same, among files that are not written yet as well.
#[must_use]
pub fn find_with(folder: &Path, proposed: &Proposed) -> Option<PathBuf> {
    let mut paths = folder.ancestors().map(|folder| folder.join(NAME));
    paths.find(|path| proposed.contains_key(path) || path.is_file())
}

/// What is in the file at `path`, and how it may be shown.
///
/// # Errors
/// What the system says, also when it is not text.
pub fn shown_text(path: &Path) -> io::Result<(String, String)> {
    let text = std::fs::read_to_string(path)?;
    let shown = masked(&text);
    Ok((text, shown))
}

/// The file at `path`; `variables` are those of `.env` files.
///
/// # Errors
/// What the system says, also when it is not text; what is wrong in the file is in the inner result.
pub(crate) fn read(
    path: &Path,
    variables: &Variables,
    proposed: &Proposed,
) -> io::Result<Result<ConfigFile, Vec<FileProblem>>> {
    let text = match proposed.get(path) {
        Some(text) => text.clone(),
        None => std::fs::read_to_string(path)?,
    };
    Ok(parse(&shown(path), &text, path.parent().unwrap_or(Path::new("/")), variables))
}

/// What messages call the file at `path`.
pub fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}

/// What `text` says; messages call the file `name`, relative paths start at `folder`.
///
/// # Errors
/// Everything that is wrong with it.
fn parse(name: &str, text: &str, folder: &Path, variables: &Variables) -> Result<ConfigFile, Vec<FileProblem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file = Arc::new(SourceFile::new(name, masked(text)));
    let mut reader = Reader { file: &file, folder, variables, problems: Vec::new() };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let message = error.message().trim().to_owned();
        reader.problem(error.span().unwrap_or(0..0), FileProblemKind::Syntax { message });
    }
    // What comes after a syntax error is anybody's guess.
    if reader.problems.is_empty() {
        let config = sections(&mut reader, table.get_ref(), &format!("`{NAME}`"), &SECTIONS);
        if reader.problems.is_empty() {
            return Ok(config);
        }
    }
    reader.problems.sort_by_key(|problem| problem.location.span.start);
    Err(reader.problems)
}

/// The sections of the file.
const SECTIONS: [&str; 8] = ["definitions", "clients", "inputs", "scripts", "mock", "run", "network", "env"];
/// Those of an environment.
const ENVIRONMENT_SECTIONS: [&str; 6] = ["definitions", "clients", "inputs", "scripts", "run", "network"];

fn sections(reader: &mut Reader<'_>, table: &DeTable<'_>, place: &str, known: &'static [&'static str]) -> ConfigFile {
    let mut config = ConfigFile { folder: reader.folder.to_owned(), ..ConfigFile::default() };
    for entry in reader.known(table, place, known) {
        match entry.0 {
            "definitions" => config.definitions = reader.values(entry),
            "inputs" => config.inputs = reader.values(entry),
            "scripts" => config.scripts = reader.values(entry),
            "clients" => config.clients = clients(reader, entry),
            "mock" => config.mock_inputs = mock(reader, entry),
            "network" => config.network = policy::table(reader, entry),
            "env" => config.environments = environments(reader, entry),
            _ => config.limits = limits(reader, entry),
        }
    }
    config
}

fn environments(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> BTreeMap<String, ConfigFile> {
    let mut environments = BTreeMap::new();
    let Some(table) = reader.table(entry) else { return environments };
    for (name, value) in table {
        let name: &str = name.get_ref();
        let Some(table) = reader.table((name, value)) else { continue };
        let place = format!("`[env.{name}]`");
        environments.insert(name.to_owned(), sections(reader, table, &place, &ENVIRONMENT_SECTIONS));
    }
    environments
}

fn clients(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> BTreeMap<String, Client> {
    let mut clients = BTreeMap::new();
    let Some(table) = reader.table(entry) else { return clients };
    for (name, value) in table {
        let name: &str = name.get_ref();
        let Some(table) = reader.table((name, value)) else { continue };
        let mut client = Client::default();
        for entry in reader.known(table, &format!("`[clients.{name}]`"), &["definition", "base-uri", "token", "auth"]) {
            if entry.0 == "auth" {
                client.auth = reader.values(entry);
                continue;
            }
            let value = reader.value(entry);
            match entry.0 {
                "definition" => client.definition = value,
                "base-uri" => client.base_uri = value,
                _ => client.token = value,
            }
        }
        clients.insert(name.to_owned(), client);
    }
    clients
}

fn mock(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Vec<(String, Placed)> {
    let Some(table) = reader.table(entry) else { return Vec::new() };
    let known = reader.known(table, "`[mock]`", &["inputs"]);
    known.into_iter().flat_map(|entry| reader.values(entry)).collect()
}

fn limits(reader: &mut Reader<'_>, entry: Entry<'_, '_>) -> Limits {
    let mut limits = Limits::default();
    let Some(table) = reader.table(entry) else { return limits };
    for entry in reader.known(table, "`[run]`", &["cell-timeout", "timeout", "max-heap"]) {
        match entry.0 {
            "cell-timeout" => limits.cell_timeout = reader.parsed(entry, time, "is not a time", TIME_HELP),
            "timeout" => limits.timeout = reader.parsed(entry, time, "is not a time", TIME_HELP),
            _ => limits.max_heap = reader.parsed(entry, heap, "is not a size of the heap", HEAP_HELP),
        }
    }
    limits
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use apinb_core::text::diagnostic::render::render;

    use super::{Variables, parse};
    use crate::run::value::Value;

    fn check(text: &str, expected: &str) {
        let problems = parse("apinb.toml", text, Path::new("/folder"), &Variables::new()).expect_err("problems");
        let rendered: Vec<String> = problems.iter().map(|problem| render(problem, false)).collect();
        assert_eq!(rendered.join("\n").trim_end(), expected.trim_matches('\n'), "{text}");
    }

    #[test]
    fn all_of_it() {
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
        let inputs: Vec<_> = config.inputs.iter().map(|(key, value)| (key.as_str(), &value.value)).collect();
        let text = |text: &str| Value::Text(text.to_owned());
        let file = Value::File("/folder/a.txt".into());
        assert_eq!(inputs, [("A", &file), ("B", &text("5")), ("yes", &text("true"))]);
        let token = config.clients["zendesk"].token.as_ref().map(|token| &token.value);
        assert_eq!(token, Some(&Value::Environment { name: "T".to_owned(), fallback: None }));
        assert_eq!(config.limits.cell_timeout.map(|time| time.value.as_millis()), Some(500));
        assert_eq!(config.limits.max_heap.map(|heap| heap.value), Some(64 << 20));
        assert_eq!(config.mock_inputs.len(), 1);
    }

    #[test]
    fn problems_have_their_line_and_what_was_meant() {
        check(
            "[input]\nA = 1\n\n[run]\ntimeout = \"soon\"\nheap = 3\n[inputs]\nB = [1]\n",
            r#"
error: there is no `input` in `apinb.toml`
  --> apinb.toml:1:2
  |
1 | [input]
  |  ^^^^^

help: did you mean `inputs`?

error: `timeout` is not a time
  --> apinb.toml:5:11
  |
5 | timeout = "soon"
  |           ^^^^^^

help: write seconds, as `90`, or a time, as `500ms`, `30s`, `5m`

error: there is no `heap` in `[run]`
  --> apinb.toml:6:1
  |
6 | heap = 3
  | ^^^^

help: there are `cell-timeout`, `timeout` and `max-heap`

error: `B` is a list, where a text, `{ env = "NAME" }` or `{ file = "PATH" }` belongs
  --> apinb.toml:8:5
  |
8 | B = [1]
  |     ^^^
"#,
        );
    }
}
