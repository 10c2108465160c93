//! The kinds of things that an API has: a resource for all of them and one for each, `/todos` and `/todos/{id}`.

use std::collections::{HashMap, HashSet};

use apinb_client::segment::{access, segments};
use apinb_definition::model::{Definition, EXTENSION_PARAMETER, Resource};
use apinb_definition::overview::resources_by_index;
use apinb_text::web::uri;
use apinb_text::web::verb::Verb;

/// A method, with the way to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct MethodAt {
    /// The resource, as indices from the root.
    pub(super) resource: Vec<u32>,
    pub(super) index: u32,
}

/// A kind of things.
#[derive(Clone, Debug)]
pub(super) struct Kind {
    /// The path of all of them, `/users/{userId}/todos`, without extensions.
    pub(super) path: String,
    /// The last segment of `path` that is not a parameter: `todos`.
    pub(super) noun: String,
    /// The path of one of them, `/users/{userId}/todos/{id}`, and its last parameter.
    pub(super) item: Option<(String, String)>,
    pub(super) create: Option<MethodAt>,
    pub(super) list: Option<MethodAt>,
    pub(super) read: Option<MethodAt>,
    pub(super) change: Option<MethodAt>,
    pub(super) delete: Option<MethodAt>,
}

impl Kind {
    /// The methods that the notebook calls.
    pub(super) fn methods(&self) -> impl Iterator<Item = &MethodAt> {
        [&self.create, &self.list, &self.read, &self.change, &self.delete].into_iter().flatten()
    }
}

/// The kinds of a definition in its order, and its other methods as `GET /path`.
pub(super) fn kinds(definition: &Definition) -> (Vec<Kind>, Vec<String>) {
    let resources = resources_by_index(definition);
    // Declarations of one path are one resource.
    let mut by_path: HashMap<String, Vec<(&Vec<u32>, &Resource)>> = HashMap::new();
    let mut order: Vec<String> = Vec::new();
    for (path, indices, resource) in &resources {
        let path = plain(path);
        if !by_path.contains_key(&path) {
            order.push(path.clone());
        }
        by_path.entry(path).or_default().push((indices, resource));
    }
    let method = |path: &str, verb: Verb| {
        by_path.get(path)?.iter().find_map(|(indices, resource)| {
            let index = resource.methods.iter().position(|method| method.verb == verb && !method.deprecated)?;
            Some(MethodAt { resource: (*indices).clone(), index: u32::try_from(index).ok()? })
        })
    };
    // The path of one thing, by that of all of them: that with the most methods.
    let mut items: HashMap<String, (String, String)> = HashMap::new();
    for path in &order {
        let Some((above, parameter)) = item_of(path) else { continue };
        let methods =
            |path: &str| by_path.get(path).map_or(0, |all| all.iter().map(|(_, one)| one.methods.len()).sum());
        let better = items.get(above).is_none_or(|(known, _)| methods(path) > methods(known));
        if better {
            items.insert(above.to_owned(), (path.clone(), parameter.to_owned()));
        }
    }
    let mut kinds: Vec<Kind> = Vec::new();
    let mut seen: HashSet<&str> = HashSet::new();
    for path in &order {
        let base = match item_of(path) {
            Some((above, _)) if items.get(above).is_some_and(|(item, _)| item == path) => above,
            Some(_) => continue,
            None => path.as_str(),
        };
        if !seen.insert(base) {
            continue;
        }
        let item = items.get(base).cloned();
        let of_item = |verb| method(&item.as_ref()?.0, verb);
        let list = method(base, Verb::Get);
        // A POST without anything to read is an action.
        let create = method(base, Verb::Post).filter(|_| item.is_some());
        let read = of_item(Verb::Get);
        let change = of_item(Verb::Patch).or_else(|| of_item(Verb::Put)).filter(|_| create.is_some());
        let delete = of_item(Verb::Delete).filter(|_| create.is_some());
        if create.is_none() && list.is_none() && read.is_none() {
            continue;
        }
        let noun = segments(base).filter(|segment| access(segment).parameters.is_empty()).last().unwrap_or_default();
        kinds.push(Kind { path: base.to_owned(), noun: noun.to_owned(), item, create, list, read, change, delete });
    }
    let used: HashSet<MethodAt> = kinds.iter().flat_map(Kind::methods).cloned().collect();
    let mut others = Vec::new();
    for (path, indices, resource) in &resources {
        for (index, own) in (0..).zip(&resource.methods) {
            if !used.contains(&MethodAt { resource: indices.clone(), index }) {
                others.push(format!("{} {path}", own.verb.method()));
            }
        }
    }
    (kinds, others)
}

/// A path without extensions and without a slash at its end.
pub(super) fn plain(path: &str) -> String {
    let mut plain = String::new();
    for segment in segments(path) {
        let segment = segment.strip_suffix(&format!("{{{EXTENSION_PARAMETER}}}")).unwrap_or(segment);
        if !segment.is_empty() {
            plain.push('/');
            plain.push_str(segment);
        }
    }
    plain
}

/// The path above the last segment, and the parameter that is that segment.
fn item_of(path: &str) -> Option<(&str, &str)> {
    let (above, last) = path.rsplit_once('/')?;
    let mut parameters = uri::parameters(last);
    let only = parameters.next()?;
    let is_whole = last.len() == only.len() + 2 && parameters.next().is_none();
    (is_whole && !above.is_empty()).then_some((above, only))
}
