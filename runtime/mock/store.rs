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
    /// Whether the entity belongs to `parent`; `None` if no parent of that kind is known. It may have several parents of
    /// one kind, as a user is a member of several teams.
    fn has_parent(&self, parent: &Parent) -> Option<bool> {
        let of_kind = || self.parents.iter().filter(|known| known.kind == parent.kind);
        let of_parameter = || of_kind().filter(|known| known.parameter == parent.parameter);
        if of_parameter().next().is_some() {
            return Some(of_parameter().any(|known| known.id == parent.id));
        }
        if of_kind().next().is_some() {
            return Some(of_kind().any(|known| known.id == parent.id));
        }
        parent.id_in(&self.fields).map(|id| id == parent.id)
    }

    /// Whether the entity can belong to these parents.
    pub(crate) fn fits(&self, parents: &[Parent]) -> bool {
        parents.iter().all(|parent| self.has_parent(parent).unwrap_or(true))
    }

    /// Whether the entity belongs to these parents.
    pub(crate) fn belongs(&self, parents: &[Parent]) -> bool {
        parents.iter().all(|parent| self.has_parent(parent) == Some(true))
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

/// Where an entity was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deletion {
    pub(crate) parents: Vec<Parent>,
    /// The outline of the path, if the entity only left a relation there (a member of a team): it exists elsewhere.
    pub(crate) only_at: Option<String>,
}

impl Deletion {
    /// Whether the entity is deleted for a path with this outline and these parents. The path of a listing is that above
    /// the deleted entity.
    fn applies(&self, path: &str, parents: &[Parent]) -> bool {
        let is_here = self.only_at.as_deref().is_none_or(|only_at| {
            only_at.strip_prefix(path).is_some_and(|below| below.is_empty() || below.starts_with('/'))
        });
        is_here && agree(&self.parents, parents)
    }

    fn weight(&self, id: &str) -> usize {
        64 + id.len() + weight_of_parents(&self.parents) + self.only_at.as_ref().map_or(0, String::len)
    }
}

#[derive(Debug, Default)]
struct Collection {
    /// In order of creation.
    entities: BTreeMap<u64, Entity>,
    positions: HashMap<String, Vec<u64>>,
    /// By id.
    deleted: HashMap<String, Vec<Deletion>>,
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
            deleted.retain(|deletion| {
                let stays = deletion.only_at.is_some() || !agree(&deletion.parents, &entity.parents);
                if !stays {
                    self.bytes = self.bytes.saturating_sub(deletion.weight(&entity.id));
                }
                stays
            });
            self.entities = self.entities.saturating_sub(before - deleted.len());
            if deleted.is_empty() {
                collection.deleted.remove(&entity.id);
            }
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
    pub(crate) fn entities(&self, collection: &str) -> impl DoubleEndedIterator<Item = &Entity> {
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

    /// Records that the entity with this id was deleted.
    ///
    /// # Errors
    /// If the store is full.
    pub(crate) fn mark_deleted(&mut self, collection: &str, id: &str, deletion: Deletion) -> Result<(), Full> {
        let known = self.collections.get(collection).and_then(|collection| collection.deleted.get(id));
        if known.is_some_and(|known| known.contains(&deletion)) {
            return Ok(());
        }
        self.make_room(1, self.bytes.saturating_add(deletion.weight(id)))?;
        let collection = self.collections.entry(collection.to_owned()).or_default();
        collection.deleted.entry(id.to_owned()).or_default().push(deletion);
        Ok(())
    }

    /// Forgets that the entity with this id was deleted for this path.
    pub(crate) fn restore(&mut self, collection: &str, id: &str, path: &str, parents: &[Parent]) {
        let Some(collection) = self.collections.get_mut(collection) else { return };
        let Some(deleted) = collection.deleted.get_mut(id) else { return };
        let before = deleted.len();
        deleted.retain(|deletion| {
            let stays = !deletion.applies(path, parents);
            if !stays {
                self.bytes = self.bytes.saturating_sub(deletion.weight(id));
            }
            stays
        });
        self.entities = self.entities.saturating_sub(before - deleted.len());
        if deleted.is_empty() {
            collection.deleted.remove(id);
        }
    }

    /// Whether an entity with this id was deleted for a path with this outline and these parents, and not created again.
    pub(crate) fn is_deleted(&self, collection: &str, id: &str, path: &str, parents: &[Parent]) -> bool {
        let deleted = self.collections.get(collection).and_then(|collection| collection.deleted.get(id));
        deleted.is_some_and(|deleted| deleted.iter().any(|known| known.applies(path, parents)))
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Deletion, Entity, Full, Store};
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
        store.mark_deleted("users", id, everywhere(&[]))
    }

    fn everywhere(parents: &[Parent]) -> Deletion {
        Deletion { parents: parents.to_vec(), only_at: None }
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
        assert!(store.is_deleted("users", "a", "users/{}", &[]) && !store.is_deleted("groups", "a", "groups/{}", &[]));
        assert_eq!(store.put("users", entity("a")), Ok(()));
        assert!(!store.is_deleted("users", "a", "users/{}", &[]));
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
        assert_eq!(store.mark_deleted("keys", "y", everywhere(&under("1"))), Ok(()));
        let is_deleted = |parents: &[Parent]| store.is_deleted("keys", "y", "keys/{}", parents);
        assert!(is_deleted(&under("1")) && !is_deleted(&under("2")) && is_deleted(&[]));
    }

    #[test]
    fn a_relation_is_deleted_at_its_path_only() {
        let mut store = Store::default();
        let left = Deletion { parents: under("1"), only_at: Some("teams/{}/members/{}".to_owned()) };
        assert_eq!(store.mark_deleted("users", "5", left), Ok(()));
        let is_deleted = |store: &Store, path: &str, parents: &[Parent]| store.is_deleted("users", "5", path, parents);
        assert!(is_deleted(&store, "teams/{}/members/{}", &under("1")));
        assert!(is_deleted(&store, "teams/{}/members", &under("1")));
        assert!(!is_deleted(&store, "teams/{}/members/{}", &under("2")));
        assert!(!is_deleted(&store, "users/{}", &[]) && !is_deleted(&store, "teams/{}/mem", &under("1")));
        store.restore("users", "5", "teams/{}/members/{}", &under("1"));
        assert!(!is_deleted(&store, "teams/{}/members/{}", &under("1")));
        assert_eq!((store.entities, store.bytes), (0, 0));
    }

    #[test]
    fn the_store_is_bounded() {
        let mut store = Store::bounded(2, 1 << 20);
        assert_eq!(store.put("users", entity("1")), Ok(()));
        assert_eq!(store.mark_deleted("users", "never made", everywhere(&[])), Ok(()));
        assert_eq!(store.put("users", entity("2")), Err(Full));
        assert_eq!(store.mark_deleted("users", "2", everywhere(&[])), Err(Full));
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
