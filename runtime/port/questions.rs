//! The questions of several notebooks as entries of `[inputs]`: one for each answer that a person gives.

use std::collections::{BTreeMap, BTreeSet};

use apinb_analysis::model::Question;
use apinb_project::overrides::inputs::environment_name;

/// An answer to be given.
#[derive(Debug)]
pub(super) struct Answer {
    /// The key of its entry.
    pub(super) key: String,
    /// The questions, and where they are asked.
    pub(super) asked: Vec<(String, String)>,
    pub(super) confirm: bool,
    pub(super) default: Option<String>,
    /// The environment variable that holds it.
    pub(super) secret: Option<String>,
    /// Inputs of a mocked run for which generated answers do not work.
    pub(super) mock: Option<&'static str>,
}

/// The answers to `questions`, in the order of the first of each. Where one variable gets the answers to different
/// questions, the questions' texts tell them apart.
pub(super) fn answers<'a>(questions: impl Iterator<Item = (&'a Question, String)> + Clone) -> Vec<Answer> {
    let mut texts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (question, _) in questions.clone() {
        if let (Some(variable), Some(text)) = (&question.variable, &question.text) {
            texts.entry(variable).or_default().insert(text.trim());
        }
    }
    let mut answers: Vec<Answer> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for (question, place) in questions {
        let text = question.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let several = |variable: &str| texts.get(variable).is_some_and(|texts| texts.len() > 1);
        let key = match (question.variable.as_deref(), text) {
            (Some(variable), Some(text)) if several(variable) => text,
            (Some(variable), _) => variable,
            (None, Some(text)) => text,
            // The prompt is known only when the cell runs.
            (None, None) => continue,
        };
        let asked = (question.text.clone().unwrap_or_default(), place);
        if let Some(answer) = known.get(key).and_then(|index| answers.get_mut(*index)) {
            answer.asked.push(asked);
            continue;
        }
        known.insert(key.to_owned(), answers.len());
        let about = format!("{} {}", question.variable.as_deref().unwrap_or_default(), text.unwrap_or_default());
        let is_open = !question.confirm && !question.secret && question.default.as_deref().is_none_or(str::is_empty);
        answers.push(Answer {
            key: key.to_owned(),
            asked: vec![asked],
            confirm: question.confirm,
            default: question.default.clone().filter(|default| !default.is_empty()),
            secret: (question.secret && !question.confirm).then(|| variable(key)),
            mock: is_open.then(|| made_up(&about)).flatten(),
        });
    }
    answers
}

/// The environment variable for an answer.
pub(super) fn variable(key: &str) -> String {
    const LONGEST: usize = 60;
    let name: String = environment_name(key).chars().take(LONGEST).collect();
    let words: Vec<&str> = name.split('_').filter(|word| !word.is_empty()).collect();
    match words.join("_") {
        name if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) => format!("INPUT_{name}"),
        name => name,
    }
}

/// A number or a date, where a question is for one: others are made up from the question's words.
fn made_up(about: &str) -> Option<&'static str> {
    const NUMBERS: [&str; 9] = ["number", "count", "amount", "quantity", "many", "page", "limit", "port", "year"];
    let about = about.to_lowercase();
    let words: Vec<&str> = about.split(|c: char| !c.is_alphanumeric()).collect();
    if words.iter().any(|word| matches!(*word, "date" | "yyyy")) {
        return Some("2026-01-31");
    }
    NUMBERS.iter().any(|number| words.contains(number)).then_some("1")
}

#[cfg(test)]
mod tests {
    use super::{made_up, variable};

    #[test]
    fn environment_variables_are_recognized() {
        assert_eq!(variable("CLIENT_SECRET"), "CLIENT_SECRET");
        assert_eq!(variable("Your client's secret?"), "YOUR_CLIENT_S_SECRET");
        assert_eq!(variable("2nd token"), "INPUT_2ND_TOKEN");
        assert_eq!(variable("Пароль"), "INPUT_");
    }

    #[test]
    fn numbers_and_dates_get_sample_values() {
        assert_eq!(made_up("N How many tools?"), Some("1"));
        assert_eq!(made_up("start The first date (YYYY-MM-DD)"), Some("2026-01-31"));
        assert_eq!(made_up("DOMAIN Please, enter the domain"), None);
    }
}
