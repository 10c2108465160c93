//! Completion in the arguments of a call: of a client method, of the `API` functions, of `load`.

use crate::completion::candidate::{Candidate, CompletionHost};
use crate::completion::context::Argument;
use crate::completion::resolve::client_path;
use crate::completion::text::{described, is_identifier, is_plain, variables};
use crate::explain::Arguments;
use crate::explain::summary::first_line;
use crate::walk::Step;
use apinb_definition::model::{SecurityKind, SecurityScheme};
use apinb_record::explanation::Field;

/// The functions of `API`: name, parameters, description.
const API: [(&str, &str, &str); 5] = [
    ("createClient", "name, definition, settings", "create a client from a definition"),
    ("authenticate", "client, scheme, options", "sign in a client"),
    ("set", "client, key, value", "set a setting of a client"),
    ("get", "client, key", "get the settings of a client, or one of them"),
    ("unset", "client, key", "remove a setting, or all"),
];

/// The settings of a client and the options of a call (`js/prelude/21_config.js`), each with a description.
pub(super) const SETTINGS: [(&str, &str); 8] = [
    ("query", "query parameters"),
    ("headers", "request headers"),
    ("uriParameters", "values of path parameters"),
    ("baseUriParameters", "values of base URI parameters"),
    ("baseUri", "a base URI that overrides the definition's"),
    ("body", "the body of the request"),
    ("proxy", "no effect: use `--proxy`"),
    ("beforeSend", "a function that inspects or changes the request before it is sent"),
];

/// A known function.
enum Known {
    Method(Box<Arguments>),
    /// A function of path parameters: the one that the argument sets.
    Function(Box<Field>),
    CreateClient,
    Authenticate,
    /// `API.set`, `API.get`, `API.unset`.
    Setting,
    Load,
}

fn known(argument: &Argument<'_>, host: &mut dyn CompletionHost) -> Option<Known> {
    let names: Vec<&str> = argument
        .callee
        .iter()
        .map(|step| match step {
            Step::Property(name) => *name,
            Step::Call { .. } => "()",
        })
        .collect();
    match names.as_slice() {
        ["load"] => Some(Known::Load),
        ["API", "createClient"] => Some(Known::CreateClient),
        ["API", "authenticate"] => Some(Known::Authenticate),
        ["API", "set" | "get" | "unset"] => Some(Known::Setting),
        _ => {
            let path = client_path(&argument.callee, host)?;
            let method = path.arguments().map(Box::new).map(Known::Method);
            method.or_else(|| path.argument(argument.index).map(Box::new).map(Known::Function))
        }
    }
}

/// The functions of `API`.
pub(super) fn api_methods(typed: &str) -> Vec<Candidate> {
    API.iter()
        .filter(|(name, ..)| name.starts_with(typed))
        .map(|(name, takes, description)| Candidate {
            text: format!("{name}("),
            label: format!("{name}({takes})"),
            description: Some((*description).to_owned()),
        })
        .collect()
}

/// The candidates for a property name in an object literal.
pub(super) fn keys(
    argument: &Argument<'_>,
    typed: &str,
    quoted: bool,
    host: &mut dyn CompletionHost,
) -> Vec<Candidate> {
    let Some(known) = known(argument, host) else {
        return if quoted { Vec::new() } else { variables(typed, host) };
    };
    fields(&known, argument, &argument.keys, host)
        .into_iter()
        .filter(|(name, _)| name.starts_with(typed) && !argument.given.contains(name) && is_plain(name))
        .map(|(name, description)| {
            let text = match (quoted, is_identifier(&name)) {
                (true, _) => name.clone(),
                (false, true) => format!("{name}: "),
                (false, false) => format!("'{name}': "),
            };
            Candidate { text, label: name, description }
        })
        .collect()
}

/// The properties that an object in the arguments may have, with descriptions.
fn fields(
    known: &Known,
    argument: &Argument<'_>,
    keys: &[String],
    host: &mut dyn CompletionHost,
) -> Vec<(String, Option<String>)> {
    let settings = || SETTINGS.iter().map(|(name, text)| ((*name).to_owned(), Some((*text).to_owned()))).collect();
    match (known, argument.index, keys) {
        (Known::Method(_), 1, []) | (Known::CreateClient, 2, []) | (Known::Setting, 1, []) => settings(),
        (Known::Method(arguments), index, keys) => within(arguments, index, keys)
            .into_iter()
            .map(|field| {
                let outline = &field.outline;
                let text = described(field.required, &outline.kind, outline.description.as_deref());
                (field.name.clone(), text)
            })
            .collect(),
        (Known::Authenticate, 1 | 2, []) => {
            let schemes = schemes(argument, host);
            let named = schemes.iter().find(|scheme| Some(&scheme.name) == argument.second.as_ref());
            let scheme = named.or(schemes.first().filter(|_| argument.second.is_none()));
            scheme.map(options).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// The fields of an object in the arguments of a method.
fn within<'a>(arguments: &'a Arguments, index: usize, keys: &[String]) -> Vec<&'a Field> {
    let (top, keys) = match (index, keys) {
        (0, keys) if arguments.takes_query => (&arguments.query, keys),
        (0, keys) => (&arguments.body, keys),
        (1, [option, keys @ ..]) => match option.as_str() {
            "query" => (&arguments.query, keys),
            "headers" => (&arguments.headers, keys),
            "uriParameters" => (&arguments.uri, keys),
            "baseUriParameters" => (&arguments.base_uri, keys),
            "body" => (&arguments.body, keys),
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    keys.iter().fold(top.iter().collect(), |fields: Vec<&Field>, key| {
        let field = fields.into_iter().find(|field| field.name == *key);
        field.map(|field| field.outline.fields.iter().collect()).unwrap_or_default()
    })
}

/// The security schemes of the client in the first argument.
fn schemes(argument: &Argument<'_>, host: &mut dyn CompletionHost) -> Vec<SecurityScheme> {
    let client = argument.first.as_deref().and_then(|chain| client_path(chain, host));
    client.map(|client| client.definition().security_schemes.clone()).unwrap_or_default()
}

/// The options of `API.authenticate` for a scheme, which `apinb_auth` reads.
fn options(scheme: &SecurityScheme) -> Vec<(String, Option<String>)> {
    let names: &[(&str, &str)] = match &scheme.kind {
        SecurityKind::OAuth2(_) => &[
            ("clientId", "issued to the application"),
            ("clientSecret", "issued to the application"),
            ("accessToken", "a token that you have"),
            ("scopes", "a list of strings"),
            ("username", "for the password grant"),
            ("password", "for the password grant"),
        ],
        SecurityKind::OAuth1(_) => &[
            ("consumerKey", "issued to the application"),
            ("consumerSecret", "issued to the application"),
            ("accessToken", "a token that you have"),
            ("accessTokenSecret", "its secret"),
        ],
        SecurityKind::Basic | SecurityKind::Digest => &[("username", "user name"), ("password", "password")],
        SecurityKind::Bearer => &[("accessToken", "a token that you have")],
        SecurityKind::Other(_) => &[],
    };
    let named = names.iter().map(|(name, text)| ((*name).to_owned(), Some((*text).to_owned())));
    let own = scheme.headers.iter().chain(&scheme.query_parameters).chain(&scheme.cookies);
    let own = own.map(|parameter| (parameter.name.clone(), first_line(parameter.description.as_deref())));
    match scheme.kind {
        SecurityKind::Other(_) => own.collect(),
        _ => named.collect(),
    }
}

/// The candidates for a string in the arguments.
pub(super) enum Texts {
    Values(Vec<Candidate>),
    Files,
}

/// The candidates for a string in the arguments that starts with `typed`.
pub(super) fn text(argument: &Argument<'_>, typed: &str, host: &mut dyn CompletionHost) -> Texts {
    let known = known(argument, host);
    let is_file = match known {
        Some(Known::Load) => argument.index == 0,
        Some(Known::CreateClient) => argument.index == 1,
        Some(Known::Method(_) | Known::Function(_) | Known::Authenticate | Known::Setting) | None => false,
    };
    if is_file && argument.keys.is_empty() {
        return Texts::Files;
    }
    let all = known.map(|known| choices(&known, argument, host)).unwrap_or_default();
    let fitting = all.into_iter().filter(|(value, _)| value.as_str().is_some_and(|text| text.starts_with(typed)));
    let candidate = |(value, description): (serde_json::Value, _)| {
        Some(Candidate::plain(value.as_str().filter(|text| is_plain(text))?, description))
    };
    Texts::Values(fitting.filter_map(candidate).collect())
}

/// The candidates for an argument that starts with `typed`, as JavaScript literals.
pub(super) fn values(argument: &Argument<'_>, typed: &str, host: &mut dyn CompletionHost) -> Vec<Candidate> {
    let Some(known) = known(argument, host) else { return Vec::new() };
    let all = choices(&known, argument, host).into_iter();
    all.filter_map(|(value, description)| match value {
        serde_json::Value::String(text) => {
            let is_meant = is_plain(&text) && text.starts_with(typed);
            is_meant.then(|| Candidate::plain(format!("'{text}'"), description))
        }
        other => Some(Candidate::plain(other.to_string(), description)).filter(|one| one.text.starts_with(typed)),
    })
    .collect()
}

/// The allowed values of a field; empty if every value is allowed.
fn allowed(field: &Field) -> Vec<(serde_json::Value, Option<String>)> {
    let values = &field.outline.values;
    let is_boolean = field.outline.kind.split(" or ").any(|kind| kind == "boolean" || kind == "array of boolean");
    if values.is_empty() && is_boolean {
        return [true, false].map(|value| (value.into(), None)).into();
    }
    values.iter().map(|value| (value.clone(), None)).collect()
}

/// The allowed values; empty if every value is allowed.
fn choices(
    known: &Known,
    argument: &Argument<'_>,
    host: &mut dyn CompletionHost,
) -> Vec<(serde_json::Value, Option<String>)> {
    match (known, argument.index, argument.keys.as_slice()) {
        (Known::Method(arguments), index, [keys @ .., last]) => {
            let fields = within(arguments, index, keys);
            fields.into_iter().find(|field| field.name == *last).map(allowed).unwrap_or_default()
        }
        (Known::Function(field), _, []) => allowed(field),
        (Known::Authenticate, 1, []) => schemes(argument, host)
            .into_iter()
            .map(|scheme| (scheme.name.into(), first_line(scheme.description.as_deref())))
            .collect(),
        (Known::Setting, 1, []) => {
            SETTINGS.iter().map(|(name, text)| ((*name).into(), Some((*text).to_owned()))).collect()
        }
        _ => Vec::new(),
    }
}
