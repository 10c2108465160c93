//! How serious the findings of each rule are, by the user's choice.

use std::collections::BTreeMap;

use apinb_text::diagnostic::Severity;
use apinb_text::diagnostic::rule::Rule;
use apinb_text::display::suggest::suggest;

use crate::rules;

/// The severities that override those of the rules: `[contract.rules]`, and `[contract."GET /users"]` for one operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Severities {
    rules: BTreeMap<&'static str, Level>,
    /// By the method and path of an operation.
    operations: BTreeMap<String, BTreeMap<&'static str, Level>>,
}

/// How serious a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The rule is not checked.
    Off,
    At(Severity),
}

/// Why a severity cannot be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LevelError {
    #[error("unknown rule `{rule}`")]
    UnknownRule { rule: String, suggestion: Option<&'static str> },
    #[error("unknown severity `{level}`: expected `error`, `warning`, `note` or `off`")]
    UnknownLevel { level: String },
}

impl LevelError {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::UnknownRule { suggestion: Some(rule), .. } => format!("Did you mean `{rule}`?"),
            Self::UnknownRule { .. } => "List the rules with `apinb rules`.".to_owned(),
            Self::UnknownLevel { .. } => "Use one of these.".to_owned(),
        }
    }
}

impl Severities {
    /// Sets the severity of a rule, whose area `contract/` may be left out; for one operation if one is given.
    ///
    /// # Errors
    /// If there is no such rule, or no such severity.
    pub fn set(&mut self, rule: &str, level: &str, operation: Option<&str>) -> Result<(), LevelError> {
        let code = rules::all()
            .map(|rule| rule.code)
            .find(|code| *code == rule || code.strip_prefix(rules::AREA) == Some(rule));
        let Some(code) = code else {
            let names = rules::all().map(|rule| rule.code);
            let wanted = if rule.contains('/') { rule.to_owned() } else { format!("{}{rule}", rules::AREA) };
            return Err(LevelError::UnknownRule { rule: rule.to_owned(), suggestion: suggest(&wanted, names) });
        };
        let level = match level {
            "off" => Level::Off,
            "note" => Level::At(Severity::Note),
            "warning" => Level::At(Severity::Warning),
            "error" => Level::At(Severity::Error),
            _ => return Err(LevelError::UnknownLevel { level: level.to_owned() }),
        };
        let rules = match operation {
            Some(operation) => self.operations.entry(operation.to_owned()).or_default(),
            None => &mut self.rules,
        };
        rules.insert(code, level);
        Ok(())
    }

    /// How serious a finding of `rule` is in an operation; `own`: its severity if it is less serious than the rule says.
    /// `None` if the rule is not checked.
    pub(crate) fn of(&self, rule: &Rule, operation: Option<&str>, own: Option<Severity>) -> Option<Severity> {
        let in_operation = operation.and_then(|operation| self.operations.get(operation)?.get(rule.code));
        match in_operation.or_else(|| self.rules.get(rule.code)) {
            Some(Level::Off) => None,
            Some(Level::At(severity)) => Some(*severity),
            None => Some(own.unwrap_or(rule.severity)),
        }
    }
}

#[cfg(test)]
mod tests {
    use apinb_text::diagnostic::Severity;

    use super::{LevelError, Severities};
    use crate::rules;

    #[test]
    fn operations_override_rules() {
        let mut severities = Severities::default();
        severities.set("response-body", "warning", None).unwrap();
        severities.set("contract/response-body", "off", Some("GET /users")).unwrap();
        let rule = rules::all().find(|rule| rule.code == "contract/response-body").unwrap();
        assert_eq!(severities.of(rule, Some("GET /users"), None), None);
        assert_eq!(severities.of(rule, Some("GET /pets"), None), Some(Severity::Warning));
        assert_eq!(Severities::default().of(rule, None, Some(Severity::Note)), Some(Severity::Note));
    }

    #[test]
    fn unknown_names_are_errors() {
        let mut severities = Severities::default();
        let error = severities.set("response-boddy", "off", None).unwrap_err();
        assert_eq!(error.help(), "Did you mean `contract/response-body`?");
        let error = severities.set("response-body", "fatal", None).unwrap_err();
        assert_eq!(error, LevelError::UnknownLevel { level: "fatal".to_owned() });
    }
}
