//! The settings described: the JSON Schema of `apinb.toml`, and the table of the documentation.

use serde_json::{Map, Value, json};

use super::setting::{Entry, Form, Variable};
use super::table::{SECTIONS, Section, TABLE, section};
use super::toml::children;

/// The JSON Schema of `apinb.toml`, draft 2020-12.
pub(crate) fn schema() -> Value {
    let reference =
        |section: &Section| (section.name.to_owned(), json!({ "$ref": format!("#/$defs/{}", section.name) }));
    let mut properties: Map<String, Value> = SECTIONS.iter().map(reference).collect();
    let in_environments = SECTIONS.iter().filter(|section| section.in_environments);
    let environment: Map<String, Value> = in_environments.map(reference).collect();
    properties.insert(
        "env".to_owned(),
        json!({
            "description": "Environments, by the name that `--env` or `APINB_ENV` chooses.",
            "type": "object",
            "additionalProperties": {
                "description": "Sections that apply over those of the file, key by key.",
                "type": "object",
                "additionalProperties": false,
                "properties": environment
            }
        }),
    );
    let mut definitions = values();
    for section in &SECTIONS {
        let mut schema = table(section.name);
        describe(&mut schema, section.help);
        definitions.insert(section.name.to_owned(), schema);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "apinb.toml",
        "description": "Settings of notebooks. Relative paths start at the folder of this file.",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "$defs": definitions
    })
}

/// The kinds of values that several settings have.
fn values() -> Map<String, Value> {
    let elsewhere = |key: &str, description: &str| {
        json!({
            "type": "object",
            "required": [key],
            "additionalProperties": false,
            "properties": { key: { "description": description, "type": "string" } }
        })
    };
    let value = json!({
        "description": "The value, or where to read it: from an environment variable or from a file.",
        "anyOf": [
            { "type": ["string", "number", "boolean"] },
            elsewhere("env", "The environment variable that has the value; it may be set in a `.env` file."),
            elsewhere("file", "The file that has the value; line ends at its end are ignored.")
        ]
    });
    let time = |least: &str| {
        json!({
            "description": "Seconds (`90`, `0.5`) or a duration (`500ms`, `30s`, `5m`).",
            "anyOf": [{ "type": "number", least: 0 }, { "type": "string", "pattern": "[0-9]" }]
        })
    };
    let named = [("value", value), ("time", time("exclusiveMinimum")), ("pause", time("minimum"))];
    named.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

/// The schema of the keys below `key`.
fn table(key: &str) -> Value {
    if let Some(setting) = TABLE.iter().find(|setting| setting.entry().key == key) {
        let mut schema = setting.schema();
        describe(&mut schema, &description(setting.entry()));
        return schema;
    }
    match children(key).as_slice() {
        ["*"] => json!({ "type": "object", "additionalProperties": table(&format!("{key}.*")) }),
        names => {
            let chosen = names.contains(&"*").then(|| table(&format!("{key}.*")));
            let names = names.iter().filter(|name| **name != "*");
            let property = |name: &&str| {
                let mut schema = table(&format!("{key}.{name}"));
                if schema.get("description").is_none() {
                    describe(&mut schema, &format!("The table `{name}`."));
                }
                ((*name).to_owned(), schema)
            };
            let properties: Map<String, Value> = names.map(property).collect();
            let others = chosen.unwrap_or(Value::Bool(false));
            json!({ "type": "object", "additionalProperties": others, "properties": properties })
        }
    }
}

fn description(entry: &Entry) -> String {
    let default = entry.default.map(|default| format!(" [default: {default}]")).unwrap_or_default();
    let flag = entry.flag.as_ref().map(|flag| format!("; as `--{}`", flag.name)).unwrap_or_default();
    format!("{}{default}{flag}.", entry.help)
}

/// Puts a description at the top of a schema.
fn describe(schema: &mut Value, text: &str) {
    if let Value::Object(fields) = schema {
        let rest = std::mem::take(fields);
        fields.insert("description".to_owned(), text.into());
        fields.extend(rest.into_iter().filter(|(name, _)| name != "description"));
    }
}

/// The table of `docs/configuration.md`: a line for each setting.
#[cfg_attr(not(test), allow(dead_code, reason = "a test writes the documentation with it"))]
fn markdown() -> String {
    let mut text = String::from("| key | flag | variable | default | |\n| --- | --- | --- | --- | --- |\n");
    let code = |text: String| format!("`{}`", text.replace('|', "\\|"));
    for entry in TABLE.iter().map(|setting| setting.entry()) {
        let key = if entry.is_in_file() { code(named(entry)) } else { String::new() };
        let flag = entry.flag.as_ref().map(|flag| {
            code(match flag.form {
                Form::Value { value_name, .. } => format!("--{} {value_name}", flag.name),
                Form::List { value_name, .. } => format!("--{} {value_name}…", flag.name),
                Form::Switch { .. } => format!("--{}", flag.name),
                Form::OfRun { shape, .. } => format!("--{}{shape}", flag.name),
                Form::Pairs { shape, .. } => format!("--{} {shape}", flag.name),
            })
        });
        let variable = entry.variable.as_ref().map(|variable| match variable {
            Variable::Exact(name) => code((*name).to_owned()),
            Variable::Prefix { prefix, .. } => code(format!("{prefix}NAME")),
        });
        let default = entry.default.map(|default| code(default.to_owned())).unwrap_or_default();
        let help = entry.help.replace('|', "\\|");
        let (flag, variable) = (flag.unwrap_or_default(), variable.unwrap_or_default());
        text.push_str(&format!("| {key} | {flag} | {variable} | {default} | {help} |\n"));
    }
    text
}

/// The key with words for the names that the user chooses.
fn named(entry: &Entry) -> String {
    let names: &[&str] = match section(entry).map(|section| section.name) {
        Some("clients") => &["NAME", "OPTION"],
        Some("scripts" | "definitions") => &["\"URL\""],
        Some("imports") => &["\"SPECIFIER\""],
        Some("contract") if entry.key == "contract.rules.*" => &["RULE"],
        Some("contract") => &["\"OPERATION\"", "RULE"],
        _ => &["KEY"],
    };
    let mut names = names.iter();
    let part = |part: &'static str| if part == "*" { names.next().copied().unwrap_or(part) } else { part };
    entry.key.split('.').map(part).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{markdown, schema};
    use crate::cli::exit::Exit;

    /// Checks that the file equals the result of `expected`; `APINB_BLESS=1` writes it.
    fn check(path: &str, expected: impl Fn(&str) -> String) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let text = fs::read_to_string(&file).expect(path);
        let expected = expected(&text);
        if std::env::var_os("APINB_BLESS").is_some_and(|bless| bless == "1") {
            fs::write(&file, expected).expect(path);
        } else {
            assert!(
                text == expected,
                "{path} differs from the table of settings; `APINB_BLESS=1 cargo test -p apinb --lib document` writes it"
            );
        }
    }

    #[test]
    fn the_schema_matches_the_settings_table() {
        let text = serde_json::to_string_pretty(&schema()).expect("JSON") + "\n";
        check("docs/apinb.schema.json", |_| text.clone());
    }

    #[test]
    fn the_documentation_lists_the_exit_codes() {
        check("docs/command-line.md", |text| {
            let (before, rest) = text.split_once("<!-- exit codes -->\n").expect("a mark where the table begins");
            let (_, after) = rest.split_once("<!-- end of exit codes -->").expect("a mark where it ends");
            let row = |exit: &Exit| format!("| {} | {} |\n", exit.code(), exit.meaning());
            let rows: String = Exit::ALL.iter().map(row).collect();
            format!("{before}<!-- exit codes -->\n| code | |\n| ---: | --- |\n{rows}<!-- end of exit codes -->{after}")
        });
    }

    #[test]
    fn the_documentation_matches_the_settings_table() {
        check("docs/configuration.md", |text| {
            let (before, rest) = text.split_once("<!-- settings -->\n").expect("a mark where the table begins");
            let (_, after) = rest.split_once("<!-- end of settings -->").expect("a mark where it ends");
            format!("{before}<!-- settings -->\n{}<!-- end of settings -->{after}", markdown())
        });
    }
}
