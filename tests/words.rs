//! The words of the project: plain, standard English. Phrases of the first version do not come back.

use std::fs;
use std::path::PathBuf;

use regex::Regex;

use crate::support::root;

/// Phrases that the project does not use, and the words that it uses in their place.
const PHRASES: &[(&str, &str)] = &[
    (r"\b(is|are|was|were|be|being) told\b", "name who reports: `apinb reports …`, `the server sends …`"),
    (r"\bmend(s|ed|ing)?\b", "fix, repair, recover"),
    (r"\bstand-ins?\b", "mock server"),
    (r"\bas (it|they) (is|was|are|were) meant\b", "the intended …"),
    (r"\b(is|are) none of\b", "does not match any of …"),
    (r"\bfrom outside\b", "input, override, untrusted"),
];

/// The texts that people read: sources, the prelude, pages.
fn texts() -> Vec<(String, String)> {
    let mut folders: Vec<PathBuf> = ["runtime", "js", "docs"].iter().map(|folder| root().join(folder)).collect();
    let mut files = vec![root().join("README.md")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            let kind = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if ["rs", "js", "md", "json"].contains(&kind.as_str()) {
                files.push(path);
            }
        }
    }
    assert!(files.len() > 100, "{} files", files.len());
    let relative = |path: &PathBuf| path.strip_prefix(root()).unwrap().display().to_string();
    files.iter().map(|path| (relative(path), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn phrases_of_the_first_version_do_not_come_back() {
    let phrases: Vec<(Regex, &str)> =
        PHRASES.iter().map(|(pattern, better)| (Regex::new(&format!("(?i){pattern}")).unwrap(), *better)).collect();
    let mut found = Vec::new();
    for (path, text) in texts() {
        for (line, words) in text.lines().enumerate() {
            let phrases = phrases.iter().filter_map(|(phrase, better)| Some((phrase.find(words)?.as_str(), better)));
            found.extend(phrases.map(|(phrase, better)| format!("{path}:{}: `{phrase}`: {better}", line + 1)));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
