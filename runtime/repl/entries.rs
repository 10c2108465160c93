//! The entries of a session, up to a limit: the oldest are dropped.

use std::collections::VecDeque;

/// Maximum number of entries.
const MAX_ENTRIES: usize = 10_000;

/// Maximum size of the code of all entries, in bytes.
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
    /// The number of dropped entries.
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

    /// Sets the outcome of the entry with that number.
    pub(super) fn ended(&mut self, number: usize, state: State) {
        if let Some(entry) = number.checked_sub(self.dropped).and_then(|index| self.kept.get_mut(index)) {
            entry.state = state;
        }
    }

    pub(super) fn last(&self) -> Option<&Entry> {
        self.kept.back()
    }

    /// The entries with the numbers of their results.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Entry)> {
        self.kept.iter().enumerate().map(|(index, entry)| (index + self.dropped, entry))
    }

    /// The number of dropped entries.
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
