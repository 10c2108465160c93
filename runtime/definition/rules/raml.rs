//! Rules for definitions in RAML.

use super::declare::rules;

rules! {
    RESOURCE_TYPE_CYCLE = "raml/resource-type-cycle", Error, "Resource type cycle",
        "Resource types inherit from one another in a cycle. The `type` that closes the cycle is left out.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
resourceTypes:
  collection:
    type: list
  list:
    type: collection
/orders:
  type: collection
";
        ];

    MISSING_TEMPLATE_PARAMETER = "raml/missing-template-parameter", Error, "Missing template parameter",
        "A resource type or trait is used without a value for one of its parameters. Pass it where the template is \
         used: `type: { collection: { item: user } }`.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
resourceTypes:
  collection:
    get:
      description: Lists each <<item>>.
/orders:
  type: collection
";
        ];

    UNKNOWN_FUNCTION = "raml/unknown-function", Error, "Unknown function",
        "A parameter of a resource type or trait is transformed by a function that RAML does not define, as in \
         `<<name | !plural>>`.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
resourceTypes:
  collection:
    get:
      description: Lists <<item | !plural>>.
/orders:
  type: { collection: { item: order } }
";
        ];

    WRONG_FRAGMENT = "raml/wrong-fragment", Error, "Wrong fragment",
        "An included document is a RAML 1.0 fragment of another kind than its key requires, by its first line: a \
         `Trait` where a `DataType` is required, for instance.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
traits:
  paged: !include paged.raml
";
            "paged.raml" = "\
#%RAML 1.0 DataType
type: object
";
        ];

    UNKNOWN_LIBRARY = "raml/unknown-library", Error, "Unknown library",
        "A name such as `common.User` refers to a library that the file does not list in its `uses`.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
types:
  Order: common.Order
";
        ];

    CHAINED_LIBRARY = "raml/chained-library", Error, "Chained library",
        "A name such as `a.b.User` goes through a library into the libraries that it uses itself. RAML does not allow \
         this: list that library in the file's own `uses`.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
uses:
  orders: orders.raml
types:
  Buyer: orders.users.User
";
            "orders.raml" = "\
#%RAML 1.0 Library
uses:
  users: users.raml
";
            "users.raml" = "\
#%RAML 1.0 Library
types:
  User: object
";
        ];

    RAML_08_SYNTAX = "raml/raml-08-syntax", Error, "Syntax of RAML 0.8",
        "A definition in RAML 1.0 uses syntax of RAML 0.8. apinb reads it; the help says how RAML 1.0 writes it.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
/orders:
  get:
    queryParameters:
      status:
        repeat: true
";
        ];

    EXCLUSIVE_KEYS = "raml/exclusive-keys", Error, "Exclusive keys",
        "A map has two keys of which RAML allows only one, such as `type` and `schema`. One of them is left out.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
types:
  Order:
    type: object
    schema: object
";
        ];

    OVERLAY_CHANGE = "raml/overlay-change", Error, "Overlay changes behavior",
        "An overlay changes more than descriptions, titles, examples, documentation and annotations. Make it an \
         extension, or leave the change out.",
        [
            "german.raml" = "\
#%RAML 1.0 Overlay
extends: api.raml
/orders:
  delete:
";
            "api.raml" = "\
#%RAML 1.0
title: Shop
/orders:
  get:
";
        ];

    INVALID_TYPE_EXPRESSION = "raml/invalid-type-expression", Error, "Invalid type expression",
        "A type expression cannot be parsed. A type expression is a name, `name[]`, `name?`, `name | name`, or these \
         in parentheses.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
types:
  Order: object
  Orders: Order[
";
        ];

    TYPE_CYCLE = "raml/type-cycle", Error, "Type cycle",
        "A type inherits from itself. It may have itself as a property or an item, but not as a base type.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
types:
  Order: Purchase
  Purchase: Order
";
        ];

    DISJOINT_TYPES = "raml/disjoint-types", Error, "Disjoint base types",
        "A type inherits from types of which no value can be an instance at once, such as `string` and `number`. Use \
         a union, `one | other`, if either is meant.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
types:
  Price:
    type: [ string, number ]
";
        ];

    WIDER_FACET = "raml/wider-facet", Error, "Facet wider than inherited",
        "A facet allows more than the inherited one, such as a larger `maxLength`. A subtype can only restrict its \
         base type; the inherited facet applies.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
types:
  Code:
    type: string
    maxLength: 4
  LongCode:
    type: Code
    maxLength: 8
";
        ];

    EMPTY_RANGE = "raml/empty-range", Error, "Empty range",
        "A lower bound is above its upper bound, such as `minimum: 5` with `maximum: 3`, so that no value is valid.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
types:
  Count:
    type: integer
    minimum: 5
    maximum: 3
";
        ];

    OVERRIDDEN_PROPERTY = "raml/overridden-property", Error, "Incompatible property",
        "A type redeclares an inherited property with a type that does not restrict the inherited one. The inherited \
         declaration applies.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
types:
  Item:
    properties:
      price: number
  Gift:
    type: Item
    properties:
      price: string
";
        ];

    OPTIONAL_PROPERTY = "raml/optional-property", Error, "Required property made optional",
        "A type redeclares a required property as optional. The inherited property is required, and stays required.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
types:
  Item:
    properties:
      price: number
  Gift:
    type: Item
    properties:
      price?: number
";
        ];

    FACET_OF_SCHEMA = "raml/facet-of-schema", Error, "Facet of a JSON or XML schema",
        "Facets or properties are added to a type that is a JSON or XML schema. Write them in the schema itself.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
types:
  Order:
    type: '{ \"type\": \"object\" }'
    properties:
      id: integer
";
        ];

    MISSING_FACET = "raml/missing-facet", Error, "Missing facet",
        "A type does not set a facet that its base type declares as required.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
types:
  Price:
    type: number
    facets:
      currency: string
  Total:
    type: Price
";
        ];

    MISPLACED_SCHEMA = "raml/misplaced-schema", Error, "Schema where a RAML type is required",
        "A JSON or XML schema is the type of a property, an item, a member of a union, a parameter or a header. RAML \
         allows such a schema only for a body, or for a declared type that a body uses.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
types:
  Order: '{ \"type\": \"object\" }'
  Orders: Order[]
";
        ];

    ANNOTATION_TARGET = "raml/annotation-target", Error, "Annotation in the wrong place",
        "An annotation is used in a place that the `allowedTargets` of its type do not list.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
annotationTypes:
  internal:
    type: boolean
    allowedTargets: Method
/orders:
  (internal): true
";
        ];

    DUPLICATE_RESOURCE = "raml/duplicate-resource", Error, "Duplicate resource",
        "Two resources have the same path, one of them as a nested resource. Merge them. Both can be called.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
/orders:
  /open:
    get:
/orders/open:
  post:
";
        ];
}
