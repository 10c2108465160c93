//! What the code of notebooks shows of definitions, whether it runs or not: the calls whose method is certain, with the
//! parameters and the body that they pass by literal names.

use std::collections::BTreeMap;
use std::sync::Arc;

use apinb_analysis::model::{Argument, Call, ClientUse, Property, Step};
use apinb_client::position::{ParameterSource, resources};
use apinb_contract::api::Api;
use apinb_contract::coverage::{Coverage, DocumentedCall, Extent};
use apinb_definition::model::Definition;
use apinb_record::contract::MessagePart;
use apinb_record::contract::coverage::{CellPlace, DefinitionCoverage};
use apinb_record::value::PlannedValue;
use apinb_text::web::verb::Verb;
use serde_json::Value;

use super::rules::Context;
use super::uses::{Resolution, ResolvedCall, UseResolver};

/// Maximum nesting of a body.
const MAX_DEPTH: usize = 32;

/// What the code of notebooks shows of definitions.
#[derive(Debug, Default)]
pub struct CodeCoverage {
    /// By the address of the definition.
    definitions: BTreeMap<String, CoveredDefinition>,
}

#[derive(Debug)]
struct CoveredDefinition {
    api: Api,
    coverage: Coverage,
}

impl CodeCoverage {
    /// Adds what a notebook shows.
    pub(super) fn add(&mut self, notebook: &str, context: &Context<'_>) {
        let addresses = context.clients.addresses();
        for (client, definition) in context.clients.read() {
            let Some(address) = addresses.get(client).map(ToString::to_string) else { continue };
            let new = || CoveredDefinition {
                api: Api::new(Arc::clone(definition), address.clone()),
                coverage: Coverage::default(),
            };
            let CoveredDefinition { api, coverage } = self.definitions.entry(address.clone()).or_insert_with(new);
            let mut resolver = UseResolver::new(definition);
            for one in context.analysis.uses.iter().filter(|one| one.client == client) {
                if let Some(call) = documented(one, &mut resolver, (definition, api), notebook) {
                    coverage.document(api, call);
                }
            }
        }
    }

    /// How much of each definition is shown.
    #[must_use]
    pub fn count(&self) -> Vec<DefinitionCoverage> {
        self.definitions.values().map(|one| one.coverage.count(&one.api, Extent::Whole)).collect()
    }
}

/// The call at the end of a use.
fn documented(
    one: &ClientUse,
    resolver: &mut UseResolver,
    (definition, api): (&Definition, &Api),
    notebook: &str,
) -> Option<DocumentedCall> {
    let call = one.call()?;
    let verb = Verb::callable(call.method)?;
    let (operation, mut parameters) = match resolver.resolve(one, one.certain) {
        Resolution::Call(resolved) => of_chain(&resolved, resolver, definition)?,
        Resolution::PathCall(_) => of_path(&call, verb, api)?,
        Resolution::UnknownMember(_) | Resolution::NotAFunction(_) | Resolution::Unknown => return None,
    };
    let is_known = !call.arguments.iter().any(|argument| argument.spread);
    let arguments = if is_known { call.arguments } else { &[] };
    let takes_query = matches!(verb, Verb::Get | Verb::Head);
    let first = arguments.first();
    let options: &[Property] = arguments.get(1).map_or(&[], |argument| &argument.properties);
    if let Some(argument) = first.filter(|_| takes_query) {
        let value = argument.planned_value();
        parameters.extend(argument.properties.iter().map(|property| passed(MessagePart::Query, property, &value)));
    }
    let planned = arguments.get(1).map(Argument::planned_value).unwrap_or_default();
    for (part, name) in [(MessagePart::Query, "query"), (MessagePart::RequestHeader, "headers")] {
        let values = planned.get(name).unwrap_or_default();
        let group = options.iter().filter(|option| option.name == name).flat_map(|option| &option.properties);
        parameters.extend(group.map(|property| passed(part, property, &values)));
    }
    let body = first.filter(|_| !takes_query).map(|argument| json(&argument.planned_value(), 0));
    let cell = CellPlace { notebook: notebook.to_owned(), cell: one.cell };
    Some(DocumentedCall { operation, parameters, body: body.filter(|body| !body.is_null()), cell })
}

type Parameters = Vec<(MessagePart, String, Option<String>)>;

/// The operation of a chain of properties, and the path parameters that it fills.
fn of_chain(call: &ResolvedCall, resolver: &UseResolver, definition: &Definition) -> Option<(String, Parameters)> {
    let (method, values) = resolver.method(call)?;
    let path: String = resources(definition, &method.resource).map(|resource| resource.path.as_str()).collect();
    let filled = method.filled.iter().filter_map(|filled| {
        let name = method.parameters.get(usize::try_from(filled.parameter).ok()?)?.name.clone();
        let value = values.get(&filled.parameter);
        let is_fixed = matches!(filled.value, ParameterSource::Text(_));
        (is_fixed || value.is_some()).then(|| (MessagePart::Path, name, value.and_then(text)))
    });
    let parameters = filled.collect();
    Some((format!("{} {path}", method.name.to_ascii_uppercase()), parameters))
}

/// The operation of `client('/users/{id}', { id: 5 })`, and the path parameters that it fills.
fn of_path(call: &Call<'_>, verb: Verb, api: &Api) -> Option<(String, Parameters)> {
    let [Step::Call { arguments, .. }] = call.chain else { return None };
    let PlannedValue::Text(path) = arguments.first()?.planned_value() else { return None };
    let (path, query) = path.split_once('?').unwrap_or((&path, ""));
    let operation = api.label_of(verb, path)?;
    let (_, template) = operation.split_once(' ')?;
    let fits = template.split('/').zip(path.split('/'));
    let filled = fits.filter_map(|(declared, own)| {
        let name = declared.strip_prefix('{')?.strip_suffix('}')?;
        (declared != own).then(|| (MessagePart::Path, name.to_owned(), Some(own.to_owned())))
    });
    let mut parameters: Parameters = filled.collect();
    if let Some(values) = arguments.get(1) {
        let value = values.planned_value();
        parameters.extend(values.properties.iter().map(|property| passed(MessagePart::Path, property, &value)));
    }
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    parameters.extend(pairs.map(|(name, value)| (MessagePart::Query, name.to_owned(), Some(value.to_owned()))));
    Some((operation, parameters))
}

/// A parameter that a literal object passes.
fn passed(part: MessagePart, property: &Property, object: &PlannedValue) -> (MessagePart, String, Option<String>) {
    (part, property.name.clone(), object.get(&property.name).as_ref().and_then(text))
}

/// The text of a literal in a URL.
fn text(value: &PlannedValue) -> Option<String> {
    match value {
        PlannedValue::Text(text) | PlannedValue::Scalar { text, .. } => Some(text.clone()),
        _ => None,
    }
}

/// A body as JSON, with null for what only a run knows.
fn json(value: &PlannedValue, depth: usize) -> Value {
    if depth > MAX_DEPTH {
        return Value::Null;
    }
    match value {
        PlannedValue::Text(text) => Value::from(text.as_str()),
        PlannedValue::Scalar { json, .. } | PlannedValue::Json(json) => serde_json::from_str(json).unwrap_or_default(),
        PlannedValue::List(items) => items.iter().map(|item| self::json(item, depth + 1)).collect(),
        PlannedValue::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), self::json(value, depth + 1))).collect()
        }
        _ => Value::Null,
    }
}
