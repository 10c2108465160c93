//! The flags that give a notebook something, cut and checked.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use apinb_engine::settings::Source;
use secrecy::SecretString;
use url::Url;

use crate::cli::arguments::GivenArguments;
use crate::cli::settings::parse::{heap_flag, time_flag};
use crate::cli::settings::policy;
use crate::cli::settings::problem::UsageProblem;
use crate::cli::settings::value::{base_uri, parse_source};
use crate::run::inputs::Input;
use crate::run::value::Value;

/// What the flags give.
#[derive(Debug, Default)]
pub(crate) struct Flags {
    pub(crate) inputs: Vec<Input>,
    pub(crate) definitions: BTreeMap<String, Source>,
    pub(crate) base_uris: BTreeMap<String, Url>,
    pub(crate) tokens: BTreeMap<String, SecretString>,
    pub(crate) auth: BTreeMap<String, BTreeMap<String, SecretString>>,
    pub(crate) no_token_cache: bool,
    pub(crate) scripts: BTreeMap<String, Source>,
    pub(crate) cell_timeout: Option<Duration>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_heap: Option<usize>,
    pub(crate) network: policy::Given,
}

/// A flag of the form `--name KEY=VALUE`.
#[derive(Clone, Copy)]
struct Pair {
    flag: &'static str,
    shape: &'static str,
    example: &'static str,
}

impl Flags {
    /// Relative paths start at `here`.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub(crate) fn parse(arguments: &GivenArguments, here: &Path) -> Result<Self, Vec<UsageProblem>> {
        let mut problems = Vec::new();
        let mut flags = Self { no_token_cache: arguments.no_token_cache, ..Self::default() };
        let pair = Pair { flag: "input", shape: "KEY=VALUE", example: "DOMAIN=acme" };
        for (key, value) in pair.all(&arguments.input, &mut problems) {
            flags.inputs.push(Input { key: key.to_owned(), value: Value::Text(value.to_owned()) });
        }
        let pair = Pair { flag: "definition", shape: "CLIENT=FILE or CLIENT=URL", example: "client=api.raml" };
        for (client, value) in pair.all(&arguments.definition, &mut problems) {
            let source = existing(parse_source(value, here), value, &mut problems);
            flags.definitions.extend(source.map(|source| (client.to_owned(), source)));
        }
        let pair = Pair { flag: "base-uri", shape: "CLIENT=URL", example: "client=http://localhost:8080" };
        for (client, value) in pair.all(&arguments.base_uri, &mut problems) {
            match base_uri(value) {
                Ok(url) => {
                    flags.base_uris.insert(client.to_owned(), url);
                }
                Err((what, help)) => {
                    problems.push(UsageProblem::Unfit { value: value.to_owned(), what, help: help.to_owned() });
                }
            }
        }
        let pair = Pair { flag: "token", shape: "CLIENT=TOKEN", example: "client=…" };
        for (client, value) in pair.all(&arguments.token, &mut problems) {
            flags.tokens.insert(client.to_owned(), SecretString::from(value));
        }
        let pair = Pair { flag: "auth", shape: "CLIENT.OPTION=VALUE", example: "client.clientId=…" };
        for (key, value) in pair.all(&arguments.auth, &mut problems) {
            match key.split_once('.').filter(|(client, option)| !client.is_empty() && !option.is_empty()) {
                Some((client, option)) => {
                    let options = flags.auth.entry(client.to_owned()).or_default();
                    options.insert(option.to_owned(), SecretString::from(value));
                }
                None => problems.push(pair.problem()),
            }
        }
        let pair = Pair { flag: "script", shape: "URL=FILE", example: "https://example.org/chai.js=chai.js" };
        // A URL may have a `=` of its own.
        for script in &arguments.script {
            let Some((url, value)) = script.rsplit_once('=').filter(|(url, _)| !url.is_empty()) else {
                problems.push(pair.problem());
                continue;
            };
            let source = existing(parse_source(value, here), value, &mut problems);
            flags.scripts.extend(source.map(|source| (url.to_owned(), source)));
        }
        let mut time = |text: &Option<String>| text.as_deref().and_then(|text| kept(time_flag(text), &mut problems));
        flags.cell_timeout = time(&arguments.cell_timeout);
        flags.timeout = time(&arguments.timeout);
        flags.max_heap = arguments.max_heap.as_deref().and_then(|text| kept(heap_flag(text), &mut problems));
        flags.network = policy::flags(&arguments.network, here, &mut problems);
        if problems.is_empty() { Ok(flags) } else { Err(problems) }
    }
}

impl Pair {
    /// Keys and values, cut at the first `=`.
    fn all<'a>(self, texts: &'a [String], problems: &mut Vec<UsageProblem>) -> Vec<(&'a str, &'a str)> {
        let cut = |text: &'a String| {
            let pair = text.split_once('=').filter(|(key, _)| !key.is_empty());
            if pair.is_none() {
                problems.push(self.problem());
            }
            pair
        };
        texts.iter().filter_map(cut).collect()
    }

    fn problem(self) -> UsageProblem {
        UsageProblem::NoPair { flag: self.flag, shape: self.shape, example: self.example }
    }
}

fn kept<T>(value: Result<T, UsageProblem>, problems: &mut Vec<UsageProblem>) -> Option<T> {
    value.map_err(|problem| problems.push(problem)).ok()
}

/// The source, when it is a URL or its file is there.
fn existing(source: Source, shown: &str, problems: &mut Vec<UsageProblem>) -> Option<Source> {
    if let Source::File(path) = &source
        && let Err(cause) = std::fs::metadata(path)
    {
        problems.push(UsageProblem::Unreadable { path: shown.to_owned(), cause });
        return None;
    }
    Some(source)
}
