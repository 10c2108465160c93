//! Stores entities that were created, changed and deleted, within limits. [`crate::dispatch`] interprets the requests.

use std::collections::{BTreeMap, HashMap};

use crate::overlay::{Fields, weight_of_fields};
use crate::parent::{Parent, agree};

/// The limits of the store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Number of entities, including deleted ones.
    pub(crate) entities: usize,
    /// Approximate size, in bytes.
    pub(crate) bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { entities: 100_000, bytes: 256 << 20 }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full;

/// An entity that a client has created or changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entity {
    /// The id as it is written in a path.
    pub(crate) id: String,
    pub(crate) fields: Fields,
    /// The fields that the client has set.
    pub(crate) given: Fields,
    /// The entities that it was created under.
    pub(crate) parents: Vec<Parent>,
    /// Whether it was changed without having been created. Its id is from the example or the client, and may exist
    /// again under other parents.
    pub(crate) is_adopted: bool,
    /// The position in the collection, which the store assigns.
    pub(crate) position: Option<u64>,
}

impl Entity {
    /// The id of the entity's parent of the same kind as `parent`; `None` if unknown.
    pub(crate) fn parent(&self, parent: &Parent) -> Option<String> {
        let known = self.parents.iter().find(|known| known.kind == parent.kind && known.parameter == parent.parameter);
        let known = known.or_else(|| self.parents.iter().find(|known| known.kind == parent.kind));
        known.map(|known| known.id.clone()).or_else(|| parent.id_in(&self.fields))
    }

    /// Whether the entity can belong to these parents.
    pub(crate) fn fits(&self, parents: &[Parent]) -> bool {
        parents.iter().all(|parent| self.parent(parent).is_none_or(|id| id == parent.id))
    }

    fn weight(&self) -> usize {
        256 + 2 * self.id.len()
            + weight_of_parents(&self.parents)
            + weight_of_fields(&self.fields)
            + weight_of_fields(&self.given)
    }
}

/// All entities, with a collection for each kind of each definition.
#[derive(Debug, Default)]
pub(crate) struct Store {
    bounds: Bounds,
    collections: HashMap<String, Collection>,
    entities: usize,
    bytes: usize,
}

#[derive(Debug, Default)]
struct Collection {
    /// In order of creation.
    entities: BTreeMap<u64, Entity>,
    positions: HashMap<String, Vec<u64>>,
    /// The parents of deleted entities, by id.
    deleted: HashMap<String, Vec<Vec<Parent>>>,
    /// The number of positions assigned so far.
    given_out: u64,
    /// The number of ids generated so far.
    made_up: u64,
}

impl Store {
    #[cfg(test)]
    pub(crate) fn bounded(entities: usize, bytes: usize) -> Self {
        Self { bounds: Bounds { entities, bytes }, ..Self::default() }
    }

    /// Adds an entity to a collection, or replaces it at its position. It no longer counts as deleted.
    ///
    /// # Errors
    /// If the store is full. The store is then unchanged.
    pub(crate) fn put(&mut self, collection: &str, mut entity: Entity) -> Result<(), Full> {
        let old = entity
            .position
            .and_then(|position| self.collections.get(collection)?.entities.get(&position))
            .map(Entity::weight);
        let more = usize::from(old.is_none());
        let bytes = self.bytes.saturating_sub(old.unwrap_or(0)).saturating_add(entity.weight());
        self.make_room(more, bytes)?;
        let collection = self.collections.entry(collection.to_owned()).or_default();
        if let Some(deleted) = collection.deleted.get_mut(&entity.id) {
            let before = deleted.len();
            deleted.retain(|parents| {
                let stays = !agree(parents, &entity.parents);
                if !stays {
                    self.bytes = self.bytes.saturating_sub(weight_of_deleted(&entity.id, parents));
                }
                stays
            });
            self.entities = self.entities.saturating_sub(before - deleted.len());
        }
        let position = entity.position.filter(|_| old.is_some()).unwrap_or_else(|| {
            collection.given_out += 1;
            collection.positions.entry(entity.id.clone()).or_default().push(collection.given_out);
            collection.given_out
        });
        entity.position = Some(position);
        collection.entities.insert(position, entity);
        Ok(())
    }

    /// The entity with this id that can belong to these parents.
    pub(crate) fn entity(&self, collection: &str, id: &str, parents: &[Parent]) -> Option<&Entity> {
        self.with_id(collection, id).find(|entity| entity.fits(parents))
    }

    /// All entities with this id.
    pub(crate) fn with_id(&self, collection: &str, id: &str) -> impl Iterator<Item = &Entity> {
        let collection = self.collections.get(collection);
        let positions = collection.and_then(|collection| collection.positions.get(id)).into_iter().flatten();
        positions.filter_map(move |position| collection?.entities.get(position))
    }

    /// The entities of a collection, in order of creation.
    pub(crate) fn entities(&self, collection: &str) -> impl Iterator<Item = &Entity> {
        self.collections.get(collection).into_iter().flat_map(|collection| collection.entities.values())
    }

    pub(crate) fn take(&mut self, collection: &str, entity: &Entity) {
        let (Some(collection), Some(position)) = (self.collections.get_mut(collection), entity.position) else {
            return;
        };
        let Some(gone) = collection.entities.remove(&position) else { return };
        if let Some(positions) = collection.positions.get_mut(&gone.id) {
            positions.retain(|known| *known != position);
            if positions.is_empty() {
                collection.positions.remove(&gone.id);
            }
        }
        self.entities = self.entities.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(gone.weight());
    }

    /// Records that the entity with this id under these parents was deleted.
    ///
    /// # Errors
    /// If the store is full.
    pub(crate) fn mark_deleted(&mut self, collection: &str, id: &str, parents: &[Parent]) -> Result<(), Full> {
        if self.is_deleted(collection, id, parents) {
            return Ok(());
        }
        self.make_room(1, self.bytes.saturating_add(weight_of_deleted(id, parents)))?;
        let collection = self.collections.entry(collection.to_owned()).or_default();
        collection.deleted.entry(id.to_owned()).or_default().push(parents.to_vec());
        Ok(())
    }

    /// Whether an entity with this id was deleted under these parents, and not created again.
    pub(crate) fn is_deleted(&self, collection: &str, id: &str, parents: &[Parent]) -> bool {
        let deleted = self.collections.get(collection).and_then(|collection| collection.deleted.get(id));
        deleted.is_some_and(|deleted| deleted.iter().any(|known| agree(known, parents)))
    }

    /// Whether any entity of this collection was created, changed or deleted.
    pub(crate) fn was_touched(&self, collection: &str) -> bool {
        self.collections.contains_key(collection)
    }

    /// The number of the next generated id of a collection: 1, 2, …
    pub(crate) fn next_number(&mut self, collection: &str) -> u64 {
        let collection = self.collections.entry(collection.to_owned()).or_default();
        collection.made_up += 1;
        collection.made_up
    }

    fn make_room(&mut self, more: usize, bytes: usize) -> Result<(), Full> {
        if self.entities + more > self.bounds.entities || bytes > self.bounds.bytes {
            return Err(Full);
        }
        self.entities += more;
        self.bytes = bytes;
        Ok(())
    }
}

fn weight_of_parents(parents: &[Parent]) -> usize {
    parents.iter().map(|parent| 96 + parent.kind.len() + parent.parameter.len() + parent.id.len()).sum()
}

fn weight_of_deleted(id: &str, parents: &[Parent]) -> usize {
    64 + id.len() + weight_of_parents(parents)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Entity, Full, Store};
    use crate::noun::stem;
    use crate::parent::Parent;

    fn entity(id: &str) -> Entity {
        Entity { id: id.to_owned(), ..Entity::default() }
    }

    fn under(user: &str) -> Vec<Parent> {
        vec![Parent { kind: stem("users"), parameter: "user_id".to_owned(), id: user.to_owned() }]
    }

    fn delete(store: &mut Store, id: &str) -> Result<(), Full> {
        if let Some(entity) = store.entity("users", id, &[]).cloned() {
            store.take("users", &entity);
        }
        store.mark_deleted("users", id, &[])
    }

    #[test]
    fn entities_are_stored_in_order_and_deleted() {
        let mut store = Store::default();
        for id in ["b", "a", "c"] {
            assert_eq!(store.put("users", entity(id)), Ok(()));
        }
        let mut again = store.entity("users", "b", &[]).cloned().expect("it is there");
        again.fields.insert("name".to_owned(), json!("B"));
        assert_eq!(store.put("users", again), Ok(()));
        assert_eq!(delete(&mut store, "a"), Ok(()));
        let ids: Vec<_> = store.entities("users").map(|entity| entity.id.as_str()).collect();
        assert_eq!(ids, ["b", "c"]);
        assert!(store.is_deleted("users", "a", &[]) && !store.is_deleted("groups", "a", &[]));
        assert_eq!(store.put("users", entity("a")), Ok(()));
        assert!(!store.is_deleted("users", "a", &[]));
    }

    #[test]
    fn one_id_may_exist_under_several_parents() {
        let mut store = Store::default();
        for user in ["1", "2"] {
            let adopted = Entity { parents: under(user), is_adopted: true, ..entity("x") };
            assert_eq!(store.put("keys", adopted), Ok(()));
        }
        let of =
            |store: &Store, user: &str| store.entity("keys", "x", &under(user)).map(|entity| entity.parents.clone());
        assert_eq!(of(&store, "2"), Some(under("2")));
        assert_eq!(of(&store, "3"), None);
        assert_eq!(store.mark_deleted("keys", "y", &under("1")), Ok(()));
        assert!(store.is_deleted("keys", "y", &under("1")) && !store.is_deleted("keys", "y", &under("2")));
        assert!(store.is_deleted("keys", "y", &[]));
    }

    #[test]
    fn the_store_is_bounded() {
        let mut store = Store::bounded(2, 1 << 20);
        assert_eq!(store.put("users", entity("1")), Ok(()));
        assert_eq!(store.mark_deleted("users", "never made", &[]), Ok(()));
        assert_eq!(store.put("users", entity("2")), Err(Full));
        assert_eq!(store.mark_deleted("users", "2", &[]), Err(Full));
        let known = store.entity("users", "1", &[]).cloned().expect("it is there");
        assert_eq!(store.put("users", known), Ok(()));
        assert_eq!(delete(&mut store, "1"), Ok(()));

        let mut store = Store::bounded(10, 2_000);
        let mut large = entity("1");
        large.fields.insert("text".to_owned(), json!("x".repeat(3_000)));
        assert_eq!(store.put("users", large), Err(Full));
        for _ in 0..100 {
            assert_eq!(store.put("users", entity("1")), Ok(()));
            assert_eq!(delete(&mut store, "1"), Ok(()));
        }
        assert_eq!((store.entities, store.bytes), (1, 65));
    }
}
