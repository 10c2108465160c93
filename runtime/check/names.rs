//! The names that notebooks have: of clients, prompts, scripts and fields of `row`. What a person names for them is compared
//! with these.

use std::collections::BTreeSet;

use apinb_analysis::model::{Analysis, OpenNames};
use apinb_auth::sign_in::error::token_variable;
use apinb_project::overrides::inputs::{environment_name, fits};
use apinb_project::reading::local_script;
use apinb_project::settings::Settings;

/// The names of one notebook, or of several.
#[derive(Clone, Debug, Default)]
pub struct Names {
    clients: BTreeSet<String>,
    prompts: BTreeSet<Prompt>,
    scripts: BTreeSet<String>,
    row_fields: BTreeSet<String>,
    open: OpenNames,
}

/// A prompt, by what its inputs are named after.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Prompt {
    pub text: String,
    pub variable: Option<String>,
}

/// Whether notebooks use what a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    Used,
    Unused,
    /// Only a run can tell.
    Unsure,
}

impl Names {
    /// Adds those of a notebook, which has these settings.
    pub fn add(&mut self, analysis: &Analysis, settings: &Settings) {
        self.clients.extend(analysis.clients.iter().filter_map(|client| client.name.clone()));
        self.prompts.extend(analysis.questions.iter().map(|question| Prompt {
            text: question.text.clone().unwrap_or_default(),
            variable: question.variable.clone(),
        }));
        self.row_fields.extend(analysis.row_fields.iter().map(|field| field.name.clone()));
        self.merge(analysis.open);
        for reference in analysis.scripts.iter().filter_map(|script| script.reference.as_deref()) {
            self.scripts.insert(reference.trim().to_owned());
            self.merge(of_script(settings, reference));
        }
    }

    /// Adds a notebook of which nothing is known.
    pub fn add_unknown(&mut self) {
        self.open = OpenNames::ALL;
    }

    /// Adds those of other notebooks.
    pub fn add_all(&mut self, others: &Self) {
        self.clients.extend(others.clients.iter().cloned());
        self.prompts.extend(others.prompts.iter().cloned());
        self.scripts.extend(others.scripts.iter().cloned());
        self.row_fields.extend(others.row_fields.iter().cloned());
        self.merge(others.open);
    }

    fn merge(&mut self, open: OpenNames) {
        self.open.clients |= open.clients;
        self.open.prompts |= open.prompts;
        self.open.scripts |= open.scripts;
        self.open.row |= open.row;
    }

    /// The names of the clients.
    pub fn clients(&self) -> impl Iterator<Item = &str> {
        self.clients.iter().map(String::as_str)
    }

    /// The inputs that prompts take: their variables, else their texts.
    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        let named = self.prompts.iter().map(|prompt| prompt.variable.as_deref().unwrap_or(&prompt.text));
        named.filter(|name| !name.is_empty())
    }

    /// The environment variables of the inputs, without their prefix.
    pub fn input_variables(&self) -> impl Iterator<Item = String> {
        self.prompts.iter().filter_map(|prompt| prompt.variable.as_deref()).map(environment_name)
    }

    /// The addresses of the scripts.
    pub fn scripts(&self) -> impl Iterator<Item = &str> {
        self.scripts.iter().map(String::as_str)
    }

    /// The fields of `row`.
    pub fn row_fields(&self) -> impl Iterator<Item = &str> {
        self.row_fields.iter().map(String::as_str)
    }

    /// Whether a notebook has the client `name`.
    #[must_use]
    pub fn client(&self, name: &str) -> Usage {
        usage(self.clients.contains(name), self.open.clients)
    }

    /// Whether a notebook has a client whose token is in this environment variable.
    #[must_use]
    pub fn token_variable(&self, variable: &str) -> Usage {
        usage(self.clients.iter().any(|client| token_variable(client) == variable), self.open.clients)
    }

    /// Whether the key of an input fits a prompt.
    #[must_use]
    pub fn input(&self, key: &str) -> Usage {
        usage(self.prompts.iter().any(|prompt| prompt.takes(key)), self.open.prompts)
    }

    /// The same for the name of an environment variable, without its prefix.
    #[must_use]
    pub fn input_variable(&self, suffix: &str) -> Usage {
        let of = |variable: &String| variable == suffix || environment_name(variable) == suffix;
        usage(self.prompts.iter().filter_map(|prompt| prompt.variable.as_ref()).any(of), self.open.prompts)
    }

    /// Whether a column of `--inputs` fits a prompt, or is read as a field of `row`.
    #[must_use]
    pub fn column(&self, key: &str) -> Usage {
        match self.input(key) {
            Usage::Unused => usage(self.row_fields.contains(key), self.open.row),
            usage => usage,
        }
    }

    /// Whether a notebook loads the script at this address.
    #[must_use]
    pub fn script(&self, reference: &str) -> Usage {
        usage(self.scripts.contains(reference.trim()), self.open.scripts)
    }
}

impl Prompt {
    /// Whether the key of an input fits it.
    #[must_use]
    pub fn takes(&self, key: &str) -> bool {
        fits(key, &self.text, self.variable.as_deref())
    }
}

fn usage(is_known: bool, is_open: bool) -> Usage {
    match (is_known, is_open) {
        (true, _) => Usage::Used,
        (false, true) => Usage::Unsure,
        (false, false) => Usage::Unused,
    }
}

/// Which names a script may use: by the words in its text, where that is on this machine.
fn of_script(settings: &Settings, reference: &str) -> OpenNames {
    let Some(text) = local_script::text(settings, reference) else { return OpenNames::ALL };
    let mut open = OpenNames::default();
    for word in text.split(|character: char| !(character.is_alphanumeric() || matches!(character, '_' | '$'))) {
        match word {
            "createClient" => open.clients = true,
            "prompt" | "confirm" => open.prompts = true,
            // Of a script that it loads nothing is known.
            "load" => return OpenNames::ALL,
            "row" => open.row = true,
            _ => {}
        }
    }
    open
}

#[cfg(test)]
mod tests;
