//! Splits names, paths and descriptions into words, and compares words.

/// Minimum length of a word that is found at the beginning of others, and within others, in characters.
const MIN_PREFIX: usize = 3;
const MIN_PART: usize = 4;

/// The words of a text in lower case. `createTodo`, `create-todo` and `create todo` have the same words.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric()).flat_map(humps).filter(|word| !word.is_empty())
}

/// The words of `camelCase` and `HTTPServer`.
fn humps(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = vec![String::new()];
    let mut before: Option<char> = None;
    for (at, letter) in letters.iter().enumerate() {
        let after = letters.get(at + 1).copied();
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase() || (before.is_uppercase() && after.is_some_and(char::is_lowercase))
            });
        if begins {
            found.push(String::new());
        }
        if let Some(last) = found.last_mut() {
            last.extend(letter.to_lowercase());
        }
        before = Some(*letter);
    }
    found
}

/// How well a word of a definition matches one of a search: 1 if it is the same, 0 if it does not match.
pub(super) fn likeness(searched: &str, word: &str) -> f64 {
    let length = searched.chars().count();
    if searched == word {
        1.0
    } else if singular(searched) == singular(word) {
        0.95
    } else if length >= MIN_PREFIX && word.starts_with(searched) {
        0.7
    } else if (length >= MIN_PART || !searched.is_ascii()) && word.contains(searched) {
        0.4
    } else {
        0.0
    }
}

/// An approximation for comparing: `entries` and `entry`, `todos` and `todo`.
fn singular(word: &str) -> (&str, &str) {
    match (word.strip_suffix("ies"), word.strip_suffix('y'), word.strip_suffix('s')) {
        (Some(stem), ..) | (_, Some(stem), _) if !stem.is_empty() => (stem, "y"),
        (.., Some(stem)) if stem.len() > 2 && !stem.ends_with('s') => (stem, ""),
        _ => (word, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::{likeness, words};

    #[test]
    fn names_have_words() {
        for (text, expected) in [
            ("createTodo", "create todo"),
            ("/todo-lists/{todo_id}.json", "todo lists todo id json"),
            ("HTTPServer", "http server"),
            ("getURL", "get url"),
            ("v2Users", "v2users"),
            ("Löscht ein Ä", "löscht ein ä"),
            ("  ", ""),
        ] {
            assert_eq!(words(text).collect::<Vec<_>>().join(" "), expected, "{text}");
        }
    }

    #[test]
    fn similar_words_match_less() {
        let better = [("todo", "todo"), ("todos", "todo"), ("entry", "entries"), ("tod", "todo"), ("enda", "calendar")];
        let likenesses: Vec<f64> = better.iter().map(|(searched, word)| likeness(searched, word)).collect();
        assert!(likenesses.windows(2).all(|two| two[0] >= two[1]), "{likenesses:?}");
        for (searched, word) in [("odo", "todo"), ("to", "todo"), ("todos", "tod"), ("address", "addres")] {
            assert!(likeness(searched, word).abs() < f64::EPSILON, "{searched} {word}");
        }
        assert!(likeness("件", "文件管理") > 0.0);
    }
}
