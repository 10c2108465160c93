//! A starter notebook: for each kind of things, it creates one, reads it, changes it, lists all and deletes it.
//!
//! It changes and deletes only what it has created, so that it can run on the API itself. A cell that fails on the mock
//! server is written with fewer assertions, and if it still fails, left out: the caller runs the notebook and says which.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;
use std::sync::Arc;

use apinb_client::explain::summary::first_line;
use apinb_client::explain::{body_of_call, call_with};
use apinb_client::search::words::words;
use apinb_definition::model::{Definition, Method, Parameter, Resource};
use apinb_definition::overview::resources_by_index;
use apinb_text::display::inflect::{plural, singular};
use apinb_text::javascript::literal::{is_identifier, member, string_literal};

use serde_json::{Value, json};

use super::body::{self, id, id_field, list};
use super::kinds::{Kind, MethodAt, kinds};
use super::text::{block, code, line, plain, value};

/// Maximum number of kinds: a starter notebook is read by people.
const MAX_KINDS: usize = 20;
/// Maximum number of methods that the notebook lists as not called.
const MAX_LISTED: usize = 20;

/// What the cells of a notebook are for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Purpose {
    Client,
    /// With this security scheme.
    SignIn(String),
    Call(Action, MethodPath),
}

/// A method and path, `GET /users`, as people know it.
type MethodPath = String;

/// What a call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Action {
    Create,
    Read,
    Change,
    List,
    Delete,
}

/// The cells that have failed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Failures {
    /// Those that failed once: they check only the status.
    pub(crate) once: BTreeSet<Purpose>,
    /// Those that failed again, with the message.
    pub(crate) again: BTreeMap<Purpose, String>,
}

/// What the notebook is made from.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) definition: &'a Arc<Definition>,
    /// The definition, as the notebook names it.
    pub(crate) reference: &'a str,
    /// The name of the client.
    pub(crate) client: &'a str,
    /// The name of the notebook in the commands that it shows.
    pub(crate) file: &'a str,
}

/// A notebook.
#[derive(Debug)]
pub(crate) struct Starter {
    pub(crate) text: String,
    /// The purposes of its cells, in their order.
    pub(crate) cells: Vec<Purpose>,
    /// The number of kinds, and of those that it leaves out because there are too many.
    pub(crate) kinds: usize,
    pub(crate) omitted: usize,
}

/// Makes the notebook.
pub(crate) fn starter(source: Source<'_>, failures: &Failures) -> Starter {
    let (mut kinds, others) = kinds(source.definition);
    let omitted = kinds.len().saturating_sub(MAX_KINDS);
    let left_out = kinds.split_off(kinds.len() - omitted);
    let mut writer = Writer {
        source,
        failures,
        names: Names::new(source.client),
        known: BTreeMap::new(),
        text: String::new(),
        cells: Vec::new(),
        resources: resources_by_index(source.definition),
    };
    writer.beginning(&kinds);
    let mut open: Vec<(Kind, String)> = Vec::new();
    let count = kinds.len();
    for kind in kinds {
        // What is below a thing is done with it before the thing is deleted.
        while let Some((above, variable)) = open.pop_if(|(above, _)| !is_below(&kind, above)) {
            writer.deletion(&above, &variable);
        }
        if let Some(variable) = writer.kind(&kind) {
            open.push((kind, variable));
        }
    }
    while let Some((above, variable)) = open.pop() {
        writer.deletion(&above, &variable);
    }
    let not_called = left_out.iter().flat_map(Kind::methods).filter_map(|at| Some(writer.method(at)?.2));
    let not_called: Vec<String> = others.into_iter().chain(not_called).collect();
    writer.rest(&not_called);
    Starter { text: writer.text, cells: writer.cells, kinds: count, omitted }
}

/// Whether the things of `kind` belong to one of `above`.
fn is_below(kind: &Kind, above: &Kind) -> bool {
    above.item.as_ref().is_some_and(|(path, _)| {
        let path = kind.path.strip_prefix(path.as_str());
        path.is_some_and(|rest| rest.starts_with('/'))
    })
}

struct Writer<'a> {
    source: Source<'a>,
    failures: &'a Failures,
    names: Names,
    /// The JavaScript of the id of a thing, by the path of one of its kind.
    known: BTreeMap<String, String>,
    text: String,
    cells: Vec<Purpose>,
    resources: Vec<(String, Vec<u32>, &'a Resource)>,
}

impl<'a> Writer<'a> {
    fn paragraph(&mut self, text: &str) {
        // Writing into a String cannot fail.
        let _ = writeln!(self.text, "{text}\n");
    }

    fn cell(&mut self, purpose: Purpose, code: &str) {
        self.text.push_str(&block(code, "js"));
        self.text.push('\n');
        self.cells.push(purpose);
    }

    fn beginning(&mut self, kinds: &[Kind]) {
        let Source { definition, reference, client, file } = self.source;
        let title = line(&definition.title);
        let title = if title.is_empty() { "API".to_owned() } else { title };
        let _ = write!(self.text, "---\ntitle: {}\n---\n\n# {}\n\n", value(&title), plain(&title));
        if let Some(line) = first_line(definition.description.as_deref()).filter(|line| *line != title) {
            self.paragraph(&plain(&line));
        }
        let (mocked, real) = (code(&format!("apinb run --mock {file}")), code(&format!("apinb run {file}")));
        self.paragraph(&format!(
            "{mocked} runs this notebook on a mock server, {real} on the API itself. It changes and deletes only what it \
             has created."
        ));
        self.paragraph("## Client");
        if definition.base_uri.is_none() {
            let flag = code(&format!("--base-uri {client}=URL"));
            self.paragraph(&format!("The definition names no server: pass {flag} to call one."));
        }
        let options = base_uri_parameters(definition);
        let names = [client, reference].map(string_literal).join(", ");
        self.cell(Purpose::Client, &format!("API.createClient({names}{options})"));
        let schemes: Vec<String> = schemes(definition, kinds)
            .into_iter()
            .filter(|scheme| !self.failures.again.contains_key(&Purpose::SignIn(scheme.clone())))
            .collect();
        if schemes.is_empty() {
            return;
        }
        self.paragraph("## Sign-in");
        let login = code(&format!("apinb auth login {reference}"));
        self.paragraph(&format!(
            "apinb prompts for what is missing. {login} signs in once for all runs; {} answers a prompt.",
            code(&format!("--auth {client}.OPTION=VALUE"))
        ));
        for scheme in schemes {
            let call = format!("API.authenticate({client}, {})", string_literal(&scheme));
            self.cell(Purpose::SignIn(scheme), &call);
        }
    }

    /// Writes the cells of a kind, but for the deletion; the variable of a thing that was created.
    fn kind(&mut self, kind: &Kind) -> Option<String> {
        let before = self.text.len();
        self.paragraph(&format!("## {}", plain(&heading(&kind.noun))));
        let start = self.text.len();
        let one = one_of(&kind.noun);
        let created = self.create(kind, &one);
        match &created {
            Some(_) => {
                self.read(kind, &one);
                self.change(kind, &one);
                self.list(kind, &one);
            }
            None => {
                self.list(kind, &one);
                self.read(kind, &one);
            }
        }
        if self.text.len() == start {
            self.text.truncate(before);
        }
        created
    }

    fn create(&mut self, kind: &Kind, one: &str) -> Option<String> {
        let at = kind.create.as_ref()?;
        let (indices, method, path) = self.method(at)?;
        let purpose = self.purpose(Action::Create, &path)?;
        let variable = self.names.unused(&format!("new {one}"));
        let call = self.call(&indices, at.index)?;
        let mut lines: Vec<String> = self.long_body(method, &call).into_iter().collect();
        lines.extend([format!("let {variable} = {call}"), self.status(&variable, method)]);
        let outline = body::of_success(self.source.definition, method);
        let found = outline.as_ref().zip(kind.item.as_ref()).and_then(|(outline, (_, parameter))| {
            let (path, beside) = id(outline, parameter, one)?;
            Some((path, beside))
        });
        if let Some((path, beside)) = found {
            if !self.failures.once.contains(&purpose)
                && let Some(sent) = body_of_call(self.source.definition, method)
                && let Some((name, text)) = body::same(&sent, beside)
            {
                let above = path.rsplit_once(['.', '[']).map_or("", |(above, _)| above);
                let field = format!("{variable}.body{above}{}", member(name));
                lines.push(format!("assert.equal({field}, {})", string_literal(text)));
            }
            if let Some((item, _)) = &kind.item {
                self.known.insert(item.clone(), format!("{variable}.body{path}"));
            }
        }
        lines.push(format!("{variable}.body"));
        self.say(method, &format!("Create {}.", with_article(one)));
        self.cell(purpose, &lines.join("\n"));
        // Without its id, it can be neither changed nor deleted.
        kind.item.as_ref().filter(|(item, _)| self.known.contains_key(item)).map(|_| variable)
    }

    fn read(&mut self, kind: &Kind, one: &str) {
        let Some((at, (item, parameter))) = kind.read.as_ref().zip(kind.item.as_ref()) else { return };
        let Some((indices, method, path)) = self.method(at) else { return };
        let Some(purpose) = self.purpose(Action::Read, &path) else { return };
        let Some(call) = self.call(&indices, at.index) else { return };
        let mut lines = vec![format!("let response = {call}"), self.status("response", method)];
        let outline = body::of_success(self.source.definition, method);
        if let (Some(outline), Some(known)) = (&outline, self.known.get(item))
            && !self.failures.once.contains(&purpose)
            && let Some((path, _)) = id(outline, parameter, one)
        {
            lines.push(format!("assert.equal(response.body{path}, {known})"));
        }
        lines.push("response.body".to_owned());
        self.say(method, &format!("Read {}.", with_article(one)));
        self.cell(purpose, &lines.join("\n"));
    }

    fn change(&mut self, kind: &Kind, one: &str) {
        let Some(at) = &kind.change else { return };
        let Some((indices, method, path)) = self.method(at) else { return };
        let Some(purpose) = self.purpose(Action::Change, &path) else { return };
        let Some(call) = self.call(&indices, at.index) else { return };
        let mut lines: Vec<String> = self.long_body(method, &call).into_iter().collect();
        lines.extend([format!("let response = {call}"), self.status("response", method), "response.body".to_owned()]);
        self.say(method, &format!("Change the {one}."));
        self.cell(purpose, &lines.join("\n"));
    }

    fn list(&mut self, kind: &Kind, one: &str) {
        let Some(at) = &kind.list else { return };
        let Some((indices, method, path)) = self.method(at) else { return };
        let Some(purpose) = self.purpose(Action::List, &path) else { return };
        let Some(call) = self.call(&indices, at.index) else { return };
        let known = kind.item.as_ref().and_then(|(item, _)| self.known.get(item).cloned());
        let outline = body::of_success(self.source.definition, method);
        let found = outline.as_ref().and_then(list);
        let checks_more = !self.failures.once.contains(&purpose);
        // The things of this kind are read by the id of the first one.
        let gives_id = kind.create.is_none() || known.is_none();
        let variable = if gives_id { self.names.unused(&format!("{one} list")) } else { "response".to_owned() };
        let mut lines = vec![format!("let {variable} = {call}"), self.status(&variable, method)];
        if let Some(found) = &found {
            let things = format!("{variable}.body{}", found.path);
            let field = kind.item.as_ref().and_then(|(_, parameter)| id_field(found.items, parameter, one));
            match (&known, field) {
                (Some(known), Some(field)) if checks_more && !has_pages(method) => {
                    let field = member(field);
                    lines.push(format!(
                        "assert({things}.some((one) => one{field} === {known}), 'the new {one} is listed')"
                    ));
                }
                (None, Some(field)) if checks_more => {
                    lines.push(format!("assert({things}.length > 0, 'there is something to read')"));
                    if let Some((item, _)) = &kind.item {
                        self.known.insert(item.clone(), format!("{things}[0]{}", member(field)));
                    }
                }
                _ if checks_more => lines.push(format!("assert(Array.isArray({things}))")),
                _ => {}
            }
        }
        lines.push(format!("{variable}.body"));
        self.say(method, &format!("List the {}.", plural(one)));
        self.cell(purpose, &lines.join("\n"));
    }

    fn deletion(&mut self, kind: &Kind, variable: &str) {
        let Some(at) = &kind.delete else { return };
        let Some((indices, method, path)) = self.method(at) else { return };
        let Some(purpose) = self.purpose(Action::Delete, &path) else { return };
        let Some(call) = self.call(&indices, at.index) else { return };
        let one = one_of(&kind.noun);
        let mut lines = vec![format!("let response = {call}"), self.status("response", method)];
        if let Some(read) = &kind.read
            && !self.failures.once.contains(&purpose)
            && let Some((indices, method, _)) = self.method(read)
            && let Some(missing) = [404, 410]
                .into_iter()
                .find(|status| method.responses.iter().any(|response| response.status.code() == Some(*status)))
            && let Some(call) = self.call(&indices, read.index)
        {
            lines.push(format!("assert.status({call}, {missing})"));
        }
        debug_assert!(self.known.values().any(|known| known.starts_with(variable)));
        self.say(method, &format!("Delete the {one}."));
        self.cell(purpose, &lines.join("\n"));
    }

    /// Says what a method does: in the words of the definition, else in ours.
    fn say(&mut self, method: &Method, ours: &str) {
        let name = method.display_name.as_deref();
        let said = first_line(method.description.as_deref()).filter(|line| Some(line.as_str()) != name);
        let said = said.map_or_else(|| plain(ours), |line| plain(&line));
        self.paragraph(&said);
    }

    /// What was left out.
    fn rest(&mut self, others: &[String]) {
        if !self.failures.again.is_empty() {
            self.paragraph("## Left out");
            self.paragraph("These calls fail on the mock server, so that no cell makes them:");
            for (purpose, message) in &self.failures.again {
                let called = match purpose {
                    Purpose::Call(_, path) => code(path),
                    Purpose::SignIn(scheme) => code(&format!("API.authenticate: {scheme}")),
                    Purpose::Client => code("API.createClient"),
                };
                let message = first_line(Some(message)).unwrap_or_default();
                let _ = writeln!(self.text, "- {called}: {}", plain(&message));
            }
            self.text.push('\n');
        }
        if !others.is_empty() {
            let shown: Vec<String> = others.iter().take(MAX_LISTED).map(|other| code(other)).collect();
            let more = others.len().saturating_sub(MAX_LISTED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            self.paragraph("## Other methods");
            self.paragraph(&format!("This notebook does not call {}{more}.", shown.join(", ")));
        }
        self.text.truncate(self.text.trim_end().len());
        self.text.push('\n');
    }

    /// The resource, the method and its path.
    fn method(&self, at: &MethodAt) -> Option<(Vec<u32>, &'a Method, MethodPath)> {
        let (path, indices, resource) = self.resources.iter().find(|(_, indices, _)| *indices == at.resource)?;
        let method = resource.methods.get(at.index as usize)?;
        Some((indices.clone(), method, format!("{} {path}", method.verb.method())))
    }

    /// The purpose of a cell; none if it is left out.
    fn purpose(&self, action: Action, path: &str) -> Option<Purpose> {
        let purpose = Purpose::Call(action, path.to_owned());
        (!self.failures.again.contains_key(&purpose)).then_some(purpose)
    }

    fn call(&self, indices: &[u32], index: u32) -> Option<String> {
        let Source { definition, client, .. } = self.source;
        let values = |path: &str, _: &str| self.known.get(&super::kinds::plain(path)).cloned();
        call_with(definition, indices, index, client, &values)
    }

    /// The declaration of the body, if the call has only its name: it is long, or the definition does not describe it.
    fn long_body(&self, method: &Method, call: &str) -> Option<String> {
        if !call.ends_with("(body)") && !call.contains("(body, ") {
            return None;
        }
        let value = body_of_call(self.source.definition, method).map(Value::Object);
        Some(format!("let body = {}", serde_json::to_string_pretty(&value.unwrap_or_else(|| json!({}))).ok()?))
    }

    fn status(&self, variable: &str, method: &Method) -> String {
        format!("assert.status({variable}, {})", body::statuses(method))
    }
}

/// The options of the client: the parameters of the base URI that have no default.
fn base_uri_parameters(definition: &Definition) -> String {
    let needed = definition.base_uri_parameters.iter().filter(|parameter| {
        let is_version = parameter.name == "version" && definition.version.is_some();
        parameter.default.is_none() && parameter.values.len() != 1 && !is_version
    });
    let fields: Vec<String> =
        needed.map(|parameter| format!("{}: {}", key(&parameter.name), example(parameter))).collect();
    if fields.is_empty() { String::new() } else { format!(", {{ baseUriParameters: {{ {} }} }}", fields.join(", ")) }
}

fn example(parameter: &Parameter) -> String {
    match parameter.values.first().or(parameter.example.as_ref()) {
        Some(value) => string_literal(value),
        // A generated answer would make no URL.
        None if parameter.name.eq_ignore_ascii_case("port") => "'443'".to_owned(),
        None if ["protocol", "scheme"].iter().any(|name| parameter.name.eq_ignore_ascii_case(name)) => {
            "'https'".to_owned()
        }
        None => format!("prompt({})", string_literal(&parameter.name)),
    }
}

fn key(name: &str) -> String {
    if is_identifier(name) { name.to_owned() } else { string_literal(name) }
}

/// The security schemes that the calls need: of each method the first choice, unless it needs none.
fn schemes(definition: &Definition, kinds: &[Kind]) -> Vec<String> {
    let resources = resources_by_index(definition);
    let mut names: Vec<String> = Vec::new();
    for at in kinds.iter().flat_map(Kind::methods) {
        let resource = resources.iter().find(|(_, indices, _)| *indices == at.resource);
        let Some(method) = resource.and_then(|(_, _, resource)| resource.methods.get(at.index as usize)) else {
            continue;
        };
        let requirements = method.secured_by.as_ref().unwrap_or(&definition.secured_by);
        if requirements.iter().any(|one| one.schemes.is_empty()) {
            continue;
        }
        for scheme in requirements.first().into_iter().flat_map(|one| &one.schemes) {
            if !names.contains(&scheme.name) {
                names.push(scheme.name.clone());
            }
        }
    }
    // Without a call, that of the whole API.
    if kinds.is_empty() {
        names
            .extend(definition.secured_by.first().into_iter().flat_map(|one| &one.schemes).map(|one| one.name.clone()));
    }
    names
}

/// Whether a listing may have only some of the things.
fn has_pages(method: &Method) -> bool {
    const WORDS: [&str; 12] =
        ["page", "limit", "offset", "cursor", "after", "before", "per", "size", "count", "start", "max", "skip"];
    method.query_string.is_some()
        || method.query_parameters.iter().any(|one| words(&one.name).any(|word| WORDS.contains(&word.as_str())))
}

/// `Todo lists` for `todo-lists`.
fn heading(noun: &str) -> String {
    let text = words(noun).collect::<Vec<_>>().join(" ");
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "Things".to_owned(),
    }
}

/// `todo list` for `todo-lists`.
fn one_of(noun: &str) -> String {
    let words: Vec<String> = words(noun).collect();
    match words.split_last() {
        Some((last, others)) => others.iter().cloned().chain([singular(last)]).collect::<Vec<_>>().join(" "),
        None => "thing".to_owned(),
    }
}

fn with_article(one: &str) -> String {
    let article = if one.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {one}")
}

/// The names of variables that are taken.
struct Names(HashSet<String>);

impl Names {
    fn new(client: &str) -> Self {
        Self([client, "response"].into_iter().map(str::to_owned).collect())
    }

    /// A variable for these words: `newTodo`, `newTodo2`.
    fn unused(&mut self, text: &str) -> String {
        let name = words(text).enumerate().fold(String::new(), |name, (index, word)| {
            let word: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
            let mut letters = word.chars();
            match letters.next() {
                Some(first) if index > 0 => name + &first.to_uppercase().chain(letters).collect::<String>(),
                _ => name + &word,
            }
        });
        let name = if is_identifier(&name) { name } else { format!("_{name}") };
        let numbered = std::iter::once(name.clone()).chain((2..).map(|number: u32| format!("{name}{number}")));
        let unused = numbered.into_iter().find(|name| !self.0.contains(name)).unwrap_or(name);
        self.0.insert(unused.clone());
        unused
    }
}

/// A name for the client of a definition: that of its file, unless it says nothing.
pub(crate) fn client_name(file: &str) -> String {
    const SAY_NOTHING: [&str; 8] = ["api", "apis", "index", "main", "openapi", "swagger", "definition", "spec"];
    // What cells have as globals, and what JavaScript reserves.
    const TAKEN: [&str; 40] = [
        "alert",
        "assert",
        "async",
        "atob",
        "await",
        "break",
        "btoa",
        "case",
        "catch",
        "class",
        "confirm",
        "console",
        "const",
        "continue",
        "crypto",
        "delete",
        "do",
        "else",
        "enum",
        "export",
        "fetch",
        "file",
        "for",
        "function",
        "global",
        "if",
        "import",
        "in",
        "load",
        "new",
        "performance",
        "process",
        "prompt",
        "return",
        "save",
        "self",
        "sleep",
        "this",
        "until",
        "window",
    ];
    let mut names = Names(HashSet::new());
    let name = names.unused(file);
    let is_good = is_identifier(&name) && name.starts_with(|first: char| first.is_ascii_lowercase());
    let is_free = !SAY_NOTHING.contains(&name.as_str()) && !TAKEN.contains(&name.as_str());
    if is_good && is_free && name.len() <= 24 { name } else { "client".to_owned() }
}
