//! Nouns in names: `users`, `user`, `User` and `user_id` all refer to the same kind of entity.

/// Irregular plurals.
const IRREGULAR: [(&str, &str); 6] = [
    ("people", "person"),
    ("children", "child"),
    ("men", "man"),
    ("women", "woman"),
    ("indices", "index"),
    ("analyses", "analysis"),
];

/// The common part of a word and its plural. It is only for comparison and may not be a word.
pub(crate) fn stem(word: &str) -> String {
    let word = plain(word);
    for (plural, singular) in IRREGULAR {
        if let Some(start) = word.strip_suffix(plural) {
            return stem_of_singular(&format!("{start}{singular}"));
        }
    }
    stem_of_singular(&word)
}

fn stem_of_singular(word: &str) -> String {
    let keeps_s = ["ss", "us", "is"].iter().any(|ending| word.ends_with(ending));
    let word = if keeps_s { word } else { word.strip_suffix('s').unwrap_or(word) };
    let word = word.strip_suffix('e').unwrap_or(word);
    word.strip_suffix('y').map_or_else(|| word.to_owned(), |start| format!("{start}i"))
}

/// A word in lower case, without `_`, `-` and other separators.
pub(crate) fn plain(word: &str) -> String {
    word.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The stem of the noun in the name of an id: of `user` in `user_id` and `userId`; `None` for a plain `id`.
pub(crate) fn stem_of_id(name: &str) -> Option<String> {
    let name = plain(name);
    let noun = name.strip_suffix("id").filter(|noun| !noun.is_empty())?;
    Some(stem(noun))
}

#[cfg(test)]
mod tests {
    use super::{stem, stem_of_id};

    fn check(words: &[&str]) {
        for pair in words.windows(2) {
            assert_eq!(stem(pair[0]), stem(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn a_word_and_its_plural_have_one_stem() {
        check(&["user", "users", "User"]);
        check(&["group_membership", "group_memberships", "groupMemberships", "group-memberships"]);
        check(&["category", "categories"]);
        check(&["address", "addresses"]);
        check(&["job_status", "job_statuses"]);
        check(&["house", "houses"]);
        check(&["box", "boxes"]);
        check(&["branch", "branches"]);
        check(&["identity", "identities"]);
        check(&["key", "keys"]);
        check(&["person", "people"]);
        assert_ne!(stem("user"), stem("group"));
    }

    #[test]
    fn an_id_field_names_its_owner() {
        assert_eq!(stem_of_id("user_id"), Some(stem("users")));
        assert_eq!(stem_of_id("categoryId"), Some(stem("categories")));
        assert_eq!(stem_of_id("id"), None);
        assert_eq!(stem_of_id("name"), None);
    }
}
