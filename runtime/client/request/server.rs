//! The base URI of a call: fills in the URI template.

use std::collections::BTreeMap;

use super::error::PlanError;
use super::inputs::{CallInputs, Missing, field};
use super::made_up::MadeUpBase;
use super::protocol::protocol;
use super::style;
use crate::method::MethodShape;
use apinb_definition::model::{Definition, Parameter};
use apinb_record::piece::{Piece, append, known_text, push_literal};
use apinb_record::value::PlannedValue;
use apinb_text::web::uri;

/// The base URI of a client.
#[derive(Clone, Debug)]
pub struct BaseUri {
    /// The user's override, used unchanged.
    pub provided: Option<String>,
    /// The template of the definition.
    pub template: Option<String>,
    /// Parameter values from the definition.
    pub defaults: BTreeMap<String, String>,
    /// The protocol for a template without one.
    pub protocol: &'static str,
    /// What is missing, in a mocked run.
    pub made_up: Option<MadeUpBase>,
}

impl BaseUri {
    /// The base URI of a definition; `provided` overrides it.
    #[must_use]
    pub fn new(definition: &Definition, provided: Option<String>) -> Self {
        Self {
            provided,
            template: definition.base_uri.clone(),
            defaults: defaults(definition),
            protocol: protocol(definition),
            made_up: None,
        }
    }

    /// The base URI that the notebook sets, or else in a mocked run one with the made-up host.
    #[must_use]
    pub fn of_notebook(&self, set: Option<&str>) -> Option<String> {
        let made_up = || self.made_up.as_ref().map(|made_up| format!("{}://{}", self.protocol, made_up.host));
        set.map(str::to_owned).or_else(made_up)
    }

    /// Fills in the parameters for a call. The result has no trailing `/`.
    ///
    /// # Errors
    /// If there is no base URI, or a parameter has no value.
    pub fn fill(&self, inputs: &CallInputs, method: Option<&MethodShape>) -> Result<Vec<Piece>, PlanError> {
        if let Some(provided) = &self.provided {
            return Ok(vec![Piece::Literal(provided.trim_end_matches('/').to_owned())]);
        }
        let server = method.and_then(|method| method.server.as_ref());
        let template = if inputs.base_uri.is_nullish() {
            server.map(|server| &server.uri).or(self.template.as_ref()).cloned().unwrap_or_default()
        } else {
            let written = inputs.base_uri.string();
            match known_text(&written) {
                Some(text) => text.into_owned(),
                None => return Ok(trimmed(written)),
            }
        };
        // A relative server in a definition file has no host.
        let is_relative = template.is_empty() || (template.starts_with('/') && !template.starts_with("//"));
        let template = match (&self.made_up, inputs.missing) {
            _ if !is_relative => template,
            (Some(made_up), _) => format!("{}://{}{template}", self.protocol, made_up.host),
            (None, Missing::Unknown) => return Ok(vec![Piece::unknown("base URI")]),
            (None, Missing::Refuse) => return Err(PlanError::BaseUri { has_path: !template.is_empty() }),
        };
        let mut filled = Vec::new();
        for piece in uri::pieces(&template) {
            match piece {
                uri::Piece::Literal(text) => push_literal(&mut filled, text),
                uri::Piece::Parameter(name) => append(&mut filled, style::unstyled(&self.value(name, inputs, method)?)),
            }
        }
        Ok(trimmed(self.absolute(filled)))
    }

    fn value(&self, name: &str, inputs: &CallInputs, method: Option<&MethodShape>) -> Result<PlannedValue, PlanError> {
        let set = field(&inputs.base_uri_parameters, name);
        let of_method = method.and_then(|method| method.base_uri_parameters.get(name));
        let of_server = || method.and_then(|method| method.server.as_ref()?.defaults.get(name));
        let declared = || of_method.or_else(of_server).or_else(|| self.defaults.get(name)).cloned();
        let value = set.filter(|value| !value.is_nullish()).or_else(|| declared().map(PlannedValue::Text));
        let made_up = || self.made_up.as_ref()?.parameters.get(name).cloned().map(PlannedValue::Text);
        let value = value.filter(|value| !value.is_blank() && *value != PlannedValue::Text(String::new()));
        match value.or_else(made_up) {
            Some(value) => Ok(value),
            None if inputs.missing == Missing::Unknown => Ok(PlannedValue::Unknown(name.to_owned())),
            None => Err(PlanError::BaseUriParameter { name: name.to_owned() }),
        }
    }

    fn absolute(&self, mut filled: Vec<Piece>) -> Vec<Piece> {
        if is_absolute(&filled) {
            return filled;
        }
        if let Some(Piece::Literal(first)) = filled.first_mut() {
            *first = first.trim_start_matches('/').to_owned();
        }
        let mut pieces = vec![Piece::Literal(format!("{}://", self.protocol))];
        append(&mut pieces, filled);
        pieces
    }
}

/// Whether a URI starts with a scheme and `//` (RFC 3986, section 3.1).
fn is_absolute(uri: &[Piece]) -> bool {
    let text: String =
        uri.iter().map(|piece| if let Piece::Literal(text) = piece { text.as_str() } else { "x" }).collect();
    let Some((scheme, _)) = text.split_once("://") else { return false };
    let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte);
    scheme.bytes().next().is_some_and(|first| first.is_ascii_alphabetic()) && scheme.bytes().all(is_scheme)
}

/// The initial value of a client's `version` setting.
#[must_use]
pub fn version(definition: &Definition) -> Option<String> {
    let has_version = definition.base_uri_parameters.iter().any(|parameter| parameter.name == "version");
    defaults(definition).remove("version").filter(|_| has_version)
}

fn trimmed(mut uri: Vec<Piece>) -> Vec<Piece> {
    if let Some(Piece::Literal(last)) = uri.last_mut() {
        last.truncate(last.trim_end_matches('/').len());
    }
    uri
}

/// The default values of base URI parameters: `default`, or the only allowed value. `{version}` is the version of the
/// API unless the base URI declares it.
pub fn defaults(definition: &Definition) -> BTreeMap<String, String> {
    let version = definition.version.clone().map(|version| ("version".to_owned(), version));
    let own = definition.base_uri_parameters.iter();
    let own = own.filter_map(|parameter| Some((parameter.name.clone(), default_of(parameter)?)));
    version.into_iter().chain(own).collect()
}

fn default_of(parameter: &Parameter) -> Option<String> {
    match parameter.values.as_slice() {
        [only] => Some(only.clone()),
        _ => parameter.default.clone(),
    }
}
