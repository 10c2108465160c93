//! Shell completions and manual pages.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command as Process;

use apinb::cli::arguments::Arguments;
use clap::{Command, CommandFactory as _};

use crate::support::Case;

/// All commands with their full names, the program first.
pub(crate) fn commands() -> Vec<(Vec<String>, Command)> {
    let mut program = Arguments::command();
    program.build();
    let mut found = vec![(Vec::new(), program)];
    let mut at = 0;
    while let Some((words, command)) = found.get(at).cloned() {
        found.extend(
            command.get_subcommands().map(|one| ([&words[..], &[one.get_name().to_owned()]].concat(), one.clone())),
        );
        at += 1;
    }
    found
}

/// The completions of bash for the last word of `line`.
fn bash(line: &str) -> Vec<String> {
    let script = Case::command(["completions", "bash"]).run().exit(0).stdout.clone();
    let words: Vec<&str> = line.split(' ').collect();
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let call = format!(
        "COMP_WORDS=({})\nCOMP_CWORD={}\nCOMP_LINE='{line}'\nCOMP_POINT=${{#COMP_LINE}}\n\
         $(complete -p apinb | sed 's/.*-F \\([^ ]*\\).*/\\1/') apinb '{}' '{}'\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
        quoted.join(" "),
        words.len() - 1,
        words.last().unwrap(),
        words[words.len() - 2],
    );
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notebook.md"), "").unwrap();
    fs::write(folder.path().join("completions.sh"), script).unwrap();
    let mut process = Process::new("bash");
    process.args(["--norc", "--noprofile", "-c", &format!("source ./completions.sh || exit\n{call}")]);
    let output = process.current_dir(folder.path()).output().expect("bash is installed");
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_options_and_files() {
    assert_eq!(bash("apinb mo"), ["mock"]);
    assert_eq!(bash("apinb definition sh"), ["show"]);
    assert_eq!(bash("apinb run --max-h"), ["--max-heap"]);
    assert_eq!(BTreeSet::from_iter(bash("apinb run --inp")), ["--input", "--inputs"].map(str::to_owned).into());
    // Where the script offers nothing, bash offers files.
    assert_eq!(bash("apinb run noteb"), [""]);
    let script = Case::command(["completions", "bash"]).run().exit(0).stdout.clone();
    assert!(
        script.lines().any(|line| line.trim().starts_with("complete -F") && line.contains("-o default")),
        "{script}"
    );
    assert_eq!(bash("apinb run --env-file noteb"), ["notebook.md"]);
    assert_eq!(bash("apinb --color al"), ["always"]);
    assert_eq!(bash("apinb completions fi"), ["fish"]);
    assert_eq!(bash("apinb rules raml/type"), ["raml/type-cycle"]);
}

#[test]
fn every_shell_gets_every_command_and_option() {
    for shell in ["bash", "zsh", "fish"] {
        let script = Case::command(["completions", shell]).run().exit(0).stdout.clone();
        for (words, command) in commands() {
            let name = words.last().map_or("apinb", String::as_str);
            assert!(script.contains(name), "{shell}: {words:?}");
            for option in command.get_arguments().filter_map(clap::Arg::get_long) {
                let written = if shell == "fish" { format!("-l {option}") } else { format!("--{option}") };
                assert!(script.contains(&written), "{shell}: {words:?} {option}");
            }
        }
    }
    let outcome = Case::command(["completions", "csh"]).run();
    outcome.exit(2).stderr_contains("possible values: bash, elvish, fish, powershell, zsh");
}

/// Checks that a page has only known requests, and no text line that man would read as one.
#[track_caller]
fn check_page(page: &str, name: &str) {
    let known = ["TH", "SH", "SS", "TP", "PP", "RS", "RE", "IP", "nf", "fi", "br", "sp", "ie", "el", "ds"];
    for line in page.lines() {
        assert!(!line.starts_with('\''), "{name}: {line}");
        if let Some(request) = line.strip_prefix('.') {
            let word = request.split([' ', '\\']).next().unwrap();
            assert!(word.is_empty() || known.contains(&word), "{name}: {line}");
        }
    }
    assert_eq!(page.matches("\n.nf").count(), page.matches("\n.fi").count(), "{name}");
    let title = page.lines().find(|line| line.starts_with(".TH ")).unwrap();
    assert!(title.starts_with(&format!(".TH {name} 1 ")), "{title}");
    let sections: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix(".SH ")).collect();
    let mut expected = vec!["NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES"];
    expected.retain(|section| !sections.contains(section));
    assert_eq!(expected, Vec::<&str>::new(), "{name}: {sections:?}");
    assert_eq!(sections.iter().collect::<BTreeSet<_>>().len(), sections.len(), "{name}: {sections:?}");
}

#[test]
fn every_command_has_its_page() {
    let outcome = Case::command(["man", "--dir", "share/man1"]).run();
    outcome.exit(0).stdout_is("").stderr_is("");
    let mut expected = Vec::new();
    for (words, command) in commands() {
        let name = ["apinb".to_owned()].into_iter().chain(words.clone()).collect::<Vec<_>>().join("-");
        let page = outcome.file(&format!("share/man1/{name}.1"));
        check_page(&page, &name);
        // Hyphens are escaped so that they can be copied.
        let text = page.replace("\\-", "-");
        let shown = command.get_arguments().filter(|argument| !argument.is_hide_set());
        for option in shown.filter_map(clap::Arg::get_long) {
            assert!(text.contains(&format!("--{option}")), "{name}: {option}");
        }
        for below in command.get_subcommands() {
            assert!(text.contains(&format!("{name}-{}(1)", below.get_name())), "{name}: {}", below.get_name());
        }
        let printed = Case::command(["man".to_owned()].into_iter().chain(words)).run();
        printed.exit(0).stdout_is(&page);
        expected.push(format!("{name}.1"));
    }
    expected.sort();
    let folder = tempfile::tempdir().unwrap();
    Case::command(["man", "--dir"]).args([folder.path()]).run().exit(0);
    let mut found: Vec<String> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn unwritable_pages_are_errors() {
    let outcome = Case::command(["man", "rum"]).run();
    outcome.exit(2).stderr_is("error: unknown command `rum`\n\nhelp: Did you mean `run`?\n");
    Case::command(["man", "auth", "xyzzy"])
        .run()
        .exit(2)
        .stderr_contains("Run `apinb --help` for a list of the commands.");
    let case = Case::command(["man", "--dir", "file/man1"]).file("file", "");
    case.run().exit(2).stderr_contains("error: cannot write `file/man1`");
}
