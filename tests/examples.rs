//! The examples of the documentation work: the example notebooks, the blocks of the README, documented options.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use regex::Regex;

use crate::support::{Case, copy_folder, program, root};

/// The example notebooks that need no external files.
fn examples() -> Vec<PathBuf> {
    let mut examples = Vec::new();
    for folder in fs::read_dir(root().join("notebooks")).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let is_notebook = path.extension().is_some_and(|extension| extension == "md");
            if is_notebook && !fs::read_to_string(&path).unwrap().contains("load(") {
                examples.push(path);
            }
        }
    }
    examples
}

#[test]
fn example_notebooks_pass_on_their_mock_servers() {
    let examples = examples();
    assert!(examples.len() >= 3, "{examples:?}");
    for path in examples {
        let name = path.file_name().unwrap().to_str().unwrap();
        let case = Case::command(["run", "--mock", name]);
        copy_folder(path.parent().unwrap(), case.folder());
        case.run().exit(0).stdout_contains(", 0 failed, 0 skipped; ");
    }
}

/// The blocks of a document for bash.
fn bash_blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(fence) = line.strip_suffix("bash").filter(|fence| fence.starts_with("```")) {
            blocks.push(lines.by_ref().take_while(|line| *line != fence).map(|line| format!("{line}\n")).collect());
        }
    }
    blocks
}

#[cfg(unix)]
#[test]
fn the_blocks_of_the_readme_run() {
    let blocks = bash_blocks(&fs::read_to_string(root().join("README.md")).unwrap());
    assert!(blocks.len() >= 3, "{blocks:?}");
    let case = Case::command([""; 0]);
    let mut variables = case.variables();
    if let Some((_, path)) = variables.iter_mut().find(|(name, _)| name == "PATH") {
        *path = format!("{}:{path}", program().parent().unwrap().display());
    }
    let mut output = String::new();
    for block in blocks {
        let mut bash = std::process::Command::new("bash");
        bash.args(["-euo", "pipefail", "-c", &block]).current_dir(case.folder()).env_clear().envs(variables.clone());
        let ended = bash.output().unwrap();
        output.push_str(&String::from_utf8_lossy(&ended.stdout));
        assert!(ended.status.success(), "{block}\n{output}{}", String::from_utf8_lossy(&ended.stderr));
    }
    for shown in ["/items", "POST /items", "4 cells: 4 passed", "\"Kettle\""] {
        assert!(output.contains(shown), "{shown}: {output}");
    }
    assert!(case.folder().join("report.html").exists() && case.folder().join("report.xml").exists());
}

/// The options in the help of a command.
fn options(command: &[&str]) -> BTreeSet<String> {
    let help = Case::command(command.iter().chain(&["--help"])).run();
    let option = Regex::new(r"(--[a-z-]+|\s-[a-zA-Z]\b)").unwrap();
    option.find_iter(&help.exit(0).stdout).map(|found| found.as_str().trim().to_owned()).collect()
}

#[test]
fn documented_commands_and_options_exist() {
    let shown = Regex::new(r"(?m)^    (?:\$ )?apinb ([^#\n]*)").unwrap();
    let mut seen = 0;
    for document in ["README.md", "docs/notebooks.md", "docs/mock.md", "docs/definitions.md"] {
        let text = fs::read_to_string(root().join(document)).unwrap();
        for line in shown.captures_iter(&text).map(|found| found[1].to_owned()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let command = if words[0] == "definition" || words[0] == "cache" { &words[..2] } else { &words[..1] };
            let known = options(command);
            for word in words.iter().filter(|word| word.starts_with('-') && word.len() > 1) {
                assert!(known.contains(*word), "{document}: `apinb {line}`: no {word} in {known:?}");
            }
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen}");
}
