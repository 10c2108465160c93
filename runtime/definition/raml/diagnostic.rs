//! Diagnostics specific to RAML; [`types::diagnostic`](crate::raml::types::diagnostic) has those of data types.

use crate::rules;
use apinb_text::diagnostic::Diagnostic;
use apinb_text::diagnostic::rule::Rule;
use apinb_text::display::quote::quote_each;
use apinb_text::source::span::Location;

/// A diagnostic of a RAML definition.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RamlDiagnostic {
    /// Resource types that inherit from one another in a cycle. `chain` starts and ends with the repeated type.
    #[error("resource type cycle: {}", quote_each(chain, " → "))]
    ResourceTypeCycle { location: Location, chain: Vec<String> },
    /// A resource type or trait is used without a required parameter.
    #[error("missing parameter `{parameter}` of {template}")]
    MissingParameter { location: Location, parameter: String, template: String },
    /// An unknown function after `|`. `known` lists the functions.
    #[error("unknown function `!{function}`")]
    UnknownFunction { location: Location, function: String, suggestion: Option<String>, known: String },
    /// An included fragment of another type than its key requires. `expected` is empty if no fragment is allowed;
    /// `found` is `None` for a document without a RAML header.
    #[error("expected {}, found {}", fragment(Some(*expected)), fragment(*found))]
    WrongFragment { location: Location, expected: &'static str, found: Option<&'static str> },
    /// A name with the namespace of a library that this file does not use.
    #[error("unknown library `{namespace}` in `{name}`")]
    UnknownLibrary { location: Location, name: String, namespace: String },
    /// A name that refers to a library of another library.
    #[error("`{name}` refers to a library of another library")]
    ChainedLibrary { location: Location, name: String },
    /// RAML 0.8 syntax in a RAML 1.0 definition. `known`: RAML 1.0 has the keyword, but with another syntax.
    #[error("`{key}` {}", if *known { "uses RAML 0.8 syntax" } else { "is a RAML 0.8 keyword" })]
    Raml08Syntax { location: Location, key: String, known: bool, instead: &'static str },
    /// Two mutually exclusive keys in one map.
    #[error("`{key}` and `{other}` cannot be used together")]
    ExclusiveKeys { location: Location, key: String, other: &'static str },
    /// An overlay that changes the behavior of an API. `change` is `add` or `change`.
    #[error("an overlay cannot {change} `{key}`")]
    OverlayChange { location: Location, key: String, change: &'static str },
    /// An annotation in a place that its type does not allow.
    #[error("`({name})` cannot annotate {place}")]
    AnnotationTarget { location: Location, name: String, place: &'static str, allowed: String },
    /// Two resources with the same path.
    #[error("another resource has the path `{path}`")]
    DuplicateResource { location: Location, path: String },
}

impl Diagnostic for RamlDiagnostic {
    fn rule(&self) -> Option<&'static Rule> {
        Some(match self {
            Self::ResourceTypeCycle { .. } => &rules::RESOURCE_TYPE_CYCLE,
            Self::MissingParameter { .. } => &rules::MISSING_TEMPLATE_PARAMETER,
            Self::UnknownFunction { .. } => &rules::UNKNOWN_FUNCTION,
            Self::WrongFragment { .. } => &rules::WRONG_FRAGMENT,
            Self::UnknownLibrary { .. } => &rules::UNKNOWN_LIBRARY,
            Self::ChainedLibrary { .. } => &rules::CHAINED_LIBRARY,
            Self::Raml08Syntax { .. } => &rules::RAML_08_SYNTAX,
            Self::ExclusiveKeys { .. } => &rules::EXCLUSIVE_KEYS,
            Self::OverlayChange { .. } => &rules::OVERLAY_CHANGE,
            Self::AnnotationTarget { .. } => &rules::ANNOTATION_TARGET,
            Self::DuplicateResource { .. } => &rules::DUPLICATE_RESOURCE,
        })
    }

    fn location(&self) -> Option<&Location> {
        match self {
            Self::ResourceTypeCycle { location, .. }
            | Self::MissingParameter { location, .. }
            | Self::UnknownFunction { location, .. }
            | Self::WrongFragment { location, .. }
            | Self::UnknownLibrary { location, .. }
            | Self::ChainedLibrary { location, .. }
            | Self::Raml08Syntax { location, .. }
            | Self::ExclusiveKeys { location, .. }
            | Self::OverlayChange { location, .. }
            | Self::AnnotationTarget { location, .. }
            | Self::DuplicateResource { location, .. } => Some(location),
        }
    }

    fn help(&self) -> Option<String> {
        let text = match self {
            Self::ResourceTypeCycle { .. } => "Remove one of these `type` lines; apinb ignores this one.",
            Self::MissingParameter { parameter, .. } => {
                return Some(format!("Pass it where the template is used: `{{ {parameter}: … }}`."));
            }
            Self::UnknownFunction { suggestion: Some(name), .. } => return Some(format!("Did you mean `{name}`?")),
            Self::UnknownFunction { known, .. } => return Some(format!("Use one of {known}.")),
            Self::WrongFragment { found: None, expected, .. } => {
                return Some(format!("Start it with `#%RAML 1.0 {expected}`."));
            }
            Self::WrongFragment { .. } => "Include another document, or fix the first line of this one.",
            Self::UnknownLibrary { namespace, .. } => {
                return Some(format!("Add it to `uses` of this file: `{namespace}: path/of/the/library.raml`."));
            }
            Self::ChainedLibrary { .. } => "Add that library to `uses` of this file, and use its name there.",
            Self::Raml08Syntax { instead, .. } => return Some(format!("In RAML 1.0 {instead}.")),
            Self::ExclusiveKeys { .. } => "Remove one of them.",
            Self::AnnotationTarget { allowed, .. } => {
                return Some(format!("Remove it, or add this place to its `allowedTargets`, which are {allowed}."));
            }
            Self::DuplicateResource { .. } => "Merge the two resources.",
            Self::OverlayChange { .. } => {
                "make it an extension (`#%RAML 1.0 Extension`), or remove this; an overlay may change descriptions, \
                 titles, examples, documentation and annotations"
            }
        };
        Some(text.to_owned())
    }
}

/// The description of a fragment in messages.
fn fragment(name: Option<&str>) -> String {
    match name {
        Some("") => "no RAML fragment".to_owned(),
        Some(name) => format!("a RAML fragment `{name}`"),
        None => "a document without a RAML header".to_owned(),
    }
}
