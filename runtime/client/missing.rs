//! Messages about unknown properties of a client path.
//!
//! The caller decides whether reading such a property was a mistake: a notebook may test whether a property exists.

use super::names::PathName;
use super::walk::ClientPath;
use apinb_text::display::suggest::suggest;
use apinb_text::javascript::literal::{member, placeholders};
use apinb_text::web::verb::Verb;

/// Maximum number of properties in a message.
const MAX_LISTED: usize = 24;

/// The path on which a property was read.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// The JavaScript of the path: `client.users`.
    pub label: &'a str,
    pub path: &'a ClientPath,
    /// Properties that the notebook has set on the path.
    pub own: &'a [String],
}

/// A message with its help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// `client has no "user", did you mean "users"?`
    pub message: String,
    /// Lists the existing properties.
    pub help: Option<String>,
}

impl Owner<'_> {
    /// The message for the unknown property `name`.
    #[must_use]
    pub fn missing(&self, name: &str) -> Missing {
        let names = self.names();
        let methods = methods(&names);
        let label = self.label;
        let verb = Verb::callable(name).is_some();
        let message = if verb && !methods.is_empty() {
            format!("{label} has no method \"{name}\"; it has {}", methods.join(", "))
        } else if let Some((below, has)) = self.one_step_on(name) {
            format!("{label} has no {}\"{name}\"; {below} has {has}", if verb { "method " } else { "" })
        } else if verb {
            format!("{label} has no method \"{name}\"")
        } else if let Some(meant) = suggest(name, names.iter().map(|one| one.name)) {
            format!("{label} has no \"{name}\", did you mean \"{meant}\"?")
        } else {
            format!("{label} has no \"{name}\"")
        };
        Missing { message, help: self.listed(&names) }
    }

    /// The message for calling a path that is not a function.
    #[must_use]
    pub fn not_a_function(&self) -> Missing {
        let message = format!("{} is not a function: no URI parameter follows in its path", self.label);
        Missing { message, help: self.listed(&self.names()) }
    }

    /// The properties of the definition, then those of the notebook.
    fn names(&self) -> Vec<PathName<'_>> {
        let own = self.own.iter().map(|name| PathName { name, written: name.clone(), is_method: false });
        self.path.names().chain(own).collect()
    }

    /// A call or extension after which the property exists: the JavaScript of the path there, and the property.
    fn one_step_on(&self, name: &str) -> Option<(String, String)> {
        let label = self.label;
        let functions = self.path.functions().iter();
        let called = functions
            .map(|function| (format!("{label}({})", placeholders(&function.parameters)), self.path.called(function)));
        let children = self.path.children();
        let extended = (!children.extension().is_empty()).then(|| {
            let way = match children.extension_names().next() {
                Some(value) => member(value),
                None => ".extension('json')".to_owned(),
            };
            (format!("{label}{way}"), self.path.extended())
        });
        for (below, path) in called.chain(extended) {
            let names: Vec<PathName<'_>> = path.names().collect();
            let methods = methods(&names);
            if Verb::callable(name).is_some() && !methods.is_empty() {
                return Some((below, methods.join(", ")));
            }
            if let Some(found) = names.iter().find(|one| one.name == name) {
                return Some((below, found.written.clone()));
            }
        }
        None
    }

    /// Lists the members to use instead; for a function without members, how to call it.
    fn listed(&self, names: &[PathName<'_>]) -> Option<String> {
        if let (true, Some(function)) = (names.is_empty(), self.path.functions().first()) {
            return Some(format!("Call it as a function: {}({}).", self.label, placeholders(&function.parameters)));
        }
        if names.is_empty() {
            return None;
        }
        let shown: Vec<&str> = names.iter().take(MAX_LISTED).map(|one| one.written.as_str()).collect();
        let more = names.len().saturating_sub(MAX_LISTED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        Some(format!("Use a member of {}: {}{more}.", self.label, shown.join(", ")))
    }
}

fn methods<'a>(names: &[PathName<'a>]) -> Vec<&'a str> {
    names.iter().filter(|one| one.is_method).map(|one| one.name).collect()
}

#[cfg(test)]
mod tests {
    use super::Owner;
    use crate::tests::client;
    use crate::walk::Step;

    #[test]
    fn messages_list_existing_names() {
        let client = client(
            "/users:\n  get:\n  head:\n  /{id}:\n    get:\n    put:\n    /groups:\n      get:\n\
             /people-search:\n  /{search-term}:\n    get:\n\
             /files{mediaTypeExtension}:\n  uriParameters: { mediaTypeExtension: { enum: [ .json ] } }\n  get:\n",
        );
        let of = |names: &[&str]| {
            let steps: Vec<Step<'_>> = names.iter().copied().map(Step::Property).collect();
            client.follow(&steps).unwrap()
        };
        let own = ["mine".to_owned()];
        let check = |label: &str, names: &[&str], name: &str, message: &str, help: &str| {
            let path = &of(names);
            let own = if path.functions().is_empty() { &own[..] } else { &[] };
            let missing = Owner { label, path, own }.missing(name);
            assert_eq!((missing.message.as_str(), missing.help.as_deref().unwrap_or_default()), (message, help));
        };
        let of_root = "Use a member of client: users, ['people-search'], files, mine.";
        check("client", &[], "user", "client has no \"user\", did you mean \"users\"?", of_root);
        check("client", &[], "tickets", "client has no \"tickets\"", of_root);
        check("client", &[], "get", "client has no method \"get\"", of_root);
        let of_users = "Use a member of c.users: get(), head(), id(id), mine.";
        check("c.users", &["users"], "post", "c.users has no method \"post\"; it has get, head", of_users);
        let of_id = "Call it as a function: c.users.id(id).";
        check(
            "c.users.id",
            &["users", "id"],
            "get",
            "c.users.id has no method \"get\"; c.users.id(id) has get, put",
            of_id,
        );
        check(
            "c.users.id",
            &["users", "id"],
            "groups",
            "c.users.id has no \"groups\"; c.users.id(id) has groups",
            of_id,
        );
        check(
            "c['people-search']",
            &["people-search"],
            "id",
            "c['people-search'] has no \"id\"",
            "Use a member of c['people-search']: ['search-term']('search-term'), mine.",
        );
        check(
            "c['people-search']['search-term']",
            &["people-search", "search-term"],
            "get",
            "c['people-search']['search-term'] has no method \"get\"; c['people-search']['search-term']('search-term') has get",
            "Call it as a function: c['people-search']['search-term']('search-term').",
        );
        check(
            "c.files",
            &["files"],
            "get",
            "c.files has no method \"get\"; c.files.json has get",
            "Use a member of c.files: json, extension(value), mine.",
        );
    }
}
