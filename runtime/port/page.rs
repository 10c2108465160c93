//! The text of an `apinb.toml`.
//!
//! Whatever comes from notebooks, definitions and file names is written as a key, a string or one line of a comment, in
//! which nothing can end what it stands in.

use std::path::PathBuf;

use apinb_analysis::model::DissectedToken;
use apinb_record::check::{FieldSource, NotebookNeeds, ScriptState};
use apinb_text::display::escape::escape_controls;
use apinb_text::display::truncate::truncate;
use toml_writer::{TomlKeyBuilder, TomlStringBuilder, TomlWrite};

use super::candidates::Found;
use super::plan::Plan;
use super::ported::{Ported, relative};
use super::questions::{Answer, answers, variable};

/// The longest comment about something, in characters.
const LONGEST: usize = 160;
/// The most places that are named for one thing.
const MOST_PLACES: usize = 4;

/// The text of `plan`. `needs` are those of its notebooks with the plan applied, by number; none before that.
#[must_use]
pub fn text(plan: &Plan, notebooks: &[Ported], needs: Option<&[NotebookNeeds]>, found: &Found) -> String {
    let mut page = Page::default();
    page.line("# Written by `apinb port`. Fill in the entries behind a `#`.");
    definitions(&mut page, plan, notebooks);
    clients(&mut page, plan, notebooks, needs);
    if plan.finds_always {
        page.section("[mock]");
        page.line("search = \"always\"");
    }
    inputs(&mut page, plan, notebooks);
    if let Some(needs) = needs {
        let needs: Vec<&NotebookNeeds> = plan.notebooks.iter().filter_map(|index| needs.get(*index)).collect();
        scripts_of(&mut page, plan, &needs, found);
    }
    page.text
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn section(&mut self, name: &str) {
        self.line("");
        self.line(name);
    }

    fn comment(&mut self, text: &str) {
        let line = comment(text);
        self.line(&line);
    }
}

fn definitions(page: &mut Page, plan: &Plan, notebooks: &[Ported]) {
    let unsure: Vec<_> = plan
        .unsure
        .iter()
        .filter_map(|(notebook, client)| {
            let one = notebooks.get(*notebook)?;
            Some((one, one.clients.get(*client)?))
        })
        .collect();
    if plan.by_reference.is_empty() && unsure.is_empty() {
        return;
    }
    page.section("[definitions]");
    for (reference, file) in &plan.by_reference {
        page.line(&format!("{} = {}", key(reference), string(&relative(&plan.folder, file))));
    }
    for (one, given) in unsure {
        let client = given.choice.client.as_deref().unwrap_or("(known only when the cell runs)");
        let place = format!("{}:{}", one.shown(&plan.folder), given.choice.position.line);
        page.comment(&format!("Not sure, client `{client}` of {place}: {}", given.choice.reasons.join(", ")));
        let reference = given.choice.reference.as_deref().map(str::trim).filter(|text| !text.is_empty());
        if let Some(reference) = reference.filter(|reference| !plan.by_reference.contains_key(*reference)) {
            if given.files.is_empty() {
                page.line(&format!("# {} = \"\"", key(reference)));
            }
            for file in given.files.iter().take(MOST_PLACES) {
                page.line(&format!("# {} = {}", key(reference), string(&relative(&plan.folder, file))));
            }
        }
    }
}

fn clients(page: &mut Page, plan: &Plan, notebooks: &[Ported], needs: Option<&[NotebookNeeds]>) {
    let members = plan.notebooks.iter().filter_map(|index| notebooks.get(*index));
    let dissected = members.flat_map(|one| &one.analysis.dissected_tokens);
    let mut dissected: std::collections::BTreeMap<&str, &DissectedToken> =
        dissected.filter_map(|token| Some((token.client.as_deref()?, token))).collect();
    for (client, file) in &plan.by_client {
        page.section(&format!("[clients.{}]", key(client)));
        page.line(&format!("definition = {}", string(&relative(&plan.folder, file))));
        if let Some(token) = dissected.remove(client.as_str()) {
            expose(page, token);
        }
    }
    for (client, token) in dissected {
        page.line("");
        page.line(&format!("# [clients.{}]", key(client)));
        expose(page, token);
    }
    let mut known = std::collections::BTreeSet::new();
    for index in &plan.notebooks {
        let (Some(one), Some(needs)) = (notebooks.get(*index), needs.and_then(|needs| needs.get(*index))) else {
            continue;
        };
        for scheme in &needs.schemes {
            let signs_in =
                one.analysis.sign_ins.iter().any(|sign_in| sign_in.client.as_deref() == Some(scheme.client.as_str()));
            let prompted: Vec<_> = scheme.fields.iter().filter(|field| field.source == FieldSource::Prompt).collect();
            if !signs_in || prompted.is_empty() || !known.insert((&scheme.client, &scheme.name)) {
                continue;
            }
            page.line("");
            page.comment(&format!("`{}` signs in with {} ({})", scheme.client, scheme.name, scheme.kind));
            page.line(&format!("# [clients.{}.auth]", key(&scheme.client)));
            for field in prompted {
                let value = if field.secret {
                    from_environment(&variable(&format!("{}_{}", scheme.client, field.name)))
                } else {
                    "\"\"".to_owned()
                };
                page.line(&format!("# {} = {value}", key(&field.name)));
            }
        }
    }
}

/// Offers the setting for a notebook that reads the characters of a token.
fn expose(page: &mut Page, token: &DissectedToken) {
    page.comment(&format!("`{}` reads the characters of `{}`", token.function, token.field));
    page.line("# expose = true");
}

fn inputs(page: &mut Page, plan: &Plan, notebooks: &[Ported]) {
    let members = plan.notebooks.iter().filter_map(|index| notebooks.get(*index));
    let asked = members.flat_map(|one| {
        let name = one.shown(&plan.folder);
        let places = one.lines.iter().map(move |line| format!("{name}:{line}"));
        one.analysis.questions.iter().zip(places)
    });
    let answers = answers(asked);
    if answers.is_empty() {
        return;
    }
    page.section("[inputs]");
    for answer in &answers {
        for (text, place) in answer.asked.iter().take(MOST_PLACES) {
            page.comment(&format!("\"{text}\" ({place})"));
        }
        if answer.asked.len() > MOST_PLACES {
            page.comment(&format!("and {} more", answer.asked.len() - MOST_PLACES));
        }
        page.line(&entry(answer));
    }
    let mut mocked = answers.iter().filter_map(|answer| Some((&answer.key, answer.mock?))).peekable();
    if mocked.peek().is_some() {
        page.section("[mock.inputs]");
        mocked.for_each(|(name, value)| page.line(&format!("{} = {}", key(name), string(value))));
    }
}

/// A secret has its place already. Anything else waits for a person: an empty text would be taken for the answer.
fn entry(answer: &Answer) -> String {
    let name = key(&answer.key);
    match (&answer.secret, &answer.default) {
        (Some(variable), _) => format!("{name} = {}", from_environment(variable)),
        (None, Some(default)) => format!("# {name} = {}", string(default)),
        (None, None) if answer.confirm => format!("# {name} = \"yes\""),
        (None, None) => format!("# {name} = \"\""),
    }
}

fn scripts_of(page: &mut Page, plan: &Plan, needs: &[&NotebookNeeds], found: &Found) {
    let all: std::collections::BTreeMap<&str, Option<&std::path::PathBuf>> =
        needs.iter().flat_map(|needs| scripts(needs, found)).collect();
    if all.is_empty() {
        return;
    }
    page.section("[scripts]");
    for (reference, file) in all {
        match file {
            Some(file) => page.line(&format!("{} = {}", key(reference), string(&relative(&plan.folder, file)))),
            None => page.line(&format!("# {} = \"\"", key(reference))),
        }
    }
}

fn from_environment(variable: &str) -> String {
    format!("{{ env = {} }}", string(variable))
}

/// One line that starts with `#`.
fn comment(text: &str) -> String {
    let mut line = String::from("# ");
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        line.push_str(&escape_controls(word));
        if words.peek().is_some() {
            line.push(' ');
        }
    }
    truncate(&line, LONGEST)
}

fn key(name: &str) -> String {
    let mut text = String::new();
    let builder = TomlKeyBuilder::new(name);
    // Writing to a string does not fail.
    let _ = text.key(builder.as_unquoted().unwrap_or_else(|| builder.as_basic()));
    plain(&text)
}

fn string(value: &str) -> String {
    let mut text = String::new();
    // As above.
    let _ = text.value(TomlStringBuilder::new(value).as_basic());
    plain(&text)
}

/// A double-quoted string with escapes for invisible characters.
fn plain(quoted: &str) -> String {
    let mut text = String::new();
    for character in quoted.chars() {
        let is_plain = *escape_controls(character.encode_utf8(&mut [0; 4])) == *character.to_string();
        match u32::from(character) {
            _ if is_plain => text.push(character),
            code @ ..=0xffff => text.push_str(&format!("\\u{code:04X}")),
            code => text.push_str(&format!("\\U{code:08X}")),
        }
    }
    text
}

/// The scripts of `needs` that a file of the same name takes the place of.
fn scripts<'a>(needs: &'a NotebookNeeds, found: &'a Found) -> impl Iterator<Item = (&'a str, Option<&'a PathBuf>)> {
    let missing =
        needs.scripts.iter().filter(|script| matches!(script.state, ScriptState::Network | ScriptState::Missing));
    missing.filter_map(|script| {
        let reference = script.reference.as_deref()?.trim();
        let name = reference.split(['?', '#']).next()?.rsplit('/').next()?;
        Some((reference, found.scripts.get(name)))
    })
}

#[cfg(test)]
mod tests {
    use super::{comment, key, string};

    /// The value that TOML reads back.
    fn read(text: &str) -> String {
        let table = toml::de::DeTable::parse(text).expect("TOML");
        let (name, value) = table.get_ref().iter().next().expect("an entry");
        assert_eq!(table.get_ref().len(), 1, "{text}");
        format!("{}|{}", name.get_ref(), value.get_ref().as_str().expect("a text"))
    }

    #[test]
    fn text_cannot_end_its_string_or_comment() {
        for hostile in [
            "",
            "a\"b",
            "a\nb = 1",
            "'''",
            "\"\"\"\n[x]",
            "\\",
            "\u{202e}x\u{7f}\u{0}",
            "\u{2028}",
            "\u{e0001}",
            "é",
            "a.b",
        ] {
            let line = format!("{} = {}", key(hostile), string(hostile));
            assert_eq!(line.lines().count(), 1, "{line}");
            assert_eq!(read(&line), format!("{hostile}|{hostile}"));
            let text = format!("{}\nx = 'y'\n", comment(&format!("{hostile}\r\n[evil]\nz = 1")));
            assert_eq!(read(&text), "x|y", "{text}");
        }
    }
}
