//! The one thing that a path names: read, changed, deleted, or acted upon.

use serde_json::Value;

use crate::exchange::{Origin, Reply};
use crate::kind::Calling;
use crate::memory::{Full, Memory, Thing};
use crate::overlay::{Fields, overlay, replace_id_in_addresses, text_of, typed_like};
use crate::parent::{Parent, adopt};
use crate::remember::{Call, Place, missing};
use crate::shape::Shape;

/// What is known of the thing at a path.
enum Known {
    /// The memory's.
    Stored(Thing),
    /// The example's, under this id.
    Example(String),
    /// It was deleted, or stands under others.
    Gone,
}

/// Answers a call to the path of one thing.
///
/// # Errors
/// When memory is full.
pub(crate) fn answer(
    call: &Call<'_>,
    memory: &mut Memory,
    place: &Place<'_>,
    shape: Option<&Shape>,
    own: &Parent,
) -> Result<Reply, Full> {
    // An answer that shows another kind stays as it is declared.
    let own_shape = shape.filter(|shape| shape.named().is_none_or(|named| named == place.kind));
    match (call.method, look_up(memory, place, own)) {
        // Where no POST makes things of the kind, a PUT does, also again.
        ("PUT", Known::Gone) if !place.known.is_posted => {
            change(call, memory, place, own_shape, Known::Example(own.id.clone()))
        }
        (_, Known::Gone) => Ok(missing(own)),
        ("GET" | "HEAD", known) => Ok(read(call, place, own_shape, known)),
        ("DELETE", known) => delete(call, memory, place, own_shape, &known, own),
        (_, known) => change(call, memory, place, own_shape, known),
    }
}

fn look_up(memory: &Memory, place: &Place<'_>, own: &Parent) -> Known {
    let shelf = &place.shelf;
    if let Some(thing) = memory.thing(shelf, &own.id, place.parents) {
        return Known::Stored(thing.clone());
    }
    let is_elsewhere = memory.with_id(shelf, &own.id).any(|thing| !thing.is_adopted);
    if is_elsewhere || memory.is_deleted(shelf, &own.id, place.parents) {
        return Known::Gone;
    }
    let Some(calling) = Calling::of(place.kind, &own.tag, &own.id) else { return Known::Example(own.id.clone()) };
    let mut called = memory.things(shelf).filter(|thing| calling.means(&thing.fields)).peekable();
    let is_elsewhere = called.peek().is_some_and(|thing| !thing.is_adopted);
    match called.find(|thing| thing.fits(place.parents)) {
        Some(thing) => Known::Stored(thing.clone()),
        None if is_elsewhere => Known::Gone,
        None => Known::Example(own.id.clone()),
    }
}

impl Place<'_> {
    /// The example of one thing, under another id.
    fn example_of(&self, mut item: Fields, id: &str) -> Fields {
        let id_field = &self.known.id_field;
        let old = item.get(id_field).cloned();
        let old_text = old.as_ref().and_then(text_of);
        if let Some(seed) = self.known.seeds.get(id).filter(|_| old_text.as_deref() != Some(id)) {
            overlay(&mut item, seed);
        } else if let (Some(old), Some(old_text)) = (old, old_text)
            && let Some(new) = typed_like(&old, id).or_else(|| old.is_string().then(|| id.into()))
        {
            replace_id_in_addresses(&mut item, &old_text, id);
            item.insert(id_field.clone(), new);
        }
        adopt(&mut item, &Fields::new(), self.parents);
        item
    }

    /// The thing that memory has, or one made from the example.
    fn thing(&self, known: Known, example: &Fields) -> Thing {
        let id = match known {
            Known::Stored(thing) => return thing,
            Known::Example(id) => id,
            Known::Gone => String::new(),
        };
        let mut fields = self.example_of(example.clone(), &id);
        if !fields.contains_key(&self.known.id_field) {
            let typed = typed_like(&self.known.id_example, &id).unwrap_or_else(|| id.clone().into());
            fields.insert(self.known.id_field.clone(), typed);
        }
        Thing { id, fields, parents: self.parents.to_vec(), is_adopted: true, ..Thing::default() }
    }
}

fn read(call: &Call<'_>, place: &Place<'_>, shape: Option<&Shape>, known: Known) -> Reply {
    let is_declared = call.operation.answer.is_declared();
    let (shape, example) = match (shape, &place.known.model) {
        (Some(shape), _) => (shape.clone(), call.example()),
        (None, Some(model)) if !is_declared => model.clone(),
        (None, _) if is_declared => return call.declared(),
        (None, _) => (Shape::Item(None), Value::Null),
    };
    let mut item = shape.first(&example);
    match known {
        Known::Stored(thing) => {
            overlay(&mut item, &thing.fields);
            call.with(&shape.fill(&example, vec![item], 1), Origin::Stored)
        }
        Known::Example(id) if is_declared && !item.is_empty() => {
            let item = place.example_of(item, &id);
            call.with(&shape.fill(&example, vec![item], 1), call.operation.answer.origin())
        }
        Known::Example(_) | Known::Gone => call.declared(),
    }
}

fn delete(
    call: &Call<'_>,
    memory: &mut Memory,
    place: &Place<'_>,
    shape: Option<&Shape>,
    known: &Known,
    own: &Parent,
) -> Result<Reply, Full> {
    let mut id = own.id.as_str();
    if let Known::Stored(thing) = known {
        memory.take(&place.shelf, thing);
        // The id of what was made is nobody else's, wherever it shows.
        let parents = if thing.is_adopted { place.parents } else { &[] };
        memory.mark_deleted(&place.shelf, &thing.id, parents)?;
        id = &thing.id;
    }
    memory.mark_deleted(&place.shelf, &own.id, place.parents)?;
    let example = call.example();
    let reply = match shape.map(|shape| (shape, shape.first(&example))) {
        Some((shape, item)) if !item.is_empty() => {
            let item = place.example_of(item, id);
            call.with(&shape.fill(&example, vec![item], 1), Origin::Deleted)
        }
        _ => call.declared(),
    };
    Ok(reply.from(Origin::Deleted))
}

/// PUT, PATCH and POST on one thing: what is sent is laid over it.
fn change(
    call: &Call<'_>,
    memory: &mut Memory,
    place: &Place<'_>,
    shape: Option<&Shape>,
    known: Known,
) -> Result<Reply, Full> {
    let (base_shape, base) = match (shape, &place.known.model) {
        (Some(shape), _) => (shape.clone(), call.example()),
        (None, Some(model)) => model.clone(),
        (None, None) => (Shape::Item(None), Value::Null),
    };
    let example = base_shape.first(&base);
    let mut thing = place.thing(known, &example);
    let mut given = call.given(place.kind, base_shape.key(), &thing.fields).into_iter().next().unwrap_or_default();
    given.remove(&place.known.id_field);
    overlay(&mut thing.fields, &given);
    overlay(&mut thing.given, &given);
    let mut item = example;
    overlay(&mut item, &thing.fields);
    memory.put(&place.shelf, thing)?;
    if shape.is_some() || !call.operation.answer.is_declared() {
        return Ok(call.with(&base_shape.fill(&base, vec![item], 1), Origin::Stored));
    }
    Ok(call.declared())
}

/// An action below a thing: its example says what becomes of the thing, but for what the client said of it.
///
/// # Errors
/// When memory is full.
pub(crate) fn act(
    call: &Call<'_>,
    memory: &mut Memory,
    place: &Place<'_>,
    shape: &Shape,
    own: &Parent,
) -> Result<Reply, Full> {
    let example = call.example();
    let item = shape.first(&example);
    let is_read = matches!(call.method, "GET" | "HEAD");
    let known = match look_up(memory, place, own) {
        Known::Gone => return Ok(missing(own)),
        Known::Example(id) if is_read => {
            let item = place.example_of(item, &id);
            return Ok(call.with(&shape.fill(&example, vec![item], 1), call.operation.answer.origin()));
        }
        known => known,
    };
    let id_field = &place.known.id_field;
    let mut thing = place.thing(known, &item);
    let mut after = item;
    if let Some(old) = after.get(id_field).and_then(text_of) {
        replace_id_in_addresses(&mut after, &old, &thing.id);
    }
    after.extend(thing.fields.get(id_field).map(|id| (id_field.clone(), id.clone())));
    adopt(&mut after, &thing.given, place.parents);
    overlay(&mut after, &thing.given);
    overlay(&mut thing.fields, &after);
    let fields = thing.fields.clone();
    if !is_read {
        memory.put(&place.shelf, thing)?;
    }
    Ok(call.with(&shape.fill(&example, vec![fields], 1), Origin::Stored))
}
