//! The layers of the architecture: which modules may name which. New files are checked automatically.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;

use crate::support::{circles, root};

/// All Rust sources below `folder`.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((relative(&path), code(&fs::read_to_string(&path).unwrap())));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no sources");
    found
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/")
}

/// Removes comments, which may name anything.
fn code(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Checks that no file below `folder`, except those below `except`, matches `pattern`.
#[track_caller]
fn check(folder: &str, except: &[&str], pattern: &str) {
    let pattern = Regex::new(pattern).unwrap();
    let mut wrong = Vec::new();
    for (path, code) in sources(folder) {
        // Code that only tests use may do more.
        if !is_test(&path) && !except.iter().any(|except| path.starts_with(except)) {
            wrong.extend(pattern.find_iter(&code).map(|found| format!("{path}: {}", found.as_str())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_files_crate_opens_files() {
    // Tests are part of their file.
    let except = ["runtime/files/", "runtime/cli/settings/document.rs"];
    let pattern = r"\bFile::(open|create|options)|\bOpenOptions\b|\bfs::(read|read_to_string|write|rename|remove_file)\(|\btempfile::(Builder|NamedTempFile)|\bNamedTempFile::";
    check("runtime", &except, pattern);
}

#[test]
fn only_the_cli_and_the_reports_write_to_the_terminal() {
    let except = ["runtime/cli/", "runtime/report/"];
    check("runtime", &except, r"\be?print(ln)?!|\bdbg!|\bstdout\(\)|\bstderr\(\)|\bStdout\b|\bStderr\b");
}

/// A declaration of a type contains declarations of types: these four files are one recursive algorithm.
const DECLARATIONS_OF_TYPES: [&str; 4] =
    ["raml/types/facets.rs", "raml/types/inherit.rs", "raml/types/names.rs", "raml/types/read.rs"];

#[test]
fn files_import_one_another_in_one_direction() {
    let all = sources("runtime");
    let mut wrong = Vec::new();
    let crates: Vec<String> = rows("crate").into_iter().map(|(name, _)| name).collect();
    for part in crates.iter().map(String::as_str).chain([PROGRAM]) {
        let files = all.iter().filter_map(|(path, code)| Some((below(path, part, &crates)?, code.clone())));
        let mut circles = circles(&files.filter(|(path, _)| !is_test(path)).collect::<Vec<_>>());
        if part == "definition" {
            circles.retain(|circle| *circle != DECLARATIONS_OF_TYPES);
        }
        wrong.extend(circles.into_iter().map(|circle| format!("{part}: {circle:?}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The program, which has no folder: its folders are beside those of the crates.
const PROGRAM: &str = "apinb";

/// The path of a file in the folder of a crate.
fn below(path: &str, part: &str, crates: &[String]) -> Option<String> {
    let path = path.strip_prefix("runtime/")?;
    match path.split_once('/').filter(|(folder, _)| crates.iter().any(|known| known == folder)) {
        Some((folder, path)) => (folder == part).then(|| path.to_owned()),
        None => (part == PROGRAM).then(|| path.to_owned()),
    }
}

/// The table of ARCHITECTURE.md with that first column: names, and the names that each may use.
fn rows(first: &str) -> Vec<(String, Vec<String>)> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let lines = text.lines().skip_while(|line| !line.starts_with(&format!("| {first} |"))).skip(2);
    let lines = lines.take_while(|line| line.starts_with("| "));
    let found: Vec<_> = lines
        .filter_map(|line| {
            let mut columns = line.trim_matches('|').split('|').map(str::trim);
            let name = columns.next()?.trim_start_matches("`apinb_").trim_matches('`').to_owned();
            let others = columns.next()?.split(", ").filter(|other| *other != "–").map(str::to_owned);
            Some((name, others.collect()))
        })
        // The program may depend on all crates.
        .filter(|(name, _)| !name.contains(' '))
        .collect();
    assert!(found.len() > 3, "ARCHITECTURE.md has no table of this kind: {first}");
    found
}

/// The files that may name third-party crates; no other file does.
const USERS: [(&str, &[&str]); 19] = [
    ("aho_corasick|strsim", &["text/"]),
    ("clap|clap_complete|clap_mangen", &["cli/"]),
    ("csv", &["cli/jobs/rows/", "engine/ops/file.rs"]),
    ("toml", &["cli/jobs/rows/", "cli/settings/"]),
    ("deno_core|deno_error|deno_web|deno_webidl|serde_v8|v8", &["engine/"]),
    ("digest_auth|hmac|keyring_core|oauth2|rsa|sha1", &["auth/"]),
    ("dirs", &["files/"]),
    ("hyper", &["http/", "mock/"]),
    ("hyper_util|http_body_util", &["mock/"]),
    ("jsonschema|regex_syntax", &["schema/"]),
    ("regex", &["cassette/scan/", "schema/"]),
    ("landlock|libc|seccompiler|sysinfo", &["sandbox/"]),
    ("maud|quick_xml", &["report/"]),
    (r"oxc_\w+|stacker", &["analysis/"]),
    ("pulldown_cmark", &["notebook/", "report/"]),
    ("reqwest|rustls", &["http/"]),
    ("rustyline", &["cli/person.rs", "repl/completion.rs", "repl/editor.rs"]),
    ("saphyr_parser", &["definition/", "notebook/"]),
    ("schemars", &["record/"]),
];

#[test]
fn third_party_crates_have_few_users() {
    let mut wrong = Vec::new();
    for (names, users) in USERS.into_iter().chain([("toml_writer", &["port/"] as &[&str])]) {
        // Not `apinb_auth::oauth2::`.
        let pattern = Regex::new(&format!(r"(?m)(?:^|[^:\w])(?:{names})::")).unwrap();
        for (path, code) in sources("runtime") {
            let is_user =
                users.iter().any(|user| path.strip_prefix("runtime/").is_some_and(|path| path.starts_with(user)));
            if !is_test(&path) && !is_user {
                let found = pattern.find_iter(without_tests(&code)).map(|found| found.as_str().trim().to_owned());
                wrong.extend(found.map(|found| format!("{path}: {found}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn folders_of_the_program_name_only_allowed_modules() {
    let named = Regex::new(r"\b(?:apinb_|crate::)(\w+)").unwrap();
    let mut wrong = Vec::new();
    for (folder, allowed) in rows("folder") {
        for (path, code) in sources(&format!("runtime/{folder}")).into_iter().filter(|(path, _)| !is_test(path)) {
            let names = named.captures_iter(without_tests(&code)).map(|found| found[1].to_owned());
            let names = names.filter(|name| *name != folder && !allowed.contains(name));
            wrong.extend(names.map(|name| format!("{path}: {name}")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Tests of a file may use modules above it.
fn without_tests(code: &str) -> &str {
    code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default()
}

/// A path below a crate's folder.
fn is_test(path: &str) -> bool {
    let tools = ["tests", "examples", "benches"];
    path.split('/').any(|part| tools.contains(&part) || part == "tests.rs" || part == "property_tests.rs")
}

/// The crates that do no I/O.
const PURE: [&str; 7] = ["text", "schema", "notebook", "record", "analysis", "definition", "client"];

#[test]
fn crates_depend_only_on_documented_crates() {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join("runtime")).unwrap() {
        let folder = entry.unwrap().path();
        let Ok(manifest) = fs::read_to_string(folder.join("Cargo.toml")) else { continue };
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        // Tests may use more.
        let code = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        let named = code.lines().filter_map(|line| line.strip_prefix("apinb_")?.split(['.', ' ']).next());
        found.push((name, named.map(str::to_owned).collect::<Vec<_>>()));
    }
    let sorted = |mut rows: Vec<(String, Vec<String>)>| {
        rows.iter_mut().for_each(|(_, others)| others.sort());
        rows.sort();
        rows
    };
    assert_eq!(sorted(found), sorted(rows("crate")));
}

#[test]
fn pure_crates_do_no_io() {
    for name in PURE {
        check(&format!("runtime/{name}"), &[], r"\bstd::(fs|net|env|process|thread)\b|\bstdin\(\)");
        // Code that only tests use does not count.
        let package = format!("apinb_{name}");
        let tree = Command::new(env!("CARGO"))
            .args(["tree", "--package", &package, "--edges", "normal", "--prefix", "none", "--offline", "--locked"])
            .current_dir(root())
            .output()
            .unwrap();
        let tree = String::from_utf8(tree.stdout).unwrap();
        assert!(tree.starts_with(&format!("{package} ")), "{tree}");
        let impure = ["tokio", "v8", "deno_core", "reqwest", "hyper", "clap"];
        let names = tree.lines().map(|line| line.split(' ').next().unwrap_or(""));
        let found: Vec<&str> = names.filter(|name| impure.contains(name)).collect();
        assert!(found.is_empty(), "{name}: {found:?}");
    }
}

#[test]
fn javascript_is_in_separate_files() {
    let names = fs::read_dir(root().join("js/prelude")).unwrap().map(|entry| entry.unwrap().file_name());
    let names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    let numbered = Regex::new("^[0-9]{2}_[a-z0-9_]+\\.js$").unwrap();
    let wrong: Vec<&String> = names.iter().filter(|name| name.ends_with(".js") && !numbered.is_match(name)).collect();
    assert!(wrong.is_empty(), "the number of a file is its load order: {wrong:?}");
}

/// A notebook may have variables with these names.
#[test]
fn the_prelude_captures_built_in_functions_before_any_cell_runs() {
    let read = |name: &str| fs::read_to_string(root().join("js/prelude").join(name)).unwrap();
    let language = "Array ArrayBuffer BigInt Boolean DataView Date Error Function JSON Map Math Number Object Promise \
                    Proxy RangeError Reflect RegExp Set String Symbol TypeError Uint8Array WeakMap WeakSet \
                    decodeURIComponent encodeURIComponent isNaN parseFloat parseInt";
    let reserved: Vec<&str> = language.split_whitespace().collect();
    let comments_and_strings = Regex::new(r#"(?s)/\*.*?\*/|//[^\n]*|"[^"\n]*""#).unwrap();
    let taken = Regex::new(r"(?s)\b(?:import|const) \{(.*?)\}").unwrap();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(root().join("js/prelude")).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        if !file.ends_with(".js") || file.starts_with("00_") {
            continue;
        }
        let text = read(&file);
        let code = comments_and_strings.replace_all(&text, "");
        let taken: String = taken.captures_iter(&code).map(|found| format!(" {} ", &found[1])).collect();
        for name in &reserved {
            let used = Regex::new(&format!(r"(?:^|[^\w.$]){name}[.(),;\s]")).unwrap().is_match(&code);
            let imported = Regex::new(&format!(r"\b{name}\b")).unwrap().is_match(&taken);
            if used && !imported {
                wrong.push(format!("{file}: {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "take these from primordials: {wrong:?}");
}

/// `autotests` is off, so an unlisted file would never run.
#[test]
fn every_test_file_is_part_of_the_binary() {
    let listed = fs::read_to_string(root().join("tests/lib.rs")).unwrap();
    let listed: Vec<&str> = listed.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')).collect();
    let names = fs::read_dir(root().join("tests")).unwrap().map(|entry| entry.unwrap().file_name());
    let names: Vec<String> = names.filter_map(|name| Some(name.to_str()?.strip_suffix(".rs")?.to_owned())).collect();
    let missing: Vec<&String> =
        names.iter().filter(|name| *name != "lib" && !listed.contains(&name.as_str())).collect();
    assert!(names.len() > 40 && missing.is_empty(), "not in tests/lib.rs: {missing:?}");
}

/// A notebook may replace any method of any prototype.
#[test]
fn the_prelude_calls_no_replaceable_method() {
    let methods = [
        "at|charAt|charCodeAt|codePointAt|concat|copyWithin|endsWith|entries|every|fill|filter|find|findIndex|flat",
        "flatMap|forEach|includes|indexOf|isWellFormed|join|keys|lastIndexOf|map|match|matchAll|normalize|padEnd",
        "padStart|pop|push|reduce|reduceRight|repeat|replace|replaceAll|reverse|shift|slice|some|sort|splice|split",
        "startsWith|subarray|substring|toISOString|toLowerCase|toString|toUpperCase|toWellFormed|trim|trimEnd",
        "trimStart|unshift|values|add|clear|delete|get|has|set|exec|test|then|catch|finally|apply|bind|call",
        "getTime|hasOwnProperty|isPrototypeOf|addEventListener|removeEventListener|dispatchEvent|throwIfAborted",
    ];
    let forbidden = [
        (format!(r"[\w)\]]\??\.(?:{})\(", methods.join("|")), "a method"),
        (r"\bfor (?:await )?\((?:const|let|var) [^;()]* of ".to_owned(), "for ... of"),
        (r"\binstanceof\b".to_owned(), "instanceof"),
        (r"\[[\w.#]+\.length\] = ".to_owned(), "an assignment past the end of a list"),
        (r"\[\.\.\.|\w\((?:[^(){}]*, )?\.\.\.[^(){}]*\)".to_owned(), "a spread list"),
        (r"\b(?:const|let|var) \[|[(,] ?\[\w+(?:, \w+)*\](?:, \w+)?\) =>".to_owned(), "a list taken apart"),
        (r"\b(?:Array|Date|JSON|Math|Number|Object|Promise|Reflect|String|Symbol)\.\w".to_owned(), "a static method"),
    ];
    // Values of the notebook are read with their own methods; modules and functions of the engine are safe.
    let allowed = Regex::new(
        r"\b(?:this|core|web|cell|events|streams|timers|headers\?|headers|query)\.(?:entries|\w+)\(|iterator\.next\(",
    )
    .unwrap();
    let comments_and_strings = Regex::new(r#"(?s)/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*""#).unwrap();
    let rest = Regex::new(r"(?:function\*? ?\w*|async|=|\w+) ?\([^()]*\.\.\.\w+\) (?:=>|\{)").unwrap();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(root().join("js/prelude")).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let text = fs::read_to_string(root().join("js/prelude").join(&file)).unwrap();
        let code = comments_and_strings.replace_all(&text, "\"\"");
        let code = rest.replace_all(&code, "");
        let code = allowed.replace_all(&code, "");
        for (pattern, what) in &forbidden {
            let found = Regex::new(pattern).unwrap();
            wrong.extend(found.find_iter(&code).map(|found| format!("{file}: {what}: {}", found.as_str())));
        }
    }
    assert!(wrong.is_empty(), "take these from primordials or 01_safe.js:\n{}", wrong.join("\n"));
}

#[test]
fn every_module_has_documentation() {
    // `tests.rs` of a module documents itself.
    let of_interest = |path: &str| !path.contains("node_modules") && !path.ends_with("/tests.rs");
    let silent = |path: &String| !fs::read_to_string(root().join(path)).unwrap().starts_with("//!");
    let files = [sources("runtime"), sources("tests")].concat();
    let wrong: Vec<String> = files.into_iter().map(|(path, _)| path).filter(|path| of_interest(path)).collect();
    let wrong: Vec<&String> = wrong.iter().filter(|path| silent(path)).collect();
    assert!(wrong.is_empty(), "these do not begin with `//!`: {wrong:?}");
}

#[test]
fn documents_name_existing_paths() {
    let folders = "runtime|js|tests|docs|notebooks|tools|bench|\\.ci";
    let quoted = Regex::new(&format!(r"`((?:{folders})/[\w./-]*)`")).unwrap();
    let linked = Regex::new(r"\]\(([\w./-]+)\)").unwrap();
    let documents = [
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "README.md",
        "docs/notebooks.md",
        "docs/porting.md",
        "docs/known-limits.md",
        "docs/security.md",
    ];
    let mut gone = Vec::new();
    for document in documents {
        let path = root().join(document);
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        let quoted = quoted.captures_iter(&text).map(|found| (found[1].to_owned(), root().join(&found[1])));
        let linked = linked.captures_iter(&text).map(|found| (found[1].to_owned(), folder.join(&found[1])));
        let named: Vec<(String, PathBuf)> = quoted.chain(linked).collect();
        gone.extend(
            named.into_iter().filter(|(_, path)| !path.exists()).map(|(name, _)| format!("{document}: {name}")),
        );
    }
    assert!(gone.is_empty(), "{gone:#?}");
}
