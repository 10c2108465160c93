//! What a call means to memory, by its role; and listings, and things that are alone at their path. What POST makes is
//! [`crate::creation`]'s, the one thing that a path names is [`crate::item`]'s.

use serde_json::Value;

use crate::body::Sent;
use crate::creation::create;
use crate::exchange::{Origin, Reply};
use crate::item;
use crate::kind::{Evidence, Kind};
use crate::memory::{Full, Memory, Thing};
use crate::overlay::{Fields, adopt_types, overlay, text_of};
use crate::parent::{Parent, adopt};
use crate::problem::problem;
use crate::role::Role;
use crate::routing::Found;
use crate::selection::select;
use crate::shape::{Shape, given};
use crate::site::Operation;

/// A request that found its operation.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) found: &'a Found<'a>,
    pub(crate) operation: &'a Operation,
    pub(crate) method: &'a str,
    pub(crate) accept: Option<&'a str>,
    pub(crate) query: &'a [(String, String)],
    pub(crate) sent: &'a Sent,
}

/// Where the things are that a call is about.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    /// The stem of their kind.
    pub(crate) kind: &'a str,
    /// What is known of the kind.
    pub(crate) known: &'a Kind,
    pub(crate) shelf: String,
    /// What the path says they stand under.
    pub(crate) parents: &'a [Parent],
}

/// Answers a call by its role.
pub(crate) fn answer(call: &Call<'_>, memory: &mut Memory) -> Reply {
    let named = call.found.named();
    // The last tag of a path to an item names the item itself.
    let own = usize::from(matches!(call.role(), Role::Item { .. } | Role::Action { .. }));
    let (parents, own) = named.split_at_checked(named.len().saturating_sub(own)).unwrap_or_default();
    for (depth, parent) in parents.iter().enumerate() {
        let above = parents.get(..depth).unwrap_or_default();
        if memory.is_deleted(&call.found.site.shelf(&parent.kind), &parent.id, above) {
            return missing(parent);
        }
    }
    let nothing_known = Kind::of("", Evidence::default());
    let place =
        |kind: &'_ str| (call.found.site.shelf(kind), call.found.site.senses().kind(kind).unwrap_or(&nothing_known));
    let outcome = match (call.role(), own.first()) {
        (Role::Listing { kind, shape }, _) => {
            let (shelf, known) = place(kind);
            Ok(list(call, memory, &Place { kind, known, shelf, parents }, shape))
        }
        (Role::Creation { kind, shape }, _) => {
            let (shelf, known) = place(kind);
            create(call, memory, &Place { kind, known, shelf, parents }, shape.as_ref())
        }
        (Role::Item { kind, shape }, Some(own)) => {
            let (shelf, known) = place(kind);
            item::answer(call, memory, &Place { kind, known, shelf, parents }, shape.as_ref(), own)
        }
        (Role::Action { kind, shape }, Some(own)) => {
            let (shelf, known) = place(kind);
            item::act(call, memory, &Place { kind, known, shelf, parents }, shape, own)
        }
        (Role::Single { shape }, _) => single(call, memory, shape),
        _ => Ok(call.declared()),
    };
    outcome.unwrap_or_else(|Full| {
        problem(507, "the stand-in remembers as much as it may", Some("delete something, or start it anew".to_owned()))
    })
}

/// The reply for a thing that was deleted.
pub(crate) fn missing(named: &Parent) -> Reply {
    problem(404, &format!("there is no `{}` for `{{{}}}`: it was deleted", named.id, named.tag), None)
}

impl Call<'_> {
    fn role(&self) -> &Role {
        self.found.site.senses().role(self.found.endpoint, self.operation)
    }

    /// The answer as the definition shows it.
    pub(crate) fn declared(&self) -> Reply {
        self.operation.answer.as_declared(self.found.extension(), self.accept)
    }

    /// The declared content; null where there is none that memory can work with.
    pub(crate) fn example(&self) -> Value {
        self.operation.answer.json().cloned().unwrap_or(Value::Null)
    }

    /// Answers with `value`, in the media type that was asked for. Content that is no JSON stays as it is declared.
    pub(crate) fn with(&self, value: &Value, origin: Origin) -> Reply {
        let answer = &self.operation.answer;
        match answer.choose(self.found.extension(), self.accept) {
            Some(content) if content.is_json() => answer.with_value(Some(&content.media_type), value, origin),
            Some(_) => self.declared(),
            None => answer.with_value(None, value, origin),
        }
    }

    /// What the request says of things of a kind that come in the envelope `key`, with a form's texts in the types of
    /// `example`.
    pub(crate) fn given(&self, kind: &str, key: Option<&str>, example: &Fields) -> Vec<Fields> {
        match self.sent {
            Sent::Nothing => Vec::new(),
            Sent::Value(value) => given(value, kind, key),
            Sent::Form(fields) => {
                let mut fields = fields.clone();
                adopt_types(&mut fields, example);
                vec![fields]
            }
        }
    }
}

/// The example's things, as the memory has them, and those that were made under the same parents.
fn list(call: &Call<'_>, memory: &Memory, place: &Place<'_>, shape: &Shape) -> Reply {
    if !call.operation.answer.is_declared() && !memory.was_touched(&place.shelf) {
        return call.declared();
    }
    let example = call.example();
    let examples = shape.items(&example);
    let model = examples.first().cloned().unwrap_or_default();
    let mut items = Vec::new();
    let mut shown = Vec::new();
    let mut origin = call.operation.answer.origin();
    for mut item in examples {
        let id = item.get(&place.known.id_field).and_then(text_of).unwrap_or_default();
        adopt(&mut item, &Fields::new(), place.parents);
        if let Some(thing) = memory.thing(&place.shelf, &id, place.parents) {
            overlay(&mut item, &thing.fields);
            shown.push(id);
            origin = Origin::Stored;
        } else if memory.is_deleted(&place.shelf, &id, place.parents) {
            origin = Origin::Stored;
            continue;
        }
        items.push(item);
    }
    let belongs = |thing: &&Thing| place.parents.iter().all(|parent| thing.parent(parent).as_ref() == Some(&parent.id));
    for thing in memory.things(&place.shelf).filter(belongs).filter(|thing| !shown.contains(&thing.id)) {
        let mut item = model.clone();
        overlay(&mut item, &thing.fields);
        items.push(item);
        origin = Origin::Stored;
    }
    let all = items.len();
    let selection = select(items, call.query);
    if origin != Origin::Stored && selection.items.len() == all {
        // Nobody touched it: the example's counts stand, too.
        let count = shape.count(&example).unwrap_or(all);
        return call.with(&shape.fill(&example, selection.items, count), origin);
    }
    call.with(&shape.fill(&example, selection.items, selection.total), Origin::Stored)
}

/// The only thing at a path: settings, a profile.
fn single(call: &Call<'_>, memory: &mut Memory, shape: &Shape) -> Result<Reply, Full> {
    let shelf = call.found.site.shelf("/single");
    let id = call.found.concrete();
    let example = call.example();
    let mut item = shape.first(&example);
    let stored = memory.thing(&shelf, &id, &[]);
    if matches!(call.method, "GET" | "HEAD") {
        let Some(thing) = stored else { return Ok(call.declared()) };
        overlay(&mut item, &thing.fields);
        return Ok(call.with(&shape.fill(&example, vec![item], 1), Origin::Stored));
    }
    let mut thing = stored.cloned().unwrap_or_else(|| Thing { id, ..Thing::default() });
    let kind = shape.named().unwrap_or_default();
    let Some(given) = call.given(&kind, shape.key(), &item).into_iter().next() else { return Ok(call.declared()) };
    overlay(&mut thing.fields, &given);
    overlay(&mut item, &thing.fields);
    memory.put(&shelf, thing)?;
    Ok(call.with(&shape.fill(&example, vec![item], 1), Origin::Stored))
}
