//! The calls of a notebook whose method is certain, and what each passes by literal names.

use apinb_analysis::model::{Argument, Property};
use apinb_client::position::resource;
use apinb_definition::model::{Definition, Method};

use super::context::Context;
use super::rule::Occurrence;
use crate::uses::Resolution;
use apinb_text::display::quote::use_one_of;
use apinb_text::display::suggest::suggest;

/// Maximum number of names in a help.
const LISTED: usize = 8;

/// A call, with the names of literal objects that it passes.
pub(super) struct DeclaredCall<'a> {
    /// The number of the cell.
    pub(super) cell: usize,
    pub(super) definition: &'a Definition,
    pub(super) method: &'a Method,
    pub(super) options: &'a [Property],
    /// The fields of the query: of the first argument, and of the option `query`.
    pub(super) query: Vec<&'a Property>,
    /// The fields of the option `headers`.
    pub(super) headers: Vec<&'a Property>,
}

/// The calls of methods that the definition has.
pub(super) fn calls<'a>(context: &'a Context<'_>) -> Vec<DeclaredCall<'a>> {
    let mut calls = Vec::new();
    for (client, definition) in context.clients.read() {
        for (one, resolution) in context.uses.iter().filter(|(one, _)| one.client == client) {
            let Resolution::Call(resolved) = resolution else { continue };
            let (Some((at, index)), Some(call)) = (&resolved.target, one.call()) else { continue };
            let method = resource(definition, at)
                .and_then(|resource| resource.methods.get(usize::try_from(*index).unwrap_or(usize::MAX)));
            let Some(method) = method else { continue };
            if call.arguments.iter().any(|argument| argument.spread) {
                continue;
            }
            let properties = |at: usize| call.arguments.get(at).map_or(&[][..], |one: &Argument| &one.properties);
            let takes_query = matches!(call.method, "get" | "head");
            let options = properties(1);
            let group = |name: &'static str| options.iter().filter(move |option| option.name == name);
            let mut query: Vec<&Property> = if takes_query { properties(0).iter().collect() } else { Vec::new() };
            query.extend(group("query").flat_map(|option| &option.properties));
            let headers = group("headers").flat_map(|option| &option.properties).collect();
            calls.push(DeclaredCall { cell: one.cell, definition, method, options, query, headers });
        }
    }
    calls
}

/// The occurrence of a name that `what` declares no `kind` of.
pub(super) fn undeclared(cell: usize, property: &Property, kind: &str, declared: &[&str]) -> Occurrence {
    let meant = suggest(&property.name, declared.iter().copied());
    Occurrence {
        cell: Some(cell),
        span: property.place,
        message: format!("the method declares no {kind} `{}`", property.name),
        help: Some(match (meant, declared) {
            (Some(meant), _) => format!("Did you mean `{meant}`?"),
            (None, []) => format!("Add the {kind} to the definition, or remove it."),
            (None, declared) => use_one_of(declared, LISTED),
        }),
    }
}
