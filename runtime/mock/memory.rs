//! What was created, changed and deleted, within bounds. Which request means what is [`crate::remember`]'s.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::noun::{plain, stem, stem_of_id};
use crate::overlay::{Fields, text_of, weight_of_fields};

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
}

/// A thing under which another stands: `9` of `/users/{user_id}/groups`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parent {
    /// The stem of its kind.
    pub(crate) kind: String,
    /// The tag that names it.
    pub(crate) tag: String,
    /// Its id.
    pub(crate) id: String,
}

impl Parent {
    /// Whether a field of this name says which parent a thing has.
    pub(crate) fn is_named_by(&self, field: &str) -> bool {
        let is_tag = plain(field) == plain(&self.tag) && plain(field) != "id";
        is_tag || stem_of_id(field).as_ref() == Some(&self.kind)
    }

    /// The id of this parent's kind that `fields` name.
    fn id_in(&self, fields: &Fields) -> Option<String> {
        let by_id = fields.iter().find(|(name, value)| self.is_named_by(name) && text_of(value).is_some());
        if let Some((_, value)) = by_id {
            return text_of(value);
        }
        let (_, owner) = fields.iter().find(|(name, value)| value.is_object() && stem(name) == self.kind)?;
        owner.get("id").and_then(text_of)
    }
}

impl Thing {
    /// Which parent of that kind it has; none when nothing tells.
    pub(crate) fn parent(&self, parent: &Parent) -> Option<String> {
        let known = self.parents.iter().find(|known| known.kind == parent.kind && known.tag == parent.tag);
        let known = known.or_else(|| self.parents.iter().find(|known| known.kind == parent.kind));
        known.map(|known| known.id.clone()).or_else(|| parent.id_in(&self.fields))
    }

    fn weight(&self) -> usize {
        let parents: usize = self.parents.iter().map(|parent| 96 + parent.kind.len() + parent.id.len()).sum();
        256 + 2 * self.id.len() + parents + weight_of_fields(&self.fields) + weight_of_fields(&self.given)
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
    places: HashMap<String, u64>,
    deleted: HashSet<String>,
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

    /// Puts a thing on a shelf, in the place of one with the same id. It is no longer deleted.
    ///
    /// # Errors
    /// When there is no room; then nothing changes.
    pub(crate) fn put(&mut self, shelf: &str, thing: Thing) -> Result<(), Full> {
        let old = self.thing(shelf, &thing.id).map(Thing::weight);
        let was_deleted = self.is_deleted(shelf, &thing.id);
        let freed = old.unwrap_or(0) + if was_deleted { weight_of_deleted(&thing.id) } else { 0 };
        let bytes = self.bytes.saturating_sub(freed).saturating_add(thing.weight());
        let things = self.things + usize::from(old.is_none() && !was_deleted);
        if things > self.bounds.things || bytes > self.bounds.bytes {
            return Err(Full);
        }
        (self.things, self.bytes) = (things, bytes);
        let shelf = self.shelves.entry(shelf.to_owned()).or_default();
        shelf.deleted.remove(&thing.id);
        let place = shelf.places.get(&thing.id).copied().unwrap_or_else(|| {
            shelf.given_out += 1;
            shelf.given_out
        });
        shelf.places.insert(thing.id.clone(), place);
        shelf.things.insert(place, thing);
        Ok(())
    }

    /// The thing with that id.
    pub(crate) fn thing(&self, shelf: &str, id: &str) -> Option<&Thing> {
        let shelf = self.shelves.get(shelf)?;
        shelf.things.get(shelf.places.get(id)?)
    }

    /// The things of a shelf, in the order in which they were made.
    pub(crate) fn things(&self, shelf: &str) -> impl Iterator<Item = &Thing> {
        self.shelves.get(shelf).into_iter().flat_map(|shelf| shelf.things.values())
    }

    /// Takes a thing away and remembers that it is gone, whether it was ever made or not.
    ///
    /// # Errors
    /// When there is no room to remember it.
    pub(crate) fn delete(&mut self, shelf: &str, id: &str) -> Result<(), Full> {
        if self.is_deleted(shelf, id) {
            return Ok(());
        }
        let gone = self.thing(shelf, id).map(Thing::weight);
        let bytes = self.bytes.saturating_sub(gone.unwrap_or(0)).saturating_add(weight_of_deleted(id));
        let things = self.things + usize::from(gone.is_none());
        if gone.is_none() && (things > self.bounds.things || bytes > self.bounds.bytes) {
            return Err(Full);
        }
        (self.things, self.bytes) = (things, bytes);
        let shelf = self.shelves.entry(shelf.to_owned()).or_default();
        if let Some(place) = shelf.places.remove(id) {
            shelf.things.remove(&place);
        }
        shelf.deleted.insert(id.to_owned());
        Ok(())
    }

    /// Whether a thing of that id was deleted, and not made again.
    pub(crate) fn is_deleted(&self, shelf: &str, id: &str) -> bool {
        self.shelves.get(shelf).is_some_and(|shelf| shelf.deleted.contains(id))
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
}

fn weight_of_deleted(id: &str) -> usize {
    64 + id.len()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Full, Memory, Parent, Thing};
    use crate::noun::stem;

    fn thing(id: &str) -> Thing {
        Thing { id: id.to_owned(), ..Thing::default() }
    }

    #[test]
    fn things_are_kept_in_order_and_forgotten() {
        let mut memory = Memory::default();
        for id in ["b", "a", "c"] {
            assert_eq!(memory.put("users", thing(id)), Ok(()));
        }
        assert_eq!(memory.put("users", thing("b")), Ok(()));
        assert_eq!(memory.delete("users", "a"), Ok(()));
        let ids: Vec<_> = memory.things("users").map(|thing| thing.id.as_str()).collect();
        assert_eq!(ids, ["b", "c"]);
        assert!(memory.is_deleted("users", "a") && !memory.is_deleted("groups", "a"));
        assert_eq!(memory.put("users", thing("a")), Ok(()));
        assert!(!memory.is_deleted("users", "a"));
    }

    #[test]
    fn memory_is_bounded() {
        let mut memory = Memory::bounded(2, 1 << 20);
        assert_eq!(memory.put("users", thing("1")), Ok(()));
        assert_eq!(memory.delete("users", "never made"), Ok(()));
        assert_eq!(memory.put("users", thing("2")), Err(Full));
        assert_eq!(memory.delete("users", "2"), Err(Full));
        assert_eq!(memory.put("users", thing("1")), Ok(()));
        assert_eq!(memory.delete("users", "1"), Ok(()));

        let mut memory = Memory::bounded(10, 2_000);
        let mut large = thing("1");
        large.fields.insert("text".to_owned(), json!("x".repeat(3_000)));
        assert_eq!(memory.put("users", large), Err(Full));
        for _ in 0..100 {
            assert_eq!(memory.put("users", thing("1")), Ok(()));
            assert_eq!(memory.delete("users", "1"), Ok(()));
        }
    }

    #[test]
    fn a_thing_knows_its_parents() {
        let user = Parent { kind: stem("users"), tag: "user_id".to_owned(), id: "9".to_owned() };
        let mut member = thing("1");
        assert_eq!(member.parent(&user), None);
        member.fields.insert("user".to_owned(), json!({"id": 7}));
        assert_eq!(member.parent(&user), Some("7".to_owned()));
        member.fields.insert("userId".to_owned(), json!(8));
        assert_eq!(member.parent(&user), Some("8".to_owned()));
        member.parents.push(user.clone());
        assert_eq!(member.parent(&user), Some("9".to_owned()));
    }
}
