//! The prompts whose answers go into `API.authenticate`: `--token` and `--auth` answer them.

use std::collections::BTreeMap;

use apinb_analysis::model::{Analysis, Question, SignIn};
use apinb_auth::sign_in::provided::ProvidedFields;
use apinb_project::overrides::inputs::SignInAnswer;
use apinb_project::settings::Settings;
use apinb_record::value::PlannedValue;
use secrecy::SecretString;

/// The option that a token is the value of.
const ACCESS_TOKEN: &str = "accessToken";

/// Whether there are credentials that could answer a prompt.
#[must_use]
pub fn has_credentials(settings: &Settings) -> bool {
    !(settings.tokens.is_empty() && settings.token_variables.is_empty() && settings.auth.is_empty())
}

/// The answers that the credentials in `settings` are to prompts of a notebook.
#[must_use]
pub fn answers(settings: &Settings, analysis: &Analysis) -> Vec<SignInAnswer> {
    let mut answers = Vec::new();
    for sign_in in &analysis.sign_ins {
        let Some(client) = &sign_in.client else { continue };
        for question in analysis.questions.iter().filter(|question| !question.confirm) {
            let answer = option_of(sign_in, question)
                .and_then(|(option, is_direct)| credential(settings, client, &option, is_direct));
            if let (Some(secret), Some(text)) = (answer, &question.text) {
                answers.push(SignInAnswer { text: text.clone(), variable: question.variable.clone(), secret });
            }
        }
    }
    answers
}

/// The option that a question answers, and whether the answer goes nowhere else.
fn option_of(sign_in: &SignIn, question: &Question) -> Option<(String, bool)> {
    let variable = question.variable.as_deref()?;
    let options = sign_in.options_place?;
    if options.start <= question.place.start && question.place.end <= options.end {
        return sign_in.options.iter().any(|option| option == variable).then(|| (variable.to_owned(), true));
    }
    let is_variable =
        |value: &PlannedValue| matches!(value, PlannedValue::Unknown(source) if source.trim() == variable);
    let found = sign_in.values.iter().find(|(_, value)| is_variable(value));
    found.map(|(option, _)| (option.clone(), false))
}

/// The value of an option: of a flag, else the token. A token replaces the whole sign-in: other options then need no value.
fn credential(settings: &Settings, client: &str, option: &str, is_direct: bool) -> Option<SecretString> {
    let (options, nothing) = (serde_json::Map::new(), BTreeMap::new());
    let outside = settings.auth.get(client).unwrap_or(&nothing);
    let provided = ProvidedFields { options: &options, outside }.get(option);
    let token = || {
        let token = settings.token(client)?;
        match option == ACCESS_TOKEN || option == "access_token" {
            true => Some(token.clone()),
            false => is_direct.then(SecretString::default),
        }
    };
    provided.or_else(token)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use apinb_analysis::analyse;
    use apinb_notebook::model::Notebook;
    use apinb_project::settings::Settings;
    use secrecy::{ExposeSecret as _, SecretString};

    use super::answers;

    /// Checks the answers to the prompts of a cell: `variable=answer`.
    #[track_caller]
    fn check(code: &str, token: Option<&str>, auth: &[(&str, &str)], expected: &[&str]) {
        let notebook = Notebook::parse("n.md", format!("```js\nAPI.createClient('todo', 'todo.yaml')\n{code}\n```\n"));
        let mut settings = Settings::new("/".into(), Duration::MAX, Duration::MAX, 64 << 20);
        settings.tokens.extend(token.map(|token| ("todo".to_owned(), SecretString::from(token))));
        let options = auth.iter().map(|(name, value)| ((*name).to_owned(), SecretString::from(*value))).collect();
        settings.auth.insert("todo".to_owned(), options);
        let found: Vec<String> = answers(&settings, &analyse(&notebook))
            .iter()
            .map(|answer| {
                format!("{}={}", answer.variable.as_deref().unwrap_or_default(), answer.secret.expose_secret())
            })
            .collect();
        assert_eq!(found, expected, "{code}");
    }

    #[test]
    fn credentials_answer_the_prompts_of_their_options() {
        let direct = "API.authenticate(todo, 'bearer', { accessToken: prompt('Token?') })";
        check(direct, Some("t"), &[], &["accessToken=t"]);
        check(direct, None, &[("accessToken", "a")], &["accessToken=a"]);
        check(direct, None, &[("access_token", "a")], &["accessToken=a"]);
        check(direct, None, &[("clientId", "c")], &[]);
        check(direct, None, &[], &[]);
        let variable = "TOKEN = prompt('Token?'); API.authenticate(todo, { accessToken: TOKEN })";
        check(variable, Some("t"), &[], &["TOKEN=t"]);
        let several = "API.authenticate(todo, 'o', { clientId: prompt('Id'), clientSecret: prompt('Secret') })";
        check(several, None, &[("clientId", "1"), ("client_secret", "2")], &["clientId=1", "clientSecret=2"]);
    }

    #[test]
    fn a_token_makes_other_prompts_of_the_sign_in_needless() {
        let direct = "API.authenticate(todo, 'o', { clientId: prompt('Id') })";
        check(direct, Some("t"), &[], &["clientId="]);
        // The variable may be used elsewhere.
        check("ID = prompt('Id'); API.authenticate(todo, 'o', { clientId: ID })", Some("t"), &[], &[]);
    }

    #[test]
    fn prompts_of_other_clients_and_values_are_not_answered() {
        check("API.authenticate(other, { accessToken: prompt('Token?') })", Some("t"), &[], &[]);
        check("x = { accessToken: prompt('Token?') }", Some("t"), &[], &[]);
        check("API.authenticate(todo, { accessToken: confirm('Token?') })", Some("t"), &[], &[]);
    }
}
