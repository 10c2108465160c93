//! Every declared operation, in every order of creating, listing, reading, changing and deleting, responds in line with
//! the definition and with what went before.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use apinb_definition::load::load;
use apinb_definition::model::{Body, Definition, Method, Resource, Response};
use apinb_text::source::address::Address;
use apinb_text::web::verb::Verb;
use serde_json::{Map, Value};

use crate::support::{Answer, Api, Files, definition, definition_at};

/// An operation with its whole path.
struct Operation<'d> {
    path: String,
    method: &'d Method,
}

/// What a step does to the entities of a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Create,
    List,
    Read,
    Change,
    Delete,
}

/// The operations of a collection, by step.
struct Story<'d> {
    path: String,
    steps: Vec<(Step, &'d Operation<'d>)>,
}

fn operations(definition: &Definition) -> Vec<Operation<'_>> {
    fn gather<'d>(resources: &'d [Resource], above: &str, all: &mut Vec<Operation<'d>>) {
        for resource in resources {
            let path = format!("{above}/{}", resource.path.trim_matches('/')).trim_end_matches('/').to_owned();
            all.extend(resource.methods.iter().map(|method| Operation { path: path.clone(), method }));
            gather(&resource.resources, &path, all);
        }
    }
    let mut all = Vec::new();
    gather(&definition.resources, "", &mut all);
    all
}

/// The collections: a path, and the path to one of its entities.
fn stories<'d>(operations: &'d [Operation<'d>]) -> Vec<Story<'d>> {
    let paths: BTreeSet<&str> = operations.iter().map(|operation| operation.path.as_str()).collect();
    let mut stories = Vec::new();
    for path in paths {
        let (stem, ending) = match path.strip_suffix("{mediaTypeExtension}") {
            Some(stem) => (stem, "{mediaTypeExtension}"),
            None => (path, ""),
        };
        let is_item = |other: &str| {
            let below = other.strip_suffix(ending).and_then(|other| other.strip_prefix(stem));
            below
                .and_then(|below| below.strip_prefix("/{"))
                .is_some_and(|below| below.find('}') == Some(below.len() - 1))
        };
        let mut steps = Vec::new();
        for operation in operations {
            let step = match operation.method.verb {
                Verb::Post if operation.path == path => Step::Create,
                Verb::Get if operation.path == path => Step::List,
                Verb::Get if is_item(&operation.path) => Step::Read,
                Verb::Put | Verb::Patch if is_item(&operation.path) => Step::Change,
                Verb::Delete if is_item(&operation.path) => Step::Delete,
                _ => continue,
            };
            if !steps.iter().any(|(known, _)| *known == step) {
                steps.push((step, operation));
            }
        }
        if steps.iter().any(|(step, _)| *step != Step::Create && *step != Step::List) {
            stories.push(Story { path: path.to_owned(), steps });
        }
    }
    stories
}

/// All orders of a list.
fn orders<T: Copy>(items: &[T]) -> Vec<Vec<T>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (at, first) in items.iter().enumerate() {
        let rest: Vec<T> = items.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, item)| *item).collect();
        all.extend(orders(&rest).into_iter().map(|mut order| {
            order.insert(0, *first);
            order
        }));
    }
    all
}

/// A path with its parameters filled in; the last one with `id`, if there is one.
fn filled(path: &str, id: Option<&str>) -> String {
    let path = path.replace("{mediaTypeExtension}", ".json");
    let parameters = path.matches('{').count();
    let mut filled = String::new();
    let mut rest = path.as_str();
    for number in 1..=parameters {
        let (before, after) = rest.split_once('{').expect("a parameter");
        let (_, behind) = after.split_once('}').expect("its end");
        filled.push_str(before);
        filled.push_str(id.filter(|_| number == parameters).unwrap_or("p1"));
        rest = behind;
    }
    filled + rest
}

fn json_body(bodies: &[Body]) -> Option<&Body> {
    bodies.iter().find(|body| body.media_type.is_empty() || body.media_type.contains("json"))
}

/// What a client sends: the example of the request, or a value of its schema; or else a name.
fn sent(definition: &Definition, method: &Method) -> Value {
    let body = json_body(&method.bodies);
    let example = body.and_then(|body| serde_json::from_str(body.examples.first()?.text.as_str()).ok());
    let sample = || body?.schema.as_ref()?.sample(&definition.schemas);
    example.or_else(sample).unwrap_or_else(|| serde_json::json!({"name": "given"}))
}

fn declared(method: &Method, status: u16) -> Option<&Response> {
    method.responses.iter().find(|response| response.status.code() == Some(status))
}

/// The entity in a body: itself, or the only object in its envelope.
fn entity(body: &Value) -> Option<&Map<String, Value>> {
    let fields = body.as_object()?;
    if fields.contains_key("id") {
        return Some(fields);
    }
    let mut inner = fields.values().filter_map(Value::as_object);
    match (inner.next(), inner.next()) {
        (Some(only), None) if only.contains_key("id") => Some(only),
        _ => None,
    }
}

fn id_of(entity: &Map<String, Value>) -> Option<String> {
    match entity.get("id")? {
        Value::String(text) if !text.is_empty() && !text.contains(['/', '?', '#', '%', ' ']) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether a list in the body has an entity with this id.
fn lists(body: &Value, id: &str) -> Option<bool> {
    let list = match body {
        Value::Array(items) => items,
        Value::Object(fields) => {
            let mut lists = fields.values().filter_map(Value::as_array);
            let only = lists.next()?;
            lists.next().is_none().then_some(only)?
        }
        _ => return None,
    };
    let entities: Vec<&Map<String, Value>> = list.iter().filter_map(Value::as_object).collect();
    let has_ids = entities.iter().all(|entity| entity.contains_key("id"));
    has_ids.then(|| entities.iter().any(|entity| id_of(entity).as_deref() == Some(id)))
}

/// The fields of a request that a response must repeat: those that it has in the same type.
fn repeated<'v>(sent: &'v Value, shown: &Map<String, Value>) -> Vec<(&'v String, &'v Value)> {
    let Some(fields) = sent.as_object() else { return Vec::new() };
    let inner = fields.values().next().and_then(Value::as_object).filter(|_| fields.len() == 1);
    let is_scalar = |value: &Value| value.is_string() || value.is_number() || value.is_boolean();
    let same = |value: &Value, other: &Value| {
        value.is_string() && other.is_string()
            || value.is_number() && other.is_number()
            || value.is_boolean() && other.is_boolean()
    };
    let fields = inner.unwrap_or(fields).iter();
    let shared = fields.filter(|(name, value)| *name != "id" && is_scalar(value));
    shared.filter(|(name, value)| shown.get(*name).is_some_and(|other| same(value, other))).collect()
}

/// A run of the steps of a story in one order.
struct Run<'a> {
    definition: &'a Definition,
    api: Api,
    problems: &'a mut BTreeSet<String>,
    checks: usize,
}

impl Run<'_> {
    fn fail(&mut self, operation: &Operation<'_>, order: &[Step], text: &str) {
        self.problems.insert(format!("{} {} {order:?}: {text}", operation.method.verb.method(), operation.path));
    }

    fn call(&self, operation: &Operation<'_>, target: &str) -> (Answer, Value) {
        let mut headers = vec![("content-type", "application/json")];
        // Credentials of every kind.
        headers.extend(["Bearer given", "Basic eDp5", "OAuth oauth_token=\"x\""].map(|value| ("authorization", value)));
        let verb = operation.method.verb;
        let body = sent(self.definition, operation.method);
        let text = if matches!(verb, Verb::Post | Verb::Put | Verb::Patch) { body.to_string() } else { String::new() };
        (self.api.send(verb.method(), target, &headers, text.as_bytes()), body)
    }

    /// Checks status and body against the definition.
    fn conforms(&mut self, operation: &Operation<'_>, order: &[Step], answer: &Answer) {
        self.checks += 1;
        let is_success = |code: u16| (200..300).contains(&code);
        let successes: Vec<u16> = operation
            .method
            .responses
            .iter()
            .filter_map(|response| response.status.code())
            .filter(|code| is_success(*code))
            .collect();
        let is_declared = successes.contains(&answer.status) || successes.is_empty() && answer.status == 200;
        if !is_declared {
            self.fail(operation, order, &format!("status {}: {}", answer.status, answer.text()));
            return;
        }
        let body = declared(operation.method, answer.status).and_then(|response| json_body(&response.bodies));
        let Some(schema) = body.and_then(|body| body.schema.as_ref()) else { return };
        let is_valid = |value: &Value| {
            schema.validate(&self.definition.schemas, value).is_ok_and(|violations| violations.is_empty())
        };
        let example = body.and_then(|body| serde_json::from_str(body.examples.first()?.text.as_str()).ok());
        let base = example.or_else(|| schema.sample(&self.definition.schemas));
        // Many published examples violate their own schema.
        let Some(base) = base.filter(is_valid) else { return };
        match serde_json::from_slice::<Value>(&answer.body) {
            Ok(value) if is_valid(&value) => {}
            Ok(value) => {
                let violations = schema.validate(&self.definition.schemas, &value).unwrap_or_default();
                let first = violations.first().map(ToString::to_string).unwrap_or_default();
                self.fail(operation, order, &format!("invalid: {first}: {value} rather than like {base}"));
            }
            Err(error) => self.fail(operation, order, &format!("no JSON: {error}: {}", answer.text())),
        }
    }

    fn steps(&mut self, order: &[(Step, &Operation<'_>)]) {
        let names: Vec<Step> = order.iter().map(|(step, _)| *step).collect();
        let mut id = None;
        let mut is_created = false;
        let mut is_deleted = false;
        for (step, operation) in order {
            let at = filled(&operation.path, id.as_deref().filter(|_| !matches!(step, Step::Create | Step::List)));
            let (answer, sent) = self.call(operation, &at);
            let is_gone = is_deleted && matches!(step, Step::Read | Step::Change | Step::Delete);
            let makes_again = *step == Step::Change && operation.method.verb == Verb::Put;
            if is_gone && !makes_again {
                if answer.status != 404 {
                    self.fail(operation, &names, &format!("{} after the deletion", answer.status));
                }
                continue;
            }
            self.conforms(operation, &names, &answer);
            let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            match step {
                Step::Create | Step::Change => {
                    if let Some(shown) = entity(&body) {
                        for (name, value) in repeated(&sent, shown) {
                            if shown.get(name) != Some(value) {
                                self.fail(operation, &names, &format!("`{name}` is not {value}: {body}"));
                            }
                        }
                        if *step == Step::Create {
                            id = id_of(shown);
                            is_created = id.is_some();
                            is_deleted &= id.is_none();
                        }
                    }
                    if makes_again {
                        is_deleted = false;
                    }
                }
                Step::List => {
                    if let (Some(id), true, Some(is_listed)) =
                        (&id, is_created, id.as_ref().and_then(|id| lists(&body, id)))
                        && is_listed == is_deleted
                    {
                        self.fail(operation, &names, &format!("{id} is listed: {is_listed}: {body}"));
                    }
                }
                Step::Read => {
                    if let (Some(id), Some(shown)) = (&id, entity(&body))
                        && id_of(shown).as_ref() != Some(id)
                    {
                        self.fail(operation, &names, &format!("the id is not {id}: {body}"));
                    }
                }
                Step::Delete => is_deleted = true,
            }
        }
    }
}

/// Runs every operation by itself, and every story in every order. Returns the problems and the number of checks.
fn run(definition: &Arc<Definition>) -> (BTreeSet<String>, usize) {
    let mut problems = BTreeSet::new();
    let mut checks = 0;
    let operations = operations(definition);
    let of_sockets = |operation: &&Operation<'_>| operation.method.verb != Verb::Head;
    for operation in operations.iter().filter(of_sockets) {
        let api = Api::of(vec![Arc::clone(definition)]);
        let mut run = Run { definition, api, problems: &mut problems, checks: 0 };
        let (answer, _) = run.call(operation, &filled(&operation.path, None));
        run.conforms(operation, &[], &answer);
        checks += run.checks;
    }
    for story in stories(&operations) {
        assert!(!story.path.contains('?'));
        for order in orders(&story.steps) {
            let api = Api::of(vec![Arc::clone(definition)]);
            let mut run = Run { definition, api, problems: &mut problems, checks: 0 };
            run.steps(&order);
            checks += run.checks;
        }
    }
    (problems, checks)
}

/// Collections of all shapes: in envelopes and without, with forms, with ids as texts, in OpenAPI and RAML.
const SHAPES: [&str; 2] = [
    r##"#%RAML 1.0
title: Shapes
baseUri: https://shapes.example
mediaType: application/json
types:
  Task: { properties: { id: integer, name: string, done: boolean, owner: User, labels: "Label[]" } }
  User: { properties: { id: string, login: string } }
  Label: { properties: { name: string, "color?": string } }
  NewTask: { properties: { name: string, "done?": boolean, "owner?": string, "labels?": "string[]" } }
/tasks:
  get: { responses: { 200: { body: "Task[]" } } }
  post: { body: NewTask, responses: { 201: { body: Task } } }
  /{taskId}:
    get: { responses: { 200: { body: Task } } }
    put: { body: NewTask, responses: { 200: { body: Task } } }
    delete: { responses: { 204: } }
/users/{userId}/tasks:
  get: { responses: { 200: { body: { properties: { tasks: "Task[]", count: integer } } } } }
  post: { body: NewTask, responses: { 200: { body: { properties: { task: Task } } } } }
  /{id}:
    get: { responses: { 200: { body: { properties: { task: Task } } } } }
    patch: { body: NewTask, responses: { 200: { body: { properties: { task: Task } } } } }
    delete: { responses: { 200: { body: { properties: { task: Task } } } } }
"##,
    r##"
openapi: 3.0.3
info: { title: Pets, version: "1" }
servers: [ { url: "https://pets.example/v1" } ]
paths:
  /pets:
    get: { responses: { "200": { description: all, content: { application/json: { schema: { type: object, required: [items], properties: { items: { type: array, items: { $ref: "#/components/schemas/Pet" } } } } } } } } }
    post: { requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } } }, responses: { "201": { description: made, content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } } } } }
  /pets/{petId}:
    parameters: [ { name: petId, in: path, required: true, schema: { type: string } } ]
    get: { responses: { "200": { description: one, content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } } } } }
    put: { requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } } }, responses: { "200": { description: one, content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } } } } }
    delete: { responses: { "204": { description: gone } } }
components:
  schemas:
    Pet:
      type: object
      additionalProperties: false
      required: [id, kind]
      properties:
        id: { type: string, format: uuid, readOnly: true }
        kind: { type: string, enum: [dog, cat] }
        weight: { type: number, minimum: 1 }
        secret: { type: string, writeOnly: true }
"##,
];

#[test]
fn every_order_of_every_operation_agrees_with_the_definition() {
    let mut all: Vec<Arc<Definition>> = SHAPES.iter().map(|text| definition(text)).collect();
    all.extend(
        ["bookshelf/bookshelf.raml", "greetings/greetings.raml", "parcels/parcels.raml"]
            .map(|path| definition_at(&format!("notebooks/{path}"))),
    );
    for definition in all {
        let (problems, checks) = run(&definition);
        assert!(problems.is_empty(), "{}: {problems:#?}", definition.title);
        assert!(checks > 5, "{}", definition.title);
    }
}

#[test]
#[ignore = "needs the folder of published definitions in APINB_DEFINITIONS"]
fn every_order_of_published_operations_agrees_with_the_definition() {
    let folder =
        std::env::var("APINB_DEFINITIONS").expect("APINB_DEFINITIONS names the folder of published definitions");
    let mut failed = Vec::new();
    for root in crate::published::ROOTS {
        let path = Path::new(&folder).join(root).display().to_string();
        let definition = load(&Address::File(path), Arc::new(Files)).definition.expect("a definition");
        let (problems, checks) = run(&Arc::new(definition));
        failed.push(format!("{root}: {checks} checks, {} problems", problems.len()));
        failed.extend(problems.into_iter().map(|problem| problem.chars().take(600).collect()));
    }
    assert!(failed.len() == crate::published::ROOTS.len(), "{}", failed.join("\n"));
}
