//! English plurals and singulars: for `!pluralize` and `!singularize` of RAML, and for names of things.
//!
//! The rules depend on the end of a word, with exceptions for words that often name API resources. Only the last word
//! of a text changes: `userAddress` → `userAddresses`. A word that already has the requested number stays unchanged.

/// Singular and plural of irregular words, matched at the end of a text.
const IRREGULAR: [(&str, &str); 28] = [
    ("person", "people"),
    ("child", "children"),
    ("woman", "women"),
    ("man", "men"),
    ("foot", "feet"),
    ("tooth", "teeth"),
    ("goose", "geese"),
    ("mouse", "mice"),
    ("movie", "movies"),
    ("cookie", "cookies"),
    ("cache", "caches"),
    ("criterion", "criteria"),
    ("phenomenon", "phenomena"),
    ("medium", "media"),
    ("bacterium", "bacteria"),
    ("curriculum", "curricula"),
    ("ox", "oxen"),
    ("index", "indices"),
    ("vertex", "vertices"),
    ("matrix", "matrices"),
    ("quiz", "quizzes"),
    ("hero", "heroes"),
    ("potato", "potatoes"),
    ("tomato", "tomatoes"),
    ("axis", "axes"),
    ("leaf", "leaves"),
    ("shelf", "shelves"),
    ("half", "halves"),
];

/// Words whose plural equals their singular.
const UNCOUNTABLE: [&str; 15] = [
    "equipment",
    "information",
    "metadata",
    "data",
    "news",
    "series",
    "species",
    "money",
    "feedback",
    "software",
    "hardware",
    "content",
    "sheep",
    "fish",
    "analytics",
];

/// Makes the last word plural.
#[must_use]
pub fn plural(text: &str) -> String {
    changed(text, |word| {
        if let Some((singular, plural)) = IRREGULAR.iter().find(|(singular, _)| ends_in_word(word, singular)) {
            return replaced(word, singular, plural);
        }
        if IRREGULAR.iter().any(|(_, plural)| ends_in_word(word, plural)) {
            return word.to_owned();
        }
        if is_plural(word) {
            return word.to_owned();
        }
        if let Some(stem) = word.strip_suffix("sis") {
            return format!("{stem}ses");
        }
        if let Some(stem) = word.strip_suffix('y').filter(|stem| !ends_in_vowel(stem)) {
            return format!("{stem}ies");
        }
        let hissing = ["s", "x", "z", "ch", "sh"].iter().any(|end| word.ends_with(end));
        if hissing { format!("{word}es") } else { format!("{word}s") }
    })
}

/// Makes the last word singular.
#[must_use]
pub fn singular(text: &str) -> String {
    changed(text, |word| {
        if let Some((singular, plural)) = IRREGULAR.iter().find(|(_, plural)| ends_in_word(word, plural)) {
            return replaced(word, plural, singular);
        }
        if !is_plural(word) {
            return word.to_owned();
        }
        if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
            return format!("{stem}y");
        }
        if ["analyses", "crises", "theses", "diagnoses", "synopses"].iter().any(|end| word.ends_with(end)) {
            return format!("{}is", word.strip_suffix("es").unwrap_or(word));
        }
        if let Some(stem) = word.strip_suffix("es") {
            let hissing = ["ss", "x", "zz", "ch", "sh", "us", "ias"].iter().any(|end| stem.ends_with(end));
            if hissing {
                return stem.to_owned();
            }
        }
        word.strip_suffix('s').unwrap_or(word).to_owned()
    })
}

/// Applies `change` to the lower-case text and restores the case of the unchanged start. An upper-case text stays upper
/// case.
fn changed(text: &str, change: impl Fn(&str) -> String) -> String {
    let lower = text.to_ascii_lowercase();
    if !text.ends_with(|c: char| c.is_ascii_alphabetic()) || UNCOUNTABLE.iter().any(|word| ends_in_word(&lower, word)) {
        return text.to_owned();
    }
    let word = change(&lower);
    let kept = lower.bytes().zip(word.bytes()).take_while(|(a, b)| a == b).count();
    let start = text.get(..kept).unwrap_or(text);
    let end = word.get(kept..).unwrap_or_default();
    match text.len() > 1 && text == text.to_ascii_uppercase() {
        true => format!("{start}{}", end.to_ascii_uppercase()),
        false => format!("{start}{end}"),
    }
}

fn is_plural(word: &str) -> bool {
    word.len() > 2 && word.ends_with('s') && !["ss", "us", "is", "as"].iter().any(|end| word.ends_with(end))
}

/// Whether `word` is `end`, or ends in it after a character that seems to end another word. A short `end` such as `man`
/// must be the whole word or follow `wo`.
fn ends_in_word(word: &str, end: &str) -> bool {
    match word.strip_suffix(end) {
        Some("") => true,
        Some(before) => end.len() > 4 || before.ends_with(|c: char| !c.is_ascii_alphabetic()),
        None => false,
    }
}

fn replaced(word: &str, end: &str, by: &str) -> String {
    format!("{}{by}", word.strip_suffix(end).unwrap_or(word))
}

fn ends_in_vowel(stem: &str) -> bool {
    stem.ends_with(['a', 'e', 'i', 'o', 'u']) || stem.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{plural, singular};

    fn check(one: &str, many: &str) {
        assert_eq!(plural(one), many, "plural of {one}");
        assert_eq!(singular(many), one, "singular of {many}");
        assert_eq!(plural(many), many, "plural of a plural: {many}");
        assert_eq!(singular(one), one, "singular of a singular: {one}");
    }

    #[test]
    fn nouns_are_pluralized_and_singularized() {
        for (one, many) in [
            ("user", "users"),
            ("User", "Users"),
            ("USER", "USERS"),
            ("group membership", "group memberships"),
            ("category", "categories"),
            ("key", "keys"),
            ("address", "addresses"),
            ("userAddress", "userAddresses"),
            ("box", "boxes"),
            ("branch", "branches"),
            ("status", "statuses"),
            ("alias", "aliases"),
            ("analysis", "analyses"),
            ("response", "responses"),
            ("message", "messages"),
            ("issue", "issues"),
            ("release", "releases"),
            ("person", "people"),
            ("Person", "People"),
            ("child", "children"),
            ("movie", "movies"),
            ("index", "indices"),
            ("leaf", "leaves"),
            ("metadata", "metadata"),
            ("news", "news"),
            ("medium", "media"),
            ("socialMedium", "socialMedia"),
            ("tie", "ties"),
        ] {
            check(one, many);
        }
    }

    #[test]
    fn other_texts_are_unchanged() {
        for text in ["", "é", "users/{id}", "42", "日本"] {
            assert_eq!(plural(text), text);
            assert_eq!(singular(text), text);
        }
    }
}
