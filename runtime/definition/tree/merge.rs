//! Merges one node into another. The target takes precedence: its scalars win, its maps get the missing keys, and its
//! lists of names get the missing names. Unchanged nodes are shared, not copied.
//!
//! A language defines exceptions for some of its keys by [`MergeRules`].

use std::collections::HashMap;
use std::rc::Rc;

use crate::tree::budget::Budget;
use crate::tree::node::{Entry, Node, NodeKind, NodeLocation};

/// Keys whose values are data and are never merged.
pub(crate) const WHOLE: [&str; 4] = ["example", "schema", "default", "content"];
/// Keys whose values are lists of names, which are joined.
const JOINED: [&str; 4] = ["is", "securedBy", "protocols", "enum"];

/// Which keys are merged, and how.
pub(crate) trait MergeRules: Copy {
    /// Whether the value of `key` is never merged, whatever its kind. `parent` is the key above.
    fn is_whole(self, _parent: &str, key: &str) -> bool {
        WHOLE.contains(&key)
    }

    /// Whether a key that ends in `?` applies only if the target has the key.
    fn has_optional_keys(self) -> bool {
        false
    }

    /// Whether the keys below `parent` are names, where `name` and `name?` are the same name.
    fn has_optional_names(self, _parent: &str) -> bool {
        false
    }

    /// Rewrites `node` to a form that can be merged with `other`, a value at the same keys.
    fn expand(self, node: &Rc<Node>, _other: &Node, _parent: &str, _key: &str) -> Rc<Node> {
        Rc::clone(node)
    }
}

/// The rules for the values of a repeated key.
#[derive(Clone, Copy)]
struct Repeated;

impl MergeRules for Repeated {}

/// Merges `source` into `target`; `target` takes precedence.
pub(crate) fn completed<B: Budget, R: MergeRules>(
    budget: &mut B,
    rules: R,
    target: &Rc<Node>,
    source: &Rc<Node>,
) -> Rc<Node> {
    value(budget, ("", ""), target, source, rules)
}

/// Merges two values of a repeated key; `over` takes precedence.
pub(crate) fn laid_over<B: Budget>(budget: &mut B, over: &Rc<Node>, under: &Rc<Node>) -> Rc<Node> {
    value(budget, ("", ""), over, under, Repeated)
}

/// `keys`: the key above both values, then the key of both values.
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
        (NodeKind::Null, _) if rules.has_optional_keys() => without_optional(budget, &source),
        (NodeKind::Null, _) => source,
        (NodeKind::Mapping(own), NodeKind::Mapping(more)) if !rules.is_whole(parent, key) => {
            map(budget, (key, target.location), own, more, rules).unwrap_or(target)
        }
        (NodeKind::Sequence(own), NodeKind::Sequence(more)) if JOINED.contains(&key) => {
            // Compares each item of one list with each item of the other.
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

/// `None` if `more` adds nothing.
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
                // The merged entries start with the target's own entries, at the same indexes.
                if is_changed && let Some(changed) = merged.get_or_insert_with(|| own.to_vec()).get_mut(at) {
                    // A template may have both `get` and `get?`: the second one is merged into the result of the first.
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

/// Removes the optional keys of a node that is added where the target has no value.
fn without_optional<B: Budget>(budget: &mut B, node: &Rc<Node>) -> Rc<Node> {
    if !node.optional || !budget.spend_nodes(1, node.location) {
        return Rc::clone(node);
    }
    match &node.kind {
        NodeKind::Mapping(entries) => {
            let kept = entries.iter().filter(|entry| !entry.key.ends_with('?')).map(|entry| {
                let whole = WHOLE.contains(&&*entry.key);
                let value = if whole { Rc::clone(&entry.value) } else { without_optional(budget, &entry.value) };
                Entry { value, ..entry.clone() }
            });
            Node::mapping(node.location, kept.collect())
        }
        NodeKind::Sequence(items) => {
            Node::sequence(node.location, items.iter().map(|item| without_optional(budget, item)).collect())
        }
        _ => Rc::clone(node),
    }
}

fn same_text(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (NodeKind::Null, NodeKind::Null) => true,
        (NodeKind::Scalar { .. }, NodeKind::Scalar { .. }) => a.as_str() == b.as_str(),
        // `oauth: { scopes: [a] }` and `oauth: { scopes: [b] }`: the target takes precedence.
        (NodeKind::Mapping(a), NodeKind::Mapping(b)) => {
            a.first().map(|entry| &entry.key) == b.first().map(|entry| &entry.key)
        }
        _ => false,
    }
}
