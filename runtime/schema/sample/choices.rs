//! The choices made while generating a value, and the choices to change if the value is invalid.

use std::collections::HashMap;

/// The choices of the current try, and the changes from the first try.
#[derive(Debug, Default)]
pub(super) struct Choices {
    /// The index of the alternative to choose instead of the first, by pointer and number of the choice.
    changed: HashMap<(String, usize), usize>,
    /// In the order in which they were made.
    met: Vec<Point>,
    /// The number of choices for the value at each pointer.
    counts: HashMap<String, usize>,
}

/// A choice between alternatives.
#[derive(Debug)]
struct Point {
    /// The JSON pointer to the affected value.
    pointer: String,
    /// The number of this choice among those for the same value.
    number: usize,
    taken: usize,
    count: usize,
}

impl Choices {
    /// Starts a new try.
    pub(super) fn start(&mut self) {
        self.met.clear();
        self.counts.clear();
    }

    /// Chooses one of `count` alternatives.
    pub(super) fn pick(&mut self, pointer: &str, count: usize) -> usize {
        if count < 2 {
            return 0;
        }
        let number = match self.counts.get_mut(pointer) {
            Some(known) => {
                *known += 1;
                *known
            }
            None => {
                self.counts.insert(pointer.to_owned(), 0);
                0
            }
        };
        let key = (pointer.to_owned(), number);
        let taken = self.changed.get(&key).copied().unwrap_or_default().min(count - 1);
        self.met.push(Point { pointer: key.0, number, taken, count });
        taken
    }

    /// Changes the choice nearest to one of `culprits`, pointers to violations. False if all alternatives were tried.
    ///
    /// The nearest choice is the last one for that value, then for the values around it, then for those inside.
    pub(super) fn change(&mut self, culprits: &[String]) -> bool {
        culprits.iter().any(|culprit| self.change_for(culprit))
    }

    fn change_for(&mut self, culprit: &str) -> bool {
        let open = || self.met.iter().enumerate().filter(|(_, point)| point.taken + 1 < point.count);
        let around = open().filter(|(_, point)| is_within(culprit, &point.pointer));
        let around = around.max_by_key(|(at, point)| (point.pointer.len(), *at));
        let inside = || open().rfind(|(_, point)| is_within(&point.pointer, culprit));
        let Some((at, point)) = around.or_else(inside) else { return false };
        let (pointer, number, next) = (point.pointer.clone(), point.number, point.taken + 1);
        // Resets later choices for the same value or inside it.
        for later in self.met.iter().skip(at + 1).filter(|later| is_within(&later.pointer, &pointer)) {
            self.changed.remove(&(later.pointer.clone(), later.number));
        }
        self.changed.insert((pointer, number), next);
        true
    }
}

/// Whether `pointer` is `around` or inside it.
fn is_within(pointer: &str, around: &str) -> bool {
    pointer.strip_prefix(around).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::Choices;

    #[test]
    fn the_latest_relevant_choice_changes_first() {
        let mut choices = Choices::default();
        let mut seen = Vec::new();
        loop {
            choices.start();
            seen.push([choices.pick("", 2), choices.pick("/a", 1), choices.pick("/a", 2), choices.pick("/b", 3)]);
            if !choices.change(&["/a/c".to_owned()]) {
                break;
            }
        }
        assert_eq!(seen, [[0, 0, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0], [1, 0, 1, 0]]);
        assert!(!choices.change(&["/c".to_owned()]));
        assert!(choices.change(&["/c".to_owned(), "".to_owned()]));
    }
}
