//! Rules for definitions in OpenAPI.

use super::declare::rules;

rules! {
    UNRESOLVED_REFERENCE = "openapi/unresolved-reference", Error, "Unresolved reference",
        "A `$ref` leads to nothing: the document or the part of it does not exist. The reference is left out.",
        [
            "api.yaml" = "\
openapi: 3.0.3
info:
  title: Shop
  version: '1'
paths:
  /orders:
    get:
      responses:
        200:
          $ref: '#/components/responses/Orders'
";
        ];

    MISPLACED_REFERENCE = "openapi/misplaced-reference", Warning, "Misplaced reference",
        "A `$ref` stands where OpenAPI allows none: in the place of an operation, of a list of parameters, of \
         `responses` or of another map. Tools that resolve every `$ref` before they read a document accept it. apinb \
         follows it, and reports the first one in each kind of place.",
        [
            "api.yaml" = "\
openapi: 3.0.3
info:
  title: Shop
  version: '1'
paths:
  /orders:
    get:
      $ref: 'orders.yaml#/list'
";
            "orders.yaml" = "\
list:
  responses:
    200:
      description: All orders.
";
        ];

    UNDECLARED_PATH_PARAMETER = "openapi/undeclared-path-parameter", Warning, "Undeclared path parameter",
        "A path has a parameter in braces that its operations do not declare. apinb takes it for a required string. \
         Declare it with `in: path` and `required: true`.",
        [
            "api.yaml" = "\
openapi: 3.0.3
info:
  title: Shop
  version: '1'
paths:
  /orders/{id}:
    get:
      responses:
        200:
          description: One order.
";
        ];

    DUPLICATE = "openapi/duplicate", Warning, "Duplicate",
        "Something that must be unique is declared twice: a parameter in one list (the later one wins), an \
         `operationId`, or a path: `/orders/{id}` and `/orders/{number}` match the same requests.",
        [
            "api.yaml" = "\
openapi: 3.0.3
info:
  title: Shop
  version: '1'
paths:
  /orders:
    get:
      operationId: orders
      responses:
        200:
          description: All orders.
    post:
      operationId: orders
      responses:
        201:
          description: A new order.
";
        ];

    REFERENCE_CYCLE = "openapi/reference-cycle", Error, "Reference cycle",
        "A `$ref` leads back to itself without a schema in between. The reference that closes the cycle is left out.",
        [
            "api.yaml" = "\
openapi: 3.0.3
info:
  title: Shop
  version: '1'
paths:
  /orders:
    get:
      responses:
        200:
          $ref: '#/components/responses/Orders'
components:
  responses:
    Orders:
      $ref: '#/components/responses/All'
    All:
      $ref: '#/components/responses/Orders'
";
        ];
}
