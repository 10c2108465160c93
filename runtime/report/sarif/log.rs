//! A log: its diagnostics as results, the rules that they break, and their fingerprints.

use std::collections::{BTreeMap, HashMap};
use std::io;

use apinb_record::rule::RuleRecord;
use apinb_text::diagnostic::Severity;
use apinb_text::display::escape::escape_controls_in_json;
use apinb_text::display::truncate::truncate;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::super::escaped::Escaped;
use super::super::json::pretty;
use super::format::{
    ArtifactLocation, Configuration, ContextRegion, Descriptor, Document, Driver, Finding, Help, Invocation, Location,
    Notification, PhysicalLocation, ROOT, Region, Run, SCHEMA, Text, Tool, level,
};
use super::own_rules;

/// Maximum number of results, by the limit of GitHub; and of characters in a message and a snippet.
const MAX_RESULTS: usize = 25_000;
const MAX_MESSAGE: usize = 4_000;
const MAX_SNIPPET: usize = 1_000;
/// The name of fingerprints. It changes when they are made in another way.
const FINGERPRINT: &str = "apinb/v1";

/// What a log needs beside its diagnostics.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The rules that diagnostics may break.
    pub rules: &'a [RuleRecord],
    /// The folder that relative URIs start from, as a URI with a `/` at its end.
    pub root: Option<&'a str>,
    /// The URI of a file; `None` for what is not one, such as `<stdin>`.
    pub uri: &'a dyn Fn(&str) -> Option<FileUri>,
}

/// The URI of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileUri {
    pub text: String,
    /// Whether it is relative to the root.
    pub is_relative: bool,
}

/// A log with the diagnostics that were added to it.
pub struct Log<'a> {
    context: Context<'a>,
    generator: &'a str,
    rules: Vec<Descriptor>,
    findings: Vec<Finding>,
    omitted: usize,
    /// How often each key occurs that is not unique by itself.
    keys: HashMap<String, usize>,
}

/// A diagnostic.
#[derive(Default)]
pub(super) struct Diagnostic {
    pub(super) rule: String,
    pub(super) severity: Option<Severity>,
    pub(super) message: String,
    pub(super) help: Option<String>,
    pub(super) place: Option<Place>,
    /// Other places, each with what it is.
    pub(super) related: Vec<(Place, String)>,
    /// Identifies it; by default its rule, file, line of text and message.
    pub(super) key: Option<String>,
    pub(super) baseline_state: Option<&'static str>,
    pub(super) properties: BTreeMap<&'static str, Value>,
}

/// A place in a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: usize,
    /// In characters, from 1.
    pub(super) column: Option<usize>,
    pub(super) length: Option<usize>,
    pub(super) source_line: Option<String>,
}

impl<'a> Log<'a> {
    /// An empty log. `generator`: the name and the version of the program.
    #[must_use]
    pub fn new(generator: &'a str, context: Context<'a>) -> Self {
        Self { context, generator, rules: Vec::new(), findings: Vec::new(), omitted: 0, keys: HashMap::new() }
    }

    /// Writes the log, with a trailing line feed.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let mut out = Escaped::new(out, escape_controls_in_json);
        self.write_plain(&mut out)?;
        out.finish()
    }

    pub(super) fn write_plain(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let (name, version) = self.generator.split_once(' ').unwrap_or((self.generator, ""));
        let root = self.context.root.map(|uri| ArtifactLocation { uri: uri.to_owned(), uri_base_id: None });
        let omitted = (self.omitted > 0).then(|| Notification {
            level: "warning",
            message: Text { text: format!("{} more results are omitted", self.omitted) },
        });
        pretty(
            &Document {
                schema: SCHEMA,
                version: "2.1.0",
                runs: [Run {
                    tool: Tool {
                        driver: Driver {
                            name: name.to_owned(),
                            version: version.to_owned(),
                            rules: self.rules.clone(),
                        },
                    },
                    invocations: [Invocation {
                        execution_successful: true,
                        tool_execution_notifications: omitted.into_iter().collect(),
                    }],
                    original_uri_base_ids: root.map(|root| (ROOT, root)).into_iter().collect(),
                    column_kind: "unicodeCodePoints",
                    results: &self.findings,
                }],
            },
            out,
        )
    }

    pub(super) fn add(&mut self, diagnostic: Diagnostic) {
        if self.findings.len() >= MAX_RESULTS {
            self.omitted += 1;
            return;
        }
        let key = match &diagnostic.key {
            Some(key) => key.clone(),
            None => self.own_key(&diagnostic),
        };
        let Diagnostic { rule, severity, message, help, place, related, baseline_state, properties, .. } = diagnostic;
        let rule_index = self.rule(&rule);
        let default = self.rules.get(rule_index).map_or("error", |rule| rule.default_configuration.level);
        let locations: Vec<Location> = place.iter().filter_map(|place| self.location(place)).collect();
        let mut text = message;
        if let Some(Place { file, line, .. }) = place.filter(|_| locations.is_empty()) {
            text = format!("{file}:{line}: {text}");
        }
        if let Some(help) = &help {
            text = format!("{text}\nhelp: {help}");
        }
        let related = related.iter().filter_map(|(place, name)| Some((self.location(place)?, name)));
        let related = related.zip(1..).map(|((location, name), id)| Location {
            id: Some(id),
            message: Some(Text { text: truncate(name, MAX_MESSAGE) }),
            ..location
        });
        let finding = Finding {
            rule_id: rule,
            rule_index,
            level: severity.map_or(default, level),
            message: Text { text: truncate(&text, MAX_MESSAGE) },
            related_locations: related.collect(),
            locations,
            partial_fingerprints: BTreeMap::from([(FINGERPRINT, fingerprint(&key))]),
            baseline_state,
            properties,
        };
        self.findings.push(finding);
    }

    /// The key of a diagnostic without one, which tells equal ones apart by their order.
    fn own_key(&mut self, diagnostic: &Diagnostic) -> String {
        let Diagnostic { rule, message, place, .. } = diagnostic;
        let place = place.clone().unwrap_or_default();
        let file = (self.context.uri)(&place.file).map_or(place.file, |uri| uri.text);
        let line = place.source_line.unwrap_or_default();
        let key = [rule.as_str(), &file, line.trim(), message].join("\n");
        let count = self.keys.entry(key.clone()).or_default();
        *count += 1;
        if *count == 1 { key } else { format!("{key}\n{count}") }
    }

    /// The index of a rule in the log.
    fn rule(&mut self, code: &str) -> usize {
        if let Some(index) = self.rules.iter().position(|rule| rule.id == code) {
            return index;
        }
        let known = self.context.rules.iter().find(|rule| rule.code == code);
        let (severity, title, documentation) = match known {
            Some(rule) => (rule.severity, rule.title, rule.documentation),
            None => own_rules::rule(code),
        };
        let command = known.map(|_| format!("`apinb rules {code}` shows an example.")).unwrap_or_default();
        self.rules.push(Descriptor {
            id: code.to_owned(),
            short_description: Text { text: title.to_owned() },
            full_description: Text { text: documentation.to_owned() },
            help: Help {
                text: [documentation, &command].join(" ").trim_end().to_owned(),
                markdown: [documentation, &command].join("\n\n").trim_end().to_owned(),
            },
            default_configuration: Configuration { level: level(severity) },
        });
        self.rules.len() - 1
    }

    fn location(&self, place: &Place) -> Option<Location> {
        let FileUri { text, is_relative } = (self.context.uri)(&place.file)?;
        let line = place.line.max(1);
        let column = place.column.map(|column| column.max(1));
        let region = Region {
            start_line: line,
            start_column: column,
            end_column: column.and_then(|column| Some(column + place.length?.max(1))),
        };
        let context_region = place
            .source_line
            .as_ref()
            .map(|text| ContextRegion { start_line: line, snippet: Text { text: truncate(text, MAX_SNIPPET) } });
        Some(Location {
            id: None,
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri: text, uri_base_id: is_relative.then_some(ROOT) },
                region: Some(region),
                context_region,
            },
            message: None,
        })
    }
}

/// The first 128 bits of the SHA-256 of a key.
fn fingerprint(key: &str) -> String {
    Sha256::digest(key.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
