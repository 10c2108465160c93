//! "Did you mean": the known name that is closest to a mistyped one.

/// Names longer than this, in bytes, get no suggestion: comparing costs the product of the lengths.
const LONGEST: usize = 64;

/// The candidate that `name` is most likely a slip of; none when all are too far off. The first of equals wins.
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let length = name.chars().count();
    if name.len() > LONGEST {
        return None;
    }
    // One slip in three characters is a slip; more is another word.
    let allowed = length / 3;
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| (distance(&name, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn distance(lower: &str, candidate: &str) -> usize {
    strsim::damerau_levenshtein(lower, &candidate.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::suggest;

    fn check(name: &str, candidates: &[&str], expected: Option<&str>) {
        assert_eq!(suggest(name, candidates.iter().copied()), expected, "{name:?}");
    }

    #[test]
    fn slips_are_found() {
        check("uesrs", &["groups", "users", "user"], Some("users"));
        check("GET", &["post", "get"], Some("get"));
        check("getUser", &["getUsers", "get"], Some("getUsers"));
        check("id", &["Id"], Some("Id"));
    }

    #[test]
    fn other_words_are_not() {
        check("id", &["if", "ids"], None);
        check("tickets", &["users"], None);
        check("", &["users"], None);
        check(&"a".repeat(100_000), &["a"], None);
        check("a", &[], None);
    }
}
