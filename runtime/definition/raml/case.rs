//! Converts compound words: `userId` → `user_id`, for the functions of template parameters (RAML 1.0, "Resource Type
//! and Trait Parameters").

use apinb_text::display::inflect;

/// The names of the functions, without `!`. RAML 0.8 has only the first two.
pub(super) const FUNCTIONS: [&str; 10] = [
    "singularize",
    "pluralize",
    "uppercase",
    "lowercase",
    "lowercamelcase",
    "uppercamelcase",
    "lowerunderscorecase",
    "upperunderscorecase",
    "lowerhyphencase",
    "upperhyphencase",
];

/// Applies a function to a value; `None` for an unknown function.
pub(super) fn applied(function: &str, value: &str) -> Option<String> {
    let text = match function {
        "singularize" => inflect::singular(value),
        "pluralize" => inflect::plural(value),
        "uppercase" => value.to_uppercase(),
        "lowercase" => value.to_lowercase(),
        "lowercamelcase" => {
            let mut words = words(value).into_iter();
            let first = words.next().unwrap_or_default().to_lowercase();
            words.fold(first, |text, word| text + &capitalized(&word))
        }
        "uppercamelcase" => words(value).iter().map(|word| capitalized(word)).collect(),
        "lowerunderscorecase" => words(value).join("_").to_lowercase(),
        "upperunderscorecase" => words(value).join("_").to_uppercase(),
        "lowerhyphencase" => words(value).join("-").to_lowercase(),
        "upperhyphencase" => words(value).join("-").to_uppercase(),
        _ => return None,
    };
    Some(text)
}

/// Splits a compound into words: at separators, before an upper-case letter, and before the last of several upper-case
/// letters that a lower-case letter follows (`HTTPServer` is `HTTP` and `Server`).
fn words(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut words: Vec<String> = vec![String::new()];
    for (at, c) in characters.iter().enumerate() {
        if matches!(c, '_' | '-' | ' ' | '.') {
            words.push(String::new());
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| characters.get(at));
        let small_before = before.is_some_and(|c| c.is_lowercase() || c.is_numeric());
        let capital_before = before.is_some_and(|c| c.is_uppercase());
        let small_after = characters.get(at + 1).is_some_and(|c| c.is_lowercase());
        if c.is_uppercase() && (small_before || capital_before && small_after) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(*c);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    let first: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + &characters.as_str().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{FUNCTIONS, applied};

    #[track_caller]
    fn check(value: &str, expected: [&str; 10]) {
        for (function, expected) in FUNCTIONS.iter().zip(expected) {
            assert_eq!(applied(function, value).as_deref(), Some(expected), "!{function} of {value}");
        }
    }

    #[test]
    fn each_function_joins_words_in_its_case() {
        check(
            "userId",
            ["userId", "userIds", "USERID", "userid", "userId", "UserId", "user_id", "USER_ID", "user-id", "USER-ID"],
        );
        check(
            "user-groups",
            [
                "user-group",
                "user-groups",
                "USER-GROUPS",
                "user-groups",
                "userGroups",
                "UserGroups",
                "user_groups",
                "USER_GROUPS",
                "user-groups",
                "USER-GROUPS",
            ],
        );
        check(
            "HTTPServer v2",
            [
                "HTTPServer v2",
                "HTTPServer v2",
                "HTTPSERVER V2",
                "httpserver v2",
                "httpServerV2",
                "HttpServerV2",
                "http_server_v2",
                "HTTP_SERVER_V2",
                "http-server-v2",
                "HTTP-SERVER-V2",
            ],
        );
        check("", [""; 10]);
    }

    #[test]
    fn other_functions_are_unknown() {
        assert_eq!(applied("titlecase", "a"), None);
    }
}
