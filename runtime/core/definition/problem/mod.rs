//! What can be wrong with a definition, and the words for it.

mod help;

use crate::text::display::truncate::arrows;
use crate::text::source::span::Location;

use super::raml::fault::TypeFault;
use crate::text::source::loader::LoadError;

/// A fault of a definition or of a document that it includes.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The root document cannot be read.
    #[error("cannot read the definition")]
    Unreadable {
        /// Why.
        #[source]
        cause: LoadError,
    },
    /// The root document is something else.
    #[error("this is not an API definition but {found}")]
    NotADefinition {
        /// Where it starts.
        location: Location,
        /// What it is instead.
        found: Found,
    },
    /// The root document is written in a language that is not read yet.
    #[error("`{version}` is not supported yet")]
    UnsupportedVersion {
        /// The line that says so.
        location: Location,
        /// What it says.
        version: String,
    },
    /// The text breaks the rules of YAML or JSON.
    #[error("{message}")]
    Syntax {
        /// Where.
        location: Location,
        /// Which rule.
        message: String,
        /// What is done about it.
        consequence: Consequence,
    },
    /// An included document cannot be read.
    #[error("cannot include `{reference}`")]
    Include {
        /// The include.
        location: Location,
        /// Its path, as written.
        reference: String,
        /// Why.
        #[source]
        cause: LoadError,
    },
    /// A document includes itself.
    #[error("a cycle of includes: {}", arrows(chain))]
    IncludeCycle {
        /// The include that closes the cycle.
        location: Location,
        /// The documents, the repeated one first and last.
        chain: Vec<String>,
    },
    /// Resource types that build on one another in a circle.
    #[error("a cycle of resource types: {}", arrows(chain))]
    TypeCycle {
        /// The `type` that closes the cycle.
        location: Location,
        /// The types, the repeated one first and last.
        chain: Vec<String>,
    },
    /// More than a definition may reasonably hold.
    #[error("{limit}")]
    Limit {
        /// Where the limit was reached.
        location: Location,
        /// Which one.
        limit: Limit,
    },
    /// One key twice in one map.
    #[error("`{key}` is written twice in one map")]
    RepeatedKey {
        /// The later one.
        location: Location,
        /// The key.
        key: String,
    },
    /// A key that means nothing here.
    #[error("unknown key `{key}` in {within}")]
    UnknownKey {
        /// The key.
        location: Location,
        /// The key.
        key: String,
        /// What it stands in.
        within: &'static str,
        /// A known key that is close.
        suggestion: Option<String>,
    },
    /// A key that has to be there.
    #[error("{within} has no `{key}`")]
    MissingKey {
        /// What lacks it.
        location: Location,
        /// The key.
        key: &'static str,
        /// What lacks it.
        within: &'static str,
    },
    /// A map where a text has to be, or the like.
    #[error("`{key}` must be {expected}, not {found}")]
    WrongKind {
        /// The value.
        location: Location,
        /// The key that it is the value of.
        key: String,
        /// What has to be there.
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// A value that its key does not allow.
    #[error("`{key}` cannot be `{value}`")]
    InvalidValue {
        /// The value.
        location: Location,
        /// The key that it is the value of.
        key: String,
        /// The value.
        value: String,
        /// What it may be.
        expected: String,
    },
    /// A schema, a trait, a resource type or a security scheme that is used but not declared.
    #[error("there is no {kind} `{name}`")]
    UnknownName {
        /// The use.
        location: Location,
        /// What it should be.
        kind: &'static str,
        /// Its name.
        name: String,
        /// A declared name that is close.
        suggestion: Option<String>,
    },
    /// A resource type or trait is used without one of its parameters.
    #[error("parameter `{parameter}` of {template} is not given")]
    MissingParameter {
        /// Where the parameter is used.
        location: Location,
        /// Its name.
        parameter: String,
        /// The resource type or trait.
        template: String,
    },
    /// A function after `|` that does not exist.
    #[error("there is no function `!{function}`")]
    UnknownFunction {
        /// Where it is used.
        location: Location,
        /// Its name.
        function: String,
        /// A known one that is close.
        suggestion: Option<String>,
        /// Those there are.
        known: String,
    },
    /// A tag that means nothing.
    #[error("unknown tag `{tag}`")]
    UnknownTag {
        /// The value that bears it.
        location: Location,
        /// The tag.
        tag: String,
    },
    /// A `$ref` that leads nowhere, or in a circle.
    #[error("`$ref: {reference}`: {fault}")]
    Reference {
        /// The reference.
        location: Location,
        /// As written.
        reference: String,
        /// What is wrong with it.
        fault: ReferenceFault,
    },
    /// An included piece of RAML that cannot stand where it is.
    #[error("this has to be {}, not {}", fragment(Some(*expected)), fragment(*found))]
    WrongFragment {
        /// The include, or the path in `uses` or `extends`.
        location: Location,
        /// The fragment that can; empty where none can.
        expected: &'static str,
        /// What the document says it is; none for a document that does not say.
        found: Option<&'static str>,
    },
    /// Libraries that use one another in a circle.
    #[error("a cycle of libraries: {}", arrows(chain))]
    LibraryCycle {
        /// The entry of `uses` that closes the cycle.
        location: Location,
        /// The documents, the repeated one first and last.
        chain: Vec<String>,
    },
    /// A name of a library that this file does not use.
    #[error("there is no library `{namespace}` for `{name}`")]
    UnknownNamespace {
        /// The use.
        location: Location,
        /// The whole name.
        name: String,
        /// What stands before its first period.
        namespace: String,
    },
    /// A name that goes through the libraries of another library.
    #[error("`{name}` goes through a library into its own libraries")]
    ChainedNamespace {
        /// The use.
        location: Location,
        /// The whole name.
        name: String,
    },
    /// What RAML 0.8 had, in a definition of RAML 1.0.
    #[error("`{key}` {}", if *known { "is written in the way of RAML 0.8" } else { "is a word of RAML 0.8" })]
    OldWay {
        /// Where it stands.
        location: Location,
        /// The key, or the value.
        key: String,
        /// RAML 1.0 has the word too, but writes it otherwise.
        known: bool,
        /// How RAML 1.0 says it.
        instead: &'static str,
    },
    /// Two keys that cannot stand in one map.
    #[error("`{key}` and `{other}` exclude each other")]
    Exclusive {
        /// The first of them.
        location: Location,
        /// The first of them.
        key: String,
        /// The second.
        other: String,
    },
    /// An overlay that changes what an API does.
    #[error("an overlay cannot {change} `{key}`")]
    Overlay {
        /// What the overlay says.
        location: Location,
        /// The way to the key from the root.
        key: String,
        /// `add` or `change`.
        change: &'static str,
    },
    /// A URI parameter is described that the URI does not have.
    #[error("`{uri}` has no parameter `{name}`")]
    UnusedUriParameter {
        /// Its description.
        location: Location,
        /// Its name.
        name: String,
        /// The URI.
        uri: String,
    },
    /// A RAML 1.0 data type.
    #[error(transparent)]
    Type(TypeFault),
}

/// What is wrong with a `$ref`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceFault {
    /// A part of its JSON pointer is not there.
    #[error("there is no `{missing}` at that place")]
    Nothing {
        /// The part.
        missing: String,
        /// One that is there, and close.
        suggestion: Option<String>,
    },
    /// Nothing in the document has that `$anchor`.
    #[error("nothing has that `$anchor`")]
    NoAnchor,
    /// The document is neither YAML nor JSON.
    #[error("the document has no maps that it could lead to")]
    NoTree,
    /// It leads back to itself.
    #[error("a circle: {}", arrows(chain))]
    Cycle {
        /// The places on the way, the repeated one first and last.
        chain: Vec<String>,
    },
}

/// What a document that is no definition is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Found {
    /// Nothing but white space.
    #[error("an empty document")]
    Nothing,
    /// A web page.
    #[error("an HTML page")]
    Html,
    /// Another kind of XML.
    #[error("an XML document")]
    Xml,
    /// JSON that is not a parsed definition.
    #[error("JSON without the `title` and `resources` of a parsed definition")]
    OtherJson,
    /// A piece of RAML that others include: its name.
    #[error("a RAML fragment (`{0}`), which only other definitions can include")]
    Fragment(String),
    /// Anything else: its first line, shortened.
    #[error("a text that starts with `{0}`")]
    Text(String),
}

/// What happens after a breach of the YAML or JSON rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// The meaning was clear; nothing is lost.
    Mended,
    /// The line is left out.
    LineSkipped,
    /// The rest of the document is left out.
    RestSkipped,
}

/// A limit that keeps a hostile document from filling memory or running for hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Limit {
    /// Bytes of one document.
    #[error("this document is larger than {0} bytes")]
    DocumentBytes(usize),
    /// Bytes of all documents together.
    #[error("the definition and its includes are larger than {0} bytes")]
    TotalBytes(usize),
    /// Documents read.
    #[error("the definition includes more than {0} documents")]
    Documents(usize),
    /// Documents that include one another in a row.
    #[error("more than {0} documents that include one another")]
    Chain(usize),
    /// Levels of nesting.
    #[error("more than {0} levels of nesting")]
    Depth(u32),
    /// Nodes, after aliases, resource types and traits are expanded.
    #[error("aliases, resource types and traits expand to more than {0} values")]
    Nodes(u64),
    /// Bytes of the texts of the finished definition.
    #[error("schemas, examples and descriptions expand to more than {0} bytes")]
    TextBytes(u64),
    /// Faults reported.
    #[error("more than {0} faults; the others are not listed")]
    Problems(usize),
}

/// A fragment as messages name it.
fn fragment(name: Option<&str>) -> String {
    match name {
        Some("") => "no RAML fragment".to_owned(),
        Some(name) => format!("a RAML fragment `{name}`"),
        None => "a document that does not say what it is".to_owned(),
    }
}
