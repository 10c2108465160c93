//! What was entered in a session, up to a limit: the oldest entries make room for new ones.

use std::collections::VecDeque;

/// The most entries that are kept.
const MAX_ENTRIES: usize = 10_000;

/// The most code that is kept, in bytes.
const MAX_BYTES: usize = 16 << 20;

/// A cell of the notebook, or code that was entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) code: String,
    pub(super) state: State,
}

/// The outcome of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Passed,
    Failed,
    /// A cell of the notebook that was not selected.
    Skipped,
}

/// The newest entries, with their numbers.
#[derive(Debug, Default)]
pub(super) struct Entries {
    kept: VecDeque<Entry>,
    /// How many older ones are not kept.
    dropped: usize,
    bytes: usize,
}

impl Entries {
    pub(super) fn push(&mut self, entry: Entry) {
        self.bytes += entry.code.len();
        self.kept.push_back(entry);
        while (self.kept.len() > MAX_ENTRIES || self.bytes > MAX_BYTES) && self.kept.len() > 1 {
            let oldest = self.kept.pop_front();
            self.bytes -= oldest.map_or(0, |entry| entry.code.len());
            self.dropped += 1;
        }
    }

    /// Says how the entry with that number ended.
    pub(super) fn ended(&mut self, number: usize, state: State) {
        if let Some(entry) = number.checked_sub(self.dropped).and_then(|index| self.kept.get_mut(index)) {
            entry.state = state;
        }
    }

    pub(super) fn last(&self) -> Option<&Entry> {
        self.kept.back()
    }

    /// The entries that are kept, with the N of their `$N`.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Entry)> {
        self.kept.iter().enumerate().map(|(index, entry)| (index + self.dropped, entry))
    }

    /// How many older entries are not kept.
    pub(super) fn dropped(&self) -> usize {
        self.dropped
    }
}

impl FromIterator<Entry> for Entries {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let mut all = Self::default();
        entries.into_iter().for_each(|entry| all.push(entry));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::{Entries, Entry, MAX_BYTES, MAX_ENTRIES, State};

    fn entry(code: impl Into<String>) -> Entry {
        Entry { code: code.into(), state: State::Passed }
    }

    #[test]
    fn the_oldest_entries_are_evicted() {
        let mut entries: Entries = (0..MAX_ENTRIES + 2).map(|number| entry(number.to_string())).collect();
        assert_eq!(entries.dropped(), 2);
        assert_eq!(entries.iter().next(), Some((2, &entry("2"))));
        entries.ended(1, State::Failed);
        entries.ended(2, State::Failed);
        assert_eq!(entries.iter().filter(|(_, entry)| entry.state == State::Failed).count(), 1);
    }

    #[test]
    fn the_last_entry_is_retained_regardless_of_its_size() {
        let entries: Entries = [entry("1"), entry(" ".repeat(MAX_BYTES + 1))].into_iter().collect();
        assert_eq!((entries.dropped(), entries.iter().count()), (1, 1));
    }
}
