//! Finds a client path by its text: `users.{id}.get`, `users.id(5).groups`, `/users/{id}`, `GET /users/5`; or a method by
//! its name in the definition.
//!
//! Both notations become steps of the same walk. A parameter may be written as its name, as a value, or be empty.
//! JavaScript is not parsed: only the number of arguments in parentheses matters.

mod follow;
#[cfg(test)]
mod tests;
mod unknown;
mod written;

use std::sync::Arc;

use super::explain;
use super::walk::ClientPath;
use apinb_definition::model::Definition;
use apinb_definition::overview::resources_by_path;
use apinb_record::explanation::Explanation;
use follow::{Found, Lost, follow_all};
pub use unknown::Unknown;
use written::Written;

/// Explains the client path `text`, or the API if it is empty. `client` is the name of the client in example calls.
///
/// # Errors
/// If the path does not exist.
pub fn explain_text(definition: &Arc<Definition>, text: &str, client: &str) -> Result<Explanation, Unknown> {
    let root = ClientPath::client(Arc::clone(definition));
    let written = Written::parse(text);
    let by_name = || find(&root, &Written::parse(&named(definition, text.trim())?)).ok();
    let found = match find(&root, &written).or_else(|unknown| by_name().ok_or(unknown)) {
        Err(unknown) => match written.without_client(client) {
            Some(rest) => find(&root, &rest).map_err(|inner| if rest.by_name { inner } else { unknown })?,
            None => return Err(unknown),
        },
        Ok(found) => found,
    };
    match found {
        Found::Path(path) => Ok(explain::path(&path, client)),
        Found::Method { resource, index } => Ok(explain::method_or_api(definition, &resource, index, client)),
    }
}

/// Whether the definition calls a method `name`, as [`explain_text`] takes it.
#[must_use]
pub fn names_method(definition: &Definition, name: &str) -> bool {
    named(definition, name.trim()).is_some()
}

/// The method and path, `GET /users`, of what the definition calls `name`: the `operationId` of OpenAPI, the `displayName`
/// of RAML.
fn named(definition: &Definition, name: &str) -> Option<String> {
    let mut methods = resources_by_path(definition)
        .into_iter()
        .flat_map(|(path, resource)| resource.methods.iter().map(move |method| (path.clone(), method)));
    let (path, method) = methods.find(|(_, method)| method.display_name.as_deref() == Some(name))?;
    Some(format!("{} {path}", method.verb.method()))
}

fn find(root: &ClientPath, written: &Written) -> Result<Found, Unknown> {
    follow_all(root, written).map_err(|lost| match lost {
        Lost::Step(index, readings) => Unknown::step(root, written, index, &readings),
        Lost::Method(readings) => Unknown::method(written, written.verb.as_deref().unwrap_or_default(), &readings),
    })
}
