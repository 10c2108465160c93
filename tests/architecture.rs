//! The floors of the house: who may name what. A new file is checked without being listed anywhere.

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

/// Without comments, which may name anything.
fn code(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// No file below `folder`, but for those below `except`, has what `pattern` finds.
#[track_caller]
fn check(folder: &str, except: &[&str], pattern: &str) {
    let pattern = Regex::new(pattern).unwrap();
    let mut wrong = Vec::new();
    for (path, code) in sources(folder) {
        // What only tests need may do more.
        if !is_test(&path) && !except.iter().any(|except| path.starts_with(except)) {
            wrong.extend(pattern.find_iter(&code).map(|found| format!("{path}: {}", found.as_str())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_engine_names_v8() {
    check("runtime", &["runtime/engine/"], r"\b(deno_core|deno_web|deno_error|serde_v8|v8)::");
}

#[test]
fn only_http_sends() {
    check("runtime", &["runtime/http/"], r"\breqwest::");
    check("runtime", &["runtime/http/", "runtime/mock/", "runtime/auth/"], r"\b(TcpStream|TcpListener|UdpSocket)\b");
}

#[test]
fn only_the_analysis_names_the_parser() {
    check("runtime", &["runtime/analysis/"], r"\b(oxc_\w+|stacker)::");
}

#[test]
fn only_the_schemas_name_the_validator() {
    check("runtime", &["runtime/schema/"], r"\b(jsonschema|regex_syntax)::");
}

#[test]
fn only_the_files_open_files() {
    // What the tests of a file need is in the file.
    let except = ["runtime/files/", "runtime/cli/settings/document.rs"];
    let pattern = r"\bFile::(open|create|options)|\bOpenOptions\b|\bfs::(read|read_to_string|write|rename|remove_file)\(|\btempfile::(Builder|NamedTempFile)|\bNamedTempFile::";
    check("runtime", &except, pattern);
}

#[test]
fn exports_and_ports_know_neither_runs_nor_reports() {
    let above = r"\bcrate::(cli|run|repl)\b|\bapinb_(engine|http|mock|report)\b";
    check("runtime/export", &[], above);
    check("runtime/port", &[], above);
}

#[test]
fn only_the_command_line_names_clap() {
    check("runtime", &["runtime/cli/"], r"\bclap(_complete)?::");
}

#[test]
fn a_session_knows_neither_the_command_line_nor_the_reports() {
    check("runtime/repl", &[], r"\bcrate::cli\b|\bapinb_(report|engine)\b");
    check("runtime", &["runtime/cli/", "runtime/repl/editor.rs", "runtime/repl/completion.rs"], r"\brustyline::");
}

#[test]
fn only_the_command_line_and_the_reports_write_to_the_terminal() {
    let except = ["runtime/cli/", "runtime/report/"];
    check("runtime", &except, r"\be?print(ln)?!|\bdbg!|\bstdout\(\)|\bstderr\(\)|\bStdout\b|\bStderr\b");
}

#[test]
fn a_run_knows_neither_the_command_line_nor_the_reports() {
    check("runtime/run", &[], r"\bcrate::(cli|repl)\b|\bapinb_report\b");
}

/// Crates without circles of files; the others join this list as they become so.
const WITHOUT_CIRCLES: [&str; 6] =
    ["runtime/text", "runtime/schema", "runtime/definition", "runtime/http", "runtime/auth", "runtime/mock"];

/// A declaration of a type contains declarations of types: these four files are one recursive algorithm.
const DECLARATIONS_OF_TYPES: [&str; 4] =
    ["raml/types/facets.rs", "raml/types/inherit.rs", "raml/types/names.rs", "raml/types/read.rs"];

#[test]
fn files_import_one_another_in_one_direction() {
    for folder in WITHOUT_CIRCLES {
        let below = |path: &str| path.strip_prefix(folder)?.strip_prefix('/').map(str::to_owned);
        let files = sources(folder).into_iter().filter_map(|(path, code)| Some((below(&path)?, code)));
        let files: Vec<_> = files.filter(|(path, _)| !is_test(path)).collect();
        let mut circles = circles(&files);
        if folder.ends_with("/definition") {
            circles.retain(|circle| *circle != DECLARATIONS_OF_TYPES);
        }
        assert!(circles.is_empty(), "{folder}: {circles:#?}");
    }
}

/// A path below a crate's folder.
fn is_test(path: &str) -> bool {
    let tools = ["tests", "examples", "benches"];
    path.split('/').any(|part| tools.contains(&part) || part == "tests.rs" || part == "property_tests.rs")
}

/// The crates of `runtime`, and which others of them each may depend on. One that is not named must not exist.
const CRATES: [(&str, &[&str]); 15] = [
    ("text", &[]),
    ("files", &[]),
    ("schema", &["text"]),
    ("notebook", &["text"]),
    ("record", &["text"]),
    ("analysis", &["notebook", "record", "text"]),
    ("definition", &["schema", "text"]),
    ("client", &["definition", "schema", "record", "text"]),
    ("http", &["files", "text"]),
    ("auth", &["http", "definition", "files", "text"]),
    ("mock", &["definition", "schema", "text"]),
    ("project", &["auth", "http", "definition", "notebook", "record", "files", "text"]),
    ("engine", &["project", "auth", "http", "client", "definition", "notebook", "record", "text"]),
    ("check", &["project", "auth", "client", "analysis", "definition", "schema", "notebook", "record", "text"]),
    ("report", &["record", "text"]),
];

/// Those that do no I/O.
const PURE: [&str; 7] = ["text", "schema", "notebook", "record", "analysis", "definition", "client"];

#[test]
fn crates_depend_on_those_below_them() {
    let mut wrong = Vec::new();
    for entry in fs::read_dir(root().join("runtime")).unwrap() {
        let folder = entry.unwrap().path();
        let Ok(manifest) = fs::read_to_string(folder.join("Cargo.toml")) else { continue };
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let Some((_, allowed)) = CRATES.iter().find(|(known, _)| *known == name) else {
            wrong.push(format!("{name} is not listed"));
            continue;
        };
        // What only tests need may be more.
        let code = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        let named = code.lines().filter_map(|line| line.strip_prefix("apinb_")?.split(['.', ' ']).next());
        wrong.extend(named.filter(|named| !allowed.contains(named)).map(|named| format!("{name} depends on {named}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn pure_crates_do_no_io() {
    for name in PURE {
        check(&format!("runtime/{name}"), &[], r"\bstd::(fs|net|env|process|thread)\b|\bstdin\(\)");
        // What only tests need is no part of it.
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
fn javascript_is_in_files_of_its_own() {
    let names = fs::read_dir(root().join("js/prelude")).unwrap().map(|entry| entry.unwrap().file_name());
    let names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    let numbered = Regex::new("^[0-9]{2}_[a-z0-9_]+\\.js$").unwrap();
    let wrong: Vec<&String> = names.iter().filter(|name| name.ends_with(".js") && !numbered.is_match(name)).collect();
    assert!(wrong.is_empty(), "the number of a file is its load order: {wrong:?}");
}

/// A notebook may have variables that are called so.
#[test]
fn the_prelude_takes_the_languages_own_functions_before_any_cell_runs() {
    let read = |name: &str| fs::read_to_string(root().join("js/prelude").join(name)).unwrap();
    let language = "Array ArrayBuffer BigInt Boolean DataView Date Error Function JSON Map Math Number Object Promise \
                    Proxy RangeError Reflect RegExp Set String Symbol TypeError Uint8Array WeakMap WeakSet \
                    decodeURIComponent encodeURIComponent isNaN parseFloat parseInt";
    let kept: Vec<&str> = language.split_whitespace().collect();
    let said = Regex::new(r#"(?s)/\*.*?\*/|//[^\n]*|"[^"\n]*""#).unwrap();
    let taken = Regex::new(r"(?s)\b(?:import|const) \{(.*?)\}").unwrap();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(root().join("js/prelude")).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        if !file.ends_with(".js") || file.starts_with("00_") {
            continue;
        }
        let text = read(&file);
        let code = said.replace_all(&text, "");
        let taken: String = taken.captures_iter(&code).map(|found| format!(" {} ", &found[1])).collect();
        for name in &kept {
            let used = Regex::new(&format!(r"(?:^|[^\w.$]){name}[.(),;\s]")).unwrap().is_match(&code);
            let imported = Regex::new(&format!(r"\b{name}\b")).unwrap().is_match(&taken);
            if used && !imported {
                wrong.push(format!("{file}: {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "take these from primordials: {wrong:?}");
}

/// `autotests` is off: a file that is not listed would never run.
#[test]
fn every_file_of_tests_is_part_of_the_binary() {
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
fn the_prelude_calls_no_method_that_a_cell_can_replace() {
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
        (r"\[\.\.\.|\w\((?:[^(){}]*, )?\.\.\.[^(){}]*\)".to_owned(), "a spread list"),
        (r"\b(?:const|let|var) \[|[(,] ?\[\w+(?:, \w+)*\](?:, \w+)?\) =>".to_owned(), "a list taken apart"),
        (r"\b(?:Array|Date|JSON|Math|Number|Object|Promise|Reflect|String|Symbol)\.\w".to_owned(), "a static method"),
    ];
    // What the notebook gives is asked by the notebook's own methods; modules and functions of the engine are safe.
    let allowed = Regex::new(
        r"\b(?:this|core|web|cell|events|streams|timers|headers\?|headers|query)\.(?:entries|\w+)\(|iterator\.next\(",
    )
    .unwrap();
    let said = Regex::new(r#"(?s)/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*""#).unwrap();
    let rest = Regex::new(r"(?:function\*? ?\w*|async|=|\w+) ?\([^()]*\.\.\.\w+\) (?:=>|\{)").unwrap();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(root().join("js/prelude")).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let text = fs::read_to_string(root().join("js/prelude").join(&file)).unwrap();
        let code = said.replace_all(&text, "\"\"");
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
fn every_module_says_what_it_is_for() {
    // A module's `tests.rs` is about the module.
    let of_interest = |path: &str| !path.contains("node_modules") && !path.ends_with("/tests.rs");
    let silent = |path: &String| !fs::read_to_string(root().join(path)).unwrap().starts_with("//!");
    let files = [sources("runtime"), sources("tests")].concat();
    let wrong: Vec<String> = files.into_iter().map(|(path, _)| path).filter(|path| of_interest(path)).collect();
    let wrong: Vec<&String> = wrong.iter().filter(|path| silent(path)).collect();
    assert!(wrong.is_empty(), "these do not begin with `//!`: {wrong:?}");
}

#[test]
fn documents_name_paths_that_are_there() {
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
