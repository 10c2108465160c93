//! Completes one node by another: what the target says holds. Its texts win, its maps are completed key by key, its lists
//! of names grow by what they lack. Nothing is copied that does not change.
//!
//! A language says by its [`MergeRules`] which of its keys are treated otherwise.

use std::collections::HashMap;
use std::rc::Rc;

use crate::tree::budget::Budget;
use crate::tree::node::{Entry, Kind, Node, NodeLocation};

/// Values of these keys are data, which is taken whole.
pub(crate) const WHOLE: [&str; 4] = ["example", "schema", "default", "content"];
/// Lists of these keys are lists of names, which are joined.
const JOINED: [&str; 4] = ["is", "securedBy", "protocols", "enum"];

/// Which keys are merged, and how.
pub(crate) trait MergeRules: Copy {
    /// Whether the value of `key` is taken whole, whatever its kind. `parent` is the key above.
    fn is_whole(self, _parent: &str, key: &str) -> bool {
        WHOLE.contains(&key)
    }

    /// Whether a key that ends in `?` applies only where the target has it already.
    fn has_optional_keys(self) -> bool {
        false
    }

    /// Whether the keys below `parent` are names of which `name` and `name?` are the same.
    fn has_optional_names(self, _parent: &str) -> bool {
        false
    }

    /// `node` in the form in which it can be merged with `other`, which has the same keys above it.
    fn expand(self, node: &Rc<Node>, _other: &Node, _parent: &str, _key: &str) -> Rc<Node> {
        Rc::clone(node)
    }
}

/// The rules for two values of one repeated key.
#[derive(Clone, Copy)]
struct Repeated;

impl MergeRules for Repeated {}

/// `target`, completed by `source`.
pub(crate) fn completed<B: Budget, R: MergeRules>(
    budget: &mut B,
    rules: R,
    target: &Rc<Node>,
    source: &Rc<Node>,
) -> Rc<Node> {
    value(budget, ("", ""), target, source, rules)
}

/// Two values of one key: `over` completed by `under`.
pub(crate) fn laid_over<B: Budget>(budget: &mut B, over: &Rc<Node>, under: &Rc<Node>) -> Rc<Node> {
    value(budget, ("", ""), over, under, Repeated)
}

/// `keys`: the key that both are the value of, and before it the one above.
fn value<B: Budget, R: MergeRules>(
    budget: &mut B,
    keys: (&str, &str),
    target: &Rc<Node>,
    source: &Rc<Node>,
    rules: R,
) -> Rc<Node> {
    let (parent, key) = keys;
    let (target, source) = match target.is_null() {
        true => (Rc::clone(target), Rc::clone(source)),
        false => (rules.expand(target, source, parent, key), rules.expand(source, target, parent, key)),
    };
    match (&target.kind, &source.kind) {
        (Kind::Null, _) if rules.has_optional_keys() => without_optional(budget, &source),
        (Kind::Null, _) => source,
        (Kind::Mapping(own), Kind::Mapping(more)) if !rules.is_whole(parent, key) => {
            map(budget, (key, target.location), own, more, rules).unwrap_or(target)
        }
        (Kind::Sequence(own), Kind::Sequence(more)) if JOINED.contains(&key) => {
            // Each item of one list is compared with each of the other.
            if !budget.spend_nodes(own.len() * more.len() / 64, target.location) {
                return target;
            }
            let missing: Vec<_> = more.iter().filter(|item| !own.iter().any(|known| same_text(known, item))).collect();
            if missing.is_empty() || !budget.spend_nodes(own.len() + missing.len(), target.location) {
                return target;
            }
            Node::sequence(target.location, own.iter().chain(missing).map(Rc::clone).collect())
        }
        _ => target,
    }
}

/// None when `more` adds nothing.
fn map<B: Budget, R: MergeRules>(
    budget: &mut B,
    (parent, location): (&str, NodeLocation),
    own: &[Entry],
    more: &[Entry],
    rules: R,
) -> Option<Rc<Node>> {
    if !budget.spend_nodes(more.len(), location) {
        return None;
    }
    let has_marks = rules.has_optional_names(parent);
    let plain = |key: &str| -> usize { if has_marks { key.trim_end_matches('?').len() } else { key.len() } };
    let name = |entry: &'_ Entry| -> String { entry.key.get(..plain(&entry.key)).unwrap_or_default().to_owned() };
    let index: HashMap<String, usize> = match own.len() * more.len() > 64 {
        true => own.iter().enumerate().map(|(at, entry)| (name(entry), at)).collect(),
        false => HashMap::new(),
    };
    let find = |key: &str| match index.is_empty() {
        true => own.iter().position(|entry| entry.key.get(..plain(&entry.key)) == Some(key)),
        false => index.get(key).copied(),
    };
    let mut merged: Option<Vec<Entry>> = None;
    for entry in more {
        let optional = entry.key.strip_suffix('?').filter(|_| rules.has_optional_keys());
        let key = optional.or(entry.key.get(..plain(&entry.key))).unwrap_or(&entry.key);
        match find(key).and_then(|at| Some((at, own.get(at)?))) {
            Some((at, known)) => {
                let value = value(budget, (parent, key), &known.value, &entry.value, rules);
                let is_changed = !Rc::ptr_eq(&value, &known.value);
                // The first of the merged entries are the own ones.
                if is_changed && let Some(changed) = merged.get_or_insert_with(|| own.to_vec()).get_mut(at) {
                    // A template may have both `get` and `get?`: the second completes what the first made.
                    changed.value = match Rc::ptr_eq(&changed.value, &known.value) {
                        true => value,
                        false => laid_over(budget, &changed.value, &value),
                    };
                }
            }
            None if optional.is_some() => {}
            None => {
                let value = match rules.has_optional_keys() {
                    true => without_optional(budget, &entry.value),
                    false => Rc::clone(&entry.value),
                };
                let merged = merged.get_or_insert_with(|| own.to_vec());
                merged.push(Entry { value, ..entry.clone() });
            }
        }
    }
    let merged = merged?;
    budget.spend_nodes(merged.len(), location);
    Some(Node::mapping(location, merged))
}

/// A part that goes where nothing is, without its optional keys.
fn without_optional<B: Budget>(budget: &mut B, node: &Rc<Node>) -> Rc<Node> {
    if !node.optional || !budget.spend_nodes(1, node.location) {
        return Rc::clone(node);
    }
    match &node.kind {
        Kind::Mapping(entries) => {
            let kept = entries.iter().filter(|entry| !entry.key.ends_with('?')).map(|entry| {
                let whole = WHOLE.contains(&&*entry.key);
                let value = if whole { Rc::clone(&entry.value) } else { without_optional(budget, &entry.value) };
                Entry { value, ..entry.clone() }
            });
            Node::mapping(node.location, kept.collect())
        }
        Kind::Sequence(items) => {
            Node::sequence(node.location, items.iter().map(|item| without_optional(budget, item)).collect())
        }
        _ => Rc::clone(node),
    }
}

fn same_text(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Null, Kind::Null) => true,
        (Kind::Scalar { .. }, Kind::Scalar { .. }) => a.as_str() == b.as_str(),
        // `oauth: { scopes: [a] }` and `oauth: { scopes: [b] }`: the target's choice holds.
        (Kind::Mapping(a), Kind::Mapping(b)) => a.first().map(|entry| &entry.key) == b.first().map(|entry| &entry.key),
        _ => false,
    }
}
