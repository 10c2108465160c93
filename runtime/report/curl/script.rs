//! Exports the calls of a notebook as a script for a POSIX shell, with a curl command for each call.
//!
//! Text from a notebook or definition is always in single quotes, in a one-line comment, or in the name of a variable,
//! which has only identifier characters.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use apinb_record::piece::{JsonPosition, Piece, UnknownPiece};
use apinb_record::request::{Body, Credentials, Input, PlannedCall, Request, Requests, Server};
use apinb_text::display::shell::Word;
use apinb_text::web::escape::{Escape, RESERVED, UNESCAPED, cookie_characters, escape};

use crate::curl::call::{lines, method};
use crate::layout::one_line;

/// Variables that shells, curl or the dynamic loader read. No notebook variable gets such a name.
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

/// The shell function that percent-encodes text. It cannot handle NUL, but neither can shell variables.
fn uri_function() -> String {
    format!(
        r#"# A text, percent-encoded. The characters of a second text stay as well, and what is percent-encoded already.
uri() {{
  printf '%s' "$1" | od -An -v -tu1 | LC_ALL=C awk -v keep="{UNESCAPED}${{2-}}" -v encoded="${{2:+1}}" '
    function is_hex(b) {{ return b >= 48 && b <= 57 || b >= 65 && b <= 70 || b >= 97 && b <= 102 }}
    {{ for (i = 1; i <= NF; i++) bytes[count++] = $i + 0 }}
    END {{
      for (i = 0; i < count; i++) {{
        b = bytes[i]
        c = sprintf("%c", b)
        stays = b < 128 && (c ~ /[A-Za-z0-9]/ || index(keep, c)) || encoded && b == 37 && is_hex(bytes[i + 1]) && is_hex(bytes[i + 2])
        printf stays ? "%s" : "%%%02X", stays ? c : b
      }}
    }}'
}}
"#
    )
}

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

/// Whether a file begins as a script of apinb does.
#[must_use]
pub fn is_script(head: &str) -> bool {
    head.starts_with("#!/bin/sh\n") && head.contains(", written by apinb ")
}

/// The script. `generator` is the program that wrote it.
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
        text.push_str("\n# Inputs.\n");
        for input in inputs {
            text.push_str(&script.input(input));
        }
    }
    for (needed, function) in
        [(script.uri, uri_function().as_str()), (script.json || script.value, JSON), (script.value, VALUE)]
    {
        if needed {
            text.push('\n');
            text.push_str(function);
        }
    }
    if !servers.is_empty() {
        text.push_str("\n# Base URLs and credentials.\n");
        text.extend(servers);
    }
    for command in commands {
        text.push('\n');
        text.push_str(&command);
    }
    if requests.requests.is_empty() {
        text.push_str("\n# The notebook calls no client of an API.\n");
    }
    text
}

struct Script<'a> {
    names: Names,
    inputs: &'a [Input],
    /// Lines that require the variables of the current command to be set.
    needed: Vec<String>,
    /// The helper functions that the script needs.
    uri: bool,
    json: bool,
    value: bool,
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

    /// Sets the URL variable of a client, unless it is already set.
    fn server(&mut self, server: &Server) -> String {
        let url = self.names.own(&server.client, "URL");
        let uri = self.word(&server.uri);
        let mut text = format!("[ -n \"${{{url}-}}\" ] || {url}={uri}\n");
        let needed = std::mem::take(&mut self.needed).concat();
        if !needed.is_empty() {
            text = format!(
                "if [ -z \"${{{url}-}}\" ]; then\n  {}  {url}={uri}\nfi\n",
                needed.replace('\n', "\n  ").trim_end_matches(' ')
            );
        }
        let mut ask = |name: &str, what: &str| {
            // Writing to a `String` cannot fail.
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
        match &request.call {
            Ok(call) => {
                let credentials = all.servers.iter().find(|server| server.client == call.client);
                let credentials = credentials.and_then(|server| server.credentials.as_ref());
                for note in &call.notes {
                    comment(&mut text, note);
                }
                if let Some(Credentials::Other(name)) = credentials {
                    comment(&mut text, &format!("curl cannot sign it by {name}"));
                }
                let command = self.command(call, credentials);
                text.extend(self.needed.drain(..));
                text.push_str(&command);
            }
            Err(why) => comment(&mut text, &format!("not exported: {why}")),
        }
        text
    }

    fn command(&mut self, call: &PlannedCall, credentials: Option<&Credentials>) -> String {
        let url = self.url(call, credentials);
        // One of the methods that a definition can declare.
        let method = method(&call.method);
        let follow = if matches!(call.method.as_str(), "GET" | "HEAD") { "L" } else { "" };
        let mut parts = vec![format!("curl -gsS{follow}w '\\n' {method} {url}")];
        match credentials {
            Some(Credentials::Bearer) => {
                let mut word = Word::default();
                word.literal("Authorization: Bearer ").expansion(&plain(&self.names.own(&call.client, "TOKEN")));
                parts.push(format!("-H {}", word.end()));
            }
            Some(signed @ (Credentials::Basic | Credentials::Digest)) => {
                let mut word = Word::default();
                word.expansion(&plain(&self.names.own(&call.client, "USER")));
                let digest = if *signed == Credentials::Digest { "--digest " } else { "" };
                parts.push(format!("{digest}--user {}", word.end()));
            }
            Some(Credentials::Named { headers, .. }) => {
                for name in headers.iter().filter(|name| is_token(name)) {
                    let mut word = Word::default();
                    word.literal(&format!("{name}: ")).expansion(&plain(&self.names.own(&call.client, name)));
                    parts.push(format!("-H {}", word.end()));
                }
            }
            Some(Credentials::Other(_)) | None => {}
        }
        // curl reads a file for a header that starts with `@`, which is not valid in a header name.
        for (name, value) in call.plan.headers.iter().filter(|(name, _)| is_token(name)) {
            let empty = value.iter().all(|piece| matches!(piece, Piece::Literal(text) if text.is_empty()));
            let head = if empty { format!("{name};") } else { format!("{name}: ") };
            let value: Vec<Piece> =
                std::iter::once(Piece::Literal(head)).chain(value.iter().map(on_one_line)).collect();
            parts.push(format!("-H {}", self.word(&value)));
        }
        match &call.body {
            None => {}
            Some(Body::Text(pieces)) => parts.push(format!("--data-raw {}", self.word(pieces))),
            Some(Body::Form(fields)) if fields.is_empty() => parts.push("--data-raw ''".to_owned()),
            Some(Body::Form(fields)) => {
                for (name, value) in fields {
                    let pair = pair(&escape(name, Escape::Component), value);
                    parts.push(format!("--data-urlencode {}", self.word(&pair)));
                }
            }
            Some(Body::Multipart(fields)) => {
                for (name, value) in fields {
                    parts.push(format!("--form-string {}", self.word(&pair(name, value))));
                }
            }
        }
        lines(&parts)
    }

    fn url(&mut self, call: &PlannedCall, credentials: Option<&Credentials>) -> String {
        let mut word = Word::default();
        if call.own_server {
            self.add(&mut word, &call.plan.server);
        } else {
            word.expansion(&plain(&self.names.own(&call.client, "URL")));
        }
        let mut more = Vec::new();
        if let Some(Credentials::Named { query, .. }) = credentials {
            for name in query {
                let source = self.names.own_source(&call.client, name);
                let value = UnknownPiece { source, json: JsonPosition::None, escape: Escape::Component };
                let name = Piece::Literal(format!("{}=", escape(name, Escape::Component)));
                more.push(vec![name, Piece::Unknown(value)]);
            }
        }
        self.add(&mut word, &call.plan.target(more));
        word.end()
    }

    fn word(&mut self, pieces: &[Piece]) -> String {
        let mut word = Word::default();
        self.add(&mut word, pieces);
        word.end()
    }

    fn add(&mut self, word: &mut Word, pieces: &[Piece]) {
        for piece in pieces {
            match piece {
                Piece::Literal(text) => {
                    word.literal(text);
                }
                Piece::Unknown(unknown) => {
                    let value = self.unknown(unknown);
                    word.expansion(&value);
                }
            }
        }
    }

    /// The expansion, for use in double quotes, of a value that is known only when a cell runs.
    fn unknown(&mut self, unknown: &UnknownPiece) -> String {
        let is_input = self.inputs.iter().any(|input| input.name == unknown.source);
        let variable = self.variable(&unknown.source);
        let text = match unknown.json {
            JsonPosition::None => variable,
            JsonPosition::Value if is_input => {
                self.json = true;
                format!("$(json \"{variable}\")")
            }
            JsonPosition::Value => {
                self.value = true;
                format!("$(value \"{variable}\")")
            }
            JsonPosition::String => {
                self.json = true;
                format!("$(json \"{variable}\" | sed 's/^.//; s/.$//')")
            }
        };
        let more = match unknown.escape {
            Escape::None => return text,
            Escape::Component => String::new(),
            Escape::Reserved => format!(" {}", Word::of(RESERVED)),
            Escape::Cookie => format!(" {}", Word::of(&cookie_characters())),
        };
        self.uri = true;
        format!("$(uri \"{text}\"{more})")
    }

    /// The variable for a value that is known only when a cell runs. The script requires it to be set.
    fn variable(&mut self, source: &str) -> String {
        let name = self.names.of(source);
        if self.names.is_own(source) {
            return plain(&name);
        }
        if !self.inputs.iter().any(|input| input.name == source) {
            // The expansion may be in a command substitution, whose failure does not end the script, so the check comes
            // before.
            let line = format!(": \"${{{name}:?{}}}\"\n", message(&format!("set it to {source} of the notebook")));
            if !self.needed.contains(&line) {
                self.needed.push(line);
            }
        }
        plain(&name)
    }
}

/// The names of shell variables. Each source text has its own.
#[derive(Default)]
struct Names {
    by_source: BTreeMap<String, String>,
}

impl Names {
    fn knows(&self, source: &str) -> bool {
        self.by_source.contains_key(source)
    }

    /// The variable for a source text in the notebook.
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

    /// A placeholder source text for a property of a client that the script itself needs.
    fn own_source(&mut self, client: &str, what: &str) -> String {
        self.own(client, what);
        own_source(client, what)
    }

    fn is_own(&self, source: &str) -> bool {
        source.ends_with(OWN)
    }

    /// The variable for a property of a client that the script itself needs.
    fn own(&mut self, client: &str, what: &str) -> String {
        let key = own_source(client, what);
        if let Some(known) = self.by_source.get(&key) {
            return known.clone();
        }
        let base = format!("{}_{}", identifier(client), identifier(what)).to_ascii_uppercase();
        let name = self.unique(base);
        self.by_source.insert(key, name.clone());
        name
    }

    /// `base`, with a number if the name is taken.
    fn unique(&self, base: String) -> String {
        let taken = |name: &str| self.by_source.values().any(|known| known == name);
        let numbered = (2..).map(|number: usize| format!("{base}_{number}"));
        std::iter::once(base.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(base)
    }
}

/// A suffix that no source text in a notebook has.
const OWN: &str = " =";

fn own_source(client: &str, what: &str) -> String {
    format!("{client} {what}{OWN}")
}

/// An identifier: letters, digits and `_`, not starting with a digit.
fn identifier(source: &str) -> String {
    let words = source.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("_");
    match name.chars().next() {
        None => "VALUE".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{name}"),
        Some(_) => name,
    }
}

/// Text for `"${NAME:?…}"`, which shells parse differently: replaces characters that are special in any of them.
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

/// Writes a comment, which must be one line.
fn comment(text: &mut String, comment: &str) {
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "# {}", one_line(comment));
}

fn pair(name: &str, value: &[Piece]) -> Vec<Piece> {
    std::iter::once(Piece::Literal(format!("{name}="))).chain(value.iter().cloned()).collect()
}

/// Removes line breaks, which would end a header.
fn on_one_line(piece: &Piece) -> Piece {
    match piece {
        Piece::Literal(text) => Piece::Literal(text.replace(['\r', '\n'], " ")),
        unknown @ Piece::Unknown(_) => unknown.clone(),
    }
}

/// Whether a text is a valid header name (RFC 9110, section 5.6.2).
fn is_token(name: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_token)
}
