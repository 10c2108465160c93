//! What a scan does not report: `scan-allow` of the settings.

use apinb_text::display::glob;
use apinb_text::display::suggest::suggest;

use super::rules;

/// The findings that are allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed(Vec<(String, Option<String>)>);

/// An entry is not a rule, or a rule with a pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown rule `{code}`")]
pub struct UnknownRule {
    pub code: String,
    pub suggestion: Option<&'static str>,
}

impl UnknownRule {
    /// What to do.
    #[must_use]
    pub fn help(&self) -> String {
        match self.suggestion {
            Some(code) => format!("Did you mean `{code}`?"),
            None => "Use `RULE` or `RULE=PATTERN`, such as `personal/email=*@mycompany.com`.".to_owned(),
        }
    }
}

impl Allowed {
    /// Reads entries: a code allows all that its rule finds, `CODE=PATTERN` the values that the pattern covers, with `*`
    /// for any text and `?` for any character. Codes may have a `*`: `personal/*`.
    ///
    /// # Errors
    /// The first entry that names no rule.
    pub fn new<'e>(entries: impl IntoIterator<Item = &'e str>) -> Result<Self, UnknownRule> {
        let entry = |entry: &str| {
            let (code, pattern) = match entry.split_once('=') {
                Some((code, pattern)) => (code.trim(), Some(pattern.trim().to_owned())),
                None => (entry.trim(), None),
            };
            match rules::all().any(|rule| glob::matches(code, rule.code)) {
                true => Ok((code.to_owned(), pattern)),
                false => Err(UnknownRule {
                    code: code.to_owned(),
                    suggestion: suggest(code, rules::all().map(|rule| rule.code)),
                }),
            }
        };
        entries.into_iter().map(entry).collect::<Result<_, _>>().map(Self)
    }

    /// What either allows.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    pub(super) fn has(&self, code: &str, value: &str) -> bool {
        let covers = |pattern: &Option<String>| pattern.as_ref().is_none_or(|pattern| glob::matches(pattern, value));
        self.0.iter().any(|(rule, pattern)| glob::matches(rule, code) && covers(pattern))
    }
}

#[cfg(test)]
mod tests {
    use super::Allowed;

    #[test]
    fn rules_and_values_are_allowed() {
        let allowed = Allowed::new(["personal/*", "secret/named-value=demo-*"]).unwrap();
        assert!(allowed.has("personal/email", "a@b.com") && allowed.has("secret/named-value", "demo-1"));
        assert!(!allowed.has("secret/named-value", "x") && !allowed.has("secret/jwt", "demo-1"));
        let error = Allowed::new(["secret/jwtt"]).unwrap_err();
        assert_eq!(
            (error.to_string(), error.help()),
            ("unknown rule `secret/jwtt`".into(), "Did you mean `secret/jwt`?".into())
        );
    }
}
