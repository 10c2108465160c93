//! Handles POST to a collection: creates entities with new ids.

use serde_json::Value;

use crate::call::{Call, StoreKey};
use crate::exchange::{Origin, Response};
use crate::ids::nth_after;
use crate::overlay::{Fields, overlay, replace_id_in_addresses, text_of};
use crate::parent::adopt;
use crate::shape::Shape;
use crate::store::{Entity, Full, Store};

/// Creates the entities in the request, and responds with them in the shape of the example.
///
/// # Errors
/// If the store is full.
pub(crate) fn create(
    call: &Call<'_>,
    store: &mut Store,
    key: &StoreKey<'_>,
    shape: Option<&Shape>,
) -> Result<Response, Full> {
    // Without declared content, uses the shape of another method of this kind.
    let (shape, example) = match (shape, &key.known.model) {
        (Some(shape), _) => (shape.clone(), call.example()),
        (None, Some(model)) => model.clone(),
        (None, None) => (Shape::Item(None), Value::Null),
    };
    let item = shape.first(&example);
    let mut all_given = call.given(key.kind, shape.key(), &item);
    if all_given.is_empty() || matches!(shape, Shape::Item(_)) && all_given.len() > 1 {
        all_given = vec![Fields::new()];
    }
    let mut made = Vec::new();
    for given in all_given {
        made.push(create_one(store, key, &item, given)?);
    }
    let total = made.len();
    Ok(call.with(&shape.fill(&example, made, total), Origin::Created))
}

fn create_one(store: &mut Store, key: &StoreKey<'_>, example: &Fields, mut given: Fields) -> Result<Fields, Full> {
    let id_field = &key.known.id_field;
    let id = id_for(store, key, &given);
    let id_text = text_of(&id).unwrap_or_default();
    given.insert(id_field.clone(), id);
    let mut fields = example.clone();
    if let Some(old) = example.get(id_field).and_then(text_of) {
        replace_id_in_addresses(&mut fields, &old, &id_text);
    }
    overlay(&mut fields, &given);
    adopt(&mut fields, &given, key.parents);
    store.restore(&key.collection, &id_text, &key.path, key.parents);
    if let Some(before) = store.entity(&key.collection, &id_text, key.parents).cloned() {
        store.take(&key.collection, &before);
    }
    let parents = key.parents.to_vec();
    let entity = Entity { id: id_text, fields: fields.clone(), given, parents, ..Entity::default() };
    store.put(&key.collection, entity)?;
    Ok(fields)
}

/// The id in the request if it is free, or else the next id. A natural key, such as an ISBN, is always used and
/// replaces an existing entity.
fn id_for(store: &mut Store, key: &StoreKey<'_>, given: &Fields) -> Value {
    let is_taken = |store: &Store, id: &str| {
        store.with_id(&key.collection, id).next().is_some() || key.known.seeds.contains_key(id)
    };
    if let Some((id, text)) = given.get(&key.known.id_field).and_then(|id| Some((id, text_of(id)?)))
        && !text.is_empty()
        && (key.known.has_own_key() || !is_taken(store, &text))
    {
        return id.clone();
    }
    loop {
        let id = nth_after(&key.known.id_example, store.next_number(&key.collection));
        let text = text_of(&id).unwrap_or_default();
        if !is_taken(store, &text) && !store.is_deleted(&key.collection, &text, &key.path, &[]) {
            return id;
        }
    }
}
