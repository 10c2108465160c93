//! Finds all forms of all secrets in one pass over a text.
//!
//! The last four bytes of each form are the key of a table. At each position of a text, one bit says whether a form may
//! end there; only then its other bytes are compared: the first ones directly, those of a long form by their
//! fingerprint. So adding a form costs the same for the first and for the thousandth, a secret of any length is stored
//! in constant space, and the time of a search is proportional to the text, also where a text or a secret repeats
//! itself.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use crate::secret::fingerprint::{Fingerprint, Parts};
use crate::secret::forms::{Alphabet, Encoding, Form};

/// The length of a key, in bytes. Shorter forms cannot be found.
pub(super) const KEY: usize = 4;

/// Longer forms are compared by their fingerprint.
const STORED: usize = 64;

/// The forms of all secrets.
#[derive(Default)]
pub(super) struct FormIndex {
    /// By the last bytes.
    forms: HashMap<u32, Vec<StoredForm>>,
    filter: Filter,
    /// The length of the longest form.
    longest: usize,
}

struct StoredForm {
    /// The first bytes, at most [`STORED`].
    start: Box<[u8]>,
    /// Of the whole form, if it is longer.
    whole: Option<Fingerprint>,
    part_of: Option<Alphabet>,
    /// The index of its secret. That of the first one, if several have the form.
    secret: usize,
    encoding: Encoding,
}

impl StoredForm {
    fn is_same(&self, other: &Self) -> bool {
        (&self.start, self.whole, self.part_of) == (&other.start, other.whole, other.part_of)
    }
}

impl FormIndex {
    /// Adds `form` of the secret with an index; one with fewer bytes than a key is ignored.
    pub(super) fn insert(&mut self, form: &Form<'_>, secret: usize) {
        let text = form.text.as_bytes();
        let Some(key) = text.last_chunk::<KEY>() else { return };
        let key = u32::from_le_bytes(*key);
        let start = text.get(..STORED).unwrap_or(text);
        let whole = (text.len() > STORED).then(|| Fingerprint::of(text));
        let stored = StoredForm { start: start.into(), whole, part_of: form.part_of, secret, encoding: form.encoding };
        let same_key = self.forms.entry(key).or_default();
        if same_key.iter().any(|known| known.is_same(&stored)) {
            return;
        }
        same_key.push(stored);
        self.longest = self.longest.max(text.len());
        if self.filter.is_small_for(self.forms.len()) {
            self.filter = Filter::new(self.forms.keys().copied(), self.forms.len());
        } else {
            self.filter.insert(key);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    /// The length of the longest form, in bytes.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// A search in `text`.
    pub(super) fn search<'a>(&'a self, text: &'a [u8]) -> Search<'a> {
        Search { index: self, text, parts: OnceCell::new() }
    }
}

/// A search in one text.
pub(super) struct Search<'a> {
    index: &'a FormIndex,
    text: &'a [u8],
    /// Made for the first long form that may be in the text.
    parts: OnceCell<Parts<'a>>,
}

impl Search<'_> {
    /// Adds the forms that end after `ends.start` and not after `ends.end`, overlapping ones too: the rest of an
    /// overlapped secret is still secret.
    pub(super) fn find(&self, ends: &Range<usize>, found: &mut Found) {
        let first = (ends.start + 1).saturating_sub(KEY);
        let within = self.text.get(first..ends.end.min(self.text.len())).unwrap_or_default();
        let filter = &self.index.filter;
        for (at, key) in within.array_windows::<KEY>().enumerate() {
            let key = u32::from_le_bytes(*key);
            if filter.may_contain(key) {
                self.find_ending(first + at + KEY, key, found);
            }
        }
    }

    #[cold]
    fn find_ending(&self, end: usize, key: u32, found: &mut Found) {
        for form in self.index.forms.get(&key).into_iter().flatten() {
            let length = form.whole.map_or(form.start.len(), |whole| whole.length);
            let Some(start) = end.checked_sub(length) else { continue };
            if self.text.get(start..start + form.start.len()) != Some(&*form.start) {
                continue;
            }
            let parts = || self.parts.get_or_init(|| Parts::of(self.text));
            if form.whole.is_some_and(|whole| !parts().matches(&(start..end), whole)) {
                continue;
            }
            let mut range = start..end;
            // The letters on both sides of a part hold some bits of the secret.
            if let Some(alphabet) = form.part_of {
                let is_letter = |at: usize| self.text.get(at).is_some_and(|byte| alphabet.has(*byte));
                range.start -= usize::from(start > 0 && is_letter(start - 1));
                range.end += usize::from(is_letter(end));
            }
            found.add(range.clone());
            found.hit(Hit { range, secret: Some(form.secret), encoding: form.encoding });
        }
    }
}

/// A match of a secret.
pub(super) struct Hit {
    pub(super) range: Range<usize>,
    /// The index of the secret among all.
    pub(super) secret: Option<usize>,
    pub(super) encoding: Encoding,
}

/// The ranges that a search has found.
#[derive(Default)]
pub(super) struct Found {
    pub(super) ranges: Vec<Range<usize>>,
    /// Each match, if they are of interest.
    pub(super) hits: Option<Vec<Hit>>,
}

impl Found {
    /// Collects each match, too.
    pub(super) fn with_hits() -> Self {
        Self { hits: Some(Vec::new()), ..Self::default() }
    }

    /// Collects as `self` does.
    pub(super) fn alike(&self) -> Self {
        Self { hits: self.hits.as_ref().map(|_| Vec::new()), ..Self::default() }
    }

    pub(super) fn hit(&mut self, hit: Hit) {
        if let Some(hits) = &mut self.hits {
            hits.push(hit);
        }
    }

    /// Adds `range`, and joins it with the range before it where the two overlap: a repetitive text has a match at each
    /// of its positions.
    pub(super) fn add(&mut self, range: Range<usize>) {
        match self.ranges.last_mut() {
            Some(last) if last.start <= range.end && range.start <= last.end => {
                *last = last.start.min(range.start)..last.end.max(range.end);
            }
            _ => self.ranges.push(range),
        }
    }
}

/// Says for most keys in one step that the table does not have them.
#[derive(Default)]
struct Filter {
    /// One bit for each hash; the number of words is a power of two, or 0.
    words: Vec<u64>,
    shift: u32,
}

impl Filter {
    /// So many bits for each key: one in 32 other keys needs a look at the table.
    const BITS_PER_KEY: usize = 32;
    /// 4 KB stay in the nearest cache of any processor.
    const FEWEST_BITS: usize = 1 << 15;

    fn new(keys: impl Iterator<Item = u32>, count: usize) -> Self {
        let bits = (count * Self::BITS_PER_KEY * 2).next_power_of_two().max(Self::FEWEST_BITS);
        let mut filter = Self { words: vec![0; bits / 64], shift: 32 - bits.ilog2().min(32) };
        keys.for_each(|key| filter.insert(key));
        filter
    }

    fn is_small_for(&self, count: usize) -> bool {
        self.words.len() * 64 < count * Self::BITS_PER_KEY
    }

    fn bit(&self, key: u32) -> (usize, u64) {
        // Multiplicative hashing (Knuth, The Art of Computer Programming, section 6.4).
        let hash = key.wrapping_mul(0x9E37_79B1) >> self.shift;
        ((hash / 64) as usize, 1 << (hash % 64))
    }

    fn insert(&mut self, key: u32) {
        let (word, bit) = self.bit(key);
        if let Some(word) = self.words.get_mut(word) {
            *word |= bit;
        }
    }

    fn may_contain(&self, key: u32) -> bool {
        let (word, bit) = self.bit(key);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::{FormIndex, Found};
    use crate::secret::forms::Form;

    #[test]
    fn thousands_of_forms_are_found() {
        let mut index = FormIndex::default();
        let forms: Vec<String> =
            (0..5_000).map(|number| format!("form-{}-{number:x}", "x".repeat(number % 90))).collect();
        forms.iter().for_each(|form| index.insert(&Form::new(form.as_str()), 0));
        for form in &forms {
            let text = format!("..{form}..");
            let mut found = Found::default();
            index.search(text.as_bytes()).find(&(0..text.len()), &mut found);
            assert!(found.ranges.contains(&(2..2 + form.len())), "{form}");
        }
    }

    #[test]
    fn forms_are_found_by_their_ends() {
        let mut index = FormIndex::default();
        index.insert(&Form::new("abcdef"), 0);
        for (ends, expected) in [(0..9, 1), (6..8, 1), (7..8, 1), (8..9, 0), (0..7, 0), (0..100, 1), (50..60, 0)] {
            let mut found = Found::default();
            index.search(b"..abcdef.").find(&ends, &mut found);
            assert_eq!(found.ranges.len(), expected, "{ends:?}");
        }
    }
}
