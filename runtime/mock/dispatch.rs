//! Dispatches a call by the role of its method. This module handles listings and single entities, [`crate::creation`]
//! handles POST, and [`crate::item`] handles the entity in a path.

use crate::call::{Call, StoreKey};
use crate::creation::create;
use crate::error_response::error_response;
use crate::exchange::{Origin, Response};
use crate::item;
use crate::kind::{EntityKind, Evidence};
use crate::noun::{stem, stem_of_id};
use crate::overlay::{Fields, fit, fit_all, overlay, text_of, weight_of_fields};
use crate::parent::{Parent, adopt};
use crate::role::Role;
use crate::selection::{Selection, filters, has_filter, made_up_hit, select};
use crate::settings::Search;
use crate::shape::Shape;
use crate::store::{Deletion, Entity, Full, Store};
use apinb_text::web::verb::Verb;
use serde_json::Value;

/// Responds to a call according to the role of its method.
pub(crate) fn respond(call: &Call<'_>, store: &mut Store) -> Response {
    let named = call.found.named();
    // The last parameter of an item's path is the item itself.
    let own = usize::from(matches!(call.role(), Role::Item { .. } | Role::Action { .. }));
    let (parents, own) = named.split_at_checked(named.len().saturating_sub(own)).unwrap_or_default();
    // An empty parameter names no entity.
    let parents: Vec<Parent> = parents.iter().filter(|parent| !parent.id.is_empty()).cloned().collect();
    let parents = parents.as_slice();
    if own.iter().any(|own| own.id.is_empty()) {
        return call.declared();
    }
    let path = call.found.outline();
    let nothing_known = EntityKind::of("", Evidence::default());
    let entities_of = |kind: &'_ str| {
        (call.found.site.collection(kind), call.found.site.roles().kind(kind).unwrap_or(&nothing_known))
    };
    // What creates something in a deleted entity creates the entity again.
    if let [above @ .., last] = parents
        && own.is_empty()
        && call.found.is_entity()
        && matches!(call.verb, Verb::Post | Verb::Put)
    {
        store.restore(&call.found.site.collection(&last.kind), &last.id, &path, above);
    }
    let outcome = match (call.role(), own.first()) {
        (Role::Listing { kind, shape }, _) => {
            let (collection, known) = entities_of(kind);
            Ok(list(call, store, &StoreKey { kind, known, collection, path, parents }, shape))
        }
        (Role::Creation { kind, shape }, _) => {
            let (collection, known) = entities_of(kind);
            create(call, store, &StoreKey { kind, known, collection, path, parents }, shape.as_ref())
        }
        (Role::Item { kind, shape, relation }, Some(own)) => {
            let (collection, known) = entities_of(kind);
            let key = StoreKey { kind, known, collection, path, parents };
            item::respond(call, store, &key, shape.as_ref(), own, *relation)
        }
        (Role::Action { kind, shape }, Some(own)) => {
            let (collection, known) = entities_of(kind);
            item::act(call, store, &StoreKey { kind, known, collection, path, parents }, shape, own)
        }
        (Role::Single { shape }, _) => single(call, store, shape.as_ref()),
        (Role::Plain { shape }, _) => Ok(plain(call, shape.as_ref())),
        _ => Ok(call.declared()),
    };
    outcome.unwrap_or_else(|Full| {
        error_response(
            507,
            "the store of the mock server is full",
            Some("delete something, or restart the mock server".to_owned()),
        )
    })
}

/// Maximum size of the entities that a listing selects from, and of those that it returns, in bytes.
const MAX_SELECTED_FROM: usize = 64 << 20;
const MAX_LISTING: usize = 16 << 20;

/// The entities in the example, with stored changes, then those created under the same parents.
fn list(call: &Call<'_>, store: &Store, key: &StoreKey<'_>, shape: &Shape) -> Response {
    if !call.operation.response.is_declared() && !store.was_touched(&key.collection) {
        return call.declared();
    }
    let example = call.example();
    let examples = shape.items(&example);
    let model = examples.first().cloned().unwrap_or_default();
    let mut items = Vec::new();
    let mut shown = Vec::new();
    let mut origin = call.operation.response.origin();
    for mut item in examples {
        let id = item.get(&key.known.id_field).and_then(text_of).unwrap_or_default();
        adopt(&mut item, &Fields::new(), key.parents);
        if let Some(entity) = store.entity(&key.collection, &id, key.parents) {
            overlay(&mut item, &entity.fields);
            shown.push(id);
            origin = Origin::Stored;
        } else if store.is_deleted(&key.collection, &id, &key.path, key.parents) {
            origin = Origin::Stored;
            continue;
        }
        refer(call, key, &mut item);
        items.push(item);
    }
    let is_listed = |entity: &&Entity| {
        entity.belongs(key.parents)
            && !shown.contains(&entity.id)
            && !store.is_deleted(&key.collection, &entity.id, &key.path, key.parents)
    };
    let mut bytes = 0_usize;
    for entity in store.entities(&key.collection).filter(is_listed) {
        bytes = bytes.saturating_add(weight_of_fields(&entity.fields));
        if bytes > MAX_SELECTED_FROM {
            return too_large("the collection is too large to be listed", "Delete some of its entities.");
        }
        let mut item = model.clone();
        overlay(&mut item, &entity.fields);
        items.push(item);
        origin = Origin::Stored;
    }
    let all = items.len();
    let example_item = items.first().cloned().unwrap_or(model);
    let mut selection = select(items, call.query);
    if selection.total == 0 && call.search == Search::Always && has_filter(call.query) {
        let hit = match &key.known.model {
            Some((shape, response)) if example_item.is_empty() => shape.first(response),
            _ => example_item,
        };
        selection = Selection { items: vec![made_up_hit(hit, call.query)], total: 1 };
    }
    if selection.items.iter().map(weight_of_fields).fold(0, usize::saturating_add) > MAX_LISTING {
        let message = format!("the listing is larger than {} MB", MAX_LISTING >> 20);
        return too_large(&message, "Request fewer entities: by a filter, or with `limit` and `page`.");
    }
    if origin != Origin::Stored && selection.items.len() == all {
        // Nothing was changed, so the counts in the example are correct.
        let count = shape.count(&example).unwrap_or(all);
        return call.with(&shape.fill(&example, selection.items, count), origin);
    }
    call.with(&shape.fill(&example, selection.items, selection.total), Origin::Stored)
}

/// Sets the fields of an example that refer to another entity as the query does: `?user_id=9` lists examples of user 9.
fn refer(call: &Call<'_>, key: &StoreKey<'_>, item: &mut Fields) {
    let roles = call.found.site.roles();
    for (name, value) in call.query.iter().filter(|(_, value)| !value.is_empty()) {
        let stem = stem_of_id(name).unwrap_or_else(|| stem(name));
        let is_other = stem != key.kind && *name != key.known.id_field;
        if is_other && (stem_of_id(name).is_some() || roles.kind(&stem).is_some()) && item.contains_key(name) {
            let mut fields = Fields::from_iter([(name.clone(), value.clone().into())]);
            fit_all(&mut fields, item);
            overlay(item, &fields);
        }
    }
}

/// Responds with the example. A POST, PUT or PATCH whose response is an object has in it what it sends.
fn plain(call: &Call<'_>, shape: Option<&Shape>) -> Response {
    let (Some(shape @ Shape::Item(_)), Verb::Post | Verb::Put | Verb::Patch) = (shape, call.verb) else {
        return call.declared();
    };
    let example = call.example();
    let mut item = shape.first(&example);
    let kind = shape.named().unwrap_or_default();
    let Some(given) = call.given(&kind, shape.key(), &item).into_iter().next() else { return call.declared() };
    let given: Fields = given.into_iter().filter(|(name, _)| item.contains_key(name)).collect();
    if given.is_empty() {
        return call.declared();
    }
    overlay(&mut item, &given);
    call.with(&shape.fill(&example, vec![item], 1), call.operation.response.origin())
}

fn too_large(message: &str, help: &str) -> Response {
    error_response(507, message, Some(help.to_owned()))
}

/// Sets the fields of the only entity that the query names: `?screen_name=ann`, and for `{"channel": {…}}` its id by
/// `?channel=C1`. False if the query names none.
fn ask_for(call: &Call<'_>, shape: &Shape, item: &mut Fields) -> bool {
    let mut asked = Fields::new();
    for (name, value) in filters(call.query) {
        if shape.key() == Some(name) {
            if let Some(Value::Object(named)) = fit(value.into(), &Value::Object(item.clone())) {
                asked.extend(named);
            }
        } else if item.get(name).is_some_and(|field| !field.is_null()) {
            asked.insert(name.to_owned(), value.into());
        }
    }
    fit_all(&mut asked, item);
    overlay(item, &asked);
    !asked.is_empty()
}

/// The only entity at a path, such as settings or a profile.
fn single(call: &Call<'_>, store: &mut Store, shape: Option<&Shape>) -> Result<Response, Full> {
    let collection = call.found.site.collection("/single");
    let id = call.found.concrete();
    let is_read = matches!(call.verb, Verb::Get | Verb::Head);
    if call.verb == Verb::Delete {
        if let Some(entity) = store.entity(&collection, &id, &[]).cloned() {
            store.take(&collection, &entity);
        }
        store.mark_deleted(&collection, &id, Deletion { parents: Vec::new(), only_at: None })?;
        return Ok(call.declared().from(Origin::Deleted));
    }
    if is_read && store.is_deleted(&collection, &id, "", &[]) {
        return Ok(error_response(404, "there is nothing here: it was deleted", None));
    }
    store.restore(&collection, &id, "", &[]);
    let Some(shape) = shape else { return Ok(call.declared()) };
    let example = call.example();
    let mut item = shape.first(&example);
    let stored = store.entity(&collection, &id, &[]);
    if is_read {
        let is_asked = ask_for(call, shape, &mut item);
        let origin = match stored {
            Some(_) => Origin::Stored,
            None if is_asked => call.operation.response.origin(),
            None => return Ok(call.declared()),
        };
        overlay(&mut item, &stored.map(|entity| entity.fields.clone()).unwrap_or_default());
        return Ok(call.with(&shape.fill(&example, vec![item], 1), origin));
    }
    let mut entity = stored.cloned().unwrap_or_else(|| Entity { id, ..Entity::default() });
    let kind = shape.named().unwrap_or_default();
    let Some(given) = call.given(&kind, shape.key(), &item).into_iter().next() else { return Ok(call.declared()) };
    overlay(&mut entity.fields, &given);
    overlay(&mut item, &entity.fields);
    store.put(&collection, entity)?;
    Ok(call.with(&shape.fill(&example, vec![item], 1), Origin::Stored))
}
