//! "Did you mean": the known name that is closest to a mistyped one.

/// Names longer than this, in bytes, get no suggestion: comparing costs the product of the lengths.
const LONGEST: usize = 64;

/// Maximum edit distance of a suggestion.
const MAX_SLIPS: usize = 3;

/// The shortest name, in characters, that may be the beginning of a candidate.
const MIN_PREFIX: usize = 3;

/// The candidate that `name` most likely misspells: the closest one, else the shortest that begins with it. None if all
/// differ too much; the first of equals wins.
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let length = name.chars().count();
    if name.len() > LONGEST {
        return None;
    }
    // At most one edit in three characters; more is another word.
    let allowed = (length / 3).min(MAX_SLIPS);
    let rank = |candidate: &str| {
        let lower = candidate.to_lowercase();
        let others = lower.chars().count();
        let slips = if others.abs_diff(length) <= allowed { edit_distance(&name, &lower) } else { usize::MAX };
        if slips <= allowed {
            Some((false, slips))
        } else {
            (length >= MIN_PREFIX && lower.starts_with(&name)).then_some((true, others))
        }
    };
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .filter_map(|candidate| Some((rank(candidate)?, candidate)))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, candidate)| candidate)
}

/// The number of insertions, deletions, substitutions and transpositions between two texts. Takes time proportional to
/// the product of their lengths.
#[must_use]
pub fn edit_distance(one: &str, other: &str) -> usize {
    strsim::osa_distance(one, other)
}

#[cfg(test)]
mod tests {
    use super::suggest;

    fn check(name: &str, candidates: &[&str], expected: Option<&str>) {
        assert_eq!(suggest(name, candidates.iter().copied()), expected, "{name:?}");
    }

    #[test]
    fn typos_are_found() {
        check("uesrs", &["groups", "users", "user"], Some("users"));
        check("GET", &["post", "get"], Some("get"));
        check("getUser", &["getUsers", "get"], Some("getUsers"));
        check("id", &["Id"], Some("Id"));
        check("descripton", &["description", "queryParameters", "headers"], Some("description"));
        check("plural", &["singularize", "pluralize"], Some("pluralize"));
        check("date", &["datetime-only", "datetime", "dates"], Some("dates"));
        check("date", &["datetime-only", "datetime"], Some("datetime"));
        check("header", &["description", "queryParameters", "headers"], Some("headers"));
    }

    #[test]
    fn other_words_have_no_suggestion() {
        check("id", &["if", "ids"], None);
        check("tickets", &["users"], None);
        check("formParameters", &["queryParameters"], None);
        check("colour", &["description", "queryParameters", "headers"], None);
        check("", &["users"], None);
        check(&"a".repeat(100_000), &["a"], None);
        check("a", &[], None);
    }
}
