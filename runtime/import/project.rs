//! The files of a new project, but for its notebook.

/// `apinb.toml`.
pub(crate) const SETTINGS: &str = r#"# Settings of the notebooks in this folder and below. `apinb config show NOTEBOOK` prints those of a notebook,
# `apinb config schema` a JSON Schema of this file.

[run]
# Limit the time of a call.
timeout = "30s"

# Call another server, for example your own machine:
# [clients.todo]
# base-uri = "http://localhost:8080"

# Settings of `apinb run --env staging`:
# [env.staging.clients.todo]
# base-uri = "https://staging.example.org"
"#;

/// The path and the text of the workflow for GitHub Actions.
pub(crate) const WORKFLOW: (&str, &str) = (
    ".github/workflows/apinb.yml",
    r#"name: apinb

on: [push, pull_request]

jobs:
  notebooks:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      # Install apinb here: this step fails if it is not on the PATH.
      - run: apinb --version
      - run: apinb check .
      # Without `--mock`, the calls go to the API itself.
      - run: apinb run --mock . --report junit=apinb.xml
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: apinb
          path: apinb.xml
"#,
);

/// The name and the text of the definition of a project that has none.
pub(crate) const DEFINITION: (&str, &str) = (
    "todo.yaml",
    r##"openapi: 3.1.0
info:
  title: Todos
  version: "1"
  description: A list of things to do. Replace this definition by that of your API.
servers:
  - url: https://todo.example.org
paths:
  /todos:
    get:
      operationId: listTodos
      summary: Lists the todos.
      responses:
        "200":
          description: the todos
          content:
            application/json:
              schema: { type: array, items: { $ref: "#/components/schemas/Todo" } }
    post:
      operationId: createTodo
      summary: Creates a todo.
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: "#/components/schemas/Todo" }
      responses:
        "201":
          description: the new todo
          content:
            application/json:
              schema: { $ref: "#/components/schemas/Todo" }
  /todos/{id}:
    parameters:
      - { name: id, in: path, required: true, schema: { type: integer } }
    get:
      operationId: getTodo
      summary: Shows a todo.
      responses:
        "200":
          description: the todo
          content:
            application/json:
              schema: { $ref: "#/components/schemas/Todo" }
        "404": { description: there is no such todo }
    patch:
      operationId: changeTodo
      summary: Changes a todo.
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties: { done: { type: boolean, example: true } }
      responses:
        "200":
          description: the changed todo
          content:
            application/json:
              schema: { $ref: "#/components/schemas/Todo" }
    delete:
      operationId: deleteTodo
      summary: Deletes a todo.
      responses:
        "204": { description: the todo is deleted }
components:
  schemas:
    Todo:
      type: object
      required: [id, title]
      properties:
        id: { type: integer, readOnly: true }
        title: { type: string, example: Buy milk }
        done: { type: boolean, default: false }
"##,
);
