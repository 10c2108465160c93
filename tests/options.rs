//! Every option of every command has help, documentation and a test.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use clap::Arg;

use crate::shell::commands;
use crate::support::root;

/// The options with their commands, except those that clap defines.
fn options() -> BTreeMap<String, Vec<String>> {
    let mut options: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (words, command) in commands() {
        for option in command.get_arguments().filter_map(Arg::get_long) {
            if !matches!(option, "help" | "version") {
                options.entry(option.to_owned()).or_default().push(words.join(" "));
            }
        }
    }
    assert!(options.len() > 30, "{options:?}");
    options
}

/// The concatenated files in and below `folder` with this suffix.
fn texts(folder: &Path, ending: &str) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "node_modules" {
            text.push_str(&texts(&path, ending));
        } else if name.ends_with(ending) {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
    text
}

/// Whether `--option` is in the text, other than as a prefix of another option.
fn names(text: &str, option: &str) -> bool {
    let flag = format!("--{option}");
    let ends =
        |at: usize| !text[at + flag.len()..].starts_with(|next: char| next.is_ascii_alphanumeric() || next == '-');
    text.match_indices(&flag).any(|(at, _)| ends(at))
}

#[track_caller]
fn check(text: &str, what: &str) {
    let missing: BTreeMap<String, Vec<String>> =
        options().into_iter().filter(|(option, _)| !names(text, option)).collect();
    assert!(missing.is_empty(), "{what} these options: {missing:#?}");
}

#[test]
fn every_command_and_argument_has_help() {
    for (words, command) in commands() {
        assert!(command.get_about().is_some(), "{words:?}");
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{words:?} {}", argument.get_id());
            // Shell completions need a hint for the value.
            let known = !argument.get_possible_values().is_empty() || !argument.get_action().takes_values();
            let hint = argument.get_value_hint() != clap::ValueHint::Unknown;
            assert!(known || hint, "{words:?} {} has no `value_hint`", argument.get_id());
        }
    }
}

#[test]
fn every_option_is_documented() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    check(&(readme + &texts(&root().join("docs"), ".md")), "the documents lack");
}

#[test]
fn every_option_has_a_test() {
    check(&texts(&root().join("tests"), ".rs"), "no test uses");
}

#[test]
fn options_are_matched_as_whole_names() {
    assert!(names("a `--input` b", "input") && names("--input=x", "input") && names("--x --input", "input"));
    assert!(!names("--inputs --input-file", "input"));
}
