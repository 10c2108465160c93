//! What to say of a property that was read on a node and is not there.
//!
//! That the reading was a mistake is for the caller to know: a notebook may look whether a node has something.

use super::tree::{ClientTree, Draft, NodeId, Place};
use apinb_text::display::suggest::suggest;
use apinb_text::web::verb::Verb;

/// How much of a node is listed.
const MAX_LISTED: usize = 24;

/// A node on which something was missed.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// The JavaScript that leads there: `client.users`.
    pub label: &'a str,
    /// The nodes that it is; none for what is a function only.
    pub nodes: &'a [NodeId],
    /// What calling it with values leads to: the names of the tags, and the node.
    pub functions: &'a [(Vec<String>, NodeId)],
    /// Properties that the notebook has put there.
    pub own: &'a [String],
}

/// The words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// `client has no "user", did you mean "users"?`
    pub message: String,
    /// What is there.
    pub help: Option<String>,
}

/// One thing that a node has.
struct Offer<'a> {
    name: &'a str,
    /// `get()`, `id(id)`, `groups`.
    shown: String,
    method: bool,
}

impl ClientTree {
    /// The words for the property `name`, which `owner` does not have.
    #[must_use]
    pub fn missing(&self, owner: &Owner<'_>, name: &str) -> Missing {
        let drafts: Vec<Draft> = owner.nodes.iter().map(|node| self.draft(self.places(*node))).collect();
        let mut offers: Vec<Offer<'_>> = drafts.iter().flat_map(offers).collect();
        offers.extend(owner.own.iter().map(|name| Offer { name, shown: name.clone(), method: false }));
        let methods = methods(&offers);
        let label = owner.label;
        let verb = Verb::callable(name).is_some();
        let message = if verb && !methods.is_empty() {
            format!("{label} has no method \"{name}\"; it has {}", methods.join(", "))
        } else if let Some((below, has)) = self.one_step_on(owner, &drafts, name) {
            format!("{label} has no {}\"{name}\"; {below} has {has}", if verb { "method " } else { "" })
        } else if verb {
            format!("{label} has no method \"{name}\"")
        } else if let Some(meant) = suggest(name, offers.iter().map(|offer| offer.name)) {
            format!("{label} has no \"{name}\", did you mean \"{meant}\"?")
        } else {
            format!("{label} has no \"{name}\"")
        };
        Missing { message, help: listed(owner, &offers) }
    }

    /// Where a call, or an extension, leads to what was missed: that place, and what it has.
    fn one_step_on(&self, owner: &Owner<'_>, drafts: &[Draft], name: &str) -> Option<(String, String)> {
        let called = owner
            .functions
            .iter()
            .map(|(tags, node)| (format!("{}({})", owner.label, tags.join(", ")), self.draft(self.places(*node))));
        let extended = drafts.iter().filter(|draft| !draft.extension.is_empty()).map(|draft| {
            let value = draft.extension_values.first().map(|value| value.trim_start_matches('.'));
            let way = value.map_or_else(|| ".extension('json')".to_owned(), |value| format!(".{value}"));
            (format!("{}{way}", owner.label), self.draft(Some(&draft.extension)))
        });
        for (below, draft) in called.chain(extended) {
            let offers: Vec<Offer<'_>> = offers(&draft).collect();
            let methods = methods(&offers);
            if Verb::callable(name).is_some() && !methods.is_empty() {
                return Some((below, methods.join(", ")));
            }
            if let Some(offer) = offers.iter().find(|offer| offer.name == name) {
                return Some((below, offer.shown.clone()));
            }
        }
        None
    }

    fn draft(&self, places: Option<&[Place]>) -> Draft {
        Draft::of(self.definition(), places.unwrap_or_default())
    }
}

fn offers(draft: &Draft) -> impl Iterator<Item = Offer<'_>> {
    let declared = draft.properties().iter().map(|property| {
        let shown = match property.functions.first() {
            Some(function) => format!("{}({})", property.name, function.tags.join(", ")),
            None if property.method.is_some() => format!("{}()", property.name),
            None => property.name.clone(),
        };
        Offer { name: &property.name, shown, method: property.method.is_some() }
    });
    let values = draft.extension_values.iter().map(|value| value.trim_start_matches('.'));
    let extensions = values.map(|name| Offer { name, shown: name.to_owned(), method: false });
    let function = (!draft.extension.is_empty()).then(|| Offer {
        name: "extension",
        shown: "extension(value)".to_owned(),
        method: false,
    });
    declared.chain(extensions).chain(function)
}

fn methods<'a>(offers: &[Offer<'a>]) -> Vec<&'a str> {
    offers.iter().filter(|offer| offer.method).map(|offer| offer.name).collect()
}

/// `client has users, groups`; of a function, how it is called.
fn listed(owner: &Owner<'_>, offers: &[Offer<'_>]) -> Option<String> {
    if let (true, Some((tags, _))) = (offers.is_empty(), owner.functions.first()) {
        return Some(format!("it is a function: {}({})", owner.label, tags.join(", ")));
    }
    if offers.is_empty() {
        return None;
    }
    let shown: Vec<&str> = offers.iter().take(MAX_LISTED).map(|offer| offer.shown.as_str()).collect();
    let more = offers.len().saturating_sub(MAX_LISTED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(format!("{} has {}{more}", owner.label, shown.join(", ")))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{ClientTree, Owner};
    use crate::definition::model::{Definition, Method, Parameter, Resource};

    fn resource(path: &str, methods: &[&str], resources: Vec<Resource>) -> Resource {
        let methods = methods.iter().map(|name| Method { name: (*name).to_owned(), ..Method::default() }).collect();
        Resource { path: path.to_owned(), methods, resources, ..Resource::default() }
    }

    #[test]
    fn the_words_say_what_is_there() {
        let mut files = resource("/files{mediaTypeExtension}", &["get"], Vec::new());
        let values = vec![".json".to_owned()];
        files.uri_parameters =
            vec![Parameter { name: "mediaTypeExtension".to_owned(), required: true, values, ..Parameter::default() }];
        let user = resource("/{id}", &["get", "put"], vec![resource("/groups", &["get"], Vec::new())]);
        let users = resource("/users", &["get", "head"], vec![user]);
        let definition = Definition { resources: vec![users, files], ..Definition::default() };
        let mut tree = ClientTree::new(Arc::new(definition));
        let root = tree.shape(0).unwrap().properties;
        let (users, files) = (root[0].node.unwrap(), root[1].node.unwrap());
        let id = tree.shape(users).unwrap().properties.into_iter().find(|property| property.name == "id").unwrap();
        let functions: Vec<_> = id.functions.into_iter().map(|function| (function.tags, function.node)).collect();
        let own = ["mine".to_owned()];
        let check =
            |label: &str, nodes: &[u32], functions: &[(Vec<String>, u32)], name: &str, message: &str, help: &str| {
                let missing = tree.missing(&Owner { label, nodes, functions, own: &own[..nodes.len()] }, name);
                assert_eq!((missing.message.as_str(), missing.help.as_deref().unwrap_or_default()), (message, help));
            };
        let of_root = "client has users, files, mine";
        check("client", &[0], &[], "user", "client has no \"user\", did you mean \"users\"?", of_root);
        check("client", &[0], &[], "tickets", "client has no \"tickets\"", of_root);
        check("client", &[0], &[], "get", "client has no method \"get\"", of_root);
        let of_users = "c.users has get(), head(), id(id), mine";
        check("c.users", &[users], &[], "post", "c.users has no method \"post\"; it has get, head", of_users);
        let of_id = "it is a function: c.users.id(id)";
        check(
            "c.users.id",
            &[],
            &functions,
            "get",
            "c.users.id has no method \"get\"; c.users.id(id) has get, put",
            of_id,
        );
        check(
            "c.users.id",
            &[],
            &functions,
            "groups",
            "c.users.id has no \"groups\"; c.users.id(id) has groups",
            of_id,
        );
        check(
            "c.files",
            &[files],
            &[],
            "get",
            "c.files has no method \"get\"; c.files.json has get",
            "c.files has json, extension(value), mine",
        );
    }
}
