//! The project is written in plain, standard English, without discouraged phrases.

use std::fs;
use std::path::PathBuf;

use regex::Regex;

use crate::support::root;

/// Discouraged phrases and their replacements.
const PHRASES: &[(&str, &str)] = &[
    (r"\b(is|are|was|were|be|being) told\b", "name who reports: `apinb reports …`, `the server sends …`"),
    (r"\btells? (the|an?|it)\b", "reports, announces, identifies, `X depends on Y`"),
    (r"\bmend(s|ed|ing)?\b", "fix, repair, recover"),
    (r"\bstand-ins?\b", "mock server"),
    (r"\bmisfits?\b", "violation"),
    (r"\bas (it|they) (is|was|are|were) meant\b", "the intended …"),
    (r"\b(is|are) none of\b", "does not match any of …"),
    (r"\bis none\b", "is missing, is not a …"),
    (r"\bfrom outside\b", "input, override, untrusted"),
    (r"\bwhat is given\b", "input, override, provided fields"),
    (r"\bas given\b", "the path of the user, verbatim"),
    (r"\bnobody\b", "no X, without a person, nothing"),
    (r"\bwhoever\b", "the caller, the user"),
    (r"\bsomebody\b", "the user, a caller"),
    (r"\b(has|have) to be\b", "must be, `expected X, got Y`"),
    (r"\b(is|are) no ([a-km-z]|l[^o])", "is not a …, cannot, invalid, unknown, unsupported"),
    (r"\blet(s)? in\b", "credentials, signed in"),
    (r"\blooked at\b", "inspected, checked, visited"),
    (r"\bnoted\b", "recorded, logged"),
];

/// Lines with a legitimate use of a phrase: `there is none` is plain English, and a test may search for a word.
fn is_plain(line: &str, found: &str) -> bool {
    let there = |phrase: &str| line.to_lowercase().contains(&format!("there {phrase}"));
    match found.to_lowercase().as_str() {
        "is none" => there("is none"),
        phrase if phrase.starts_with("is no") => there("is no"),
        phrase if phrase.starts_with("are no") => there("are no"),
        "nobody" => line.contains("$defs/Nobody"),
        _ => false,
    }
}

/// Comments that only repeat a name.
const TRIVIAL: &[&str] = &[
    r"^(Its|The) \w+\.$",
    r"^(Where|What|Why|How|Who)\.$",
    r"^(Where|What|How) (it|they) (is|are|stands?|ended|failed)\.$",
    r"^As (it is |it was )?(written|given|above)\.$",
];

/// The files in `folders` with one of these extensions, and `files`.
fn texts(folders: &[&str], endings: &[&str], files: &[&str]) -> Vec<(String, String)> {
    let mut folders: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    let mut files: Vec<PathBuf> = files.iter().map(|file| root().join(file)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            let ending = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if endings.contains(&ending.as_str()) {
                files.push(path);
            }
        }
    }
    assert!(!files.is_empty());
    let relative = |path: &PathBuf| path.strip_prefix(root()).unwrap().display().to_string();
    files.iter().map(|path| (relative(path), fs::read_to_string(path).unwrap())).collect()
}

fn sources() -> Vec<(String, String)> {
    let sources = texts(&["runtime"], &["rs"], &[]);
    sources.into_iter().filter(|(path, _)| !path.contains("/tests") && !path.contains("/examples/")).collect()
}

#[test]
fn discouraged_phrases_are_not_used() {
    let phrases: Vec<(Regex, &str)> =
        PHRASES.iter().map(|(pattern, better)| (Regex::new(&format!("(?i){pattern}")).unwrap(), *better)).collect();
    let mut found = Vec::new();
    let pages = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];
    let mut all = texts(&["runtime", "js", "docs"], &["rs", "js", "md", "json"], &pages);
    all.extend(texts(&["tests", "bench/criterion"], &["rs"], &["bench/README.md"]));
    all.retain(|(path, _)| path != "tests/words.rs");
    for (path, text) in all {
        let is_test = path.starts_with("tests/") || path.contains("/tests");
        for (line, words) in text.lines().enumerate() {
            // The name of a test is a sentence.
            let is_name = is_test && words.trim_start().starts_with("fn ");
            let words = if is_name { words.replace('_', " ") } else { words.to_owned() };
            let phrases = phrases.iter().filter_map(|(phrase, better)| Some((phrase.find(&words)?.as_str(), better)));
            let phrases = phrases.filter(|(phrase, _)| !is_plain(&words, phrase));
            found.extend(phrases.map(|(phrase, better)| format!("{path}:{}: `{phrase}`: {better}", line + 1)));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn help_is_a_sentence() {
    let mut found = Vec::new();
    for (path, text) in texts(&["tests/specs"], &["txt"], &[]) {
        for (line, words) in text.lines().enumerate() {
            if let Some((before, help)) = words.split_once("help: ")
                && before.trim().is_empty()
                && !help.starts_with(|first: char| first.is_uppercase() || first == '`')
            {
                found.push(format!("{path}:{}: {help}", line + 1));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn comments_say_more_than_names() {
    let trivial: Vec<Regex> = TRIVIAL.iter().map(|pattern| Regex::new(pattern).unwrap()).collect();
    let mut found = Vec::new();
    // Comments of these files are text for users: descriptions in the JSON Schemas, and `--help`.
    let is_published = |path: &str| path.starts_with("runtime/record/") || path.starts_with("runtime/cli/arguments");
    for (path, text) in sources().into_iter().filter(|(path, _)| !is_published(path)) {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for (number, line) in lines.iter().enumerate() {
            let is_doc =
                |at: Option<usize>| at.and_then(|at| lines.get(at)).is_some_and(|line| line.starts_with("///"));
            let alone = !is_doc(number.checked_sub(1)) && !is_doc(Some(number + 1));
            if let Some(comment) = line.strip_prefix("/// ")
                && alone
                && trivial.iter().any(|trivial| trivial.is_match(comment))
            {
                found.push(format!("{path}:{}: {comment}", number + 1));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Fields and variants may be undocumented; public items of a library may not.
#[test]
fn public_items_have_comments() {
    let item = Regex::new(r"^pub (async |const |unsafe )*(fn|struct|enum|trait|mod|static|const|type) (\w+)").unwrap();
    let mut found = Vec::new();
    for (path, text) in sources() {
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let Some(item) = item.captures(line.trim_start()) else { continue };
            // A module is documented at the top of its file.
            let above = lines[..number].iter().rev().map(|line| line.trim());
            let mut block = above.take_while(|line| !line.is_empty() && !line.ends_with('}') && !line.ends_with('{'));
            if &item[2] != "mod" && !block.any(|line| line.starts_with("///")) {
                found.push(format!("{path}:{}: {}", number + 1, &item[3]));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
