//! The names of the files of cells.

use std::collections::HashSet;

/// The file that describes the whole cassette, without `.json`.
pub const HEAD: &str = "cassette";

/// The longest name, in characters.
const LONGEST: usize = 60;

/// Names of devices on Windows.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The name of the file of each cell, from the labels of all cells of a notebook in order. A second cell of the same name
/// is `-2`. No name depends on the number of the cell, so that an inserted one changes no other.
#[must_use]
pub fn of_cells<'l>(labels: impl IntoIterator<Item = &'l str>) -> Vec<String> {
    let mut taken = HashSet::new();
    let name = |label: &str| {
        let plain = slug(label);
        let numbered = |number: usize| if number == 1 { plain.clone() } else { format!("{plain}-{number}") };
        // As many are taken as there are cells: a free one follows.
        let free = (1..).map(numbered).find(|name| taken.insert(name.clone()));
        free.unwrap_or(plain)
    };
    labels.into_iter().map(name).collect()
}

/// The words of a label in lower case, joined by `-`.
fn slug(label: &str) -> String {
    let lower = label.to_lowercase();
    let words = lower.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut slug: String = words.collect::<Vec<_>>().join("-").chars().take(LONGEST).collect();
    slug.truncate(slug.trim_end_matches('-').len());
    let is_device = DEVICES.contains(&slug.as_str())
        || ["com", "lpt"].iter().any(|port| slug.strip_prefix(port).is_some_and(|rest| rest.len() == 1));
    match slug.as_str() {
        "" => "cell".to_owned(),
        HEAD => format!("{HEAD}-cell"),
        _ if is_device => format!("{slug}-cell"),
        _ => slug,
    }
}

/// Whether a file name is one that a cell or a body can have: no separators, no leading dot.
pub(crate) fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name.len() <= 255
        && !name.chars().any(|character| character.is_control() || "/\\:*?\"<>|".contains(character))
}
