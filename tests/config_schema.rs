//! `docs/apinb.schema.json`, the JSON Schema of `apinb.toml`, has the same keys as the program.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use toml::de::{DeTable, DeValue};

use crate::support::{Case, root};

fn schema() -> Value {
    serde_json::from_str(&fs::read_to_string(root().join("docs/apinb.schema.json")).unwrap()).unwrap()
}

fn violations(toml: &str) -> Vec<String> {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    let (table, errors) = DeTable::parse_recoverable(toml);
    assert!(errors.is_empty(), "{toml}\n{errors:?}");
    let value = object(table.get_ref());
    validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn object(table: &DeTable<'_>) -> Value {
    let entries = table.iter().map(|(key, value)| (key.get_ref().to_string(), json_of(value.get_ref())));
    Value::Object(entries.collect::<Map<_, _>>())
}

fn json_of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => text.to_string().into(),
        DeValue::Integer(number) => number.as_str().parse::<i64>().unwrap().into(),
        DeValue::Float(number) => number.as_str().parse::<f64>().unwrap().into(),
        DeValue::Boolean(value) => (*value).into(),
        DeValue::Datetime(time) => json!({ "$date": time.to_string() }),
        DeValue::Array(list) => list.iter().map(|value| json_of(value.get_ref())).collect(),
        DeValue::Table(table) => object(table),
    }
}

/// A table of the schema: its path in TOML, and its keys.
struct Table {
    path: Vec<String>,
    keys: Vec<String>,
}

/// All tables with fixed keys, in `schema` and below it.
fn tables(root: &Value, schema: &Value, path: &[String], found: &mut Vec<Table>) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => root.pointer(reference.strip_prefix('#').unwrap()).unwrap(),
        None => schema,
    };
    let below = |name: &str| [path, &[name.to_owned()]].concat();
    let objects: Vec<&Value> = match schema["anyOf"].as_array() {
        Some(kinds) => kinds.iter().filter(|kind| kind["type"] == "object").collect(),
        None => vec![schema],
    };
    let properties: Vec<(&String, &Value)> =
        objects.iter().filter_map(|schema| schema["properties"].as_object()).flatten().collect();
    if !properties.is_empty() {
        // Any other key is rejected, or is that of a table.
        let others =
            |schema: &Value| schema["additionalProperties"] == false || schema["additionalProperties"].is_object();
        assert!(objects.iter().all(|schema| others(schema)), "{path:?}");
        found.push(Table { path: path.to_owned(), keys: properties.iter().map(|(key, _)| (*key).clone()).collect() });
    }
    for (key, value) in properties {
        let text = ["description", "$ref"].iter().any(|word| value[word].is_string());
        assert!(text, "{path:?} {key} has no description");
        tables(root, value, &below(key), found);
    }
    if schema["additionalProperties"].is_object() {
        tables(root, &schema["additionalProperties"], &below("any"), found);
    }
}

fn all_tables() -> Vec<Table> {
    let (schema, mut found) = (schema(), Vec::new());
    tables(&schema, &schema, &[], &mut found);
    found
}

/// TOML with `lines` in a table.
fn inside(path: &[String], lines: &[String]) -> String {
    let head = if path.is_empty() { String::new() } else { format!("[{}]\n", path.join(".")) };
    format!("{head}{}\n", lines.join("\n"))
}

fn read(toml: &str) -> crate::support::Outcome {
    Case::command(["config", "show"]).file("apinb.toml", toml).run()
}

#[test]
fn the_schema_is_valid_and_the_program_prints_it() {
    jsonschema::draft202012::meta::validate(&schema()).unwrap();
    let text = fs::read_to_string(root().join("docs/apinb.schema.json")).unwrap();
    Case::command(["config", "schema"]).run().exit(0).stdout_is(&text);
}

#[test]
fn the_program_and_the_schema_have_the_same_keys() {
    let tables = all_tables();
    let paths: Vec<String> = tables.iter().map(|table| table.path.join(".")).collect();
    for path in ["", "network", "run", "mock", "clients.any", "env.any", "env.any.network", "env.any.clients.any"] {
        assert!(paths.iter().any(|known| known == path), "{path:?}: {paths:?}");
    }
    for Table { path, keys } in &tables {
        // The key resembles none, so that all are listed.
        let outcome = read(&inside(path, &["qqqqqqqqqqqqqqqqqqqqqq = 1".to_owned()]));
        outcome.exit(2).stderr_contains("unknown key `qqqqqqqqqqqqqqqqqqqqqq` in");
        let help = outcome.stderr.lines().find(|line| line.starts_with("help: Use ")).expect("help");
        let mut known: Vec<&str> = help.split('`').skip(1).step_by(2).collect();
        let mut keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        known.sort_unstable();
        keys.sort_unstable();
        assert_eq!(known, keys, "{path:?}");
    }
}

#[test]
fn mistyped_keys_are_rejected_by_both() {
    for Table { path, keys } in all_tables() {
        let lines: Vec<String> = keys.iter().map(|key| format!("{key}x = 1")).collect();
        let toml = inside(&path, &lines);
        let outcome = read(&toml);
        outcome.exit(2);
        let first = if path.is_empty() { 1 } else { 2 };
        let parts: Vec<&str> = outcome.stderr.split("error: ").collect();
        for (index, key) in keys.iter().enumerate() {
            let message = format!("unknown key `{key}x` in ");
            let part = parts.iter().find(|part| part.starts_with(&message)).expect(&message);
            assert!(part.contains(&format!("--> apinb.toml:{}:1", first + index)), "{path:?} {key}: {part}");
            assert!(part.contains(&format!("Did you mean `{key}`?")), "{path:?} {key}: {part}");
            assert!(!violations(&inside(&path, &lines[index..=index])).is_empty(), "{path:?} {key}");
        }
    }
}

#[test]
fn invalid_values_are_rejected() {
    for (toml, path) in [
        ("[run]\ncell-timeout = true", "/run/cell-timeout"),
        ("[run]\ntimeout = \"soon\"", "/run/timeout"),
        ("[run]\nmax-heap = 5", "/run/max-heap"),
        ("[network]\nretry = -1", "/network/retry"),
        ("[network]\ninsecure = 1", "/network/insecure"),
        ("[inputs]\nA = [1]", "/inputs/A"),
        ("[inputs]\nA = { env = \"A\", file = \"a\" }", "/inputs/A"),
        ("[inputs]\nA = { env = 5 }", "/inputs/A"),
        ("[clients]\na = \"a.raml\"", "/clients/a"),
        ("[clients.a]\nauth = \"x\"", "/clients/a/auth"),
        ("[env.a.network]\nproxy = []", "/env/a/network/proxy"),
        ("inputs = 1", "/inputs"),
    ] {
        let violations = violations(toml);
        assert!(violations.len() == 1 && violations[0].starts_with(&format!("{path}: ")), "{toml}: {violations:?}");
        read(toml).exit(2).stderr_contains("--> apinb.toml:");
    }
}

#[test]
fn every_configuration_file_of_the_project_is_valid() {
    let mut files = Vec::new();
    find(&root().join("notebooks"), &mut files);
    find(&root().join("tests/specs"), &mut files);
    assert!(files.len() > 5, "{files:?}");
    for file in files {
        let violations = violations(&fs::read_to_string(&file).unwrap());
        assert!(violations.is_empty(), "{}: {violations:?}", file.display());
    }
    // The example of the documentation.
    let text = fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    let start = text.find("    [clients.api]\n").unwrap();
    let example: Vec<&str> =
        text[start..].lines().take_while(|line| line.is_empty() || line.starts_with("    ")).collect();
    let example = example.iter().map(|line| line.trim_start()).collect::<Vec<_>>().join("\n");
    assert!(example.contains("[env.staging.inputs]"), "{example}");
    assert_eq!(violations(&example), Vec::<String>::new());
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, found);
        } else if path.file_name().is_some_and(|name| name == "apinb.toml") {
            found.push(path);
        }
    }
}
