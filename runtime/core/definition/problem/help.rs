//! What can be done about each fault, how severe it is, and where it stands.

use crate::text::diagnostic::{Diagnostic, Severity};
use crate::text::source::span::Location;

use super::{Consequence, Found, Limit, LoadError, Problem, ReferenceFault};

impl Diagnostic for Problem {
    fn severity(&self) -> Severity {
        match self {
            Self::Type(fault) => fault.severity(),
            Self::RepeatedKey { .. }
            | Self::MissingKey { .. }
            | Self::UnknownTag { .. }
            | Self::UnusedUriParameter { .. }
            | Self::Syntax { consequence: Consequence::Mended, .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }

    fn location(&self) -> Option<&Location> {
        match self {
            Self::Unreadable { .. } => None,
            Self::Type(fault) => fault.location(),
            Self::NotADefinition { location, .. }
            | Self::UnsupportedVersion { location, .. }
            | Self::Syntax { location, .. }
            | Self::Include { location, .. }
            | Self::IncludeCycle { location, .. }
            | Self::TypeCycle { location, .. }
            | Self::Limit { location, .. }
            | Self::RepeatedKey { location, .. }
            | Self::UnknownKey { location, .. }
            | Self::MissingKey { location, .. }
            | Self::WrongKind { location, .. }
            | Self::InvalidValue { location, .. }
            | Self::UnknownName { location, .. }
            | Self::MissingParameter { location, .. }
            | Self::UnknownFunction { location, .. }
            | Self::UnknownTag { location, .. }
            | Self::Reference { location, .. }
            | Self::WrongFragment { location, .. }
            | Self::LibraryCycle { location, .. }
            | Self::UnknownNamespace { location, .. }
            | Self::ChainedNamespace { location, .. }
            | Self::OldWay { location, .. }
            | Self::Exclusive { location, .. }
            | Self::Overlay { location, .. }
            | Self::UnusedUriParameter { location, .. } => Some(location),
        }
    }

    fn help(&self) -> Option<String> {
        let text = match self {
            Self::Type(fault) => return fault.help(),
            Self::Unreadable { cause } | Self::Include { cause, .. } => return load_help(cause),
            Self::NotADefinition { found: Found::Html, .. } => {
                "the address may need a login, or lead to a page about the definition; \
                 take the address of the RAML file itself"
            }
            Self::NotADefinition { .. } => {
                "a definition starts with `#%RAML 1.0` or `#%RAML 0.8`, or says `openapi: 3…` or `swagger: \"2.0\"`"
            }
            Self::UnsupportedVersion { .. } => "RAML 0.8 and 1.0, and OpenAPI 2.0, 3.0 and 3.1 are read",
            Self::Syntax { consequence, .. } => match consequence {
                Consequence::Mended => "it was read as it was meant; mend the line to be safe",
                Consequence::LineSkipped => "the line was left out; mend it",
                Consequence::RestSkipped => "the rest of the document was left out; mend this line",
            },
            Self::IncludeCycle { .. } => "remove one of these includes; this one was taken as empty",
            Self::TypeCycle { .. } => "remove one of these `type` lines; this one was left out",
            Self::Limit { limit, .. } => match limit {
                Limit::Problems(_) => "mend the first ones and check again",
                _ => "what is beyond the limit was left out",
            },
            Self::RepeatedKey { .. } => "both were merged; where they differ, the later one holds",
            Self::MissingKey { key: "title", .. } => "write `title: …` below the first line",
            Self::MissingKey { .. } => "add it",
            Self::MissingParameter { parameter, .. } => {
                return Some(format!("name it where the template is used: `{{ {parameter}: … }}`"));
            }
            Self::InvalidValue { expected, .. } => return Some(format!("it can be {expected}")),
            Self::WrongKind { .. } => "look at the indentation of the lines below the key",
            Self::UnknownKey { suggestion: Some(name), .. }
            | Self::UnknownName { suggestion: Some(name), .. }
            | Self::UnknownFunction { suggestion: Some(name), .. } => return Some(format!("did you mean `{name}`?")),
            Self::UnknownKey { .. } => "the key was left out",
            Self::UnknownName { kind: "type", .. } => "declare it in the root's `types`, or name a library's",
            Self::UnknownName { kind: "schema", .. } => {
                "declare it in the root's `schemas`, or write the schema itself"
            }
            Self::UnknownName { .. } => "declare it in the root document, or check its spelling",
            Self::UnknownFunction { known, .. } => return Some(format!("the functions are {known}")),
            Self::WrongFragment { found: None, expected, .. } => {
                return Some(format!("its first line has to be `#%RAML 1.0 {expected}`"));
            }
            Self::WrongFragment { .. } => "name another document here, or mend the first line of this one",
            Self::LibraryCycle { .. } => "put what they share into a library that both use",
            Self::UnknownNamespace { namespace, .. } => {
                return Some(format!("name it in `uses` of this file: `{namespace}: path/of/the/library.raml`"));
            }
            Self::ChainedNamespace { .. } => "name that library in `uses` of this file, and go by the name given there",
            Self::OldWay { instead, .. } => return Some(format!("in RAML 1.0 {instead}")),
            Self::Exclusive { .. } => "leave one of them out",
            Self::Overlay { .. } => {
                "an overlay may change descriptions, titles, examples, documentation and annotations; \
                 make it an extension (`#%RAML 1.0 Extension`), or leave this out"
            }
            Self::UnknownTag { .. } => "the only tag of RAML is `!include`; the value was read without it",
            Self::Reference { fault, .. } => match fault {
                ReferenceFault::Nothing { suggestion: Some(name), .. } => {
                    return Some(format!("did you mean `{name}`?"));
                }
                ReferenceFault::Nothing { .. } | ReferenceFault::NoAnchor => "check its spelling; it was left out",
                ReferenceFault::NoTree => "name a YAML or JSON document; it was left out",
                ReferenceFault::Cycle { .. } => "remove one of these references; this one was left out",
            },
            Self::UnusedUriParameter { name, .. } => {
                return Some(format!("write `{{{name}}}` in the URI, or remove it"));
            }
        };
        Some(text.to_owned())
    }
}

impl Diagnostic for LoadError {
    fn help(&self) -> Option<String> {
        load_help(self)
    }
}

fn load_help(cause: &LoadError) -> Option<String> {
    let text = match cause {
        LoadError::NotFound { .. } => "check the path; letter case counts",
        LoadError::Status { .. } => "open the address in a browser; it may have moved or need a login",
        LoadError::NotAllowed { .. } => "copy the document to a place that may be read",
        LoadError::TooLarge { .. } => "split the document, or include less",
        LoadError::NotText { .. } => "save the document as UTF-8",
        LoadError::Unreadable { .. } => "check that the document is there and may be read",
    };
    Some(text.to_owned())
}
