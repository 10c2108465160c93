//! The codes of all diagnostics of definitions, with their documentation. A code is stable: tools suppress and count by
//! it.

/// One kind of diagnostic.
#[derive(Clone, Copy, Debug)]
pub struct DiagnosticCode {
    /// Kebab-case, below the language that it is about: `raml/library-cycle`; `definition/` for all languages.
    pub code: &'static str,
    /// A few words, for a heading.
    pub title: &'static str,
    /// One paragraph of Markdown: what is wrong, what apinb does about it, and what to do.
    pub documentation: &'static str,
}

macro_rules! codes {
    ($($name:ident = $code:literal, $title:literal, $documentation:literal;)*) => {
        $(pub(crate) const $name: &str = $code;)*

        /// All codes, ordered by language.
        pub const CODES: &[DiagnosticCode] =
            &[$(DiagnosticCode { code: $code, title: $title, documentation: $documentation }),*];
    };
}

codes! {
    UNREADABLE = "definition/unreadable", "Unreadable definition",
        "The root document of the definition cannot be read: the file does not exist, the server does not return it, it \
         is too large, or it is not UTF-8. The cause follows the message.";
    NOT_A_DEFINITION = "definition/not-a-definition", "Not a definition",
        "The root document is not an API definition. A definition in RAML starts with `#%RAML 1.0` or `#%RAML 0.8`; one \
         in OpenAPI has a key `openapi` or `swagger`. An address that needs a login often returns an HTML page instead.";
    UNSUPPORTED_VERSION = "definition/unsupported-version", "Unsupported version",
        "The definition is written in a version that apinb does not support. It supports RAML 0.8 and 1.0, and OpenAPI \
         2.0, 3.0 and 3.1.";
    UNREADABLE_INCLUDE = "definition/unreadable-include", "Unreadable include",
        "A document that the definition includes or refers to cannot be read. The definition is used without it. The \
         cause follows the message.";
    INCLUDE_CYCLE = "definition/include-cycle", "Include cycle",
        "A document includes itself, directly or through other documents. The include that closes the cycle is read as \
         an empty value. Remove one of the includes.";
    LIMIT = "definition/limit", "Limit reached",
        "The definition exceeds one of the limits that protect against hostile documents: on bytes, documents, nesting, \
         values or diagnostics. What is beyond the limit is left out.";
    INVALID_SYNTAX = "definition/invalid-syntax", "Invalid YAML or JSON",
        "The text breaks a rule of YAML or JSON. Where the meaning is clear, apinb recovers and reads on; otherwise it \
         skips the line or the rest of the document.";
    REPEATED_KEY = "definition/repeated-key", "Repeated key",
        "A map has the same key twice. The values are merged; where they differ, the later one wins.";
    WRONG_KIND = "definition/wrong-kind", "Wrong kind of value",
        "A value has another kind than its key requires: a list instead of a map, for instance. The value is left out. \
         Wrong indentation is the most frequent cause.";
    UNKNOWN_TAG = "definition/unknown-tag", "Unknown YAML tag",
        "A value has a YAML tag that has no meaning in a definition. The value is read without the tag. RAML defines the \
         tag `!include`.";
    UNKNOWN_KEY = "definition/unknown-key", "Unknown key",
        "A key has no meaning where it stands, and is left out. It may be misspelled, or belong to another level.";
    MISSING_KEY = "definition/missing-key", "Missing key",
        "A required key is absent, such as the `title` of the definition.";
    INVALID_VALUE = "definition/invalid-value", "Invalid value",
        "The value of a key is not one that the key allows, and is left out. The help lists the allowed values.";
    UNKNOWN_NAME = "definition/unknown-name", "Unknown name",
        "The definition uses a type, schema, trait, resource type or security scheme that it does not declare. The use is \
         left out.";
    UNUSED_URI_PARAMETER = "definition/unused-uri-parameter", "Unused URI parameter",
        "A parameter is described that does not occur in the URI. Add `{name}` to the URI, or remove the description.";
    INVALID_EXAMPLE = "definition/invalid-example", "Invalid example",
        "An example, a default or the value of a facet does not match its type. In RAML 1.0, an example with \
         `strict: false` is not checked.";
    UNUSABLE_SCHEMA = "definition/unusable-schema", "Unusable schema",
        "A type or schema cannot be used to check a value: it contains an invalid regular expression or an invalid \
         schema.";
    RESOURCE_TYPE_CYCLE = "raml/resource-type-cycle", "Resource type cycle",
        "Resource types inherit from one another in a cycle. The `type` that closes the cycle is left out.";
    MISSING_TEMPLATE_PARAMETER = "raml/missing-template-parameter", "Missing template parameter",
        "A resource type or trait is used without a value for one of its parameters. Pass it where the template is used: \
         `type: { collection: { item: user } }`.";
    UNKNOWN_FUNCTION = "raml/unknown-function", "Unknown function",
        "A parameter of a resource type or trait is transformed by a function that RAML does not define, as in \
         `<<name | !plural>>`.";
    WRONG_FRAGMENT = "raml/wrong-fragment", "Wrong fragment",
        "An included document is a RAML 1.0 fragment of another kind than its key requires, by its first line: a \
         `Trait` where a `DataType` is required, for instance.";
    LIBRARY_CYCLE = "raml/library-cycle", "Library cycle",
        "Libraries use one another in a cycle. Move what they share into a library that both use.";
    UNKNOWN_LIBRARY = "raml/unknown-library", "Unknown library",
        "A name such as `common.User` refers to a library that the file does not list in its `uses`.";
    CHAINED_LIBRARY = "raml/chained-library", "Chained library",
        "A name such as `a.b.User` goes through a library into the libraries that it uses itself. RAML does not allow \
         this: list that library in the file's own `uses`.";
    RAML_08_SYNTAX = "raml/raml-08-syntax", "Syntax of RAML 0.8",
        "A definition in RAML 1.0 uses syntax of RAML 0.8. apinb reads it; the help says how RAML 1.0 writes it.";
    EXCLUSIVE_KEYS = "raml/exclusive-keys", "Exclusive keys",
        "A map has two keys of which RAML allows only one, such as `type` and `schema`. One of them is left out.";
    OVERLAY_CHANGE = "raml/overlay-change", "Overlay changes behavior",
        "An overlay changes more than descriptions, titles, examples, documentation and annotations. Make it an extension, \
         or leave the change out.";
    INVALID_TYPE_EXPRESSION = "raml/invalid-type-expression", "Invalid type expression",
        "A type expression cannot be parsed. A type expression is a name, `name[]`, `name?`, `name | name`, or these in \
         parentheses.";
    TYPE_CYCLE = "raml/type-cycle", "Type cycle",
        "A type inherits from itself. It may have itself as a property or an item, but not as a base type.";
    DISJOINT_TYPES = "raml/disjoint-types", "Disjoint base types",
        "A type inherits from types of which no value can be an instance at once, such as `string` and `number`. Use a \
         union, `one | other`, if either is meant.";
    WIDER_FACET = "raml/wider-facet", "Facet wider than inherited",
        "A facet allows more than the inherited one, such as a larger `maxLength`. A subtype can only restrict its base \
         type; the inherited facet applies.";
    EMPTY_RANGE = "raml/empty-range", "Empty range",
        "A lower bound is above its upper bound, such as `minimum: 5` with `maximum: 3`, so that no value is valid.";
    OVERRIDDEN_PROPERTY = "raml/overridden-property", "Incompatible property",
        "A type redeclares an inherited property with a type that does not restrict the inherited one. The inherited \
         declaration applies.";
    OPTIONAL_PROPERTY = "raml/optional-property", "Required property made optional",
        "A type redeclares a required property as optional. The inherited property is required, and stays required.";
    FACET_OF_SCHEMA = "raml/facet-of-schema", "Facet of a JSON or XML schema",
        "Facets or properties are added to a type that is a JSON or XML schema. Write them in the schema itself.";
    MISSING_FACET = "raml/missing-facet", "Missing facet",
        "A type does not set a facet that its base type declares as required.";
    UNRESOLVED_REFERENCE = "openapi/unresolved-reference", "Unresolved reference",
        "A `$ref` leads to nothing: the document or the part of it does not exist. The reference is left out.";
    REFERENCE_CYCLE = "openapi/reference-cycle", "Reference cycle",
        "A `$ref` leads back to itself without a schema in between. The reference that closes the cycle is left out.";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::CODES;

    #[test]
    fn codes_are_unique_kebab_case_and_documented() {
        let mut known = HashSet::new();
        for code in CODES {
            assert!(known.insert(code.code), "{} is there twice", code.code);
            let (language, name) = code.code.split_once('/').unwrap();
            assert!(["definition", "raml", "openapi"].contains(&language), "{}", code.code);
            assert!(
                name.split('-')
                    .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())),
                "{}",
                code.code
            );
            assert!(!code.title.is_empty() && !code.title.ends_with('.'), "{}", code.code);
            assert!(code.documentation.ends_with('.') && !code.documentation.contains('\n'), "{}", code.code);
        }
    }
}
