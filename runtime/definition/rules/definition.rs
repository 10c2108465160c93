//! Rules for definitions in all languages.

use super::declare::rules;

rules! {
    UNREADABLE = "definition/unreadable", Error, "Unreadable definition",
        "The root document of the definition cannot be read: the file does not exist, the server does not return it, \
         it is too large, or it is not UTF-8. The cause follows the message. `apinb definition check \
         no-such-file.raml` shows it.",
        [];

    NOT_A_DEFINITION = "definition/not-a-definition", Error, "Not a definition",
        "The root document is not an API definition. A definition in RAML starts with `#%RAML 1.0` or `#%RAML 0.8`; \
         one in OpenAPI has a key `openapi` or `swagger`. An address that needs a login often returns an HTML page \
         instead.",
        [
            "api.raml" = "\
title: Shop
/orders:
  get:
";
        ];

    UNSUPPORTED_VERSION = "definition/unsupported-version", Error, "Unsupported version",
        "The definition is written in a version that apinb does not support. It supports RAML 0.8 and 1.0, and \
         OpenAPI 2.0, 3.0 and 3.1. A later OpenAPI 3 is read as 3.1, with a warning, and with \
         another one for each new part of OpenAPI 3.2 that apinb does not support.",
        [
            "api.raml" = "\
#%RAML 0.9
title: Shop
";
        ];

    UNREADABLE_INCLUDE = "definition/unreadable-include", Error, "Unreadable include",
        "A document that the definition includes or refers to cannot be read. The definition is used without it. The \
         cause follows the message.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
types: !include no-such-file.raml
";
        ];

    INCLUDE_CYCLE = "definition/include-cycle", Error, "Include cycle",
        "A document includes itself, directly or through other documents. The include that closes the cycle is read \
         as an empty value. Remove one of the includes.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
types: !include types.raml
";
            "types.raml" = "\
Order: !include types.raml
";
        ];

    LIMIT = "definition/limit", Error, "Limit reached",
        "The definition exceeds one of the limits that protect against hostile documents: on bytes, documents, \
         nesting, values or diagnostics. What is beyond the limit is left out.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
(a): &a [x, x, x, x, x, x, x, x, x, x]
(b): &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
(c): &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
(d): &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
(e): &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
(f): &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
";
        ];

    INVALID_SYNTAX = "definition/invalid-syntax", Error, "Invalid YAML or JSON",
        "The text breaks a rule of YAML or JSON. Where the meaning is clear, apinb recovers, reads on and reports a \
         warning; otherwise it skips the line or the rest of the document.",
        [
            "api.raml" = "\
#%RAML 1.0
title: 'Shop
/orders:
  get:
";
        ];

    REPEATED_KEY = "definition/repeated-key", Error, "Repeated key",
        "A map has the same key twice. The values are merged; where they differ, the later one wins. In RAML 0.8 and \
         OpenAPI this is a warning.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
/orders:
  get:
/orders:
  post:
";
        ];

    WRONG_KIND = "definition/wrong-kind", Error, "Wrong kind of value",
        "A value has another kind than its key requires: a list instead of a map, for instance. The value is left \
         out. Wrong indentation is the most frequent cause.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
/orders:
  get:
    responses: 200
";
        ];

    UNKNOWN_TAG = "definition/unknown-tag", Warning, "Unknown YAML tag",
        "A value has a YAML tag that has no meaning in a definition. The value is read without the tag. RAML defines \
         the tag `!include`; one that only starts like it, as in `!includeuser.json`, is an error.",
        [
            "api.raml" = "\
#%RAML 1.0
title: !text Shop
";
        ];

    UNKNOWN_KEY = "definition/unknown-key", Error, "Unknown key",
        "A key has no meaning where it stands, and is left out. It may be misspelled, or belong to another level.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
/orders:
  gett:
";
        ];

    MISSING_KEY = "definition/missing-key", Error, "Missing key",
        "A required key is absent, such as the `title` of the definition. In OpenAPI this is a warning.",
        [
            "api.raml" = "\
#%RAML 1.0
/orders:
  get:
";
        ];

    INVALID_VALUE = "definition/invalid-value", Error, "Invalid value",
        "The value of a key is not one that the key allows, and is left out. The help lists the allowed values.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
protocols: [ FTP ]
";
        ];

    UNKNOWN_NAME = "definition/unknown-name", Error, "Unknown name",
        "The definition uses a type, schema, trait, resource type or security scheme that it does not declare. The \
         use is left out.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
/orders:
  type: collection
";
        ];

    UNUSED_URI_PARAMETER = "definition/unused-uri-parameter", Error, "Unused URI parameter",
        "A parameter is described that does not occur in the URI. Add `{name}` to the URI, or remove the description. In \
         OpenAPI this is a warning.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
/orders:
  uriParameters:
    id: integer
  get:
";
        ];

    INVALID_EXAMPLE = "definition/invalid-example", Error, "Invalid example",
        "An example, a default, or the value of a facet or an annotation does not match its type. Where the value is only written in \
         another way, such as `90210` for a string, apinb reads it as its type requires. In RAML 1.0, an example with \
         `strict: false` is not checked. In OpenAPI, only the kinds of values are checked, and in RAML 0.8 the example \
         of a body need not match its schema: a violation of these is a warning.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
types:
  Count:
    type: integer
    example: many
";
        ];

    UNUSABLE_SCHEMA = "definition/unusable-schema", Error, "Unusable schema",
        "A type or schema cannot be used to check a value: it contains an invalid regular expression, an invalid schema \
         or a `$ref` that leads nowhere, or it is neither JSON nor XML.",
        [
            "api.raml" = "\
#%RAML 1.0
title: Shop
types:
  Code:
    type: string
    pattern: '['
    example: A1
";
        ];
}
