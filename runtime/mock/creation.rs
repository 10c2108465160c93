//! POST to a collection: makes things, with ids of their own.

use serde_json::Value;

use crate::exchange::{Origin, Reply};
use crate::ids::nth_after;
use crate::memory::{Full, Memory, Thing};
use crate::overlay::{Fields, overlay, replace_id_in_addresses, text_of};
use crate::parent::adopt;
use crate::remember::{Call, Place};
use crate::shape::Shape;

/// Makes what the request gives, and answers with it in the shape of the example.
///
/// # Errors
/// When memory is full.
pub(crate) fn create(
    call: &Call<'_>,
    memory: &mut Memory,
    place: &Place<'_>,
    shape: Option<&Shape>,
) -> Result<Reply, Full> {
    // A method that declares no content answers as the kind's other methods show it.
    let (shape, example) = match (shape, &place.known.model) {
        (Some(shape), _) => (shape.clone(), call.example()),
        (None, Some(model)) => model.clone(),
        (None, None) => (Shape::Item(None), Value::Null),
    };
    let item = shape.first(&example);
    let mut all_given = call.given(place.kind, shape.key(), &item);
    if all_given.is_empty() || matches!(shape, Shape::Item(_)) && all_given.len() > 1 {
        all_given = vec![Fields::new()];
    }
    let mut made = Vec::new();
    for given in all_given {
        made.push(create_one(memory, place, &item, given)?);
    }
    let total = made.len();
    Ok(call.with(&shape.fill(&example, made, total), Origin::Created))
}

fn create_one(memory: &mut Memory, place: &Place<'_>, example: &Fields, mut given: Fields) -> Result<Fields, Full> {
    let id_field = &place.known.id_field;
    let id = id_for(memory, place, &given);
    let id_text = text_of(&id).unwrap_or_default();
    given.insert(id_field.clone(), id);
    let mut fields = example.clone();
    if let Some(old) = example.get(id_field).and_then(text_of) {
        replace_id_in_addresses(&mut fields, &old, &id_text);
    }
    overlay(&mut fields, &given);
    adopt(&mut fields, &given, place.parents);
    if let Some(before) = memory.thing(&place.shelf, &id_text, place.parents).cloned() {
        memory.take(&place.shelf, &before);
    }
    let parents = place.parents.to_vec();
    let thing = Thing { id: id_text, fields: fields.clone(), given, parents, ..Thing::default() };
    memory.put(&place.shelf, thing)?;
    Ok(fields)
}

/// The id that the request gives, unless it is taken; else the next one. A key that is no mere id, such as an ISBN, is
/// the client's to give: it stands, and what had it before is replaced.
fn id_for(memory: &mut Memory, place: &Place<'_>, given: &Fields) -> Value {
    let is_taken = |memory: &Memory, id: &str| {
        memory.with_id(&place.shelf, id).next().is_some() || place.known.seeds.contains_key(id)
    };
    if let Some((id, text)) = given.get(&place.known.id_field).and_then(|id| Some((id, text_of(id)?)))
        && !text.is_empty()
        && (place.known.has_own_key() || !is_taken(memory, &text))
    {
        return id.clone();
    }
    loop {
        let id = nth_after(&place.known.id_example, memory.next_number(&place.shelf));
        let text = text_of(&id).unwrap_or_default();
        if !is_taken(memory, &text) && !memory.is_deleted(&place.shelf, &text, &[]) {
            return id;
        }
    }
}
