//! The fields of a sign-in that are known at the start: the options of `API.authenticate`, and their overrides.

use std::collections::BTreeMap;

use apinb_text::secret::names::{is_credential, normalized_field};
use apinb_text::secret::redactor::Redactor;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

/// The fields that are known at the start. Names are equal without regard to letter case, `-` and `_`: `clientId`,
/// `client_id`.
#[derive(Clone, Copy, Debug)]
pub struct ProvidedFields<'a> {
    /// The options of `API.authenticate`.
    pub options: &'a Map<String, Value>,
    /// Overrides from flags, variables and files: these take precedence. Keys are those of the options; `header.X-Key` and `query.key` for single ones.
    pub outside: &'a BTreeMap<String, SecretString>,
}

impl ProvidedFields<'_> {
    /// The value of an option; none where it is empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<SecretString> {
        let outside = self.outside.iter().find(|(known, _)| is_same(known, name)).map(|(_, value)| value.clone());
        let value = outside.or_else(|| self.option(name).and_then(text).map(SecretString::from));
        value.filter(|value| !value.expose_secret().is_empty())
    }

    /// The override of an option, where it is not the value of the option itself.
    #[must_use]
    pub fn replacement(&self, name: &str, value: &str) -> Option<&SecretString> {
        let (_, outside) = self.outside.iter().find(|(known, _)| is_same(known, name))?;
        Some(outside).filter(|outside| outside.expose_secret() != value)
    }

    /// Whether it has a value.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Adds every secret of these to the redactor.
    pub fn register_secrets(&self, redactor: &Redactor) {
        for (name, value) in self.outside {
            if is_credential(name) {
                redactor.add(value.expose_secret());
            }
        }
        // A user name without a password is a key.
        if let Some(username) = self.get("username").filter(|_| !self.has("password")) {
            redactor.add(username.expose_secret());
        }
        for (name, value) in self.options {
            if let Some(secret) = text(value).filter(|_| is_credential(name)) {
                redactor.add(&secret);
            }
        }
    }

    /// A value by its own name, or by its name in one of these groups: `{headers: {"X-Key": …}}`, `header.X-Key`.
    pub(super) fn in_group(&self, groups: &[&str], name: &str) -> Option<SecretString> {
        let outside = groups.iter().find_map(|group| self.outside.get(&format!("{group}.{name}")).cloned());
        let grouped = || groups.iter().find_map(|group| text(self.option(group)?.as_object()?.get(name)?));
        outside.or_else(|| self.get(name)).or_else(|| grouped().map(SecretString::from))
    }

    /// A list, written as an array or as text separated by spaces or commas.
    pub(super) fn list(&self, names: &[&str]) -> Option<Vec<String>> {
        let outside = |name: &&str| self.outside.iter().find(|(known, _)| is_same(known, name));
        if let Some((_, value)) = names.iter().find_map(outside) {
            return Some(split(value.expose_secret()));
        }
        match names.iter().find_map(|name| self.option(name))? {
            Value::Array(items) => Some(items.iter().filter_map(text).collect()),
            other => text(other).map(|text| split(&text)),
        }
    }

    fn option(&self, name: &str) -> Option<&Value> {
        self.options.get(name).or_else(|| self.options.iter().find(|(known, _)| is_same(known, name)).map(|(_, v)| v))
    }
}

/// The items of a list that is separated by spaces or commas.
pub(super) fn split(text: &str) -> Vec<String> {
    text.split([' ', ',']).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

fn is_same(a: &str, b: &str) -> bool {
    normalized_field(a) == normalized_field(b)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use secrecy::{ExposeSecret, SecretString};
    use serde_json::{Value, json};

    use super::ProvidedFields;

    fn check(
        options: &Value,
        outside: &[(&str, &str)],
        ask: impl Fn(&ProvidedFields<'_>) -> Option<String>,
        expected: Option<&str>,
    ) {
        let options = options.as_object().unwrap().clone();
        let outside: BTreeMap<_, _> =
            outside.iter().map(|(name, value)| ((*name).to_owned(), SecretString::from(*value))).collect();
        let found = ask(&ProvidedFields { options: &options, outside: &outside });
        assert_eq!(found.as_deref(), expected, "{options:?}");
    }

    fn get(name: &'static str) -> impl Fn(&ProvidedFields<'_>) -> Option<String> {
        move |given| given.get(name).map(|value| value.expose_secret().to_owned())
    }

    #[test]
    fn overrides_replace_the_options_of_the_notebook() {
        check(&json!({"clientId": "a"}), &[], get("clientId"), Some("a"));
        check(&json!({"client_id": 5}), &[], get("clientId"), Some("5"));
        check(&json!({"clientId": "a"}), &[("client-id", "b")], get("clientId"), Some("b"));
        check(&json!({"clientId": ""}), &[], get("clientId"), None);
        check(&json!({"clientId": {}}), &[], get("clientId"), None);
    }

    #[test]
    fn fields_may_be_in_a_group() {
        let key = |given: &ProvidedFields<'_>| {
            given.in_group(&["headers", "header"], "X-Key").map(|v| v.expose_secret().to_owned())
        };
        check(&json!({"headers": {"X-Key": "a"}}), &[], key, Some("a"));
        check(&json!({"X-Key": "a"}), &[], key, Some("a"));
        check(&json!({"X-Key": "a"}), &[("header.X-Key", "b")], key, Some("b"));
        check(&json!({"headers": "X-Key"}), &[], key, None);
    }

    #[test]
    fn lists_are_split() {
        let scopes = |given: &ProvidedFields<'_>| given.list(&["scopes", "scope"]).map(|list| list.join("|"));
        check(&json!({"scopes": ["a", "b c"]}), &[], scopes, Some("a|b c"));
        check(&json!({"scope": "a, b c"}), &[], scopes, Some("a|b|c"));
        check(&json!({"scope": "a"}), &[("scopes", "x y")], scopes, Some("x|y"));
        check(&json!({}), &[], scopes, None);
    }
}
