//! What was created, changed and deleted, within bounds. Which request means what is [`crate::remember`]'s.

use std::collections::{BTreeMap, HashMap};

use crate::overlay::{Fields, weight_of_fields};
use crate::parent::{Parent, agree};

/// How much is remembered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Things, the deleted ones too.
    pub(crate) things: usize,
    /// Bytes, roughly.
    pub(crate) bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { things: 100_000, bytes: 256 << 20 }
    }
}

/// Nothing more can be remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full;

/// Something that a client made or changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Thing {
    /// As it stands in a path.
    pub(crate) id: String,
    /// All of it.
    pub(crate) fields: Fields,
    /// What the client said of it.
    pub(crate) given: Fields,
    /// What it was made under.
    pub(crate) parents: Vec<Parent>,
    /// It was never made, but changed: the id is the example's or the client's, and may be another thing's elsewhere.
    pub(crate) is_adopted: bool,
    /// Where it stands on its shelf; the memory sets it.
    pub(crate) place: Option<u64>,
}

impl Thing {
    /// Which parent of that kind it has; none when nothing tells.
    pub(crate) fn parent(&self, parent: &Parent) -> Option<String> {
        let known = self.parents.iter().find(|known| known.kind == parent.kind && known.tag == parent.tag);
        let known = known.or_else(|| self.parents.iter().find(|known| known.kind == parent.kind));
        known.map(|known| known.id.clone()).or_else(|| parent.id_in(&self.fields))
    }

    /// Whether it can stand under these.
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

/// All that is remembered, on a shelf for each kind of thing of each definition.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    bounds: Bounds,
    shelves: HashMap<String, Shelf>,
    things: usize,
    bytes: usize,
}

#[derive(Debug, Default)]
struct Shelf {
    /// In the order in which they were made.
    things: BTreeMap<u64, Thing>,
    places: HashMap<String, Vec<u64>>,
    /// By id, under which parents.
    deleted: HashMap<String, Vec<Vec<Parent>>>,
    /// How many places were given out.
    given_out: u64,
    /// How many ids were made up.
    made_up: u64,
}

impl Memory {
    #[cfg(test)]
    pub(crate) fn bounded(things: usize, bytes: usize) -> Self {
        Self { bounds: Bounds { things, bytes }, ..Self::default() }
    }

    /// Puts a thing on a shelf, or back to its place there. It is no longer deleted.
    ///
    /// # Errors
    /// When there is no room; then nothing changes.
    pub(crate) fn put(&mut self, shelf: &str, mut thing: Thing) -> Result<(), Full> {
        let old = thing.place.and_then(|place| self.shelves.get(shelf)?.things.get(&place)).map(Thing::weight);
        let more = usize::from(old.is_none());
        let bytes = self.bytes.saturating_sub(old.unwrap_or(0)).saturating_add(thing.weight());
        self.make_room(more, bytes)?;
        let shelf = self.shelves.entry(shelf.to_owned()).or_default();
        if let Some(deleted) = shelf.deleted.get_mut(&thing.id) {
            let before = deleted.len();
            deleted.retain(|parents| {
                let stays = !agree(parents, &thing.parents);
                if !stays {
                    self.bytes = self.bytes.saturating_sub(weight_of_deleted(&thing.id, parents));
                }
                stays
            });
            self.things = self.things.saturating_sub(before - deleted.len());
        }
        let place = thing.place.filter(|_| old.is_some()).unwrap_or_else(|| {
            shelf.given_out += 1;
            shelf.places.entry(thing.id.clone()).or_default().push(shelf.given_out);
            shelf.given_out
        });
        thing.place = Some(place);
        shelf.things.insert(place, thing);
        Ok(())
    }

    /// The thing with that id that can stand under these parents.
    pub(crate) fn thing(&self, shelf: &str, id: &str, parents: &[Parent]) -> Option<&Thing> {
        self.with_id(shelf, id).find(|thing| thing.fits(parents))
    }

    /// All things with that id.
    pub(crate) fn with_id(&self, shelf: &str, id: &str) -> impl Iterator<Item = &Thing> {
        let shelf = self.shelves.get(shelf);
        let places = shelf.and_then(|shelf| shelf.places.get(id)).into_iter().flatten();
        places.filter_map(move |place| shelf?.things.get(place))
    }

    /// The things of a shelf, in the order in which they were made.
    pub(crate) fn things(&self, shelf: &str) -> impl Iterator<Item = &Thing> {
        self.shelves.get(shelf).into_iter().flat_map(|shelf| shelf.things.values())
    }

    /// Takes a thing away.
    pub(crate) fn take(&mut self, shelf: &str, thing: &Thing) {
        let (Some(shelf), Some(place)) = (self.shelves.get_mut(shelf), thing.place) else { return };
        let Some(gone) = shelf.things.remove(&place) else { return };
        if let Some(places) = shelf.places.get_mut(&gone.id) {
            places.retain(|known| *known != place);
            if places.is_empty() {
                shelf.places.remove(&gone.id);
            }
        }
        self.things = self.things.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(gone.weight());
    }

    /// Remembers that there is no thing of that id under these parents.
    ///
    /// # Errors
    /// When there is no room to remember it.
    pub(crate) fn mark_deleted(&mut self, shelf: &str, id: &str, parents: &[Parent]) -> Result<(), Full> {
        if self.is_deleted(shelf, id, parents) {
            return Ok(());
        }
        self.make_room(1, self.bytes.saturating_add(weight_of_deleted(id, parents)))?;
        let shelf = self.shelves.entry(shelf.to_owned()).or_default();
        shelf.deleted.entry(id.to_owned()).or_default().push(parents.to_vec());
        Ok(())
    }

    /// Whether a thing of that id was deleted under these parents, and not made again.
    pub(crate) fn is_deleted(&self, shelf: &str, id: &str, parents: &[Parent]) -> bool {
        let deleted = self.shelves.get(shelf).and_then(|shelf| shelf.deleted.get(id));
        deleted.is_some_and(|deleted| deleted.iter().any(|known| agree(known, parents)))
    }

    /// Whether anything was ever put on that shelf, or taken from it.
    pub(crate) fn was_touched(&self, shelf: &str) -> bool {
        self.shelves.contains_key(shelf)
    }

    /// A number for the next made-up id of a shelf: 1, 2, …
    pub(crate) fn next_number(&mut self, shelf: &str) -> u64 {
        let shelf = self.shelves.entry(shelf.to_owned()).or_default();
        shelf.made_up += 1;
        shelf.made_up
    }

    fn make_room(&mut self, more: usize, bytes: usize) -> Result<(), Full> {
        if self.things + more > self.bounds.things || bytes > self.bounds.bytes {
            return Err(Full);
        }
        self.things += more;
        self.bytes = bytes;
        Ok(())
    }
}

fn weight_of_parents(parents: &[Parent]) -> usize {
    parents.iter().map(|parent| 96 + parent.kind.len() + parent.tag.len() + parent.id.len()).sum()
}

fn weight_of_deleted(id: &str, parents: &[Parent]) -> usize {
    64 + id.len() + weight_of_parents(parents)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Full, Memory, Thing};
    use crate::noun::stem;
    use crate::parent::Parent;

    fn thing(id: &str) -> Thing {
        Thing { id: id.to_owned(), ..Thing::default() }
    }

    fn under(user: &str) -> Vec<Parent> {
        vec![Parent { kind: stem("users"), tag: "user_id".to_owned(), id: user.to_owned() }]
    }

    fn delete(memory: &mut Memory, id: &str) -> Result<(), Full> {
        if let Some(thing) = memory.thing("users", id, &[]).cloned() {
            memory.take("users", &thing);
        }
        memory.mark_deleted("users", id, &[])
    }

    #[test]
    fn things_are_kept_in_order_and_forgotten() {
        let mut memory = Memory::default();
        for id in ["b", "a", "c"] {
            assert_eq!(memory.put("users", thing(id)), Ok(()));
        }
        let mut again = memory.thing("users", "b", &[]).cloned().expect("it is there");
        again.fields.insert("name".to_owned(), json!("B"));
        assert_eq!(memory.put("users", again), Ok(()));
        assert_eq!(delete(&mut memory, "a"), Ok(()));
        let ids: Vec<_> = memory.things("users").map(|thing| thing.id.as_str()).collect();
        assert_eq!(ids, ["b", "c"]);
        assert!(memory.is_deleted("users", "a", &[]) && !memory.is_deleted("groups", "a", &[]));
        assert_eq!(memory.put("users", thing("a")), Ok(()));
        assert!(!memory.is_deleted("users", "a", &[]));
    }

    #[test]
    fn one_id_may_stand_under_several_parents() {
        let mut memory = Memory::default();
        for user in ["1", "2"] {
            let adopted = Thing { parents: under(user), is_adopted: true, ..thing("x") };
            assert_eq!(memory.put("keys", adopted), Ok(()));
        }
        let of =
            |memory: &Memory, user: &str| memory.thing("keys", "x", &under(user)).map(|thing| thing.parents.clone());
        assert_eq!(of(&memory, "2"), Some(under("2")));
        assert_eq!(of(&memory, "3"), None);
        assert_eq!(memory.mark_deleted("keys", "y", &under("1")), Ok(()));
        assert!(memory.is_deleted("keys", "y", &under("1")) && !memory.is_deleted("keys", "y", &under("2")));
        assert!(memory.is_deleted("keys", "y", &[]));
    }

    #[test]
    fn memory_is_bounded() {
        let mut memory = Memory::bounded(2, 1 << 20);
        assert_eq!(memory.put("users", thing("1")), Ok(()));
        assert_eq!(memory.mark_deleted("users", "never made", &[]), Ok(()));
        assert_eq!(memory.put("users", thing("2")), Err(Full));
        assert_eq!(memory.mark_deleted("users", "2", &[]), Err(Full));
        let known = memory.thing("users", "1", &[]).cloned().expect("it is there");
        assert_eq!(memory.put("users", known), Ok(()));
        assert_eq!(delete(&mut memory, "1"), Ok(()));

        let mut memory = Memory::bounded(10, 2_000);
        let mut large = thing("1");
        large.fields.insert("text".to_owned(), json!("x".repeat(3_000)));
        assert_eq!(memory.put("users", large), Err(Full));
        for _ in 0..100 {
            assert_eq!(memory.put("users", thing("1")), Ok(()));
            assert_eq!(delete(&mut memory, "1"), Ok(()));
        }
        assert_eq!((memory.things, memory.bytes), (1, 65));
    }
}
