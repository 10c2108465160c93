//! What a sign-in needs, by the names that notebooks give it in the options of `API.authenticate`, and where it comes
//! from: outside, the options, the person.

use std::collections::BTreeMap;

use apinb_text::secret::redactor::Redactor;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use super::{SignIn, SignInError};
use crate::browser::person::Person;

/// Something that a sign-in needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The option's name.
    pub name: String,
    /// What a person is asked for.
    pub label: String,
    /// Whether what they write is hidden.
    pub secret: bool,
    /// Whether it may be left out.
    pub optional: bool,
}

impl Field {
    /// A field that may be seen.
    #[must_use]
    pub fn plain(name: &str, label: &str) -> Self {
        Self { name: name.to_owned(), label: label.to_owned(), secret: false, optional: false }
    }

    /// A field that nobody may see.
    #[must_use]
    pub fn secret(name: &str, label: &str) -> Self {
        Self { secret: true, ..Self::plain(name, label) }
    }
}

/// The options that nobody may see.
const SECRETS: [&str; 9] = [
    "clientSecret",
    "password",
    "consumerSecret",
    "accessToken",
    "refreshToken",
    "accessTokenSecret",
    "token",
    "tokenSecret",
    "privateKey",
];

/// What is known at the start. Names are the same with other letter case, `-` and `_`: `clientId`, `client_id`.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// The options of `API.authenticate`.
    pub options: &'a Map<String, Value>,
    /// From outside: these win. Keys as those of the options; `header.X-Key` and `query.key` for single ones.
    pub outside: &'a BTreeMap<String, SecretString>,
}

impl Given<'_> {
    /// The value of an option; empty ones are none.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<SecretString> {
        let outside = self.outside.iter().find(|(known, _)| is_same(known, name)).map(|(_, value)| value.clone());
        let value = outside.or_else(|| self.option(name).and_then(text).map(SecretString::from));
        value.filter(|value| !value.expose_secret().is_empty())
    }

    /// Whether it has a value.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Every secret of these is kept out of what is shown from now on.
    pub fn hide(&self, redactor: &Redactor) {
        for name in SECRETS {
            if let Some(secret) = self.get(name) {
                redactor.add(secret.expose_secret());
            }
        }
    }

    /// A value by its own name, or by its name in one of these groups: `{headers: {"X-Key": …}}`, `header.X-Key`.
    pub(super) fn in_group(&self, groups: &[&str], name: &str) -> Option<SecretString> {
        let outside = groups.iter().find_map(|group| self.outside.get(&format!("{group}.{name}")).cloned());
        let grouped = || groups.iter().find_map(|group| text(self.option(group)?.as_object()?.get(name)?));
        outside.or_else(|| self.get(name)).or_else(|| grouped().map(SecretString::from))
    }

    /// A list, given as an array or as text with spaces or commas between.
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

impl SignIn<'_> {
    /// All of these fields; see [`Self::asked`].
    pub(super) fn all<const N: usize>(&self, fields: &[Field; N]) -> Result<[SecretString; N], SignInError> {
        let values = self.asked(fields)?;
        // There are as many as were asked for.
        values.try_into().map_err(|_| self.missing(fields))
    }

    /// Each field's value: given, else asked for. Where nobody is there to ask, the error lists all that is missing.
    pub(super) fn asked(&self, fields: &[Field]) -> Result<Vec<SecretString>, SignInError> {
        let missing: Vec<Field> = fields.iter().filter(|field| !self.given.has(&field.name)).cloned().collect();
        let Some(person) = self.person.filter(|_| !missing.is_empty()) else {
            return match missing.is_empty() {
                true => Ok(fields.iter().filter_map(|field| self.given.get(&field.name)).collect()),
                false => Err(self.missing(&missing)),
            };
        };
        let mut values = Vec::new();
        for field in fields {
            let value = match self.given.get(&field.name) {
                Some(value) => value,
                None => self.asked_of(person, field)?.ok_or_else(|| self.missing(std::slice::from_ref(field)))?,
            };
            if field.secret {
                self.redactor.add(value.expose_secret());
            }
            values.push(value);
        }
        Ok(values)
    }

    /// Something that need not be answered.
    pub(super) fn ask(&self, field: Field) -> Result<Option<SecretString>, SignInError> {
        let Some(person) = self.person else { return Ok(None) };
        let field = Field { optional: true, ..field };
        let value = self.asked_of(person, &field)?;
        if let Some(value) = value.as_ref().filter(|_| field.secret) {
            self.redactor.add(value.expose_secret());
        }
        Ok(value)
    }

    fn asked_of(&self, person: &dyn Person, field: &Field) -> Result<Option<SecretString>, SignInError> {
        person.ask(self.client, &self.scheme.name, field).map_err(|cause| self.unanswered(field, &cause))
    }

    pub(super) fn missing(&self, fields: &[Field]) -> SignInError {
        SignInError::Missing {
            client: self.client.to_owned(),
            scheme: self.scheme.name.clone(),
            fields: fields.iter().map(|field| field.name.clone()).collect(),
        }
    }

    fn unanswered(&self, field: &Field, cause: &str) -> SignInError {
        let (scheme, field) = (self.scheme.name.clone(), field.name.clone());
        SignInError::Unanswered { scheme, field, cause: cause.to_owned() }
    }
}

/// A list with spaces or commas between.
pub(super) fn split(text: &str) -> Vec<String> {
    text.split([' ', ',']).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

fn is_same(a: &str, b: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
    };
    plain(a) == plain(b)
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

    use super::Given;

    fn check(
        options: &Value,
        outside: &[(&str, &str)],
        ask: impl Fn(&Given<'_>) -> Option<String>,
        expected: Option<&str>,
    ) {
        let options = options.as_object().unwrap().clone();
        let outside: BTreeMap<_, _> =
            outside.iter().map(|(name, value)| ((*name).to_owned(), SecretString::from(*value))).collect();
        let found = ask(&Given { options: &options, outside: &outside });
        assert_eq!(found.as_deref(), expected, "{options:?}");
    }

    fn get(name: &'static str) -> impl Fn(&Given<'_>) -> Option<String> {
        move |given| given.get(name).map(|value| value.expose_secret().to_owned())
    }

    #[test]
    fn what_is_given_from_outside_wins() {
        check(&json!({"clientId": "a"}), &[], get("clientId"), Some("a"));
        check(&json!({"client_id": 5}), &[], get("clientId"), Some("5"));
        check(&json!({"clientId": "a"}), &[("client-id", "b")], get("clientId"), Some("b"));
        check(&json!({"clientId": ""}), &[], get("clientId"), None);
        check(&json!({"clientId": {}}), &[], get("clientId"), None);
    }

    #[test]
    fn groups() {
        let key =
            |given: &Given<'_>| given.in_group(&["headers", "header"], "X-Key").map(|v| v.expose_secret().to_owned());
        check(&json!({"headers": {"X-Key": "a"}}), &[], key, Some("a"));
        check(&json!({"X-Key": "a"}), &[], key, Some("a"));
        check(&json!({"X-Key": "a"}), &[("header.X-Key", "b")], key, Some("b"));
        check(&json!({"headers": "X-Key"}), &[], key, None);
    }

    #[test]
    fn lists() {
        let scopes = |given: &Given<'_>| given.list(&["scopes", "scope"]).map(|list| list.join("|"));
        check(&json!({"scopes": ["a", "b c"]}), &[], scopes, Some("a|b c"));
        check(&json!({"scope": "a, b c"}), &[], scopes, Some("a|b|c"));
        check(&json!({"scope": "a"}), &[("scopes", "x y")], scopes, Some("x|y"));
        check(&json!({}), &[], scopes, None);
    }
}
