//! Renders the explanation of a client path for people.

mod fields;
mod markdown;

use apinb_record::explanation::{
    Api, Body, Child, Explanation, Method, Parameter, Requirement, Resource, Response, Schema, Scheme,
};
use apinb_text::display::plural::pluralize;
use serde_json::Value;

use super::layout::{BOLD, CYAN, DIM, GREEN, Line, PLAIN, YELLOW, one_line, visible_lines, wrap};
use fields::Fields;
use markdown::plain;

/// Maximum number of lines of an example.
const MAX_EXAMPLE_LINES: usize = 40;
/// Maximum number of examples of a body.
const MAX_EXAMPLES: usize = 3;
/// Maximum number of listed children of a node.
const MAX_CHILDREN: usize = 60;
/// Minimum width for wrapping, in columns.
const MIN_WIDTH: usize = 30;

/// The explanation as text. Lines are wrapped at `width` columns, but words are not split.
#[must_use]
pub fn text(explanation: &Explanation, width: usize, color: bool) -> String {
    let mut page = Page { text: String::new(), width: width.max(MIN_WIDTH), color };
    match explanation {
        Explanation::Api(api) => page.api(api),
        Explanation::Resource(resource) => page.resource(resource),
        Explanation::Method(method) => page.method(method),
    }
    page.text
}

/// A call on one line: of several lines only the first.
pub(super) fn short_call(call: &str) -> String {
    call.split_once('\n').map_or(call.to_owned(), |(first, _)| format!("{first} … }})"))
}

struct Page {
    text: String,
    width: usize,
    color: bool,
}

impl Page {
    fn api(&mut self, api: &Api) {
        let mut title = Line::default();
        title.push(BOLD, &api.title);
        if let Some(version) = &api.api_version {
            title.push(PLAIN, "  ").push(PLAIN, version);
        }
        self.line(title);
        self.markdown(api.description.as_deref(), 2);
        if let Some(uri) = &api.base_uri {
            self.heading("Base URI", &one_line(uri), "");
            self.parameters(&api.base_uri_parameters, 2);
        }
        for server in &api.other_servers {
            self.heading("Server", &one_line(&server.uri), "");
            self.markdown_at(server.description.as_deref(), 2);
            self.parameters(&server.parameters, 2);
        }
        self.fact("Protocols", &api.protocols.join(", "));
        self.fact("Media types", &api.media_types.join(", "));
        let used: Vec<&Scheme> = api.secured_by.iter().flat_map(|requirement| &requirement.schemes).collect();
        self.security(&api.secured_by);
        let unused = api.security_schemes.iter().filter(|scheme| !used.iter().any(|used| used.name == scheme.name));
        let unused: Vec<&Scheme> = unused.collect();
        if !unused.is_empty() {
            self.heading("Other security schemes", "", "");
            unused.into_iter().for_each(|scheme| self.scheme(scheme, 2));
        }
        self.fact("Documentation", &api.documentation.join("; "));
        self.children(&api.children);
        let counted = format!("{}, {}", pluralize(api.resources, "resource"), pluralize(api.methods, "method"));
        self.fact("In all", &counted);
    }

    fn resource(&mut self, resource: &Resource) {
        let mut title = Line::default();
        title.push(BOLD, &resource.url);
        self.line(title);
        self.name(resource.display_name.as_deref(), false);
        self.markdown(resource.description.as_deref(), 2);
        self.group("URI parameters", &resource.parameters.uri);
        self.group("Base URI parameters", &resource.parameters.base_uri);
        if !resource.methods.is_empty() {
            self.heading("Methods", "", "");
            for method in &resource.methods {
                let mut line = Line::default();
                line.push(PLAIN, "  ").push(GREEN, &short_call(&method.call));
                if method.deprecated {
                    line.push(YELLOW, "  deprecated");
                }
                self.line(line);
                if let Some(summary) = &method.summary {
                    self.wrapped(summary, 6);
                }
            }
        }
        self.children(&resource.children);
        self.javascript(&resource.call);
    }

    fn method(&mut self, method: &Method) {
        let mut title = Line::default();
        title.push(GREEN, &method.method).push(PLAIN, " ").push(BOLD, &method.url);
        self.line(title);
        self.name(method.display_name.as_deref(), method.deprecated);
        self.markdown(method.description.as_deref(), 2);
        self.group("URI parameters", &method.parameters.uri);
        self.group("Query parameters", &method.parameters.query);
        if let Some(schema) = &method.query_string {
            self.heading("Query string", "", "");
            self.schema(schema, 2);
        }
        self.group("Headers", &method.parameters.headers);
        self.group("Cookies", &method.parameters.cookies);
        self.group("Base URI parameters", &method.parameters.base_uri);
        for (body, media_types) in alike(&method.bodies) {
            let required = if method.body_required { "" } else { "may be left out" };
            self.heading("Body", &one_line(&media_types), required);
            self.body(body, 2);
        }
        method.responses.iter().for_each(|response| self.response(response));
        self.security(&method.secured_by);
        self.fact("Protocols", &method.protocols.join(", "));
        self.javascript(&method.call);
    }

    fn name(&mut self, name: Option<&str>, deprecated: bool) {
        let mut line = Line::default();
        line.push(PLAIN, name.unwrap_or_default());
        if deprecated {
            line.push(PLAIN, if name.is_some() { "  " } else { "" }).push(YELLOW, "deprecated");
        }
        if line.width() > 0 {
            self.line(line);
        }
    }

    fn response(&mut self, response: &Response) {
        self.heading("Response", &response.status, "");
        self.markdown_at(response.description.as_deref(), 2);
        if !response.headers.is_empty() {
            self.subheading("headers");
            self.parameters(&response.headers, 4);
        }
        for (body, media_types) in alike(&response.bodies) {
            self.subheading(&media_types);
            self.body(body, 4);
        }
    }

    fn body(&mut self, body: &Body, indent: usize) {
        self.parameters(&body.form_parameters, indent);
        // The schema of a form repeats its parameters.
        if let Some(schema) = body.schema.as_ref().filter(|_| body.form_parameters.is_empty()) {
            self.schema(schema, indent);
        }
        for example in body.examples.iter().take(MAX_EXAMPLES) {
            let mut line = Line::default();
            line.push(PLAIN, &" ".repeat(indent)).push(DIM, "example");
            if let Some(name) = &example.name {
                line.push(PLAIN, " ").push(PLAIN, name);
            }
            self.line(line);
            self.markdown_at(example.description.as_deref(), indent + 2);
            self.verbatim(&pretty(&example.text), indent + 2);
        }
        let more = body.examples.len().saturating_sub(MAX_EXAMPLES);
        if more > 0 {
            self.plain_line(indent, &format!("… {} more", pluralize(more, "example")));
        }
    }

    fn schema(&mut self, schema: &Schema, indent: usize) {
        match (&schema.outline, &schema.schema) {
            (Some(outline), _) => {
                let text = Fields { width: self.width, color: self.color }.outline(outline, indent);
                self.text.push_str(&text);
            }
            (None, Value::String(text)) => {
                let kind = if text.trim_start().starts_with('<') { "XML Schema" } else { "schema" };
                self.plain_line(indent, &format!("{kind}, {}", pluralize(text.lines().count(), "line")));
            }
            (None, _) => {}
        }
    }

    fn security(&mut self, requirements: &[Requirement]) {
        if requirements.is_empty() {
            return;
        }
        let note = if requirements.len() > 1 { "any of" } else { "" };
        self.heading("Security", note, "");
        for requirement in requirements {
            match requirement.schemes.as_slice() {
                [] => self.plain_line(2, "none"),
                [only] => self.scheme(only, 2),
                several => {
                    self.plain_line(2, "together");
                    several.iter().for_each(|scheme| self.scheme(scheme, 4));
                }
            }
        }
    }

    fn scheme(&mut self, scheme: &Scheme, indent: usize) {
        let mut line = Line::default();
        line.push_as_it_is(PLAIN, &" ".repeat(indent)).push(CYAN, &scheme.name).push(PLAIN, "  ");
        line.push(PLAIN, scheme.kind.as_deref().unwrap_or("not declared"));
        self.line(line);
        self.markdown_at(scheme.description.as_deref(), indent + 4);
        for (name, values) in [("scopes", &scheme.scopes), ("grants", &scheme.grants)] {
            if !values.is_empty() {
                self.wrapped(&format!("{name}: {}", values.join(", ")), indent + 4);
            }
        }
        for (kind, parameters) in [("header", &scheme.headers), ("query", &scheme.query), ("cookie", &scheme.cookies)] {
            for parameter in parameters {
                self.wrapped(&format!("{kind} {}", parameter.name), indent + 4);
            }
        }
    }

    fn children(&mut self, children: &[Child]) {
        if children.is_empty() {
            return;
        }
        self.heading("Below", "", "");
        let shown = children.get(..MAX_CHILDREN).unwrap_or(children);
        let width = shown.iter().map(|child| one_line(&child.name).chars().count()).max().unwrap_or_default();
        for child in shown {
            let mut line = Line::default();
            line.push(PLAIN, "  .").push(CYAN, &child.name).pad_to(width.min(30) + 5);
            line.push(PLAIN, &child.path);
            if !child.methods.is_empty() {
                line.push(PLAIN, "  ").push(DIM, &child.methods.join(" "));
            }
            self.line(line);
        }
        if shown.len() < children.len() {
            self.plain_line(2, &format!("… {} more", children.len() - shown.len()));
        }
    }

    fn javascript(&mut self, call: &str) {
        self.heading("JavaScript", "", "");
        for line in visible_lines(call).lines() {
            let mut shown = Line::default();
            shown.push_as_it_is(PLAIN, "  ").push_as_it_is(GREEN, line);
            self.line(shown);
        }
    }

    fn group(&mut self, title: &str, parameters: &[Parameter]) {
        if !parameters.is_empty() {
            self.heading(title, "", "");
            self.parameters(parameters, 2);
        }
    }

    fn parameters(&mut self, parameters: &[Parameter], indent: usize) {
        let text = Fields { width: self.width, color: self.color }.parameters(parameters, indent);
        self.text.push_str(&text);
    }

    fn heading(&mut self, title: &str, value: &str, note: &str) {
        self.text.push('\n');
        let mut line = Line::default();
        line.push(BOLD, title);
        if !value.is_empty() {
            line.push(PLAIN, "  ").push(PLAIN, value);
        }
        if !note.is_empty() {
            line.push(PLAIN, "  ").push(DIM, note);
        }
        self.line(line);
    }

    fn subheading(&mut self, text: &str) {
        let mut line = Line::default();
        line.push(PLAIN, "  ").push(CYAN, text);
        self.line(line);
    }

    /// A heading with its value below, unless the value is empty.
    fn fact(&mut self, title: &str, value: &str) {
        if !value.is_empty() {
            self.heading(title, "", "");
            self.wrapped(value, 2);
        }
    }

    /// A description as a separate block.
    fn markdown(&mut self, text: Option<&str>, indent: usize) {
        if text.is_some_and(|text| !text.trim().is_empty()) {
            self.text.push('\n');
            self.markdown_at(text, indent);
        }
    }

    fn markdown_at(&mut self, text: Option<&str>, indent: usize) {
        let lines = text.map(|text| plain(text, self.width.saturating_sub(indent))).unwrap_or_default();
        lines.iter().for_each(|line| self.plain_line(indent, line));
    }

    fn wrapped(&mut self, text: &str, indent: usize) {
        let lines = wrap(&one_line(text), self.width.saturating_sub(indent).max(MIN_WIDTH));
        lines.iter().for_each(|line| self.plain_line(indent, line));
    }

    fn verbatim(&mut self, text: &str, indent: usize) {
        let text = visible_lines(text);
        for line in text.lines().take(MAX_EXAMPLE_LINES) {
            self.plain_line(indent, line);
        }
        let more = text.lines().count().saturating_sub(MAX_EXAMPLE_LINES);
        if more > 0 {
            self.plain_line(indent, &format!("… {} more", pluralize(more, "line")));
        }
    }

    fn plain_line(&mut self, indent: usize, text: &str) {
        let mut line = Line::default();
        line.push_as_it_is(PLAIN, &" ".repeat(indent)).push_as_it_is(PLAIN, text);
        self.line(line);
    }

    fn line(&mut self, line: Line) {
        self.text.push_str(&line.render(None, self.color));
    }
}

/// Groups the media types of bodies that are equal otherwise.
fn alike(bodies: &[Body]) -> Vec<(&Body, String)> {
    let mut groups: Vec<(&Body, String)> = Vec::new();
    for body in bodies {
        match groups.iter_mut().find(|(known, _)| is_alike(known, body)) {
            Some((_, media_types)) => media_types.push_str(&format!(", {}", body.media_type)),
            None => groups.push((body, body.media_type.clone())),
        }
    }
    groups
}

fn is_alike(one: &Body, other: &Body) -> bool {
    one.form_parameters == other.form_parameters && one.schema == other.schema && one.examples == other.examples
}

/// Formats JSON on several lines; returns any other text unchanged.
fn pretty(text: &str) -> String {
    let value = text.trim_start().starts_with(['{', '[']).then(|| serde_json::from_str::<Value>(text).ok()).flatten();
    value.map_or_else(|| text.trim_end().to_owned(), |value| format!("{value:#}"))
}
