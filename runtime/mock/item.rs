//! Handles the entity in a path: reads, changes or deletes it, or performs an action.

use apinb_text::web::verb::Verb;
use serde_json::Value;

use crate::call::{Call, StoreKey, missing};
use crate::exchange::{Origin, Response};
use crate::kind::NamedLookup;
use crate::overlay::{Fields, overlay, replace_id_in_addresses, text_of, typed_like};
use crate::parent::{Parent, adopt};
use crate::shape::Shape;
use crate::store::{Entity, Full, Store};

/// The state of the entity in a path.
enum Known {
    /// It is in the store.
    Stored(Entity),
    /// It is the example, under this id.
    Example(String),
    /// It was deleted, or has other parents.
    Gone,
}

/// Responds to a call for the entity in a path.
///
/// # Errors
/// If the store is full.
pub(crate) fn respond(
    call: &Call<'_>,
    store: &mut Store,
    key: &StoreKey<'_>,
    shape: Option<&Shape>,
    own: &Parent,
) -> Result<Response, Full> {
    // A response with another kind stays as declared.
    let own_shape = shape.filter(|shape| shape.named().is_none_or(|named| named == key.kind));
    match (call.verb, look_up(store, key, own)) {
        // If no POST creates entities of this kind, PUT does, even after a deletion.
        (Verb::Put, Known::Gone) if !key.known.is_posted => {
            change(call, store, key, own_shape, Known::Example(own.id.clone()))
        }
        (_, Known::Gone) => Ok(missing(own)),
        (Verb::Get | Verb::Head, known) => Ok(read(call, key, own_shape, known)),
        (Verb::Delete, known) => delete(call, store, key, own_shape, &known, own),
        (_, known) => change(call, store, key, own_shape, known),
    }
}

fn look_up(store: &Store, key: &StoreKey<'_>, own: &Parent) -> Known {
    let collection = &key.collection;
    if let Some(entity) = store.entity(collection, &own.id, key.parents) {
        return Known::Stored(entity.clone());
    }
    let is_elsewhere = store.with_id(collection, &own.id).any(|entity| !entity.is_adopted);
    if is_elsewhere || store.is_deleted(collection, &own.id, key.parents) {
        return Known::Gone;
    }
    let Some(calling) = NamedLookup::of(key.kind, &own.parameter, &own.id) else {
        return Known::Example(own.id.clone());
    };
    let mut called = store.entities(collection).filter(|entity| calling.means(&entity.fields)).peekable();
    let is_elsewhere = called.peek().is_some_and(|entity| !entity.is_adopted);
    match called.find(|entity| entity.fits(key.parents)) {
        Some(entity) => Known::Stored(entity.clone()),
        None if is_elsewhere => Known::Gone,
        None => Known::Example(own.id.clone()),
    }
}

impl StoreKey<'_> {
    /// The example with another id.
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

    /// The stored entity, or one created from the example.
    fn entity(&self, known: Known, example: &Fields) -> Entity {
        let id = match known {
            Known::Stored(entity) => return entity,
            Known::Example(id) => id,
            Known::Gone => String::new(),
        };
        let mut fields = self.example_of(example.clone(), &id);
        if !fields.contains_key(&self.known.id_field) {
            let typed = typed_like(&self.known.id_example, &id).unwrap_or_else(|| id.clone().into());
            fields.insert(self.known.id_field.clone(), typed);
        }
        Entity { id, fields, parents: self.parents.to_vec(), is_adopted: true, ..Entity::default() }
    }
}

fn read(call: &Call<'_>, key: &StoreKey<'_>, shape: Option<&Shape>, known: Known) -> Response {
    let is_declared = call.operation.response.is_declared();
    let (shape, example) = match (shape, &key.known.model) {
        (Some(shape), _) => (shape.clone(), call.example()),
        (None, Some(model)) if !is_declared => model.clone(),
        (None, _) if is_declared => return call.declared(),
        (None, _) => (Shape::Item(None), Value::Null),
    };
    let mut item = shape.first(&example);
    match known {
        Known::Stored(entity) => {
            overlay(&mut item, &entity.fields);
            call.with(&shape.fill(&example, vec![item], 1), Origin::Stored)
        }
        Known::Example(id) if is_declared && !item.is_empty() => {
            let item = key.example_of(item, &id);
            call.with(&shape.fill(&example, vec![item], 1), call.operation.response.origin())
        }
        Known::Example(_) | Known::Gone => call.declared(),
    }
}

fn delete(
    call: &Call<'_>,
    store: &mut Store,
    key: &StoreKey<'_>,
    shape: Option<&Shape>,
    known: &Known,
    own: &Parent,
) -> Result<Response, Full> {
    let mut id = own.id.as_str();
    if let Known::Stored(entity) = known {
        store.take(&key.collection, entity);
        // The id of a created entity is unique across all parents.
        let parents = if entity.is_adopted { key.parents } else { &[] };
        store.mark_deleted(&key.collection, &entity.id, parents)?;
        id = &entity.id;
    }
    store.mark_deleted(&key.collection, &own.id, key.parents)?;
    let example = call.example();
    let response = match shape.map(|shape| (shape, shape.first(&example))) {
        Some((shape, item)) if !item.is_empty() => {
            let item = key.example_of(item, id);
            call.with(&shape.fill(&example, vec![item], 1), Origin::Deleted)
        }
        _ => call.declared(),
    };
    Ok(response.from(Origin::Deleted))
}

/// Handles PUT, PATCH and POST on an entity: merges the fields of the request into it.
fn change(
    call: &Call<'_>,
    store: &mut Store,
    key: &StoreKey<'_>,
    shape: Option<&Shape>,
    known: Known,
) -> Result<Response, Full> {
    let (base_shape, base) = match (shape, &key.known.model) {
        (Some(shape), _) => (shape.clone(), call.example()),
        (None, Some(model)) => model.clone(),
        (None, None) => (Shape::Item(None), Value::Null),
    };
    let example = base_shape.first(&base);
    let mut entity = key.entity(known, &example);
    let mut given = call.given(key.kind, base_shape.key(), &entity.fields).into_iter().next().unwrap_or_default();
    given.remove(&key.known.id_field);
    overlay(&mut entity.fields, &given);
    overlay(&mut entity.given, &given);
    let mut item = example;
    overlay(&mut item, &entity.fields);
    store.put(&key.collection, entity)?;
    if shape.is_some() || !call.operation.response.is_declared() {
        return Ok(call.with(&base_shape.fill(&base, vec![item], 1), Origin::Stored));
    }
    Ok(call.declared())
}

/// Handles an action on an entity: the entity becomes like the example, except for fields that the client has set.
///
/// # Errors
/// If the store is full.
pub(crate) fn act(
    call: &Call<'_>,
    store: &mut Store,
    key: &StoreKey<'_>,
    shape: &Shape,
    own: &Parent,
) -> Result<Response, Full> {
    let example = call.example();
    let item = shape.first(&example);
    let is_read = matches!(call.verb, Verb::Get | Verb::Head);
    let known = match look_up(store, key, own) {
        Known::Gone => return Ok(missing(own)),
        Known::Example(id) if is_read => {
            let item = key.example_of(item, &id);
            return Ok(call.with(&shape.fill(&example, vec![item], 1), call.operation.response.origin()));
        }
        known => known,
    };
    let id_field = &key.known.id_field;
    let mut entity = key.entity(known, &item);
    let mut after = item;
    if let Some(old) = after.get(id_field).and_then(text_of) {
        replace_id_in_addresses(&mut after, &old, &entity.id);
    }
    after.extend(entity.fields.get(id_field).map(|id| (id_field.clone(), id.clone())));
    adopt(&mut after, &entity.given, key.parents);
    overlay(&mut after, &entity.given);
    overlay(&mut entity.fields, &after);
    let fields = entity.fields.clone();
    if !is_read {
        store.put(&key.collection, entity)?;
    }
    Ok(call.with(&shape.fill(&example, vec![fields], 1), Origin::Stored))
}
