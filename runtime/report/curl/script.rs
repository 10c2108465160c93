//! The calls of a notebook as a script for a POSIX shell: a curl command for each.
//!
//! What comes from the notebook or a definition stands in single quotes, in a comment on one line, or is the name of a
//! variable, of letters that names have.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use apinb_record::request::{Body, Credentials, Input, Piece, Request, Requests, Sent, Server, Template};
use apinb_text::display::shell::Word;
use serde_json::Value;

use crate::report::curl::call::{lines, method};
use crate::report::layout::one_line;

/// Variables that shells, curl and the loader read; those of a notebook are never called so.
const TAKEN: [&str; 22] = [
    "BASH_ENV",
    "CDPATH",
    "CURL_HOME",
    "ENV",
    "FCEDIT",
    "FPATH",
    "HISTFILE",
    "HOME",
    "IFS",
    "LANG",
    "LINENO",
    "LOGNAME",
    "MAIL",
    "OLDPWD",
    "OPTARG",
    "OPTIND",
    "PATH",
    "PPID",
    "PWD",
    "SHELL",
    "TMPDIR",
    "USER",
];
const TAKEN_PREFIXES: [&str; 5] = ["LC_", "LD_", "DYLD_", "PS", "BASH"];

/// Functions of the script, where it needs them.
const URI: &str = "\
# A text, percent-encoded.
uri() (
  LC_ALL=C
  case $1 in
    *[!A-Za-z0-9._~-]*) printf '%s' \"$1\" | od -An -v -tx1 | tr -d ' \\n\\t' | sed 's/../%&/g' ;;
    *) printf '%s' \"$1\" ;;
  esac
)
";
const JSON: &str = "\
# A text as JSON.
json() {
  printf '\"%s\"' \"$(printf '%s' \"$1\" | tr -d '\\000-\\010\\013\\014\\016-\\037' |
    sed -e 's/[\\\\\"]/\\\\&/g' -e \"s/$(printf '\\t')/\\\\\\\\t/g\" -e \"s/$(printf '\\r')/\\\\\\\\r/g\" -e '$!s/$/\\\\n/' | tr -d '\\n')\"
}
";
const VALUE: &str = "\
# A number, `true`, `false` or `null` as it is; any other text as JSON.
value() {
  if printf '%s' \"$1\" | grep -Eqx -e '-?[0-9]+(\\.[0-9]+)?|true|false|null'; then printf '%s' \"$1\"; else json \"$1\"; fi
}
";

/// The script; `generator` says what wrote it.
#[must_use]
pub fn script(requests: &Requests, generator: &str) -> String {
    let mut script = Script {
        names: Names::default(),
        inputs: &requests.inputs,
        needed: Vec::new(),
        uri: false,
        json: false,
        value: false,
    };
    let servers: Vec<String> = requests.servers.iter().map(|server| script.server(server)).collect();
    let commands: Vec<String> = requests.requests.iter().map(|one| script.request(one, requests)).collect();

    let mut text = String::from("#!/bin/sh\n");
    if let Some(title) = &requests.title {
        comment(&mut text, title);
    }
    comment(&mut text, &format!("The calls of {}, written by {generator}, which ran nothing.", requests.path));
    text.push_str("set -eu\n");
    let inputs: Vec<&Input> = requests.inputs.iter().filter(|input| script.names.knows(&input.name)).collect();
    if !inputs.is_empty() {
        text.push_str("\n# What it asks for.\n");
        for input in inputs {
            text.push_str(&script.input(input));
        }
    }
    if !servers.is_empty() {
        text.push_str("\n# Where it calls, and how it is let in.\n");
        text.extend(servers);
    }
    for (needed, function) in [(script.uri, URI), (script.json || script.value, JSON), (script.value, VALUE)] {
        if needed {
            text.push('\n');
            text.push_str(function);
        }
    }
    for command in commands {
        text.push('\n');
        text.push_str(&command);
    }
    if requests.requests.is_empty() {
        text.push_str("\n# It calls no client of an API.\n");
    }
    text
}

struct Script<'a> {
    names: Names,
    inputs: &'a [Input],
    /// The variables of the current command that have to be set, as lines that say so.
    needed: Vec<String>,
    /// Which functions it needs.
    uri: bool,
    json: bool,
    value: bool,
}

/// How an open piece becomes text.
#[derive(Clone, Copy)]
enum Place {
    /// As it is.
    Plain,
    /// In a path or a query.
    Uri,
    /// In the host of a URL, where nothing is encoded.
    Host,
}

impl Script<'_> {
    fn input(&mut self, input: &Input) -> String {
        let name = self.names.of(&input.name);
        match &input.default {
            Some(default) => {
                format!("# {}\n[ -n \"${{{name}-}}\" ] || {name}={}\n", one_line(&input.text), Word::of(default))
            }
            None => {
                let text = if input.text.trim().is_empty() { &input.name } else { &input.text };
                format!(": \"${{{name}:?{}}}\"\n", message(text))
            }
        }
    }

    /// A variable that is set where nobody set it.
    fn server(&mut self, server: &Server) -> String {
        let url = self.names.own(&server.client, "URL");
        let uri = self.word(&server.uri, Place::Host);
        let mut text = format!("[ -n \"${{{url}-}}\" ] || {url}={uri}\n");
        let needed = std::mem::take(&mut self.needed).concat();
        if !needed.is_empty() {
            text = format!(
                "if [ -z \"${{{url}-}}\" ]; then\n  {}  {url}={uri}\nfi\n",
                needed.replace('\n', "\n  ").trim_end_matches(' ')
            );
        }
        let mut ask = |name: &str, what: &str| {
            // Writing into a String cannot fail.
            let _ = writeln!(text, ": \"${{{name}:?{}}}\"", message(what));
        };
        let client = &server.client;
        match &server.credentials {
            Some(Credentials::Bearer) => {
                ask(&self.names.own(client, "TOKEN"), &format!("an access token for {client}"));
            }
            Some(Credentials::Basic | Credentials::Digest) => {
                ask(&self.names.own(client, "USER"), &format!("user:password for {client}"));
            }
            Some(Credentials::Named { headers, query }) => {
                for name in headers.iter().chain(query) {
                    ask(&self.names.own(client, name), &format!("{name} for {client}"));
                }
            }
            Some(Credentials::Other(_)) | None => {}
        }
        text
    }

    fn request(&mut self, request: &Request, all: &Requests) -> String {
        let mut text = String::new();
        comment(&mut text, &format!("${} {}", request.cell, request.label));
        comment(&mut text, &request.written);
        match &request.sent {
            Ok(sent) => {
                let credentials = all.servers.iter().find(|server| server.client == sent.client);
                let credentials = credentials.and_then(|server| server.credentials.as_ref());
                for note in &sent.notes {
                    comment(&mut text, note);
                }
                if let Some(Credentials::Other(name)) = credentials {
                    comment(&mut text, &format!("it has to be signed by {name}, which curl cannot do"));
                }
                let command = self.command(sent, credentials);
                text.extend(self.needed.drain(..));
                text.push_str(&command);
            }
            Err(why) => comment(&mut text, &format!("not here: {why}")),
        }
        text
    }

    fn command(&mut self, sent: &Sent, credentials: Option<&Credentials>) -> String {
        let url = self.url(sent, credentials);
        // One of those that a definition may have.
        let method = method(&sent.method);
        let follow = if matches!(sent.method.as_str(), "GET" | "HEAD") { "L" } else { "" };
        let mut parts = vec![format!("curl -gsS{follow}w '\\n' {method} {url}")];
        match credentials {
            Some(Credentials::Bearer) => {
                let mut word = Word::default();
                word.literal("Authorization: Bearer ").expansion(&plain(&self.names.own(&sent.client, "TOKEN")));
                parts.push(format!("-H {}", word.end()));
            }
            Some(signed @ (Credentials::Basic | Credentials::Digest)) => {
                let mut word = Word::default();
                word.expansion(&plain(&self.names.own(&sent.client, "USER")));
                let digest = if *signed == Credentials::Digest { "--digest " } else { "" };
                parts.push(format!("{digest}--user {}", word.end()));
            }
            Some(Credentials::Named { headers, .. }) => {
                for name in headers.iter().filter(|name| is_token(name)) {
                    let mut word = Word::default();
                    word.literal(&format!("{name}: ")).expansion(&plain(&self.names.own(&sent.client, name)));
                    parts.push(format!("-H {}", word.end()));
                }
            }
            Some(Credentials::Other(_)) | None => {}
        }
        // curl reads a file where a header begins with `@`, which no name of a header has.
        for (name, value) in sent.headers.iter().filter(|(name, _)| is_token(name)) {
            let empty = value.iter().all(|piece| matches!(piece, Piece::Literal(text) if text.is_empty()));
            let head = if empty { format!("{name};") } else { format!("{name}: ") };
            let value: Vec<Piece> =
                std::iter::once(Piece::Literal(head)).chain(value.iter().map(on_one_line)).collect();
            parts.push(format!("-H {}", self.word(&value, Place::Plain)));
        }
        match &sent.body {
            None => {}
            Some(Body::Text(pieces)) => parts.push(format!("--data-raw {}", self.word(pieces, Place::Plain))),
            Some(Body::Json(template)) => {
                let mut word = Word::default();
                self.json(&mut word, template);
                parts.push(format!("--data-raw {}", word.end()));
            }
            Some(Body::Form(fields)) if fields.is_empty() => parts.push("--data-raw ''".to_owned()),
            Some(Body::Form(fields)) => {
                for (name, value) in fields {
                    let pair = pair(&encoded(name), value);
                    parts.push(format!("--data-urlencode {}", self.word(&pair, Place::Plain)));
                }
            }
            Some(Body::Multipart(fields)) => {
                for (name, value) in fields {
                    parts.push(format!("--form-string {}", self.word(&pair(name, value), Place::Plain)));
                }
            }
        }
        lines(&parts)
    }

    fn url(&mut self, sent: &Sent, credentials: Option<&Credentials>) -> String {
        let mut word = Word::default();
        match &sent.server {
            Some(server) => self.add(&mut word, server, Place::Host),
            None => {
                word.expansion(&plain(&self.names.own(&sent.client, "URL")));
            }
        }
        self.add(&mut word, &sent.path, Place::Uri);
        let mut joint = "?";
        for (name, value) in &sent.query {
            word.literal(&format!("{joint}{}=", encoded(name)));
            let value: Vec<Piece> = value.iter().map(encoded_piece).collect();
            self.add(&mut word, &value, Place::Uri);
            joint = "&";
        }
        if let Some(Credentials::Named { query, .. }) = credentials {
            for name in query {
                word.literal(&format!("{joint}{}=", encoded(name)));
                self.uri = true;
                word.expansion(&format!("$(uri {})", quoted(&self.names.own(&sent.client, name))));
                joint = "&";
            }
        }
        word.end()
    }

    fn word(&mut self, pieces: &[Piece], place: Place) -> String {
        let mut word = Word::default();
        self.add(&mut word, pieces, place);
        word.end()
    }

    fn add(&mut self, word: &mut Word, pieces: &[Piece], place: Place) {
        for piece in pieces {
            match (piece, place) {
                (Piece::Literal(text), _) => {
                    word.literal(text);
                }
                (Piece::Open(source), Place::Uri) => {
                    self.uri = true;
                    word.expansion(&format!("$(uri \"{}\")", self.variable(source)));
                }
                (Piece::Open(source), Place::Plain | Place::Host) => {
                    word.expansion(&self.variable(source));
                }
            }
        }
    }

    /// The value of what is known only when a cell runs: its variable has to be set by then.
    fn variable(&mut self, source: &str) -> String {
        let name = self.names.of(source);
        if !self.inputs.iter().any(|input| input.name == source) {
            // Where it stands it may be in a command of its own, whose end does not end the script.
            let line = format!(": \"${{{name}:?{}}}\"\n", message(&format!("set it to {source} of the notebook")));
            if !self.needed.contains(&line) {
                self.needed.push(line);
            }
        }
        plain(&name)
    }

    fn json(&mut self, word: &mut Word, template: &Template) {
        match template {
            Template::Value(value) => {
                word.literal(&value.to_string());
            }
            Template::Open(source) => {
                let function = if self.inputs.iter().any(|input| input.name == *source) { "json" } else { "value" };
                (self.json, self.value) = (self.json || function == "json", self.value || function == "value");
                word.expansion(&format!("$({function} \"{}\")", self.variable(source)));
            }
            Template::Function => {
                word.literal("null");
            }
            Template::Text(parts) => {
                // Its literals are escaped one by one, and so is what stands between them.
                word.literal("\"");
                for piece in parts.iter().flat_map(Template::pieces) {
                    match piece {
                        Piece::Literal(text) => {
                            let json = Value::String(text).to_string();
                            word.literal(json.trim_start_matches('"').strip_suffix('"').unwrap_or_default());
                        }
                        Piece::Open(source) => {
                            self.json = true;
                            let variable = self.variable(&source);
                            word.expansion(&format!("$(json \"{variable}\" | sed 's/^.//; s/.$//')"));
                        }
                    }
                }
                word.literal("\"");
            }
            Template::List(items) => {
                word.literal("[");
                for (index, item) in items.iter().enumerate() {
                    word.literal(if index > 0 { "," } else { "" });
                    self.json(word, item);
                }
                word.literal("]");
            }
            Template::Object(_) => {
                word.literal("{");
                for (index, (name, value)) in template.fields().unwrap_or_default().iter().enumerate() {
                    word.literal(if index > 0 { "," } else { "" });
                    word.literal(&format!("{}:", Value::from(name.as_str())));
                    self.json(word, value);
                }
                word.literal("}");
            }
        }
    }
}

/// What variables of the shell are called: each source its own.
#[derive(Default)]
struct Names {
    by_source: BTreeMap<String, String>,
}

impl Names {
    fn knows(&self, source: &str) -> bool {
        self.by_source.contains_key(source)
    }

    /// For what stands in the notebook.
    fn of(&mut self, source: &str) -> String {
        if let Some(name) = self.by_source.get(source) {
            return name.clone();
        }
        let mut base = identifier(source);
        if TAKEN.contains(&base.as_str()) || TAKEN_PREFIXES.iter().any(|prefix| base.starts_with(prefix)) {
            base.insert(0, '_');
        }
        let name = self.unique(base);
        self.by_source.insert(source.to_owned(), name.clone());
        name
    }

    /// For what the script itself wants to know of a client.
    fn own(&mut self, client: &str, what: &str) -> String {
        // No source looks like this.
        let key = format!("{client} {what} =");
        if let Some(known) = self.by_source.get(&key) {
            return known.clone();
        }
        let base = format!("{}_{}", identifier(client), identifier(what)).to_ascii_uppercase();
        let name = self.unique(base);
        self.by_source.insert(key, name.clone());
        name
    }

    /// `base`, or with a number where that is a name already.
    fn unique(&self, base: String) -> String {
        let taken = |name: &str| self.by_source.values().any(|known| known == name);
        let numbered = (2..).map(|number: usize| format!("{base}_{number}"));
        std::iter::once(base.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(base)
    }
}

/// Letters, digits and `_`, of which the first is no digit.
fn identifier(source: &str) -> String {
    let words = source.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("_");
    match name.chars().next() {
        None => "VALUE".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{name}"),
        Some(_) => name,
    }
}

/// Text in `"${NAME:?…}"`, where shells differ in what they read: characters that say nothing to any of them.
fn message(text: &str) -> String {
    let plain = |character: char| match character {
        '"' | '`' | '\'' | '\\' => '’',
        '$' => ' ',
        '{' => '(',
        '}' => ')',
        '!' => '.',
        other => other,
    };
    one_line(text).chars().map(plain).collect()
}

fn plain(name: &str) -> String {
    format!("${{{name}}}")
}

fn quoted(name: &str) -> String {
    format!("\"${{{name}}}\"")
}

/// A comment ends with its line.
fn comment(text: &mut String, comment: &str) {
    // Writing into a String cannot fail.
    let _ = writeln!(text, "# {}", one_line(comment));
}

fn pair(name: &str, value: &[Piece]) -> Vec<Piece> {
    std::iter::once(Piece::Literal(format!("{name}="))).chain(value.iter().cloned()).collect()
}

/// A header ends with its line.
fn on_one_line(piece: &Piece) -> Piece {
    match piece {
        Piece::Literal(text) => Piece::Literal(text.replace(['\r', '\n'], " ")),
        open @ Piece::Open(_) => open.clone(),
    }
}

fn encoded_piece(piece: &Piece) -> Piece {
    match piece {
        Piece::Literal(text) => Piece::Literal(encoded(text)),
        open @ Piece::Open(_) => open.clone(),
    }
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// Whether it can be the name of a header: RFC 9110, 5.6.2.
fn is_token(name: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_token)
}
