//! Definitions: every diagnostic can be rendered, and the whole model can be visited.

use std::collections::VecDeque;
use std::sync::Arc;

use apinb_client::explain::path as explain;
use apinb_client::explain::tree::tree;
use apinb_client::locate::explain_text;
use apinb_client::tree::{CLIENT, ClientTree, PathId};
use apinb_client::walk::Step;
use apinb_definition::load::load;
use apinb_definition::model::{Body, Definition, Method, Parameter, Resource, Response};
use apinb_definition::overview;
use apinb_record::explanation::Explanation;
use apinb_schema::schema::{Schema, Schemas};
use apinb_text::diagnostic::render::render;
use apinb_text::source::span::Location;
use apinb_text::web::uri;
use serde_json::{Value, json};

use crate::Worth;
use crate::documents::Documents;

/// Budget of model parts that are visited. The rest is built but not visited.
const MOST_PARTS: usize = 5_000;
/// Bytes of text that are read.
const MOST_TEXT: usize = 1 << 20;
/// Schemas that values are validated against; each is compiled with those that it references.
const MOST_CHECKED: usize = 3;
/// Schemas that are sampled.
const MOST_SAMPLES: usize = 1;
/// Nodes, methods and paths that are explained.
const MOST_EXPLAINED: usize = 3;
/// Client paths.
const MOST_PATHS: usize = 2_000;

/// Loads the documents in `data` if `wanted` accepts the first one.
pub fn check(data: &[u8], wanted: impl Fn(&str) -> bool) -> Worth {
    let Ok(text) = std::str::from_utf8(data) else { return Worth::Dropped };
    let (documents, root) = Documents::new(text);
    if !wanted(root) {
        return Worth::Dropped;
    }
    let mut loaded = load(&Documents::root(), Arc::new(documents));
    loaded.read_all();
    let mut is_whole = true;
    for problem in &loaded.diagnostics {
        check_location(problem.location());
        assert!(!render(problem.as_ref(), None, false).is_empty(), "a diagnostic without a message");
        is_whole &= !problem.to_string().contains("more than");
    }
    if let Some(definition) = loaded.definition {
        let schemas = &definition.schemas;
        Walk { parts: MOST_PARTS, text: MOST_TEXT, checked: MOST_CHECKED, samples: MOST_SAMPLES, schemas, is_whole }
            .definition(&definition);
        let definition = Arc::new(definition);
        check_outline(&definition);
        check_client(&definition);
    } else {
        assert!(!loaded.diagnostics.is_empty(), "no definition and no diagnostic");
    }
    Worth::Kept
}

fn check_location(location: Option<&Location>) {
    let Some(location) = location else { return };
    let (text, span) = (location.file.text(), location.span);
    assert!(text.get(span.start..span.end).is_some(), "{span:?} is not part of `{}`", location.file.name());
    let _ = location.position();
}

fn check_outline(definition: &Arc<Definition>) {
    let counts = overview::counts(definition);
    let tree = tree(definition);
    assert_eq!(counts.resources, tree.resources.len());
    assert_eq!(counts.methods, tree.resources.iter().map(|resource| resource.methods.len()).sum::<usize>());
    assert!(!overview::tree(definition).is_empty());
    for resource in tree.resources.iter().take(MOST_EXPLAINED) {
        for text in [resource.path.clone(), resource.path.replace('/', "."), format!("GET {}", resource.path)] {
            match explain_text(definition, &text, "client") {
                Ok(explanation) => check_explanation(&explanation),
                Err(unknown) => assert!(!unknown.to_string().is_empty(), "a wrong name without words"),
            }
        }
    }
}

fn check_explanation(explanation: &Explanation) {
    assert!(serde_json::to_string(explanation).is_ok(), "an explanation that is not JSON");
}

/// Visits the model until the budget is spent.
struct Walk<'d> {
    parts: usize,
    text: usize,
    checked: usize,
    samples: usize,
    schemas: &'d Schemas,
    /// Whether no limit was reached.
    is_whole: bool,
}

impl Walk<'_> {
    fn definition(mut self, definition: &Definition) {
        self.tags(definition.base_uri.as_deref().unwrap_or_default(), &definition.base_uri_parameters);
        self.parameters(&definition.base_uri_parameters);
        for server in &definition.other_servers {
            self.tags(&server.uri, &server.parameters);
            self.parameters(&server.parameters);
        }
        for (name, schema) in definition.schemas.iter() {
            assert!(definition.schemas.get(name).is_some(), "`{name}` is listed and not there");
            self.schema(schema, &[]);
        }
        for chapter in &definition.documentation {
            self.spend(chapter.content.as_str().len());
        }
        for scheme in &definition.security_schemes {
            check_location(scheme.location.as_ref());
            for parameters in [&scheme.headers, &scheme.query_parameters, &scheme.cookies] {
                self.parameters(parameters);
            }
        }
        self.resources(&definition.resources);
    }

    fn resources(&mut self, resources: &[Resource]) {
        for resource in resources {
            if !self.next() {
                return;
            }
            check_location(resource.location.as_ref());
            assert!(resource.path.starts_with('/'), "{:?} has no `/`", resource.path);
            self.tags(&resource.path, &resource.uri_parameters);
            self.parameters(&resource.uri_parameters);
            self.parameters(&resource.base_uri_parameters);
            for method in &resource.methods {
                self.method(method);
            }
            self.resources(&resource.resources);
        }
    }

    fn method(&mut self, method: &Method) {
        if !self.next() {
            return;
        }
        check_location(method.location.as_ref());
        for parameters in [&method.headers, &method.query_parameters, &method.cookies, &method.base_uri_parameters] {
            self.parameters(parameters);
        }
        for server in &method.servers {
            self.tags(&server.uri, &server.parameters);
            self.parameters(&server.parameters);
        }
        method.query_string.iter().for_each(|schema| self.schema(schema, &[]));
        self.bodies(&method.bodies);
        for Response { headers, bodies, .. } in &method.responses {
            self.parameters(headers);
            self.bodies(bodies);
        }
    }

    fn bodies(&mut self, bodies: &[Body]) {
        for body in bodies {
            if !self.next() {
                return;
            }
            body.examples.iter().for_each(|example| self.spend(example.text.as_str().len()));
            let examples = body.examples.iter().take(3).filter(|_| self.text > 0);
            let examples: Vec<_> =
                examples.filter_map(|example| serde_json::from_str(example.text.as_str()).ok()).collect();
            body.schema.iter().for_each(|schema| self.schema(schema, &examples));
            self.parameters(&body.form_parameters);
        }
    }

    fn parameters(&mut self, parameters: &[Parameter]) {
        for parameter in parameters {
            if !self.next() {
                return;
            }
            check_location(parameter.location.as_ref());
            parameter.schema.iter().for_each(|schema| self.schema(schema, &[]));
        }
    }

    fn schema(&mut self, schema: &Schema, values: &[Value]) {
        if !self.next() || self.text == 0 {
            return;
        }
        let _ = schema.json();
        self.spend(schema.text().len());
        if self.checked == 0 {
            return;
        }
        self.checked -= 1;
        if self.samples > 0 {
            self.samples -= 1;
            assert_eq!(schema.sample(self.schemas).is_some(), schema.json().is_some(), "a sample for each JSON Schema");
        }
        let Ok(validator) = schema.validator(self.schemas) else { return };
        let fixed = [json!(null), json!("a"), json!([1, "a", {}]), json!({"a": {"id": [1]}, "id": 1.5})];
        for value in values.iter().chain(&fixed) {
            for violation in validator.validate(value).unwrap_or_default() {
                assert!(!violation.to_string().is_empty(), "a violation without words");
            }
        }
    }

    /// Each parameter of a template is declared.
    fn tags(&mut self, template: &str, parameters: &[Parameter]) {
        if !self.is_whole {
            return;
        }
        // The search is linear.
        for name in uri::parameters(template).take(100) {
            assert!(parameters.iter().any(|parameter| parameter.name == name), "`{{{name}}}` has no parameter");
        }
    }

    fn next(&mut self) -> bool {
        self.parts = self.parts.saturating_sub(1);
        self.parts > 0
    }

    fn spend(&mut self, bytes: usize) {
        self.text = self.text.saturating_sub(bytes);
    }
}

/// Visits the first client paths, outermost first.
fn check_client(definition: &Arc<Definition>) {
    let mut client = ClientTree::new(Arc::clone(definition));
    let mut open: VecDeque<PathId> = VecDeque::from([CLIENT]);
    let mut left = MOST_PATHS;
    let mut explained = 0;
    while let Some(id) = open.pop_front().filter(|_| left > 0) {
        let Some(names) = client.names(id, "client") else { panic!("path {id} has no node") };
        for property in &names.properties {
            check_method(&mut client, property.path, property.method.is_some());
            open.push_back(property.path);
        }
        for tags in &names.functions {
            let Some(next) = client.step_to(id, Step::Call { arguments: tags.len() }) else {
                panic!("path {id} has a function that cannot be called")
            };
            check_method(&mut client, next.path, next.method.is_some());
            // A function with a higher precedence is called instead.
            open.extend(Some(next.path).filter(|next| !open.contains(next)));
        }
        explained += 1;
        if explained <= MOST_EXPLAINED {
            let methods = names.properties.iter().filter(|property| property.method.is_some()).take(3);
            for id in methods.map(|property| property.path).chain([id]) {
                let Some(path) = client.path(id) else { panic!("path {id} cannot be explained") };
                check_explanation(&explain(path, "client"));
            }
        }
        left = left.saturating_sub(1 + names.properties.len());
        assert!(serde_json::to_string(&names).is_ok(), "names that do not go over to JavaScript");
    }
}

fn check_method(client: &mut ClientTree, id: PathId, has_method: bool) {
    if has_method {
        let Some(shape) = client.method_shape(id) else { panic!("the method of path {id} has no shape") };
        let Some(method) = client.method(&shape.resource, shape.index) else { panic!("{shape:?} has no method") };
        assert_eq!(method.verb.name(), shape.name);
        assert_eq!(shape.literals.len(), shape.parameters.len() + 1, "one literal more than there are parameters");
        assert!(shape.filled.iter().all(|filled| (filled.parameter as usize) < shape.parameters.len()), "{shape:?}");
    }
}
