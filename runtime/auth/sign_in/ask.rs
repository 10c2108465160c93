//! The fields of a sign-in: the provided ones, and those that the person enters.

use secrecy::{ExposeSecret, SecretString};

use crate::person::{Field, Person};
use crate::sign_in::choose::takes_token;
use crate::sign_in::error::SignInError;
use crate::sign_in::request::SignIn;

impl SignIn<'_> {
    /// All of these fields; see [`Self::asked`].
    pub(super) fn all<const N: usize>(&self, fields: &[Field; N]) -> Result<[SecretString; N], SignInError> {
        let values = self.asked(fields)?;
        // There is one value for each field.
        values.try_into().map_err(|_| self.missing(fields))
    }

    /// The value of each field: provided, else entered. Without a person, the error lists all missing fields.
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

    /// Prompts for an optional field.
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
            takes_token: takes_token(&self.scheme.kind),
        }
    }

    fn unanswered(&self, field: &Field, cause: &str) -> SignInError {
        let (scheme, field) = (self.scheme.name.clone(), field.name.clone());
        SignInError::Unanswered { scheme, field, cause: cause.to_owned() }
    }
}
