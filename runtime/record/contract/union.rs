//! Makes one coverage of several: of the notebooks of a run, of the shards of a run, of a check and a run.
//!
//! The result does not depend on their order. A coverage may lack operations that others have, so that what a notebook
//! shows of a large definition is small.

use std::collections::HashMap;
use std::hash::Hash;

use super::coverage::{DefinitionCoverage, MAX_CELLS, OperationCoverage, PartCoverage, PartPlace, Shown};

/// Adds the definitions of `other` to `all`, sorted by title and file.
pub fn unite(all: &mut Vec<DefinitionCoverage>, other: Vec<DefinitionCoverage>) {
    unite_by(all, other, |one| one.definition.clone(), DefinitionCoverage::unite);
    all.sort_by(|one, other| (&one.title, &one.definition).cmp(&(&other.title, &other.definition)));
}

impl DefinitionCoverage {
    fn unite(&mut self, other: Self) {
        let Self { title: _, definition: _, operations, truncated } = other;
        unite_by(&mut self.operations, operations, |one| one.operation.clone(), OperationCoverage::unite);
        self.truncated |= truncated;
    }
}

impl OperationCoverage {
    fn unite(&mut self, other: Self) {
        let Self { operation: _, place, shown, calls, parts, cells, more_cells } = other;
        self.place.or(place);
        self.shown.add(shown);
        self.calls = self.calls.saturating_add(calls);
        unite_by(&mut self.parts, parts, |one| (one.kind, one.name.clone()), PartCoverage::unite);
        self.more_cells |= more_cells;
        self.cells.extend(cells);
        self.sort_cells();
    }

    fn sort_cells(&mut self) {
        self.cells.sort();
        self.cells.dedup();
        self.more_cells |= self.cells.len() > MAX_CELLS;
        self.cells.truncate(MAX_CELLS);
    }
}

impl PartCoverage {
    fn unite(&mut self, other: Self) {
        let Self { kind: _, name: _, place, shown } = other;
        self.place.or(place);
        self.shown.add(shown);
    }
}

impl PartPlace {
    fn or(&mut self, other: Self) {
        if self.line.is_none() {
            *self = other;
        }
    }
}

impl Shown {
    /// With what else shows it.
    pub fn add(&mut self, other: Self) {
        let Self { called, violated, documented } = other;
        self.called |= called;
        self.violated |= violated;
        self.documented |= documented;
    }
}

/// Unites each item of `other` with that of the same key, or appends it. Lists in the same order need no keys.
fn unite_by<T, K: Hash + Eq>(all: &mut Vec<T>, other: Vec<T>, key: impl Fn(&T) -> K, unite: impl Fn(&mut T, T)) {
    let mut places: Option<HashMap<K, usize>> = None;
    let known = all.len();
    for (at, item) in other.into_iter().enumerate() {
        let own = key(&item);
        if let Some(same) = all.get_mut(at).filter(|same| at < known && key(same) == own) {
            unite(same, item);
            continue;
        }
        let all_places = || all.iter().enumerate().map(|(at, item)| (key(item), at)).collect();
        let places = places.get_or_insert_with(all_places);
        match places.get(&own).copied().and_then(|at| all.get_mut(at)) {
            Some(same) => unite(same, item),
            None => {
                places.insert(own, all.len());
                all.push(item);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::unite;
    use crate::contract::coverage::{
        CellPlace, DefinitionCoverage, MAX_CELLS, OperationCoverage, PartCoverage, PartKind, PartPlace, Shown,
    };

    fn part(name: &str, called: bool, violated: bool) -> PartCoverage {
        PartCoverage {
            kind: PartKind::Status,
            name: name.to_owned(),
            place: PartPlace::default(),
            shown: Shown { called, violated, documented: false },
        }
    }

    fn operation(name: &str, parts: Vec<PartCoverage>, cells: &[usize]) -> OperationCoverage {
        OperationCoverage {
            operation: name.to_owned(),
            shown: Shown { called: !cells.is_empty(), ..Shown::default() },
            calls: cells.len(),
            parts,
            cells: cells.iter().map(|cell| CellPlace { notebook: "n.md".to_owned(), cell: *cell }).collect(),
            ..OperationCoverage::default()
        }
    }

    fn definition(file: &str, operations: Vec<OperationCoverage>) -> DefinitionCoverage {
        DefinitionCoverage {
            title: "A".to_owned(),
            definition: file.to_owned(),
            operations,
            ..DefinitionCoverage::default()
        }
    }

    fn united(all: impl IntoIterator<Item = Vec<DefinitionCoverage>>) -> Vec<DefinitionCoverage> {
        all.into_iter().fold(Vec::new(), |mut all, next| {
            unite(&mut all, next);
            all
        })
    }

    #[test]
    fn what_one_of_them_shows_is_shown() {
        let parts = [
            vec![definition(
                "a.yaml",
                vec![
                    operation("GET /a", vec![part("200", true, false), part("404", false, false)], &[10, 2]),
                    operation("GET /b", vec![part("200", false, false)], &[]),
                ],
            )],
            // Only what it shows.
            vec![definition("a.yaml", vec![operation("GET /b", vec![part("200", true, false)], &[1])])],
            vec![
                definition("b.yaml", Vec::new()),
                definition(
                    "a.yaml",
                    vec![operation("GET /a", vec![part("404", true, false), part("200", true, true)], &[3])],
                ),
            ],
        ];
        let all = united(parts.clone());
        assert_eq!(all.iter().map(|one| one.definition.as_str()).collect::<Vec<_>>(), ["a.yaml", "b.yaml"]);
        let shown = |operation: &OperationCoverage| {
            let parts: Vec<_> =
                operation.parts.iter().map(|part| (part.name.clone(), part.shown.is_as_declared())).collect();
            let cells: Vec<_> = operation.cells.iter().map(|cell| cell.cell).collect();
            (operation.calls, parts, cells)
        };
        let operations = &all[0].operations;
        let named =
            |names: &[(&str, bool)]| names.iter().map(|(name, is)| ((*name).to_owned(), *is)).collect::<Vec<_>>();
        assert_eq!(shown(&operations[0]), (3, named(&[("200", false), ("404", true)]), vec![2, 3, 10]));
        assert_eq!(shown(&operations[1]), (1, named(&[("200", true)]), vec![1]));
        let counts = all[0].counts();
        assert_eq!((counts[0].total, counts[0].called), (2, 2));
        assert_eq!((counts[1].total, counts[1].called, counts[1].as_declared), (3, 3, 2));
        // In any order and grouping.
        let [first, second, third] = parts;
        let rest = united([second, third]);
        assert_eq!(united([first, rest]), all);
    }

    #[test]
    fn an_operation_has_a_bounded_number_of_cells() {
        let of = |cells: std::ops::Range<usize>| {
            vec![definition("a", vec![operation("GET /a", Vec::new(), &cells.collect::<Vec<_>>())])]
        };
        let all = united((0..1_000).map(|at| of(999 - at..1_000 - at)));
        let operation = &all[0].operations[0];
        assert_eq!((operation.cells.len(), operation.cells[0].cell, operation.calls), (MAX_CELLS, 0, 1_000));
        assert!(operation.more_cells);
    }

    #[test]
    fn many_operations_are_united_in_linear_time() {
        let of = |reversed: bool| {
            let operation = |number: usize| {
                let parts =
                    (0..20).map(|part| self::part(&part.to_string(), number.is_multiple_of(2), false)).collect();
                operation(&format!("GET /{number}"), parts, &[number])
            };
            let mut operations: Vec<_> = (0..5_000).map(operation).collect();
            if reversed {
                operations.reverse();
            }
            vec![definition("a", operations)]
        };
        let all = united((0..20).map(|at| of(at % 2 == 1)));
        assert_eq!((all[0].operations.len(), all[0].operations[4_999].calls), (5_000, 20));
    }
}
