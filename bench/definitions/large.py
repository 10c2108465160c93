#!/usr/bin/env python3
"""Writes a definition with any number of resources, deterministically.

  bench/definitions/large.py LANGUAGE RESOURCES [FILE]

LANGUAGE is `raml-0.8`, `raml-1.0`, `openapi` (3.0, YAML) or `openapi-json`. The API is that of a shop: families of five
resources (a collection, its items, their notes, one note, their state) and eleven methods, each with its own schema.
RAML shares common parts through traits and resource types, OpenAPI through components. RESOURCES is rounded up to whole
families.
"""

import json
import sys

NOUNS = (
    "account address article basket batch branch brand campaign category channel claim contract country coupon courier"
    " credit customer delivery deposit discount"
    " document employee event folder invoice item ledger licence machine market member message offer order outlet parcel"
    " partner payment permit pickup"
    " place plan price product project promise quote receipt refund region rental report reserve review route sale"
    " schedule season segment service shelf shift"
    " shipment source stock store supplier survey tariff task team ticket tour trade transfer truck vehicle vendor"
    " voucher warehouse workshop zone"
).split()
FAMILY = 5
METHODS = 11


def main():
    if len(sys.argv) not in (3, 4) or sys.argv[1] not in LANGUAGES:
        sys.exit(__doc__)
    text = definition(sys.argv[1], int(sys.argv[2]))
    if len(sys.argv) == 4:
        with open(sys.argv[3], "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    else:
        sys.stdout.write(text)


def definition(language, resources):
    """The text of a definition with that many resources."""
    return LANGUAGES[language]([Family(number) for number in range(-(-resources // FAMILY))])


class Family:
    """The names and texts of one family."""

    def __init__(self, number):
        turn, index = divmod(number, len(NOUNS))
        self.one = NOUNS[index] + (str(turn + 1) if turn else "")
        self.many = NOUNS[index] + "s" + (str(turn + 1) if turn else "")
        self.type = self.one[0].upper() + self.one[1:]
        self.limit = 20 + number % 80
        self.example = {"id": 1000 + number, "name": f"the {self.one}", "state": "open", "price": 9.5 + number % 50}

    def schema(self):
        """A JSON Schema that is valid in every draft and in OpenAPI."""
        return {
            "type": "object",
            "required": ["id", "name"],
            "properties": {
                "id": {"type": "integer", "description": f"The number of the {self.one}."},
                "name": {"type": "string", "minLength": 1, "maxLength": 200},
                "state": {"type": "string", "enum": ["open", "held", "done"]},
                "price": {"type": "number", "minimum": 0},
            },
        }


def indented(text, spaces):
    return "\n".join(" " * spaces + line for line in text.splitlines())


def raml_0_8(families):
    head = """#%RAML 0.8
title: Shop
version: v1
baseUri: https://shop.example.com/{version}
mediaType: application/json
securitySchemes:
  - oauth_2_0:
      type: OAuth 2.0
      settings:
        authorizationUri: https://shop.example.com/authorize
        accessTokenUri: https://shop.example.com/token
        authorizationGrants: [ code ]
        scopes: [ read, write ]
securedBy: [ oauth_2_0 ]
traits:
  - paged:
      queryParameters:
        page:
          description: The number of the page, from 1.
          type: integer
          minimum: 1
          default: 1
        per_page:
          description: How many a page has.
          type: integer
          maximum: 100
  - traced:
      headers:
        X-Request-Id:
          description: Comes back in the answer.
          required: false
resourceTypes:
  - single:
      get?:
        responses:
          404:
            description: There is no <<resourcePathName | !singularize>> of this number.
schemas:
"""
    schemas = (
        f"  - {family.type}: |\n{indented(json.dumps(family.schema(), indent=2), 6)}\n" for family in families
    )
    return head + "".join(schemas) + "".join(map(raml_0_8_family, families))


def raml_0_8_family(family):
    return f"""
/{family.many}:
  displayName: {family.type}s
  description: All {family.many} of the shop.
  get:
    is: [ paged, traced ]
    description: Lists the {family.many}, the latest first.
    queryParameters:
      state:
        description: Only those in this state.
        enum: [ open, held, done ]
      limit:
        type: integer
        default: {family.limit}
    responses:
      200:
        description: The {family.many}.
        body:
          application/json:
            example: |
              [{json.dumps(family.example)}]
  post:
    description: Adds one to the {family.many}.
    securedBy: [ oauth_2_0: {{ scopes: [ write ] }} ]
    body:
      application/json:
        schema: {family.type}
        example: |
          {json.dumps(family.example)}
    responses:
      201:
        body:
          application/json:
            schema: {family.type}
  /{{{family.one}Id}}:
    type: single
    uriParameters:
      {family.one}Id:
        description: The number of the {family.one}.
        type: integer
    get:
      description: One {family.one}.
      responses:
        200:
          body:
            application/json:
              schema: {family.type}
              example: |
                {json.dumps(family.example)}
    put:
      description: Changes the {family.one}.
      body:
        application/json:
          schema: {family.type}
      responses:
        200:
          description: The {family.one} as it is now.
    delete:
      description: Takes the {family.one} away.
      responses:
        204:
          description: It is gone.
    /notes:
      get:
        is: [ paged ]
        description: What was noted about the {family.one}.
      post:
        body:
          application/x-www-form-urlencoded:
            formParameters:
              text:
                description: The note.
                required: true
                maxLength: 1000
              pinned:
                type: boolean
      /{{noteId}}:
        type: single
        get:
          description: One note about the {family.one}.
        delete:
          description: Forgets the note.
    /state:
      get:
        description: The state of the {family.one}.
      put:
        description: Sets the state of the {family.one}.
        body:
          application/json:
            example: '{{"state": "held"}}'
"""


def raml_1_0(families):
    head = """#%RAML 1.0
title: Shop
version: v1
baseUri: https://shop.example.com/{version}
mediaType: application/json
securitySchemes:
  oauth_2_0:
    type: OAuth 2.0
    settings:
      authorizationUri: https://shop.example.com/authorize
      accessTokenUri: https://shop.example.com/token
      authorizationGrants: [ authorization_code ]
      scopes: [ read, write ]
securedBy: [ oauth_2_0 ]
traits:
  paged:
    queryParameters:
      page:
        description: The number of the page, from 1.
        type: integer
        minimum: 1
        default: 1
        required: false
      per_page:
        description: How many a page has.
        type: integer
        maximum: 100
        required: false
  traced:
    headers:
      X-Request-Id:
        description: Comes back in the answer.
        required: false
resourceTypes:
  single:
    get?:
      responses:
        404:
          description: There is no <<resourcePathName | !singularize>> of this number.
types:
  State:
    enum: [ open, held, done ]
  Thing:
    properties:
      id: integer
      name:
        type: string
        minLength: 1
        maxLength: 200
"""
    types = (
        f"""  {family.type}:
    type: Thing
    description: What the shop knows of a {family.one}.
    properties:
      state?: State
      price?:
        type: number
        minimum: 0
    example:
      id: {family.example["id"]}
      name: {family.example["name"]}
      state: open
      price: {family.example["price"]}
"""
        for family in families
    )
    return head + "".join(types) + "".join(map(raml_1_0_family, families))


def raml_1_0_family(family):
    return f"""
/{family.many}:
  displayName: {family.type}s
  description: All {family.many} of the shop.
  get:
    is: [ paged, traced ]
    description: Lists the {family.many}, the latest first.
    queryParameters:
      state?:
        description: Only those in this state.
        type: State
      limit:
        type: integer
        default: {family.limit}
        required: false
    responses:
      200:
        description: The {family.many}.
        body:
          type: {family.type}[]
  post:
    description: Adds one to the {family.many}.
    securedBy: [ oauth_2_0: {{ scopes: [ write ] }} ]
    body:
      type: {family.type}
      example:
        id: {family.example["id"]}
        name: {family.example["name"]}
    responses:
      201:
        body: {family.type}
  /{{{family.one}Id}}:
    type: single
    uriParameters:
      {family.one}Id:
        description: The number of the {family.one}.
        type: integer
    get:
      description: One {family.one}.
      responses:
        200:
          body:
            type: {family.type}
    put:
      description: Changes the {family.one}.
      body:
        type: {family.type}
      responses:
        200:
          description: The {family.one} as it is now.
    delete:
      description: Takes the {family.one} away.
      responses:
        204:
          description: It is gone.
    /notes:
      get:
        is: [ paged ]
        description: What was noted about the {family.one}.
      post:
        body:
          application/x-www-form-urlencoded:
            properties:
              text:
                description: The note.
                maxLength: 1000
              pinned?: boolean
      /{{noteId}}:
        type: single
        get:
          description: One note about the {family.one}.
        delete:
          description: Forgets the note.
    /state:
      get:
        description: The state of the {family.one}.
      put:
        description: Sets the state of the {family.one}.
        body:
          properties:
            state: State
          example:
            state: held
"""


def openapi(families):
    return yaml(openapi_document(families))


def openapi_json(families):
    return json.dumps(openapi_document(families), indent=1) + "\n"


def openapi_document(families):
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Shop", "version": "v1"},
        "servers": [{"url": "https://shop.example.com/{version}", "variables": {"version": {"default": "v1"}}}],
        "security": [{"oauth_2_0": ["read"]}],
        "paths": {},
        "components": {
            "securitySchemes": {
                "oauth_2_0": {
                    "type": "oauth2",
                    "flows": {
                        "authorizationCode": {
                            "authorizationUrl": "https://shop.example.com/authorize",
                            "tokenUrl": "https://shop.example.com/token",
                            "scopes": {"read": "Looks.", "write": "Changes."},
                        }
                    },
                }
            },
            "parameters": {
                "page": {
                    "name": "page",
                    "in": "query",
                    "description": "The number of the page, from 1.",
                    "schema": {"type": "integer", "minimum": 1, "default": 1},
                },
                "per_page": {
                    "name": "per_page",
                    "in": "query",
                    "description": "How many a page has.",
                    "schema": {"type": "integer", "maximum": 100},
                },
                "traced": {
                    "name": "X-Request-Id",
                    "in": "header",
                    "description": "Comes back in the answer.",
                    "schema": {"type": "string"},
                },
            },
            "responses": {"none": {"description": "There is none of this number."}},
            "schemas": {},
        },
    }
    for family in families:
        document["paths"].update(openapi_family(family))
        document["components"]["schemas"][family.type] = family.schema()
    return document


def openapi_family(family):
    def reference(kind, name):
        return {"$ref": f"#/components/{kind}/{name}"}

    def parameter(name, place, description, **schema):
        required = {"required": True} if place == "path" else {}
        return {"name": name, "in": place, **required, "description": description, "schema": schema}

    def content(schema, example=None):
        return {"application/json": {"schema": schema, **({"example": example} if example else {})}}

    def operation(name, summary, *parameters, body=None, status="200", answer=None, **more):
        response = {"description": answer or "Done."}
        if isinstance(answer, dict):
            response = {"description": summary, "content": answer}
        return {
            "operationId": name,
            "summary": summary,
            **({"parameters": list(parameters)} if parameters else {}),
            **({"requestBody": {"required": True, "content": body}} if body else {}),
            "responses": {status: response, **more},
        }

    one, many, own = family.one, family.many, reference("schemas", family.type)
    paged = (reference("parameters", "page"), reference("parameters", "per_page"))
    number = parameter(f"{one}Id", "path", f"The number of the {one}.", type="integer")
    note = parameter("noteId", "path", "The number of the note.", type="integer")
    none = {"404": reference("responses", "none")}
    state = {"type": "object", "properties": {"state": {"type": "string"}}}
    form = {
        "type": "object",
        "required": ["text"],
        "properties": {"text": {"type": "string", "maxLength": 1000}, "pinned": {"type": "boolean"}},
    }
    item = f"/{many}/{{{one}Id}}"
    return {
        f"/{many}": {
            "get": operation(
                f"list{family.type}",
                f"Lists the {many}, the latest first.",
                *paged,
                reference("parameters", "traced"),
                parameter("state", "query", "Only those in this state.", type="string", enum=["open", "held", "done"]),
                parameter("limit", "query", "At most that many.", type="integer", default=family.limit),
                answer=content({"type": "array", "items": own}, [family.example]),
            ),
            "post": {
                **operation(
                    f"add{family.type}",
                    f"Adds one to the {many}.",
                    body=content(own, family.example),
                    status="201",
                    answer=content(own),
                ),
                "security": [{"oauth_2_0": ["write"]}],
            },
        },
        item: {
            "parameters": [number],
            "get": operation(f"get{family.type}", f"One {one}.", answer=content(own, family.example), **none),
            "put": operation(
                f"change{family.type}", f"Changes the {one}.", body=content(own), answer=f"The {one} as it is now."
            ),
            "delete": operation(
                f"remove{family.type}", f"Takes the {one} away.", status="204", answer="It is gone."
            ),
        },
        f"{item}/notes": {
            "parameters": [number],
            "get": operation(f"list{family.type}Notes", f"What was noted about the {one}.", *paged),
            "post": operation(
                f"add{family.type}Note",
                f"Notes something about the {one}.",
                body={"application/x-www-form-urlencoded": {"schema": form}},
            ),
        },
        f"{item}/notes/{{noteId}}": {
            "parameters": [number, note],
            "get": operation(f"get{family.type}Note", f"One note about the {one}.", **none),
            "delete": operation(f"remove{family.type}Note", "Forgets the note."),
        },
        f"{item}/state": {
            "parameters": [number],
            "get": operation(f"get{family.type}State", f"The state of the {one}."),
            "put": operation(
                f"set{family.type}State", f"Sets the state of the {one}.", body=content(state, {"state": "held"})
            ),
        },
    }


def yaml(value, depth=0):
    """Block style; strings are quoted only if necessary."""
    indent = "  " * depth
    if isinstance(value, dict):
        return "".join(f"{indent}{scalar(key)}:{below(part, depth)}" for key, part in value.items())
    return "".join(f"{indent}- {yaml(part, depth + 1).lstrip()}" if nested(part) else f"{indent}-{below(part, depth)}" for part in value)


def nested(value):
    return isinstance(value, dict | list) and len(value) > 0


def below(value, depth):
    if nested(value):
        return "\n" + yaml(value, depth + 1)
    return f" {scalar(value)}\n"


def scalar(value):
    if isinstance(value, str) and (value[:1].isalpha() or value[:1] == "/") and not {":", "#"} & set(value):
        return value
    return json.dumps(value)


LANGUAGES = {"raml-0.8": raml_0_8, "raml-1.0": raml_1_0, "openapi": openapi, "openapi-json": openapi_json}

if __name__ == "__main__":
    main()
