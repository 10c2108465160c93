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
