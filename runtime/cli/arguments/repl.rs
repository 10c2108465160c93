//! The arguments of `apinb repl`.

use clap::{Args, ValueHint};

use super::overrides::OverrideArguments;
use super::run::{ChoiceArguments, MockMode, RunArguments};
use crate::cli::settings::table::OVERRIDES;

/// `apinb repl`.
#[derive(Clone, Debug, Default, Args)]
pub struct ReplArguments {
    /// Notebook whose cells run first, or a definition (`.yaml`, `.json`, `.raml`) that a client is made from: a file or a
    /// URL
    #[arg(value_name = "NOTEBOOK|DEFINITION", value_hint = ValueHint::AnyPath)]
    pub notebook: Option<String>,

    /// Run this code or command and exit; several run in order, until one fails
    #[arg(short, long, value_name = "CODE", value_hint = ValueHint::Other)]
    pub eval: Vec<String>,
    /// Print each result as one line of JSON, for `--eval` and pipes; a result that is not JSON is an error
    #[arg(long)]
    pub json: bool,
    /// Send all calls to mock servers made from the definitions, and answer prompts with generated values; a call to any
    /// other host fails, or with `known` goes there
    #[arg(long, value_name = "all|known", num_args = 0..=1, require_equals = true, default_missing_value = "all", hide_possible_values = true)]
    pub mock: Option<MockMode>,
    /// Skip the notebook's cells after these: a number, the text of a heading, or a pattern with `*` and `?`
    #[arg(long, value_name = "CELLS", value_hint = ValueHint::Other, requires = "notebook")]
    pub until: Option<String>,
    /// Run a remote notebook without asking, and let it call any host
    #[arg(short, long)]
    pub yes: bool,
    /// Do not save the history of this session
    #[arg(long)]
    pub no_history: bool,

    /// The settings that flags override.
    #[command(flatten)]
    pub overrides: OverrideArguments,
    /// Print the sign-in URL instead of opening a browser, and prompt for the URL that it leads to
    #[arg(long, help_heading = OVERRIDES)]
    pub no_browser: bool,
}

/// The extensions of definitions.
const DEFINITIONS: [&str; 4] = ["yaml", "yml", "json", "raml"];

/// Names of files that say nothing about the API.
const PLAIN_NAMES: [&str; 7] = ["api", "openapi", "swagger", "definition", "spec", "schema", "index"];

impl ReplArguments {
    /// The same arguments where a definition takes the place of the notebook: it becomes one of `--definition`.
    #[must_use]
    pub fn with_named_definition(mut self) -> Self {
        if let Some(definition) = self.notebook.take_if(|name| is_definition(name)) {
            let assignment = format!("{}={definition}", client_name(&definition));
            self.overrides.flags = self.overrides.flags.with("definition", assignment);
        }
        self
    }

    /// The run of its notebook.
    #[must_use]
    pub fn as_run(&self) -> RunArguments {
        RunArguments {
            notebooks: self.notebook.iter().cloned().collect(),
            mock: self.mock,
            yes: self.yes,
            choice: ChoiceArguments { until: self.until.clone(), ..ChoiceArguments::default() },
            overrides: self.overrides.clone(),
            no_browser: self.no_browser,
            ..RunArguments::default()
        }
    }
}

/// The path of a file or URL, without the query of a URL.
fn path_of(name: &str) -> &str {
    let is_url = name.contains("://");
    name.split(['?', '#']).next().filter(|_| is_url).unwrap_or(name)
}

fn is_definition(name: &str) -> bool {
    let extension = path_of(name).rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| DEFINITIONS.contains(&extension.as_str()))
}

/// The name of the client of a definition: that of the file in camel case, or `client`.
fn client_name(definition: &str) -> String {
    let file = path_of(definition).rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    let mut name = String::new();
    for word in
        stem.split(|character: char| !character.is_alphanumeric() && character != '_').filter(|word| !word.is_empty())
    {
        let mut characters = word.chars();
        match characters.next() {
            Some(first) if !name.is_empty() => name.extend(first.to_uppercase()),
            Some(first) => name.extend(first.to_lowercase()),
            None => {}
        }
        name.push_str(characters.as_str());
    }
    let is_usable = name.starts_with(|first: char| first.is_alphabetic() || first == '_');
    if is_usable && !PLAIN_NAMES.contains(&name.as_str()) { name } else { "client".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{client_name, is_definition};

    #[test]
    fn clients_are_named_after_their_definition() {
        for (definition, name) in [
            ("todo.yaml", "todo"),
            ("apis/Pet-Store.v1.json", "petStore"),
            ("https://example.com/specs/museum_api.yml?x=1.md", "museum_api"),
            ("openapi.yaml", "client"),
            ("2checkout.raml", "client"),
        ] {
            assert!(is_definition(definition), "{definition}");
            assert_eq!(client_name(definition), name, "{definition}");
        }
        for notebook in ["book.md", "-", "folder", "https://example.com/a.md?b=c.yaml"] {
            assert!(!is_definition(notebook), "{notebook}");
        }
    }
}
