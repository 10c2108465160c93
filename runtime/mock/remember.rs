//! What each role does: lists, makes, reads, changes and deletes things in [`crate::memory`], and answers with them in
//! the shape of the declared example.

use serde_json::Value;

use crate::body::Sent;
use crate::exchange::{Origin, Reply};
use crate::ids::nth_after;
use crate::kind::Kind;
use crate::memory::{Full, Memory, Parent, Thing};
use crate::overlay::{Fields, adopt_types, overlay, replace_id_in_addresses, text_of, typed_like};
use crate::problem::problem;
use crate::role::Role;
use crate::routing::Found;
use crate::selection::select;
use crate::shape::{Shape, given};
use crate::site::{Operation, Site};

/// The last segments of a path to an item, or of an action on one, that are not what the item stands under.
const OWN_TAGS: usize = 1;

/// From this made-up id on, ids are plain numbers.
const LAST_LIKE_EXAMPLE: u64 = 1_000_000;

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

/// Answers a call by its role.
pub(crate) fn answer(call: &Call<'_>, memory: &mut Memory) -> Reply {
    let named = call.found.named();
    let own = if matches!(call.operation.role, Role::Item { .. } | Role::Action { .. }) { OWN_TAGS } else { 0 };
    let (parents, own) = named.split_at_checked(named.len().saturating_sub(own)).unwrap_or_default();
    if let Some(gone) = parents.iter().find(|parent| memory.is_deleted(&call.site().shelf(&parent.kind), &parent.id)) {
        return missing(gone);
    }
    let outcome = match (&call.operation.role, own.first()) {
        (Role::Listing { kind, shape }, _) => Ok(list(call, memory, kind, shape, parents)),
        (Role::Creation { kind, shape }, _) => create(call, memory, kind, shape.as_ref(), parents),
        (Role::Item { kind, shape }, Some(own)) => one(call, memory, kind, shape.as_ref(), parents, own),
        (Role::Action { kind, shape }, Some(own)) => act(call, memory, kind, shape, parents, own),
        (Role::Single { shape }, _) => single(call, memory, shape),
        _ => Ok(call.declared()),
    };
    outcome.unwrap_or_else(|Full| {
        problem(507, "the stand-in remembers as much as it may", Some("delete something, or start it anew".to_owned()))
    })
}

fn missing(named: &Parent) -> Reply {
    problem(404, &format!("there is no `{}` for `{{{}}}`: it was deleted", named.id, named.tag), None)
}

impl Call<'_> {
    fn site(&self) -> &Site {
        self.found.site
    }

    fn declared(&self) -> Reply {
        self.operation.answer.as_declared(self.found.extension(), self.accept)
    }

    fn example(&self) -> Value {
        self.operation.answer.json().cloned().unwrap_or(Value::Null)
    }

    /// Answers with `value`, in the media type that was asked for. Content that is no JSON stays as it is declared.
    fn with(&self, value: &Value, origin: Origin) -> Reply {
        let answer = &self.operation.answer;
        match answer.choose(self.found.extension(), self.accept) {
            Some(content) if content.is_json() => answer.with_value(Some(&content.media_type), value, origin),
            Some(_) => self.declared(),
            None => answer.with_value(None, value, origin),
        }
    }

    fn shelf(&self, kind: &str) -> String {
        self.site().shelf(kind)
    }

    fn kind(&self, name: &str) -> Option<&Kind> {
        self.site().kinds.get(name)
    }

    fn id_field(&self, kind: &str) -> &str {
        self.kind(kind).map_or("id", |kind| &kind.id_field)
    }

    /// What the request says of a thing, with a form's texts in the example's types.
    fn given(&self, kind: &str, key: Option<&str>, example: &Fields) -> Vec<Fields> {
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
fn list(call: &Call<'_>, memory: &Memory, kind: &str, shape: &Shape, parents: &[Parent]) -> Reply {
    let (shelf, id_field) = (call.shelf(kind), call.id_field(kind));
    if !call.operation.answer.is_declared() && !memory.was_touched(&shelf) {
        return call.declared();
    }
    let example = call.example();
    let examples = shape.items(&example);
    let model = examples.first().cloned().unwrap_or_default();
    let belongs = |thing: &&Thing| parents.iter().all(|parent| thing.parent(parent).as_ref() == Some(&parent.id));
    let mut items = Vec::new();
    let mut shown = Vec::new();
    let mut origin = call.operation.answer.origin();
    for item in examples {
        let id = item.get(id_field).and_then(text_of);
        match id.as_ref().map(|id| (id, memory.thing(&shelf, id))) {
            Some((id, None)) if memory.is_deleted(&shelf, id) => origin = Origin::Stored,
            Some((id, Some(thing))) => {
                let mut item = item;
                overlay(&mut item, &thing.fields);
                items.push(item);
                shown.push(id.clone());
                origin = Origin::Stored;
            }
            _ => {
                let mut item = item;
                adopt_parents(&mut item, &Fields::new(), parents);
                items.push(item);
            }
        }
    }
    for thing in memory.things(&shelf).filter(belongs).filter(|thing| !shown.contains(&thing.id)) {
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

fn create(
    call: &Call<'_>,
    memory: &mut Memory,
    kind: &str,
    shape: Option<&Shape>,
    parents: &[Parent],
) -> Result<Reply, Full> {
    // A method that declares no content answers as the kind's other methods show it.
    let model = call.kind(kind).and_then(|kind| kind.model.clone());
    let (shape, example) = match (shape, model) {
        (Some(shape), _) => (shape.clone(), call.example()),
        (None, Some((shape, answer))) => (shape, answer),
        (None, None) => (Shape::Item(None), Value::Null),
    };
    let item = shape.items(&example).into_iter().next().unwrap_or_default();
    let key = match &shape {
        Shape::List(key) | Shape::Item(key) => key.as_deref(),
        Shape::Opaque => None,
    };
    let mut all_given = call.given(kind, key, &item);
    if matches!(shape, Shape::Item(_)) && all_given.len() != 1 {
        all_given.truncate(0);
    }
    if all_given.is_empty() {
        all_given.push(Fields::new());
    }
    let mut made = Vec::new();
    for given in all_given {
        made.push(create_one(call, memory, kind, &item, given, parents)?);
    }
    let total = made.len();
    Ok(call.with(&shape.fill(&example, made, total), Origin::Created))
}

fn create_one(
    call: &Call<'_>,
    memory: &mut Memory,
    kind: &str,
    example: &Fields,
    mut given: Fields,
    parents: &[Parent],
) -> Result<Fields, Full> {
    let (shelf, id_field) = (call.shelf(kind), call.id_field(kind).to_owned());
    let known = call.kind(kind);
    let id_example = known.map_or(Value::Null, |kind| kind.id_example.clone());
    let is_taken = |memory: &Memory, id: &str| {
        memory.thing(&shelf, id).is_some() || known.is_some_and(|kind| kind.seeds.contains_key(id))
    };
    let wanted = given.get(&id_field).filter(|id| text_of(id).is_some_and(|id| !is_taken(memory, &id))).cloned();
    let id = match wanted {
        Some(id) => id,
        None => loop {
            let number = memory.next_number(&shelf);
            // An example at the end of its range has no ids after it.
            let id = nth_after(if number < LAST_LIKE_EXAMPLE { &id_example } else { &Value::Null }, number);
            if text_of(&id).is_some_and(|id| !is_taken(memory, &id) && !memory.is_deleted(&shelf, &id)) {
                break id;
            }
        },
    };
    given.insert(id_field.clone(), id.clone());
    let id_text = text_of(&id).unwrap_or_default();
    let mut fields = example.clone();
    if let Some(old) = example.get(&id_field).and_then(text_of) {
        replace_id_in_addresses(&mut fields, &old, &id_text);
    }
    overlay(&mut fields, &given);
    adopt_parents(&mut fields, &given, parents);
    let thing = Thing { id: id_text, fields: fields.clone(), given, parents: parents.to_vec() };
    memory.put(&shelf, thing)?;
    Ok(fields)
}

/// Fills the fields that say what a thing stands under, unless the client has filled them.
fn adopt_parents(fields: &mut Fields, given: &Fields, parents: &[Parent]) {
    for (name, value) in fields {
        let parent = parents.iter().rev().find(|parent| parent.is_named_by(name) && text_of(value).is_some());
        if let Some(parent) = parent.filter(|_| !given.contains_key(name)) {
            match typed_like(value, &parent.id) {
                Some(typed) => *value = typed,
                None if value.is_string() => *value = Value::String(parent.id.clone()),
                None => {}
            }
        }
    }
}

/// What is known of the thing at a path: the memory's, or else the example's under that id.
enum Known {
    Stored(Thing),
    /// Its id stands in the example.
    Example(String),
    Gone,
}

fn look_up(call: &Call<'_>, memory: &Memory, kind: &str, parents: &[Parent], own: &Parent) -> Known {
    let shelf = call.shelf(kind);
    let by_name = || memory.things(&shelf).find(|thing| Kind::is_called(kind, &thing.fields, &own.tag, &own.id));
    let found = match memory.thing(&shelf, &own.id) {
        None if memory.is_deleted(&shelf, &own.id) => return Known::Gone,
        found => found.or_else(by_name),
    };
    match found {
        Some(thing) if parents.iter().all(|parent| thing.parent(parent).is_none_or(|id| id == parent.id)) => {
            Known::Stored(thing.clone())
        }
        Some(_) => Known::Gone,
        None => Known::Example(own.id.clone()),
    }
}

/// The example of one thing, under another id.
fn example_of(call: &Call<'_>, kind: &str, mut item: Fields, id: &str, parents: &[Parent]) -> Fields {
    let id_field = call.id_field(kind);
    let old = item.get(id_field).cloned();
    let old_text = old.as_ref().and_then(text_of);
    if let Some(seed) = call.kind(kind).and_then(|kind| kind.seeds.get(id)).filter(|_| old_text.as_deref() != Some(id))
    {
        overlay(&mut item, seed);
    } else if let Some(old) = old {
        let new = typed_like(&old, id).or_else(|| old.is_string().then(|| Value::String(id.to_owned())));
        if let (Some(new), Some(old)) = (new, old_text) {
            replace_id_in_addresses(&mut item, &old, id);
            item.insert(id_field.to_owned(), new);
        }
    }
    adopt_parents(&mut item, &Fields::new(), parents);
    item
}

fn one(
    call: &Call<'_>,
    memory: &mut Memory,
    kind: &str,
    shape: Option<&Shape>,
    parents: &[Parent],
    own: &Parent,
) -> Result<Reply, Full> {
    let known = look_up(call, memory, kind, parents, own);
    match (call.method, known) {
        (_, Known::Gone) => Ok(missing(own)),
        ("GET" | "HEAD", known) => Ok(read(call, kind, shape, parents, known)),
        ("DELETE", known) => {
            let shelf = call.shelf(kind);
            if let Known::Stored(thing) = &known {
                memory.delete(&shelf, &thing.id)?;
            }
            memory.delete(&shelf, &own.id)?;
            let id = match &known {
                Known::Stored(thing) => &thing.id,
                _ => &own.id,
            };
            Ok(match shape.filter(|shape| shape.named().is_none_or(|named| named == kind)) {
                Some(shape @ Shape::Item(_)) => {
                    let item = shape.items(&call.example()).into_iter().next().unwrap_or_default();
                    let item = if item.is_empty() { item } else { example_of(call, kind, item, id, parents) };
                    call.with(&shape.fill(&call.example(), vec![item], 1), Origin::Deleted)
                }
                _ => call.declared().from(Origin::Deleted),
            })
        }
        (_, known) => change(call, memory, kind, shape, parents, known),
    }
}

fn read(call: &Call<'_>, kind: &str, shape: Option<&Shape>, parents: &[Parent], known: Known) -> Reply {
    let model = call.kind(kind).and_then(|kind| kind.model.clone());
    let (shape, example) = match (shape, model) {
        (Some(shape), _) => (shape.clone(), call.example()),
        (None, Some((shape, answer))) if matches!(known, Known::Stored(_)) && !call.operation.answer.is_declared() => {
            (shape, answer)
        }
        (None, _) if call.operation.answer.is_declared() => return call.declared(),
        (None, _) => (Shape::Item(None), Value::Null),
    };
    if shape.named().is_some_and(|named| named != kind) {
        return call.declared();
    }
    let mut item = shape.items(&example).into_iter().next().unwrap_or_default();
    match known {
        Known::Stored(thing) => {
            overlay(&mut item, &thing.fields);
            call.with(&shape.fill(&example, vec![item], 1), Origin::Stored)
        }
        Known::Example(id) if !item.is_empty() => {
            let item = example_of(call, kind, item, &id, parents);
            call.with(&shape.fill(&example, vec![item], 1), call.operation.answer.origin())
        }
        Known::Example(_) | Known::Gone => call.declared(),
    }
}

/// PUT, PATCH and POST on one thing: what is sent is laid over it.
fn change(
    call: &Call<'_>,
    memory: &mut Memory,
    kind: &str,
    shape: Option<&Shape>,
    parents: &[Parent],
    known: Known,
) -> Result<Reply, Full> {
    let model = call.kind(kind).and_then(|kind| kind.model.clone());
    let own_shape = shape.filter(|shape| shape.named().is_none_or(|named| named == kind));
    let (base_shape, base) = match (own_shape, model) {
        (Some(shape @ Shape::Item(_)), _) => (shape.clone(), call.example()),
        (_, Some((shape, answer))) => (shape, answer),
        (_, None) => (Shape::Item(None), Value::Null),
    };
    let example = base_shape.items(&base).into_iter().next().unwrap_or_default();
    let mut thing = known_thing(call, kind, known, parents, &example);
    let key = match &base_shape {
        Shape::Item(key) | Shape::List(key) => key.as_deref(),
        Shape::Opaque => None,
    };
    let mut given = call.given(kind, key, &thing.fields).into_iter().next().unwrap_or_default();
    given.remove(call.id_field(kind));
    overlay(&mut thing.fields, &given);
    overlay(&mut thing.given, &given);
    let mut item = example;
    overlay(&mut item, &thing.fields);
    memory.put(&call.shelf(kind), thing)?;
    if own_shape.is_some() || !call.operation.answer.is_declared() {
        return Ok(call.with(&base_shape.fill(&base, vec![item], 1), Origin::Stored));
    }
    Ok(call.declared())
}

fn known_thing(call: &Call<'_>, kind: &str, known: Known, parents: &[Parent], example: &Fields) -> Thing {
    let id = match known {
        Known::Stored(thing) => return thing,
        Known::Example(id) => id,
        Known::Gone => String::new(),
    };
    let mut fields = example_of(call, kind, example.clone(), &id, parents);
    let id_field = call.id_field(kind);
    if !fields.contains_key(id_field) {
        fields.insert(id_field.to_owned(), Value::String(id.clone()));
    }
    Thing { id, fields, given: Fields::new(), parents: parents.to_vec() }
}

/// An action below a thing: its example says what becomes of the thing, but for what the client said of it.
fn act(
    call: &Call<'_>,
    memory: &mut Memory,
    kind: &str,
    shape: &Shape,
    parents: &[Parent],
    own: &Parent,
) -> Result<Reply, Full> {
    let example = call.example();
    let item = shape.items(&example).into_iter().next().unwrap_or_default();
    let known = match look_up(call, memory, kind, parents, own) {
        Known::Gone => return Ok(missing(own)),
        Known::Example(_) if matches!(call.method, "GET" | "HEAD") => {
            let item = example_of(call, kind, item, &own.id, parents);
            return Ok(call.with(&shape.fill(&example, vec![item], 1), call.operation.answer.origin()));
        }
        known => known,
    };
    let mut thing = known_thing(call, kind, known, parents, &item);
    let id_field = call.id_field(kind);
    let id = thing.fields.get(id_field).cloned();
    let old = item.get(id_field).and_then(text_of).unwrap_or_default();
    let mut after = item;
    replace_id_in_addresses(&mut after, &old, &thing.id);
    adopt_parents(&mut after, &thing.given, parents);
    overlay(&mut after, &thing.given);
    if let Some(id) = id {
        after.insert(id_field.to_owned(), id);
    }
    overlay(&mut thing.fields, &after);
    let fields = thing.fields.clone();
    if !matches!(call.method, "GET" | "HEAD") {
        memory.put(&call.shelf(kind), thing)?;
    }
    Ok(call.with(&shape.fill(&example, vec![fields], 1), Origin::Stored))
}

/// The only thing at a path: settings, a profile.
fn single(call: &Call<'_>, memory: &mut Memory, shape: &Shape) -> Result<Reply, Full> {
    let shelf = call.shelf("/single");
    let id = call.found.concrete();
    let example = call.example();
    let mut item = shape.items(&example).into_iter().next().unwrap_or_default();
    let stored = memory.thing(&shelf, &id);
    if matches!(call.method, "GET" | "HEAD") {
        let Some(thing) = stored else { return Ok(call.declared()) };
        overlay(&mut item, &thing.fields);
        return Ok(call.with(&shape.fill(&example, vec![item], 1), Origin::Stored));
    }
    let mut thing = stored.cloned().unwrap_or_else(|| Thing { id, ..Thing::default() });
    let Shape::Item(key) = shape else { return Ok(call.declared()) };
    let kind = shape.named().unwrap_or_default();
    let Some(given) = call.given(&kind, key.as_deref(), &item).into_iter().next() else { return Ok(call.declared()) };
    overlay(&mut thing.fields, &given);
    overlay(&mut item, &thing.fields);
    memory.put(&shelf, thing)?;
    Ok(call.with(&shape.fill(&example, vec![item], 1), Origin::Stored))
}
