//! Answers to prompts, from flags, variables and files.
//!
//! The sources in order of precedence: the row of `--inputs`, flags, the environment, `[inputs]`, for prompts of sign-ins
//! their credentials, and in a mocked run `[mock.inputs]`. Within a source the more specific key wins: the variable, the text of the question, a pattern with
//! more literal characters, one with fewer, `*`. Of equals a pattern over the variable wins, then the later one.

use std::collections::BTreeMap;

use apinb_record::run::PromptOrigin;
use apinb_text::display::glob::matches;
use apinb_text::secret::names::{is_secret_name, is_secret_question};
use apinb_text::secret::redactor::Redactor;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::question::yes_or_no;
use super::value::{Value, ValueError};

/// The prefix of environment variables with answers.
pub const VARIABLE_PREFIX: &str = "APINB_INPUT_";

/// An answer, and the questions that it answers.
#[derive(Clone, Debug)]
pub struct Input {
    /// A variable, the text of a question, or a pattern with `*` and `?` over either.
    pub key: String,
    pub value: Value,
}

/// The answers of a notebook, by source.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// The row of `--inputs`; empty without one.
    pub row: Vec<Input>,
    /// Its values, as a notebook reads them in `row`; none without one.
    pub row_values: Option<Map<String, serde_json::Value>>,
    /// `--input`.
    pub flags: Vec<Input>,
    /// `APINB_INPUT_…`, by the name without the prefix.
    pub environment: BTreeMap<String, String>,
    /// `[inputs]`.
    pub file: Vec<Input>,
    /// `[mock.inputs]`; empty in a run that is not mocked.
    pub mock: Vec<Input>,
    /// Whether the run is mocked: a missing secret is then not an error.
    pub mocked: bool,
    /// Those to the prompts of sign-ins, from `--token` and `--auth`.
    pub sign_in: Vec<SignInAnswer>,
}

/// A credential that answers a prompt, whose answer goes into `API.authenticate`.
#[derive(Clone, Debug)]
pub struct SignInAnswer {
    /// The text of the prompt.
    pub text: String,
    /// The variable that gets the answer.
    pub variable: Option<String>,
    pub secret: SecretString,
}

/// An answer that was found.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub text: String,
    pub origin: PromptOrigin,
    /// Whether it comes from a variable or a file, as secrets do.
    pub secret: bool,
}

impl Inputs {
    /// The answer to the question `text`, which is assigned to `variable`.
    ///
    /// # Errors
    /// When an input answers it, but its value cannot be read.
    pub fn answer(&self, text: &str, variable: Option<&str>) -> Result<Option<Found>, ValueError> {
        if let Some(found) = found(&self.row, text, variable, PromptOrigin::Input)? {
            return Ok(Some(found));
        }
        if let Some(found) = found(&self.flags, text, variable, PromptOrigin::Input)? {
            return Ok(Some(found));
        }
        if let Some(value) = variable.and_then(|variable| self.environment_value(variable)) {
            return Ok(Some(Found { text: value.to_owned(), origin: PromptOrigin::Input, secret: false }));
        }
        match found(&self.file, text, variable, PromptOrigin::Input) {
            Ok(Some(found)) => return Ok(Some(found)),
            Err(ValueError::Unset { .. }) if self.mocked => {}
            Err(error) => return Err(error),
            Ok(None) => {}
        }
        let is_asked =
            |answer: &&SignInAnswer| answer.text.trim() == text.trim() && answer.variable.as_deref() == variable;
        if let Some(answer) = self.sign_in.iter().find(is_asked) {
            let text = answer.secret.expose_secret().to_owned();
            return Ok(Some(Found { text, origin: PromptOrigin::Input, secret: true }));
        }
        found(&self.mock, text, variable, PromptOrigin::MockInput)
    }

    /// Adds the values that are secrets to `redactor`. Those that cannot be read now are added when they are used.
    pub fn register_secrets(&self, redactor: &Redactor) {
        for input in self.row.iter().chain(&self.flags).chain(&self.file).chain(&self.mock) {
            if (input.value.is_secret() || is_secret_question(&input.key))
                && let Ok(secret) = input.value.resolve()
                && yes_or_no(&secret).is_none()
            {
                redactor.add(&secret);
            }
        }
        for (name, value) in &self.environment {
            if is_secret_name(name) && yes_or_no(value).is_none() {
                redactor.add(value);
            }
        }
    }

    fn environment_value(&self, variable: &str) -> Option<&str> {
        let upper_case = environment_name(variable);
        self.environment.get(variable).or_else(|| self.environment.get(&upper_case)).map(String::as_str)
    }
}

/// The environment variable for `variable`, without the prefix: upper case, with `_` for other characters.
#[must_use]
pub fn environment_name(variable: &str) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    variable.chars().map(allowed).collect()
}

fn found(
    inputs: &[Input],
    text: &str,
    variable: Option<&str>,
    origin: PromptOrigin,
) -> Result<Option<Found>, ValueError> {
    let best = inputs
        .iter()
        .filter_map(|input| Some((rank(&input.key, text, variable)?, input)))
        .max_by_key(|(rank, _)| *rank)
        .map(|(_, input)| input);
    let Some(input) = best else { return Ok(None) };
    Ok(Some(Found { text: input.value.resolve()?, origin, secret: input.value.is_secret() }))
}

/// Whether the key of an input fits a prompt.
#[must_use]
pub fn fits(key: &str, text: &str, variable: Option<&str>) -> bool {
    rank(key, text, variable).is_some()
}

/// How specific a key is that fits; the greater, the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// The number of literal characters, then whether the variable matches.
    Pattern(usize, bool),
    Text,
    Variable,
}

/// Whether and how well a key fits.
fn rank(key: &str, text: &str, variable: Option<&str>) -> Option<Rank> {
    let (key, text) = (key.trim(), text.trim());
    if variable == Some(key) {
        return Some(Rank::Variable);
    }
    if key == text {
        return Some(Rank::Text);
    }
    if !key.contains(['*', '?']) {
        return None;
    }
    let literals = key.chars().filter(|c| !matches!(c, '*' | '?')).count();
    let fits_variable = variable.is_some_and(|variable| matches(key, variable));
    (fits_variable || matches(key, text)).then_some(Rank::Pattern(literals, fits_variable))
}

#[cfg(test)]
mod tests {
    use super::{Found, Input, Inputs, SignInAnswer};
    use crate::overrides::value::Value;
    use apinb_record::run::PromptOrigin;
    use apinb_text::secret::redactor::Redactor;

    fn inputs(pairs: &[(&str, &str)]) -> Vec<Input> {
        let input =
            |(key, value): &(&str, &str)| Input { key: (*key).to_owned(), value: Value::Text((*value).to_owned()) };
        pairs.iter().map(input).collect()
    }

    fn check(flags: &[(&str, &str)], expected: Option<&str>) {
        let inputs = Inputs { flags: inputs(flags), ..Inputs::default() };
        let found = inputs.answer("Please, enter the domain.", Some("DOMAIN")).expect("a value");
        assert_eq!(found.map(|found| found.text).as_deref(), expected, "{flags:?}");
    }

    #[test]
    fn the_most_specific_key_answers() {
        check(&[], None);
        check(&[("domain", "x"), ("DOMAI", "x"), ("", "x")], None);
        check(&[("DOMAIN", "1"), ("Please, enter the domain.", "2"), ("*", "3")], Some("1"));
        check(&[("*", "3"), ("DOM*", "4"), ("Please, enter the domain.", "2")], Some("2"));
        check(&[("Please, enter*", "5"), ("*", "3")], Some("5"));
        check(&[("*", "3"), ("Please, enter*", "5"), ("D*", "4")], Some("5"));
        check(&[("D*", "4"), ("P*", "5")], Some("4"));
        check(&[("*domain?", "5"), ("*enter*", "6")], Some("5"));
        check(&[("*", "1"), ("DOM*", "2"), ("*AIN", "3")], Some("3"));
        check(&[("DOMAIN", "1"), ("DOMAIN", "2")], Some("2"));
    }

    #[test]
    fn sources_have_a_precedence() {
        let mut all = Inputs {
            row: inputs(&[("*", "row")]),
            row_values: None,
            flags: inputs(&[("*", "flag")]),
            environment: [("DOMAIN".to_owned(), "environment".to_owned())].into(),
            file: inputs(&[("DOMAIN", "file")]),
            mock: inputs(&[("DOMAIN", "mock")]),
            mocked: true,
            sign_in: vec![SignInAnswer {
                text: "?".to_owned(),
                variable: Some("DOMAIN".to_owned()),
                secret: "token".to_owned().into(),
            }],
        };
        let answer = |inputs: &Inputs| inputs.answer("?", Some("DOMAIN")).expect("a value");
        let expected = |text: &str, origin| Some(Found { text: text.to_owned(), origin, secret: false });
        assert_eq!(answer(&all), expected("row", PromptOrigin::Input));
        all.row.clear();
        assert_eq!(answer(&all), expected("flag", PromptOrigin::Input));
        all.flags.clear();
        assert_eq!(answer(&all), expected("environment", PromptOrigin::Input));
        all.environment.clear();
        assert_eq!(answer(&all), expected("file", PromptOrigin::Input));
        all.file.clear();
        let token = Found { text: "token".to_owned(), origin: PromptOrigin::Input, secret: true };
        assert_eq!(answer(&all), Some(token));
        all.sign_in.clear();
        assert_eq!(answer(&all), expected("mock", PromptOrigin::MockInput));
    }

    #[test]
    fn a_mocked_run_needs_no_secret() {
        let value = Value::Environment { name: "APINB_NO_SUCH_VARIABLE".to_owned(), fallback: None };
        let file = vec![Input { key: "SECRET".to_owned(), value }];
        let mut all = Inputs { file, mocked: true, ..Inputs::default() };
        assert_eq!(all.answer("?", Some("SECRET")).expect("none is needed"), None);
        all.mocked = false;
        all.answer("?", Some("SECRET")).expect_err("it is not set");
    }

    #[test]
    fn answers_to_secret_questions_are_secrets_but_not_yes_and_no() {
        let redactor = Redactor::default();
        let flags = inputs(&[
            ("Your password:", "lovelace"),
            ("Reset the password?", "true"),
            ("Your id on https://example.com/tokens", "tokenless"),
        ]);
        let environment = [("RESET_PASSWORD".to_owned(), "false".to_owned())].into();
        Inputs { flags, environment, ..Inputs::default() }.register_secrets(&redactor);
        for (text, expected) in
            [("lovelace", "[secret]"), ("true", "true"), ("false", "false"), ("tokenless", "tokenless")]
        {
            assert_eq!(redactor.redact(text), expected);
        }
    }

    #[test]
    fn environment_names_are_upper_case() {
        let environment = [("MY_API_KEY".to_owned(), "1".to_owned()), ("exact".to_owned(), "2".to_owned())].into();
        let inputs = Inputs { environment, ..Inputs::default() };
        for (variable, expected) in [("my.apiKey", None), ("my.api_key", Some("1")), ("exact", Some("2"))] {
            let found = inputs.answer("", Some(variable)).expect("a value");
            assert_eq!(found.map(|found| found.text).as_deref(), expected, "{variable}");
        }
    }
}
