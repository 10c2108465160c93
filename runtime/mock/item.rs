//! Handles the entity in a path: reads, changes or deletes it, or performs an action.

use apinb_text::web::verb::Verb;
use serde_json::Value;

use crate::call::{Call, StoreKey, missing};
use crate::exchange::{Origin, Response};
use crate::kind::NamedLookup;
use crate::overlay::{Fields, overlay, replace_id_in_addresses, text_of, typed_like};
use crate::parent::{Parent, adopt};
use crate::role::Relation;
use crate::shape::Shape;
use crate::store::{Deletion, Entity, Full, Store};

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
    relation: Relation,
) -> Result<Response, Full> {
    // A response with another kind stays as declared.
    let own_shape = shape.filter(|shape| shape.named().is_none_or(|named| named == key.kind));
    match (call.verb, look_up(store, key, own)) {
        // After a deletion, PUT and POST create it again.
        (Verb::Put | Verb::Post, known) => {
            store.restore(&key.collection, &own.id, &key.path, key.parents);
            match (relation, known) {
                (Relation::Link, known) => link(call, store, key, own, known),
                (Relation::Own, Known::Gone) => {
                    change(call, store, key, own_shape, Known::Example(own.id.clone()), own)
                }
                (Relation::Own, known) => change(call, store, key, own_shape, known, own),
            }
        }
        (_, Known::Gone) => Ok(missing(own)),
        (Verb::Get | Verb::Head, known) => Ok(read(call, key, own_shape, known, own)),
        (Verb::Delete, known) if relation == Relation::Link => unlink(call, store, key, own, known),
        (Verb::Delete, known) => delete(call, store, key, own_shape, &known, own),
        (_, known) => change(call, store, key, own_shape, known, own),
    }
}

fn look_up(store: &Store, key: &StoreKey<'_>, own: &Parent) -> Known {
    let collection = &key.collection;
    let is_deleted = store.is_deleted(collection, &own.id, &key.path, key.parents);
    if let Some(entity) = store.entity(collection, &own.id, key.parents) {
        return if is_deleted { Known::Gone } else { Known::Stored(entity.clone()) };
    }
    let mut is_elsewhere = store.with_id(collection, &own.id).any(|entity| !entity.is_adopted);
    if let Some(calling) = NamedLookup::of(key.kind, &own.parameter, &own.id) {
        // The latest one: an earlier one may have been renamed.
        let mut called = store.entities(collection).rev().filter(|entity| calling.means(&entity.fields)).peekable();
        is_elsewhere |= called.peek().is_some_and(|entity| !entity.is_adopted);
        if let Some(entity) = called.find(|entity| entity.fits(key.parents)) {
            return Known::Stored(entity.clone());
        }
    }
    if is_elsewhere || is_deleted { Known::Gone } else { Known::Example(own.id.clone()) }
}

impl StoreKey<'_> {
    /// The example with the id, or the name, that the path has.
    fn example_of(&self, mut item: Fields, id: &str, own: &Parent) -> Fields {
        let id_field = &self.known.id_field;
        let old = item.get(id_field).cloned();
        let old_text = old.as_ref().and_then(text_of);
        let calling = NamedLookup::of(self.kind, &own.parameter, id);
        if let Some(seed) = self.known.seeds.get(id).filter(|_| old_text.as_deref() != Some(id)) {
            overlay(&mut item, seed);
        } else if let Some(name) =
            calling.as_ref().and_then(|calling| calling.field(&item)).filter(|name| name != id_field)
        {
            if let Some(old) = item.get(&name).and_then(text_of) {
                replace_id_in_addresses(&mut item, &old, id);
            }
            item.insert(name, id.into());
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
    fn entity(&self, known: Known, example: &Fields, own: &Parent) -> Entity {
        let id = match known {
            Known::Stored(entity) => return entity,
            Known::Example(id) => id,
            Known::Gone => own.id.clone(),
        };
        let mut fields = self.example_of(example.clone(), &id, own);
        if !fields.contains_key(&self.known.id_field) {
            let typed = typed_like(&self.known.id_example, &id).unwrap_or_else(|| id.clone().into());
            fields.insert(self.known.id_field.clone(), typed);
        }
        Entity { id, fields, parents: self.parents.to_vec(), is_adopted: true, ..Entity::default() }
    }
}

fn read(call: &Call<'_>, key: &StoreKey<'_>, shape: Option<&Shape>, known: Known, own: &Parent) -> Response {
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
            let item = key.example_of(item, &id, own);
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
    let deletion = |parents: &[Parent]| Deletion { parents: parents.to_vec(), only_at: None };
    match known {
        Known::Stored(entity) => {
            store.take(&key.collection, entity);
            // The id of a created entity is unique across all parents.
            let parents = if entity.is_adopted { key.parents } else { &[] };
            store.mark_deleted(&key.collection, &entity.id, deletion(parents))?;
            id = &entity.id;
        }
        // An example that the path names by another field than the id.
        Known::Example(_) | Known::Gone => {
            if let Some(calling) = NamedLookup::of(key.kind, &own.parameter, &own.id) {
                for (seed, _) in key.known.seeds.iter().filter(|(_, fields)| calling.means(fields)) {
                    store.mark_deleted(&key.collection, seed, deletion(key.parents))?;
                }
            }
        }
    }
    store.mark_deleted(&key.collection, &own.id, deletion(key.parents))?;
    let example = call.example();
    let response = match shape.map(|shape| (shape, shape.first(&example))) {
        Some((shape, item)) if !item.is_empty() => {
            let item = key.example_of(item, id, own);
            call.with(&shape.fill(&example, vec![item], 1), Origin::Deleted)
        }
        _ => call.declared(),
    };
    Ok(response.from(Origin::Deleted))
}

/// Adds an entity to those above it, as PUT does for a member of a team.
fn link(call: &Call<'_>, store: &mut Store, key: &StoreKey<'_>, own: &Parent, known: Known) -> Result<Response, Full> {
    // Without a listing, nothing shows the relation.
    let is_listed = call.found.is_listed_above(key.kind);
    match known {
        Known::Stored(mut entity) => {
            let new = key.parents.iter().filter(|parent| !entity.parents.contains(parent)).cloned().collect::<Vec<_>>();
            entity.parents.extend(new);
            store.put(&key.collection, entity)?;
        }
        // It exists, and belongs to others.
        Known::Gone if store.with_id(&key.collection, &own.id).next().is_some() => {
            let entity = store.with_id(&key.collection, &own.id).next().cloned().unwrap_or_default();
            let parents = entity.parents.iter().chain(key.parents).cloned().collect();
            store.put(&key.collection, Entity { parents, ..entity })?;
        }
        Known::Example(_) | Known::Gone if is_listed => {
            let model = key.known.model.as_ref().map(|(shape, response)| shape.first(response)).unwrap_or_default();
            let entity = key.entity(Known::Example(own.id.clone()), &model, own);
            store.put(&key.collection, entity)?;
        }
        Known::Example(_) | Known::Gone => {}
    }
    Ok(call.declared().from(Origin::Stored))
}

/// Removes an entity from those above it; it exists elsewhere.
fn unlink(
    call: &Call<'_>,
    store: &mut Store,
    key: &StoreKey<'_>,
    own: &Parent,
    known: Known,
) -> Result<Response, Full> {
    if let Known::Stored(mut entity) = known {
        if entity.is_adopted && entity.parents == key.parents {
            store.take(&key.collection, &entity);
        } else {
            entity.parents.retain(|parent| !key.parents.contains(parent));
            store.put(&key.collection, entity)?;
        }
    }
    let deletion = Deletion { parents: key.parents.to_vec(), only_at: Some(key.path.clone()) };
    store.mark_deleted(&key.collection, &own.id, deletion)?;
    Ok(call.declared().from(Origin::Deleted))
}

/// Handles PUT, PATCH and POST on an entity: merges the fields of the request into it.
fn change(
    call: &Call<'_>,
    store: &mut Store,
    key: &StoreKey<'_>,
    shape: Option<&Shape>,
    known: Known,
    own: &Parent,
) -> Result<Response, Full> {
    let (base_shape, base) = match (shape, &key.known.model) {
        (Some(shape), _) => (shape.clone(), call.example()),
        (None, Some(model)) => model.clone(),
        (None, None) => (Shape::Item(None), Value::Null),
    };
    let example = base_shape.first(&base);
    let mut entity = key.entity(known, &example, own);
    let mut model = example.clone();
    overlay(&mut model, &entity.fields);
    let mut given = call.given(key.kind, base_shape.key(), &model).into_iter().next().unwrap_or_default();
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
    // A deleted entity is deleted at its own path only.
    let known = match look_up(store, key, own) {
        known @ (Known::Example(_) | Known::Gone) if is_read || matches!(known, Known::Gone) => {
            let item = key.example_of(item, &own.id, own);
            return Ok(call.with(&shape.fill(&example, vec![item], 1), call.operation.response.origin()));
        }
        known => known,
    };
    let id_field = &key.known.id_field;
    let mut entity = key.entity(known, &item, own);
    let given = call.given(key.kind, shape.key(), &item).into_iter().next().unwrap_or_default();
    let is_given = |name: &String| name != id_field && item.contains_key(name);
    let given: Fields = given.into_iter().filter(|(name, _)| is_given(name)).collect();
    overlay(&mut entity.given, &given);
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
